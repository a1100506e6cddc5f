//! Releases in words: `7.0 Update 3l (21424296, 2023-03-30)`.

use crate::kb::Branch;
use crate::matching::FixedRelease;
use crate::message::Catalog;

/// The mark of a build that is not an ordinary one of its line.
pub(in crate::report) fn mark(catalog: &Catalog, branch: Branch) -> Option<String> {
    (!branch.is_main()).then(|| catalog.text(&format!("branch-{}", branch.as_str()), &[]))
}

/// `7.0 Update 3l (21424296, 2023-03-30)`.
pub(in crate::report) fn release_name(catalog: &Catalog, release: &FixedRelease) -> String {
    let facts = [
        release.build.map(|build| build.to_string()),
        release.date.clone(),
        mark(catalog, release.branch),
        release.inferred.then(|| catalog.text("fixed-inferred", &[])),
    ];
    let facts: Vec<String> = facts.into_iter().flatten().collect();
    if facts.is_empty() {
        release.name.clone()
    } else {
        format!("{} ({})", release.name, facts.join(", "))
    }
}

/// The first release with the fix in the host's own line, and the first one anywhere.
pub(in crate::report) fn fixed_releases(
    catalog: &Catalog,
    own_line: Option<&FixedRelease>,
    first: Option<&FixedRelease>,
) -> String {
    let own_name = own_line.map(|release| release_name(catalog, release)).unwrap_or_default();
    let first_name = first.map(|release| release_name(catalog, release)).unwrap_or_default();
    let names = [("own", own_name.as_str()), ("first", first_name.as_str())];
    match (own_line, first) {
        (Some(own), Some(first)) if own == first => catalog.text("fixed-in-first", &names[..1]),
        (Some(_), Some(_)) => catalog.text("fixed-in-both", &names),
        (None, Some(_)) => catalog.text("fixed-in-other", &names[1..]),
        (Some(_), None) => own_name,
        (None, None) => catalog.text("fixed-in-none", &[]),
    }
}
