//! Two backtraces fitted to each other: which frames correspond, what that is worth, and what it proves.

use super::align::{
    Alignment, Shape, align_plainly, exemplar_likeness, similarity, some_similarities,
};
use super::calibrate::Calibration;
use super::doubt::{Doubt, ModulesOfFrames};
use super::face::PreparedCrash;
use crate::signature::PreparedBacktrace;

/// Two backtraces side by side, and their points.
#[derive(Clone, Debug, Default)]
pub(super) struct FrameFit {
    pub points: FramePoints,
    /// True when the crash's side is the backtrace of the reporting PCPU although another decides.
    pub reporter: bool,
    pub alignment: Alignment,
    /// What speaks against the frames; `None` where nobody has to know.
    pub doubt: Option<Doubt>,
    /// Which of the frames that correspond are in other modules.
    pub modules: ModulesOfFrames,
    /// True when a function corresponds that no other known issue prints.
    pub tells: bool,
    /// The weight of the heaviest frame that corresponds.
    pub heaviest: f64,
    /// True when most of what corresponds was read from a picture with doubt: it proves nothing.
    pub in_doubt: bool,
    /// True when every story frame of both sides corresponds, of those without weight too.
    pub is_whole: bool,
}

impl FrameFit {
    /// Finds out what speaks against the frames, where that is not known yet.
    pub(super) fn add_doubt(&mut self, wanted: &PreparedBacktrace, crash: &PreparedCrash<'_>) {
        let frames = if self.reporter { &crash.reporter } else { &crash.deciding };
        let alignment = &self.alignment;
        self.doubt.get_or_insert_with(|| Doubt::new(wanted, frames, alignment));
    }

    /// The points that are left by what speaks against them.
    fn net(&self, calibration: &Calibration) -> f64 {
        self.points.points - calibration.price(&self.doubt.unwrap_or_default())
    }
}

/// Exponent of the share of the crash that a signature explains: it names the frames that matter, so
/// that others beside them count little.
const EXPLAINED: f64 = 0.25;

/// Fewest story frames of a whole backtrace: a shorter one may be the lower half of another.
const MIN_WHOLE: usize = 6;

/// How two backtraces are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Compare {
    /// By the share of the signature that the crash shows.
    AsSignature,
    /// By how alike both are.
    AsExemplar,
}

/// How well `wanted` fits the better of the deciding and the reporter's backtrace.
pub(super) fn fit(
    wanted: &PreparedBacktrace,
    crash: &PreparedCrash<'_>,
    compare: Compare,
    calibration: &Calibration,
) -> FrameFit {
    let mut deciding = fit_of(wanted, &crash.deciding, compare, calibration);
    if crash.reporter.frames().is_empty() {
        return deciding;
    }
    let mut reporter = fit_of(wanted, &crash.reporter, compare, calibration);
    deciding.doubt = Some(Doubt::new(wanted, &crash.deciding, &deciding.alignment));
    reporter.doubt = Some(Doubt::new(wanted, &crash.reporter, &reporter.alignment));
    // Of equal ones the backtrace that decides.
    if reporter.net(calibration) > deciding.net(calibration) {
        return FrameFit { reporter: true, ..reporter };
    }
    deciding
}

fn fit_of(
    wanted: &PreparedBacktrace,
    crash: &PreparedBacktrace,
    compare: Compare,
    calibration: &Calibration,
) -> FrameFit {
    // For most pairs: they share no name, and need no alignment.
    let Some(similarities) = some_similarities(wanted, crash, Shape::PLAIN.family) else {
        return FrameFit::default();
    };
    let alignment = align_plainly(wanted, crash, &similarities);
    let share = match compare {
        Compare::AsSignature => alignment.share() * alignment.coverage().powf(EXPLAINED),
        Compare::AsExemplar => exemplar_likeness(wanted, crash, &similarities),
    };
    let points = frame_points(&alignment, share, calibration);
    let modules = ModulesOfFrames::new(wanted, crash, &alignment);
    let sure = alignment.steps.iter().filter(|step| !is_in_doubt(crash, step.crash));
    let sure = sure.filter_map(|step| wanted.place(step.signature));
    let tells = sure.clone().any(|row| wanted.tells()[row]);
    let sure_weight: f64 = sure.map(|row| wanted.weights()[row]).sum();
    let found = alignment.steps.iter().filter_map(|step| wanted.place(step.signature));
    let weights = found.map(|row| wanted.weights()[row]);
    let in_doubt = 2.0 * sure_weight < weights.clone().sum();
    let heaviest = weights.fold(0.0, f64::max);
    let steps = alignment.steps.len();
    let is_whole =
        steps >= MIN_WHOLE && steps == wanted.frames().len() && steps == crash.frames().len();
    let (reporter, doubt) = (false, None);
    FrameFit { points, reporter, alignment, doubt, modules, tells, heaviest, in_doubt, is_whole }
}

/// True for a frame whose name is not surely this one: it corresponds, and proves nothing alone.
fn is_in_doubt(crash: &PreparedBacktrace, index: usize) -> bool {
    crash.place(index).is_some_and(|place| crash.frames()[place].doubtful)
}

/// The frame points of a recorded crash beside another one, as the score counts them before their
/// coefficient: what corresponds, less what contradicts.
pub fn exemplar_points(
    exemplar: &PreparedBacktrace,
    crash: &PreparedBacktrace,
    calibration: &Calibration,
) -> f64 {
    let fit = fit_of(exemplar, crash, Compare::AsExemplar, calibration);
    let doubt = Some(Doubt::new(exemplar, crash, &fit.alignment));
    FrameFit { doubt, ..fit }.net(calibration)
}

/// The points for the frames of an alignment.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct FramePoints {
    /// Saturated: how unlike unrelated crashes the fit is.
    pub points: f64,
    /// Taken away by saturation: they decide which of two good fits is the better one.
    pub beyond: f64,
}

pub(super) fn frame_points(
    alignment: &Alignment,
    share: f64,
    calibration: &Calibration,
) -> FramePoints {
    let matched = calibration.frame_weight * alignment.matched;
    let gap = calibration.between_weight * alignment.between;
    let share = share.powf(calibration.share_exponent);
    // The frames of one path are not independent: the first of them prove most.
    let most = calibration.most_frame_points;
    let points = (most * (1.0 - (-matched / most).exp()) * share - gap).max(0.0);
    FramePoints { points, beyond: (matched * share - gap).max(0.0) - points }
}

/// The places of those frames of `wanted` that are among `frames`, in any order.
pub fn found_of(wanted: &PreparedBacktrace, frames: &PreparedBacktrace) -> Vec<usize> {
    let (wanted, frames) = (wanted.frames(), frames.frames());
    (0..wanted.len())
        .filter(|place| {
            // A name in doubt is not found by itself, as it is in the order of the others.
            let mut frames = frames.iter().filter(|frame| !frame.doubtful);
            frames.any(|frame| similarity(&wanted[*place], frame) > 0.0)
        })
        .collect()
}
