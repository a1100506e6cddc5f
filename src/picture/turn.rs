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
        let plane = Plane::from_fn(width, height, |x, y| {
            let (x, y) = self.source(&ink.plane, x, y);
            ink.plane.at(x, y)
        });
        let spans = (0..height).map(|y| {
            let first = (0..width).find(|x| self.is_inside(ink, *x, y));
            let last = (0..width).rfind(|x| self.is_inside(ink, *x, y));
            first.zip(last).map_or((0, 0), |(first, last)| (first, last + 1))
        });
        let spans = spans.collect();
        Ink { plane, spans, covers: Vec::new(), origin: (0.0, 0.0), ..*ink }
    }

    /// The pixel of a map that a pixel of the turned map shows.
    fn source(self, plane: &Plane, x: usize, y: usize) -> (usize, usize) {
        let size = (plane.width as f32, plane.height as f32);
        let (x, y) = self.back(size, (x as f32 + 0.5, y as f32 + 0.5));
        (x as usize, y as usize)
    }

    /// Whether a pixel of the turned map belongs to the screen.
    fn is_inside(self, ink: &Ink, x: usize, y: usize) -> bool {
        let (x, y) = self.source(&ink.plane, x, y);
        ink.is_inside(x, y)
    }

    /// Brings the places of a reading of the turned map to those of the picture.
    pub(super) fn place_back(self, ink: &Ink, reading: &mut Reading) {
        let size = (ink.plane.width as f32 * ink.factor, ink.plane.height as f32 * ink.factor);
        for cell in reading.lines.iter_mut().flat_map(|line| &mut line.cells) {
            cell.corners = cell.corners.map(|corner| {
                let (x, y) = self.back(size, corner);
                (ink.origin.0 + x, ink.origin.1 + y)
            });
        }
    }
}
