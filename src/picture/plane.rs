//! A map of numbers over a picture.

/// One number for each pixel, row after row.
#[derive(Debug, Clone, Default)]
pub(super) struct Plane {
    pub(super) width: usize,
    pub(super) height: usize,
    pub(super) values: Vec<f32>,
}

impl Plane {
    pub(super) fn new(width: usize, height: usize) -> Plane {
        Plane { width, height, values: vec![0.0; width * height] }
    }

    pub(super) fn from_fn(
        width: usize,
        height: usize,
        mut value: impl FnMut(usize, usize) -> f32,
    ) -> Plane {
        let mut plane = Plane::new(width, height);
        for y in 0..height {
            for x in 0..width {
                plane.values[y * width + x] = value(x, y);
            }
        }
        plane
    }

    pub(super) fn at(&self, x: usize, y: usize) -> f32 {
        self.values[y * self.width + x]
    }

    pub(super) fn row(&self, y: usize) -> &[f32] {
        &self.values[y * self.width..(y + 1) * self.width]
    }

    /// The value between pixels; the centre of the first pixel is at (0.5, 0.5), outside is 0.
    pub(super) fn sample(&self, x: f32, y: f32) -> f32 {
        let (x, y) = (x - 0.5, y - 0.5);
        let (left, top) = (x.floor(), y.floor());
        let (right_share, lower_share) = (x - left, y - top);
        if left >= 0.0
            && top >= 0.0
            && left as usize + 1 < self.width
            && top as usize + 1 < self.height
        {
            let upper = &self.values[top as usize * self.width + left as usize..];
            let lower = &upper[self.width..];
            let above = upper[0] + (upper[1] - upper[0]) * right_share;
            let below = lower[0] + (lower[1] - lower[0]) * right_share;
            return above + (below - above) * lower_share;
        }
        let upper = (self.at_or_zero(left, top), self.at_or_zero(left + 1.0, top));
        let lower = (self.at_or_zero(left, top + 1.0), self.at_or_zero(left + 1.0, top + 1.0));
        let above = upper.0 * (1.0 - right_share) + upper.1 * right_share;
        let below = lower.0 * (1.0 - right_share) + lower.1 * right_share;
        above + (below - above) * lower_share
    }

    /// As [`Plane::at`], and 0 outside.
    fn at_or_zero(&self, x: f32, y: f32) -> f32 {
        if x >= 0.0 && y >= 0.0 && (x as usize) < self.width && (y as usize) < self.height {
            self.at(x as usize, y as usize)
        } else {
            0.0
        }
    }

    /// Each `factor` × `factor` pixels become one, their mean.
    pub(super) fn shrink(&self, factor: usize) -> Plane {
        if factor <= 1 {
            return self.clone();
        }
        let (width, height) = (self.width / factor, self.height / factor);
        let share = 1.0 / (factor * factor) as f32;
        Plane::from_fn(width, height, |x, y| {
            let rows = (y * factor..(y + 1) * factor)
                .map(|row| &self.row(row)[x * factor..(x + 1) * factor]);
            rows.map(|row| row.iter().sum::<f32>()).sum::<f32>() * share
        })
    }
}

/// The value below which the share `part` of the values lies; 0 of none.
pub(super) fn percentile(values: &mut [f32], part: f32) -> f32 {
    if values.is_empty() {
        return 0.0;
    }
    let index = ((values.len() - 1) as f32 * part) as usize;
    *values.select_nth_unstable_by(index, f32::total_cmp).1
}

pub(super) fn median(values: &mut [f32]) -> f32 {
    percentile(values, 0.5)
}

/// The sum of values, each multiplied by its weight.
pub(super) fn weighted_sum(values: impl Iterator<Item = f32>, weights: &[f32]) -> f32 {
    values.zip(weights).map(|(value, weight)| value * weight).sum()
}
