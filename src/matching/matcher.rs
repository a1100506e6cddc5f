//! Candidates out of the index, scored against the crash, best first.

use std::cmp::Ordering;
use std::collections::BTreeSet;
use std::sync::{Arc, OnceLock};

use super::align::{Step, Weights};
use super::applicability::{Applies, Basis, applicability};
use super::calibrate::{Calibration, Contender};
use super::compared::Compared;
use super::evidence::{Evidence, EvidenceGroup, Points};
use super::face::{Face, PreparedCrash, Words};
use super::host::HostRelease;
use super::strength::{Strength, strength};
use super::told::{FrameProof, explain_away, tell_from_rivals};
use super::unproven::Unproven;
use crate::compile::Compiled;
use crate::crash::PanicKind;
use crate::error::Result;
use crate::index::{CrashTerms, Index};
use crate::kb::{Checked, EvidenceKind, FramePattern, Releases, Status};
use crate::message::Sentence;
use crate::signature::{Background, CrashKeys, FrameLists};
use crate::store::Store;

/// One known issue that a crash may be.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Match {
    /// Issue id.
    pub issue: String,
    /// The signature that fits best.
    pub signature: String,
    /// 0 to 1; beside the other candidates where they are known.
    pub confidence: f64,
    /// Prior and points of this issue alone.
    pub log_odds: f64,
    /// The reason why the evidence makes no match; `None` when it may make one.
    pub unproven: Option<Unproven>,
    /// The reasons, the weightiest first.
    pub evidence: Vec<Evidence>,
    /// Their points before the coefficients; without those of rivals.
    pub as_set: Points,
    /// Frame points that saturation has taken away: they count beside other issues only.
    pub beyond: f64,
    /// The frames that correspond.
    pub alignment: Vec<Step>,
    /// The frames that were looked for.
    pub wanted: Arc<[FramePattern]>,
    /// The recorded crash that they are of; of the signature without one.
    pub exemplar: Option<String>,
    /// True when `alignment` counts the backtrace of the reporting PCPU although another decides.
    pub reporter: bool,
    /// Conditions about which the crash says nothing.
    pub absent: Vec<Checked>,
    /// The condition that excludes the issue, whatever the evidence adds up to.
    pub excluded: Option<Checked>,
    /// How much the frames prove by themselves.
    pub frame_proof: FrameProof,
    /// The weight of each story frame of the crash that the issue explains.
    pub explained: Vec<f64>,
    /// True when the crash shows the whole backtrace of a recorded one, and nothing else.
    pub is_whole: bool,
    /// The rarity of the frames that a recorded crash has above the first one that corresponds.
    pub above_wanted: f64,
}

impl Match {
    fn contender(&self) -> Contender {
        Contender { log_odds: self.log_odds, beyond: self.beyond, proven: self.unproven.is_none() }
    }

    /// The order by what each issue alone has for it, the most first.
    fn by_points(&self, other: &Self) -> Ordering {
        let order = other.log_odds.total_cmp(&self.log_odds);
        order
            .then(other.is_whole.cmp(&self.is_whole))
            .then(other.beyond.total_cmp(&self.beyond))
            .then_with(|| self.issue.cmp(&other.issue))
    }
}

/// The issues and the exemplar that a measurement leaves out.
#[derive(Clone, Debug, Default)]
pub struct Exclude<'a> {
    /// Issues.
    pub issues: BTreeSet<&'a str>,
    /// Path of an exemplar.
    pub exemplar: Option<&'a str>,
}

/// Points below which a rival is not worth a word.
const WORTH_SAYING: f64 = 0.05;

/// Matches crashes against one compiled knowledge base; may be shared between threads.
pub struct Matcher {
    store: Store,
    index: Index,
    lists: FrameLists,
    releases: Releases,
    weights: Weights,
    calibration: Calibration,
    drafts: bool,
    /// True when one of the issues is a draft.
    has_drafts: bool,
    /// In the order of the store, each made for the first crash that may be of the issue, and never
    /// changed: threads that recognise crashes wait for no one afterwards.
    faces: Box<[OnceLock<Face>]>,
}

