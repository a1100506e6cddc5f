//! Makes a slanted screen upright by its four borders.

use super::distance;
use super::ink::Ink;
use super::plane::{Plane, median, weighted_sum};

/// A straight border: `along` is the coordinate that runs, `level + slope * along` the other one.
#[derive(Debug, Clone, Copy)]
struct Border {
    level: f32,
    slope: f32,
}

/// A line through points, the first coordinate running; points aside count little.
fn border_through(points: &[(f32, f32)]) -> Option<Border> {
    let mut weights = vec![1.0f32; points.len()];
    let mut border = None;
    for _ in 0..8 {
        let sum: f32 = weights.iter().sum();
        if points.len() < 8 || sum <= 0.0 {
            return None;
        }
        let middle = weighted_sum(points.iter().map(|point| point.0), &weights) / sum;
        let height = weighted_sum(points.iter().map(|point| point.1), &weights) / sum;
        let (mut spread, mut common) = (1e-6, 0.0);
        for (point, weight) in points.iter().zip(&weights) {
            spread += weight * (point.0 - middle).powi(2);
            common += weight * (point.0 - middle) * (point.1 - height);
        }
        let slope = common / spread;
        let level = height - slope * middle;
        let rests: Vec<f32> =
            points.iter().map(|point| (point.1 - level - slope * point.0).abs()).collect();
        let usual = median(&mut rests.clone()) + 0.2;
        for (weight, rest) in weights.iter_mut().zip(rests) {
            *weight = 1.0 / (1.0 + (rest / (2.0 * usual)).powi(2)).powi(2);
        }
        border = Some(Border { level, slope });
    }
    border
}

/// The middle of a run of border points: corners are round.
fn without_ends(points: Vec<(f32, f32)>) -> Vec<(f32, f32)> {
    let cut = points.len() / 10;
    points[cut..points.len() - cut].to_vec()
}

/// The corner of a border that runs down (x by y) and one that runs across (y by x).
fn corner(down: Border, across: Border) -> (f32, f32) {
    // x = a + b y and y = c + d x
    let x = (down.level + down.slope * across.level) / (1.0 - down.slope * across.slope);
    (x, across.level + across.slope * x)
}

/// The corners of a screen, upper left first and then clockwise, from the spans of its rows.
pub(super) fn corners_of(spans: &[(usize, usize)], width: usize) -> Option<[(f32, f32); 4]> {
    let (mut left, mut right) = (Vec::new(), Vec::new());
    for (y, span) in spans.iter().enumerate().filter(|(_, span)| span.0 < span.1) {
        left.push((y as f32 + 0.5, span.0 as f32));
        right.push((y as f32 + 0.5, span.1 as f32));
    }
    let (mut upper, mut lower) = (Vec::new(), Vec::new());
    for x in (0..width).step_by(2) {
        let first = spans.iter().position(|span| (span.0..span.1).contains(&x));
        let last = spans.iter().rposition(|span| (span.0..span.1).contains(&x));
        if let Some((first, last)) = first.zip(last) {
            upper.push((x as f32 + 0.5, first as f32));
            lower.push((x as f32 + 0.5, last as f32 + 1.0));
        }
    }
    let cut = [
        is_cut(&left, 0.0),
        is_cut(&right, width as f32),
        is_cut(&upper, 0.0),
        is_cut(&lower, spans.len() as f32),
    ];
    let (mut left, mut right, mut upper, mut lower) =
        (border_of(left)?, border_of(right)?, border_of(upper)?, border_of(lower)?);
    // What is cut runs as the border opposite.
    let sides = [(cut[0], &mut left, right.slope), (cut[2], &mut upper, lower.slope)];
    for (_, side, slope) in sides.into_iter().filter(|(is, _, _)| *is) {
        side.slope = slope;
    }
    for (_, side, slope) in [(cut[1], &mut right, left.slope), (cut[3], &mut lower, upper.slope)]
        .into_iter()
        .filter(|(is, _, _)| *is)
    {
        side.slope = slope;
    }
    Some([corner(left, upper), corner(right, upper), corner(right, lower), corner(left, lower)])
}

/// True for points along the border of the picture, which cuts the screen and is no border of it.
fn is_cut(points: &[(f32, f32)], at: f32) -> bool {
    points.iter().filter(|point| (point.1 - at).abs() < 1.5).count() * 2 > points.len()
}

fn border_of(points: Vec<(f32, f32)>) -> Option<Border> {
    border_through(&without_ends(points))
}

/// A plane seen in perspective.
#[derive(Debug, Clone, Copy)]
pub(super) struct Perspective {
    numbers: [f32; 8],
}

impl Perspective {
    /// Takes the rectangle `width` × `height` to four corners.
    pub(super) fn new(corners: [(f32, f32); 4], width: f32, height: f32) -> Perspective {
        let [p0, p1, p2, p3] = corners;
        let (dx1, dy1) = (p1.0 - p2.0, p1.1 - p2.1);
        let (dx2, dy2) = (p3.0 - p2.0, p3.1 - p2.1);
        let (sx, sy) = (p0.0 - p1.0 + p2.0 - p3.0, p0.1 - p1.1 + p2.1 - p3.1);
        let area = dx1 * dy2 - dx2 * dy1;
        let (g, h) = ((sx * dy2 - dx2 * sy) / area, (dx1 * sy - sx * dy1) / area);
        let (a, d) = (p1.0 - p0.0 + g * p1.0, p1.1 - p0.1 + g * p1.1);
        let (b, e) = (p3.0 - p0.0 + h * p3.0, p3.1 - p0.1 + h * p3.1);
        Perspective {
            numbers: [
                a / width,
                b / height,
                p0.0,
                d / width,
                e / height,
                p0.1,
                g / width,
                h / height,
            ],
        }
    }

    pub(super) fn at(&self, (x, y): (f32, f32)) -> (f32, f32) {
        let [a, b, c, d, e, f, g, h] = self.numbers;
        let depth = g * x + h * y + 1.0;
        ((a * x + b * y + c) / depth, (d * x + e * y + f) / depth)
    }
}

/// The screen made upright, and how to get from it back to the map that it was made of.
pub(super) fn rectified(ink: &Ink) -> Option<(Ink, Perspective)> {
    let corners = corners_of(&ink.spans, ink.plane.width)?;
    let width = (distance(corners[0], corners[1]) + distance(corners[2], corners[3])) / 2.0;
    let height = (distance(corners[0], corners[3]) + distance(corners[1], corners[2])) / 2.0;
    let most = 2.0 * (ink.plane.width.max(ink.plane.height)) as f32;
    if !(60.0..most).contains(&width) || !(24.0..most).contains(&height) {
        return None;
    }
    let perspective = Perspective::new(corners, width, height);
    let plane = Plane::from_fn(width as usize, height as usize, |x, y| {
        let (left, top) = perspective.at((x as f32 + 0.5, y as f32 + 0.5));
        ink.plane.sample(left, top)
    });
    let spans = vec![(0, plane.width); plane.height];
    let covers = Vec::new();
    Some((Ink { plane, spans, covers, upright: false, ..*ink }, perspective))
}
