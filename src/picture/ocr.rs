//! General text recognition as a second opinion, by a program that is installed: for pictures that are
//! no console, such as slides and web pages.

use std::io::{Cursor, Read, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use image::imageops::{FilterType, resize};
use image::{GrayImage, ImageFormat, Luma, RgbImage};

/// Text of a page has a few kilobytes; what a program prints beyond this is left out.
const MAX_TEXT: u64 = 1 << 20;

/// Height of a line, in pixels, at which tesseract errs least: on console fonts of 16 pixels three times as
/// large was best, and on larger pictures enlarging gained nothing.
const BEST_WIDTH: u32 = 3072;

/// Pixels after which enlarging stops.
const MAX_PIXELS: u64 = 16_000_000;

/// Why no text was recognised.
#[derive(Debug, thiserror::Error)]
pub enum NotRecognised {
    /// The program cannot be called.
    #[error("cannot run {program} ({source}); install it, or leave out --ocr")]
    Start {
        /// The program.
        program: String,
        /// The cause.
        source: std::io::Error,
    },
    /// The program took too long.
    #[error("{program} found no text within {seconds} seconds")]
    TooLong {
        /// The program.
        program: String,
        /// The bound.
        seconds: u64,
    },
    /// The program failed.
    #[error("{program} failed: {reason}")]
    Failed {
        /// The program.
        program: String,
        /// What it printed last.
        reason: String,
    },
}

/// The text that `program`, called as tesseract is, finds in a picture.
///
/// # Errors
/// Why it found none.
pub fn recognised(
    picture: &RgbImage,
    program: &Path,
    most: Duration,
) -> Result<String, NotRecognised> {
    let name = program.display().to_string();
    let mut page = Vec::new();
    let encoded = dark_on_light(picture).write_to(&mut Cursor::new(&mut page), ImageFormat::Png);
    encoded.map_err(|error| failure(&name, error.to_string()))?;
    let mut child = Command::new(program)
        .args(["stdin", "stdout", "--psm", "6"])
        // It takes every processor otherwise, and is slower by it.
        .env("OMP_THREAD_LIMIT", "1")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|source| NotRecognised::Start { program: name.clone(), source })?;
    let printed = converse(&mut child, page, most);
    let _ = child.kill();
    let ended = child.wait();
    let Some((text, complaint)) = printed else {
        return Err(NotRecognised::TooLong { program: name, seconds: most.as_secs() });
    };
    if text.trim().is_empty() && !ended.is_ok_and(|status| status.success()) {
        let last = complaint
            .lines()
            .rev()
            .find(|line| !line.trim().is_empty())
            .unwrap_or("no reason given");
        return Err(failure(&name, last.to_owned()));
    }
    Ok(text)
}

fn failure(program: &str, reason: String) -> NotRecognised {
    NotRecognised::Failed { program: program.to_owned(), reason }
}

/// Gives a page to the program and takes what it prints; `None` when that takes too long. A thread for each
/// pipe, because a full one stops the program.
fn converse(child: &mut Child, page: Vec<u8>, most: Duration) -> Option<(String, String)> {
    let (sender, printed) = mpsc::channel();
    let (complained, complaints) = mpsc::channel();
    let mut input = child.stdin.take()?;
    let (mut output, mut errors) = (child.stdout.take()?, child.stderr.take()?);
    thread::spawn(move || {
        // A program that ends early says why on standard error.
        let _ = input.write_all(&page);
    });
    thread::spawn(move || sender.send(read_text(&mut output)));
    thread::spawn(move || complained.send(read_text(&mut errors)));
    let text = printed.recv_timeout(most).ok()?;
    let complaint = complaints.recv_timeout(Duration::from_millis(200)).unwrap_or_default();
    Some((text, complaint))
}

fn read_text(pipe: &mut dyn Read) -> String {
    let mut bytes = Vec::new();
    // What was printed before a failure counts.
    let _ = pipe.take(MAX_TEXT).read_to_end(&mut bytes);
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Black letters on white paper, enlarged: purple has no green, letters of any colour have.
fn dark_on_light(picture: &RgbImage) -> GrayImage {
    let green = GrayImage::from_fn(picture.width(), picture.height(), |x, y| {
        let [red, green, blue] = picture.get_pixel(x, y).0;
        let purple = u16::from(green) * 2 < u16::from(red.min(blue));
        Luma([255 - if purple { green } else { green.max(red.min(blue)) }])
    });
    let enlarged = f64::from(BEST_WIDTH) / f64::from(picture.width().max(1));
    let pixels = u64::from(picture.width()) * u64::from(picture.height());
    let bounded = (MAX_PIXELS as f64 / pixels.max(1) as f64).sqrt();
    let factor = enlarged.min(bounded).min(3.0);
    if factor <= 1.2 {
        return green;
    }
    let width = f64::from(picture.width()) * factor;
    let height = f64::from(picture.height()) * factor;
    resize(&green, width as u32, height as u32, FilterType::CatmullRom)
}