impl Matcher {
    /// A matcher over `compiled`, with its coefficients instead of those of `calibration` where it
    /// has some; issues that are drafts match only with `drafts`.
    ///
    /// # Errors
    /// [`crate::error::Error::Store`] when the store is damaged; so for every method here.
    pub fn new(compiled: Compiled, mut calibration: Calibration, drafts: bool) -> Result<Self> {
        let store = compiled.store;
        if let Some(coefficients) = store.coefficients()? {
            calibration.coefficients = coefficients;
        }
        let lists = store.frame_lists()?;
        let background = Background::new(lists.shared.iter().map(String::as_str));
        let weights = Weights::new(store.rarity()?, background);
        let releases = store.releases()?;
        let has_drafts = store.issues().any(|(_, status)| status == Status::Draft);
        let faces = store.issues().map(|_| OnceLock::new()).collect();
        Ok(Self {
            store,
            index: compiled.index,
            lists,
            releases,
            weights,
            calibration,
            drafts,
            has_drafts,
            faces,
        })
    }

    /// The frame lists of the knowledge base.
    pub fn lists(&self) -> &FrameLists {
        &self.lists
    }

    /// Every word, in small letters, of a text that an issue asks for or one of its crashes prints.
    pub fn words(&self) -> Result<BTreeSet<String>> {
        self.index.words()
    }

    /// The releases that the knowledge base lists.
    pub fn releases(&self) -> &Releases {
        &self.releases
    }

    /// The numbers of the score.
    pub fn calibration(&self) -> &Calibration {
        &self.calibration
    }

    /// The store of the knowledge base.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// How much a function weighs in a panic of this kind; 0 for one that says nothing.
    pub fn weight(&self, function: &str, kind: Option<PanicKind>) -> f64 {
        self.weights.weight(function, kind.as_slice())
    }

    /// As [`Self::weight`]; 0 for a function that crashes of many causes pass through.
    pub fn telling_weight(&self, function: &str, kind: Option<PanicKind>) -> f64 {
        if self.weights.is_background(function, kind.as_slice()) {
            return 0.0;
        }
        self.weight(function, kind)
    }

    /// How much functions weigh.
    pub fn weights(&self) -> &Weights {
        &self.weights
    }

    /// Every issue that has anything in common with a crash and is not excluded, best first; of equal
    /// ones first that whose whole backtrace the crash shows, then by issue id.
    pub fn matches(&self, crash: &CrashKeys, exclude: &Exclude<'_>) -> Result<Vec<Match>> {
        self.matches_of(crash, exclude, self.drafts, Words::OfAll)
    }

    /// As [`Self::matches`] without exclusions; an issue that cannot turn out to be worth showing has
    /// neither its absent conditions nor the values of its reasons.
    pub fn matches_to_show(&self, crash: &CrashKeys) -> Result<Vec<Match>> {
        self.matches_of(crash, &Exclude::default(), self.drafts, Words::OfShown)
    }

    /// The drafts that would be worth showing if drafts were asked for; none when they are.
    pub fn fitting_drafts(&self, crash: &CrashKeys) -> Result<Vec<String>> {
        if self.drafts || !self.has_drafts {
            return Ok(Vec::new());
        }
        let found = self.matches_of(crash, &Exclude::default(), true, Words::OfShown)?.into_iter();
        let shown = found.take_while(|one| one.confidence >= self.calibration.possible_threshold);
        Ok(shown.map(|one| one.issue).filter(|issue| !self.may_match(issue, false)).collect())
    }

    fn matches_of(
        &self,
        crash: &CrashKeys,
        exclude: &Exclude<'_>,
        drafts: bool,
        words: Words,
    ) -> Result<Vec<Match>> {
        let mut found = self.compared(crash, exclude, drafts, words)?;
        self.settle(&mut found, words);
        Ok(found)
    }

