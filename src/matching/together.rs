//! Issues between which a crash does not decide: they are answered together, with the conditions and
//! frames that would decide.

use serde::{Deserialize, Serialize};

use super::align::{Weights, similarity};
use super::calibrate::Calibration;
use super::matcher::{Match, Matcher};
use super::unproven::Unproven;
use crate::crash::PanicKind;
use crate::kb::{EvidenceKind, FramePattern};
use crate::signature::{CrashKeys, PreparedFrame};

/// Most issues that are answered together: more of them are no answer.
const MAX_ISSUES: usize = 3;
/// Most frames of one issue that are named.
const MAX_FRAMES: usize = 3;

/// Issues of which a crash is one, although nothing in it decides which.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Together {
    /// Their ids, the likeliest first.
    pub issues: Vec<String>,
    /// That it is one of them, 0 to 1.
    pub confidence: f64,
    /// The conditions and frames that would decide; empty when their signatures ask for the same.
    pub apart: Vec<Telling>,
}

/// A condition or frame that one of several issues would show, and the others would not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Telling {
    /// The issue.
    pub issue: String,
    /// Its kind.
    pub kind: EvidenceKind,
    /// As the signature asks for it, or the recorded crash prints it.
    pub text: String,
}

/// The first of `found`, which are sorted and know their rivals, that are a match together and none
/// of them alone.
pub fn together(found: &[Match], crash: &CrashKeys, matcher: &Matcher) -> Option<Together> {
    let (members, confidence) =
        members(found, matcher.calibration()).or_else(|| related_members(found, matcher))?;
    let issues = members.iter().map(|one| one.issue.clone()).collect();
    let apart = apart(&members, crash, matcher.weights());
    Some(Together { issues, confidence: confidence.min(1.0), apart })
}

/// The issues, and the confidence that it is one of them.
fn members<'a>(found: &'a [Match], calibration: &Calibration) -> Option<(Vec<&'a Match>, f64)> {
    // An issue that is not proven may come between them, and is not a member.
    let likely = found
        .iter()
        .filter(|one| one.unproven.is_none())
        .take_while(|one| one.confidence >= calibration.possible_threshold);
    let mut confidence = 0.0;
    let mut members: Vec<&Match> = Vec::new();
    for one in likely.take(MAX_ISSUES) {
        confidence += one.confidence;
        members.push(one);
        if confidence >= calibration.match_threshold {
            break;
        }
    }
    let enough = members.len() > 1 && confidence >= calibration.match_threshold;
    enough.then_some((members, confidence))
}

/// Related issues whose crashes share what corresponds, so that it tells none of them from the other
/// and all of them from the rest.
fn related_members<'a>(found: &'a [Match], matcher: &Matcher) -> Option<(Vec<&'a Match>, f64)> {
    let calibration = matcher.calibration();
    let mut alike = found.iter().filter(|one| {
        one.unproven == Some(Unproven::NoTellingFrame)
            && calibration.confidence(one.log_odds) >= calibration.match_threshold
    });
    let best = alike.next()?;
    let mut members = vec![best];
    members.extend(alike.filter(|one| are_related(&best.issue, &one.issue, matcher)));
    members.truncate(MAX_ISSUES);
    (members.len() > 1).then_some((members, calibration.confidence(best.log_odds)))
}

/// True when the file of either issue names the other one. An issue that cannot be read names none:
/// the answer itself reports a damaged store.
fn are_related(one: &str, other: &str, matcher: &Matcher) -> bool {
    [(one, other), (other, one)].iter().any(|(issue, named)| {
        let known = matcher.store().issue(issue).ok().flatten();
        known.is_some_and(|known| known.issue.related.iter().any(|related| related == named))
    })
}

/// The conditions and frames that would decide between the members.
fn apart(members: &[&Match], crash: &CrashKeys, weights: &Weights) -> Vec<Telling> {
    let printed: Vec<PreparedFrame> =
        crash.frames.iter().chain(&crash.reporter_frames).map(PreparedFrame::from).collect();
    let tellings: Vec<Vec<Telling>> =
        members.iter().map(|one| tellings(one, &printed, crash.kind.as_slice(), weights)).collect();
    let mut apart = Vec::new();
    for (place, own) in tellings.iter().enumerate() {
        let (frames, conditions): (Vec<&Telling>, Vec<&Telling>) = own
            .iter()
            .filter(|telling| {
                is_asked_only_by(place, telling, &tellings)
                    && !is_shown_by_another(members, place, telling)
            })
            .partition(|telling| telling.kind == EvidenceKind::Frames);
        apart.extend(conditions.into_iter().chain(frames.into_iter().take(MAX_FRAMES)).cloned());
    }
    apart
}

/// True when no other member than the one at `place` asks for the same.
fn is_asked_only_by(place: usize, telling: &Telling, all: &[Vec<Telling>]) -> bool {
    let mut others = all.iter().enumerate().filter(|(other, _)| *other != place);
    !others.any(|(_, tellings)| {
        tellings.iter().any(|other| other.kind == telling.kind && other.text == telling.text)
    })
}

