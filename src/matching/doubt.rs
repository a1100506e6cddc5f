//! The frames that speak against a fit: what appears above its first corresponding frame, and in
//! which modules its functions are.
//!
//! The function at the top is the strongest evidence there is, for an issue and against it: two
//! crashes that are called through the same path and fail in different functions are two bugs. So
//! rare frames above the first match count when *both* sides have some. One side alone may be cut or
//! have lost its top, and a name with damaged letters is no other function.

use super::align::Alignment;
use crate::signature::{PreparedBacktrace, PreparedFrame};

/// Weight from which a frame can be the first that corresponds: plumbing corresponds by chance.
const MIN_WEIGHT: f64 = 0.3;
/// Likeness from which a name may be one of the other side, damaged, and from which it surely is.
const LIKE: (f64, f64) = (0.5, 0.75);
/// The same for short names: `ip_init` is as like `tcp_init` as a long name with three damaged letters
/// is to itself, and another function.
const SHORT_LIKE: (f64, f64) = (0.7, 0.9);
/// Longest name that is short.
const MAX_SHORT: usize = 10;

/// What speaks against the frames of a fit.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Doubt {
    /// Rarity of the frames of the signature or exemplar above the first that corresponds.
    pub above_wanted: f64,
    /// The same of the crash, less what may be a damaged name of the other side.
    pub above_crash: f64,
}

impl Doubt {
    /// The doubt about an alignment of these two backtraces.
    pub(super) fn new(
        wanted: &PreparedBacktrace,
        crash: &PreparedBacktrace,
        alignment: &Alignment,
    ) -> Self {
        let pairs: Vec<(usize, usize)> = alignment.places(wanted, crash).collect();
        let first = pairs.iter().find(|(row, column)| {
            wanted.weights()[*row] >= MIN_WEIGHT && crash.weights()[*column] >= MIN_WEIGHT
        });
        // Where nothing of weight corresponds, all that is not plumbing stands against it.
        let (rows, columns) = match first {
            Some((row, column)) => (0..*row, 0..*column),
            None => (0..wanted.frames().len(), 0..crash.frames().len()),
        };
        let wanted_above: Vec<usize> =
            rows.filter(|row| pairs.iter().all(|(paired, _)| paired != row)).collect();
        let crash_above = columns.filter(|column| pairs.iter().all(|(_, paired)| paired != column));
        Self {
            above_wanted: wanted_above
                .iter()
                .filter(|row| !wanted.frames()[**row].optional)
                .map(|row| wanted.rarities()[*row])
                .sum(),
            above_crash: crash_above
                .map(|column| {
                    let names = wanted_above.iter().map(|row| &wanted.frames()[*row]);
                    crash.rarities()[column] * unlikeness(&crash.frames()[column], names)
                })
                .sum(),
        }
    }

    /// The rare frames that both sides have above what corresponds.
    pub(super) fn of_both(&self) -> f64 {
        self.above_wanted.min(self.above_crash)
    }

    /// The rare frames that the crash has beyond those of the other side.
    pub(super) fn of_crash(&self) -> f64 {
        (self.above_crash - self.above_wanted).max(0.0)
    }
}

/// 0 for a name that is one of `names` with damaged letters, 1 for one that is none of them.
fn unlikeness<'a>(frame: &PreparedFrame, names: impl Iterator<Item = &'a PreparedFrame>) -> f64 {
    let (unlike, like) = if frame.name.plain.len() <= MAX_SHORT { SHORT_LIKE } else { LIKE };
    let mut likest = 0.0_f64;
    for name in names {
        // A name that is less like the frame than another one changes nothing, and is soon told.
        likest = likest.max(name.name.likeness(&frame.name, unlike.max(likest)));
        if likest >= like {
            break;
        }
    }
    ((like - likest) / (like - unlike)).clamp(0.0, 1.0)
}

/// The frames of a crash that correspond to others which print a module too.
#[derive(Clone, Debug, Default)]
pub(super) struct ModulesOfFrames {
    /// The places of those whose module is surely another one, with the weights of their partners.
    pub other: Vec<(usize, f64)>,
    /// The places of those whose module is the same, or may be.
    pub same: Vec<usize>,
    /// The places of those in a driver of which the other side says nothing, with the weights of their
    /// partners.
    pub unsaid: Vec<(usize, f64)>,
}

