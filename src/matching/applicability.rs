//! Does this build have the issue? Decided inside an update line.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::fixed_release::{FixedRelease, fixed_releases};
use super::host::HostRelease;
use crate::crash::Driver;
use crate::kb::{AffectedBuilds, Component, Issue, Releases, VersionRange, line_has_prefix};
use crate::message::Sentence;

/// Whether an issue can be on a host.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Applies {
    /// The build has the issue.
    Affected,
    /// The build has the fix.
    Fixed,
    /// The build is outside the affected ones.
    NotAffected,
    /// Crash or article do not say enough.
    Unknown,
}

/// The rule that decides an answer. One row each in `BASES`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Basis {
    /// The crash prints neither version nor build.
    NoRelease,
    /// A build that is not listed, and no version.
    NoLine,
    /// A version, and no build to compare.
    NoBuild,
    /// Outside the builds that the article names as affected.
    OutsideBounds,
    /// Inside them.
    InsideBounds,
    /// Below the fixed build of its own line.
    BeforeFix,
    /// The fixed build of its own line, or above it.
    AtFix,
    /// Above the fixed build of its own line, but beside the order of the line.
    OffBranch,
    /// Above a fixed build that is itself beside the order of the line.
    FixOffBranch,
    /// Its line began after the fix.
    Inferred,
    /// The installed driver has the fix.
    DriverFixed,
    /// The installed driver is older than the fix.
    DriverOlder,
    /// The article names another version of the driver.
    DriverOther,
    /// A driver, firmware or plug-in has the fix, and its version is not known.
    Component,
    /// The article covers the line; only other lines have a fixed build.
    FixElsewhere,
    /// The article covers the line; no build at all is known to have the fix.
    Covered,
    /// The article names no versions.
    NoLines,
    /// The article names other lines.
    OtherLines,
}

/// Each basis with its answer and the key of its phrase.
const BASES: &[(Basis, Applies, &str)] = &[
    (Basis::NoRelease, Applies::Unknown, "applies-no-release"),
    (Basis::NoLine, Applies::Unknown, "applies-unlisted"),
    (Basis::NoBuild, Applies::Unknown, "applies-no-build"),
    (Basis::OutsideBounds, Applies::NotAffected, "applies-outside"),
    (Basis::InsideBounds, Applies::Affected, "applies-inside"),
    (Basis::BeforeFix, Applies::Affected, "applies-before-fix"),
    (Basis::AtFix, Applies::Fixed, "applies-fixed"),
    (Basis::OffBranch, Applies::Unknown, "applies-side"),
    (Basis::FixOffBranch, Applies::Unknown, "applies-fix-side"),
    (Basis::Inferred, Applies::Fixed, "applies-fixed-inferred"),
    (Basis::DriverFixed, Applies::Fixed, "applies-driver-fixed"),
    (Basis::DriverOlder, Applies::Affected, "applies-driver-older"),
    (Basis::DriverOther, Applies::Unknown, "applies-driver-other"),
    (Basis::Component, Applies::Unknown, "applies-component"),
    (Basis::FixElsewhere, Applies::Affected, "applies-fix-elsewhere"),
    (Basis::Covered, Applies::Affected, "applies-covered"),
    (Basis::NoLines, Applies::Unknown, "applies-no-lines"),
    (Basis::OtherLines, Applies::Unknown, "applies-other-lines"),
];

/// The answer, its reason, and the releases to go to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Applicability {
    /// The answer.
    pub applies: Applies,
    /// The rule that decides it.
    pub basis: Basis,
    /// One phrase for the reader.
    pub reason: Sentence,
    /// Further facts that the reader must know.
    pub notes: Vec<Sentence>,
    /// The first release with the fix in the host's own line.
    pub own_line: Option<FixedRelease>,
    /// The first release with the fix in any line.
    pub first: Option<FixedRelease>,
}

/// The question of one issue on one host.
struct Question<'a> {
    issue: &'a Issue,
    /// The update lines that the article names, with bounds where it has some.
    affected: Vec<AffectedBuilds>,
    host: &'a HostRelease,
    drivers: &'a [Driver],
    own: Option<&'a OwnLine<'a>>,
    has_fixed_build: bool,
}

/// The release with the fix in the host's own line, and the one that an article names for it.
struct OwnLine<'a> {
    release: FixedRelease,
    named: &'a FixedRelease,
}

