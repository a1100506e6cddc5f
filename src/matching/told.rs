//! Which issues all of their frames together tell from the others.
//!
//! A function that no other known issue prints tells by itself. The more issues are known, the fewer
//! such functions there are: a new issue is mostly reached through calls that others print too, and
//! only all of them together are its own. So an issue is told as well when every other one leaves
//! enough of the crash unexplained that this one explains. And what is proven by frames below the
//! function that failed is no rival of an issue that explains this function, too.

use super::calibrate::Calibration;
use super::evidence::EvidenceGroup;
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

/// Takes the proof from those issues of which another proven one explains all, and the functions above
/// as well: the crash fails in a function that they say nothing about and the other one names. Beside
/// thousands of issues the path below that function is printed by others, too.
pub(super) fn explain_away(found: &mut [Match], calibration: &Calibration) {
    let proven: Vec<usize> =
        (0..found.len()).filter(|place| found[*place].unproven.is_none()).collect();
    let explained: Vec<usize> = proven
        .iter()
        .copied()
        .filter(|rival| {
            let mut others = proven.iter().filter(|own| *own != rival);
            others.any(|own| is_explained_by(&found[*rival], &found[*own], calibration))
        })
        .collect();
    for place in explained {
        let rival = &mut found[place];
        rival.unproven = Some(Unproven::OtherExplains);
        rival.confidence = calibration.confidence_of(rival.log_odds, false);
    }
}

/// True when frames alone prove `rival`, and `own` explains them and enough of what lies above.
fn is_explained_by(rival: &Match, own: &Match, calibration: &Calibration) -> bool {
    let top = rival.explained.iter().position(|weight| *weight > 0.0);
    top.is_some_and(|top| {
        rival.as_set[EvidenceGroup::Decisive as usize] <= 0.0
            && own.explained[..top].iter().sum::<f64>() >= calibration.told_apart
            && explained_beyond(&rival.explained, &own.explained) < calibration.other_top
    })
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
    (own.is_whole && !rival.is_whole && !goes_on_above(rival, calibration))
        || explained_beyond(&own.explained, &rival.explained) >= calibration.told_apart
}

/// True when the crash may be what is left of one of `rival`: that explains the first function, and has
/// others above it.
fn goes_on_above(rival: &Match, calibration: &Calibration) -> bool {
    rival.above_wanted >= calibration.other_top
        && rival.explained.first().is_some_and(|first| *first > 0.0)
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
        let own = found(&[2.0, 2.0, 2.0], untold, false);
        check(own.clone(), found(&[0.0, 0.0, 2.0], untold, false), true);
        check(own.clone(), found(&[0.0, 2.0, 2.0], untold, false), false);
        check(own.clone(), found(&[2.0, 2.0, 2.0], untold, false), false);
        // The crash fails elsewhere, or is of another kind.
        check(own.clone(), found(&[2.0, 2.0, 2.0], Some(Unproven::OtherTop), false), true);
        check(own, found(&[2.0, 2.0, 2.0], Some(Unproven::OtherKind), false), true);
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
    fn what_goes_on_above_another_function_is_not_what_is_left() {
        let untold = Some(Unproven::NoTellingFrame);
        let whole = found(&[0.2, 2.0, 2.0], untold, true);
        let [without_first, with_first] = [[0.0, 2.0, 2.0], [0.2, 2.0, 2.0]].map(|explained| {
            Match { above_wanted: 3.0, ..found(&explained, Some(Unproven::TooLittle), false) }
        });
        // The crash begins with a function that the other one has not: it is not what is left of that.
        check(whole.clone(), without_first, true);
        check(whole, with_first, false);
    }

    fn proven(explained: &[f64]) -> Match {
        found(explained, None, false)
    }

    /// Checks whether the second issue is still proven beside the first, which is.
    #[track_caller]
    fn check_explained(own: &[f64], rival: Match, expected: bool) {
        let mut all = [proven(own), rival];
        explain_away(&mut all, &Calibration::SHIPPED);
        assert_eq!(all[0].unproven, None);
        assert_eq!(all[1].unproven.is_none(), expected, "{all:?}");
    }

    #[test]
    fn a_proven_issue_explains_away_what_lies_below_its_top() {
        let whole = [3.0, 2.0, 2.0];
        check_explained(&whole, proven(&[0.0, 2.0, 2.0]), false);
        check_explained(&whole, proven(&[0.0, 0.0, 2.0]), false);
        // The function that failed is the other one's, too, or weighs too little.
        check_explained(&whole, proven(&[3.0, 0.0, 0.0]), true);
        check_explained(&[0.2, 2.0, 2.0], proven(&[0.0, 2.0, 2.0]), true);
        // The other one explains what this one does not.
        check_explained(&[3.0, 2.0, 0.0], proven(&[0.0, 2.0, 2.0]), true);
        // A text proves it, or it explains no frame at all.
        let mut text = proven(&[0.0, 2.0, 2.0]);
        text.as_set[EvidenceGroup::Decisive as usize] = 6.5;
        check_explained(&whole, text, true);
        check_explained(&whole, proven(&[0.0, 0.0, 0.0]), true);
    }

    #[test]
    fn what_is_not_proven_explains_nothing_away() {
        let own = found(&[3.0, 2.0, 2.0], Some(Unproven::OtherKind), false);
        let mut all = [own, proven(&[0.0, 2.0, 2.0])];
        explain_away(&mut all, &Calibration::SHIPPED);
        assert_eq!(all[1].unproven, None);
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
