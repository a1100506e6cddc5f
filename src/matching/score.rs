//! From conditions and alignments to evidence in log-odds.
//!
//! The conditions of a signature are evaluated once, and each signature and exemplar is aligned once
//! with the deciding and once with the reporter's backtrace. The score of every pair of a signature and
//! an exemplar is then only a sum; sentences are made of the best pair alone.

use std::cmp::Ordering;

use super::calibrate::Calibration;
use super::compared::{Beside, ComparedSignature};
use super::doubt::Doubt;
use super::evidence::{Evidence, EvidenceGroup, Points};
use super::face::{PreparedExemplar, PreparedSignature};
use super::fit::FrameFit;
use super::told::FrameProof;
use super::unproven::Unproven;
use crate::kb::{Checked, Condition, ConditionAnswer, EvidenceKind, State};
use crate::message::Sentence;

/// The evidence for and against an issue, by one of its signatures and perhaps one of its
/// exemplars.
#[derive(Clone, Debug)]
pub(super) struct Score<'a> {
    pub signature: &'a PreparedSignature,
    /// The exemplar that the frames of `fit` are of; `None` when they are of the signature.
    pub exemplar: Option<&'a PreparedExemplar>,
    /// The backtraces side by side.
    pub fit: &'a FrameFit,
    /// What speaks against the frames: in the recorded crash that contradicts least, where there is
    /// one. A signature may leave out what is above its first frame.
    pub doubt: Doubt,
    /// The weight of what corresponds in other modules.
    other_module: f64,
    /// The weight of what corresponds in drivers of which the issue says nothing.
    unsaid_module: f64,
    /// The conditions of the signature, and the crash's answers.
    pub checked: &'a [ConditionAnswer<'a>],
    /// True when the panic is of another kind than the signature is about.
    is_other_kind: bool,
    /// The reasons, the weightiest first.
    reasons: Vec<Reason>,
    /// Their points before the coefficients.
    pub as_set: Points,
    /// How much the frames prove.
    pub frame_proof: FrameProof,
    /// True when a text has proven the issue: it is not proven again by the next one.
    decided: bool,
    /// True for a text that holds no panic.
    without_panic: bool,
    /// True when the signature names modules, and every frame of the crash is in another one.
    is_elsewhere: bool,
}

/// Frames that correspond.
#[derive(Clone, Copy, Debug)]
struct Frames {
    points: f64,
    /// Their weight.
    matched: f64,
    /// That of the heaviest one.
    heaviest: f64,
    /// True when one of them tells the issue from all others.
    tells: bool,
}

/// One piece of evidence, not yet in words.
#[derive(Clone, Copy, Debug)]
struct Reason {
    kind: EvidenceKind,
    points: f64,
    key: &'static str,
    detail: Detail,
}

/// The values of the placeholders of a reason's sentence.
#[derive(Clone, Copy, Debug)]
enum Detail {
    /// How many frames are found, of how many.
    Frames { found: usize, wanted: usize },
    /// The text of the condition at this place of [`Score::checked`].
    Condition(usize),
    /// None.
    None,
}

/// Rarity from which the frames of a crash are a story of its own: two functions that no other known
/// crash prints.
pub(super) const STORY: f64 = 7.0;