    /// The issues that have anything in common with a crash, each by itself.
    pub(super) fn compared(
        &self,
        crash: &CrashKeys,
        exclude: &Exclude<'_>,
        drafts: bool,
        words: Words,
    ) -> Result<Vec<Match>> {
        let prepared = PreparedCrash::new(crash, &self.weights).with_words(words);
        let mut found = Vec::new();
        for candidate in self.index.candidates(&CrashTerms::from_keys(crash))? {
            let issue = candidate.issue;
            if exclude.issues.contains(issue.as_str()) {
                continue;
            }
            let Some(number) = self.number_of_matching(&issue, drafts) else {
                continue;
            };
            let face = self.face_of(number)?;
            if face.may_be(crash.kind) {
                found.extend(self.best_of(issue, face, &prepared, exclude.exemplar));
            }
        }
        self.weigh_releases(&mut found, crash)?;
        Ok(found)
    }

    /// Holds the issues of one crash against each other, best first.
    pub(super) fn settle(&self, found: &mut Vec<Match>, words: Words) {
        found.retain(|found: &Match| found.excluded.is_none());
        tell_from_rivals(found, &self.calibration);
        explain_away(found, &self.calibration);
        self.weigh_rivals(found, words);
    }

    /// An issue that the host's release cannot have, or has the fix of, is less likely: articles are
    /// incomplete, so it is not ruled out.
    fn weigh_releases(&self, found: &mut [Match], crash: &CrashKeys) -> Result<()> {
        let host = HostRelease::new(crash.release.as_ref(), &self.releases);
        if host.line.is_none() {
            return Ok(());
        }
        let coefficient = self.calibration.coefficients.against;
        for found in found {
            // An issue that is not worth showing needs no answer about releases: that takes its file.
            if found.confidence < self.calibration.possible_threshold {
                continue;
            }
            let Some(known) = self.store.issue(&found.issue)? else {
                continue;
            };
            let answer = applicability(&known.issue, &host, &crash.drivers, &self.releases);
            let price = match (answer.applies, answer.basis) {
                (Applies::Fixed | Applies::NotAffected, _) => self.calibration.other_release,
                (_, Basis::OtherLines) => self.calibration.other_line,
                _ => continue,
            };
            found.as_set[EvidenceGroup::Against as usize] -= price;
            let points = -price * coefficient;
            found.log_odds += points;
            found.confidence =
                self.calibration.confidence_of(found.log_odds, found.unproven.is_none());
            found.evidence.push(Evidence {
                kind: EvidenceKind::Release,
                points,
                detail: answer.reason,
            });
        }
        Ok(())
    }

    /// A crash is of one issue: one that another issue explains as well is less sure.
    fn weigh_rivals(&self, found: &mut Vec<Match>, words: Words) {
        // Their places are sorted: a match is large, and each is moved once.
        let mut order: Vec<usize> = (0..found.len()).collect();
        order.sort_by(|one, other| found[*one].by_points(&found[*other]));
        // Nothing but what is proven is a rival, and beside hundreds of candidates hardly any is.
        let proven: Vec<usize> =
            order.iter().copied().filter(|place| found[*place].unproven.is_none()).collect();
        let mut contenders: Vec<Contender> =
            proven.iter().map(|place| found[*place].contender()).collect();
        for own in &order {
            contenders.truncate(proven.len());
            let place = proven.iter().position(|place| place == own).unwrap_or(proven.len());
            if place == proven.len() {
                contenders.push(found[*own].contender());
            }
            let points = self.calibration.rival_points(&contenders, place);
            let Match { log_odds, unproven, .. } = found[*own];
            let confidence = self.calibration.confidence_of(log_odds + points, unproven.is_none());
            found[*own].confidence = confidence;
            if (words == Words::OfAll || confidence >= self.calibration.possible_threshold)
                && points < -WORTH_SAYING
                && let Some(rival) = self.calibration.strongest_rival(&contenders, place)
            {
                let rival = &found[proven[rival]].issue;
                let detail = Sentence::new("evidence-rival", &[("text", rival)]);
                found[*own].evidence.push(Evidence { kind: EvidenceKind::Rival, points, detail });
            }
        }
        // A stable sort: equal confidences stay in the order of the points.
        order.sort_by(|one, other| found[*other].confidence.total_cmp(&found[*one].confidence));
        let mut unsorted: Vec<Option<Match>> = found.drain(..).map(Some).collect();
        found.extend(order.into_iter().filter_map(|place| unsorted[place].take()));
    }

