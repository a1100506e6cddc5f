//! Two backtraces side by side: which frames correspond, and how much that weighs.
//!
//! A rarity-weighted longest common subsequence. On purple screens it told known
//! from unknown crashes better than BM25, FaST and edit distances, because
//! silence comes from rarity and from giving generic frames no weight.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::kb::{FramePattern, Rarity};
use crate::signature::{KeyFrame, folded, kinship, likeness};
use crate::text::Template;

/// Most frames of one side that are compared; the report says when this cuts.
pub const MAX_FRAMES: usize = 256;
/// Likeness from which two different names may be one name with damaged letters.
const LIKE_ENOUGH: f64 = 0.75;
/// Likeness of names that have nothing to do with each other: where the worth of a likeness begins.
const UNLIKE: f64 = 0.6;
/// Shortest name for which that is asked: short names differ by a letter and mean different things.
const LONG_ENOUGH: usize = 8;
/// What a likeness is worth beside an equal name.
const LIKENESS_WORTH: f64 = 0.85;
/// An equal name in another module: modules are renamed between releases (`esx`, `vmfs3`).
const OTHER_MODULE: f64 = 0.9;
/// An equal name in another version of the module than the signature asks for.
const OTHER_VERSION: f64 = 0.5;
/// Weight that lets frames without weight be aligned for the reader.
const TRACE: f64 = 1e-6;

/// How much each function weighs.
#[derive(Clone, Debug, Default)]
pub struct Weights {
    rarity: Rarity,
    weightless: BTreeSet<String>,
}

/// How rarity and place become weight; `docs/matching.md` says what was tried.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Shape {
    /// Exponent of the rarity: above 1 rare functions weigh more.
    pub sharpness: f64,
    /// Exponent of the place: 0 for frames that weigh the same wherever they stand. The place counts
    /// what lies above by its rarity, so that machinery on top pushes nothing down.
    pub decay: f64,
    /// Share of the containment in the likeness of two backtraces: one of them may be cut.
    pub containment: f64,
    /// What names of one family (`Foo`, `FooInt`, `Foo_Work`) are worth beside equal names.
    pub family: f64,
}

impl Shape {
    /// Every frame weighs what its rarity says: what is counted, and what the reader sees.
    pub const PLAIN: Self = Self { sharpness: 1.0, decay: 0.0, containment: 0.0, family: 0.0 };
    /// How alike a crash and an exemplar are: rare frames near the top decide.
    pub const EXEMPLAR: Self = Self { sharpness: 2.0, decay: 0.9, containment: 0.3, family: 0.0 };
}

// An exemplar's names are compared once for both.
const _: () = assert!(Shape::PLAIN.family == Shape::EXEMPLAR.family);

impl Weights {
    /// Weights by rarity; the functions of `weightless` weigh nothing.
    pub fn new(rarity: Rarity, weightless: BTreeSet<String>) -> Self {
        Self { rarity, weightless }
    }

    /// The weight of one function, wherever it stands.
    pub fn of(&self, function: &str) -> f64 {
        match self.weightless.contains(function) {
            true => 0.0,
            false => self.rarity.weight(function),
        }
    }

    /// The weights of the frames of a backtrace, top first.
    fn of_all<'a>(&self, functions: impl Iterator<Item = &'a str>, shape: Shape) -> Vec<f64> {
        let most = self.rarity.weight("").powf(shape.sharpness).max(f64::MIN_POSITIVE);
        let mut above = 0.0;
        let placed = |function| {
            let weight = self.of(function).powf(shape.sharpness);
            let placed = weight * (1.0_f64 + above).powf(-shape.decay);
            above += weight / most;
            placed
        };
        functions.map(placed).collect()
    }
}

/// Two frames that correspond.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Step {
    /// Position in the crash's backtrace.
    pub crash: usize,
    /// Position in the signature or exemplar.
    pub signature: usize,
    /// 1 for equal names in equal modules.
    pub similarity: f64,
}

/// Two backtraces side by side.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Alignment {
    /// The frames that correspond, in order.
    pub steps: Vec<Step>,
    /// Weight of the signature's frames that correspond.
    pub matched: f64,
    /// Mean weight of the frames that correspond, on both sides.
    pub matched_both: f64,
    /// Weight of the crash's frames between the first and the last of them that have no partner.
    pub between: f64,
    /// Weight of the other side.
    pub signature_weight: f64,
    /// Weight of the crash.
    pub crash_weight: f64,
    /// Frames of the other side.
    pub signature_length: usize,
}

