//! Does the best score tell known from unknown?
//!
//! The area under the ROC curve is the share of pairs (one known, one unknown)
//! in which the known one has the greater score; equal scores count half. Pairs
//! are counted by the families of both, so that families can be drawn anew.

/// Pairs won and pairs in all, by the family of the known and of the unknown one.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Separation {
    columns: usize,
    won: Vec<f64>,
    pairs: Vec<f64>,
}

/// A score with the family it belongs to.
pub(super) type Scored = (usize, f64);

impl Separation {
    /// No pairs yet, among `rows` families of knowns and `columns` of unknowns.
    pub(super) fn new(rows: usize, columns: usize) -> Self {
        Self { columns, won: vec![0.0; rows * columns], pairs: vec![0.0; rows * columns] }
    }

    /// Adds every pair of a known and an unknown one.
    pub(super) fn add(&mut self, knowns: &[Scored], unknowns: &[Scored]) {
        for (row, known) in knowns {
            for (column, unknown) in unknowns {
                let cell = row * self.columns + column;
                self.pairs[cell] += 1.0;
                self.won[cell] += match known.total_cmp(unknown) {
                    std::cmp::Ordering::Greater => 1.0,
                    std::cmp::Ordering::Equal => 0.5,
                    std::cmp::Ordering::Less => 0.0,
                };
            }
        }
    }

    /// The area when each family counts as often as `rows` and `columns` say.
    pub(super) fn area(&self, rows: &[u32], columns: &[u32]) -> f64 {
        let (mut won, mut pairs) = (0.0, 0.0);
        for (row, times) in rows.iter().enumerate().filter(|(_, times)| **times > 0) {
            let cells = row * self.columns..(row + 1) * self.columns;
            let times = f64::from(*times);
            for ((w, p), column) in
                self.won[cells.clone()].iter().zip(&self.pairs[cells]).zip(columns)
            {
                won += times * f64::from(*column) * w;
                pairs += times * f64::from(*column) * p;
            }
        }
        won / pairs
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(knowns: &[Scored], unknowns: &[Scored], times: [u32; 2], expected: f64) {
        let mut separation = Separation::new(2, 2);
        separation.add(knowns, unknowns);
        assert_eq!(separation.area(&times, &times), expected);
    }

    #[test]
    fn the_area_is_the_share_of_pairs_won() {
        check(&[(0, 0.9), (1, 0.8)], &[(0, 0.1), (1, 0.2)], [1, 1], 1.0);
        check(&[(0, 0.9), (1, 0.1)], &[(0, 0.1), (1, 0.5)], [1, 1], 0.625);
        check(&[(0, 0.5)], &[(0, 0.5)], [1, 1], 0.5);
    }

    #[test]
    fn a_family_that_is_drawn_twice_counts_in_four_pairs_with_itself() {
        // Family 0 alone wins nothing; family 1 alone wins all; both against each other win.
        let knowns = [(0, 0.3), (1, 0.9)];
        let unknowns = [(0, 0.4), (1, 0.2)];
        check(&knowns, &unknowns, [2, 0], 0.0);
        check(&knowns, &unknowns, [0, 2], 1.0);
        check(&knowns, &unknowns, [2, 1], (2.0 + 2.0 + 1.0) / 9.0);
    }
}
