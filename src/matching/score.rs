//! From conditions and alignments to evidence in log-odds.

use schemars::JsonSchema;
use serde::Serialize;

use super::align::{Alignment, Step, Weights, align};
use super::calibrate::Calibration;
use crate::message::Sentence;
use crate::signature::{CrashKeys, KeyFrame};
use crate::store::{StoredExemplar, StoredSignature};
use crate::text::Template;

/// One reason for or against an issue.
#[derive(Clone, Debug, PartialEq)]
pub struct Evidence {
    /// What was compared.
    pub kind: EvidenceKind,
    /// Log-odds; below 0 it speaks against the issue.
    pub points: f64,
    /// One phrase for the reader.
    pub detail: Sentence,
}

/// What was compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum EvidenceKind {
    /// Frames of a signature.
    Frames,
    /// Frames of an exemplar.
    Exemplar,
    /// The panic message.
    Message,
    /// A log line.
    Log,
    /// The panic kind.
    PanicKind,
    /// The world.
    World,
    /// A module.
    Module,
}

/// Everything that speaks for and against one face of an issue.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Score {
    /// The reasons, the weightiest first.
    pub evidence: Vec<Evidence>,
    /// The frames that correspond.
    pub steps: Vec<Step>,
    /// True when the evidence may make a match: frames of weight, or a decisive text.
    pub proven: bool,
}

impl Score {
    /// Sum of the points.
    pub fn points(&self) -> f64 {
        self.evidence.iter().map(|evidence| evidence.points).sum()
    }

