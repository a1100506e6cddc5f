//! A monitor photographed: seen from aside, with the desk around it, blurred, unevenly lit, noisy.

use std::f32::consts::TAU;

use fastrand::Rng;
use image::imageops::{blur, crop_imm};
use image::{Rgb, RgbImage};

use super::Distorted;
use super::screen::{Console, Row};
use super::warp::{Corners, Projection};

/// How well a photograph is taken.
pub(crate) struct Camera {
    /// Of the width, how far a corner may be off.
    keystone: f64,
    /// Pixels of the photograph for one of the screen.
    scale: (f32, f32),
    /// Of a pixel of the screen.
    blur: (f32, f32),
    /// Of 255.
    noise: f32,
    moire: f32,
    glare: f32,
    quality: (u8, u8),
}

pub(crate) const CAREFUL: Camera = Camera {
    keystone: 0.02,
    scale: (1.1, 2.1),
    blur: (0.25, 0.6),
    noise: 6.0,
    moire: 0.0,
    glare: 0.0,
    quality: (75, 93),
};

pub(crate) const HARD: Camera = Camera {
    keystone: 0.025,
    scale: (0.95, 1.5),
    blur: (0.4, 0.75),
    noise: 10.0,
    moire: 0.16,
    glare: 110.0,
    quality: (40, 40),
};

/// The photograph, and the rows as far as they are in it.
pub(crate) fn taken(
    screen: &RgbImage,
    rows: Vec<Row>,
    console: Console,
    camera: &Camera,
    rng: &mut Rng,
) -> Distorted {
    let scale = between(camera.scale, rng);
    let monitor = monitor_around(screen, rng);
    let (width, height) = (f64::from(monitor.width()), f64::from(monitor.height()));
    let flat = [(0.0, 0.0), (width, 0.0), (width, height), (0.0, height)];
    let desk = (0.02 + 0.06 * rng.f64()) * width * f64::from(scale);
    let seen = corners(&flat, camera.keystone * width, f64::from(scale), desk, rng);
    let [across, down] =
        [width, height].map(|extent| (extent * f64::from(scale) + 2.0 * desk) as u32);
    let photograph = project(&monitor, &Projection::between(&seen, &flat), (across, down), rng);
    let sharp = blur(&photograph, between(camera.blur, rng) * scale);
    let lit = lit(sharp, camera, rng);
    let margin = (
        f64::from(monitor.width() - screen.width()) / 2.0,
        f64::from(monitor.height() - screen.height()) / 2.0,
    );
    let there = Projection::between(&flat, &seen);
    let edge = right_edge(&rows, console, lit.width(), margin, &there, rng);
    let pixels = crop_imm(&lit, 0, 0, edge, lit.height()).to_image();
    let rows = rows_within(rows, console, f64::from(edge), margin, &there);
    Distorted { pixels, quality: Some(rng.u8(camera.quality.0..=camera.quality.1)), rows }
}

fn between((low, high): (f32, f32), rng: &mut Rng) -> f32 {
    low + (high - low) * rng.f32()
}

/// The screen on its monitor: a wide one shows black bars beside it. A text mode of 720 × 400 is wider
/// than 16 to 9 already.
fn monitor_around(screen: &RgbImage, rng: &mut Rng) -> RgbImage {
    let bezel = rng.u32(8..40);
    let wide = (screen.height() * 16 / 9).saturating_sub(screen.width());
    let bars = if rng.bool() { wide } else { 0 };
    let (width, height) = (screen.width() + bars + 2 * bezel, screen.height() + 2 * bezel);
    let mut monitor = RgbImage::from_pixel(width, height, Rgb([rng.u8(4..30); 3]));
    image::imageops::replace(&mut monitor, screen, i64::from(bars / 2 + bezel), i64::from(bezel));
    monitor
}

fn corners(flat: &Corners, off: f64, scale: f64, desk: f64, rng: &mut Rng) -> Corners {
    flat.map(|(x, y)| {
        let moved = [x, y].map(|value| value * scale + desk + (rng.f64() - 0.5) * off * scale);
        moved.into()
    })
}