impl ModulesOfFrames {
    /// The modules of the frames that correspond.
    pub(super) fn new(
        wanted: &PreparedBacktrace,
        crash: &PreparedBacktrace,
        alignment: &Alignment,
    ) -> Self {
        let mut found = Self::default();
        for (row, column) in alignment.places(wanted, crash) {
            let (wanted_frame, frame) = (&wanted.frames()[row], &crash.frames()[column]);
            if wanted_frame.is_surely_of_other_module(frame) {
                found.other.push((column, wanted.weights()[row]));
            } else if wanted_frame.module.is_some() && frame.module.is_some() {
                found.same.push(column);
            } else if frame.is_in_unforeseen_driver() {
                found.unsaid.push((column, wanted.weights()[row]));
            }
        }
        found
    }

    /// The weight of the frames that are in other modules by one of `all`, and in the same by none: each
    /// signature of an issue may name a single function with its module.
    pub(super) fn other_of_all<'a>(all: impl Iterator<Item = &'a Self> + Clone) -> f64 {
        // For most candidates nothing corresponds.
        if all.clone().all(|one| one.other.is_empty()) {
            return 0.0;
        }
        let same: Vec<usize> = all.clone().flat_map(|one| &one.same).copied().collect();
        weight_of_places(all.flat_map(|one| &one.other), &same)
    }

    /// The weight of the frames in drivers of which `recorded` crashes and none of `all` say anything.
    pub(super) fn unsaid_of_all<'a>(
        recorded: impl Iterator<Item = &'a Self>,
        all: impl Iterator<Item = &'a Self> + Clone,
    ) -> f64 {
        let mut recorded = recorded.filter(|one| !one.unsaid.is_empty()).peekable();
        if recorded.peek().is_none() {
            return 0.0;
        }
        let other = all.clone().flat_map(|one| &one.other).map(|(place, _)| *place);
        let same = all.clone().flat_map(|one| one.same.iter().copied());
        let said: Vec<usize> = same.chain(other).collect();
        weight_of_places(recorded.flat_map(|one| &one.unsaid), &said)
    }
}

