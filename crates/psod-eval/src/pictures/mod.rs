//! Crash texts as pictures of screens, in the ways in which screens reach people: an exact screenshot, one
//! that a remote console has encoded again, scaled, compressed, framed by a window, photographed.
//!
//! [`Draft::draw`] paints a text in a given font, distorts it by its [`Class`] and says what a perfect
//! reader would answer. The same seed, name and class give the same picture.

mod codec;
pub mod doubt;
pub mod measure;
mod misses;
mod paint;
mod photograph;
pub mod score;
pub mod screen;
#[cfg(test)]
mod tests;
mod warp;
mod window;

use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::Cursor;

use anyhow::{Context, Result};
use fastrand::Rng;
use image::codecs::jpeg::JpegEncoder;
use image::imageops::{FilterType, resize};
use image::{ImageFormat, RgbImage};
use psod_match::picture::Shapes;

use paint::Colours;
use screen::{CONSOLES, Console, Row, Screen};

/// How a screen reached us as a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// Each pixel as the console drew it.
    Exact,
    /// Encoded again by a remote console.
    Codec,
    /// By .6 to 2.5, across and down apart.
    Scaled,
    /// JPEG of quality 30 to 90.
    Jpeg,
    /// 10 to 12 pixels a line.
    Tiny,
    /// In a window, on a desktop.
    Window,
    /// Off a monitor by a careful hand.
    Photograph,
    /// With moiré, glare and compression.
    Hard,
}

impl Class {
    /// Each with its name on the command line.
    pub const ALL: [(&str, Self); 8] = [
        ("exact", Self::Exact),
        ("codec", Self::Codec),
        ("scaled", Self::Scaled),
        ("jpeg", Self::Jpeg),
        ("tiny", Self::Tiny),
        ("window", Self::Window),
        ("photograph", Self::Photograph),
        ("hard", Self::Hard),
    ];

    /// The class of a name on the command line.
    #[must_use]
    pub fn of(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(known, _)| *known == name).map(|(_, class)| *class)
    }
}

/// What a picture is made of.
#[derive(Debug, Clone, Copy)]
pub struct Draft<'a> {
    /// The text.
    pub screen: &'a Screen,
    /// What distinguishes the text from others.
    pub name: &'a str,
    /// The font of the console.
    pub shapes: &'a Shapes,
    /// How it is distorted.
    pub class: Class,
    /// Other seeds give other pictures.
    pub seed: u64,
}

/// A picture and its truth.
#[derive(Debug, Clone)]
pub struct Picture {
    /// The file.
    pub bytes: Vec<u8>,
    /// `png` or `jpg`.
    pub extension: &'static str,
    /// What a perfect reader answers.
    pub truth: String,
}

/// Pixels and what is left of the rows.
pub(crate) struct Distorted {
    pub(crate) pixels: RgbImage,
    /// Quality of JPEG; PNG without.
    pub(crate) quality: Option<u8>,
    /// Rows whose end lies outside the picture are cut.
    pub(crate) rows: Vec<Row>,
}

impl Draft<'_> {
    /// Paints and distorts.
    ///
    /// # Errors
    /// When the picture cannot be encoded.
    pub fn draw(&self) -> Result<Picture> {
        let mut hasher = DefaultHasher::new();
        (self.seed, self.name, self.class).hash(&mut hasher);
        let mut rng = Rng::with_seed(hasher.finish());
        let console = self.console(&mut rng);
        let rows = self.screen.rows(console);
        let colours = Colours::draw(&mut rng);
        let exact = paint::paint(&rows, console, self.shapes, colours);
        let distorted = distort(self.class, exact, rows, console, &mut rng);
        let (bytes, extension) = encode(&distorted)?;
        Ok(Picture { bytes, extension, truth: screen::text_of(&distorted.rows) })
    }

    /// Most screens are framebuffers of 1,024 × 768.
    fn console(&self, rng: &mut Rng) -> Console {
        let console = match rng.u8(0..10) {
            0 => CONSOLES[2],
            1 | 2 => CONSOLES[1],
            _ => CONSOLES[0],
        };
        let (width, height) = (self.shapes.width.max(console.cell.0), self.shapes.height);
        let size = (
            console.size.0.max(width * console.columns),
            console.size.1.max(height * console.rows),
        );
        Console { cell: (width, height), size, ..console }
    }
}

fn distort(
    class: Class,
    exact: RgbImage,
    rows: Vec<Row>,
    console: Console,
    rng: &mut Rng,
) -> Distorted {
    let (pixels, quality) = match class {
        Class::Exact => (exact, None),
        Class::Codec => (codec::encoded_again(&exact, rng), None),
        Class::Scaled => (scaled(&exact, 0.6 + 1.9 * rng.f32(), rng), None),
        Class::Jpeg => (exact, Some(rng.u8(30..=90))),
        Class::Tiny => {
            let line = 10.0 + 2.0 * rng.f32();
            (scaled(&exact, line / console.cell.1 as f32, rng), None)
        }
        Class::Window => (window::framed(&exact, rng), None),
        Class::Photograph => {
            return photograph::taken(&exact, rows, console, &photograph::CAREFUL, rng);
        }
        Class::Hard => return photograph::taken(&exact, rows, console, &photograph::HARD, rng),
    };
    Distorted { pixels, quality, rows }
}

const FILTERS: [FilterType; 4] =
    [FilterType::Triangle, FilterType::CatmullRom, FilterType::Gaussian, FilterType::Lanczos3];

/// Viewers scale across and down apart: .774 × .678 was seen.
fn scaled(picture: &RgbImage, factor: f32, rng: &mut Rng) -> RgbImage {
    let apart = 0.92 + 0.16 * rng.f32();
    let nearest = factor >= 1.0 && rng.u8(0..5) == 0;
    let filter = if nearest { FilterType::Nearest } else { FILTERS[rng.usize(0..FILTERS.len())] };
    let width = (picture.width() as f32 * factor * apart).round() as u32;
    let height = (picture.height() as f32 * factor).round() as u32;
    resize(picture, width, height, filter)
}

fn encode(distorted: &Distorted) -> Result<(Vec<u8>, &'static str)> {
    let mut bytes = Vec::new();
    let Some(quality) = distorted.quality else {
        distorted.pixels.write_to(&mut Cursor::new(&mut bytes), ImageFormat::Png).context("PNG")?;
        return Ok((bytes, "png"));
    };
    JpegEncoder::new_with_quality(&mut bytes, quality)
        .encode_image(&distorted.pixels)
        .context("JPEG")?;
    Ok((bytes, "jpg"))
}
