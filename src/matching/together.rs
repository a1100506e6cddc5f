//! Issues that a crash does not tell apart: answered together, with what would tell them apart.

use super::calibrate::Calibration;
use super::evidence::EvidenceKind;
use super::matcher::Match;

/// Most issues that are answered together: more of them are no answer.
const MOST_ISSUES: usize = 3;
/// Most frames of one issue that are named.
const MOST_FRAMES: usize = 3;

/// Issues of which a crash is one, though nobody can say which.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Together {
    /// Their ids, the likeliest first.
    pub issues: Vec<String>,
    /// That it is one of them, 0 to 1.
    pub confidence: f64,
    /// What would tell them apart; empty when their signatures ask for the same.
    pub apart: Vec<Telling>,
}

/// What one of several issues would show, and the others would not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Telling {
    /// The issue.
    pub issue: String,
    /// What would have to be there.
    pub kind: EvidenceKind,
    /// As the signature asks for it.
    pub text: String,
}

/// The first of `found`, which are sorted and know their rivals, that are a match together and none
/// of them alone.
pub fn together(found: &[Match], calibration: &Calibration) -> Option<Together> {
    let likely =
        |found: &&Match| found.proven && found.confidence >= calibration.possible_threshold;
    let mut confidence = 0.0;
    let mut members: Vec<&Match> = Vec::new();
    for one in found.iter().take_while(likely).take(MOST_ISSUES) {
        confidence += one.confidence;
        members.push(one);
        if confidence >= calibration.match_threshold {
            break;
        }
    }
    if members.len() < 2 || confidence < calibration.match_threshold {
        return None;
    }
    let issues = members.iter().map(|one| one.issue.clone()).collect();
    let told: Vec<Vec<Telling>> = members.iter().map(|one| tellings(one)).collect();
    let only_here = |place: usize, telling: &Telling| {
        let others = told.iter().enumerate().filter(|(other, _)| *other != place);
        let same = |other: &Telling| other.kind == telling.kind && other.text == telling.text;
        !others.into_iter().any(|(_, tellings)| tellings.iter().any(same))
            && !is_shown_by_another(&members, place, telling)
    };
    let apart = (0..told.len()).flat_map(|place| {
        let own = told[place].iter().filter(move |telling| only_here(place, telling));
        let (frames, conditions): (Vec<_>, Vec<_>) =
            own.cloned().partition(|telling| telling.kind == EvidenceKind::Frames);
        conditions.into_iter().chain(frames.into_iter().take(MOST_FRAMES))
    });
    Some(Together { issues, confidence: confidence.min(1.0), apart: apart.collect() })
}

/// What an issue asks for and the crash does not show.
fn tellings(found: &Match) -> Vec<Telling> {
    let telling = |kind, text: String| Telling { issue: found.issue.clone(), kind, text };
    let conditions =
        found.absent.iter().map(|absent| telling(absent.condition.into(), absent.text.clone()));
    let mut conditions: Vec<Telling> = conditions.collect();
    // A text that a signature looks for in the message and in the log is one text.
    for place in (1..conditions.len()).rev() {
        if conditions[..place].iter().any(|other| other.text == conditions[place].text) {
            conditions.remove(place);
        }
    }
    let aligned = |place: usize| found.alignment.iter().any(|step| step.signature == place);
    let missing = found.wanted.iter().enumerate().filter(|(place, _)| !aligned(*place));
    let frames = missing.map(|(_, frame)| telling(EvidenceKind::Frames, frame.name().to_owned()));
    conditions.into_iter().chain(frames).collect()
}

/// True for a frame that another member asks for too: seeing it would say nothing.
fn is_shown_by_another(members: &[&Match], place: usize, telling: &Telling) -> bool {
    let asks = |one: &&Match| one.wanted.iter().any(|frame| frame.name() == telling.text);
    let others = members.iter().enumerate().filter(|(other, _)| *other != place);
    telling.kind == EvidenceKind::Frames && others.map(|(_, one)| one).any(asks)
}

#[cfg(test)]
mod tests {
    use super::super::align::Step;
    use super::*;
    use crate::kb::{Checked, Condition, FramePattern, State};

    fn found(issue: &str, confidence: f64, message: &str, frames: &[&str]) -> Match {
        let absent = Checked {
            condition: Condition::Message,
            state: State::Absent,
            text: message.to_owned(),
        };
        Match {
            issue: issue.to_owned(),
            confidence,
            proven: true,
            // The last frame is there.
            alignment: vec![Step {
                crash: 0,
                signature: frames.len().saturating_sub(1),
                similarity: 1.0,
            }],
            wanted: frames.iter().map(|name| FramePattern::of(name)).collect(),
            absent: vec![absent],
            ..Match::default()
        }
    }

    /// Writes the issues, and what tells each apart, as `KB1+KB2: KB1 message a; …`.
    #[track_caller]
    fn check(found: &[Match], expected: &str) {
        let found = together(found, &Calibration::SHIPPED).map_or(String::new(), |found| {
            let apart = found.apart.iter().map(|telling| {
                format!("{} {} {}", telling.issue, telling.kind.as_str(), telling.text)
            });
            format!("{}: {}", found.issues.join("+"), apart.collect::<Vec<_>>().join("; "))
        });
        assert_eq!(found, expected);
    }

    #[test]
    fn issues_that_are_sure_together_are_answered_together() {
        let one = || found("KB1", 0.6, "a", &["A", "C"]);
        let two = || found("KB2", 0.35, "b", &["B", "D", "C"]);
        check(
            &[one(), two()],
            "KB1+KB2: KB1 message a; KB1 frames A; KB2 message b; KB2 frames B; KB2 frames D",
        );
        check(&[found("KB1", 0.95, "a", &["A"]), found("KB2", 0.04, "b", &[])], "");
        check(&[one(), Match { confidence: 0.2, ..two() }], "");
        check(&[one(), Match { proven: false, ..two() }], "");
        check(&[one()], "");
    }

    #[test]
    fn what_several_ask_for_tells_nothing() {
        let one = found("KB1", 0.5, "same", &["A", "B", "C"]);
        let two = found("KB2", 0.45, "same", &["A", "B", "C"]);
        check(&[one, two], "KB1+KB2: ");
    }
}
