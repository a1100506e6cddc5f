//! Two backtraces side by side: which frames correspond, and how much that weighs.
//!
//! A rarity-weighted longest common subsequence of two [`PreparedBacktrace`]s. On purple screens it
//! told known from unknown crashes better than BM25, FaST and edit distances, because silence comes
//! from rarity and from giving generic frames no weight.
//!
//! The first backtrace is the signature, the exemplar or the other crash: what is asked for. Only
//! its patterns, gaps and optional frames count, and the length of its names decides whether letters
//! may be damaged.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::crash::PanicKind;
use crate::kb::{FramePattern, Rarity};
use crate::signature::{
    Background, FrameWeights, KeyFrame, PreparedBacktrace, PreparedFrame, kinship,
};

/// Most frames of one side that are compared; the report says when this cuts.
pub const MAX_FRAMES: usize = 256;
/// Likeness from which two different names may be one name with damaged letters.
pub(crate) const MIN_LIKENESS: f64 = 0.75;
/// Likeness of names that have nothing to do with each other: where the worth of a likeness begins.
const UNLIKE: f64 = 0.6;
/// Shortest name for which that is asked: short names differ by a letter and mean different things.
pub(crate) const MIN_NAME_LENGTH: usize = 8;
/// What a likeness is worth beside an equal name.
const LIKENESS_WORTH: f64 = 0.85;
/// An equal name in another module: modules are renamed between releases (`esx`, `vmfs3`).
const OTHER_MODULE: f64 = 0.9;
/// An equal name in another version of the module than the signature asks for.
const OTHER_VERSION: f64 = 0.5;
/// Weight from which a function tells, although several of many issues print it: one in 50 at most, so
/// that it takes more than a hundred before two may.
const TELLING_WEIGHT: f64 = 3.85;
/// Weight of a function of the background: it decides between issues that nothing else tells apart.
const BACKGROUND_WEIGHT: f64 = 0.2;
/// Weight that lets frames without weight be aligned for the reader.
const TRACE: f64 = 1e-6;

/// How much each function weighs.
#[derive(Clone, Debug, Default)]
pub struct Weights {
    rarity: Rarity,
    background: Background,
}

/// What a function is worth at any place.
struct Worth {
    /// By its rarity alone.
    rarity: f64,
    /// By its rarity; one that any crash prints is worth nearly nothing.
    plain: f64,
    /// Whether it tells its issue from all others.
    tells: bool,
}

/// How rarity and place become weight; `docs/matching.md` names the shapes that were tried.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Shape {
    /// Exponent of the rarity: above 1 rare functions weigh more.
    pub sharpness: f64,
    /// Exponent of the place: 0 for frames that weigh the same at every place. The place counts
    /// the frames above by their rarity, so that machinery on top pushes nothing down.
    pub decay: f64,
    /// Share of the containment in the likeness of two backtraces: one of them may be cut.
    pub containment: f64,
    /// What names of one family (`Foo`, `FooInt`, `Foo_Work`) are worth beside equal names.
    pub family: f64,
}

impl Shape {
    /// Every frame weighs its rarity: for the points, and for the alignment that a reader sees.
    pub const PLAIN: Self = Self { sharpness: 1.0, decay: 0.0, containment: 0.0, family: 0.0 };
    /// How alike a crash and an exemplar are: rare frames near the top decide.
    pub const EXEMPLAR: Self = Self { sharpness: 2.0, decay: 0.9, containment: 0.3, family: 0.0 };
}

// An exemplar's names are compared once for both.
const _: () = assert!(Shape::PLAIN.family == Shape::EXEMPLAR.family);

impl Weights {
    /// Weights by rarity; the functions of `background` weigh nothing.
    pub fn new(rarity: Rarity, background: Background) -> Self {
        Self { rarity, background }
    }

    /// The weight of one function at any place, in a panic that may be of any of `kinds`.
    pub fn weight(&self, function: &str, kinds: &[PanicKind]) -> f64 {
        self.worth(function, kinds).plain
    }

    fn worth(&self, function: &str, kinds: &[PanicKind]) -> Worth {
        let count = self.rarity.count_of(function);
        let rarity = self.rarity.weight_of(count);
        let is_background = self.is_background(function, kinds);
        let plain = if is_background { BACKGROUND_WEIGHT.min(rarity) } else { rarity };
        let tells = (count <= 1 || rarity >= TELLING_WEIGHT) && !is_background;
        Worth { rarity, plain, tells }
    }

