//! From conditions and alignments to evidence in log-odds.

use super::align::{Alignment, Step, Weights, align, align_exemplar, similarity};
use super::calibrate::Calibration;
use super::evidence::{Evidence, EvidenceGroup, EvidenceKind, Points};
use crate::kb::{Checked, Condition, FramePattern, State, conditions};
use crate::message::Sentence;
use crate::signature::{CrashKeys, KeyFrame};
use crate::store::{StoredExemplar, StoredSignature};

/// Everything that speaks for and against one face of an issue.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Score {
    /// The reasons, the weightiest first.
    pub evidence: Vec<Evidence>,
    /// Their points before the coefficients.
    pub as_set: Points,
    /// Frame points that saturation has taken away.
    pub beyond: f64,
    /// The frames that correspond.
    pub steps: Vec<Step>,
    /// The frames that were looked for.
    pub wanted: Vec<FramePattern>,
    /// The recorded crash that they are of; of the signature without one.
    pub exemplar: Option<String>,
    /// True when `steps` count the backtrace of the reporting PCPU although another decides.
    pub reporter: bool,
    /// Conditions about which the crash says nothing.
    pub absent: Vec<Checked>,
    /// What excludes the issue, whatever else speaks for it.
    pub excluded: Option<Checked>,
    /// True when the evidence may make a match: frames of weight, or a decisive text.
    pub proven: bool,
    /// True when a text has proven the issue: it is not proven again by the next one.
    decided: bool,
}

impl Score {
    /// Sum of the points.
    pub(super) fn points(&self) -> f64 {
        self.evidence.iter().map(|evidence| evidence.points).sum()
    }

    /// Adds evidence that is worth `points` before its coefficient.
    fn add(
        &mut self,
        kind: EvidenceKind,
        group: EvidenceGroup,
        points: f64,
        detail: Sentence,
        calibration: &Calibration,
    ) {
        // What speaks against an issue is fitted apart from what speaks for it.
        let group = if points < 0.0 { EvidenceGroup::Against } else { group };
        self.as_set[group as usize] += points;
        let points = points * group.coefficient(&calibration.coefficients);
        self.evidence.push(Evidence { kind, points, detail });
    }

    fn sorted(mut self) -> Self {
        self.evidence.sort_by(|one, other| {
            other.points.total_cmp(&one.points).then_with(|| one.kind.cmp(&other.kind))
        });
        self
    }
}

/// Scores a signature and perhaps an exemplar of the same issue.
pub(super) fn score(
    signature: &StoredSignature,
    exemplar: Option<&StoredExemplar>,
    crash: &CrashKeys,
    weights: &Weights,
    calibration: &Calibration,
) -> Score {
    let checked = conditions(&signature.pattern, crash);
    let excluded = checked.iter().find(|checked| is_excluding(checked)).cloned();
    let mut score = Score { excluded, ..Score::default() };
    frames(&mut score, signature, exemplar, crash, weights, calibration);
    some_frames(&mut score, signature, crash, weights, calibration);
    // A text that holds for no other known issue proves nothing about a crash of another kind: an
    // unknown bug may print it too.
    let other_kind = |checked: &Checked| {
        checked.condition == Condition::PanicKind && checked.state == State::Contradicted
    };
    let decisive = signature.decisive && !checked.iter().any(other_kind);
    for checked in &checked {
        condition(&mut score, checked, decisive, calibration);
    }
    score.absent = checked.into_iter().filter(|found| found.state == State::Absent).collect();
    score.sorted()
}

/// A forbidden function and a contradicted machine check exclude; everything else is evidence.
fn is_excluding(checked: &Checked) -> bool {
    matches!(checked.condition, Condition::Forbidden | Condition::MachineCheck)
        && checked.state == State::Contradicted
}

