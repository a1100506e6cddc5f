//! The build with the fix for each affected update line; the nearest later build where the line has
//! no fix of its own.

use schemars::JsonSchema;
use serde::Serialize;

use crate::kb::{FixBuild, Issue, KnowledgeBase, Releases, compare_lines, line_has_prefix};

/// The fix for one update line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct LineFix {
    /// Update line.
    pub line: String,
    /// The update line with the nearest fix: this line, or the first later one.
    pub fixed_line: String,
    /// Update name.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// Build.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub build: Option<u32>,
    /// Date of release.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub date: String,
}

impl LineFix {
    /// Returns true when the line has a fix of its own.
    pub fn is_own(&self) -> bool {
        self.line == self.fixed_line
    }

    /// Prints `7.0 Update 3l (21424296)`.
    pub fn release(&self) -> String {
        let name = if self.name.is_empty() { &self.fixed_line } else { &self.name };
        match self.build {
            Some(build) => format!("{name} ({build})"),
            None => name.clone(),
        }
    }
}

/// Finds the build of a fix, which the article prints or the release list resolves from its name,
/// and the date of its release.
pub(super) fn resolved(fix: &FixBuild, releases: &Releases) -> (Option<u32>, String) {
    let listed = releases.with_fix(fix);
    let date = listed.map(|entry| entry.date.clone()).unwrap_or_default();
    (fix.build.or(listed.map(|entry| entry.build)), date)
}

/// Puts update lines in order, the oldest first, each once.
pub(super) fn in_order(mut lines: Vec<String>) -> Vec<String> {
    lines.sort_by(|one, other| compare_lines(one, other));
    lines.dedup();
    lines
}

/// Lists every update line of the release list, oldest first.
pub(super) fn update_lines(kb: &KnowledgeBase) -> Vec<String> {
    in_order(kb.releases.entries().iter().map(|entry| entry.line.clone()).collect())
}

/// Lists the update lines that the article of `issue` covers, also those that the release list
/// does not know.
pub(super) fn covered_lines(issue: &Issue, kb: &KnowledgeBase) -> Vec<String> {
    let bounded = issue.affected.builds.iter().map(|bounds| &bounds.line);
    let prefixes: Vec<&String> = issue.affected.lines.iter().chain(bounded).collect();
    let mut lines = update_lines(kb);
    lines.retain(|line| prefixes.iter().any(|prefix| line_has_prefix(line, prefix)));
    lines.extend(prefixes.into_iter().filter(|prefix| !kb.releases.knows_line(prefix)).cloned());
    in_order(lines)
}

/// Finds the nearest fix for each line that is covered or has a fix, oldest line first.
pub(super) fn fixes_by_line(issue: &Issue, kb: &KnowledgeBase) -> Vec<LineFix> {
    let mut fixes: Vec<&FixBuild> = issue.fix.builds.iter().collect();
    fixes.sort_by(|one, other| compare_lines(&one.line, &other.line));
    let mut lines = covered_lines(issue, kb);
    lines.extend(fixes.iter().map(|fix| fix.line.clone()));
    in_order(lines).into_iter().filter_map(|line| nearest_fix(line, &fixes, &kb.releases)).collect()
}

/// Finds the first of `fixes`, oldest line first, that is for `line` or for a later one.
fn nearest_fix(line: String, fixes: &[&FixBuild], releases: &Releases) -> Option<LineFix> {
    let fix = fixes.iter().find(|fix| compare_lines(&fix.line, &line).is_ge())?;
    let (build, date) = resolved(fix, releases);
    Some(LineFix { line, fixed_line: fix.line.clone(), name: fix.name.clone(), build, date })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kb::KbSource;

    #[test]
    fn a_line_without_a_fix_is_sent_to_the_next_one() {
        let kb = KnowledgeBase::read(&[KbSource::Shipped]).expect("the shipped kb");
        let mut issue = kb.issues["KB318512"].clone();
        issue.affected.lines = vec!["7.0".into(), "8.0.0".into(), "8.0.3".into()];
        let found: Vec<String> = fixes_by_line(&issue, &kb)
            .iter()
            .map(|fix| format!("{} {} {}", fix.line, fix.release(), fix.is_own()))
            .collect();
        assert_eq!(
            found,
            [
                "7.0.0 7.0 Update 3l (21424296) false",
                "7.0.1 7.0 Update 3l (21424296) false",
                "7.0.2 7.0 Update 3l (21424296) false",
                "7.0.3 7.0 Update 3l (21424296) true",
                "8.0.0 8.0b (21203435) true",
            ]
        );
    }
}
