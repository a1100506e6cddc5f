//! A known issue out of crashes: the least that they have in common and no other crash has.
//!
//! The parts are what nearly all of the crashes print (`frames.rs`, `message.rs`, `check.rs`);
//! `search.rs` takes frames out as long as every crash is a match and no other one is possible
//! (`bench.rs`); `file.rs` writes it down. What comes out is tried once more as the knowledge base
//! would have it. Where nothing separates the crashes from the others there is no draft, only the
//! reason.

mod bench;
mod check;
mod file;
mod frames;
mod message;
mod search;

pub use bench::Standing;
pub use file::DraftFile;

use std::collections::BTreeSet;

use super::trial::{Against, Effect, NamedCrash, Trial, TrialSide, trial};
use crate::diagnose::{Subject, prepare};
use crate::error::Result;
use crate::kb::{Exemplar, Issue, Signature};
use crate::matching::Matcher;
use crate::read::crashes_in_text;
use crate::signature::CrashKeys;
use crate::text::SiteSecret;
use bench::{Bench, Outcome};
use file::{DraftText, crash_file, issue_file, near_file};
use search::{Material, Searched};

/// Crash texts of a draft: each of another backtrace.
const MAX_FIXTURES: usize = 3;
/// Letters of the name of a draft.
const MAX_SLUG: usize = 40;
/// Separators of one kind that are named.
const MAX_NAMED: usize = 3;

/// A crash, with the name that a draft tells it by.
#[derive(Clone, Debug)]
pub struct DraftCrash {
    /// Such as `crash.txt:12`, or the number of a recorded crash.
    pub name: String,
    /// The crash, prepared.
    pub subject: Subject,
}

/// What is drafted, and for whom.
pub struct DraftRequest<'a> {
    /// The crashes of the issue.
    pub crashes: &'a [DraftCrash],
    /// Crashes that are not of it, beside those of the knowledge base.
    pub others: &'a [DraftCrash],
    /// Id of the issue; made of its parts where none is given.
    pub id: Option<&'a str>,
    /// The author of the file.
    pub author: &'a str,
    /// The day on which it is written, as `2026-11-23`.
    pub created: &'a str,
    /// Where the crashes are from.
    pub source: &'a str,
    /// For the pseudonyms of private strings.
    pub secret: &'a SiteSecret,
}

/// A draft, or why there is none.
#[derive(Clone, Debug, PartialEq)]
pub enum Drafted {
    /// The issue.
    Issue(Box<DraftedIssue>),
    /// Nothing separates the crashes from others.
    Refused(DraftRefusal),
}

/// A drafted issue.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct DraftedIssue {
    /// Its id.
    pub id: String,
    /// The issue file, the crash texts, and perhaps a near miss.
    pub files: Vec<DraftFile>,
    /// What is asked for.
    pub signature: Signature,
    /// How many crashes it was made of.
    pub crashes: usize,
    /// The crash of the draft that is the least sure.
    pub weakest: Standing,
    /// The other crash that comes nearest.
    pub strongest: Option<Standing>,
    /// What tells most: a frame, a message, a machine check.
    pub carries: String,
    /// True when the knowledge base has the nearest other crash already: it tests the draft as it is.
    pub has_near_miss: bool,
    /// Crash texts of the knowledge base that are the very crashes of the draft, and expect another
    /// answer.
    pub same: Vec<String>,
}

/// Why there is no draft.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct DraftRefusal {
    /// The reason.
    pub reason: RefusalReason,
    /// What would separate the crashes from the one in the way.
    pub separators: Vec<Separator>,
}

/// The reason why there is no draft.
#[derive(Clone, Debug, PartialEq)]
pub enum RefusalReason {
    /// The crashes have nothing in common that tells them from others.
    NothingInCommon,
    /// A crash is a match of a known issue.
    Known {
        /// The crash.
        crash: String,
        /// The issue.
        issue: String,
    },
    /// A crash of the draft would be no match of it.
    NotRecognised(Standing),
    /// Another crash would be one of it, or nearly.
    LooksAlike(Standing),
    /// Another crash would be no match of its issue any more.
    Takes {
        /// The crash.
        crash: String,
        /// The issue.
        issue: String,
    },
}