    /// True for a function that any crash of `kinds` may print.
    pub fn is_background(&self, function: &str, kinds: &[PanicKind]) -> bool {
        self.background.has(function, kinds)
    }

    /// True for a function that tells its issue from all others, or from nearly all: no other known
    /// issue and no unknown crash prints it, or few of very many do. It is no plumbing of a panic of
    /// `kinds`.
    pub fn is_telling(&self, function: &str, kinds: &[PanicKind]) -> bool {
        self.worth(function, kinds).tells
    }

    /// The story frames of a crash of one of `kinds`, ready to be compared.
    pub fn prepare_crash(&self, frames: &[KeyFrame], kinds: &[PanicKind]) -> PreparedBacktrace {
        self.prepare(frames.iter().map(PreparedFrame::from).collect(), kinds)
    }

    /// The frames of a signature or exemplar of panics of `kinds`, ready to be compared.
    pub fn prepare_pattern(
        &self,
        frames: &[FramePattern],
        kinds: &[PanicKind],
    ) -> PreparedBacktrace {
        let frames = frames.iter().enumerate().map(|(index, frame)| frame.prepare(index));
        self.prepare(frames.collect(), kinds)
    }

    fn prepare(&self, frames: Vec<PreparedFrame>, kinds: &[PanicKind]) -> PreparedBacktrace {
        let worth: Vec<Worth> =
            frames.iter().map(|frame| self.worth(&frame.name.plain, kinds)).collect();
        let plain: Vec<f64> = worth.iter().map(|worth| worth.plain).collect();
        let weights = FrameWeights {
            tells: worth.iter().map(|worth| worth.tells).collect(),
            placed: self.shaped(&plain, Shape::EXEMPLAR),
            rarities: worth.iter().map(|worth| worth.rarity).collect(),
            // `Shape::PLAIN` leaves them as they are.
            plain,
        };
        PreparedBacktrace::new(frames, weights)
    }

    /// The weights of the frames of a backtrace, top first, as `shape` has them.
    pub fn weights_of(
        &self,
        frames: &[PreparedFrame],
        shape: Shape,
        kinds: &[PanicKind],
    ) -> Vec<f64> {
        let plain: Vec<f64> =
            frames.iter().map(|frame| self.weight(&frame.name.plain, kinds)).collect();
        self.shaped(&plain, shape)
    }

    /// The weights of the frames of a backtrace, top first, as `shape` makes them.
    fn shaped(&self, weights: &[f64], shape: Shape) -> Vec<f64> {
        let most = self.rarity.weight("").powf(shape.sharpness).max(f64::MIN_POSITIVE);
        let mut above = 0.0;
        let mut shaped = Vec::with_capacity(weights.len());
        for weight in weights {
            let weight = weight.powf(shape.sharpness);
            shaped.push(weight * (1.0_f64 + above).powf(-shape.decay));
            above += weight / most;
        }
        shaped
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
    /// Weight of the signature.
    pub signature_weight: f64,
    /// Weight of the crash.
    pub crash_weight: f64,
    /// Frames of the signature.
    pub signature_length: usize,
}

impl Alignment {
    /// The places of the frames that correspond, in the backtraces that were aligned.
    pub fn places(
        &self,
        signature: &PreparedBacktrace,
        crash: &PreparedBacktrace,
    ) -> impl Iterator<Item = (usize, usize)> {
        let steps = self.steps.iter();
        steps.filter_map(|step| Some((signature.place(step.signature)?, crash.place(step.crash)?)))
    }

    /// Share of the signature that the crash shows, 0 to 1.
    pub fn share(&self) -> f64 {
        ratio(self.matched, self.signature_weight)
    }

    /// Share of the crash that the signature explains, 0 to 1.
    pub fn coverage(&self) -> f64 {
        ratio(self.matched_both, self.crash_weight)
    }

