//! The knowledge base as static pages in English and Japanese, which need no server.
//!
//! An [`Edition`] goes in, a list of files comes out; only `write.rs` touches the disk.

mod files;
mod issue;
mod pages;
mod search_data;
mod shell;
mod write;

pub use files::{Site, SiteFile};
pub(super) use issue::issue_page;
pub(super) use shell::{ChosenText, safe_address};
pub use write::MARKER;

use super::Edition;
use crate::message::{Catalog, Language};
use pages::Pages;

const SEARCH: &str = include_str!("../../../templates/site/search.js");

/// Makes the site of `edition`: the same files for the same knowledge base.
pub fn site(edition: &Edition<'_>) -> Site {
    let mut files = vec![
        asset("style.css", shell::STYLE),
        asset("search.js", SEARCH),
        asset("search-data.js", &search_data::search_data(edition)),
    ];
    let cards = edition.cards();
    for language in [Language::English, Language::Japanese] {
        files.extend(Pages { edition, cards: &cards, catalog: Catalog::of(language) }.all());
    }
    files.sort_by(|one, other| one.path.cmp(&other.path));
    Site { files }
}

fn asset(name: &str, content: &str) -> SiteFile {
    SiteFile { path: format!("assets/{name}"), content: content.to_owned() }
}
