//! Pages as text, Markdown and HTML. Everything out of a crash is escaped here.

pub(super) mod clusters;
pub(super) mod html;
pub(super) mod markdown;
mod overlay;
pub(super) mod sheet;
pub(super) mod text;