/// Something that would separate the crashes from another one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Separator {
    /// A function of the other crash that none of them prints.
    Forbid(String),
    /// A log line that all of them print.
    Log(String),
    /// The other crash is of another panic kind.
    Kind(String),
    /// A machine check that all of them print.
    MachineCheck(String),
    /// A crash of which more is known.
    WholeCrash,
}

/// Drafts an issue; `side` is the knowledge base without it.
///
/// # Errors
/// [`crate::error::Error::Store`] when the compiled knowledge base is damaged.
pub fn draft(request: &DraftRequest<'_>, side: &TrialSide) -> Result<Drafted> {
    let keys: Vec<&CrashKeys> = request.crashes.iter().map(|crash| &crash.subject.keys).collect();
    let material = Material::new(&keys, &side.matcher);
    let id = request.id.map_or_else(|| free_id(&material, side), str::to_owned);
    let fixtures = fixtures(&id, request.crashes);
    let (others, same) = others(request, &keys, side);
    let bench = Bench::new(&side.matcher, &id, request.crashes, &fixtures, others)?;
    if let Some((crash, issue)) = bench.known() {
        let reason = RefusalReason::Known { crash: crash.to_owned(), issue: issue.to_owned() };
        return Ok(refused(reason, Vec::new()));
    }
    let Searched { signature, outcome } = match search::search(&material, &bench, &side.matcher) {
        Some(searched) => searched,
        None => return Ok(refused(RefusalReason::NothingInCommon, Vec::new())),
    };
    if !outcome.is_good(side.matcher.calibration()) {
        return Ok(refusal(outcome, &bench, &keys, &material));
    }
    let rival = outcome.strongest.as_ref().map(|strongest| strongest.crash.as_str());
    let rival = rival.and_then(|name| bench.others.iter().find(|other| other.name == name));
    // A crash of a known issue among the near misses would take from what that issue proves.
    let near = rival.filter(|rival| !rival.is_known && rival.is_unknown);
    let near = near.and_then(|rival| request.others.iter().find(|other| other.name == rival.name));
    let text = DraftText { id: &id, request, signature: &signature };
    let mut files = vec![issue_file(&text)];
    files.extend(fixtures.iter().map(|(place, path)| crash_file(&text, *place, path)));
    files.extend(near.map(|crash| near_file(&text, crash)));
    if let Some(refusal) = not_confirmed(request, side, &files, &same)? {
        return Ok(refusal);
    }
    Ok(Drafted::Issue(Box::new(DraftedIssue {
        carries: carries(&signature, &side.matcher),
        files,
        signature,
        crashes: request.crashes.len(),
        weakest: outcome.weakest,
        strongest: outcome.strongest,
        has_near_miss: rival.is_some_and(|rival| rival.is_known),
        same,
        id,
    })))
}

fn refused(reason: RefusalReason, separators: Vec<Separator>) -> Drafted {
    Drafted::Refused(DraftRefusal { reason, separators })
}

/// An id that no issue has, out of what the draft asks for.
fn free_id(material: &Material, side: &TrialSide) -> String {
    let mut slug = String::new();
    for letter in material.name().chars() {
        if letter.is_ascii_alphanumeric() {
            slug.push(letter.to_ascii_lowercase());
        } else if !slug.ends_with('-') && !slug.is_empty() {
            slug.push('-');
        }
    }
    slug.truncate(MAX_SLUG);
    let slug = slug.trim_end_matches('-');
    let first = format!("DRAFT-{}", if slug.is_empty() { "issue" } else { slug });
    let numbered = (2..).map(|number: u32| format!("{first}-{number}"));
    let mut ids = std::iter::once(first.clone()).chain(numbered);
    ids.find(|id| !side.kb.issues.contains_key(id)).unwrap_or_default()
}

