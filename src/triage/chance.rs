//! How likely a repetition is by chance.

/// The probability that of `draws` equally likely draws out of `kinds`, at least `most` are the same.
///
/// The number of ways in which no kind is drawn more than `most - 1` times is `draws!` times the
/// coefficient of `x^draws` in `(1 + x + x²/2! + … + x^(most-1)/(most-1)!)^kinds`.
pub(super) fn chance_of_repetition(draws: usize, most: usize, kinds: usize) -> f64 {
    if most <= 1 || kinds <= 1 || draws < most {
        return if draws < most { 0.0 } else { 1.0 };
    }
    // Divided by `kinds` at each factor of x, so that no power of it is too large for a number.
    let terms: Vec<f64> = (0..most)
        .scan(1.0, |term, power| {
            if power > 0 {
                *term /= to_f64(power) * to_f64(kinds);
            }
            Some(*term)
        })
        .collect();
    let mut coefficients = vec![0.0; draws + 1];
    coefficients[0] = 1.0;
    for _ in 0..kinds {
        coefficients = (0..=draws)
            .map(|power| {
                let terms = terms.iter().enumerate().take(power + 1);
                terms.map(|(own, term)| term * coefficients[power - own]).sum()
            })
            .collect();
    }
    let orders: f64 = (1..=draws).map(to_f64).product();
    (1.0 - coefficients[draws] * orders).clamp(0.0, 1.0)
}

/// Numbers of crashes and PCPUs are far below 2^53.
fn to_f64(number: usize) -> f64 {
    u32::try_from(number).map_or(f64::INFINITY, f64::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(draws: usize, most: usize, kinds: usize, expected: f64) {
        let found = chance_of_repetition(draws, most, kinds);
        assert!((found - expected).abs() < 1e-9, "{draws} {most} {kinds}: {found}");
    }

    #[test]
    fn the_chance_is_that_of_counting_all_draws() {
        // The birthday of one of 23 people is that of another.
        check(23, 2, 365, 0.507_297_234_323_985_4);
        // Two dice: 6 of 36.
        check(2, 2, 6, 1.0 / 6.0);
        // Three draws out of four: all the same in 4 of 64, at least two in 40 of 64.
        check(3, 3, 4, 4.0 / 64.0);
        check(3, 2, 4, 40.0 / 64.0);
        // Of five draws out of two one comes three times.
        check(5, 3, 2, 1.0);
        check(5, 1, 9, 1.0);
        check(2, 3, 9, 0.0);
        check(4, 2, 1, 1.0);
    }
}
