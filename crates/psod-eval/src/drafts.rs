//! Drafts of known issues: each issue taken out of the knowledge base and drafted again from one of its
//! crash texts, then held against its other texts, the same texts in other forms, every other crash, and
//! crashes that only look like it.

use psod_match::curate::{
    Against, DraftCrash, DraftRequest, Drafted, DraftedIssue, Effect, RefusalReason, TrialSide,
    draft, trial,
};
use psod_match::diagnose::prepare;
use psod_match::error::Result;
use psod_match::kb::{Exemplar, Expectation, Issue, KnowledgeBase};
use psod_match::matching::{Exclude, Matcher};
use psod_match::read::crashes_in_text;
use psod_match::text::SiteSecret;
use serde::Serialize;

use crate::damage::{Draw, FORMS, Specimen};
use crate::known::KnownCrash;
use crate::lookalikes::lookalikes;

/// The forms in which the crashes of an issue arrive again.
pub const DRAFT_FORMS: &[&str] = &["published", "screen", "log", "masked", "ocr-1"];

/// What became of one issue.
#[derive(Clone, Debug, Default, Serialize)]
pub struct DraftCase {
    /// The issue that was taken out.
    pub issue: String,
    /// Why there is no draft; absent when there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refused: Option<String>,
    /// Frames that the draft asks for.
    pub frames: usize,
    /// Texts of the issue that the draft was not made of, in every form.
    pub asked: usize,
    /// Those that are a match of the draft.
    pub matched: usize,
    /// Those that were a match of the issue that was taken out.
    pub matched_before: usize,
    /// The texts that are none of the draft and were one of the issue, with their forms.
    pub missed: Vec<String>,
    /// Crashes that the draft takes from other issues.
    pub stolen: Vec<String>,
    /// Crash texts that get an answer that they do not expect.
    pub wrong: Vec<String>,
    /// Made crashes that only look like the issue, and are a match of the draft.
    pub lookalikes: Vec<String>,
}

/// All issues together.
#[derive(Clone, Debug, Default, Serialize)]
pub struct DraftTotals {
    /// Issues that were taken out.
    pub issues: usize,
    /// Those with a draft.
    pub drafted: usize,
    /// Texts that the drafts were not made of.
    pub asked: usize,
    /// Those that are a match.
    pub matched: usize,
    /// Those that were a match of the issue that was taken out.
    pub matched_before: usize,
    /// Crashes that were taken from other issues.
    pub stolen: usize,
    /// Crash texts with an answer that they do not expect.
    pub wrong: usize,
    /// Crashes that only look like one.
    pub lookalikes: usize,
}

/// Adds the cases up.
pub fn totals(cases: &[DraftCase]) -> DraftTotals {
    let mut totals = DraftTotals { issues: cases.len(), ..DraftTotals::default() };
    for case in cases {
        totals.drafted += usize::from(case.refused.is_none());
        totals.asked += case.asked;
        totals.matched += case.matched;
        totals.matched_before += case.matched_before;
        totals.stolen += case.stolen.len();
        totals.wrong += case.wrong.len();
        totals.lookalikes += case.lookalikes.len();
    }
    totals
}

/// Drafts every issue of `kb` that `wanted` takes; `whole` was made of `kb`. Calls `done` after each.
///
/// # Errors
/// [`psod_match::error::Error::Store`] when a store is damaged.
pub fn drafts(
    kb: &KnowledgeBase,
    whole: &Matcher,
    seed: u64,
    wanted: &dyn Fn(&str) -> bool,
    done: &dyn Fn(),
) -> Result<Vec<DraftCase>> {
    let bed = TestBed { kb, whole, seed };
    let mut cases = Vec::new();
    for id in kb.issues.keys().filter(|id| wanted(id)) {
        let texts: Vec<&Exemplar> = kb.exemplars_of(id).collect();
        if let Some(first) = texts.first() {
            cases.push(bed.drafted(id, first, &texts)?);
        }
        done();
    }
    Ok(cases)
}

/// What drafts are made and measured with.
#[derive(Clone, Copy)]
struct TestBed<'a> {
    kb: &'a KnowledgeBase,
    /// Made of all of `kb`.
    whole: &'a Matcher,
    seed: u64,
}

/// The knowledge base without an issue and all that is said about it.
fn without(kb: &KnowledgeBase, id: &str) -> KnowledgeBase {
    let mut kb = kb.clone();
    kb.issues.remove(id);
    kb.exemplars.retain(|_, exemplar| match &exemplar.expectation {
        Expectation::Issue(other) | Expectation::Not(other) => other != id,
        Expectation::Nothing => true,
    });
    kb
}