impl Alignment {
    /// Share of the signature that the crash shows, 0 to 1.
    pub fn share(&self) -> f64 {
        ratio(self.matched, self.signature_weight)
    }

    /// Symmetric likeness, 0 to 1: what either side has alone counts against it (Dice), less so
    /// what one side cannot have because it is shorter (containment).
    pub fn likeness(&self, shape: Shape) -> f64 {
        let dice = ratio(2.0 * self.matched_both, self.signature_weight + self.crash_weight);
        let contained = ratio(self.matched_both, self.signature_weight.min(self.crash_weight));
        (1.0 - shape.containment) * dice + shape.containment * contained
    }
}

fn ratio(part: f64, whole: f64) -> f64 {
    // An empty sum is -0.
    if whole > 0.0 { (part / whole).min(1.0) + 0.0 } else { 0.0 }
}

/// Aligns a signature or exemplar with a crash.
pub fn align(signature: &[FramePattern], crash: &[KeyFrame], weights: &Weights) -> Alignment {
    let (signature, crash) = (topmost(signature), topmost(crash));
    let similarities = similarities(signature, crash, Shape::PLAIN.family);
    align_by(signature, crash, &similarities, weights, Shape::PLAIN)
}

/// Aligns an exemplar with a crash, and says how alike they are. What corresponds is worth its plain
/// weight; how much of both it is follows [`Shape::EXEMPLAR`].
pub(super) fn align_exemplar(
    exemplar: &[FramePattern],
    crash: &[KeyFrame],
    weights: &Weights,
) -> (Alignment, f64) {
    let (exemplar, crash) = (topmost(exemplar), topmost(crash));
    // Names are compared once for both: neither shape knows families.
    let similarities = similarities(exemplar, crash, Shape::EXEMPLAR.family);
    let by = |shape| align_by(exemplar, crash, &similarities, weights, shape);
    (by(Shape::PLAIN), by(Shape::EXEMPLAR).likeness(Shape::EXEMPLAR))
}

fn topmost<T>(frames: &[T]) -> &[T] {
    &frames[..frames.len().min(MAX_FRAMES)]
}

/// Aligns by the similarities of each frame of the signature with each of the crash, row by row.
pub fn align_by(
    signature: &[FramePattern],
    crash: &[KeyFrame],
    similarities: &[f64],
    weights: &Weights,
    shape: Shape,
) -> Alignment {
    let wanted_weights = weights.of_all(signature.iter().map(FramePattern::name), shape);
    let crash_weights = weights.of_all(crash.iter().map(|frame| frame.function.as_str()), shape);
    let gain = |place: usize| {
        let (row, column) = (place / crash.len(), place % crash.len());
        let weight = f64::midpoint(wanted_weights[row], crash_weights[column]) + TRACE;
        similarities[place] * weight
    };
    let gains: Vec<f64> = (0..similarities.len()).map(gain).collect();
    let pairs = best_path(signature.len(), crash.len(), &gains);
    let similarity = |(row, column): (usize, usize)| similarities[row * crash.len() + column];
    let matched = pairs.iter().map(|&pair| wanted_weights[pair.0] * similarity(pair)).sum();
    let both = |&pair: &(usize, usize)| {
        f64::midpoint(wanted_weights[pair.0], crash_weights[pair.1]) * similarity(pair)
    };
    let found: BTreeSet<usize> = pairs.iter().map(|pair| pair.0).collect();
    // A frame that may be missing counts only when it is there.
    let counts = |row: &usize| !signature[*row].optional || found.contains(row);
    let partners: BTreeSet<usize> = pairs.iter().map(|pair| pair.1).collect();
    let range = partners.first().copied().unwrap_or(0)..partners.last().map_or(0, |last| last + 1);
    let step = |&pair: &(usize, usize)| Step {
        crash: crash[pair.1].index,
        signature: pair.0,
        similarity: similarity(pair),
    };
    Alignment {
        steps: pairs.iter().map(step).collect(),
        matched,
        matched_both: pairs.iter().map(both).sum(),
        between: range.filter(|column| !partners.contains(column)).map(|c| crash_weights[c]).sum(),
        signature_weight: (0..signature.len()).filter(counts).map(|row| wanted_weights[row]).sum(),
        crash_weight: crash_weights.iter().sum(),
        signature_length: (0..signature.len()).filter(counts).count(),
    }
}

/// How alike each frame of one side is to each of the other, row by row.
pub fn similarities(signature: &[FramePattern], crash: &[KeyFrame], family: f64) -> Vec<f64> {
    let mut similarities = Vec::with_capacity(signature.len() * crash.len());
    for (row, wanted) in signature.iter().enumerate() {
        let wanted_folded = folded(wanted.name());
        for (column, found) in crash.iter().enumerate() {
            similarities.push(match is_near(&signature[..=row], &crash[..column]) {
                true => similarity_of(wanted, &wanted_folded, found, family),
                false => 0.0,
            });
        }
    }
    similarities
}

