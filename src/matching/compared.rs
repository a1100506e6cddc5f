//! An issue beside a crash: its signatures and recorded crashes, each compared once, and the best pair of
//! them.

use super::align::Alignment;
use super::calibrate::Calibration;
use super::doubt::{Doubt, ModulesOfFrames};
use super::face::{Face, PreparedCrash, PreparedExemplar, PreparedSignature};
use super::fit::{Compare, FrameFit, fit, found_of};
use super::score::{STORY, Score};
use crate::kb::{Condition, ConditionAnswer, State};
use crate::signature::CrashKeys;

/// An issue beside a crash: each signature and exemplar is compared once.
pub(super) struct Compared<'a> {
    /// True when the crash has a story of its own that is not the issue's.
    other_story: bool,
    without_panic: bool,
    signatures: Vec<ComparedSignature<'a>>,
    exemplars: Vec<(&'a PreparedExemplar, FrameFit)>,
}

/// All of an issue and a crash that holds for every pair of a signature and an exemplar.
#[derive(Clone, Copy)]
pub(super) struct Beside {
    pub doubt: Option<Doubt>,
    pub other_module: f64,
    pub unsaid_module: f64,
    pub other_story: bool,
    pub without_panic: bool,
}

/// A signature beside a crash.
pub(super) struct ComparedSignature<'a> {
    pub signature: &'a PreparedSignature,
    pub checked: Vec<ConditionAnswer<'a>>,
    pub fit: FrameFit,
    /// The places of those functions that are found in any order.
    pub some: Vec<usize>,
    /// True when the signature names modules, and every frame of the crash is in another one.
    pub is_elsewhere: bool,
}

impl<'a> Compared<'a> {
    /// Compares the signatures and exemplars of an issue with a crash; the exemplar at the path
    /// `without` is left out.
    pub(super) fn new(
        face: &'a Face,
        crash: &PreparedCrash<'a>,
        without: Option<&str>,
        calibration: &Calibration,
    ) -> Self {
        let signatures = face.signatures.iter();
        let exemplars =
            face.exemplars.iter().filter(|exemplar| Some(exemplar.path.as_str()) != without);
        let mut compared = Self {
            other_story: false,
            without_panic: crash.keys.without_panic,
            signatures: signatures
                .map(|signature| ComparedSignature::new(signature, crash, calibration))
                .collect(),
            exemplars: exemplars
                .map(|exemplar| {
                    (exemplar, fit(&exemplar.frames, crash, Compare::AsExemplar, calibration))
                })
                .collect(),
        };
        if compared.is_doubt_asked() {
            compared.doubt(crash);
        }
        compared.other_story = compared.has_other_story(crash);
        compared
    }

    /// True when the crash has a story of its own, and the functions that the issue names, in a
    /// signature or a recorded crash, are none of it: the same world and panic kind alone do not make
    /// a page fault of `lpfc_sli4_poll_eq` one of `lpfc_sli4_els_xri_aborted`.
    fn has_other_story(&self, crash: &PreparedCrash<'_>) -> bool {
        let story: f64 = crash.deciding.rarities().iter().sum();
        if story < STORY
            || !self.signatures.iter().any(ComparedSignature::holds_a_text)
            || self.corresponds_at_all()
        {
            return false;
        }
        let of_signatures = self.signatures.iter().map(|compared| compared.signature);
        let mut named = of_signatures
            .flat_map(|signature| [&signature.frames, &signature.some])
            .chain(self.exemplars.iter().map(|(exemplar, _)| &exemplar.frames))
            .filter(|frames| frames.rarities().iter().any(|rarity| *rarity > 0.0))
            .peekable();
        let none = Alignment::default();
        named.peek().is_some()
            && named.all(|frames| Doubt::new(frames, &crash.deciding, &none).above_crash >= STORY)
    }

    /// True when a function of the issue is in the crash.
    fn corresponds_at_all(&self) -> bool {
        let of_signatures = self.signatures.iter().map(|compared| &compared.fit);
        let mut fits = of_signatures.chain(self.exemplars.iter().map(|(_, fit)| fit));
        fits.any(|fit| !fit.alignment.steps.is_empty())
            || self.signatures.iter().any(|compared| !compared.some.is_empty())
    }

    /// True where it changes the answer what speaks against the frames. For most candidates nothing
    /// corresponds, and no log line is held that other frames could outweigh.
    fn is_doubt_asked(&self) -> bool {
        self.signatures.iter().any(ComparedSignature::asks_for_doubt)
            || self.exemplars.iter().any(|(_, fit)| !fit.alignment.steps.is_empty())
    }

    /// Finds out what speaks against the frames of the recorded crashes, and of the signatures where no
    /// recorded crash has frames that weigh anything.
    fn doubt(&mut self, crash: &PreparedCrash<'_>) {
        for (exemplar, fit) in &mut self.exemplars {
            fit.add_doubt(&exemplar.frames, crash);
        }
        if self.least_doubt().is_none() {
            for compared in &mut self.signatures {
                compared.fit.add_doubt(&compared.signature.frames, crash);
            }
        }
    }