    /// Symmetric likeness, 0 to 1: frames that only one side has count against it (Dice), less so
    /// those that the other side lacks because it is shorter (containment).
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

/// Aligns a signature, an exemplar or another crash with a crash.
pub fn align(signature: &PreparedBacktrace, crash: &PreparedBacktrace) -> Alignment {
    let similarities = similarities(signature, crash, Shape::PLAIN.family);
    align_plainly(signature, crash, &similarities)
}

/// Aligns by names that are compared already, each frame with the weight of its rarity.
pub(super) fn align_plainly(
    signature: &PreparedBacktrace,
    crash: &PreparedBacktrace,
    similarities: &[f64],
) -> Alignment {
    align_frames(
        [topmost(signature.frames()), topmost(crash.frames())],
        similarities,
        [topmost(signature.weights()), topmost(crash.weights())],
    )
}

/// How alike an exemplar and a crash are, as [`Shape::EXEMPLAR`] has it.
pub(super) fn exemplar_likeness(
    exemplar: &PreparedBacktrace,
    crash: &PreparedBacktrace,
    similarities: &[f64],
) -> f64 {
    let alignment = align_frames(
        [topmost(exemplar.frames()), topmost(crash.frames())],
        similarities,
        [topmost(exemplar.placed_weights()), topmost(crash.placed_weights())],
    );
    alignment.likeness(Shape::EXEMPLAR)
}

fn topmost<T>(frames: &[T]) -> &[T] {
    &frames[..frames.len().min(MAX_FRAMES)]
}

/// Aligns by the similarities of each frame of the signature with each of the crash, row by row, and
/// by the weights of both sides.
pub fn align_by(
    signature: &PreparedBacktrace,
    crash: &PreparedBacktrace,
    similarities: &[f64],
    signature_weights: &[f64],
    crash_weights: &[f64],
) -> Alignment {
    align_frames(
        [signature.frames(), crash.frames()],
        similarities,
        [signature_weights, crash_weights],
    )
}

fn align_frames(
    [signature, crash]: [&[PreparedFrame]; 2],
    similarities: &[f64],
    [signature_weights, crash_weights]: [&[f64]; 2],
) -> Alignment {
    let mut gains = Vec::with_capacity(similarities.len());
    for (row, weight) in signature_weights.iter().enumerate() {
        let similarities = &similarities[row * crash.len()..][..crash.len()];
        for (similarity, other) in similarities.iter().zip(crash_weights) {
            gains.push(similarity * (f64::midpoint(*weight, *other) + TRACE));
        }
    }
    let mut alignment =
        Alignment { crash_weight: crash_weights.iter().sum(), ..Alignment::default() };
    let mut is_found = vec![false; signature.len()];
    let mut is_partner = vec![false; crash.len()];
    let (mut first, mut end) = (0, 0);
    for (row, column) in best_path(signature.len(), crash.len(), &gains) {
        let similarity = similarities[row * crash.len() + column];
        alignment.matched += signature_weights[row] * similarity;
        alignment.matched_both +=
            f64::midpoint(signature_weights[row], crash_weights[column]) * similarity;
        first = if end == 0 { column } else { first };
        end = column + 1;
        is_found[row] = true;
        is_partner[column] = true;
        let (crash, signature) = (crash[column].index, signature[row].index);
        alignment.steps.push(Step { crash, signature, similarity });
    }
    alignment.between =
        (first..end).filter(|column| !is_partner[*column]).map(|c| crash_weights[c]).sum();
    // A frame that may be missing counts only when it is there.
    let counted = (0..signature.len()).filter(|row| !signature[*row].optional || is_found[*row]);
    alignment.signature_length = counted.clone().count();
    alignment.signature_weight = counted.map(|row| signature_weights[row]).sum();
    alignment
}

/// How alike each frame of one side is to each of the other, row by row.
pub fn similarities(
    signature: &PreparedBacktrace,
    crash: &PreparedBacktrace,
    family: f64,
) -> Vec<f64> {
    some_similarities(signature, crash, family).unwrap_or_else(|| {
        vec![0.0; topmost(signature.frames()).len() * topmost(crash.frames()).len()]
    })
}

/// As [`similarities`]; `None` where no frame is like any other, as in nearly all pairs of backtraces.
pub(super) fn some_similarities(
    signature: &PreparedBacktrace,
    crash: &PreparedBacktrace,
    family: f64,
) -> Option<Vec<f64>> {
    let (signature, crash) = (topmost(signature.frames()), topmost(crash.frames()));
    let mut similarities: Option<Vec<f64>> = None;
    for (row, wanted) in signature.iter().enumerate() {
        for (column, found) in crash.iter().enumerate() {
            let similarity = similarity_of(wanted, found, family);
            if similarity > 0.0 && is_near(&signature[..=row], &crash[..column]) {
                let all =
                    similarities.get_or_insert_with(|| vec![0.0; signature.len() * crash.len()]);
                all[row * crash.len() + column] = similarity;
            }
        }
    }
    similarities
}

/// True when the frame above the last of `pattern` is as near as that one asks, `before` being
/// the frames above the place in question. An optional frame may be missing: then the next one counts.
fn is_near(pattern: &[PreparedFrame], before: &[PreparedFrame]) -> bool {
    let Some((wanted, above)) = pattern.split_last() else {
        return true;
    };
    let Some(gap) = wanted.gap.filter(|_| !above.is_empty()) else {
        return true;
    };
    let first = above.iter().rposition(|frame| !frame.optional).unwrap_or(0);
    let near = &before[before.len() - before.len().min(gap.saturating_add(1))..];
    above[first..].iter().any(|above| near.iter().any(|frame| similarity(above, frame) > 0.0))
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
pub(super) fn similarity(wanted: &PreparedFrame, found: &PreparedFrame) -> f64 {
    similarity_of(wanted, found, Shape::PLAIN.family)
}

/// What the likeness of two names is worth when one of them may be the other one with damaged
/// letters. Squared: whole names of other functions are as alike as badly damaged ones, and far more
/// frequent.
fn worth_of_likeness(likeness: f64) -> f64 {
    LIKENESS_WORTH * ((likeness - UNLIKE) / (1.0 - UNLIKE)).powi(2)
}

fn similarity_of(wanted: &PreparedFrame, found: &PreparedFrame, family: f64) -> f64 {
    let names = similarity_of_names(wanted, found, family);
    if names == 0.0 {
        return 0.0;
    }
    let module = if wanted.is_of_other_module(found) { OTHER_MODULE } else { 1.0 };
    let version = if wanted.is_of_other_version(found) { OTHER_VERSION } else { 1.0 };
    names * module * version
}

/// 1 for equal names, 0 for unlike ones. Two names may be alike because letters of one are damaged,
/// or because they are of one family.
fn similarity_of_names(wanted: &PreparedFrame, found: &PreparedFrame, family: f64) -> f64 {
    let (wanted, found) = (&wanted.name, &found.name);
    if wanted.plain == found.plain {
        return 1.0;
    }
    let mut similarity = 0.0;
    if wanted.plain.len() >= MIN_NAME_LENGTH {
        let likeness = wanted.likeness_of_unequal(found, MIN_LIKENESS);
        if likeness > 0.0 {
            similarity = worth_of_likeness(likeness);
        }
    }
    if family > 0.0 {
        similarity = similarity.max(family * kinship(&wanted.folded, &found.folded));
    }
    similarity
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key_frame((index, name): (usize, &str)) -> KeyFrame {
        match name.split_once('@') {
            Some((function, module)) => KeyFrame::new(function, Some(module), index),
            None => KeyFrame::new(name, None, index),
        }
    }

    fn frames(names: &str) -> PreparedBacktrace {
        let frames: Vec<KeyFrame> = names.split_whitespace().enumerate().map(key_frame).collect();
        weights().prepare_crash(&frames, &[])
    }

    fn patterns(names: &str) -> PreparedBacktrace {
        let frames: Vec<FramePattern> =
            names.split_whitespace().map(FramePattern::from_word).collect();
        weights().prepare_pattern(&frames, &[])
    }

    fn weights() -> Weights {
        let rarity = Rarity { counts: [("Often".to_owned(), 9)].into(), total: 20 };
        Weights::new(rarity, Background::new(["Free"]))
    }

    /// Writes an alignment as `crash-signature …| share`.
    #[track_caller]
    fn check(signature: &str, crash: &str, expected: &str) {
        let alignment = align(&patterns(signature), &frames(crash));
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
        check("Free A", "Free B", "0-0 | 0.07");
    }

    /// Checks whether a function tells that `often` of `total` issues print.
    #[track_caller]
    fn check_telling(total: u32, often: u32, expected: bool) {
        let rarity = Rarity { counts: [("Often".to_owned(), often)].into(), total };
        let weights = Weights::new(rarity, Background::new(["Free"]));
        assert_eq!(weights.is_telling("Often", &[]), expected, "{often} of {total}");
    }

    #[test]
    fn a_function_of_few_among_many_issues_tells() {
        check_telling(3, 1, true);
        check_telling(67, 2, false);
        check_telling(1000, 20, true);
        check_telling(1000, 90, false);
        assert!(!weights().is_telling("Free", &[]));
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
        let alignment = align(&patterns("A B"), &frames("X A Y Z B W"));
        assert!(alignment.between > 0.0);
        assert!(alignment.likeness(Shape::PLAIN) < 1.0);
        let same = align(&patterns("A B"), &frames("A B"));
        assert_eq!(same.likeness(Shape::PLAIN), 1.0);
    }

    #[test]
    fn the_frames_on_top_decide_how_alike_an_exemplar_is() {
        assert_eq!(likeness_of_abc("A B C"), 1.0);
        assert!(likeness_of_abc("A B X") > likeness_of_abc("X B C"));
        // The same functions: one backtrace is cut, the other one holds something else.
        assert!(likeness_of_abc("A B") > likeness_of_abc("A B X"));
    }

    fn likeness_of_abc(crash: &str) -> f64 {
        let (exemplar, crash) = (patterns("A B C"), frames(crash));
        let similarities = similarities(&exemplar, &crash, Shape::EXEMPLAR.family);
        exemplar_likeness(&exemplar, &crash, &similarities)
    }

    #[test]
    fn two_crashes_are_aligned_as_a_signature_and_a_crash_are() {
        let alignment = align(&frames("A X B C"), &frames("A B Y C"));
        let pairs: Vec<(usize, usize)> =
            alignment.steps.iter().map(|step| (step.signature, step.crash)).collect();
        assert_eq!(pairs, [(0, 0), (2, 1), (3, 3)]);
        assert!((alignment.likeness(Shape::PLAIN) - 0.75).abs() < 1e-12);
    }

    /// As [`check`], for a pattern of which one frame says more than its name.
    #[track_caller]
    fn check_frame(frame: FramePattern, crash: &PreparedBacktrace, expected: (usize, f64)) {
        let signature = [FramePattern::from_word("A"), frame];
        let alignment = align(&weights().prepare_pattern(&signature, &[]), crash);
        let share = (alignment.share() * 100.0).round() / 100.0;
        assert_eq!((alignment.steps.len(), share), expected, "{signature:?} / {crash:?}");
    }

    fn b() -> FramePattern {
        FramePattern::from_word("B")
    }

    #[test]
    fn what_a_frame_asks_beside_its_name() {
        check_frame(b(), &frames("A"), (1, 0.5));
        check_frame(FramePattern { optional: true, ..b() }, &frames("A"), (1, 1.0));
        check_frame(FramePattern { gap: Some(1), ..b() }, &frames("A X B"), (2, 1.0));
        check_frame(FramePattern { gap: Some(0), ..b() }, &frames("A X B"), (1, 0.5));
        let missing = FramePattern { optional: true, ..FramePattern::from_word("M") };
        let near = FramePattern { gap: Some(0), ..b() };
        let pattern =
            weights().prepare_pattern(&[FramePattern::from_word("A"), missing, near], &[]);
        assert_eq!(align(&pattern, &frames("A B")).share(), 1.0);
    }

    fn of_module(module: &str) -> FramePattern {
        FramePattern { module: Some(module.into()), ..b() }
    }

    fn of_version(version: &str) -> FramePattern {
        FramePattern { version: Some(version.into()), ..b() }
    }

    #[test]
    fn modules_and_versions_may_be_patterns() {
        check_frame(of_module("i40en*"), &frames("A B@i40en_ens"), (2, 1.0));
        check_frame(of_module("i40en"), &frames("A B@ixgben"), (2, 0.95));
        let mut versioned: Vec<KeyFrame> =
            ["A", "B"].into_iter().enumerate().map(key_frame).collect();
        versioned[1].version = Some("1.8.1".into());
        let versioned = weights().prepare_crash(&versioned, &[]);
        check_frame(of_version("1.8.*"), &versioned, (2, 1.0));
        check_frame(of_version("2.*"), &versioned, (2, 0.75));
    }
}
