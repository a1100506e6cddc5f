//! What many crashes say together.
//!
//! [`patterns_of_host`] compares the screens of one host as the vendor's article (VMware 1004250)
//! teaches. Nothing here reads or writes.

mod chance;
mod event;
mod patterns;

pub use event::HostEvent;
pub use patterns::{HostPatterns, Pattern, PatternCode, patterns_of_host};
