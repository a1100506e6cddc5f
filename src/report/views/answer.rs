//! The answer about one crash, as published.

use schemars::JsonSchema;
use serde::Serialize;

use super::crash::CrashView;
use super::envelope::{LimitReport, SCHEMA, Source, SourceReport, limit_reports, tool};
use crate::crash::PanicKind;
use crate::diagnose::{Advice, Causes, DiagnosedLead, DiagnosedMatch, Diagnosis, Subject};
use crate::kb::{Article, Checked, Component, FixBuild, Lead, LeadName, Status};
use crate::matching::{
    Applies, Certainty, Evidence, EvidenceKind, FixedRelease, Step, Telling, Together, Unproven,
    Verdict,
};
use crate::message::Catalog;

/// One crash and everything that is known about it.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct CrashReport {
    /// Version of this format; it changes when a field changes its meaning.
    pub schema: u32,
    /// Version of psod-match.
    pub tool: String,
    /// Digest of the knowledge base that was asked.
    pub kb: String,
    /// Where the crash was found.
    pub source: SourceReport,
    /// The content of the screen.
    pub crash: CrashView,
    /// Versioned hash of the story frames; absent without any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fingerprint: Option<String>,
    /// Whether the crash is a known issue.
    pub verdict: Verdict,
    /// Issues of which it is one, when the crash does not tell them apart.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub one_of: Option<OneOfReport>,
    /// Known issues worth showing, best first.
    pub matches: Vec<MatchReport>,
    /// Known issues that begin with the same panic kind, when none of them is proven.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub causes: Option<Causes>,
    /// Drafts that would be worth showing with `--drafts`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub drafts: Vec<String>,
    /// Articles of which little more than a name is known, and that name something of the crash:
    /// what a search would find, never a match.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub leads: Vec<LeadReport>,
    /// General advice; never a match.
    pub guidance: Vec<GuidanceReport>,
    /// The steps to take next.
    pub next_steps: Vec<String>,
    /// Bounds that cut something.
    pub limits: Vec<LimitReport>,
}

/// Issues that are a match together and none of them alone.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct OneOfReport {
    /// Their ids, the likeliest first; `matches` has each of them.
    pub issues: Vec<String>,
    /// That it is one of them, 0 to 1.
    pub confidence: f64,
    /// The evidence that would tell them apart; empty when their signatures ask for the same.
    pub apart: Vec<TellingReport>,
}

/// Something that one of several issues would show, and the others would not.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct TellingReport {
    /// The issue.
    pub issue: String,
    /// The kind of evidence that would have to be there.
    pub kind: EvidenceKind,
    /// As the signature asks for it, or the recorded crash prints it.
    pub text: String,
}

/// A known issue that the crash may be.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct MatchReport {
    /// Issue id.
    pub issue: String,
    /// One line.
    pub title: String,
    /// 0 to 1.
    pub confidence: f64,
    /// The same in a word: `proven` for a match; `likely` or `weak` for an issue that is worth
    /// showing, from a confidence of one half and below it; `unlikely` for any other.
    pub certainty: Certainty,
    /// Why the evidence makes no match, however much of it there is; absent when it may make one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unproven: Option<Unproven>,
    /// The signature that fits best.
    pub signature: String,
    /// Whether the build has the issue.
    pub applicability: Applies,
    /// Why so.
    pub applicability_reason: String,
    /// Notes to the answer: the place of an unlisted build, a build that is withdrawn or beside the
    /// order of its line, the meaning of a host that has the fix.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub applicability_notes: Vec<String>,
    /// How far the issue is reviewed.
    pub status: Status,
    /// The articles.
    pub articles: Vec<Article>,
    /// Why the issue happens.
    pub cause: String,
    /// The fix, and the workaround until then.
    pub fix: FixReport,
    /// What must be checked before the answer is believed.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub notes: String,
    /// Why the issue matches, the weightiest reason first.
    pub evidence: Vec<EvidenceReport>,
    /// Frames that correspond: position in the backtrace that decides, position in the signature.
    pub alignment: Vec<Step>,
    /// The frames that were looked for, in the order that `alignment` counts.
    pub frames: Vec<String>,
    /// The recorded crash that these frames are of; of the signature without one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exemplar: Option<String>,
    /// True when `alignment` counts the backtrace of the reporting PCPU although another decides.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub reporter: bool,
    /// Conditions of the signature that the crash neither holds nor contradicts.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub absent: Vec<ConditionReport>,
    /// The condition that excludes the issue, however much speaks for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub excluded: Option<ConditionReport>,
}

