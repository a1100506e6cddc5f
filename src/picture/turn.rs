//! Maps that lie on their side or on their head: a telephone that was held flat notes no way up, and
//! messengers strip the note from the file.

use super::ink::Ink;
use super::plane::Plane;
use super::reading::Reading;

/// How a map is turned before it is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Turn {
    /// By a quarter, clockwise.
    Right,
    /// By a quarter, the other way.
    Left,
    /// On its head.
    Half,
}

impl Turn {
    /// Where a place of the turned map was, on a map of this size.
    fn back(self, (width, height): (f32, f32), (x, y): (f32, f32)) -> (f32, f32) {
        match self {
            Turn::Right => (y, height - x),
            Turn::Left => (width - y, x),
            Turn::Half => (width - x, height - y),
        }
    }

    /// The map, turned. It begins at no place of the picture: [`Turn::place_back`] says where it is.
    pub(super) fn turned(self, ink: &Ink) -> Ink {
        let (across, down) = (ink.plane.width, ink.plane.height);
        let (width, height) = if self == Turn::Half { (across, down) } else { (down, across) };
        let size = (across as f32, down as f32);
        let source = |x: usize, y: usize| {
            let (x, y) = self.back(size, (x as f32 + 0.5, y as f32 + 0.5));
            (x as usize, y as usize)
        };
        let plane = Plane::from_fn(width, height, |x, y| {
            let (x, y) = source(x, y);
            ink.plane.at(x, y)
        });
        let span = |y: usize| {
            let inside = |x: &usize| {
                let (x, y) = source(*x, y);
                ink.is_inside(x, y)
            };
            let ends = (0..width).find(inside).zip((0..width).rfind(inside));
            ends.map_or((0, 0), |(first, last)| (first, last + 1))
        };
        let spans = (0..height).map(span).collect();
        Ink { plane, spans, covers: Vec::new(), origin: (0.0, 0.0), ..*ink }
    }

    /// Brings the places of a reading of the turned map to those of the picture.
    pub(super) fn place_back(self, ink: &Ink, reading: &mut Reading) {
        let by = |pixels: usize| pixels as f32 * ink.factor;
        let size = (by(ink.plane.width), by(ink.plane.height));
        for cell in reading.lines.iter_mut().flat_map(|line| &mut line.cells) {
            cell.corners = cell.corners.map(|corner| {
                let (x, y) = self.back(size, corner);
                (ink.origin.0 + x, ink.origin.1 + y)
            });
        }
    }
}