    /// The best pair of a signature and an exemplar, or signature alone; `None` without signatures.
    /// The first of equal ones is taken.
    pub(super) fn best(&self, calibration: &Calibration) -> Option<Score<'_>> {
        let beside = Beside {
            doubt: self.least_doubt(),
            other_module: self.other_module(),
            unsaid_module: self.unsaid_module(),
            other_story: self.other_story,
            without_panic: self.without_panic,
        };
        let mut best: Option<Score<'_>> = None;
        for signature in &self.signatures {
            let mut is_alone_scored = false;
            for exemplar in self.exemplars.iter().map(Some).chain([None]) {
                // An exemplar whose frames fit no better than its own leaves the signature alone.
                let exemplar =
                    exemplar.filter(|(_, fit)| fit.points.points > signature.fit.points.points);
                if exemplar.is_none() && std::mem::replace(&mut is_alone_scored, true) {
                    continue;
                }
                let score = Score::new(signature, exemplar, beside, calibration);
                if best.as_ref().is_none_or(|best| score.is_better_than(best)) {
                    best = Some(score);
                }
            }
        }
        best
    }
}

impl Compared<'_> {
    /// True when the crash shows the whole backtrace of a recorded one, and nothing else.
    pub(super) fn is_whole(&self) -> bool {
        self.exemplars.iter().any(|(_, fit)| fit.is_whole)
    }

    /// The weight of each frame of the crash that any signature or recorded crash has: of the
    /// backtrace that decides, and then of the reporter's.
    pub(super) fn explained(&self, crash: &PreparedCrash<'_>) -> Vec<f64> {
        let deciding = crash.deciding.weights();
        let mut explained = vec![0.0_f64; deciding.len() + crash.reporter.weights().len()];
        let signatures = self.signatures.iter().map(|signature| &signature.fit);
        for fit in signatures.chain(self.exemplars.iter().map(|(_, fit)| fit)) {
            let (frames, first) =
                if fit.reporter { (&crash.reporter, deciding.len()) } else { (&crash.deciding, 0) };
            for step in &fit.alignment.steps {
                if let Some(column) = frames.place(step.crash) {
                    let weight = step.similarity * frames.weights()[column];
                    explained[first + column] = explained[first + column].max(weight);
                }
            }
        }
        explained
    }

    /// The weight of what corresponds in other modules, by all signatures and recorded crashes
    /// together: some may print no module, or a single function.
    fn other_module(&self) -> f64 {
        let both = [false, true]
            .map(|reporter| ModulesOfFrames::other_of_all(self.modules_of_fits(reporter)));
        both[0].max(both[1])
    }

    /// The weight of what corresponds in drivers of which the recorded crashes say nothing, and no
    /// signature either. A signature alone that names no modules is about functions of any.
    fn unsaid_module(&self) -> f64 {
        let both = [false, true].map(|reporter| {
            let recorded = self.exemplars.iter().map(|(_, fit)| fit);
            let recorded = recorded.filter(|fit| fit.reporter == reporter).map(|fit| &fit.modules);
            ModulesOfFrames::unsaid_of_all(recorded, self.modules_of_fits(reporter))
        });
        both[0].max(both[1])
    }

    /// The modules of what corresponds in one of the crash's backtraces, by each signature and exemplar.
    fn modules_of_fits(&self, reporter: bool) -> impl Iterator<Item = &ModulesOfFrames> + Clone {
        let signatures = self.signatures.iter().map(|signature| &signature.fit);
        let fits = signatures.chain(self.exemplars.iter().map(|(_, fit)| fit));
        fits.filter(move |fit| fit.reporter == reporter).map(|fit| &fit.modules)
    }

    /// The doubt of the recorded crash that contradicts least; `None` where none has frames that
    /// weigh anything.
    fn least_doubt(&self) -> Option<Doubt> {
        self.exemplars
            .iter()
            .filter(|(exemplar, _)| exemplar.frames.weights().iter().any(|weight| *weight > 0.0))
            .filter_map(|(_, fit)| fit.doubt)
            .min_by(|one, other| {
                let [of_one, of_other] = [one, other].map(Doubt::of_both);
                of_one.total_cmp(&of_other).then(one.of_crash().total_cmp(&other.of_crash()))
            })
    }
}

impl<'a> ComparedSignature<'a> {
    fn new(
        signature: &'a PreparedSignature,
        crash: &PreparedCrash<'a>,
        calibration: &Calibration,
    ) -> Self {
        let some = [&crash.deciding, &crash.reporter]
            .into_iter()
            .map(|frames| found_of(&signature.some, frames))
            .max_by_key(Vec::len);
        let checked = signature.conditions.ask(crash.keys);
        Self {
            signature,
            is_elsewhere: is_elsewhere(&checked, crash.keys),
            checked,
            fit: fit(&signature.frames, crash, Compare::AsSignature, calibration),
            some: some.unwrap_or_default(),
        }
    }

    /// True when something of the crash is held that is rarer than its panic kind or a module.
    fn holds_a_text(&self) -> bool {
        let mut held = self.checked.iter().filter(|checked| checked.state == State::Held);
        held.any(|checked| !matches!(checked.condition, Condition::PanicKind | Condition::Module))
    }

    fn asks_for_doubt(&self) -> bool {
        !self.fit.alignment.steps.is_empty()
            || !self.some.is_empty()
            || (self.signature.decisive && self.checked.iter().any(yields_to_frames))
    }
}

/// True when modules are asked for, and every frame prints another one.
fn is_elsewhere(checked: &[ConditionAnswer<'_>], crash: &CrashKeys) -> bool {
    let mut modules = checked.iter().filter(|checked| checked.condition == Condition::Module);
    let frames = &crash.frames;
    modules.any(|checked| checked.state == State::Absent)
        && !frames.is_empty()
        && frames.iter().all(|frame| frame.module.is_some())
}

/// True for a text of the crash that proves nothing beside frames of another bug.
fn yields_to_frames(checked: &ConditionAnswer<'_>) -> bool {
    matches!(checked.condition, Condition::Log | Condition::Message | Condition::Source)
        && checked.state == State::Held
}
