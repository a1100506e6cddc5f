//! The knowledge base as static pages in English and Japanese, which need no server.

mod issue;
mod pages;
mod search_data;
mod shell;
mod write;

pub(super) use issue::issue_page;
pub use write::MARKER;

use super::Edition;
use crate::message::{Catalog, Language};
use pages::Pages;

/// A file of the site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SiteFile {
    /// Path below the directory of the site, with `/`.
    pub path: String,
    /// Content.
    pub content: String,
}

/// The whole site, in the order of the paths.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Site {
    /// Its files.
    pub files: Vec<SiteFile>,
}

const STYLE: &str = include_str!("../../../templates/site/style.css");
const SEARCH: &str = include_str!("../../../templates/site/search.js");

/// The site of `edition`: the same files for the same knowledge base.
pub fn site(edition: &Edition<'_>) -> Site {
    let asset = |name: &str, content: &str| SiteFile {
        path: format!("assets/{name}"),
        content: content.to_owned(),
    };
    let mut files = vec![
        asset("style.css", STYLE),
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

/// A file name out of a name of the knowledge base, which may hold anything.
pub(super) fn file_name(name: &str) -> String {
    let mut file = String::with_capacity(name.len());
    for (index, character) in name.chars().enumerate() {
        match character {
            'A'..='Z' | 'a'..='z' | '0'..='9' | '-' => file.push(character),
            '.' | '_' if index > 0 => file.push(character),
            other => file.push_str(&format!("~{:x}", u32::from(other))),
        }
    }
    // `~` is in no other name: an empty one has a file of its own too.
    if file.is_empty() { "~".to_owned() } else { file }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_files_cannot_leave_their_directory() {
        #[track_caller]
        fn check(name: &str, expected: &str) {
            assert_eq!(file_name(name), expected);
        }
        check("KB318512", "KB318512");
        check("com.vmware.driverAPI", "com.vmware.driverAPI");
        check("hbr_filter", "hbr_filter");
        check("../../x", "~2e.~2f..~2fx");
        check("a b", "a~20b");
        check("", "~");
    }
}
