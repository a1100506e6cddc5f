//! From a subject to its diagnosis.

use serde::{Deserialize, Serialize};

use super::causes::{Causes, causes};
use super::knowledge::{Advice, Knowledge};
use super::leads::DiagnosedLead;
use super::subject::Subject;
use crate::crash::{Driver, Host};
use crate::error::Result;
use crate::explain::{self, Known, Proven, RuledOut};
use crate::kb::{Article, Checked, Component, FixBuild, Issue, Status};
use crate::matching::{
    Applicability, Applies, Calibration, Certainty, Evidence, Exclude, FixedRelease, MAX_FRAMES,
    Match, Step, Together, Unproven, Verdict, applicability, together,
};
use crate::message::{Bilingual, Sentence};
use crate::read::Bound;
use crate::symbols::InferredBuild;

/// The answer to a crash, in no language.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Diagnosis {
    /// Digest of the knowledge base that was asked.
    pub kb: String,
    /// Whether the crash is a known issue.
    pub verdict: Verdict,
    /// Issues of which it is one, when the crash does not tell them apart.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub one_of: Option<Together>,
    /// Known issues worth showing, best first.
    pub matches: Vec<DiagnosedMatch>,
    /// Known issues that begin with the same panic kind, when none of them is proven.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub causes: Option<Causes>,
    /// Drafts that would be worth showing if drafts were asked for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub drafts: Vec<String>,
    /// Articles of which little more than a name is known, and that name something of the crash.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub leads: Vec<DiagnosedLead>,
    /// General advice; never a match.
    pub guidance: Vec<Advice>,
    /// The steps to take next.
    pub next_steps: Vec<Sentence>,
    /// The bounds that cut something while comparing.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub limits: Vec<Bound>,
}

/// A known issue that a crash may be.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct DiagnosedMatch {
    /// Issue id.
    pub issue: String,
    /// One line.
    pub title: Bilingual,
    /// 0 to 1.
    pub confidence: f64,
    /// The reason why the evidence makes no match; `None` when it may make one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unproven: Option<Unproven>,
    /// The signature that fits best.
    pub signature: String,
    /// Whether the host's build has the issue.
    pub applicability: Applicability,
    /// How far the issue is reviewed.
    #[serde(default)]
    pub status: Status,
    /// The articles.
    pub articles: Vec<Article>,
    /// Why the issue happens.
    pub cause: Bilingual,
    /// The fix, and the workaround until then.
    pub fix: DiagnosedFix,
    /// What must be checked before the answer is believed; may be empty.
    #[serde(default)]
    pub notes: Bilingual,
    /// Why the issue matches, the weightiest reason first.
    pub evidence: Vec<Evidence>,
    /// Frames that correspond: position in the backtrace that decides, position in `frames`.
    pub alignment: Vec<Step>,
    /// The frames that were looked for.
    pub frames: Vec<String>,
    /// The recorded crash that these frames are of; of the signature without one.
    pub exemplar: Option<String>,
    /// True when `alignment` counts the backtrace of the reporting PCPU although another decides.
    pub reporter: bool,
    /// Conditions of the signature that the crash neither holds nor contradicts.
    pub absent: Vec<Checked>,
    /// The condition that excludes the issue, however much speaks for it.
    pub excluded: Option<Checked>,
}

/// The fix of an issue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct DiagnosedFix {
    /// First fixed build of each update line.
    pub builds: Vec<FixBuild>,
    /// First fixed drivers, firmware or plug-ins.
    pub components: Vec<Component>,
    /// The fix in words.
    pub text: Bilingual,
    /// True when the source names no fix, and `text` says no more than that.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub unknown: bool,
    /// The workaround; empty when the article knows none.
    pub workaround: Bilingual,
}

/// One issue held against a crash.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct IssueDiagnosis {
    /// Digest of the knowledge base that was asked.
    pub kb: String,
    /// The verdict that the crash would get from this issue alone.
    pub verdict: Verdict,
    /// Place of the issue among all that the search found, counted from 1; absent when the search
    /// did not find it, or something excludes it.
    pub place: Option<usize>,
    /// The evidence for and against it.
    pub found: DiagnosedMatch,
}

/// Holds a crash against everything that is known.
///
/// # Errors
/// [`crate::error::Error::Store`] and [`crate::error::Error::Index`] when the compiled knowledge
/// base is damaged.
pub fn diagnose(subject: &Subject, knowledge: &Knowledge) -> Result<Diagnosis> {
    diagnose_at_least(subject, knowledge, 0)
}