/// The better of signature and exemplar, over the deciding and the reporter's backtrace.
fn frames(
    score: &mut Score,
    signature: &StoredSignature,
    exemplar: Option<&StoredExemplar>,
    crash: &CrashKeys,
    weights: &Weights,
    calibration: &Calibration,
) {
    type Compare = fn(&[FramePattern], &[KeyFrame], &Weights) -> (Alignment, f64);
    let best = |wanted: &[FramePattern], compare: Compare| {
        let backtraces = [(true, &crash.reporter_frames), (false, &crash.frames)];
        backtraces
            .into_iter()
            .map(|(reporter, frames)| (reporter, compare(wanted, frames, weights)))
            .map(|(reporter, (alignment, share))| {
                (frame_points(&alignment, share, calibration), reporter, alignment)
            })
            .max_by(|one, other| one.0.points.total_cmp(&other.0.points))
    };
    let by_share: Compare = |wanted, frames, weights| {
        let alignment = align(wanted, frames, weights);
        let share = alignment.share();
        (alignment, share)
    };
    let of_signature = best(&signature.pattern.frames, by_share).unwrap_or_default();
    let of_exemplar =
        exemplar.and_then(|found| best(&found.frames, align_exemplar)).unwrap_or_default();
    let by_exemplar = of_exemplar.0.points > of_signature.0.points;
    let exemplar = exemplar.filter(|_| by_exemplar);
    score.exemplar = exemplar.map(|exemplar| exemplar.path.clone());
    score.wanted = exemplar.map_or(&signature.pattern.frames, |found| &found.frames).clone();
    let (kind, (FramePoints { points, beyond }, reporter, alignment)) = match by_exemplar {
        true => (EvidenceKind::Exemplar, of_exemplar),
        false => (EvidenceKind::Frames, of_signature),
    };
    if alignment.steps.is_empty() {
        return;
    }
    let key = if by_exemplar { "evidence-exemplar" } else { "evidence-frames" };
    let found = alignment.steps.len().to_string();
    let wanted = alignment.signature_length.to_string();
    let detail = Sentence::new(key, &[("found", &found), ("wanted", &wanted)]);
    score.add(kind, EvidenceGroup::Frames, points, detail, calibration);
    score.proven |= points >= calibration.proof;
    score.beyond = beyond;
    score.steps = alignment.steps;
    score.reporter = reporter;
}

/// What the frames of an alignment are worth.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct FramePoints {
    /// Saturated: how unlike unrelated crashes the fit is.
    pub points: f64,
    /// What saturation has taken away: which of two good fits is the better one.
    pub beyond: f64,
}

pub(super) fn frame_points(
    alignment: &Alignment,
    share: f64,
    calibration: &Calibration,
) -> FramePoints {
    let full = calibration.frame_weight * alignment.matched;
    let gap = calibration.between_weight * alignment.between;
    let raw = (full * share.powf(calibration.share_exponent) - gap).max(0.0);
    // Never quite the most: of two backtraces that both fit well, the better one stays ahead.
    let most = calibration.most_frame_points;
    let points = most * (1.0 - (-raw / most).exp());
    FramePoints { points, beyond: raw - points }
}

/// Functions in whatever order count when there are enough of them, and as much as in order.
fn some_frames(
    score: &mut Score,
    signature: &StoredSignature,
    crash: &CrashKeys,
    weights: &Weights,
    calibration: &Calibration,
) {
    let Some(some) = &signature.pattern.some else {
        return;
    };
    let found = [&crash.frames, &crash.reporter_frames]
        .into_iter()
        .map(|frames| found_of(&some.of, frames))
        .max_by_key(Vec::len)
        .unwrap_or_default();
    if found.len() < some.least {
        return;
    }
    let matched: f64 = found.iter().map(|frame| weights.of(frame.name())).sum();
    let already: f64 = score.as_set.iter().sum();
    let most = (calibration.most_frame_points - already).max(0.0);
    let points = (calibration.frame_weight * matched).clamp(0.0, most);
    let (count, all) = (found.len().to_string(), some.of.len().to_string());
    let values = [("found", count.as_str()), ("wanted", &all)];
    let detail = Sentence::new("evidence-some-frames", &values);
    score.add(EvidenceKind::SomeFrames, EvidenceGroup::Frames, points, detail, calibration);
    score.proven |= points >= calibration.proof;
}

/// Those of `wanted` that are among `frames`, in whatever order.
pub fn found_of<'a>(wanted: &'a [FramePattern], frames: &[KeyFrame]) -> Vec<&'a FramePattern> {
    let is_there = |wanted: &&FramePattern| frames.iter().any(|f| similarity(wanted, f) > 0.0);
    wanted.iter().filter(is_there).collect()
}

fn condition(score: &mut Score, checked: &Checked, decisive: bool, calibration: &Calibration) {
    let rows = calibration.conditions.iter();
    let Some(worth) = rows.into_iter().find(|worth| worth.condition == checked.condition) else {
        return;
    };
    let decisive = decisive && checked.state == State::Held && !score.decided;
    let mut group = EvidenceGroup::of(checked.condition);
    let (points, key) = match (checked.state, decisive_key(checked.condition).filter(|_| decisive))
    {
        (_, Some(key)) => {
            score.decided = true;
            score.proven = true;
            group = EvidenceGroup::Decisive;
            (calibration.text_decisive, key)
        }
        (State::Held, None) => worth.held,
        (State::Near, None) => worth.near,
        (State::Contradicted, None) => worth.contradicted,
        (State::Absent, None) => return,
    };
    if !key.is_empty() {
        let detail = Sentence::new(key, &[("text", &checked.text)]);
        score.add(checked.condition.into(), group, points, detail, calibration);
    }
}