/// A basis with the values of its phrase.
type Decision = (Basis, Vec<(&'static str, String)>);

/// Decides whether `issue` can be on the host with these drivers.
pub fn applicability(
    issue: &Issue,
    host: &HostRelease,
    drivers: &[Driver],
    releases: &Releases,
) -> Applicability {
    let fixed = fixed_releases(&issue.fix.builds, releases);
    let own_line = host.line.as_deref().and_then(|line| own_line(&fixed, line, releases));
    let decision = decide(&Question {
        issue,
        affected: issue.affected.bounds().collect(),
        host,
        drivers,
        own: own_line.as_ref(),
        has_fixed_build: !fixed.is_empty(),
    });
    answer(decision, host, own_line.map(|own| own.release), &fixed)
}

/// The answer for an issue of which only a list is read: the article names other update lines than
/// that of the host, or, without `names_lines`, none at all.
pub(super) fn not_of_line(
    names_lines: bool,
    host: &HostRelease,
    fixed: &[FixedRelease],
) -> Applicability {
    let decision = match host.line.as_deref() {
        Some(line) => not_covered(names_lines, line),
        None => without_line(host),
    };
    answer(decision, host, None, fixed)
}

fn answer(
    (basis, values): Decision,
    host: &HostRelease,
    own_line: Option<FixedRelease>,
    fixed: &[FixedRelease],
) -> Applicability {
    let (_, applies, key) =
        *BASES.iter().find(|(listed, ..)| *listed == basis).unwrap_or(&BASES[0]);
    let values: Vec<(&str, &str)> =
        values.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let has_fix = (applies == Applies::Fixed).then(|| Sentence::new("note-has-fix", &[]));
    Applicability {
        applies,
        basis,
        reason: Sentence::new(key, &values),
        notes: has_fix.into_iter().chain(host.note()).collect(),
        own_line,
        first: fixed.first().cloned(),
    }
}

/// The first release of `line` with the fix: as an article names it, in order rather than beside
/// it, or the first one of a line that began after the fix.
fn own_line<'a>(fixed: &'a [FixedRelease], line: &str, releases: &Releases) -> Option<OwnLine<'a>> {
    let in_line = fixed.iter().filter(|fixed| fixed.line == line);
    let lowest = in_line.min_by_key(|f| (f.build.is_none(), f.branch.is_off(), f.build));
    if let Some(named) = lowest {
        return Some(OwnLine { release: named.clone(), named });
    }
    fixed.iter().find_map(|named| {
        let release = named.inferred_in(line, releases)?;
        Some(OwnLine { release, named })
    })
}

fn decide(question: &Question<'_>) -> Decision {
    let Question { host, .. } = question;
    let component = question.fixed_component();
    if let Some(decision @ (Basis::DriverFixed, _)) = &component {
        return decision.clone();
    }
    let Some(line) = host.line.as_deref() else {
        return without_line(host);
    };
    let bounds = question.bounds(line);
    if let Some(decision @ (Basis::OutsideBounds, _)) = &bounds {
        return decision.clone();
    }
    question
        .by_own_line(line)
        .or(component)
        .or_else(|| question.affected_component())
        .or(bounds)
        .unwrap_or_else(|| question.by_article(line))
}

/// The decision for a host whose update line is not known.
fn without_line(host: &HostRelease) -> Decision {
    match host.build {
        None => (Basis::NoRelease, Vec::new()),
        Some(build) => (Basis::NoLine, vec![("build", build.to_string())]),
    }
}

/// The decision for an update line that the article does not cover.
fn not_covered(names_lines: bool, line: &str) -> Decision {
    if names_lines {
        (Basis::OtherLines, vec![("line", line.to_owned())])
    } else {
        (Basis::NoLines, Vec::new())
    }
}

