//! The crashes that a draft must match and those that it must not, and how a signature does on them.

use rayon::prelude::*;

use super::DraftCrash;
use crate::compile::{is_more_than_its_kind, stored_exemplar};
use crate::error::Result;
use crate::kb::{Signature, SignatureConditions};
use crate::matching::{Calibration, Contest, Match, Matcher, Proposal, Unproven};
use crate::signature::CrashKeys;
use crate::store::StoredExemplar;
use crate::threads::shared;

/// A crash that is not of the draft.
pub(super) struct Other {
    pub name: String,
    /// True for one of the knowledge base: a text that holds for it proves nothing.
    pub is_known: bool,
    pub contest: Contest,
    /// The issue that it is a match of without the draft.
    pub issue: Option<String>,
    /// True when no issue is even possible.
    pub is_unknown: bool,
}

/// A crash of the draft.
struct Own {
    name: String,
    contest: Contest,
    /// Path of the crash text that is made of it.
    fixture: Option<String>,
    issue: Option<String>,
}

/// All crashes, compared with the known issues once.
pub(super) struct Bench<'a> {
    matcher: &'a Matcher,
    id: String,
    own: Vec<Own>,
    pub others: Vec<Other>,
    exemplars: Vec<StoredExemplar>,
}

/// A crash and the confidence of the draft for it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Standing {
    /// The crash.
    pub crash: String,
    /// 0 to 1.
    pub confidence: f64,
    /// Why it is no match of the draft; `None` where it is one, or where nothing corresponds.
    pub unproven: Option<Unproven>,
}

/// How a signature does.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Outcome {
    pub weakest: Standing,
    /// True when every crash of the draft is a match of it.
    pub is_match: bool,
    /// The other crash that comes nearest.
    pub strongest: Option<Standing>,
    /// The first crash whose match of another issue is gone.
    pub stolen: Option<(String, String)>,
}

impl Outcome {
    /// True when every crash of the draft is a match, and no other one is even possible.
    pub(super) fn is_good(&self, calibration: &Calibration) -> bool {
        let strongest = self.strongest.as_ref();
        self.is_match
            && self.stolen.is_none()
            && strongest.is_none_or(|other| other.confidence < calibration.possible_threshold)
    }
}

impl<'a> Bench<'a> {
    /// Compares the crashes `own` of the draft `id` and the `others`, each with its name, with the
    /// known issues; `fixtures` are the places of those that become crash texts, and their paths.
    pub(super) fn new(
        matcher: &'a Matcher,
        id: &str,
        own: &[DraftCrash],
        fixtures: &[(usize, String)],
        others: Vec<(String, bool, CrashKeys)>,
    ) -> Result<Self> {
        let own_contests = own.par_iter().enumerate().map(|(place, crash)| {
            let contest = matcher.contest(crash.subject.keys.clone())?;
            let issue = matched(matcher, &matcher.answer(&contest)).map(str::to_owned);
            let fixture = fixtures.iter().find(|(of, _)| *of == place);
            let fixture = fixture.map(|(_, path)| path.clone());
            Ok(Own { name: crash.name.clone(), contest, fixture, issue })
        });
        let others = others.into_par_iter().map(|(name, is_known, keys)| {
            let contest = matcher.contest(keys)?;
            let found = matcher.answer(&contest);
            let issue = matched(matcher, &found).map(str::to_owned);
            let possible = matcher.calibration().possible_threshold;
            let is_unknown = found.first().is_none_or(|first| first.confidence < possible);
            Ok(Other { name, is_known, contest, issue, is_unknown })
        });
        let exemplars = fixtures.iter().map(|(place, path)| {
            let subject = &own[*place].subject;
            stored_exemplar(path, &subject.crash, &subject.keys)
        });
        Ok(Self {
            matcher,
            id: id.to_owned(),
            own: shared(|| own_contests.collect::<Result<_>>())?,
            others: shared(|| others.collect::<Result<_>>())?,
            exemplars: exemplars.collect(),
        })
    }

    /// The first crash of the draft that is a match of a known issue, and the issue.
    pub(super) fn known(&self) -> Option<(&str, &str)> {
        self.own.iter().find_map(|own| Some((own.name.as_str(), own.issue.as_deref()?)))
    }

    /// True when the texts of a signature are more than those of its panic kind, and hold for no crash
    /// of the knowledge base that is not of the draft.
    pub(super) fn is_decisive(&self, signature: &Signature) -> bool {
        let asked = SignatureConditions::new(signature.clone());
        is_more_than_its_kind(signature)
            && !self
                .others
                .iter()
                .any(|other| other.is_known && asked.text_holds(&other.contest.keys))
    }

    /// How a signature does on every crash.
    pub(super) fn outcome(&self, signature: &Signature) -> Outcome {
        let decisive = self.is_decisive(signature);
        let exemplars = self.exemplars.clone();
        let proposal = self.matcher.propose(&self.id, signature.clone(), decisive, exemplars);
        let own = self.own.par_iter().map(|own| self.own_standing(own, &proposal));
        let own: Vec<(Standing, bool)> = shared(|| own.collect());
        let others = self.others.par_iter().map(|other| self.other_standing(other, &proposal));
        let others: Vec<(Standing, bool)> = shared(|| others.collect());
        let weakest = own.iter().min_by(|one, other| {
            one.1.cmp(&other.1).then(one.0.confidence.total_cmp(&other.0.confidence))
        });
        let stolen = self.others.iter().zip(&others).find(|(_, (_, is_stolen))| *is_stolen);
        let stolen = stolen.and_then(|(other, _)| Some((other.name.clone(), other.issue.clone()?)));
        let strongest =
            others.into_iter().map(|(standing, _)| standing).filter(|one| one.confidence > 0.0);
        Outcome {
            weakest: weakest.map(|(standing, _)| standing.clone()).unwrap_or_default(),
            is_match: own.iter().all(|(_, is_match)| *is_match),
            strongest: strongest.max_by(|one, other| {
                // Of equal ones the first.
                one.confidence.total_cmp(&other.confidence).then(other.crash.cmp(&one.crash))
            }),
            stolen,
        }
    }

    /// A crash of the draft, without the crash text that is made of it: whether it is a match.
    fn own_standing(&self, own: &Own, proposal: &Proposal) -> (Standing, bool) {
        let found = self.matcher.answer_with(&own.contest, proposal, own.fixture.as_deref());
        let is_match = matched(self.matcher, &found).is_some_and(|issue| issue == self.id);
        (self.standing(&own.name, &found), is_match)
    }

    /// Another crash: whether its match of another issue is gone.
    fn other_standing(&self, other: &Other, proposal: &Proposal) -> (Standing, bool) {
        let found = self.matcher.answer_with(&other.contest, proposal, None);
        let is_stolen =
            other.issue.is_some() && matched(self.matcher, &found) != other.issue.as_deref();
        (self.standing(&other.name, &found), is_stolen)
    }

    fn standing(&self, crash: &str, found: &[Match]) -> Standing {
        let own = found.iter().find(|found| found.issue == self.id);
        Standing {
            crash: crash.to_owned(),
            confidence: own.map_or(0.0, |own| own.confidence),
            unproven: own.and_then(|own| own.unproven),
        }
    }
}

/// The issue that a crash is a match of.
fn matched<'a>(matcher: &Matcher, found: &'a [Match]) -> Option<&'a str> {
    let first = found.first()?;
    let is_match = first.confidence >= matcher.calibration().match_threshold;
    is_match.then_some(first.issue.as_str())
}
