//! Where the right answer stands.
//!
//! Equal scores are broken by chance, and what is counted is the expectation over
//! all orders: no method gains or loses by the order of the file.

/// Scores that differ by less are equal: sums in another order must not decide.
const EQUAL: f64 = 1e-9;

/// Where the best right candidate stands.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Place {
    /// Expected reciprocal of its rank.
    pub reciprocal: f64,
    /// Probability that it is first.
    pub first: f64,
    /// Probability that it is among the first five.
    pub among_five: f64,
}

/// The place of the best of the candidates that are `right`; zeros without any.
pub(super) fn place(scores: &[f64], right: &[bool]) -> Place {
    let rights = || scores.iter().zip(right).filter(|(_, right)| **right);
    let best = rights().map(|(score, _)| *score).fold(f64::NEG_INFINITY, f64::max);
    let equal = |score: f64| (score - best).abs() <= EQUAL * best.abs().max(1.0);
    let before = scores.iter().filter(|score| **score > best && !equal(**score)).count();
    let tied = scores.iter().filter(|score| equal(**score)).count();
    let tied_right = rights().filter(|(score, _)| equal(**score)).count();
    let mut place = Place::default();
    if tied_right == 0 {
        return place;
    }
    // Probability that the first right one of the tied ones stands at each place of a random order.
    let mut probability = tied_right as f64 / tied as f64;
    for passed in 0..=tied - tied_right {
        let rank = before + passed + 1;
        place.reciprocal += probability / rank as f64;
        place.first += if rank == 1 { probability } else { 0.0 };
        place.among_five += if rank <= 5 { probability } else { 0.0 };
        let left = tied - passed - 1;
        if left > 0 {
            let wrong_left = left + 1 - tied_right;
            probability *= wrong_left as f64 / left as f64;
        }
    }
    place
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Scores with `+` behind those that are right.
    #[track_caller]
    fn check(scores: &str, expected: (f64, f64, f64)) {
        let words = || scores.split_whitespace();
        let right: Vec<bool> = words().map(|word| word.ends_with('+')).collect();
        let scores: Vec<f64> =
            words().map(|word| word.trim_end_matches('+').parse().expect("a number")).collect();
        let found = place(&scores, &right);
        let expected = Place { reciprocal: expected.0, first: expected.1, among_five: expected.2 };
        let close = |one: f64, other: f64| (one - other).abs() < 1e-12;
        let same = close(found.reciprocal, expected.reciprocal)
            && close(found.first, expected.first)
            && close(found.among_five, expected.among_five);
        assert!(same, "{scores:?}: {found:?}, expected {expected:?}");
    }

    #[test]
    fn the_best_right_one_counts() {
        check("3+ 2 1+", (1.0, 1.0, 1.0));
        check("1+ 2 3 0+", (1.0 / 3.0, 0.0, 1.0));
        check("1+ 2 3 4 5 6", (1.0 / 6.0, 0.0, 0.0));
        check("1 2", (0.0, 0.0, 0.0));
        check("-1+ -2", (1.0, 1.0, 1.0));
    }

    #[test]
    fn ties_are_the_mean_over_all_orders() {
        check("1+ 1", (0.75, 0.5, 1.0));
        check("1+ 1 2", ((0.5 + 1.0 / 3.0) / 2.0, 0.0, 1.0));
        // Of the three orders of right and wrong, two have a right one first.
        check("1+ 1+ 1", ((2.0 + 0.5) / 3.0, 2.0 / 3.0, 1.0));
        check("0+ 0 0 0 0 0 0 0 0 0", (0.2928968253968254, 0.1, 0.5));
    }
}
