//! A first draft of an issue, made of a crash: what a curator goes on from.

use std::fmt::Write;

use super::knowledge::Knowledge;
use super::subject::Subject;
use crate::crash::{Crash, Role, ScreenPart};
use crate::explain::fixed_words;
use crate::kb::Exemplar;
use crate::signature::function_name;
use crate::text::{Redactor, SiteSecret};

/// Frames from the top of the story that a draft asks for.
const FRAMES: usize = 5;

/// The names that a draft is written with.
#[derive(Clone, Copy, Debug)]
pub struct DraftNames<'a> {
    /// Id of the new issue: `TEAM-0001`.
    pub id: &'a str,
    /// The author of the file.
    pub author: &'a str,
    /// The day on which it is written, as `2026-11-23`.
    pub created: &'a str,
}

/// The two files of a new issue.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Draft {
    /// The content of `issues/<id>.md`.
    pub issue: String,
    /// The content of `crashes/<id>-1.txt`, private strings replaced.
    pub crash_text: String,
    /// False when no frame and no text of the crash tells it from others, so that a person must add
    /// one.
    pub tells: bool,
}

/// Drafts an issue for `subject`; `source` says where its text is from.
pub fn draft_of(
    subject: &Subject,
    knowledge: &Knowledge,
    names: DraftNames<'_>,
    source: &str,
    secret: &SiteSecret,
) -> Draft {
    let screen = screen_text(&subject.crash, Some(secret));
    let crash_text = Exemplar::text_with(names.id, source, &screen);
    let frames = story(subject);
    let message = subject.crash.panic.as_ref().and_then(fixed_words);
    let matcher = knowledge.matcher();
    let tells = message.is_some()
        || frames.iter().any(|frame| matcher.telling_weight(frame, subject.keys.kind) > 0.0);
    let issue = issue_text(subject, names, &frames, message.as_deref());
    Draft { issue, crash_text, tells }
}

/// The lines of a crash as a file of the knowledge base has them, private strings replaced where a
/// secret is given.
pub(crate) fn screen_text(crash: &Crash, secret: Option<&SiteSecret>) -> String {
    let lines: Vec<&str> = crash.screen.iter().map(|line| line.text.as_str()).collect();
    let Some(secret) = secret else { return lines.join("\n") + "\n" };
    let mut redactor = Redactor::new(secret);
    redactor.learn_screen(&lines.join("\n"));
    let redacted = crash.screen.iter().map(|line| match line.part {
        ScreenPart::Log => redactor.redact(&line.text),
        _ => redactor.redact_screen(&line.text),
    });
    let lines: Vec<String> = redacted.collect();
    lines.join("\n") + "\n"
}

/// The functions at the top of the story.
fn story(subject: &Subject) -> Vec<String> {
    let frames = subject.crash.deciding_frames().iter();
    let story = frames.filter(|frame| frame.role == Role::Story);
    let names = story.filter_map(|frame| frame.function.as_deref());
    names.map(|name| function_name(name).to_owned()).take(FRAMES).collect()
}

fn issue_text(
    subject: &Subject,
    names: DraftNames<'_>,
    frames: &[String],
    message: Option<&str>,
) -> String {
    let kind = subject.crash.kind().map(|kind| kind.as_str());
    let place = frames.first().map(String::as_str).or(message);
    let title = match (kind, place) {
        (Some(kind), Some(place)) => format!("{kind} in {place}"),
        (one, other) => one.or(other).unwrap_or("unknown crash").to_owned(),
    };
    let mut text = format!(
        "+++\nschema = 1\nid = {}\ntitle = {}\nstatus = \"draft\"\nauthor = {}\ncreated = {}\n",
        quoted(names.id),
        quoted(&title),
        quoted(names.author),
        names.created
    );
    if let Some(line) = &subject.host.line {
        let _ = write!(text, "\n[affected]\nlines = [{}]\n", quoted(line));
    }
    text.push_str("\n# Nothing is known to help yet; take this out once something is.\n");
    text.push_str("[fix]\nunknown = true\n\n[[signatures]]\nname = \"main\"\n");
    let kinds: Vec<String> = kind.into_iter().map(str::to_owned).collect();
    let messages: Vec<String> = message.into_iter().map(str::to_owned).collect();
    for (key, values) in [("kinds", &kinds[..]), ("messages", &messages), ("frames", frames)] {
        if !values.is_empty() {
            let values: Vec<String> = values.iter().map(|value| quoted(value)).collect();
            let _ = writeln!(text, "{key} = [{}]", values.join(", "));
        }
    }
    text.push_str("+++\n\n## Cause\n\nNot known yet.\n\n## Fix\n\nNot known yet.\n");
    text
}

/// A string of TOML, on one line.
pub(crate) fn quoted(text: &str) -> String {
    toml::Value::String(one_line(text)).to_string()
}

pub(crate) fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnose::prepare;
    use crate::kb::Issue;
    use crate::read::crashes_in_text;

    fn draft(text: &str) -> Draft {
        let knowledge = Knowledge::shipped().expect("the shipped knowledge");
        let subject = prepare(crashes_in_text(text).remove(0), knowledge);
        let names = DraftNames { id: "TEAM-0007", author: "us", created: "2026-11-23" };
        draft_of(&subject, knowledge, names, "a ticket", &SiteSecret::known([7; 32]))
    }

    #[test]
    fn a_draft_is_an_issue_that_asks_for_what_the_crash_shows() {
        let text = "VMware ESXi 8.0.2 [Releasebuild-23305546 x86_64]\n\
            @BlueScreen: #PF Exception 14 in world 2097460:vmm0:Payroll IP 0x42 addr 0x8\n\
            [0x1]acme_Poll@(acme)#<None>+0x1 stack: 0x0\n\
            [0x2]CpuSched_StartWorld@vmkernel#nover+0x86 stack: 0x0\n";
        let draft = draft(text);
        let issue = Issue::parse("issues/TEAM-0007.md", &draft.issue).expect(&draft.issue);
        assert_eq!(issue.title, "page-fault in acme_Poll");
        assert_eq!(issue.affected.lines, ["8.0.2"]);
        let signature = &issue.signatures[0];
        assert_eq!(signature.frames.len(), 1, "{}", draft.issue);
        assert!(signature.messages.is_empty() && draft.tells);
        assert!(!draft.crash_text.contains("Payroll"), "{}", draft.crash_text);
        assert!(draft.crash_text.contains("acme_Poll"), "{}", draft.crash_text);
    }

    #[test]
    fn odd_names_are_quoted() {
        let draft = draft("@BlueScreen: A \"strange\" \\text of ours\n");
        let issue = Issue::parse("issues/TEAM-0007.md", &draft.issue).expect(&draft.issue);
        assert_eq!(issue.signatures[0].messages.len(), 1, "{}", draft.issue);
    }
}
