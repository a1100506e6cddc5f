//! Takes a crash that was decided about into the knowledge base, as a crash text or a near miss.

use serde::Serialize;
use strum::IntoStaticStr;

use super::change::FileChange;
use crate::crash::{Crash, PanicKind};
use crate::diagnose::{Lists, prepare, screen_text};
use crate::kb::{Exemplar, KnowledgeBase};
use crate::ledger::{Decision, DecisionKind};
use crate::message::Catalog;
use crate::read::{FoundCrash, crashes_in_text};
use crate::text::SiteSecret;

/// What a crash is adopted as.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AdoptAs {
    /// A crash text of this issue.
    Crash(String),
    /// A near miss of this issue.
    Near(String),
}

/// Why a crash is not adopted; the names are published and stay.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, IntoStaticStr)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
#[non_exhaustive]
pub enum NotAdopted {
    /// Nobody has decided what it is.
    NotDecided,
    /// It was decided to be something else.
    DecidedOtherwise,
    /// There is no such issue, or it is retired.
    UnknownIssue,
    /// A file of the knowledge base has the same text.
    SameText,
    /// What would be written is not read as the same crash.
    NotReadBack,
}

impl NotAdopted {
    /// The sentence for a person.
    pub fn text(self, crash: &str, detail: &str, catalog: &Catalog) -> String {
        let name: &str = self.into();
        catalog.text(&format!("not-adopted-{name}"), &[("crash", crash), ("detail", detail)])
    }
}

/// What the decision about a crash and the wish of a person make of it together; `wanted` is that wish.
///
/// # Errors
/// [`NotAdopted`] with what is at fault, when nothing was decided, or something else.
pub fn adopted_as(
    decision: Option<&Decision>,
    wanted: Option<AdoptAs>,
) -> Result<AdoptAs, (NotAdopted, String)> {
    let Some(decision) = decision else { return Err((NotAdopted::NotDecided, String::new())) };
    let decided = decision.value.as_deref().filter(|_| decision.kind == DecisionKind::Issue);
    match (decided, wanted) {
        (Some(decided), None) => Ok(AdoptAs::Crash(decided.to_owned())),
        // What nobody knows says of no issue that it is near it.
        (None, None) => Err((NotAdopted::NotDecided, decision.kind.as_str().to_owned())),
        (Some(decided), Some(AdoptAs::Crash(id))) if decided != id => {
            Err((NotAdopted::DecidedOtherwise, decided.to_owned()))
        }
        // A new issue is written down as a draft, which the decision could not name.
        (None, Some(AdoptAs::Crash(_))) if decision.kind != DecisionKind::New => {
            Err((NotAdopted::DecidedOtherwise, decision.kind.as_str().to_owned()))
        }
        (Some(decided), Some(AdoptAs::Near(id))) if decided == id => {
            Err((NotAdopted::DecidedOtherwise, decided.to_owned()))
        }
        (_, Some(wanted)) => Ok(wanted),
    }
}

/// The new file for a crash; `is_there` says whether a path is in use.
///
/// # Errors
/// [`NotAdopted`] with what is at fault.
pub fn adopted(
    kb: &KnowledgeBase,
    crash: &Crash,
    adopt_as: &AdoptAs,
    source: &str,
    secret: Option<&SiteSecret>,
    is_there: &dyn Fn(&str) -> bool,
) -> Result<FileChange, (NotAdopted, String)> {
    let (AdoptAs::Crash(id) | AdoptAs::Near(id)) = adopt_as;
    if !kb.issues.contains_key(id) {
        return Err((NotAdopted::UnknownIssue, id.clone()));
    }
    let text = screen_text(crash, secret);
    if let Some(path) = path_of_same_text(kb, &text) {
        return Err((NotAdopted::SameText, path.to_owned()));
    }
    let own = face_of(crash.clone().into(), kb);
    let read_back = crashes_in_text(&text).into_iter().next().map(|found| face_of(found, kb));
    if read_back.as_ref() != Some(&own) {
        return Err((NotAdopted::NotReadBack, id.clone()));
    }
    let (expect, path) = match adopt_as {
        AdoptAs::Crash(id) => (id.clone(), free_path(&format!("crashes/{id}-"), is_there)),
        AdoptAs::Near(id) => {
            let slug = slug_of(own.top.as_deref().unwrap_or("crash"));
            (format!("not {id}"), near_path(id, &slug, is_there))
        }
    };
    Ok(FileChange::new_file(path, Exemplar::text_with(&expect, source, &text)))
}

/// What must be the same of a crash after it was written and read again.
#[derive(PartialEq)]
struct Face {
    fingerprint: Option<String>,
    kind: Option<PanicKind>,
    /// The function at the top of the story.
    top: Option<String>,
}

fn face_of(found: FoundCrash, kb: &KnowledgeBase) -> Face {
    let lists = Lists { frames: &kb.lists, releases: &kb.releases, symbols: None };
    let subject = prepare(found, lists);
    let top = subject.keys.frames.first().map(|frame| frame.function.clone());
    Face { fingerprint: subject.fingerprint, kind: subject.keys.kind, top }
}

/// The crash text of the knowledge base that says the same, apart from blanks.
fn path_of_same_text<'a>(kb: &'a KnowledgeBase, text: &str) -> Option<&'a str> {
    let own: Vec<&str> = text.split_whitespace().collect();
    let mut exemplars = kb.exemplars.values();
    let same =
        exemplars.find(|exemplar| exemplar.text.split_whitespace().eq(own.iter().copied()))?;
    Some(&same.path)
}