/// The conditions and frames that an issue asks for and the crash does not show, in order or not.
fn tellings(
    found: &Match,
    printed: &[PreparedFrame],
    kind: &[PanicKind],
    weights: &Weights,
) -> Vec<Telling> {
    let mut tellings: Vec<Telling> = Vec::new();
    for absent in &found.absent {
        // A text that a signature looks for in the message and in the log is one text.
        if tellings.iter().all(|other| other.text != absent.text) {
            tellings.push(Telling {
                issue: found.issue.clone(),
                kind: absent.condition.into(),
                text: absent.text.clone(),
            });
        }
    }
    let missing = found.wanted.iter().filter(|frame| {
        let wanted = frame.prepare(0);
        !printed.iter().any(|frame| similarity(&wanted, frame) > 0.0)
            && !weights.is_background(frame.name(), kind)
    });
    tellings.extend(missing.map(|frame: &FramePattern| Telling {
        issue: found.issue.clone(),
        kind: EvidenceKind::Frames,
        text: frame.name().to_owned(),
    }));
    tellings
}

/// True for a frame that another member asks for too: seeing it would decide nothing.
fn is_shown_by_another(members: &[&Match], place: usize, telling: &Telling) -> bool {
    let mut others = members.iter().enumerate().filter(|(other, _)| *other != place);
    telling.kind == EvidenceKind::Frames
        && others.any(|(_, one)| one.wanted.iter().any(|frame| frame.name() == telling.text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kb::{Checked, Condition, Rarity, State};
    use crate::signature::Background;
    use crate::signature::KeyFrame;

    fn found(issue: &str, message: &str, frames: &[&str]) -> Match {
        let state = State::Absent;
        let absent = Checked { condition: Condition::Message, state, text: message.to_owned() };
        Match {
            issue: issue.to_owned(),
            wanted: frames.iter().map(|name| FramePattern::from_word(name)).collect(),
            absent: vec![absent],
            ..Match::default()
        }
    }

    /// Writes what tells each issue apart in a crash that prints `C` and, at any place, `X`, as
    /// `KB1 message a; …`. `Free` weighs nothing.
    #[track_caller]
    fn check(found: &[Match], expected: &str) {
        let frames = ["X", "C"].map(|name| KeyFrame::new(name, None, 0)).to_vec();
        let crash = CrashKeys { frames, ..CrashKeys::default() };
        let members: Vec<&Match> = found.iter().collect();
        let weights = Weights::new(Rarity::default(), Background::new(["Free"]));
        let apart = apart(&members, &crash, &weights);
        let apart: Vec<String> = apart
            .iter()
            .map(|telling| format!("{} {} {}", telling.issue, telling.kind.as_str(), telling.text))
            .collect();
        assert_eq!(apart.join("; "), expected);
    }

    /// Checks which issues are answered together, of those with this confidence; a minus marks one
    /// that is not proven.
    #[track_caller]
    fn check_members(confidences: &[f64], expected: &[usize]) {
        let confidences_by_place = confidences.iter().enumerate();
        let found = confidences_by_place.map(|(place, confidence)| Match {
            issue: place.to_string(),
            confidence: confidence.abs(),
            unproven: (*confidence < 0.0).then_some(Unproven::TooLittle),
            ..Match::default()
        });
        let found: Vec<Match> = found.collect();
        let members = members(&found, &Calibration::SHIPPED).map_or(Vec::new(), |found| found.0);
        let places: Vec<usize> = members.iter().filter_map(|one| one.issue.parse().ok()).collect();
        assert_eq!(places, expected, "{confidences:?}");
    }

    #[test]
    fn issues_that_are_sure_together_and_not_alone_are_answered_together() {
        check_members(&[0.6, 0.35], &[0, 1]);
        check_members(&[0.4, 0.3, 0.25], &[0, 1, 2]);
        check_members(&[-0.67, -0.6, 0.46, 0.45], &[2, 3]);
        check_members(&[0.95, 0.04], &[]);
        check_members(&[0.6, 0.19], &[]);
        check_members(&[0.6, -0.35], &[]);
        check_members(&[0.3, 0.3, 0.19, 0.18], &[]);
        check_members(&[], &[]);
    }

    #[test]
    fn what_only_one_asks_for_and_the_crash_does_not_show_tells() {
        let one = found("KB1", "a", &["A", "C", "X"]);
        let two = found("KB2", "b", &["Free", "B", "D", "C"]);
        let told = "KB1 message a; KB1 frames A; KB2 message b; KB2 frames B; KB2 frames D";
        check(&[one, two], told);
    }

    #[test]
    fn what_several_ask_for_tells_nothing() {
        let one = found("KB1", "same", &["A", "B", "C"]);
        let two = found("KB2", "same", &["A", "B", "C"]);
        check(&[one, two], "");
    }
}