    fn add(
        &mut self,
        kind: EvidenceKind,
        points: f64,
        key: &'static str,
        values: &[(&'static str, &str)],
    ) {
        let detail = Sentence::new(key, values);
        self.evidence.push(Evidence { kind, points, detail });
    }

    fn sorted(mut self) -> Self {
        self.evidence.sort_by(|one, other| {
            other.points.total_cmp(&one.points).then_with(|| one.kind.cmp(&other.kind))
        });
        self
    }
}

/// Scores a signature and perhaps an exemplar of the same issue; `None` when it is excluded.
pub fn score(
    signature: &StoredSignature,
    exemplar: Option<&StoredExemplar>,
    crash: &CrashKeys,
    weights: &Weights,
    calibration: &Calibration,
) -> Option<Score> {
    if is_forbidden(signature, crash) {
        return None;
    }
    let mut score = Score::default();
    frames(&mut score, signature, exemplar, crash, weights, calibration);
    message(&mut score, signature, crash, calibration);
    log(&mut score, signature, crash, calibration);
    kind(&mut score, signature, crash, calibration);
    world(&mut score, signature, crash, calibration);
    module(&mut score, signature, crash, calibration);
    Some(score.sorted())
}

fn is_forbidden(signature: &StoredSignature, crash: &CrashKeys) -> bool {
    signature.forbid.iter().any(|pattern| {
        let pattern = Template::new(pattern);
        crash.frames.iter().any(|frame| pattern.is_all_of(&frame.function))
    })
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
    let best = |wanted: &[KeyFrame], part: fn(&Alignment) -> f64| {
        [&crash.frames, &crash.reporter_frames]
            .into_iter()
            .map(|frames| align(wanted, frames, weights))
            .map(|alignment| (frame_points(&alignment, part(&alignment), calibration), alignment))
            .max_by(|one, other| one.0.total_cmp(&other.0))
    };
    let of_signature = best(&signature.frames, Alignment::share).unwrap_or_default();
    let of_exemplar = exemplar
        .and_then(|exemplar| best(&exemplar.frames, Alignment::likeness))
        .unwrap_or_default();
    let by_exemplar = of_exemplar.0 > of_signature.0;
    let (kind, (points, alignment)) = match by_exemplar {
        true => (EvidenceKind::Exemplar, of_exemplar),
        false => (EvidenceKind::Frames, of_signature),
    };
    if alignment.steps.is_empty() {
        return;
    }
    let key = if by_exemplar { "evidence-exemplar" } else { "evidence-frames" };
    let found = alignment.steps.len().to_string();
    let wanted = alignment.signature_length.to_string();
    score.add(kind, points, key, &[("found", &found), ("wanted", &wanted)]);
    score.proven |= points >= calibration.proof;
    score.steps = alignment.steps;
}

fn frame_points(alignment: &Alignment, share: f64, calibration: &Calibration) -> f64 {
    let full = calibration.frame_weight * alignment.matched;
    let gap = calibration.between_weight * alignment.between;
    (full * share.powf(calibration.share_exponent) - gap).clamp(0.0, calibration.most_frame_points)
}

fn message(
    score: &mut Score,
    signature: &StoredSignature,
    crash: &CrashKeys,
    calibration: &Calibration,
) {
    if signature.messages.is_empty() || crash.message.is_empty() {
        return;
    }
    let held = signature.messages.iter().any(|source| Template::new(source).is_in(&crash.message));
    match (held, is_decisive(signature, crash)) {
        (true, true) => {
            score.add(
                EvidenceKind::Message,
                calibration.text_decisive,
                "evidence-message-decisive",
                &[],
            );
            score.proven = true;
        }
        (true, false) => {
            score.add(EvidenceKind::Message, calibration.message_held, "evidence-message", &[])
        }
        (false, _) => {
            score.add(
                EvidenceKind::Message,
                calibration.message_contradicted,
                "evidence-message-other",
                &[],
            );
        }
    }
}

fn log(
    score: &mut Score,
    signature: &StoredSignature,
    crash: &CrashKeys,
    calibration: &Calibration,
) {
    let held = signature.logs.iter().any(|source| {
        let template = Template::new(source);
        crash.logs.iter().any(|line| template.is_in(line))
    });
    if !held {
        return;
    }
    // A message that has already proven the issue is not proven again by its log line.
    let decisive = is_decisive(signature, crash) && !score.proven;
    let (points, key) = match decisive {
        true => (calibration.text_decisive, "evidence-log-decisive"),
        false => (calibration.log_held, "evidence-log"),
    };
    score.add(EvidenceKind::Log, points, key, &[]);
    score.proven |= decisive;
}

/// A text that holds for no other known issue proves nothing about a crash of another kind: an
/// unknown bug may print it too.
fn is_decisive(signature: &StoredSignature, crash: &CrashKeys) -> bool {
    signature.decisive && holds_kind(signature, crash) != Some(false)
}

/// Whether the panic kind is one of the signature's; `None` where either names none.
fn holds_kind(signature: &StoredSignature, crash: &CrashKeys) -> Option<bool> {
    let kind = crash.kind.filter(|_| !signature.kinds.is_empty())?;
    Some(signature.kinds.iter().any(|wanted| wanted == kind.as_str()))
}

fn kind(
    score: &mut Score,
    signature: &StoredSignature,
    crash: &CrashKeys,
    calibration: &Calibration,
) {
    let (Some(kind), Some(held)) = (crash.kind, holds_kind(signature, crash)) else {
        return;
    };
    let (points, key) = match held {
        true => (calibration.kind_held, "evidence-kind"),
        false => (calibration.kind_contradicted, "evidence-kind-other"),
    };
    score.add(EvidenceKind::PanicKind, points, key, &[("kind", kind.as_str())]);
}

fn world(
    score: &mut Score,
    signature: &StoredSignature,
    crash: &CrashKeys,
    calibration: &Calibration,
) {
    if signature.worlds.is_empty() || crash.worlds.is_empty() {
        return;
    }
    let held = crash.worlds.iter().find(|world| {
        signature.worlds.iter().any(|pattern| Template::new(pattern).is_all_of(world))
    });
    let (points, key) = match held {
        Some(_) => (calibration.world_held, "evidence-world"),
        None => (calibration.world_contradicted, "evidence-world-other"),
    };
    let name = held.or(crash.worlds.first()).map_or("", String::as_str);
    score.add(EvidenceKind::World, points, key, &[("world", name)]);
}

fn module(
    score: &mut Score,
    signature: &StoredSignature,
    crash: &CrashKeys,
    calibration: &Calibration,
) {
    let held = signature
        .modules
        .iter()
        .find(|wanted| crash.modules.iter().any(|module| module.eq_ignore_ascii_case(wanted)));
    if let Some(module) = held {
        score.add(
            EvidenceKind::Module,
            calibration.module_held,
            "evidence-module",
            &[("module", module)],
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crash::PanicKind;
    use crate::kb::Rarity;

    fn frames_of(names: &[&str]) -> Vec<KeyFrame> {
        let frame = |(index, name): (usize, &&str)| KeyFrame {
            function: (*name).to_owned(),
            module: None,
            index,
        };
        names.iter().enumerate().map(frame).collect()
    }

    fn signature() -> StoredSignature {
        StoredSignature {
            name: "main".into(),
            kinds: vec!["page-fault".into()],
            worlds: vec!["usb".into()],
            frames: frames_of(&["A", "B", "C"]),
            forbid: vec!["X*".into()],
            ..StoredSignature::default()
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

    fn points(crash: &CrashKeys, signature: &StoredSignature) -> Option<f64> {
        let weights = Weights::new(Rarity { total: 40, ..Rarity::default() }, Default::default());
        score(signature, None, crash, &weights, &Calibration::SHIPPED).map(|score| score.points())
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
        let signature = StoredSignature {
            messages: vec!["(VASpace)".into()],
            decisive: true,
            ..StoredSignature::default()
        };
        let mut crash = crash(&[], PanicKind::SpinCount, "idle");
        crash.message = "Spin count exceeded (VASpace) - possible deadlock".into();
        let found = score(&signature, None, &crash, &Weights::default(), &Calibration::SHIPPED);
        assert!(found.is_some_and(|score| score.proven && score.points() > 5.0));
    }

    #[test]
    fn a_decisive_log_line_proves_nothing_about_another_kind() {
        let signature = StoredSignature {
            kinds: vec!["no-heartbeat".into()],
            logs: vec!["microcode * too old".into()],
            decisive: true,
            ..StoredSignature::default()
        };
        let proven = |kind| {
            let mut crash = crash(&[], kind, "idle");
            crash.logs = vec!["microcode 0x1 too old".into()];
            score(&signature, None, &crash, &Weights::default(), &Calibration::SHIPPED)
                .is_some_and(|score| score.proven)
        };
        assert!(proven(PanicKind::NoHeartbeat));
        assert!(!proven(PanicKind::PageFault));
    }
}
