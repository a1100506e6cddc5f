//! The rank of the right answer among the candidates.
//!
//! Equal scores are broken by chance, and the expectation over all orders is counted: no method
//! gains or loses by the order of the file.

/// Scores that differ by less are equal: sums in another order must not decide.
const EQUAL: f64 = 1e-9;

/// The rank of the best right candidate, in expectation.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct ExpectedRank {
    /// Expected reciprocal of its rank.
    pub reciprocal: f64,
    /// Probability that it is first.
    pub first: f64,
    /// Probability that it is among the first five.
    pub among_five: f64,
}

/// Ranks the best of the candidates that are `right`; zeros without any.
pub(super) fn rank(scores: &[f64], right: &[bool]) -> ExpectedRank {
    let rights: Vec<f64> =
        scores.iter().zip(right).filter(|(_, right)| **right).map(|(score, _)| *score).collect();
    let best = rights.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let before = scores.iter().filter(|score| **score > best && !equal(**score, best)).count();
    let tied = scores.iter().filter(|score| equal(**score, best)).count();
    let tied_right = rights.iter().filter(|score| equal(**score, best)).count();
    let mut expected = ExpectedRank::default();
    if tied_right == 0 {
        return expected;
    }
    // Probability that the first right one of the tied ones is at each place of a random order.
    let mut probability = tied_right as f64 / tied as f64;
    for passed in 0..=tied - tied_right {
        let rank = before + passed + 1;
        expected.reciprocal += probability / rank as f64;
        expected.first += if rank == 1 { probability } else { 0.0 };
        expected.among_five += if rank <= 5 { probability } else { 0.0 };
        let left = tied - passed - 1;
        if left > 0 {
            let wrong_left = left + 1 - tied_right;
            probability *= wrong_left as f64 / left as f64;
        }
    }
    expected
}

fn equal(score: f64, best: f64) -> bool {
    (score - best).abs() <= EQUAL * best.abs().max(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Scores with `+` after those that are right.
    #[track_caller]
    fn check(scores: &str, expected: (f64, f64, f64)) {
        let words: Vec<&str> = scores.split_whitespace().collect();
        let right: Vec<bool> = words.iter().map(|word| word.ends_with('+')).collect();
        let scores: Vec<f64> = words
            .iter()
            .map(|word| word.trim_end_matches('+').parse().expect("a number"))
            .collect();
        let found = rank(&scores, &right);
        let differences = [
            found.reciprocal - expected.0,
            found.first - expected.1,
            found.among_five - expected.2,
        ];
        let same = differences.iter().all(|difference| difference.abs() < 1e-12);
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