/// One condition of a signature.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct ConditionReport {
    /// The kind of the condition.
    pub kind: EvidenceKind,
    /// The text that was asked for, or found.
    pub text: String,
}

impl MatchReport {
    /// The evidence on one line.
    pub fn reasons(&self) -> String {
        let details: Vec<&str> = self.evidence.iter().map(|found| found.detail.as_str()).collect();
        details.join("; ")
    }

    /// Why the issue is not proven; `None` for a match, and for an excluded issue, whose page names
    /// the excluding condition.
    pub(in crate::report) fn not_proven(&self, catalog: &Catalog) -> Option<String> {
        if self.certainty == Certainty::Proven || self.excluded.is_some() {
            return None;
        }
        let reason = match self.unproven {
            Some(unproven) => unproven.as_str(),
            // The evidence could make a match, and its sum does not.
            None if self.evidence.iter().any(|found| found.kind == EvidenceKind::Rival) => "rival",
            None => "outweighed",
        };
        Some(catalog.text(&format!("unproven-{reason}"), &[]))
    }
}

/// One reason for or against an issue.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct EvidenceReport {
    /// The compared part.
    pub kind: EvidenceKind,
    /// Log-odds; below 0 it speaks against the issue.
    pub points: f64,
    /// One phrase for the reader.
    pub detail: String,
}

/// The releases and versions with the fix.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct FixReport {
    /// First fixed build of each update line.
    pub builds: Vec<FixBuild>,
    /// The first release with the fix in the host's own update line; absent when none is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub own_line: Option<FixedRelease>,
    /// The first release with the fix in any update line, by date; absent when none is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first: Option<FixedRelease>,
    /// First fixed drivers, firmware or plug-ins.
    pub components: Vec<Component>,
    /// The fix in words.
    pub text: String,
    /// True when the source names no fix, and `text` says no more than that.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub unknown: bool,
    /// The workaround; empty when the article knows none.
    pub workaround: String,
}

/// General advice.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct GuidanceReport {
    /// The panic kind it is for; absent for advice about every crash.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub panic_kind: Option<PanicKind>,
    /// The advice.
    pub text: String,
    /// The articles.
    pub articles: Vec<Article>,
}

/// An article that names something of the crash.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct LeadReport {
    /// Number of the article.
    pub number: String,
    /// What it is about.
    pub title: String,
    /// The function or the words that it names.
    pub named: String,
    /// The update lines that it is about; absent when that is not known.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub lines: Vec<String>,
    /// The release or version with the fix; absent when that is not known.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub fixed: String,
    /// The page that names it.
    pub source: String,
}

impl CrashReport {
    /// The published form of a diagnosis, in the language of `catalog`.
    pub fn new(
        subject: &Subject,
        diagnosis: &Diagnosis,
        source: Source<'_>,
        catalog: &Catalog,
    ) -> Self {
        let (matches, guidance) = (diagnosis.matches.iter(), diagnosis.guidance.iter());
        let next_steps = diagnosis.next_steps.iter().map(|step| step.in_language(catalog));
        Self {
            schema: SCHEMA,
            tool: tool(),
            kb: diagnosis.kb.clone(),
            source: source.report(subject.line),
            crash: CrashView::new(subject),
            fingerprint: subject.fingerprint.clone(),
            verdict: diagnosis.verdict,
            one_of: diagnosis.one_of.as_ref().map(OneOfReport::new),
            matches: matches.map(|found| MatchReport::new(found, catalog)).collect(),
            causes: diagnosis.causes.clone(),
            drafts: diagnosis.drafts.clone(),
            leads: diagnosis.leads.iter().map(|lead| LeadReport::new(lead, catalog)).collect(),
            guidance: guidance.map(|advice| GuidanceReport::new(advice, catalog)).collect(),
            next_steps: next_steps.collect(),
            limits: limit_reports(&[&subject.limits[..], &diagnosis.limits].concat(), catalog),
        }
    }
}

