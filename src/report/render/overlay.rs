//! A picture with what was read laid over it, as parts of an SVG.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::message::Catalog;
use crate::picture::load::media_type;
use crate::picture::{ReadCell, ReadLine};
use crate::read::{ShownPicture, is_doubtful};
use crate::text::escape_terminal;

/// A picture and the runs of characters on it.
pub(super) struct Overlay {
    pub(super) title: String,
    /// The picture itself, as an address of the form `data:image/png;base64,…`.
    pub(super) address: String,
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) runs: Vec<Run>,
}

/// Characters beside each other, of which all are in doubt or none is.
pub(super) struct Run {
    pub(super) class: &'static str,
    pub(super) text: String,
    /// Where its base line begins.
    pub(super) x: String,
    pub(super) y: String,
    pub(super) turn: String,
    pub(super) length: String,
    pub(super) height: String,
}

impl Overlay {
    /// Lays what was read over the picture.
    pub(super) fn new(shown: &ShownPicture, catalog: &Catalog) -> Self {
        let name = escape_terminal(&shown.name);
        Self {
            title: catalog.text("picture-drawn", &[("name", &name)]),
            address: format!(
                "data:{};base64,{}",
                media_type(&shown.file),
                STANDARD.encode(&*shown.file)
            ),
            width: shown.size.0,
            height: shown.size.1,
            runs: shown.lines.iter().flat_map(runs).collect(),
        }
    }
}

fn runs(line: &ReadLine) -> Vec<Run> {
    line.cells.chunk_by(are_of_one_run).filter_map(Run::new).collect()
}

fn are_of_one_run(one: &ReadCell, other: &ReadCell) -> bool {
    let goes_on = (one.corners[1].1 - other.corners[0].1).abs() < height(one)
        && other.corners[0].0 >= one.corners[0].0;
    one.character != ' '
        && other.character != ' '
        && goes_on
        && is_doubtful(one.confidence) == is_doubtful(other.confidence)
}

/// How high a cell is in the picture.
fn height(cell: &ReadCell) -> f32 {
    let [top, _, _, bottom] = cell.corners;
    (bottom.0 - top.0).hypot(bottom.1 - top.1)
}

impl Run {
    fn new(cells: &[ReadCell]) -> Option<Self> {
        let (first, last) = (cells.first()?, cells.last()?);
        let height = height(first);
        if first.character == ' ' || height <= 0.0 {
            return None;
        }
        let (left, right) = (first.corners[3], last.corners[2]);
        let (across, down) = (right.0 - left.0, right.1 - left.1);
        let turn = down.atan2(across);
        // Letters stand a quarter of their height above the lower edge of the cell.
        let (x, y) = (left.0 + turn.sin() * height / 4.0, left.1 - turn.cos() * height / 4.0);
        Some(Self {
            class: if is_doubtful(first.confidence) { "doubtful" } else { "sure" },
            text: cells.iter().map(|cell| cell.character).collect(),
            x: with_tenths(x),
            y: with_tenths(y),
            turn: format!("{:.2}", turn.to_degrees()),
            length: with_tenths(across.hypot(down)),
            height: with_tenths(height * 0.8),
        })
    }
}

fn with_tenths(value: f32) -> String {
    format!("{value:.1}")
}
