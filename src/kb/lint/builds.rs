//! Rules about update lines and builds.

use super::Rules;
use crate::kb::finding::{Finding, FindingCode};
use crate::kb::issue::{AffectedBuilds, FixBuild, Issue};
use crate::kb::releases::{Releases, line_has_prefix};

pub(super) fn update_lines(rules: &Rules<'_>, issue: &Issue, findings: &mut Vec<Finding>) {
    let lines = issue.affected.lines.iter().enumerate();
    let lines = lines.map(|(index, line)| (format!("affected.lines[{index}]"), line));
    let builds = issue.affected.builds.iter().map(|builds| &builds.line).enumerate();
    let builds = builds.map(|(index, line)| (format!("affected.builds[{index}].line"), line));
    let fixes = issue.fix.builds.iter().map(|build| &build.line).enumerate();
    let fixes = fixes.map(|(index, line)| (format!("fix.builds[{index}].line"), line));
    for (key, line) in lines.chain(builds).chain(fixes) {
        if !rules.kb.releases.knows_line(line) {
            findings.push(Finding::new(&issue.path, FindingCode::UpdateLine, line).value(key));
        }
    }
}

/// The build of a fix: the one that is written, else that of the named update.
fn build_of(releases: &Releases, fix: &FixBuild) -> Option<u32> {
    fix.build.or_else(|| listed(releases, fix))
}

fn listed(releases: &Releases, fix: &FixBuild) -> Option<u32> {
    let named = !fix.name.trim().is_empty();
    releases.by_name(&fix.line, &fix.name).filter(|_| named).map(|entry| entry.build)
}

pub(super) fn fixes(rules: &Rules<'_>, issue: &Issue, findings: &mut Vec<Finding>) {
    let releases = &rules.kb.releases;
    let mut add = |code, key: String, detail: String| {
        findings.push(Finding::new(&issue.path, code, detail).value(key));
    };
    for (index, fix) in issue.fix.builds.iter().enumerate() {
        let FixBuild { line, build, name } = fix;
        let key = format!("fix.builds[{index}]");
        match (listed(releases, fix), build) {
            (None, None) => add(FindingCode::FixName, format!("{key}.name"), name.clone()),
            (Some(listed), Some(build)) if listed != *build => {
                let detail = format!("{name}: {build}, releases.csv: {listed}");
                add(FindingCode::FixBuild, format!("{key}.build"), detail);
            }
            (None, Some(build)) => {
                if let Some((code, detail)) = build_fault(releases, line, *build) {
                    add(code, format!("{key}.build"), detail);
                }
            }
            _ => {}
        }
        if issue.fix.builds[..index].iter().any(|other| other.line == *line) {
            add(FindingCode::FixTwice, format!("{key}.line"), line.clone());
        }
    }
}

/// What speaks against a build in an update line.
fn build_fault(releases: &Releases, line: &str, build: u32) -> Option<(FindingCode, String)> {
    match releases.by_build(build) {
        None => Some((FindingCode::UnknownBuild, build.to_string())),
        Some(entry) if !line_has_prefix(&entry.line, line) && releases.knows_line(line) => {
            Some((FindingCode::BuildLine, format!("{build}: {}, {line}", entry.line)))
        }
        Some(_) => None,
    }
}

pub(super) fn bounds(rules: &Rules<'_>, issue: &Issue, findings: &mut Vec<Finding>) {
    let releases = &rules.kb.releases;
    for (index, bounds) in issue.affected.builds.iter().enumerate() {
        let key = format!("affected.builds[{index}]");
        let mut add = |code, key: String, detail: String| {
            findings.push(Finding::new(&issue.path, code, detail).value(key));
        };
        for (name, build) in [("first", bounds.first), ("last", bounds.last)] {
            let fault = build.and_then(|build| build_fault(releases, &bounds.line, build));
            if let Some((code, detail)) = fault {
                add(code, format!("{key}.{name}"), detail);
            }
        }
        if is_reversed(bounds) {
            add(FindingCode::BoundsReversed, key.clone(), shown(bounds));
        }
        let earlier = issue.affected.builds[..index].iter();
        if let Some(other) = earlier.clone().find(|other| overlap(other, bounds)) {
            let detail = format!("{}; {}", shown(other), shown(bounds));
            add(FindingCode::BoundsOverlap, key.clone(), detail);
        }
        let fix = issue.fix.builds.iter().find(|fix| fix.line == bounds.line);
        let fix = fix.and_then(|fix| build_of(releases, fix));
        let detail = |fix| format!("{}; {fix}", shown(bounds));
        match fix {
            Some(fix) if bounds.first.is_some_and(|first| fix <= first) => {
                add(FindingCode::FixedBeforeAffected, key, detail(fix));
            }
            Some(fix) if bounds.last.is_some_and(|last| fix <= last) && !is_reversed(bounds) => {
                add(FindingCode::AffectedAfterFix, key, detail(fix));
            }
            _ => {}
        }
    }
}

fn is_reversed(bounds: &AffectedBuilds) -> bool {
    bounds.first.zip(bounds.last).is_some_and(|(first, last)| first > last)
}

/// True when two stretches of one line have a build in common.
fn overlap(one: &AffectedBuilds, other: &AffectedBuilds) -> bool {
    let ends =
        |bounds: &AffectedBuilds| (bounds.first.unwrap_or(0), bounds.last.unwrap_or(u32::MAX));
    let ((first, last), (other_first, other_last)) = (ends(one), ends(other));
    one.line == other.line && first <= other_last && other_first <= last
}

/// `7.0.3 20036589–21424296`.
fn shown(bounds: &AffectedBuilds) -> String {
    let end = |build: Option<u32>| build.map_or(String::new(), |build| build.to_string());
    format!("{} {}–{}", bounds.line, end(bounds.first), end(bounds.last))
}