impl<'a> Score<'a> {
    pub(super) fn new(
        compared: &'a ComparedSignature<'a>,
        exemplar: Option<&'a (&'a PreparedExemplar, FrameFit)>,
        Beside { doubt, other_module, unsaid_module, other_story, without_panic }: Beside,
        calibration: &Calibration,
    ) -> Self {
        let fit = exemplar.map_or(&compared.fit, |(_, fit)| fit);
        let mut score = Self {
            signature: compared.signature,
            exemplar: exemplar.map(|(exemplar, _)| *exemplar),
            fit,
            doubt: doubt.or(fit.doubt).unwrap_or_default(),
            other_module,
            unsaid_module,
            is_other_kind: compared.checked.iter().any(is_other_kind),
            checked: &compared.checked,
            reasons: Vec::with_capacity(compared.checked.len() + 2),
            as_set: Points::default(),
            frame_proof: FrameProof::Nothing,
            decided: false,
            without_panic,
            is_elsewhere: compared.is_elsewhere,
        };
        score.add_frames(calibration);
        score.add_some_frames(&compared.some, calibration);
        score.add_conditions(calibration);
        if other_story {
            let (kind, key) = (EvidenceKind::Contradiction, "evidence-other-story");
            let points = -calibration.story_price;
            let reason = Reason { kind, points, key, detail: Detail::None };
            score.add(EvidenceGroup::Against, reason, calibration);
        }
        score.reasons.sort_by(|one, other| {
            other.points.total_cmp(&one.points).then_with(|| one.kind.cmp(&other.kind))
        });
        score
    }

    /// Sum of the points.
    pub(super) fn points(&self) -> f64 {
        self.reasons.iter().map(|reason| reason.points).sum()
    }

    /// Frame points that saturation has taken away.
    pub(super) fn beyond(&self) -> f64 {
        self.fit.points.beyond
    }

    /// The condition that excludes the issue, whatever the evidence adds up to.
    pub(super) fn excluded(&self) -> Option<&'a ConditionAnswer<'a>> {
        self.checked.iter().find(|checked| is_excluding(checked))
    }

    /// The reasons in words, the weightiest first.
    pub(super) fn evidence(&self) -> Vec<Evidence> {
        self.reasons.iter().map(|reason| self.evidence_of(reason)).collect()
    }

    /// As [`Self::evidence`], without what fills the sentences: for a reader who sees none of them.
    pub(super) fn evidence_in_brief(&self) -> Vec<Evidence> {
        self.reasons.iter().map(evidence_in_brief).collect()
    }

    fn evidence_of(&self, reason: &Reason) -> Evidence {
        let detail = match reason.detail {
            Detail::Frames { found, wanted } => {
                let (found, wanted) = (found.to_string(), wanted.to_string());
                Sentence::new(reason.key, &[("found", &found), ("wanted", &wanted)])
            }
            Detail::Condition(place) => {
                Sentence::new(reason.key, &[("text", &self.checked[place].text)])
            }
            Detail::None => Sentence::new(reason.key, &[]),
        };
        Evidence { kind: reason.kind, points: reason.points, detail }
    }

    /// The conditions about which the crash says nothing.
    pub(super) fn absent(&self) -> Vec<Checked> {
        let absent = self.checked.iter().filter(|checked| checked.state == State::Absent);
        absent.map(Checked::from).collect()
    }

    /// Adds evidence that is worth `reason.points` before its coefficient.
    fn add(&mut self, group: EvidenceGroup, mut reason: Reason, calibration: &Calibration) {
        // Evidence against an issue is fitted apart from evidence for it; what contradicts frames takes
        // points of frames.
        let group = if reason.points < 0.0 && group != EvidenceGroup::Frames {
            EvidenceGroup::Against
        } else {
            group
        };
        self.as_set[group as usize] += reason.points;
        reason.points *= group.coefficient(&calibration.coefficients);
        self.reasons.push(reason);
    }

    /// Adds the frames that are in order.
    fn add_frames(&mut self, calibration: &Calibration) {
        let steps = self.fit.alignment.steps.len();
        if steps == 0 {
            return;
        }
        let points = self.fit.points.points;
        let price = calibration.price(&self.doubt).min(points);
        let (kind, key) = match self.exemplar {
            Some(_) => (EvidenceKind::Exemplar, "evidence-exemplar"),
            None => (EvidenceKind::Frames, "evidence-frames"),
        };
        let detail = Detail::Frames { found: steps, wanted: self.fit.alignment.signature_length };
        let reason = Reason { kind, points, key, detail };
        self.add(EvidenceGroup::Frames, reason, calibration);
        self.add_doubt("evidence-other-top", price, calibration);
        let price = if self.is_in_other_modules(calibration) {
            calibration.module_price.min(points - price)
        } else {
            0.0
        };
        self.add_doubt("evidence-other-modules", price, calibration);
        if self.fit.alignment.coverage() >= calibration.coverage && !self.fit.in_doubt {
            let FrameFit { heaviest, tells, .. } = *self.fit;
            let matched = self.fit.alignment.matched;
            self.prove_by(Frames { points, matched, heaviest, tells }, calibration);
        }
    }

    /// Frames prove when they weigh enough, more than one of them corresponds, and nothing contradicts.
    fn prove_by(&mut self, frames: Frames, calibration: &Calibration) {
        if frames.points < calibration.proof
            || frames.matched < calibration.proof_frames * frames.heaviest
            || self.contradiction(calibration).is_some()
            || self.is_in_unsaid_modules(calibration)
        {
            return;
        }
        // Without the function that failed all of them together do not tell, and one that no other known
        // issue prints needs a second witness: other bugs are reached through the same calls. Of KB94787
        // without its top and its message nothing is left that is not KB406077's.
        let has_top = self.doubt.above_wanted < calibration.other_top;
        let proof = match (frames.tells, has_top) {
            (true, true) => FrameProof::Issue,
            (true, false) if self.has_other_witness() => FrameProof::Issue,
            (false, true) => FrameProof::IfTold,
            _ => return,
        };
        self.frame_proof = self.frame_proof.max(proof);
    }

    /// True when something is held that counts for the issue, beside frames and their modules.
    fn has_other_witness(&self) -> bool {
        let mut held = self.checked.iter().filter(|checked| checked.state == State::Held);
        held.any(|checked| {
            checked.condition != Condition::Module && checked.condition.row().worth.held.is_some()
        })
    }

    /// Adds what takes frame points away: that the crash and the recorded one fail in different
    /// functions, or that their functions are in different modules.
    fn add_doubt(&mut self, key: &'static str, price: f64, calibration: &Calibration) {
        /// Fewer points are not worth a sentence.
        const MIN_PRICE: f64 = 0.05;
        if price >= MIN_PRICE {
            let kind = EvidenceKind::Contradiction;
            let reason = Reason { kind, points: -price, key, detail: Detail::None };
            self.add(EvidenceGroup::Frames, reason, calibration);
        }
    }

    /// True when the crash has a story of its own of which the issue says nothing.
    fn leaves_frames_unexplained(&self) -> bool {
        self.fit.alignment.steps.is_empty() && self.doubt.above_crash >= STORY
    }

    fn is_in_other_modules(&self, calibration: &Calibration) -> bool {
        self.other_module > calibration.other_module * self.fit.alignment.matched
    }

    /// True when most of what corresponds is in drivers of which the issue says nothing: a recorded crash
    /// without modules is no proof for functions of the same names in any of them.
    fn is_in_unsaid_modules(&self, calibration: &Calibration) -> bool {
        self.unsaid_module > calibration.other_module * self.fit.alignment.matched
            && !self.checked.iter().any(names_module)
    }

    /// The contradiction because of which frames prove nothing.
    fn contradiction(&self, calibration: &Calibration) -> Option<Unproven> {
        if self.is_other_kind {
            Some(Unproven::OtherKind)
        } else if self.is_elsewhere || self.is_in_other_modules(calibration) {
            Some(Unproven::OtherModules)
        } else if self.doubt.of_both() >= calibration.other_top {
            Some(Unproven::OtherTop)
        } else {
            None
        }
    }

    /// The reason why the evidence makes no match; `None` when it may make one: frames of weight, or
    /// a decisive text.
    pub(super) fn unproven(&self, calibration: &Calibration) -> Option<Unproven> {
        if self.without_panic {
            return Some(Unproven::NoPanic);
        }
        if self.frame_proof == FrameProof::Issue || self.decided {
            return None;
        }
        let alignment = &self.fit.alignment;
        let weak = if alignment.steps.is_empty() {
            Unproven::TooLittle
        } else if self.is_in_unsaid_modules(calibration) {
            Unproven::UnsaidModules
        } else if !self.fit.tells {
            Unproven::NoTellingFrame
        } else if alignment.coverage() < calibration.coverage {
            Unproven::LittleExplained
        } else {
            Unproven::TooLittle
        };
        // Without frames of its own a crash contradicts by its kind alone.
        let contradiction = self.contradiction(calibration);
        Some(contradiction.filter(|_| !alignment.steps.is_empty()).unwrap_or(weak))
    }

    /// Adds the functions that may come in any order: when there are enough of them they count as
    /// much as in order.
    fn add_some_frames(&mut self, found: &[usize], calibration: &Calibration) {
        let Some(some) = &self.signature.pattern().some else {
            return;
        };
        if found.len() < some.least {
            return;
        }
        let weights = self.signature.some.weights();
        let matched: f64 = found.iter().map(|place| weights[*place]).sum();
        let heaviest = found.iter().map(|place| weights[*place]).fold(0.0, f64::max);
        let already = self.as_set[EvidenceGroup::Frames as usize].max(0.0);
        let most = (calibration.most_frame_points - already).max(0.0);
        let points = (calibration.frame_weight * matched).clamp(0.0, most);
        let detail = Detail::Frames { found: found.len(), wanted: some.of.len() };
        let (kind, key) = (EvidenceKind::SomeFrames, "evidence-some-frames");
        let reason = Reason { kind, points, key, detail };
        self.add(EvidenceGroup::Frames, reason, calibration);
        let tells = found.iter().any(|place| self.signature.some.tells()[*place]);
        self.prove_by(Frames { points, matched, heaviest, tells }, calibration);
    }

    /// Adds the crash's answer to each condition.
    fn add_conditions(&mut self, calibration: &Calibration) {
        // A text that holds for no other known issue proves nothing about a crash of another kind: an
        // unknown bug may print it too.
        let decisive = self.signature.decisive && !self.is_other_kind;
        // Each line of a source file is in one function, and in another one in another build, and a
        // message may say no more than a world and an exception: below it other functions or modules
        // than the recorded ones are another bug (`world.c:2307` below the memory scheduler, `CAM taskq
        // IP 0x0` in another driver).
        let decisive_message = decisive && self.contradiction(calibration).is_none();
        // Log lines are printed by whatever happened before, too: frames of another bug outweigh them.
        let decisive_log = decisive_message && !self.leaves_frames_unexplained();
        for place in 0..self.checked.len() {
            let decisive = match self.checked[place].condition {
                Condition::Log => decisive_log,
                Condition::Message | Condition::Source => decisive_message,
                _ => decisive,
            };
            self.add_condition(place, decisive, calibration);
        }
    }

    fn add_condition(&mut self, place: usize, decisive: bool, calibration: &Calibration) {
        let ConditionAnswer { condition, state, .. } = self.checked[place];
        let row = condition.row();
        let decisive = row.worth.decisive.filter(|_| decisive && state == State::Held);
        let (group, (points, key)) = if let Some(key) = decisive.filter(|_| !self.decided) {
            self.decided = true;
            (EvidenceGroup::Decisive, (calibration.text_decisive, key))
        } else if let Some(points) = row.worth.of_state(state) {
            (EvidenceGroup::from_condition(condition), points)
        } else {
            return;
        };
        let reason = Reason { kind: row.kind, points, key, detail: Detail::Condition(place) };
        self.add(group, reason, calibration);
    }

    /// A signature that is excluded, or proves nothing, is taken where no other fits.
    fn rank(&self) -> (bool, FrameProof) {
        let proof = if self.decided { FrameProof::Issue } else { self.frame_proof };
        (self.excluded().is_none(), proof)
    }

    /// True when this one is taken instead of `other`, which came first.
    pub(super) fn is_better_than(&self, other: &Score<'_>) -> bool {
        match self.rank().cmp(&other.rank()) {
            Ordering::Equal => self.points() > other.points(),
            order => order.is_gt(),
        }
    }
}