/// The weight of places, each taken once, at its highest, without those in `except`.
fn weight_of_places<'a>(places: impl Iterator<Item = &'a (usize, f64)>, except: &[usize]) -> f64 {
    let mut places: Vec<(usize, f64)> =
        places.filter(|(place, _)| !except.contains(place)).copied().collect();
    places.sort_by(|one, next| one.0.cmp(&next.0).then(next.1.total_cmp(&one.1)));
    places.dedup_by_key(|(place, _)| *place);
    places.iter().map(|(_, weight)| weight).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kb::{FramePattern, Rarity};
    use crate::matching::{Weights, align};
    use crate::signature::{Background, KeyFrame};

    fn prepared(wanted: &str, crash: &str) -> (PreparedBacktrace, PreparedBacktrace) {
        let rarity = Rarity { total: 40, ..Rarity::default() };
        let weights = Weights::new(rarity, Background::new(["Plumbing*"]));
        let wanted: Vec<FramePattern> =
            wanted.split_whitespace().map(FramePattern::from_word).collect();
        let frames = crash.split_whitespace().enumerate().map(|(index, name)| {
            let (function, module) = name.split_once('@').unwrap_or((name, ""));
            KeyFrame::new(function, Some(module).filter(|module| !module.is_empty()), index)
        });
        let wanted = weights.prepare_pattern(&wanted, &[]);
        let crash = weights.prepare_crash(&frames.collect::<Vec<_>>(), &[]);
        (wanted, crash)
    }

    fn doubt_of(wanted: &str, crash: &str) -> Doubt {
        let (wanted, crash) = prepared(wanted, crash);
        Doubt::new(&wanted, &crash, &align(&wanted, &crash))
    }

    /// The weight of the frames that correspond although their modules differ.
    fn other_module_of(wanted: &str, crash: &str) -> f64 {
        let (wanted, crash) = prepared(wanted, crash);
        let modules = ModulesOfFrames::new(&wanted, &crash, &align(&wanted, &crash));
        ModulesOfFrames::other_of_all(std::iter::once(&modules))
    }

    /// Checks how many rare frames are above what corresponds: on both sides, and in the crash beyond.
    #[track_caller]
    fn check(wanted: &str, crash: &str, expected: (f64, f64)) {
        let doubt = doubt_of(wanted, crash);
        let rare = (41.0_f64 / 1.5).ln();
        let found = [doubt.of_both(), doubt.of_crash()].map(|weight| (weight / rare).round());
        assert_eq!(found, [expected.0, expected.1], "{wanted} / {crash}");
    }

    #[test]
    fn rare_frames_above_the_first_that_corresponds_contradict_on_both_sides_only() {
        check("Alpha Beta Gamma", "Alpha Beta Gamma", (0.0, 0.0));
        check("Alpha Beta Gamma", "Omega Beta Gamma", (1.0, 0.0));
        check("Alpha Beta Gamma", "Omega Psi Chi Gamma", (2.0, 1.0));
        // The top was lost, or another function was called on top.
        check("Alpha Beta Gamma", "Beta Gamma", (0.0, 0.0));
        check("Alpha Beta Gamma", "Omega Alpha Beta Gamma", (0.0, 1.0));
        // Nothing corresponds, or plumbing alone.
        check("Alpha Beta", "Omega Psi", (2.0, 0.0));
        check("Alpha Plumbing_Queue", "Omega Plumbing_Queue", (1.0, 0.0));
    }

    #[test]
    fn a_damaged_name_is_no_other_function() {
        check("TransferDispatchExtent Beta", "TransferDlspatchExtenl Beta", (0.0, 0.0));
        check("TransferDispatchExtent Beta", "TransferD1sp4tchExfemt Beta", (0.0, 0.0));
    }

    #[test]
    fn modules_differ_when_both_are_printed_and_unlike() {
        assert_eq!(other_module_of("Alpha@esx", "Alpha"), 0.0);
        assert_eq!(other_module_of("Alpha@vmkernel", "Alpha@vmkerne1"), 0.0);
        assert_eq!(other_module_of("Alpha@esx", "Alpha@esxRnover"), 0.0);
        assert!(other_module_of("Alpha@esx", "Alpha@ixgben") > 0.0);
    }

    /// Checks whether frames that print no module are those of a crash that prints them in drivers.
    #[track_caller]
    fn check_unsaid(wanted: &str, crash: &str, expected: bool) {
        let (wanted, crash) = prepared(wanted, crash);
        let modules = ModulesOfFrames::new(&wanted, &crash, &align(&wanted, &crash));
        let one = std::iter::once(&modules);
        let unsaid = ModulesOfFrames::unsaid_of_all(one.clone(), one);
        assert_eq!(unsaid > 0.0, expected, "{modules:?}");
    }

    #[test]
    fn functions_without_a_module_are_not_those_of_any_driver() {
        check_unsaid("WorldNewInt World_New", "WorldNewInt@foo_bar World_New@foo_bar", true);
        // The VMkernel, what it has no name for, a misread name, and a function that says its driver.
        check_unsaid("WorldNewInt", "WorldNewInt@vmkernel", false);
        check_unsaid("WorldNewInt", "WorldNewInt@vmkerne1", false);
        check_unsaid("WorldNewInt", "WorldNewInt@esx", false);
        check_unsaid("WorldNewInt", "WorldNewInt", false);
        check_unsaid("nmlx5_CmdExec", "nmlx5_CmdExec@nmlx5_core", false);
        check_unsaid("WorldNewInt@foo", "WorldNewInt@foo", false);
    }

    #[track_caller]
    fn check_modules(all: &[(&[usize], &[usize])], expected: f64) {
        let all: Vec<ModulesOfFrames> = all
            .iter()
            .map(|(other, same)| ModulesOfFrames {
                other: other.iter().map(|place| (*place, 1.0)).collect(),
                same: same.to_vec(),
                unsaid: Vec::new(),
            })
            .collect();
        assert_eq!(ModulesOfFrames::other_of_all(all.iter()), expected, "{all:?}");
    }

    #[test]
    fn all_faces_of_an_issue_say_together_where_its_functions_are() {
        // Each signature of KB431682 names one function with its module.
        check_modules(&[(&[0], &[]), (&[1], &[]), (&[1, 2], &[])], 3.0);
        // A function that is in two modules, one in each signature.
        check_modules(&[(&[0], &[]), (&[], &[0])], 0.0);
        check_modules(&[], 0.0);
    }
}