fn reason(reason: &RefusalReason) -> String {
    match reason {
        RefusalReason::NothingInCommon => "nothing tells".to_owned(),
        RefusalReason::Known { issue, .. } => format!("a match of {issue}"),
        RefusalReason::NotRecognised(one) => format!("not sure ({:.2})", one.confidence),
        RefusalReason::LooksAlike(one) => format!("like {} ({:.2})", one.crash, one.confidence),
        RefusalReason::Takes { crash, issue } => format!("takes {crash} from {issue}"),
    }
}

/// The knowledge base with a draft.
fn with(kb: &KnowledgeBase, issue: &DraftedIssue) -> Result<TrialSide> {
    let mut kb = kb.clone();
    for file in &issue.files {
        if file.path.ends_with(".md") {
            kb.issues.insert(issue.id.clone(), Issue::parse(&file.path, &file.text)?);
        } else {
            kb.exemplars.insert(file.path.clone(), Exemplar::parse(&file.path, &file.text)?);
        }
    }
    TrialSide::from_knowledge_base(kb)
}

impl TestBed<'_> {
    fn drafted(self, id: &str, first: &Exemplar, texts: &[&Exemplar]) -> Result<DraftCase> {
        let side = TrialSide::from_knowledge_base(without(self.kb, id))?;
        let mut case = DraftCase { issue: id.to_owned(), ..DraftCase::default() };
        let Some(found) = crashes_in_text(&first.text).into_iter().next() else {
            case.refused = Some("no crash".to_owned());
            return Ok(case);
        };
        let crashes =
            [DraftCrash { name: first.path.clone(), subject: prepare(found, &side.matcher) }];
        let request = DraftRequest {
            crashes: &crashes,
            others: &[],
            id: None,
            author: "psod-eval",
            created: "2026-11-26",
            source: "the knowledge base",
            secret: &SiteSecret::known([7; 32]),
        };
        match draft(&request, &side)? {
            Drafted::Refused(refusal) => case.refused = Some(reason(&refusal.reason)),
            Drafted::Issue(issue) => {
                let after = with(&side.kb, &issue)?;
                case.frames = issue.signature.frames.len();
                self.ask_again(&mut case, &after, &issue.id, first, texts)?;
                self.look_around(&mut case, &side, &after, &issue.id)?;
            }
        }
        Ok(case)
    }

    /// Asks about the texts of the issue in every form but the one that the draft was made of.
    fn ask_again(
        self,
        case: &mut DraftCase,
        after: &TrialSide,
        id: &str,
        first: &Exemplar,
        texts: &[&Exemplar],
    ) -> Result<()> {
        let known = texts.iter().filter_map(|text| KnownCrash::read(text, &self.kb.lists));
        for one in known {
            let path = one.exemplar.path.as_str();
            for form in FORMS.iter().filter(|form| DRAFT_FORMS.contains(&form.name)) {
                if form.name == "published" && path == first.path {
                    continue;
                }
                let mut draw = Draw::new(self.seed, &[form.name, path]);
                let specimen =
                    Specimen { text: &one.exemplar.text, crash: &one.crash, other: None };
                let Some(damaged) = form.write(&specimen, &mut draw) else { continue };
                let is_draft = is_match(&damaged.text, &after.matcher, id)?;
                let was_issue = is_match(&damaged.text, self.whole, &case.issue)?;
                case.asked += 1;
                case.matched += usize::from(is_draft);
                case.matched_before += usize::from(was_issue);
                if was_issue && !is_draft {
                    case.missed.push(format!("{path} {}", form.name));
                }
            }
        }
        Ok(())
    }

    /// Asks about all other crashes, and about made ones that look like the issue.
    fn look_around(
        self,
        case: &mut DraftCase,
        before: &TrialSide,
        after: &TrialSide,
        id: &str,
    ) -> Result<()> {
        let against = Against { kb: true, ..Against::default() };
        let tried = trial(before, after, &against)?;
        let taken = [Effect::Stolen, Effect::Lost].into_iter().flat_map(|effect| tried.of(effect));
        case.stolen.extend(taken.map(|change| change.crash.clone()));
        let wrong = tried.changes.iter().filter(|change| change.is_wrong);
        case.wrong.extend(wrong.map(|change| change.crash.clone()));
        let made = lookalikes(&after.kb, &after.matcher, self.seed, 1)?.into_iter();
        let fooled =
            made.filter(|made| made.wrong && made.sure && made.first.as_deref() == Some(id));
        case.lookalikes.extend(fooled.map(|made| format!("{} {}", made.form, made.path)));
        Ok(())
    }
}

/// True when the first crash of a text is a match of an issue.
fn is_match(text: &str, matcher: &Matcher, issue: &str) -> Result<bool> {
    let Some(found) = crashes_in_text(text).into_iter().next() else { return Ok(false) };
    let found = matcher.matches(&prepare(found, matcher).keys, &Exclude::default())?;
    let threshold = matcher.calibration().match_threshold;
    Ok(found.first().is_some_and(|first| first.issue == issue && first.confidence >= threshold))
}
