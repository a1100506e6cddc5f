//! Rules about update lines and builds.

use super::IssueCheck;
use super::patterns::keyed_items;
use crate::kb::finding::FindingCode;
use crate::kb::issue::{AffectedBuilds, FixBuild};
use crate::kb::releases::{Releases, line_has_prefix};

pub(super) fn check_update_lines(IssueCheck { subject, issue, findings }: &mut IssueCheck<'_>) {
    let lines = keyed_items("affected.lines", &issue.affected.lines);
    let builds = keyed_items("affected.builds", &issue.affected.builds);
    let builds = builds.map(|(key, builds)| (format!("{key}.line"), &builds.line));
    let fixes = keyed_items("fix.builds", &issue.fix.builds);
    let fixes = fixes.map(|(key, fix)| (format!("{key}.line"), &fix.line));
    for (key, line) in lines.chain(builds).chain(fixes) {
        if !subject.kb.releases.knows_line(line) {
            findings.add_value(FindingCode::UpdateLine, key, line);
        }
    }
}

/// The build of a fix: the one in the file, else that of the named update.
fn build_of(releases: &Releases, fix: &FixBuild) -> Option<u32> {
    fix.build.or_else(|| listed(releases, fix))
}

/// The build of the named update in the release list.
fn listed(releases: &Releases, fix: &FixBuild) -> Option<u32> {
    if fix.name.trim().is_empty() {
        return None;
    }
    releases.by_name(&fix.line, &fix.name).map(|entry| entry.build)
}

pub(super) fn check_fixes(IssueCheck { subject, issue, findings }: &mut IssueCheck<'_>) {
    let releases = &subject.kb.releases;
    for (index, fix) in issue.fix.builds.iter().enumerate() {
        let FixBuild { line, build, name } = fix;
        let key = format!("fix.builds[{index}]");
        match (listed(releases, fix), build) {
            (None, None) => findings.add_value(FindingCode::FixName, format!("{key}.name"), name),
            (Some(listed), Some(build)) if listed != *build => {
                let detail = format!("{name}: {build}, releases.csv: {listed}");
                findings.add_value(FindingCode::FixBuild, format!("{key}.build"), detail);
            }
            (None, Some(build)) => {
                if let Some((code, detail)) = build_fault(releases, line, *build) {
                    findings.add_value(code, format!("{key}.build"), detail);
                }
            }
            _ => {}
        }
        if issue.fix.builds[..index].iter().any(|other| other.line == *line) {
            findings.add_value(FindingCode::FixTwice, format!("{key}.line"), line);
        }
    }
}

/// The reason why a build cannot be of an update line.
fn build_fault(releases: &Releases, line: &str, build: u32) -> Option<(FindingCode, String)> {
    match releases.by_build(build) {
        None => Some((FindingCode::UnknownBuild, build.to_string())),
        Some(entry) if !line_has_prefix(&entry.line, line) && releases.knows_line(line) => {
            Some((FindingCode::BuildLine, format!("{build}: {}, {line}", entry.line)))
        }
        Some(_) => None,
    }
}

pub(super) fn check_bounds(IssueCheck { subject, issue, findings }: &mut IssueCheck<'_>) {
    let releases = &subject.kb.releases;
    for (index, bounds) in issue.affected.builds.iter().enumerate() {
        let key = format!("affected.builds[{index}]");
        for (name, build) in [("first", bounds.first), ("last", bounds.last)] {
            let fault = build.and_then(|build| build_fault(releases, &bounds.line, build));
            if let Some((code, detail)) = fault {
                findings.add_value(code, format!("{key}.{name}"), detail);
            }
        }
        if is_reversed(bounds) {
            findings.add_value(FindingCode::BoundsReversed, &key, range_text(bounds));
        }
        let mut earlier = issue.affected.builds[..index].iter();
        if let Some(other) = earlier.find(|other| overlap(other, bounds)) {
            let detail = format!("{}; {}", range_text(other), range_text(bounds));
            findings.add_value(FindingCode::BoundsOverlap, &key, detail);
        }
        let fix = issue.fix.builds.iter().find(|fix| fix.line == bounds.line);
        if let Some(fix) = fix.and_then(|fix| build_of(releases, fix))
            && let Some(code) = fix_fault(bounds, fix)
        {
            findings.add_value(code, key, format!("{}; {fix}", range_text(bounds)));
        }
    }
}

/// The contradiction between affected builds and the build with the fix.
fn fix_fault(bounds: &AffectedBuilds, fix: u32) -> Option<FindingCode> {
    if bounds.first.is_some_and(|first| fix <= first) {
        return Some(FindingCode::FixedBeforeAffected);
    }
    if bounds.last.is_some_and(|last| fix <= last) && !is_reversed(bounds) {
        return Some(FindingCode::AffectedAfterFix);
    }
    None
}

fn is_reversed(bounds: &AffectedBuilds) -> bool {
    bounds.first.zip(bounds.last).is_some_and(|(first, last)| first > last)
}

/// True when two ranges of one line have a build in common.
fn overlap(one: &AffectedBuilds, other: &AffectedBuilds) -> bool {
    one.line == other.line && starts_before_end(one, other) && starts_before_end(other, one)
}

fn starts_before_end(one: &AffectedBuilds, other: &AffectedBuilds) -> bool {
    one.first.unwrap_or(0) <= other.last.unwrap_or(u32::MAX)
}

/// `7.0.3 20036589–21424296`.
fn range_text(bounds: &AffectedBuilds) -> String {
    let [first, last] = [bounds.first, bounds.last]
        .map(|build| build.map_or(String::new(), |build| build.to_string()));
    format!("{} {first}–{last}", bounds.line)
}
