//! Where in a picture the purple screen is.

use super::plane::percentile;
use super::reading::NotRead;

/// The longer side of the small picture in which purple is looked for.
const SMALL: usize = 500;
/// A paper is purple when red and blue are that far above green, in steps of 255.
const MIN_PURPLE: f32 = 12.0;
/// Shares of the full purple that may part a screen from what is around it, the usual one first.
const LIMITS: [f32; 8] = [0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6];
/// Fewer pixels than this share of what is below lie between the purple of a desk and that of a screen.
const MIN_VALLEY: f32 = 0.5;
/// A screen has at least this many pixels in width and height.
const MIN_SIDES: (usize, usize) = (60, 24);
/// The share of a picture that the smallest screen takes.
const MIN_SHARE: f32 = 0.004;

/// The part of a picture that is a purple screen.
#[derive(Debug, Clone)]
pub(super) struct Screen {
    pub(super) left: usize,
    pub(super) top: usize,
    pub(super) width: usize,
    pub(super) height: usize,
    /// Its borders are rows and columns of the picture.
    pub(super) upright: bool,
    /// How far red and blue of its paper are above green.
    pub(super) purple: f32,
    /// For each row of the part, from the top, the columns that are screen, from its left.
    pub(super) spans: Vec<(usize, usize)>,
}

/// How far red and blue are above green.
pub(super) fn purpleness(pixel: &[u8]) -> f32 {
    f32::from(pixel[0].min(pixel[2])) - f32::from(pixel[1])
}

/// A picture of purpleness, each `factor` pixels one.
struct Small {
    factor: usize,
    width: usize,
    height: usize,
    values: Vec<f32>,
}

impl Small {
    /// Where a column or row ends in the picture, which has `most` of them.
    fn end_behind(&self, last: usize, most: u32) -> usize {
        // The small picture leaves out the last pixels of a picture that its factor does not divide.
        let end = (last + 1) * self.factor;
        if end + self.factor > most as usize { most as usize } else { end }
    }
}

fn small_picture(picture: &image::RgbImage) -> Small {
    let (width, height) = (picture.width() as usize, picture.height() as usize);
    let factor = (width.max(height) / SMALL).max(1);
    let (small_width, small_height) = (width / factor, height / factor);
    let pixels = picture.as_raw();
    let mut values = Vec::with_capacity(small_width * small_height);
    for y in 0..small_height {
        for x in 0..small_width {
            let mut sum = 0.0;
            for row in y * factor..(y + 1) * factor {
                let start = (row * width + x * factor) * 3;
                sum +=
                    pixels[start..start + factor * 3].chunks_exact(3).map(purpleness).sum::<f32>();
            }
            values.push(sum / (factor * factor) as f32);
        }
    }
    Small { factor, width: small_width, height: small_height, values }
}

/// Grows (`on`) or shrinks (`!on`) what is set by `radius` pixels in both directions.
fn spread(mask: &[bool], width: usize, height: usize, radius: usize, on: bool) -> Vec<bool> {
    let mut across = vec![!on; mask.len()];
    let mut both = vec![!on; mask.len()];
    for (index, _) in mask.iter().enumerate().filter(|(_, is)| **is == on) {
        let (x, row) = (index % width, index / width * width);
        across[row + x.saturating_sub(radius)..=row + (x + radius).min(width - 1)].fill(on);
    }
    for (index, _) in across.iter().enumerate().filter(|(_, is)| **is == on) {
        let (x, y) = (index % width, index / width);
        for row in y.saturating_sub(radius)..=(y + radius).min(height - 1) {
            both[row * width + x] = on;
        }
    }
    both
}

/// The largest connected part of a mask.
fn largest_part(mask: &[bool], width: usize, height: usize) -> Vec<usize> {
    let mut seen = vec![false; mask.len()];
    let mut largest: Vec<usize> = Vec::new();
    for start in 0..mask.len() {
        if !mask[start] || seen[start] {
            continue;
        }
        seen[start] = true;
        let mut part = vec![start];
        let mut next = 0;
        while next < part.len() {
            let (x, y) = (part[next] % width, part[next] / width);
            next += 1;
            let neighbours = [
                (x > 0, -1),
                (x + 1 < width, 1),
                (y > 0, -(width as isize)),
                (y + 1 < height, width as isize),
            ];
            for (_, step) in neighbours.into_iter().filter(|(inside, _)| *inside) {
                let neighbour = (y * width + x).wrapping_add_signed(step);
                if mask[neighbour] && !seen[neighbour] {
                    seen[neighbour] = true;
                    part.push(neighbour);
                }
            }
        }
        if part.len() > largest.len() {
            largest = part;
        }
    }
    largest
}

