//! The places that a knowledge base has for files.

/// The kind of a file, by its folder and its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum KbPlace {
    Issue,
    CrashText,
    Guidance,
    Machinery,
    Shared,
    Rarity,
    Calibration,
    Releases,
    Modules,
    Leads,
    Expected,
    Ids,
    /// A page for people.
    Readme,
}

/// The start and the end of the path of each kind.
const PLACES: &[(&str, &str, KbPlace)] = &[
    ("", "README.md", KbPlace::Readme),
    ("issues/", ".md", KbPlace::Issue),
    ("crashes/", ".txt", KbPlace::CrashText),
    ("near/", ".txt", KbPlace::CrashText),
    ("unknown/", ".txt", KbPlace::CrashText),
    ("guidance/", ".md", KbPlace::Guidance),
    ("frames/machinery.txt", "", KbPlace::Machinery),
    ("frames/shared.txt", "", KbPlace::Shared),
    ("frames/rarity.csv", "", KbPlace::Rarity),
    ("calibration.toml", "", KbPlace::Calibration),
    ("releases.csv", "", KbPlace::Releases),
    ("modules.csv", "", KbPlace::Modules),
    ("leads.csv", "", KbPlace::Leads),
    // The results that `kb test` compares with.
    ("expected.csv", "", KbPlace::Expected),
    ("ids.lock", "", KbPlace::Ids),
];

/// True for a path that a file of a knowledge base may have.
pub fn has_place(path: &str) -> bool {
    KbPlace::of_path(path).is_some()
}

impl KbPlace {
    /// The place of the file `path`; `None` when the knowledge base has none for it.
    pub(super) fn of_path(path: &str) -> Option<Self> {
        let found = PLACES.iter().find(|(start, end, _)| {
            let rest = path.strip_prefix(start).and_then(|rest| rest.strip_suffix(end));
            // A whole name, or a name with the ending of its folder.
            rest.is_some_and(|rest| rest.is_empty() || !end.is_empty())
        });
        found.map(|(_, _, place)| *place)
    }

    /// True for a folder in which there is a place, or that is on the way to one.
    pub(super) fn is_folder(path: &str) -> bool {
        let folder = format!("{path}/");
        PLACES.iter().any(|(start, _, _)| {
            start.starts_with(&folder) || folder.starts_with(*start) && start.ends_with('/')
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(path: &str, expected: Option<KbPlace>) {
        assert_eq!(KbPlace::of_path(path), expected, "{path}");
    }

    #[test]
    fn folder_and_ending_decide() {
        check("issues/KB1.md", Some(KbPlace::Issue));
        check("issues/storage/KB1.md", Some(KbPlace::Issue));
        check("issues/KB1.md~", None);
        check("KB1.md", None);
        check("near/KB1-1.txt", Some(KbPlace::CrashText));
        check("near/KB1-1.log", None);
        check("releases.csv", Some(KbPlace::Releases));
        check("releases.csv.orig", None);
        check("ids.lock", Some(KbPlace::Ids));
        check("old/releases.csv", None);
        check("sources/README.md", Some(KbPlace::Readme));
        check("vmcore", None);
    }

    #[test]
    fn only_folders_with_places_are_folders_of_a_knowledge_base() {
        let folders = ["issues", "issues/storage", "frames", "dumps", "issue"];
        let found = folders.map(KbPlace::is_folder);
        assert_eq!(found, [true, true, true, false, false]);
    }
}
