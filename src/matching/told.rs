//! Which issues all of their frames together tell from the others.
//!
//! A function that no other known issue prints tells by itself. The more issues are known, the fewer
//! such functions there are: a new issue is mostly reached through calls that others print too, and
//! only all of them together are its own. So an issue is told as well when every other one leaves
//! enough of the crash unexplained that this one explains.

use super::calibrate::Calibration;
use super::matcher::Match;
use super::unproven::Unproven;

/// How much the frames that correspond prove.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum FrameProof {
    /// Too little, or something contradicts.
    #[default]
    Nothing,
    /// Enough, if they tell this issue from the others: none of them does so by itself.
    IfTold,
    /// The issue.
    Issue,
}

/// Proves those issues that all of their frames together tell from every other one.
pub(super) fn tell_from_rivals(found: &mut [Match], calibration: &Calibration) {
    let told: Vec<bool> =
        (0..found.len()).map(|place| is_told(found, place, calibration)).collect();
    for (found, told) in found.iter_mut().zip(told) {
        if told {
            found.unproven = None;
            found.confidence = calibration.confidence_of(found.log_odds, true);
        }
    }
}

fn is_told(found: &[Match], place: usize, calibration: &Calibration) -> bool {
    let own = &found[place];
    own.frame_proof == FrameProof::IfTold
        && own.unproven == Some(Unproven::NoTellingFrame)
        && explains_enough(own, calibration)
        && found
            .iter()
            .enumerate()
            .filter(|(other, rival)| *other != place && !is_contradicted(rival))
            .all(|(_, rival)| is_told_from(own, rival, calibration))
}

/// An issue that explains nothing of a crash says nothing about another one: whether it is known must
/// not decide, so that the answer is as if there was one.
fn explains_enough(own: &Match, calibration: &Calibration) -> bool {
    own.is_whole || own.explained.iter().sum::<f64>() >= calibration.told_apart
}

/// True when `own` explains what `rival` does not, or when the whole backtrace is that of a recorded
/// crash of `own` and of none of `rival`. A crash may have lost its top: the whole of one issue is then
/// what is left of another one, which has other functions above.
fn is_told_from(own: &Match, rival: &Match, calibration: &Calibration) -> bool {
    (own.is_whole && !rival.is_whole && rival.above_wanted < calibration.other_top)
        || explained_beyond(&own.explained, &rival.explained) >= calibration.told_apart
}

/// An issue that the crash contradicts is told apart by that.
fn is_contradicted(rival: &Match) -> bool {
    rival.excluded.is_some()
        || matches!(
            rival.unproven,
            Some(Unproven::OtherKind | Unproven::OtherModules | Unproven::OtherTop)
        )
}

/// The weight of the crash's frames that `own` explains beyond `rival`.
fn explained_beyond(own: &[f64], rival: &[f64]) -> f64 {
    own.iter().zip(rival).map(|(own, rival)| (own - rival).max(0.0)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(explained: &[f64], unproven: Option<Unproven>, is_whole: bool) -> Match {
        Match {
            explained: explained.to_vec(),
            frame_proof: FrameProof::IfTold,
            unproven,
            is_whole,
            ..Match::default()
        }
    }

    /// Checks whether the first issue is told from this other one.
    #[track_caller]
    fn check(own: Match, rival: Match, expected: bool) {
        let mut all = [own, rival];
        tell_from_rivals(&mut all, &Calibration::SHIPPED);
        assert_eq!(all[0].unproven.is_none(), expected, "{all:?}");
    }

    #[test]
    fn an_issue_is_told_by_all_that_it_explains_beyond_each_other() {
        let untold = Some(Unproven::NoTellingFrame);
        let own = || found(&[2.0, 2.0, 2.0], untold, false);
        check(own(), found(&[0.0, 0.0, 2.0], untold, false), true);
        check(own(), found(&[0.0, 2.0, 2.0], untold, false), false);
        check(own(), found(&[2.0, 2.0, 2.0], untold, false), false);
        // The crash fails elsewhere, or is of another kind.
        check(own(), found(&[2.0, 2.0, 2.0], Some(Unproven::OtherTop), false), true);
        check(own(), found(&[2.0, 2.0, 2.0], Some(Unproven::OtherKind), false), true);
    }

    #[test]
    fn a_whole_backtrace_tells_from_those_that_only_contain_it() {
        let untold = Some(Unproven::NoTellingFrame);
        let [whole, part] = [true, false].map(|whole| found(&[2.0, 2.0], untold, whole));
        check(whole.clone(), part.clone(), true);
        // What is left of a crash of the other one when its top is lost.
        let lower_half = Match { above_wanted: 3.0, ..part.clone() };
        check(whole.clone(), lower_half, false);
        check(whole.clone(), whole, false);
        check(part.clone(), part, false);
    }

    #[test]
    fn an_issue_that_explains_nothing_changes_no_answer() {
        let untold = Some(Unproven::NoTellingFrame);
        for (own, expected) in [(&[2.0, 2.0], true), (&[1.2, 1.2], false)] {
            let mut alone = [found(own, untold, false)];
            tell_from_rivals(&mut alone, &Calibration::SHIPPED);
            assert_eq!(alone[0].unproven.is_none(), expected, "{own:?}");
            let idle = found(&[0.0, 0.0], Some(Unproven::TooLittle), false);
            check(found(own, untold, false), idle, expected);
        }
    }

    #[test]
    fn other_reasons_stay() {
        let little = found(&[9.0], Some(Unproven::LittleExplained), true);
        check(little, found(&[0.0], None, false), false);
        let nothing = Match {
            frame_proof: FrameProof::Nothing,
            ..found(&[9.0], Some(Unproven::NoTellingFrame), true)
        };
        check(nothing, found(&[0.0], None, false), false);
    }
}
