//! The release of a host, and its entry in the release list or its neighbours there.

use crate::crash::Release;
use crate::kb::{Branch, ReleaseEntry, Releases};
use crate::message::Sentence;

/// The release of the crashed host, as far as crash and release list tell.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HostRelease {
    /// Update line.
    pub line: Option<String>,
    /// Build.
    pub build: Option<u32>,
    /// The entry of the release list.
    pub entry: Option<ReleaseEntry>,
    /// The neighbours of the build; `None` when it is in the list.
    pub unlisted: Option<UnlistedBuild>,
}

/// The neighbours of a build that the release list does not have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnlistedBuild {
    /// The listed release below it.
    pub below: Option<ReleaseEntry>,
    /// The listed release above it.
    pub above: Option<ReleaseEntry>,
    /// True when the screen prints the version, so that both are of the host's own line.
    pub in_line: bool,
    /// Without a printed version: the update lines that have builds on both sides.
    pub lines: Vec<String>,
}

impl HostRelease {
    /// Looks the printed release up. The list knows the line of a build better than a
    /// header, which prints no version before 5.0. A build without a line is placed by its
    /// number among all; where only one line has builds on both sides it is taken for that one.
    pub fn new(release: Option<&Release>, releases: &Releases) -> Self {
        let Some(release) = release else {
            return Self::default();
        };
        let (build, printed) = (release.build, release.line());
        let entry = build.and_then(|build| releases.by_build(build)).cloned();
        let unlisted = build
            .filter(|_| entry.is_none())
            .map(|build| UnlistedBuild::new(build, printed.as_deref(), releases));
        let listed = entry.as_ref().map(|entry| entry.line.clone());
        let line = listed.or(printed).or_else(|| unlisted.as_ref()?.only_line());
        Self { line, build, entry, unlisted }
    }

    /// True when the build number does not tell what is in the build.
    pub fn is_off_branch(&self) -> bool {
        self.entry.as_ref().is_some_and(|entry| entry.branch.is_off())
    }

    /// True when only the builds on both sides tell the line.
    pub fn is_line_guessed(&self) -> bool {
        self.line.is_some() && self.unlisted.as_ref().is_some_and(|unlisted| !unlisted.in_line)
    }

    /// The warning that a reader needs about the build; `None` for an ordinary one.
    pub fn note(&self) -> Option<Sentence> {
        if let Some(unlisted) = &self.unlisted {
            return Some(unlisted.sentence(self.build.unwrap_or_default()));
        }
        let key = match self.entry.as_ref()?.branch {
            Branch::Main => return None,
            Branch::Side => "release-side",
            Branch::HotPatch => "release-hot-patch",
            Branch::Withdrawn => "release-withdrawn",
        };
        Some(Sentence::new(key, &[]))
    }
}

impl UnlistedBuild {
    fn new(build: u32, line: Option<&str>, releases: &Releases) -> Self {
        let (below, above) = releases.neighbours(line, build);
        let around = if line.is_some() { Vec::new() } else { releases.lines_around(build) };
        Self {
            below: below.cloned(),
            above: above.cloned(),
            in_line: line.is_some(),
            lines: around.into_iter().map(str::to_owned).collect(),
        }
    }

    fn only_line(&self) -> Option<String> {
        match self.lines.as_slice() {
            [only] => Some(only.clone()),
            _ => None,
        }
    }

    /// The neighbours of the build in words.
    fn sentence(&self, build: u32) -> Sentence {
        let key = match (self.in_line, self.below.is_some(), self.above.is_some()) {
            (true, true, true) => "place-between",
            (true, true, false) => "place-after",
            (true, false, true) => "place-before",
            (true, false, false) => "place-no-line",
            (false, true, true) if self.lines.len() == 1 => "place-any-one-line",
            (false, true, true) => "place-any-between",
            (false, true, false) => "place-any-after",
            (false, false, _) => "place-any-before",
        };
        let values = [
            ("build", Some(build.to_string())),
            ("below", self.below.as_ref().map(name_and_build)),
            ("above", self.above.as_ref().map(name_and_build)),
            ("lines", Some(self.lines.join(", "))),
        ];
        let values: Vec<(&str, &str)> =
            values.iter().filter_map(|(key, value)| Some((*key, value.as_deref()?))).collect();
        Sentence::new(key, &values)
    }
}

fn name_and_build(entry: &ReleaseEntry) -> String {
    format!("{} ({})", entry.name, entry.build)
}
