//! A flat screen seen from aside: the projective map between two quadrangles.

/// Where a point of one plane lies in the other.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Projection([f64; 8]);

pub(crate) type Corners = [(f64, f64); 4];

impl Projection {
    /// The projection that brings four corners to four others.
    pub(crate) fn between(from: &Corners, to: &Corners) -> Self {
        let mut rows = [[0.0; 9]; 8];
        for (at, ((x, y), (u, v))) in from.iter().zip(to).enumerate() {
            rows[2 * at] = [*x, *y, 1.0, 0.0, 0.0, 0.0, -u * x, -u * y, *u];
            rows[2 * at + 1] = [0.0, 0.0, 0.0, *x, *y, 1.0, -v * x, -v * y, *v];
        }
        Self(solved(rows))
    }

    pub(crate) fn of(&self, x: f64, y: f64) -> (f64, f64) {
        let [a, b, c, d, e, f, g, h] = self.0;
        let depth = g * x + h * y + 1.0;
        ((a * x + b * y + c) / depth, (d * x + e * y + f) / depth)
    }
}

/// Eight equations by elimination, the largest pivot first.
fn solved(mut rows: [[f64; 9]; 8]) -> [f64; 8] {
    for column in 0..8 {
        let pivot =
            (column..8).max_by(|a, b| rows[*a][column].abs().total_cmp(&rows[*b][column].abs()));
        rows.swap(column, pivot.unwrap_or(column));
        let lead = rows[column];
        for (at, row) in rows.iter_mut().enumerate().filter(|(at, _)| *at != column) {
            debug_assert!(at < 8);
            let share = row[column] / lead[column];
            for (value, above) in row.iter_mut().zip(lead) {
                *value -= share * above;
            }
        }
    }
    std::array::from_fn(|at| rows[at][8] / rows[at][at])
}
