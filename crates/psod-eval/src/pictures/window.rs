//! A screen in the window of a console viewer, on a desktop: title bar, menu, borders, a task bar.

use fastrand::Rng;
use image::imageops::replace;
use image::{Rgb, RgbImage};

/// The screen in its window.
pub(crate) fn framed(screen: &RgbImage, rng: &mut Rng) -> RgbImage {
    let (left, right) = (rng.u32(2..200), rng.u32(2..200));
    let (above, below) = (rng.u32(0..80), rng.u32(0..90));
    let (title, menu, border) = (rng.u32(20..34), rng.u32(0..40), rng.u32(1..6));
    let width = screen.width() + left + right + 2 * border;
    let height = screen.height() + above + below + title + menu + border;
    let desktop = [Rgb([58, 110, 165]), Rgb([30, 30, 34]), Rgb([240, 240, 240])][rng.usize(0..3)];
    let mut picture = RgbImage::from_pixel(width, height, desktop);
    let chrome = Rgb([236, 233, 216]);
    let window =
        (left, above, screen.width() + 2 * border, screen.height() + title + menu + border);
    fill(&mut picture, window, chrome);
    let bar = [Rgb([0, 84, 227]), Rgb([255, 255, 255]), Rgb([60, 60, 60])][rng.usize(0..3)];
    fill(&mut picture, (left, above, window.2, title), bar);
    captions(&mut picture, (left + 8, above + title / 2 - 4), 30, rng);
    captions(&mut picture, (left + 8, above + title + menu / 2), 20, rng);
    fill(&mut picture, (0, height - below, width, below.min(30)), Rgb([24, 40, 80]));
    replace(&mut picture, screen, i64::from(left + border), i64::from(above + title + menu));
    picture
}

fn fill(picture: &mut RgbImage, (left, top, width, height): (u32, u32, u32, u32), colour: Rgb<u8>) {
    for y in top..(top + height).min(picture.height()) {
        for x in left..(left + width).min(picture.width()) {
            picture.put_pixel(x, y, colour);
        }
    }
}

/// Strokes of the size of letters, as the words of a title are.
fn captions(picture: &mut RgbImage, (left, top): (u32, u32), letters: u32, rng: &mut Rng) {
    for letter in 0..letters {
        let stroke = (left + letter * 7, top + rng.u32(0..4), rng.u32(1..5), rng.u32(1..8));
        fill(picture, stroke, Rgb([128; 3]));
    }
}
