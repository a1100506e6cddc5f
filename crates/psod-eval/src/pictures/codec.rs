//! What remote consoles do to a screen on its way: fewer levels of colour, tiles with a palette of a few
//! colours, or colour at half the resolution. Equal characters stay equal as long as the tiles do.

use fastrand::Rng;
use image::{Rgb, RgbImage};

/// Pixels of a tile: a Dell and an HP console were seen to encode 16 × 16.
const TILE: u32 = 16;

/// Encoded and decoded again.
pub(crate) fn encoded_again(picture: &RgbImage, rng: &mut Rng) -> RgbImage {
    let ways = [fewer_levels, half_colour, tiles_of_levels];
    ways[rng.usize(0..ways.len())](picture, rng)
}

fn fewer_levels(picture: &RgbImage, rng: &mut Rng) -> RgbImage {
    let bits = [[5, 6, 5], [5, 5, 5], [3, 3, 2], [4, 4, 4]][rng.usize(0..4)];
    let mut coarse = picture.clone();
    for pixel in coarse.pixels_mut() {
        for (value, bits) in pixel.0.iter_mut().zip(bits) {
            *value = level(f32::from(*value), f32::from((1_u16 << bits) - 1));
        }
    }
    coarse
}

/// Each tile has its own coarseness, as a console under load sends some tiles worse.
fn tiles_of_levels(picture: &RgbImage, rng: &mut Rng) -> RgbImage {
    let mut coarse = picture.clone();
    for top in (0..picture.height()).step_by(TILE as usize) {
        for left in (0..picture.width()).step_by(TILE as usize) {
            let most = f32::from((1_u16 << rng.u8(3..=6)) - 1);
            for y in top..(top + TILE).min(picture.height()) {
                for x in left..(left + TILE).min(picture.width()) {
                    let pixel = coarse.get_pixel_mut(x, y);
                    pixel.0 = pixel.0.map(|value| level(f32::from(value), most));
                }
            }
        }
    }
    coarse
}

fn level(value: f32, most: f32) -> u8 {
    ((value / 255.0 * most).round() / most * 255.0) as u8
}

/// Brightness in full, colour once for 2 × 2 pixels.
fn half_colour(picture: &RgbImage, rng: &mut Rng) -> RgbImage {
    let step = f32::from(rng.u8(4..=12));
    let mut mixed = picture.clone();
    for y in (0..picture.height()).step_by(2) {
        for x in (0..picture.width()).step_by(2) {
            let around: Vec<(u32, u32)> = [(0, 0), (1, 0), (0, 1), (1, 1)]
                .iter()
                .map(|(dx, dy)| (x + dx, y + dy))
                .filter(|(x, y)| *x < picture.width() && *y < picture.height())
                .collect();
            let [mut blue, mut red] = [0.0; 2];
            for (x, y) in &around {
                let [_, b, r] = split(picture.get_pixel(*x, *y));
                (blue, red) = (blue + b / around.len() as f32, red + r / around.len() as f32);
            }
            for (x, y) in around {
                let [bright, ..] = split(picture.get_pixel(x, y));
                let coarse = [bright, blue, red].map(|value| (value / step).round() * step);
                mixed.put_pixel(x, y, joined(coarse));
            }
        }
    }
    mixed
}

/// Brightness, blue and red difference by the weights of JPEG.
fn split(pixel: &Rgb<u8>) -> [f32; 3] {
    let [r, g, b] = pixel.0.map(f32::from);
    let bright = 0.299 * r + 0.587 * g + 0.114 * b;
    [bright, (b - bright) / 1.772, (r - bright) / 1.402]
}

fn joined([bright, blue, red]: [f32; 3]) -> Rgb<u8> {
    let (r, b) = (bright + 1.402 * red, bright + 1.772 * blue);
    let g = (bright - 0.299 * r - 0.114 * b) / 0.587;
    Rgb([r, g, b].map(|value| value.round().clamp(0.0, 255.0) as u8))
}