    /// The evidence for and against one issue, found by the search or not; `None` when the issue
    /// does not exist or has no signature.
    pub fn against(&self, crash: &CrashKeys, issue: &str) -> Result<Option<Match>> {
        let prepared = PreparedCrash::new(crash, &self.weights);
        let face = self.face(issue)?;
        Ok(face.and_then(|face| self.best_of(issue.to_owned(), face, &prepared, None)))
    }

    pub(super) fn may_match(&self, issue: &str, drafts: bool) -> bool {
        self.number_of_matching(issue, drafts).is_some()
    }

    /// The number of an issue that may match.
    fn number_of_matching(&self, issue: &str, drafts: bool) -> Option<usize> {
        let number = self.store.number_of(issue)?;
        let status = self.store.status(number)?;
        status.may_match(drafts).then_some(number)
    }

    /// True when issues that are drafts match too.
    pub fn drafts(&self) -> bool {
        self.drafts
    }

    /// The evidence that could make an issue a match.
    pub fn strength(&self, issue: &str) -> Result<Strength> {
        let face = self.face(issue)?;
        Ok(face.map_or(Strength::Possible, |face| strength(face, &self.weights, &self.calibration)))
    }

    /// The signatures and exemplars of an issue, read and prepared once; `None` for an unknown one.
    pub(super) fn face(&self, issue: &str) -> Result<Option<&Face>> {
        self.store.number_of(issue).map(|number| self.face_of(number)).transpose()
    }

    fn face_of(&self, number: usize) -> Result<&Face> {
        if let Some(face) = self.faces[number].get() {
            return Ok(face);
        }
        let face = Face::new(self.store.face(number)?, &self.weights);
        Ok(self.faces[number].get_or_init(|| face))
    }

    /// The best pair of a signature and an exemplar of one issue.
    pub(super) fn best_of(
        &self,
        issue: String,
        face: &Face,
        crash: &PreparedCrash<'_>,
        without: Option<&str>,
    ) -> Option<Match> {
        let compared = Compared::new(face, crash, without, &self.calibration);
        let score = compared.best(&self.calibration)?;
        let unproven = score.unproven(&self.calibration);
        let log_odds = self.calibration.coefficients.prior + score.points();
        let pattern = score.signature.pattern();
        // Rivals and releases only take from what an issue has alone, proven or not.
        let in_words = crash.words == Words::OfAll
            || self.calibration.confidence(log_odds) >= self.calibration.possible_threshold;
        Some(Match {
            issue,
            signature: pattern.name.clone(),
            confidence: self.calibration.confidence_of(log_odds, unproven.is_none()),
            log_odds,
            unproven,
            evidence: if in_words { score.evidence() } else { score.evidence_in_brief() },
            as_set: score.as_set,
            beyond: score.beyond(),
            alignment: score.fit.alignment.steps.clone(),
            wanted: Arc::clone(
                score.exemplar.map_or(&score.signature.wanted, |exemplar| &exemplar.pattern),
            ),
            exemplar: score.exemplar.map(|exemplar| exemplar.path.clone()),
            reporter: score.fit.reporter,
            absent: if in_words { score.absent() } else { Vec::new() },
            excluded: score.excluded().map(Checked::from),
            frame_proof: score.frame_proof,
            explained: compared.explained(crash),
            is_whole: compared.is_whole(),
            above_wanted: score.doubt.above_wanted,
        })
    }
}
