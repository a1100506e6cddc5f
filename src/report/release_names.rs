//! Releases in words: `7.0 Update 3l (21424296, 2023-03-30)`.

use super::views::FixReport;
use crate::kb::{Branch, ReleaseEntry};
use crate::matching::FixedRelease;
use crate::message::Catalog;

/// The mark of a build that is not an ordinary one of its line.
pub(super) fn mark(catalog: &Catalog, branch: Branch) -> Option<String> {
    let key = match branch {
        Branch::Main => return None,
        Branch::Side => "branch-side",
        Branch::HotPatch => "branch-hot-patch",
        Branch::Withdrawn => "branch-withdrawn",
    };
    Some(catalog.text(key, &[]))
}

/// A release of the list.
pub(super) fn release_name(catalog: &Catalog, entry: &ReleaseEntry) -> String {
    fixed_release(catalog, &FixedRelease::from_entry(entry))
}

fn fixed_release(catalog: &Catalog, release: &FixedRelease) -> String {
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
pub(super) fn fixed_in(catalog: &Catalog, fix: &FixReport) -> String {
    fixed_releases(catalog, fix.own_line.as_ref(), fix.first.as_ref())
}

/// As [`fixed_in`], for the two releases.
pub(super) fn fixed_releases(
    catalog: &Catalog,
    own_line: Option<&FixedRelease>,
    first: Option<&FixedRelease>,
) -> String {
    let own_name = own_line.map(|release| fixed_release(catalog, release)).unwrap_or_default();
    let first_name = first.map(|release| fixed_release(catalog, release)).unwrap_or_default();
    let names = [("own", own_name.as_str()), ("first", first_name.as_str())];
    match (own_line, first) {
        (Some(own), Some(first)) if own == first => catalog.text("fixed-in-first", &names[..1]),
        (Some(_), Some(_)) => catalog.text("fixed-in-both", &names),
        (None, Some(_)) => catalog.text("fixed-in-other", &names[1..]),
        (Some(_), None) => own_name,
        (None, None) => catalog.text("fixed-in-none", &[]),
    }
}