/// The corners of the convex hull of points that are sorted by x, then y.
fn convex_hull(points: &[(f32, f32)]) -> Vec<(f32, f32)> {
    fn half<'a>(points: impl Iterator<Item = &'a (f32, f32)>) -> Vec<(f32, f32)> {
        let mut hull: Vec<(f32, f32)> = Vec::new();
        for &point in points {
            while let [.., a, b] = hull[..] {
                if (b.0 - a.0) * (point.1 - a.1) - (b.1 - a.1) * (point.0 - a.0) > 0.0 {
                    break;
                }
                hull.pop();
            }
            hull.push(point);
        }
        hull.pop();
        hull
    }
    let mut hull = half(points.iter());
    hull.extend(half(points.iter().rev()));
    hull
}

/// The columns of row `y` inside a convex polygon.
fn span_of_row(hull: &[(f32, f32)], y: f32) -> Option<(f32, f32)> {
    let (mut left, mut right) = (f32::MAX, f32::MIN);
    for (index, &(x0, y0)) in hull.iter().enumerate() {
        let (x1, y1) = hull[(index + 1) % hull.len()];
        if (y0 <= y) != (y1 <= y) {
            let x = x0 + (x1 - x0) * (y - y0) / (y1 - y0);
            left = left.min(x);
            right = right.max(x);
        }
    }
    (left < right).then_some((left, right))
}

/// The first and the last index at which at least the share `least` is purple, looking from both ends.
fn edges(shares: &[f32], least: f32) -> Option<(usize, usize)> {
    let first = shares.iter().position(|share| *share >= least)?;
    let last = shares.iter().rposition(|share| *share >= least)?;
    Some((first, last))
}

/// Whether the purple begins within a pixel or two: text or a frame beside it does not blur it.
fn is_sharp(shares: &[f32], (first, last): (usize, usize)) -> bool {
    let mut inner = shares[first..=last].to_vec();
    let usual = percentile(&mut inner, 0.5);
    let borders =
        [(first, first.checked_sub(1), first + 1), (last, Some(last + 1), last.saturating_sub(1))];
    borders.into_iter().all(|(edge, outer, inner)| {
        let outside = outer.and_then(|index| shares.get(index)).copied().unwrap_or(0.0);
        shares[edge] > 0.35 && shares[inner.min(shares.len() - 1)] - outside > 0.5 * usual
    })
}

/// The shares of purple pixels of the columns and of the rows of a part of a picture.
fn purple_shares(
    picture: &image::RgbImage,
    area: (usize, usize, usize, usize),
    least: f32,
) -> (Vec<f32>, Vec<f32>) {
    let (left, top, right, bottom) = area;
    let width = picture.width() as usize;
    let (mut columns, mut rows) = (vec![0.0; right - left], vec![0.0; bottom - top]);
    for y in top..bottom {
        let pixels = &picture.as_raw()[(y * width + left) * 3..(y * width + right) * 3];
        for (x, pixel) in pixels.chunks_exact(3).enumerate() {
            if purpleness(pixel) > least {
                columns[x] += 1.0;
                rows[y - top] += 1.0;
            }
        }
    }
    for share in &mut columns {
        *share /= (bottom - top) as f32;
    }
    for share in &mut rows {
        *share /= (right - left) as f32;
    }
    (columns, rows)
}

/// The share of the full purple above which a pixel is screen. A desk under a lamp may be a quarter as
/// purple as the screen on it; between the two few pixels lie, and there the limit belongs.
fn purple_from(values: &[f32], full: f32) -> f32 {
    const STEPS: usize = 50;
    let mut counts = [0usize; STEPS];
    for value in values {
        let step = (value / full * STEPS as f32).max(0.0) as usize;
        counts[step.min(STEPS - 1)] += 1;
    }
    let mut most_below = 0;
    let mut best = (MIN_VALLEY, LIMITS[0]);
    for limit in LIMITS {
        let around: usize = counts[(limit * STEPS as f32) as usize - 2..][..5].iter().sum();
        most_below = most_below.max(around);
        let depth = around as f32 / most_below.max(1) as f32;
        if depth < best.0 {
            best = (depth, limit);
        }
    }
    best.1
}