/// The places of the crashes that become crash texts, of different backtraces, and their paths.
fn fixtures(id: &str, crashes: &[DraftCrash]) -> Vec<(usize, String)> {
    let mut seen = BTreeSet::new();
    let mut fixtures = Vec::new();
    for (place, crash) in crashes.iter().enumerate() {
        if fixtures.len() < MAX_FIXTURES && seen.insert(crash.subject.fingerprint.as_ref()) {
            fixtures.push((place, format!("crashes/{id}-{}.txt", fixtures.len() + 1)));
        }
    }
    fixtures
}

/// A crash that is not of the draft: its name, whether the knowledge base has it, its keys.
type OtherCrash = (String, bool, CrashKeys);

/// The crashes that are not of the draft, and the crash texts that are and expect another answer.
fn others(
    request: &DraftRequest<'_>,
    own: &[&CrashKeys],
    side: &TrialSide,
) -> (Vec<OtherCrash>, Vec<String>) {
    let (mut others, mut same) = (Vec::new(), Vec::new());
    for exemplar in side.kb.exemplars.values() {
        let Some(found) = crashes_in_text(&exemplar.text).into_iter().next() else { continue };
        let keys = prepare(found, &side.matcher).keys;
        if own.contains(&&keys) {
            same.push(exemplar.path.clone());
        } else {
            others.push((exemplar.path.clone(), true, keys));
        }
    }
    let recorded = request.others.iter().filter(|other| !own.contains(&&other.subject.keys));
    others.extend(recorded.map(|other| (other.name.clone(), false, other.subject.keys.clone())));
    (others, same)
}

/// Why the best signature is none, and what would help.
fn refusal(
    outcome: Outcome,
    bench: &Bench<'_>,
    own: &[&CrashKeys],
    material: &Material,
) -> Drafted {
    if !outcome.is_match {
        let separators = provers(bench, own);
        return refused(RefusalReason::NotRecognised(outcome.weakest), separators);
    }
    let (name, reason) = match (outcome.stolen, outcome.strongest) {
        (Some((crash, issue)), _) => (crash.clone(), RefusalReason::Takes { crash, issue }),
        (None, Some(strongest)) => (strongest.crash.clone(), RefusalReason::LooksAlike(strongest)),
        (None, None) => return refused(RefusalReason::NothingInCommon, Vec::new()),
    };
    let other = bench.others.iter().find(|other| other.name == name);
    let separators = other.map(|other| separators(&other.contest.keys, own, material));
    refused(reason, separators.unwrap_or_default())
}

/// What would make a match of the crashes `own`: a log line that no known crash prints, if it is of the
/// failure, which nobody knows by a single crash; or more of the backtrace.
fn provers(bench: &Bench<'_>, own: &[&CrashKeys]) -> Vec<Separator> {
    let logs = search::common_logs(own).into_iter().filter(|log| {
        bench.others.iter().all(|other| !search::is_printed(log, &other.contest.keys))
    });
    let whole = std::iter::once(Separator::WholeCrash);
    logs.take(MAX_NAMED).map(Separator::Log).chain(whole).collect()
}

/// What would separate the crashes `own` from another one.
fn separators(other: &CrashKeys, own: &[&CrashKeys], material: &Material) -> Vec<Separator> {
    let mut separators = Vec::new();
    let printed: BTreeSet<&str> = own.iter().flat_map(|keys| keys.functions()).collect();
    let foreign = other.frames.iter().filter(|frame| !printed.contains(frame.function.as_str()));
    let foreign = foreign.take(MAX_NAMED).map(|frame| Separator::Forbid(frame.function.clone()));
    separators.extend(foreign);
    let kind = other.kind.filter(|kind| own.iter().all(|keys| keys.kind != Some(*kind)));
    separators.extend(kind.map(|kind| Separator::Kind(kind.as_str().to_owned())));
    let logs = search::common_logs(own).into_iter();
    let logs = logs.filter(|log| !search::is_printed(log, other)).take(MAX_NAMED);
    separators.extend(logs.map(Separator::Log));
    if let (Some(check), true) = (&material.check, other.checks.is_empty()) {
        separators.push(Separator::MachineCheck(check.to_string()));
    }
    separators
}