fn project(monitor: &RgbImage, back: &Projection, size: (u32, u32), rng: &mut Rng) -> RgbImage {
    let desk = [rng.u8(40..160), rng.u8(40..150), rng.u8(40..140)].map(f32::from);
    let slope = 30.0 * rng.f32();
    RgbImage::from_fn(size.0, size.1, |x, y| {
        let mut sum = [0.0; 3];
        for (dx, dy) in [(0.25, 0.25), (0.75, 0.25), (0.25, 0.75), (0.75, 0.75)] {
            let (u, v) = back.of(f64::from(x) + dx, f64::from(y) + dy);
            let inside = u >= 0.0
                && v >= 0.0
                && u < f64::from(monitor.width())
                && v < f64::from(monitor.height());
            let colour = if inside {
                monitor.get_pixel(u as u32, v as u32).0.map(f32::from)
            } else {
                desk.map(|value| value + slope * y as f32 / size.1 as f32)
            };
            sum = std::array::from_fn(|at| sum[at] + colour[at] / 4.0);
        }
        Rgb(sum.map(|value| value as u8))
    })
}

/// Light falls off to the edges, a lamp lies on the glass, rows of the sensor and of the monitor beat.
fn lit(mut photograph: RgbImage, camera: &Camera, rng: &mut Rng) -> RgbImage {
    let (width, height) = (photograph.width() as f32, photograph.height() as f32);
    let fall = 0.35 * rng.f32();
    let ambient = 8.0 + 16.0 * rng.f32();
    let tint: [f32; 3] = std::array::from_fn(|_| 0.82 + 0.2 * rng.f32());
    let lamp = (rng.f32(), rng.f32(), 0.05 + 0.12 * rng.f32(), camera.glare * rng.f32());
    let period = 5.0 + 18.0 * rng.f32();
    let angle = TAU * rng.f32();
    let beat = (
        angle.cos() * TAU / period,
        angle.sin() * TAU / period,
        camera.moire * (0.4 + 0.6 * rng.f32()),
    );
    for (x, y, pixel) in photograph.enumerate_pixels_mut() {
        let (u, v) = (x as f32 / width - 0.5, y as f32 / height - 0.5);
        let dark = 1.0 - fall * (u * u + v * v) * 2.0;
        let far = ((u + 0.5 - lamp.0).powi(2) + (v + 0.5 - lamp.1).powi(2)) / (lamp.2 * lamp.2);
        let glare = lamp.3 * (-far).exp();
        for (channel, value) in pixel.0.iter_mut().enumerate() {
            let wave = (x as f32 * beat.0 + y as f32 * beat.1 + channel as f32 * 2.1).sin();
            let noise = (rng.f32() + rng.f32() + rng.f32() - 1.5) * 2.0 * camera.noise;
            let light = f32::from(*value) * 0.9 * tint[channel] * dark * (1.0 + beat.2 * wave);
            *value = (light + ambient + glare + noise).clamp(0.0, 255.0) as u8;
        }
    }
    photograph
}

/// One photograph of three misses the end of the longest rows.
fn right_edge(
    rows: &[Row],
    console: Console,
    width: u32,
    margin: (f64, f64),
    there: &Projection,
    rng: &mut Rng,
) -> u32 {
    let longest = rows.iter().map(|row| row.text.len()).max().unwrap_or(0).max(1);
    if rng.u8(0..3) > 0 {
        return width;
    }
    let column = longest as f64 * (0.93 + 0.07 * rng.f64());
    let middle = margin.1 + (console.size.1 / 2) as f64;
    let (x, _) = there.of(margin.0 + column * console.cell.0 as f64, middle);
    (x as u32).clamp(1, width)
}

fn rows_within(
    rows: Vec<Row>,
    console: Console,
    edge: f64,
    margin: (f64, f64),
    there: &Projection,
) -> Vec<Row> {
    let rows = rows.into_iter().enumerate().map(|(down, mut row)| {
        let y = margin.1 + ((2 * down + 1) * console.cell.1) as f64 / 2.0;
        let visible = (0..row.text.len()).take_while(|across| {
            let x = margin.0 + ((across + 1) * console.cell.0) as f64;
            there.of(x, y).0 <= edge
        });
        row.text.truncate(visible.count());
        row
    });
    rows.collect()
}