impl MatchReport {
    /// The published form of one known issue that the crash may be.
    pub(super) fn new(found: &DiagnosedMatch, catalog: &Catalog) -> Self {
        let answer = &found.applicability;
        let notes = answer.notes.iter().map(|note| note.in_language(catalog));
        let evidence = found.evidence.iter();
        Self {
            issue: found.issue.clone(),
            title: found.title.in_language(catalog).to_owned(),
            confidence: found.confidence,
            certainty: found.certainty(),
            unproven: found.unproven,
            signature: found.signature.clone(),
            applicability: answer.applies,
            applicability_reason: answer.reason.in_language(catalog),
            applicability_notes: notes.collect(),
            status: found.status,
            articles: found.articles.clone(),
            cause: found.cause.in_language(catalog).to_owned(),
            fix: FixReport::new(found, catalog),
            notes: found.notes.in_language(catalog).to_owned(),
            evidence: evidence.map(|evidence| EvidenceReport::new(evidence, catalog)).collect(),
            alignment: found.alignment.clone(),
            frames: found.frames.clone(),
            exemplar: found.exemplar.clone(),
            reporter: found.reporter,
            absent: found.absent.iter().map(ConditionReport::new).collect(),
            excluded: found.excluded.as_ref().map(ConditionReport::new),
        }
    }
}

impl FixReport {
    fn new(found: &DiagnosedMatch, catalog: &Catalog) -> Self {
        Self {
            builds: found.fix.builds.clone(),
            own_line: found.applicability.own_line.clone(),
            first: found.applicability.first.clone(),
            components: found.fix.components.clone(),
            text: found.fix.text.in_language(catalog).to_owned(),
            unknown: found.fix.unknown,
            workaround: found.fix.workaround.in_language(catalog).to_owned(),
        }
    }
}

impl OneOfReport {
    fn new(found: &Together) -> Self {
        Self {
            issues: found.issues.clone(),
            confidence: found.confidence,
            apart: found.apart.iter().map(TellingReport::new).collect(),
        }
    }
}

impl TellingReport {
    fn new(telling: &Telling) -> Self {
        Self { issue: telling.issue.clone(), kind: telling.kind, text: telling.text.clone() }
    }
}

impl EvidenceReport {
    fn new(evidence: &Evidence, catalog: &Catalog) -> Self {
        let detail = evidence.detail.in_language(catalog);
        Self { kind: evidence.kind, points: evidence.points, detail }
    }
}

impl ConditionReport {
    fn new(checked: &Checked) -> Self {
        Self { kind: checked.condition.into(), text: checked.text.clone() }
    }
}

impl LeadReport {
    /// A lead of the knowledge base, whatever leads to it.
    pub(crate) fn from_lead(lead: &Lead, catalog: &Catalog) -> Self {
        let names: Vec<&str> = lead.names.iter().map(LeadName::as_str).collect();
        Self {
            number: lead.number.clone(),
            title: catalog.chosen(lead.title.clone(), lead.title_ja.clone()),
            named: names.join(", "),
            lines: lead.lines.clone(),
            fixed: lead.fixed.clone(),
            source: lead.source.clone(),
        }
    }

    /// One line: what the article names, what it is about, and for which releases.
    pub fn words(&self, catalog: &Catalog) -> String {
        let lines = self.lines.join(", ");
        let values = [
            ("number", self.number.as_str()),
            ("named", &self.named),
            ("title", &self.title),
            ("lines", &lines),
            ("fixed", &self.fixed),
        ];
        let mut text = catalog.text("lead", &values);
        if !lines.is_empty() {
            text.push_str(&catalog.text("lead-lines", &values));
        }
        if !self.fixed.is_empty() {
            text.push_str(&catalog.text("lead-fixed", &values));
        }
        text
    }

    fn new(lead: &DiagnosedLead, catalog: &Catalog) -> Self {
        Self {
            number: lead.number.clone(),
            title: lead.title.in_language(catalog).to_owned(),
            named: lead.named.clone(),
            lines: lead.lines.clone(),
            fixed: lead.fixed.clone(),
            source: lead.source.clone(),
        }
    }
}

impl GuidanceReport {
    fn new(advice: &Advice, catalog: &Catalog) -> Self {
        Self {
            panic_kind: advice.panic_kind,
            text: advice.text.in_language(catalog).to_owned(),
            articles: advice.articles.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_its_words() {
        let reasons = Unproven::ALL.iter().map(|reason| format!("unproven-{}", reason.as_str()));
        let words = Certainty::ALL.iter().map(|word| format!("certainty-{}", word.as_str()));
        for key in reasons.chain(words) {
            assert_ne!(Catalog::english().text(&key, &[]), key);
        }
    }
}
