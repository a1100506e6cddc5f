//! The release of a host, and its place in the release list.

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
    /// Where a build belongs that the list does not have.
    pub place: Option<Place>,
}

/// The neighbours of a build that the release list does not have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
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
    pub fn of(release: Option<&Release>, releases: &Releases) -> Self {
        let Some(release) = release else {
            return Self::default();
        };
        let (build, printed) = (release.build, release.line());
        let entry = build.and_then(|build| releases.by_build(build)).cloned();
        let unlisted = build.filter(|_| entry.is_none());
        let place = unlisted.map(|build| {
            let (below, above) = releases.neighbours(printed.as_deref(), build);
            let around = if printed.is_some() { Vec::new() } else { releases.lines_around(build) };
            let lines = around.into_iter().map(str::to_owned).collect();
            let (below, above) = (below.cloned(), above.cloned());
            Place { below, above, in_line: printed.is_some(), lines }
        });
        let listed = entry.as_ref().map(|entry| entry.line.clone());
        let guessed = || match place.as_ref()?.lines.as_slice() {
            [only] => Some(only.clone()),
            _ => None,
        };
        Self { line: listed.or(printed).or_else(guessed), build, entry, place }
    }

    /// True when the build number does not tell what is in the build.
    pub fn is_off_branch(&self) -> bool {
        self.entry.as_ref().is_some_and(|entry| entry.branch.is_off())
    }

    /// True when only the builds on both sides tell the line.
    pub fn is_line_guessed(&self) -> bool {
        self.line.is_some() && self.place.as_ref().is_some_and(|place| !place.in_line)
    }

    /// What a reader must know about the place of the build.
    pub fn note(&self) -> Option<Sentence> {
        if let Some(place) = &self.place {
            return Some(place.sentence(self.build.unwrap_or_default()));
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

impl Place {
    /// Where the build belongs, in words.
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
        let name = |entry: &Option<ReleaseEntry>| {
            entry.as_ref().map(|entry| format!("{} ({})", entry.name, entry.build))
        };
        let (below, above) = (name(&self.below), name(&self.above));
        let values = [
            ("build", Some(build.to_string())),
            ("below", below),
            ("above", above),
            ("lines", Some(self.lines.join(", "))),
        ];
        let values: Vec<(&str, &str)> =
            values.iter().filter_map(|(key, value)| Some((*key, value.as_deref()?))).collect();
        Sentence::new(key, &values)
    }
}
