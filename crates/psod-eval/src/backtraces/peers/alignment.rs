//! The best global alignment of two sequences (Needleman and Wunsch 1970).

/// The gain of pairing frame `row` with frame `column`, and of leaving each without a partner.
pub(super) struct Gains<P, R, C> {
    /// Frame `row` is paired with frame `column`; negative infinity where it never may.
    pub pair: P,
    /// Frame `row` has no partner.
    pub row_alone: R,
    /// Frame `column` has no partner.
    pub column_alone: C,
}

/// The most that an alignment of `rows` with `columns` frames can bring.
pub(super) fn best<P, R, C>(rows: usize, columns: usize, gains: &Gains<P, R, C>) -> f64
where
    P: Fn(usize, usize) -> f64,
    R: Fn(usize) -> f64,
    C: Fn(usize) -> f64,
{
    let mut above = vec![0.0; columns + 1];
    for column in 0..columns {
        above[column + 1] = above[column] + (gains.column_alone)(column);
    }
    let mut here = vec![0.0; columns + 1];
    for row in 0..rows {
        let alone = (gains.row_alone)(row);
        here[0] = above[0] + alone;
        for column in 0..columns {
            let pair = above[column] + (gains.pair)(row, column);
            let skip_row = above[column + 1] + alone;
            let skip_column = here[column] + (gains.column_alone)(column);
            here[column + 1] = pair.max(skip_row).max(skip_column);
        }
        std::mem::swap(&mut above, &mut here);
    }
    above[columns]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(one: &str, other: &str, expected: f64) {
        let (one, other) = (one.as_bytes(), other.as_bytes());
        let gains = Gains {
            pair: |row: usize, column: usize| if one[row] == other[column] { 2.0 } else { -3.0 },
            row_alone: |_| -1.0,
            column_alone: |_| -0.5,
        };
        assert_eq!(best(one.len(), other.len(), &gains), expected);
    }

    #[test]
    fn gaps_and_mismatches_cost() {
        check("abc", "abc", 6.0);
        check("abc", "ac", 3.0);
        check("ac", "abc", 3.5);
        check("a", "b", -1.5);
        check("", "ab", -1.0);
        check("ab", "", -2.0);
    }
}