impl Question<'_> {
    /// The lines and bounds of the article that cover `line`: those that name it most exactly.
    fn covering(&self, line: &str) -> Vec<&AffectedBuilds> {
        let covering = self.affected.iter().filter(|bounds| line_has_prefix(line, &bounds.line));
        let covering: Vec<_> = covering.collect();
        let exact = covering.iter().map(|bounds| bounds.line.len()).max();
        covering.into_iter().filter(|bounds| Some(bounds.line.len()) == exact).collect()
    }

    fn covers(&self, line: &str) -> bool {
        !self.covering(line).is_empty()
    }

    /// Bounds that the article gives inside the line.
    fn bounds(&self, line: &str) -> Option<Decision> {
        let covering = self.covering(line);
        if covering.is_empty() || covering.iter().any(|bounds| is_unbounded(bounds)) {
            return None;
        }
        let Some(build) = self.host.build else {
            return Some((Basis::NoBuild, Vec::new()));
        };
        let above = covering.iter().all(|bounds| bounds.last.is_some_and(|last| build > last));
        let basis = if covering.iter().any(|bounds| is_inside(build, bounds)) {
            Basis::InsideBounds
        } else if above && self.host.is_off_branch() {
            // A hot patch has a high build number and not everything that came before it.
            Basis::OffBranch
        } else {
            Basis::OutsideBounds
        };
        Some((basis, vec![("build", build.to_string())]))
    }

    fn by_own_line(&self, line: &str) -> Option<Decision> {
        let own = self.own?;
        let fix = own.named.name.clone();
        if own.release.inferred {
            return Some((Basis::Inferred, vec![("line", line.to_owned()), ("fix", fix)]));
        }
        let (Some(fixed), Some(build)) = (own.release.build, self.host.build) else {
            return Some((Basis::NoBuild, Vec::new()));
        };
        let basis = match build.cmp(&fixed) {
            std::cmp::Ordering::Less => Basis::BeforeFix,
            std::cmp::Ordering::Equal => Basis::AtFix,
            std::cmp::Ordering::Greater if self.host.is_off_branch() => Basis::OffBranch,
            std::cmp::Ordering::Greater if own.named.branch.is_off() => Basis::FixOffBranch,
            std::cmp::Ordering::Greater => Basis::AtFix,
        };
        Some((basis, vec![("fix", fix), ("build", fixed.to_string())]))
    }

    /// The installed driver against the version with the fix.
    fn fixed_component(&self) -> Option<Decision> {
        let lines = &self.affected;
        let line = self.host.line.as_deref().unwrap_or_default();
        let concerned = lines.is_empty() || self.covers(line);
        self.issue.fix.components.iter().find_map(|component| {
            let (printed, range) = self.installed(component, ">= ")?;
            let values = component_values(component, printed);
            if range.holds(printed)? {
                Some((Basis::DriverFixed, values))
            } else {
                concerned.then_some((Basis::DriverOlder, values))
            }
        })
    }

    /// The installed driver against the versions that the article names.
    fn affected_component(&self) -> Option<Decision> {
        self.issue.affected.components.iter().find_map(|component| {
            let (printed, range) = self.installed(component, "")?;
            let other = !range.holds(printed)?;
            other.then(|| (Basis::DriverOther, component_values(component, printed)))
        })
    }

    /// The version of a driver as the host prints it, and the range that the article gives;
    /// `None` where either is missing or the article uses words.
    fn installed(&self, component: &Component, operator: &str) -> Option<(&str, VersionRange)> {
        let mut named = self.drivers.iter().filter(|driver| is_named(driver, component));
        let printed = named.find_map(|driver| driver.version.as_deref())?;
        let range = VersionRange::parse(&format!("{operator}{}", component.version)).ok()?;
        Some((printed, range))
    }

    fn by_article(&self, line: &str) -> Decision {
        if !self.covers(line) {
            return not_covered(!self.affected.is_empty(), line);
        }
        if let Some(component) = self.issue.fix.components.first() {
            return (Basis::Component, component_values(component, ""));
        }
        let basis = if self.has_fixed_build { Basis::FixElsewhere } else { Basis::Covered };
        (basis, vec![("line", line.to_owned())])
    }
}

fn is_unbounded(bounds: &AffectedBuilds) -> bool {
    bounds.first.is_none() && bounds.last.is_none()
}

fn is_inside(build: u32, bounds: &AffectedBuilds) -> bool {
    bounds.first.is_none_or(|first| build >= first) && bounds.last.is_none_or(|last| build <= last)
}

fn is_named(driver: &Driver, component: &Component) -> bool {
    driver.name.eq_ignore_ascii_case(&component.name)
}

fn component_values(component: &Component, printed: &str) -> Vec<(&'static str, String)> {
    vec![
        ("component", component.name.clone()),
        ("version", component.version.clone()),
        ("printed", printed.to_owned()),
    ]
}

#[cfg(test)]
mod tests;