/// The first of `start1.txt`, `start2.txt`, … that is not in use.
fn free_path(start: &str, is_there: &dyn Fn(&str) -> bool) -> String {
    let mut number = 1_usize;
    while is_there(&format!("{start}{number}.txt")) {
        number += 1;
    }
    format!("{start}{number}.txt")
}

fn near_path(id: &str, slug: &str, is_there: &dyn Fn(&str) -> bool) -> String {
    let plain = format!("near/{id}-{slug}.txt");
    if is_there(&plain) { free_path(&format!("near/{id}-{slug}-"), is_there) } else { plain }
}

/// A name of a file out of a function: letters, digits and single hyphens.
fn slug_of(name: &str) -> String {
    const LONGEST: usize = 40;
    let plain = name.to_ascii_lowercase().replace(|c: char| !c.is_ascii_alphanumeric(), "-");
    let parts: Vec<&str> = plain.split('-').filter(|part| !part.is_empty()).collect();
    let slug: String = parts.join("-").chars().take(LONGEST).collect();
    let slug = slug.trim_end_matches('-');
    if slug.is_empty() { "crash".to_owned() } else { slug.to_owned() }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::kb::{Exemplar, Issue};

    fn decision(kind: DecisionKind, value: Option<&str>) -> Decision {
        Decision { kind, value: value.map(str::to_owned), ..Decision::default() }
    }

    fn crash_as(id: &str) -> AdoptAs {
        AdoptAs::Crash(id.to_owned())
    }

    fn near(id: &str) -> AdoptAs {
        AdoptAs::Near(id.to_owned())
    }

    #[track_caller]
    fn check_as(
        decision: Option<Decision>,
        wanted: Option<AdoptAs>,
        expected: Result<AdoptAs, NotAdopted>,
    ) {
        assert_eq!(adopted_as(decision.as_ref(), wanted).map_err(|(reason, _)| reason), expected);
    }

    fn decided() -> Option<Decision> {
        Some(decision(DecisionKind::Issue, Some("KB1")))
    }

    #[test]
    fn only_what_was_decided_is_adopted() {
        use DecisionKind::{New, None as NoIssue};
        let other = Err(NotAdopted::DecidedOtherwise);
        check_as(None, Some(crash_as("KB1")), Err(NotAdopted::NotDecided));
        check_as(decided(), None, Ok(crash_as("KB1")));
        check_as(decided(), Some(crash_as("KB1")), Ok(crash_as("KB1")));
        check_as(decided(), Some(crash_as("KB2")), other.clone());
        check_as(decided(), Some(near("KB2")), Ok(near("KB2")));
        check_as(decided(), Some(near("KB1")), other.clone());
        check_as(Some(decision(NoIssue, None)), None, Err(NotAdopted::NotDecided));
        check_as(Some(decision(NoIssue, None)), Some(near("KB1")), Ok(near("KB1")));
        check_as(Some(decision(NoIssue, None)), Some(crash_as("KB1")), other);
        check_as(Some(decision(New, None)), Some(crash_as("DRAFT-a")), Ok(crash_as("DRAFT-a")));
    }

    const TEXT: &str = "VMware ESXi 8.0.2 [Releasebuild-23305546 x86_64]\n\
        #PF Exception 14 in world 2097460:vmm0:Payroll IP 0x42002b65ad3b addr 0x8\n\
        0x453a0002:[0x42002b65ad3b]acme_Poll@(acme)#<None>+0x12 stack: 0x0\n\
        0x453a0003:[0x42002b65ad3c]acme_Work@(acme)#<None>+0x34 stack: 0x0\n";

    fn kb() -> KnowledgeBase {
        let mut kb = KnowledgeBase::default();
        kb.issues.insert("KB1".into(), Issue::default());
        kb
    }

    fn adopt(
        kb: &KnowledgeBase,
        adopt_as: &AdoptAs,
        used: &[&str],
    ) -> Result<FileChange, NotAdopted> {
        let crash = crashes_in_text(TEXT).remove(0).crash;
        let used: BTreeSet<&str> = used.iter().copied().collect();
        let secret = SiteSecret::known([7; 32]);
        adopted(kb, &crash, adopt_as, "ticket\n1", Some(&secret), &|path| used.contains(path))
            .map_err(|(reason, _)| reason)
    }

    #[test]
    fn a_crash_becomes_a_file_without_private_names() {
        let used = ["crashes/KB1-1.txt"];
        let change = adopt(&kb(), &crash_as("KB1"), &used).expect("adopted");
        assert_eq!(change.path, "crashes/KB1-2.txt");
        assert!(change.after.starts_with("EXPECT: KB1\nSOURCE: ticket 1\n\nVMware ESXi 8.0.2"));
        assert!(!change.after.contains("Payroll"), "{}", change.after);
        let miss = adopt(&kb(), &near("KB1"), &["near/KB1-acme-poll.txt"]).expect("adopted");
        assert_eq!(miss.path, "near/KB1-acme-poll-1.txt");
        assert!(miss.after.starts_with("EXPECT: not KB1\n"), "{}", miss.after);
    }

    #[test]
    fn the_same_text_is_not_there_twice() {
        let mut kb = kb();
        let change = adopt(&kb, &crash_as("KB1"), &[]).expect("adopted");
        let exemplar = Exemplar::parse(&change.path, &change.after).expect("an exemplar");
        kb.exemplars.insert(change.path.clone(), exemplar);
        assert_eq!(adopt(&kb, &crash_as("KB1"), &[]), Err(NotAdopted::SameText));
        assert_eq!(adopt(&kb, &near("KB2"), &[]), Err(NotAdopted::UnknownIssue));
    }
}