/// The sentence of a condition that alone may prove an issue.
fn decisive_key(condition: Condition) -> Option<&'static str> {
    match condition {
        Condition::Message => Some("evidence-message-decisive"),
        Condition::Source => Some("evidence-source-decisive"),
        Condition::Log => Some("evidence-log-decisive"),
        Condition::MachineCheck => Some("evidence-machine-check-decisive"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crash::PanicKind;
    use crate::kb::{Rarity, Signature, SomeFrames};

    fn frames_of(names: &[&str]) -> Vec<KeyFrame> {
        let frame = |(index, name): (usize, &&str)| KeyFrame::new(name, None, index);
        names.iter().enumerate().map(frame).collect()
    }

    fn signature() -> StoredSignature {
        let pattern = Signature {
            name: "main".into(),
            kinds: vec!["page-fault".into()],
            worlds: vec!["usb".into()],
            frames: ["A", "B", "C"].map(FramePattern::of).into(),
            forbid: vec!["X*".into()],
            ..Signature::default()
        };
        StoredSignature { decisive: false, pattern }
    }

    fn crash(names: &[&str], kind: PanicKind, world: &str) -> CrashKeys {
        CrashKeys {
            kind: Some(kind),
            worlds: vec![world.into()],
            frames: frames_of(names),
            ..CrashKeys::default()
        }
    }

    fn points(crash: &CrashKeys, signature: &StoredSignature) -> Option<f64> {
        let weights = Weights::new(Rarity { total: 40, ..Rarity::default() }, Default::default());
        let score = score(signature, None, crash, &weights, &Calibration::SHIPPED);
        score.excluded.is_none().then(|| score.points())
    }

    #[test]
    fn more_evidence_gives_more_points_and_contradiction_fewer() {
        let full = points(&crash(&["A", "B", "C"], PanicKind::PageFault, "usb"), &signature());
        let part = points(&crash(&["A", "B"], PanicKind::PageFault, "usb"), &signature());
        let other_kind =
            points(&crash(&["A", "B", "C"], PanicKind::SpinCount, "usb"), &signature());
        let other_world =
            points(&crash(&["A", "B", "C"], PanicKind::PageFault, "idle"), &signature());
        assert!(full > part && full > other_kind && full > other_world);
    }

    #[test]
    fn only_forbidden_frames_exclude() {
        assert_eq!(points(&crash(&["A", "X1"], PanicKind::PageFault, "usb"), &signature()), None);
        assert!(points(&crash(&[], PanicKind::SpinCount, "idle"), &signature()).is_some());
    }

    #[test]
    fn a_decisive_message_proves_without_frames() {
        let pattern = Signature { messages: vec!["(VASpace)".into()], ..Signature::default() };
        let signature = StoredSignature { decisive: true, pattern };
        let mut crash = crash(&[], PanicKind::SpinCount, "idle");
        crash.message = "Spin count exceeded (VASpace) - possible deadlock".into();
        let found = score(&signature, None, &crash, &Weights::default(), &Calibration::SHIPPED);
        assert!(found.proven && found.points() > 5.0);
    }

    #[test]
    fn a_decisive_log_line_proves_nothing_about_another_kind() {
        let pattern = Signature {
            kinds: vec!["no-heartbeat".into()],
            logs: vec!["microcode * too old".into()],
            ..Signature::default()
        };
        let signature = StoredSignature { decisive: true, pattern };
        let proven = |kind| {
            let mut crash = crash(&[], kind, "idle");
            crash.logs = vec!["microcode 0x1 too old".into()];
            score(&signature, None, &crash, &Weights::default(), &Calibration::SHIPPED).proven
        };
        assert!(proven(PanicKind::NoHeartbeat));
        assert!(!proven(PanicKind::PageFault));
    }

    /// Checks the number of evidence and whether it may make a match.
    #[track_caller]
    fn check_some(least: usize, names: &[&str], expected: Option<bool>) {
        let of = ["A", "B", "C", "D"].map(FramePattern::of).into();
        let some = Some(SomeFrames { least, of });
        let pattern = Signature { some, ..Signature::default() };
        let signature = StoredSignature { decisive: false, pattern };
        let rarity = Rarity { total: 40, counts: [("A".to_owned(), 30)].into() };
        let weights = Weights::new(rarity, Default::default());
        let crash = crash(names, PanicKind::PageFault, "usb");
        let score = score(&signature, None, &crash, &weights, &Calibration::SHIPPED);
        assert_eq!(score.evidence.first().map(|_| score.proven), expected, "{least} of {names:?}");
    }

    #[test]
    fn some_frames_count_in_any_order_when_there_are_enough() {
        check_some(3, &["D", "X", "A", "B"], Some(true));
        check_some(2, &["A"], None);
        check_some(1, &["A"], Some(false));
    }
}