/// What tells most of a signature: its rarest frame, or else a text.
fn carries(signature: &Signature, matcher: &Matcher) -> String {
    let kinds = signature.panic_kinds();
    let kind = kinds.first().copied();
    let telling =
        signature.frames.iter().filter(|frame| matcher.telling_weight(frame.name(), kind) > 0.0);
    let heaviest = telling.max_by(|one, other| {
        let [one, other] = [one, other].map(|frame| matcher.telling_weight(frame.name(), kind));
        one.total_cmp(&other)
    });
    let frame = heaviest.map(ToString::to_string);
    let check = signature.machine_check.as_ref().map(ToString::to_string);
    let source = signature.sources.first().cloned().map(String::from);
    frame.or_else(|| signature.messages.first().cloned()).or(source).or(check).unwrap_or_default()
}

/// Tries the files as a knowledge base would have them: the reason when a crash gets another answer
/// than it should.
fn not_confirmed(
    request: &DraftRequest<'_>,
    side: &TrialSide,
    files: &[DraftFile],
    same: &[String],
) -> Result<Option<Drafted>> {
    let mut kb = side.kb.clone();
    kb.exemplars.retain(|path, _| !same.contains(path));
    let mut id = String::new();
    for file in files {
        if file.path.ends_with(".md") {
            let issue = Issue::parse(&file.path, &file.text)?;
            id.clone_from(&issue.id);
            kb.issues.insert(issue.id.clone(), issue);
        } else {
            kb.exemplars.insert(file.path.clone(), Exemplar::parse(&file.path, &file.text)?);
        }
    }
    let after = TrialSide::from_knowledge_base(kb)?;
    let crashes: Vec<NamedCrash> = request
        .crashes
        .iter()
        .map(|one| NamedCrash { name: one.name.clone(), crash: one.subject.crash.clone() })
        .collect();
    let tried =
        trial(side, &after, &Against { kb: true, crashes: &crashes, ..Against::default() })?;
    let own = trial(side, &after, &Against { crashes: &crashes, ..Against::default() })?;
    Ok(fault(&tried, &own, &id, request, same))
}

/// What a trial of the draft shows to be wrong.
fn fault(
    tried: &Trial,
    own: &Trial,
    id: &str,
    request: &DraftRequest<'_>,
    same: &[String],
) -> Option<Drafted> {
    let taken =
        [Effect::Stolen, Effect::Lost].into_iter().flat_map(|effect| tried.of(effect)).next();
    if let Some(taken) = taken {
        let issue = taken.other.clone().unwrap_or_else(|| taken.issue.clone());
        return Some(refused(
            RefusalReason::Takes { crash: taken.crash.clone(), issue },
            Vec::new(),
        ));
    }
    let wrong =
        tried.changes.iter().find(|change| change.is_wrong && !same.contains(&change.crash));
    if let Some(wrong) = wrong {
        let confidence = wrong.after.confidence.unwrap_or_default();
        let standing = Standing { crash: wrong.crash.clone(), confidence, unproven: None };
        return Some(refused(RefusalReason::LooksAlike(standing), Vec::new()));
    }
    let found: BTreeSet<&str> = own
        .of(Effect::In)
        .filter(|change| change.issue == id)
        .map(|change| change.crash.as_str())
        .collect();
    let missing = request.crashes.iter().find(|crash| !found.contains(crash.name.as_str()))?;
    let standing = Standing { crash: missing.name.clone(), ..Standing::default() };
    Some(refused(RefusalReason::NotRecognised(standing), Vec::new()))
}

#[cfg(test)]
mod tests;