/// The purple part of a picture: the largest connected one, closed over its text.
pub(super) fn find_screen(picture: &image::RgbImage) -> Result<Screen, NotRead> {
    let (width, height) = (picture.width() as usize, picture.height() as usize);
    if width < MIN_SIDES.0 || height < MIN_SIDES.1 {
        return Err(NotRead::TooSmall);
    }
    let small = small_picture(picture);
    let full = percentile(&mut small.values.clone(), 0.985);
    if full < MIN_PURPLE {
        return Err(NotRead::NoPurple);
    }
    let least = (purple_from(&small.values, full) * full).max(10.0);
    let mask: Vec<bool> = small.values.iter().map(|value| *value > least).collect();
    let radius = (small.width.max(small.height) / 100).max(1);
    let grown = spread(&mask, small.width, small.height, radius, true);
    let closed = spread(&grown, small.width, small.height, radius, false);
    let part = largest_part(&closed, small.width, small.height);
    if (part.len() as f32) < MIN_SHARE * closed.len() as f32 {
        return Err(NotRead::NoPurple);
    }
    let screen = match upright_screen(picture, &small, &part, full) {
        Some(screen) => screen,
        None => slanted_screen(picture, &small, &part, full),
    };
    if screen.width < MIN_SIDES.0 || screen.height < MIN_SIDES.1 {
        return Err(NotRead::TooSmall);
    }
    Ok(screen)
}

/// The rectangle around a part of the small picture, `margin` small pixels wider, in the picture.
fn area_of(
    small: &Small,
    part: &[usize],
    margin: usize,
    picture: &image::RgbImage,
) -> (usize, usize, usize, usize) {
    let columns = least_and_most(part.iter().map(|index| index % small.width));
    let rows = least_and_most(part.iter().map(|index| index / small.width));
    (
        columns.0.saturating_sub(margin) * small.factor,
        rows.0.saturating_sub(margin) * small.factor,
        small.end_behind(columns.1 + margin, picture.width()),
        small.end_behind(rows.1 + margin, picture.height()),
    )
}

/// The least and the most of some places; 0 of none.
fn least_and_most(places: impl Iterator<Item = usize> + Clone) -> (usize, usize) {
    (places.clone().min().unwrap_or(0), places.max().unwrap_or(0))
}

/// The screen, when its four borders are rows and columns of the picture.
fn upright_screen(
    picture: &image::RgbImage,
    small: &Small,
    part: &[usize],
    purple: f32,
) -> Option<Screen> {
    let area = area_of(small, part, 1, picture);
    let (columns, rows) = purple_shares(picture, area, 0.5 * purple);
    let (across, down) = (edges(&columns, 0.3)?, edges(&rows, 0.3)?);
    if !is_sharp(&columns, across) || !is_sharp(&rows, down) {
        return None;
    }
    let (width, height) = (across.1 + 1 - across.0, down.1 + 1 - down.0);
    let spans = vec![(0, width); height];
    Some(Screen {
        left: area.0 + across.0,
        top: area.1 + down.0,
        width,
        height,
        upright: true,
        purple,
        spans,
    })
}

/// The screen as the hull of its purple.
fn slanted_screen(picture: &image::RgbImage, small: &Small, part: &[usize], purple: f32) -> Screen {
    let margin = 2;
    let (left, top, right, bottom) = area_of(small, part, margin, picture);
    let mut points: Vec<(f32, f32)> = Vec::new();
    // The small picture rounds the borders to half a pixel of its own.
    let m = 0.5;
    for index in part {
        let (x, y) = ((index % small.width) as f32 + 0.5, (index / small.width) as f32 + 0.5);
        points.extend([(x - m, y), (x + m, y), (x, y - m), (x, y + m)]);
    }
    points.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
    points.dedup();
    let hull: Vec<(f32, f32)> = convex_hull(&points)
        .into_iter()
        .map(|(x, y)| (x * small.factor as f32, y * small.factor as f32))
        .collect();
    let (width, height) = (right - left, bottom - top);
    let spans = (0..height).map(|y| {
        let Some((from, to)) = span_of_row(&hull, (top + y) as f32 + 0.5) else { return (0, 0) };
        let from = (from.max(left as f32) as usize).saturating_sub(left).min(width);
        (from, (to.max(0.0) as usize).saturating_sub(left).clamp(from, width))
    });
    let spans = spans.collect();
    Screen { left, top, width, height, upright: false, purple, spans }
}
