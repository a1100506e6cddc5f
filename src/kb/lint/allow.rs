//! Comments that allow a finding for a while: `# lint-allow: P042 until 2027-06-30: reason` in
//! front matter and lists, `ALLOW: P042 until 2027-06-30: reason` in the header of a crash text.
//!
//! A comment applies to the whole file that it is in. After its day it still applies and becomes a
//! warning itself: a build must not begin to fail because a day has passed.

use std::collections::BTreeMap;

use time::{Date, Month};

use crate::kb::finding::{Finding, FindingCode, Position};
use crate::kb::texts::KbTexts;

/// One comment.
struct Allow {
    code: FindingCode,
    until: Date,
    line: usize,
    /// The comment without its mark.
    text: String,
    used: bool,
}

/// Removes the findings that comments allow, adds the faults of the comments on the day `today`, and
/// gives every finding its position and its order. `findings` must be complete: a comment without a
/// finding counts as unused.
pub fn settle(findings: Vec<Finding>, texts: &KbTexts, today: Date) -> Vec<Finding> {
    let mut settled = Vec::new();
    let mut rest: BTreeMap<String, Vec<Finding>> = BTreeMap::new();
    for finding in findings {
        rest.entry(finding.path.clone()).or_default().push(finding);
    }
    for (path, text) in texts.iter() {
        let (mut allows, faults) = allows_in(path, text);
        settled.extend(faults);
        if allows.is_empty() {
            continue;
        }
        rest.entry(path.to_owned()).or_default().retain(|finding| {
            let allow = allows.iter_mut().find(|allow| allow.code == finding.code);
            allow.map(|allow| allow.used = true).is_none()
        });
        settled.extend(allows.iter().filter_map(|allow| fault_of(path, allow, today)));
    }
    settled.extend(rest.into_values().flatten());
    for finding in &mut settled {
        finding.position = texts.position(&finding.path, &finding.place);
    }
    settled.sort_by(|one, other| sort_key(one).cmp(&sort_key(other)));
    settled.dedup();
    settled
}

fn sort_key(finding: &Finding) -> (&str, Option<Position>, FindingCode, &str) {
    let Finding { path, position, code, detail, .. } = finding;
    (path, *position, *code, detail)
}

/// The fault of a comment with the right form.
fn fault_of(path: &str, allow: &Allow, today: Date) -> Option<Finding> {
    let code = match (allow.used, allow.until < today) {
        (false, _) => FindingCode::AllowUnused,
        (true, true) => FindingCode::AllowExpired,
        (true, false) => return None,
    };
    Some(Finding::new(path, code, &allow.text).at(allow.line))
}

/// The comments of a file, and a finding for each one with the wrong form.
fn allows_in(path: &str, text: &str) -> (Vec<Allow>, Vec<Finding>) {
    let (mut allows, mut faults) = (Vec::new(), Vec::new());
    for (line, comment) in comments(path, text) {
        match parse(comment) {
            Some((code, until)) => {
                let text = comment.to_owned();
                allows.push(Allow { code, until, line, text, used: false });
            }
            None => faults.push(Finding::new(path, FindingCode::AllowForm, comment).at(line)),
        }
    }
    (allows, faults)
}

/// The mark of a comment in front matter and lists.
const COMMENT: &str = "# lint-allow:";
/// The mark of a comment in the header of a crash text.
const HEADER: &str = "ALLOW:";

/// The comments of a file with their lines, without their marks.
fn comments<'a>(path: &str, text: &'a str) -> Vec<(usize, &'a str)> {
    let lines = text.lines().map(str::trim);
    match path.split('/').next() {
        Some("crashes" | "near" | "unknown") => {
            marked(HEADER, lines.take_while(|line| !line.is_empty()))
        }
        Some("issues" | "guidance") => {
            let front = lines.enumerate().take_while(|(index, line)| *index == 0 || *line != "+++");
            marked(COMMENT, front.map(|(_, line)| line))
        }
        Some("frames") => marked(COMMENT, lines),
        _ => Vec::new(),
    }
}

/// The lines that begin with `mark`, numbered from 1, without the mark.
fn marked<'a>(mark: &str, lines: impl Iterator<Item = &'a str>) -> Vec<(usize, &'a str)> {
    let found = lines.enumerate().map(|(index, line)| Some((index + 1, line.strip_prefix(mark)?)));
    found.flatten().map(|(line, comment)| (line, comment.trim())).collect()
}

/// `P042 until 2027-06-30: reason`; comments themselves cannot be allowed.
fn parse(comment: &str) -> Option<(FindingCode, Date)> {
    let (code, rest) = comment.split_once(" until ")?;
    let (date, reason) = rest.split_once(':')?;
    let code = FindingCode::find(code.trim()).filter(|found| found.code() == code.trim())?;
    let until = date_of(date.trim())?;
    match code {
        FindingCode::AllowForm | FindingCode::AllowExpired | FindingCode::AllowUnused => None,
        _ if reason.trim().is_empty() => None,
        _ => Some((code, until)),
    }
}

/// The day `2027-06-30`.
pub fn date_of(text: &str) -> Option<Date> {
    let mut parts = text.splitn(3, '-');
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    if (year.len(), month.len(), day.len()) != (4, 2, 2) {
        return None;
    }
    let month = Month::try_from(month.parse::<u8>().ok()?).ok()?;
    Date::from_calendar_date(year.parse().ok()?, month, day.parse().ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(comment: &str, expected: Option<&str>) {
        let found = parse(comment).map(|(code, until)| format!("{} {until}", code.code()));
        assert_eq!(found.as_deref(), expected, "{comment}");
    }

    #[test]
    fn a_comment_has_a_code_a_date_and_a_reason() {
        check("P042 until 2027-06-30: the list is wrong", Some("P042 2027-06-30"));
        check("P042 until 2027-06-30:", None);
        check("P042 until 2027-06-30", None);
        check("P042: the list is wrong", None);
        check("P042 until 2027-6-30: x", None);
        check("P042 until 2027-02-30: x", None);
        check("P999 until 2027-06-30: x", None);
        check("P091 until 2027-06-30: x", None);
    }

    #[track_caller]
    fn check_count(path: &str, text: &str, expected: usize) {
        assert_eq!(comments(path, text).len(), expected, "{path}: {text}");
    }

    #[test]
    fn comments_are_in_front_matter_headers_and_lists() {
        check_count("issues/KB1.md", "+++\n# lint-allow: a\n+++\n# lint-allow: b\n", 1);
        check_count("crashes/KB1-1.txt", "EXPECT: KB1\nALLOW: a\n\nALLOW: b\n", 1);
        check_count("frames/shared.txt", "A\n\n# lint-allow: a\nB\n", 1);
        check_count("releases.csv", "# lint-allow: a\n", 0);
    }
}