fn evidence_in_brief(reason: &Reason) -> Evidence {
    let Reason { kind, points, key, .. } = *reason;
    Evidence { kind, points, detail: Sentence::new(key, &[]) }
}

/// A forbidden function and a contradicted machine check exclude; everything else is evidence.
fn is_excluding(checked: &ConditionAnswer<'_>) -> bool {
    matches!(checked.condition, Condition::Forbidden | Condition::MachineCheck)
        && checked.state == State::Contradicted
}

/// True for a module that the signature asks for and the crash prints.
fn names_module(checked: &ConditionAnswer<'_>) -> bool {
    checked.condition == Condition::Module && checked.state == State::Held
}

fn is_other_kind(checked: &ConditionAnswer<'_>) -> bool {
    checked.condition == Condition::PanicKind && checked.state == State::Contradicted
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crash::PanicKind;
    use crate::kb::{Coefficients, FramePattern, Rarity, Signature, SomeFrames, SourcePlace};
    use crate::matching::Weights;
    use crate::matching::compared::Compared;
    use crate::matching::face::{Face, PreparedCrash};
    use crate::signature::{CrashKeys, KeyFrame};
    use crate::store::{StoredExemplar, StoredFace, StoredSignature};

    fn frames_of(names: &[&str]) -> Vec<KeyFrame> {
        names.iter().enumerate().map(|(index, name)| KeyFrame::new(name, None, index)).collect()
    }

    /// The score of an issue with this signature alone.
    fn score<T>(
        decisive: bool,
        pattern: Signature,
        crash: &CrashKeys,
        rarity: Rarity,
        read: impl FnOnce(&Score<'_>) -> T,
    ) -> T {
        let weights = Weights::new(rarity, Default::default());
        let signatures = vec![StoredSignature { decisive, pattern }];
        let face = Face::new(StoredFace { signatures, ..StoredFace::default() }, &weights);
        let crash = PreparedCrash::new(crash, &weights);
        let compared = Compared::new(&face, &crash, None, &Calibration::SHIPPED);
        read(&compared.best(&Calibration::SHIPPED).expect("a signature"))
    }

    fn signature() -> Signature {
        Signature {
            name: "main".into(),
            kinds: vec!["page-fault".into()],
            worlds: vec!["usb".into()],
            frames: ["A", "B", "C"].map(FramePattern::from_word).into(),
            forbid: vec!["X*".into()],
            ..Signature::default()
        }
    }

    fn crash(names: &[&str], kind: PanicKind, world: &str) -> CrashKeys {
        CrashKeys {
            kind: Some(kind),
            worlds: vec![world.into()],
            frames: frames_of(names),
            ..CrashKeys::default()
        }
    }

    fn points(crash: &CrashKeys) -> Option<f64> {
        let rarity = Rarity { total: 40, ..Rarity::default() };
        score(false, signature(), crash, rarity, |score| {
            score.excluded().is_none().then(|| score.points())
        })
    }

    /// The points that a story of these functions takes away, beside a crash that shows none.
    #[track_caller]
    fn check_other_story(names: &[&str], expected: f64) {
        let bare = points(&crash(&[], PanicKind::PageFault, "usb")).expect("points");
        let found = points(&crash(names, PanicKind::PageFault, "usb")).expect("points");
        let price = Coefficients::AS_SET.against * Calibration::SHIPPED.story_price;
        assert!((bare - found - expected * price).abs() < 1e-9, "{bare} {found}: {names:?}");
    }

    #[test]
    fn a_story_without_any_function_of_the_issue_contradicts() {
        check_other_story(&["Omega_One", "Omega_Two", "Omega_Three"], 1.0);
        // Too little to be a story.
        check_other_story(&["Omega_One"], 0.0);
    }

    /// True when the message of a signature that names the module `vmkusb` proves beside this frame.
    #[track_caller]
    fn check_elsewhere(module: Option<&str>, expected: bool) {
        let pattern = Signature {
            messages: vec!["CAM taskq IP 0x0".into()],
            modules: vec!["vmkusb".into()],
            ..Signature::default()
        };
        let crash = CrashKeys {
            message: "CAM taskq IP 0x0".into(),
            frames: vec![KeyFrame::new("taskqueue_run_locked", module, 0)],
            modules: module.iter().map(|module| (*module).to_owned()).collect(),
            ..CrashKeys::default()
        };
        let rarity = Rarity { total: 40, ..Rarity::default() };
        let proven = score(true, pattern, &crash, rarity, |score| {
            score.unproven(&Calibration::SHIPPED).is_none()
        });
        assert_eq!(proven, expected, "{module:?}");
    }

    #[test]
    fn a_message_proves_nothing_when_all_frames_are_in_other_modules() {
        check_elsewhere(Some("vmkusb"), true);
        check_elsewhere(None, true);
        check_elsewhere(Some("another"), false);
    }

    #[test]
    fn more_evidence_gives_more_points_and_contradiction_fewer() {
        let full = points(&crash(&["A", "B", "C"], PanicKind::PageFault, "usb"));
        let part = points(&crash(&["A", "B"], PanicKind::PageFault, "usb"));
        let other_kind = points(&crash(&["A", "B", "C"], PanicKind::SpinCount, "usb"));
        let other_world = points(&crash(&["A", "B", "C"], PanicKind::PageFault, "idle"));
        assert!(full > part && full > other_kind && full > other_world);
    }

    /// Checks whether the frames prove the signature when the names at these places are in doubt.
    #[track_caller]
    fn check_in_doubt(in_doubt: &[usize], expected: bool) {
        let mut crash = crash(&["A", "B", "C"], PanicKind::PageFault, "usb");
        in_doubt.iter().for_each(|place| crash.frames[*place].doubtful = true);
        let rarity = Rarity { total: 40, ..Rarity::default() };
        let is_proven = score(false, signature(), &crash, rarity, |score| {
            score.unproven(&Calibration::SHIPPED).is_none()
        });
        assert_eq!(is_proven, expected, "{in_doubt:?}");
    }

    #[test]
    fn names_in_doubt_prove_nothing() {
        check_in_doubt(&[], true);
        check_in_doubt(&[1], true);
        check_in_doubt(&[0, 1, 2], false);
        check_in_doubt(&[0, 2], false);
    }

    /// True when these frames prove the signature beside a crash recorded with `A B C`, in a panic of
    /// its kind or in one of which nothing else is printed.
    fn is_proven_by(names: &[&str], has_kind: bool) -> bool {
        let weights = Weights::new(Rarity { total: 40, ..Rarity::default() }, Default::default());
        let pattern = Signature { worlds: Vec::new(), ..signature() };
        let frames = ["A", "B", "C"].map(FramePattern::from_word).into();
        let exemplar =
            StoredExemplar { path: "recorded".into(), frames, kind: None, is_called: false };
        let face = StoredFace {
            signatures: vec![StoredSignature { decisive: false, pattern }],
            exemplars: vec![exemplar],
        };
        let face = Face::new(face, &weights);
        let kind = Some(PanicKind::PageFault).filter(|_| has_kind);
        let crash = CrashKeys { kind, frames: frames_of(names), ..CrashKeys::default() };
        let crash = PreparedCrash::new(&crash, &weights);
        let compared = Compared::new(&face, &crash, None, &Calibration::SHIPPED);
        let score = compared.best(&Calibration::SHIPPED).expect("a signature");
        score.unproven(&Calibration::SHIPPED).is_none()
    }

    #[test]
    fn frames_without_their_top_need_a_second_witness() {
        assert!(is_proven_by(&["A", "B", "C"], false));
        assert!(is_proven_by(&["B", "C"], true));
        assert!(!is_proven_by(&["B", "C"], false));
    }

    #[test]
    fn only_forbidden_frames_exclude() {
        assert_eq!(points(&crash(&["A", "X1"], PanicKind::PageFault, "usb")), None);
        assert!(points(&crash(&[], PanicKind::SpinCount, "idle")).is_some());
    }

    #[test]
    fn a_decisive_message_proves_without_frames() {
        let pattern = Signature { messages: vec!["(VASpace)".into()], ..Signature::default() };
        let mut crash = crash(&[], PanicKind::SpinCount, "idle");
        crash.message = "Spin count exceeded (VASpace) - possible deadlock".into();
        let (proven, points) = score(true, pattern, &crash, Rarity::default(), |score| {
            (score.unproven(&Calibration::SHIPPED).is_none(), score.points())
        });
        assert!(proven && points > 5.0);
    }

    #[test]
    fn a_decisive_log_line_proves_nothing_about_another_kind() {
        assert!(is_proven_by_log(PanicKind::NoHeartbeat));
        assert!(!is_proven_by_log(PanicKind::PageFault));
    }

    #[test]
    fn a_decisive_line_or_message_proves_nothing_below_other_functions() {
        for by_source in [true, false] {
            assert!(is_proven_above(&["A", "B"], by_source));
            assert!(is_proven_above(&[], by_source));
            assert!(!is_proven_above(&["X", "Y"], by_source));
        }
    }

    /// True when the signature's source line, or its message, proves above these frames.
    fn is_proven_above(frames: &[&str], by_source: bool) -> bool {
        let mut pattern = Signature {
            sources: vec![SourcePlace { file: "world.c".into(), line: Some(2307) }],
            frames: ["A", "B"].map(FramePattern::from_word).into(),
            ..Signature::default()
        };
        let mut crash = crash(frames, PanicKind::NotImplemented, "idle");
        crash.source = Some(("world.c".into(), 2307));
        crash.message = "the zone is not that of its page".into();
        if !by_source {
            pattern.sources.clear();
            pattern.messages = vec![crash.message.clone()];
        }
        let rarity = Rarity { total: 40, ..Rarity::default() };
        score(true, pattern, &crash, rarity, |score| {
            score.unproven(&Calibration::SHIPPED).is_none()
        })
    }

    fn is_proven_by_log(kind: PanicKind) -> bool {
        let pattern = Signature {
            kinds: vec!["no-heartbeat".into()],
            logs: vec!["microcode * too old".into()],
            ..Signature::default()
        };
        let mut crash = crash(&[], kind, "idle");
        crash.logs = vec!["microcode 0x1 too old".into()];
        score(true, pattern, &crash, Rarity::default(), |score| {
            score.unproven(&Calibration::SHIPPED).is_none()
        })
    }

    /// Checks the number of evidence and whether it may make a match.
    #[track_caller]
    fn check_some(least: usize, names: &[&str], expected: Option<bool>) {
        let of = ["A", "B", "C", "D"].map(FramePattern::from_word).into();
        let some = Some(SomeFrames { least, of });
        let pattern = Signature { some, ..Signature::default() };
        let rarity = Rarity { total: 40, counts: [("A".to_owned(), 30)].into() };
        let crash = crash(names, PanicKind::PageFault, "usb");
        let proven = score(false, pattern, &crash, rarity, |score| {
            score.evidence().first().map(|_| score.unproven(&Calibration::SHIPPED).is_none())
        });
        assert_eq!(proven, expected, "{least} of {names:?}");
    }

    #[test]
    fn some_frames_count_in_any_order_when_there_are_enough() {
        check_some(3, &["D", "X", "A", "B"], Some(true));
        check_some(2, &["A"], None);
        check_some(1, &["A"], Some(false));
    }
}