/// True when the frame above the last of `pattern` stands as near as that one asks, `before` being
/// what is above the place in question. An optional frame may be missing: then the next one counts.
fn is_near(pattern: &[FramePattern], before: &[KeyFrame]) -> bool {
    let Some((wanted, above)) = pattern.split_last() else {
        return true;
    };
    let Some(gap) = wanted.gap.filter(|_| !above.is_empty()) else {
        return true;
    };
    let first = above.iter().rposition(|frame| !frame.optional).unwrap_or(0);
    let near = || before.iter().rev().take(gap.saturating_add(1));
    above[first..].iter().any(|above| near().any(|frame| similarity(above, frame) > 0.0))
}

/// The pairs of the best common subsequence; of equal ones that with the topmost frames.
fn best_path(rows: usize, columns: usize, gains: &[f64]) -> Vec<(usize, usize)> {
    let width = columns + 1;
    // best[r * width + c]: the most that rows r.. and columns c.. can bring.
    let mut best = vec![0.0_f64; (rows + 1) * width];
    for row in (0..rows).rev() {
        for column in (0..columns).rev() {
            let gain = gains[row * columns + column];
            let both = if gain > 0.0 { gain + best[(row + 1) * width + column + 1] } else { 0.0 };
            let skip = best[(row + 1) * width + column].max(best[row * width + column + 1]);
            best[row * width + column] = both.max(skip);
        }
    }
    let mut pairs = Vec::new();
    let (mut row, mut column) = (0, 0);
    while row < rows && column < columns {
        let here = best[row * width + column];
        let gain = gains[row * columns + column];
        if gain > 0.0 && gain + best[(row + 1) * width + column + 1] >= here {
            pairs.push((row, column));
            row += 1;
            column += 1;
        } else if best[row * width + column + 1] >= here {
            column += 1;
        } else {
            row += 1;
        }
    }
    pairs
}

/// 1 for the same function in the same module, 0 for different functions.
pub(super) fn similarity(wanted: &FramePattern, found: &KeyFrame) -> f64 {
    similarity_of(wanted, &folded(wanted.name()), found, Shape::PLAIN.family)
}

/// What the likeness of two names is worth when one of them may be the other one misread. Squared:
/// whole names of other functions are as alike as badly misread ones, and far more frequent.
fn misread(likeness: f64) -> f64 {
    LIKENESS_WORTH * ((likeness - UNLIKE) / (1.0 - UNLIKE)).powi(2)
}