/// As [`diagnose`], with the best `least` candidates even when they are not worth showing.
///
/// # Errors
/// As [`diagnose`].
pub fn diagnose_at_least(
    subject: &Subject,
    knowledge: &Knowledge,
    least: usize,
) -> Result<Diagnosis> {
    let (keys, matcher) = (&subject.keys, knowledge.matcher());
    let calibration = matcher.calibration();
    let mut found = if least == 0 {
        matcher.matches_to_show(keys)?
    } else {
        matcher.matches(keys, &Exclude::default())?
    };
    let verdict = calibration.verdict(found.first().map(|best| best.confidence));
    let one_of = together(&found, keys, matcher);
    let worth_showing = found.partition_point(|m| m.confidence >= calibration.possible_threshold);
    let causes = if verdict == Verdict::Match || one_of.is_some() {
        None
    } else {
        causes(keys.kind, &found, worth_showing, knowledge)?
    };
    found.truncate(worth_showing.max(least));
    let mut matches = Vec::new();
    for found in found {
        if let Some(issue) = knowledge.issue(&found.issue)? {
            matches.push(DiagnosedMatch::new(found, &issue.issue, subject, knowledge));
        }
    }
    let proven = matches.first().filter(|_| verdict == Verdict::Match).map(DiagnosedMatch::proven);
    let known = Known {
        proven: proven.as_ref(),
        one_of: one_of.as_ref(),
        weight: &|function| matcher.telling_weight(function, keys.kind),
        package_of: &|module| knowledge.package_of(module),
    };
    let next_steps = explain::next_steps(&subject.crash, &known);
    let cut = keys.frames.len().max(keys.reporter_frames.len()) > MAX_FRAMES;
    Ok(Diagnosis {
        kb: knowledge.digest().to_owned(),
        verdict,
        one_of: one_of
            .map(|one_of| Together { confidence: rounded(one_of.confidence, 4), ..one_of }),
        matches,
        causes,
        drafts: matcher.fitting_drafts(keys)?,
        leads: knowledge.leads_of(subject)?,
        guidance: knowledge.guidance(subject.crash.kind())?.to_vec(),
        next_steps,
        limits: if cut { vec![Bound::FramesCompared] } else { Vec::new() },
    })
}

/// Holds one issue against a crash, whether the search finds it or not; `None` for an unknown
/// id.
///
/// # Errors
/// As [`diagnose`].
pub fn diagnose_against(
    subject: &Subject,
    issue: &str,
    knowledge: &Knowledge,
) -> Result<Option<IssueDiagnosis>> {
    let matcher = knowledge.matcher();
    let all = matcher.matches(&subject.keys, &Exclude::default())?;
    let place = all.iter().position(|found| found.issue == issue);
    // An issue that the search has found is weighed against its rivals too.
    let against = match place {
        Some(place) => all.into_iter().nth(place),
        None => matcher.against(&subject.keys, issue)?,
    };
    let (Some(against), Some(document)) = (against, knowledge.issue(issue)?) else {
        return Ok(None);
    };
    let open = against.excluded.is_none().then_some(against.confidence);
    Ok(Some(IssueDiagnosis {
        kb: knowledge.digest().to_owned(),
        verdict: matcher.calibration().verdict(open),
        place: place.map(|place| place + 1),
        found: DiagnosedMatch::new(against, &document.issue, subject, knowledge),
    }))
}

impl DiagnosedMatch {
    fn new(found: Match, issue: &Issue, subject: &Subject, knowledge: &Knowledge) -> Self {
        let releases = knowledge.matcher().releases();
        // The versions of drivers that the screen prints count more than the VIBs of a bundle.
        let Host { drivers, installed, .. } = &subject.crash.host;
        let drivers: Vec<Driver> = drivers.iter().chain(installed).cloned().collect();
        let mut builds = issue.fix.builds.clone();
        for fix in &mut builds {
            fix.build = FixedRelease::new(fix, releases).build;
        }
        let mut evidence = found.evidence;
        for reason in &mut evidence {
            reason.points = rounded(reason.points, 2);
        }
        Self {
            issue: found.issue,
            title: bilingual(&issue.title, &issue.japanese.title),
            confidence: rounded(found.confidence, 4),
            unproven: found.unproven,
            signature: found.signature,
            applicability: marked(
                applicability(issue, &subject.host, &drivers, releases),
                subject.inferred,
            ),
            status: issue.status,
            articles: issue.articles.clone(),
            cause: bilingual(&issue.cause, &issue.japanese.cause),
            fix: DiagnosedFix {
                builds,
                components: issue.fix.components.clone(),
                text: bilingual(&issue.fix_text, &issue.japanese.fix),
                unknown: issue.fix.unknown,
                workaround: bilingual(&issue.workaround, &issue.japanese.workaround),
            },
            notes: bilingual(&issue.notes, &issue.japanese.notes),
            evidence,
            alignment: found.alignment,
            frames: found.wanted.iter().map(ToString::to_string).collect(),
            exemplar: found.exemplar,
            reporter: found.reporter,
            absent: found.absent,
            excluded: found.excluded,
        }
    }

    /// How sure it is, in a word.
    pub fn certainty(&self) -> Certainty {
        let open = self.excluded.is_none().then_some(self.confidence);
        Certainty::new(open, &Calibration::SHIPPED)
    }

    fn proven(&self) -> Proven {
        Proven {
            issue: self.issue.clone(),
            fix: self.fix.text.clone(),
            no_fix: self.fix.unknown,
            workaround: self.fix.workaround.clone(),
            components: self.fix.components.clone(),
            ruled_out: match self.applicability.applies {
                Applies::Fixed => Some(RuledOut::HasFix),
                Applies::NotAffected => Some(RuledOut::NotAffected),
                Applies::Affected | Applies::Unknown => None,
            },
        }
    }
}

/// An answer about a build that the crash does not print says so first.
fn marked(mut answer: Applicability, inferred: Option<InferredBuild>) -> Applicability {
    if let Some(InferredBuild { build, agree, of, .. }) = inferred {
        let (build, agree, of) = (build.to_string(), agree.to_string(), of.to_string());
        let values = [("build", build.as_str()), ("agree", &agree), ("of", &of)];
        answer.notes.insert(0, Sentence::new("symbols-inferred", &values));
    }
    answer
}

fn bilingual(english: &str, japanese: &str) -> Bilingual {
    Bilingual { english: english.to_owned(), japanese: japanese.to_owned() }
}

/// The last digits of a sum of logarithms differ between machines; an answer does not.
pub(super) fn rounded(number: f64, digits: i32) -> f64 {
    let scale = 10_f64.powi(digits);
    (number * scale).round() / scale
}
