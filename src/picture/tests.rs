//! Pictures are drawn here, in a font of arbitrary glyphs: what is read does not hang on a shipped one.

use std::collections::BTreeMap;

use image::{Rgb, RgbImage};

use super::{How, NotRead, Shapes, Words, read};

const PAPER: Rgb<u8> = Rgb([159, 0, 159]);
const SCREEN: [&str; 6] = [
    "VMware ESXi 6.7.0 [Releasebuild-8169922 x86_64]",
    "#PF Exception 14 in world 2097152:idle1 IP 0x418012345678 addr 0x0",
    "cr0=0x80010031 cr2=0x0 cr3=0x12345000 cr4=0x42668",
    "0x439112345678:[0x41801234abcd]Panic@vmkernel#nover+0x123 stack: 0x0",
    "0x4391123456f8:[0x41801239ef01]CpuSched_StartWorld@vmkernel#nover+0x99 stack: 0x0",
    "Coredump to disk. Slot 1 of 1 on device naa.0123456789abcdef:9.",
];

/// A glyph for each printable character, of pixels that only a generator of numbers chose.
fn arbitrary_font() -> Shapes {
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut glyphs = BTreeMap::new();
    for character in ' '..='~' {
        let mut pixels = vec![false; 8 * 16];
        for y in 2..12 {
            for x in 0..7 {
                state ^= state << 13;
                state ^= state >> 7;
                state ^= state << 17;
                pixels[y * 8 + x] = character != ' ' && state % 5 < 2;
            }
        }
        glyphs.insert(character, pixels);
    }
    Shapes { width: 8, height: 16, glyphs, name: "arbitrary".to_owned() }
}

/// A screen of 80 columns with some lines, each broken where its row is full.
fn drawn(lines: &[&str], font: &Shapes) -> RgbImage {
    let mut picture = RgbImage::from_pixel(640, 400, PAPER);
    let mut row = 0;
    for line in lines {
        for (index, character) in line.chars().enumerate() {
            let (left, top) = (index % 80 * 8, (row + index / 80) * 16);
            for (pixel, _) in font.glyphs[&character].iter().enumerate().filter(|(_, lit)| **lit) {
                picture.put_pixel(
                    (left + pixel % 8) as u32,
                    (top + pixel / 8) as u32,
                    Rgb([255; 3]),
                );
            }
        }
        row += line.len() / 80 + 1;
    }
    picture
}

fn check(picture: &RgbImage, expected: &[&str]) -> How {
    let reading = read(picture, &[arbitrary_font()], &Words::new([])).expect("a screen");
    assert_eq!(reading.text().lines().collect::<Vec<_>>(), expected);
    reading.how
}

#[test]
fn a_screenshot_is_read_to_the_letter() {
    assert_eq!(check(&drawn(&SCREEN, &arbitrary_font()), &SCREEN), How::Exact);
}

#[test]
fn a_line_goes_on_in_the_next_row_where_its_row_is_full() {
    let long = format!("{} {}", SCREEN[3], SCREEN[2]);
    let full = &long[..80];
    let lines = [SCREEN[0], &long, SCREEN[1], full, SCREEN[2]];
    check(&drawn(&lines, &arbitrary_font()), &lines);
}

#[test]
fn a_scaled_screen_is_read() {
    let picture = drawn(&SCREEN, &arbitrary_font());
    let scaled = image::imageops::resize(&picture, 811, 533, image::imageops::FilterType::Triangle);
    assert_eq!(check(&scaled, &SCREEN), How::Scaled);
}

#[test]
fn a_screen_on_a_desk_is_read_where_it_lies() {
    let font = arbitrary_font();
    let mut desk = RgbImage::from_pixel(900, 600, Rgb([90, 100, 80]));
    image::imageops::replace(&mut desk, &drawn(&SCREEN, &font), 130, 70);
    let reading = read(&desk, &[font], &Words::new([])).expect("a screen");
    assert_eq!(reading.lines[0].cells[0].corners[0], (130.0, 70.0));
}

#[test]
fn what_is_no_screen_is_not_read() {
    let font = [arbitrary_font()];
    let words = Words::new([]);
    let plain = |width, height, colour| {
        read(&RgbImage::from_pixel(width, height, colour), &font, &words).err()
    };
    assert_eq!(plain(1, 1, PAPER), Some(NotRead::TooSmall));
    assert_eq!(plain(0, 0, PAPER), Some(NotRead::TooSmall));
    assert_eq!(plain(300, 200, Rgb([20, 120, 20])), Some(NotRead::NoPurple));
    assert_eq!(plain(640, 400, PAPER), Some(NotRead::NoGrid));
    let mut state = 7u32;
    let noise = RgbImage::from_fn(320, 240, |_, _| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        Rgb([(state >> 24) as u8, (state >> 16) as u8, (state >> 8) as u8])
    });
    assert!(read(&noise, &font, &words).is_err());
}

#[test]
fn no_size_is_too_odd() {
    let words = Words::new([]);
    for (width, height) in [(60, 24), (61, 25), (640, 24), (60, 400), (97, 33), (2000, 24)] {
        let mut picture = RgbImage::from_pixel(width, height, PAPER);
        for (x, y, pixel) in picture.enumerate_pixels_mut() {
            if (x * 7 + y * 13) % 11 < 3 {
                *pixel = Rgb([255; 3]);
            }
        }
        let _ = read(&picture, &[arbitrary_font()], &words);
    }
    assert!(read(&drawn(&SCREEN, &arbitrary_font()), &[], &words).is_err());
}