fn similarity_of(wanted: &FramePattern, wanted_folded: &str, found: &KeyFrame, family: f64) -> f64 {
    let names = (wanted.name(), wanted_folded);
    // Two names may be alike because one is misread, or because they are of one family.
    let kin = |alike: f64| match family > 0.0 {
        true => alike.max(family * kinship(wanted_folded, &found.folded)),
        false => alike,
    };
    let names = match likeness(names, (&found.function, &found.folded), LIKE_ENOUGH) {
        1.0 => 1.0,
        likeness if likeness > 0.0 && wanted.name().len() >= LONG_ENOUGH => kin(misread(likeness)),
        _ => kin(0.0),
    };
    if names == 0.0 {
        return 0.0;
    }
    let other = |wanted: &Option<String>, found: &Option<String>| match (wanted, found) {
        (Some(wanted), Some(found)) => {
            !wanted.eq_ignore_ascii_case(found) && !Template::new(wanted).is_all_of(found)
        }
        _ => false,
    };
    let module = if other(&wanted.module, &found.module) { OTHER_MODULE } else { 1.0 };
    let version = if other(&wanted.version, &found.version) { OTHER_VERSION } else { 1.0 };
    names * module * version
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frames(names: &str) -> Vec<KeyFrame> {
        let frame = |(index, name): (usize, &str)| match name.split_once('@') {
            Some((function, module)) => KeyFrame::new(function, Some(module), index),
            None => KeyFrame::new(name, None, index),
        };
        names.split_whitespace().enumerate().map(frame).collect()
    }

    fn patterns(names: &str) -> Vec<FramePattern> {
        names.split_whitespace().map(FramePattern::of).collect()
    }

    fn weights() -> Weights {
        let rarity = Rarity { counts: [("Often".to_owned(), 9)].into(), total: 20 };
        Weights::new(rarity, ["Free".to_owned()].into())
    }

    /// Writes an alignment as `crash-signature …| share`.
    #[track_caller]
    fn check(signature: &str, crash: &str, expected: &str) {
        let alignment = align(&patterns(signature), &frames(crash), &weights());
        let steps: Vec<String> = alignment
            .steps
            .iter()
            .map(|step| format!("{}-{}", step.crash, step.signature))
            .collect();
        let found = format!("{} | {:.2}", steps.join(" "), alignment.share());
        assert_eq!(found, expected, "{signature} / {crash}");
    }

    #[test]
    fn frames_are_found_in_order_with_others_between() {
        check("A B C", "X A Y B C Z", "1-0 3-1 4-2 | 1.00");
        check("A B C", "C B A", "2-0 | 0.33");
        check("A B", "X Y", " | 0.00");
        check("", "X", " | 0.00");
        check("A", "", " | 0.00");
    }

    #[test]
    fn rare_frames_weigh_more_than_frequent_ones_and_listed_ones_nothing() {
        check("A Often", "A", "0-0 | 0.77");
        check("A Often", "Often", "0-1 | 0.23");
        check("Free A", "Free B", "0-0 | 0.00");
    }

    #[test]
    fn another_module_and_damaged_letters_count_less() {
        check("A@vmfs3", "A@esx", "0-0 | 0.90");
        check("CpuSchedDispatchNow", "CpuSchedDlspatchNow", "0-0 | 0.79");
        check("FS3_MemFree", "FS3_MemAlloc", " | 0.00");
    }

    #[test]
    fn the_topmost_of_equal_frames_is_taken() {
        check("A", "A A", "0-0 | 1.00");
    }

    #[test]
    fn frames_between_are_weighed() {
        let alignment = align(&patterns("A B"), &frames("X A Y Z B W"), &weights());
        assert!(alignment.between > 0.0);
        assert!(alignment.likeness(Shape::PLAIN) < 1.0);
        let same = align(&patterns("A B"), &frames("A B"), &weights());
        assert_eq!(same.likeness(Shape::PLAIN), 1.0);
    }

    #[test]
    fn the_frames_on_top_decide_how_alike_an_exemplar_is() {
        let likeness =
            |crash: &str| align_exemplar(&patterns("A B C"), &frames(crash), &weights()).1;
        assert_eq!(likeness("A B C"), 1.0);
        assert!(likeness("A B X") > likeness("X B C"));
        // The same functions: one backtrace is cut, the other one holds something else.
        assert!(likeness("A B") > likeness("A B X"));
        let (alignment, _) = align_exemplar(&patterns("A B C"), &frames("A B X"), &weights());
        assert_eq!(alignment, align(&patterns("A B C"), &frames("A B X"), &weights()));
    }

    /// As [`check`], for a pattern of which one frame says more than its name.
    #[track_caller]
    fn check_frame(frame: FramePattern, crash: &[KeyFrame], expected: (usize, f64)) {
        let signature = [FramePattern::of("A"), frame];
        let alignment = align(&signature, crash, &weights());
        let share = (alignment.share() * 100.0).round() / 100.0;
        assert_eq!((alignment.steps.len(), share), expected, "{signature:?} / {crash:?}");
    }

    #[test]
    fn what_a_frame_asks_beside_its_name() {
        let b = || FramePattern::of("B");
        check_frame(b(), &frames("A"), (1, 0.5));
        check_frame(FramePattern { optional: true, ..b() }, &frames("A"), (1, 1.0));
        check_frame(FramePattern { gap: Some(1), ..b() }, &frames("A X B"), (2, 1.0));
        check_frame(FramePattern { gap: Some(0), ..b() }, &frames("A X B"), (1, 0.5));
        let missing = FramePattern { optional: true, ..FramePattern::of("M") };
        let near = FramePattern { gap: Some(0), ..b() };
        let pattern = [FramePattern::of("A"), missing, near];
        assert_eq!(align(&pattern, &frames("A B"), &weights()).share(), 1.0);
        let module = |module: &str| FramePattern { module: Some(module.into()), ..b() };
        check_frame(module("i40en*"), &frames("A B@i40en_ens"), (2, 1.0));
        check_frame(module("i40en"), &frames("A B@ixgben"), (2, 0.95));
        let mut versioned = frames("A B");
        versioned[1].version = Some("1.8.1".into());
        let version = |version: &str| FramePattern { version: Some(version.into()), ..b() };
        check_frame(version("1.8.*"), &versioned, (2, 1.0));
        check_frame(version("2.*"), &versioned, (2, 0.75));
    }
}
