//! Comments that allow a finding for a while: `# lint-allow: P042 until 2027-06-30: reason` in
//! front matter and lists, `ALLOW: P042 until 2027-06-30: reason` in the header of a crash text.
//!
//! A comment is about the whole file that it stands in. When its day is over it still holds and is a
//! warning itself: a build must not begin to fail because a day has passed.

use time::{Date, Month};

use crate::kb::finding::{Finding, FindingCode};
use crate::kb::texts::KbTexts;

/// One comment.
struct Allow {
    code: FindingCode,
    until: Date,
    line: usize,
    /// The comment as it stands in the file.
    text: String,
    used: bool,
}

/// Takes out what comments allow, adds what is wrong with the comments on the day `today`, and gives
/// every finding its position and its order. `findings` must be everything that is known: a comment
/// without a finding is unused.
pub fn settle(findings: Vec<Finding>, texts: &KbTexts, today: Date) -> Vec<Finding> {
    let mut settled = Vec::new();
    let mut rest = findings;
    for (path, text) in texts.iter() {
        let (mut allows, faults) = allows_of(path, text);
        settled.extend(faults);
        rest.retain(|finding| {
            let allow = allows.iter_mut().find(|a| finding.path == path && a.code == finding.code);
            allow.map(|allow| allow.used = true).is_none()
        });
        settled.extend(allows.iter().filter_map(|allow| about(path, allow, today)));
    }
    settled.extend(rest);
    for finding in &mut settled {
        finding.position = texts.position(&finding.path, &finding.place);
    }
    let key = |finding: &Finding| {
        let Finding { path, position, code, detail, .. } = finding;
        (path.clone(), *position, *code, detail.clone())
    };
    settled.sort_by_cached_key(key);
    settled.dedup();
    settled
}

/// What is wrong with a comment whose form is right.
fn about(path: &str, allow: &Allow, today: Date) -> Option<Finding> {
    let code = match (allow.used, allow.until < today) {
        (false, _) => FindingCode::AllowUnused,
        (true, true) => FindingCode::AllowExpired,
        (true, false) => return None,
    };
    Some(Finding::new(path, code, &allow.text).at(allow.line))
}

/// The comments of a file, and those whose form is wrong.
fn allows_of(path: &str, text: &str) -> (Vec<Allow>, Vec<Finding>) {
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

/// The comments of a file with their lines, without their marks.
fn comments<'a>(path: &str, text: &'a str) -> Vec<(usize, &'a str)> {
    const COMMENT: &str = "# lint-allow:";
    const HEADER: &str = "ALLOW:";
    let room = path.split('/').next().unwrap_or_default();
    let lines = text.lines().enumerate().map(|(index, line)| (index + 1, line.trim()));
    let marked = |mark: &'static str| {
        move |(line, text): (usize, &'a str)| Some((line, text.strip_prefix(mark)?.trim()))
    };
    match room {
        "crashes" | "near" | "unknown" => {
            lines.take_while(|(_, line)| !line.is_empty()).filter_map(marked(HEADER)).collect()
        }
        "issues" | "guidance" => {
            let is_end = |(number, line): &(usize, &str)| *number > 1 && *line == "+++";
            lines.take_while(|line| !is_end(line)).filter_map(marked(COMMENT)).collect()
        }
        "frames" => lines.filter_map(marked(COMMENT)).collect(),
        _ => Vec::new(),
    }
}

/// `P042 until 2027-06-30: reason`; comments themselves cannot be allowed.
fn parse(comment: &str) -> Option<(FindingCode, Date)> {
    let (code, rest) = comment.split_once(" until ")?;
    let (date, reason) = rest.split_once(':')?;
    let code = FindingCode::find(code.trim()).filter(|found| found.code() == code.trim())?;
    let is_comment = matches!(
        code,
        FindingCode::AllowForm | FindingCode::AllowExpired | FindingCode::AllowUnused
    );
    let until = date_of(date.trim())?;
    (!reason.trim().is_empty() && !is_comment).then_some((code, until))
}

/// The day `2027-06-30`.
pub fn date_of(text: &str) -> Option<Date> {
    let mut parts = text.splitn(3, '-');
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    let is_form = (year.len(), month.len(), day.len()) == (4, 2, 2);
    let month = Month::try_from(month.parse::<u8>().ok()?).ok()?;
    let date = Date::from_calendar_date(year.parse().ok()?, month, day.parse().ok()?).ok()?;
    is_form.then_some(date)
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

    #[test]
    fn comments_stand_in_front_matter_headers_and_lists() {
        let count = |path, text| comments(path, text).len();
        assert_eq!(count("issues/KB1.md", "+++\n# lint-allow: a\n+++\n# lint-allow: b\n"), 1);
        assert_eq!(count("crashes/KB1-1.txt", "EXPECT: KB1\nALLOW: a\n\nALLOW: b\n"), 1);
        assert_eq!(count("frames/shared.txt", "A\n\n# lint-allow: a\nB\n"), 1);
        assert_eq!(count("releases.csv", "# lint-allow: a\n"), 0);
    }
}
