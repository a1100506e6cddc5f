//! Pictures are drawn here, in a font of arbitrary glyphs: what is read does not hang on a shipped one.

use std::collections::BTreeMap;

use image::{Rgb, RgbImage};

use super::alphabet::Alphabet;
use super::lattice::Upright;
use super::unknown::UnknownFont;
use super::upright::Found;
use super::{How, NotRead, Seen, Shapes, Words, ink, purple, read, score, shelf};

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
    drawn_in_cells(lines, font, 8)
}

/// A screen whose cells are that many pixels wide.
fn drawn_in_cells(lines: &[&str], font: &Shapes, width: usize) -> RgbImage {
    let mut picture = RgbImage::from_pixel(80 * width as u32, 400, PAPER);
    let mut row = 0;
    for line in lines {
        for (index, character) in line.chars().enumerate() {
            let (left, top) = (index % 80 * width, (row + index / 80) * 16);
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

/// The shipped font with the heads of its characters a pixel aside, and so many pixels lower in the cells.
fn bent(down: isize) -> Shapes {
    let mut font = shelf::shipped();
    let (width, height) = (font.width as isize, font.height as isize);
    for pixels in font.glyphs.values_mut() {
        let upright = std::mem::replace(pixels, vec![false; font.width * font.height]);
        for (place, _) in upright.iter().enumerate().filter(|(_, lit)| **lit) {
            let (x, y) = (place as isize % width, place as isize / width + down);
            let x = x + isize::from(y < 8);
            if (0..width).contains(&x) && y < height {
                pixels[(y * width + x) as usize] = true;
            }
        }
    }
    font
}

/// A font that is unlike the known one: what every screen prints says which character is which.
#[test]
fn a_font_that_nobody_knows_is_deciphered() {
    let picture = drawn(&SCREEN, &bent(2));
    let reading = read(&picture, &[shelf::shipped()], &Words::new([])).expect("a screen");
    assert_eq!(reading.how, How::Deciphered);
    assert_eq!(reading.text().lines().collect::<Vec<_>>(), SCREEN);
}

/// The shipped font without the right end of each stroke, two pixels lower in the cells.
fn thin() -> Shapes {
    let mut font = bent(2);
    let width = font.width;
    for pixels in font.glyphs.values_mut() {
        for row in pixels.chunks_exact_mut(width) {
            let bold = row.to_vec();
            for x in 1..width {
                let is_right_end = bold[x - 1] && bold.get(x + 1) != Some(&true);
                row[x] = bold[x] && !is_right_end;
            }
        }
    }
    font
}

/// A text mode leaves a gap between its cells.
#[test]
fn a_text_mode_in_a_thin_font_is_deciphered() {
    let picture = drawn_in_cells(&SCREEN, &thin(), 9);
    let reading = read(&picture, &[shelf::shipped()], &Words::new([])).expect("a screen");
    assert_eq!(reading.how, How::Deciphered);
    assert_eq!(reading.text().lines().collect::<Vec<_>>(), SCREEN);
}

/// A grid that cuts all characters: the one of a console that fills the picture is tried.
#[test]
fn a_console_that_fills_the_picture_is_deciphered_where_no_font_finds_its_cells() {
    let picture = drawn_in_cells(&SCREEN, &bent(2), 9);
    let screen = purple::find_screen(&picture).expect("purple");
    let ink = ink::ink_of(&picture, &screen);
    let alphabets = [Alphabet::new(&shelf::shipped())];
    let grid = Upright { x: 1.6, pitch_x: 6.86, y: 1.6, pitch_y: 15.996 };
    let found = Found { grid, cost: 0.54, rows: (0..6).collect() };
    let look = score::best_look(&ink, &alphabets[0], &found.rows, grid);
    let (seen, words) = (Seen::known(alphabets[0].clone(), look), Words::new([]));
    let (ink, alphabets, words) = (&ink, &alphabets[..], &words);
    let unknown = UnknownFont { ink, alphabets, words, found: &found, seen: &seen };
    let reading = unknown.read().expect("a screen");
    assert_eq!(reading.text().lines().collect::<Vec<_>>(), SCREEN);
}

/// No two cells are equal where a viewer has resized a screen: a known font is fitted to it.
#[test]
fn a_resized_screen_in_a_font_that_nobody_knows_is_read() {
    let picture = drawn(&SCREEN, &bent(0));
    let resized =
        image::imageops::resize(&picture, 811, 507, image::imageops::FilterType::Triangle);
    let reading = read(&resized, &[shelf::shipped()], &Words::new([])).expect("a screen");
    assert_eq!(reading.how, How::Deciphered);
    let text = reading.text();
    assert_eq!(text.lines().skip(3).collect::<Vec<_>>(), SCREEN[3..]);
    // `I` stands there once, and differs from `l` by a few pixels.
    let errors = strsim::levenshtein(text.trim_end(), &SCREEN.join("\n"));
    assert!(errors <= 1, "{errors} errors in {text}");
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

/// A dialogue of a console viewer: a bright rectangle with dark words.
fn with_dialogue(mut picture: RgbImage, (left, top): (u32, u32)) -> RgbImage {
    for (x, y) in (0..110).flat_map(|y| (0..240).map(move |x| (x, y))) {
        let is_letter = (40..52).contains(&y) && x % 9 < 2;
        let colour = if is_letter { Rgb([20; 3]) } else { Rgb([240; 3]) };
        picture.put_pixel(left + x, top + y, colour);
    }
    picture
}

#[test]
fn a_dialogue_beside_the_text_is_none() {
    let picture = with_dialogue(drawn(&SCREEN, &arbitrary_font()), (180, 200));
    assert_eq!(check(&picture, &SCREEN), How::Exact);
}

#[test]
fn no_letters_are_read_in_a_dialogue_on_the_text() {
    let mut lines: Vec<&str> = SCREEN.repeat(2);
    lines.truncate(11);
    let picture = with_dialogue(drawn(&lines, &arbitrary_font()), (180, 100));
    let reading = read(&picture, &[arbitrary_font()], &Words::new([])).expect("a screen");
    let text = reading.text();
    for (row, line) in text.lines().enumerate() {
        for (letter, true_letter) in line.chars().zip(lines[row].chars()) {
            assert!([' ', '?', true_letter].contains(&letter), "{line}\n{}", lines[row]);
        }
    }
    assert_eq!(text.lines().next(), Some(SCREEN[0]));
}

#[test]
fn a_marked_line_makes_no_other_font_of_the_screen() {
    let lines = [&SCREEN[..], &SCREEN[..]].concat();
    let mut picture = drawn(&lines, &arbitrary_font());
    for (x, y) in (32..48).flat_map(|y| (0..200).map(move |x| (x, y))) {
        let is_paper = *picture.get_pixel(x, y) == PAPER;
        picture.put_pixel(x, y, if is_paper { Rgb([255, 255, 0]) } else { Rgb([0; 3]) });
    }
    let reading = read(&picture, &[arbitrary_font()], &Words::new([])).expect("a screen");
    assert_ne!(reading.how, How::Deciphered);
    assert_eq!(reading.lines[0].text(), SCREEN[0]);
}

#[test]
fn a_screen_on_its_side_or_head_is_read_where_it_is() {
    use image::imageops::{rotate90, rotate180, rotate270};
    let font = arbitrary_font();
    let picture = drawn(&SCREEN, &font);
    let turned = [
        (rotate90(&picture), (400.0, 0.0)),
        (rotate180(&picture), (640.0, 400.0)),
        (rotate270(&picture), (0.0, 640.0)),
    ];
    // Each takes seconds in an unoptimized build.
    let count = if std::env::var_os("PSOD_MATCH_THOROUGH").is_some() { turned.len() } else { 1 };
    for (picture, corner) in turned.into_iter().take(count) {
        let reading =
            read(&picture, std::slice::from_ref(&font), &Words::new([])).expect("a screen");
        assert_eq!(reading.lines[0].cells[0].corners[0], corner);
        assert_eq!(reading.text().lines().collect::<Vec<_>>(), SCREEN);
    }
}

#[test]
fn rows_and_columns_that_a_viewer_leaves_out_are_no_other_letters() {
    let picture = drawn(&SCREEN, &arbitrary_font());
    for factor in [0.8, 1.23, 1.7] {
        let (width, height) = ((640.0 * factor) as u32, (400.0 * factor) as u32);
        let filter = image::imageops::FilterType::Nearest;
        check(&image::imageops::resize(&picture, width, height, filter), &SCREEN);
    }
}

#[test]
fn what_a_left_out_row_has_told_apart_is_in_doubt() {
    let font = super::shelf::shipped();
    let picture = drawn(&SCREEN, &font);
    for factor in [0.9, 0.7] {
        let (width, height) = ((640.0 * factor) as u32, (400.0 * factor) as u32);
        let filter = image::imageops::FilterType::Nearest;
        let smaller = image::imageops::resize(&picture, width, height, filter);
        let reading =
            read(&smaller, std::slice::from_ref(&font), &Words::new([])).expect("a screen");
        for (line, expected) in reading.lines.iter().zip(SCREEN) {
            for (cell, letter) in line.cells.iter().zip(expected.chars()) {
                let is_sure = cell.confidence >= 0.7 && cell.character != ' ';
                assert!(
                    cell.character == letter || !is_sure,
                    "{letter}: {cell:?}\n{}",
                    line.text()
                );
            }
        }
    }
}

/// A photograph of a monitor that is held a little aslant, in a light that may change from row to row.
fn photographed(screen: &RgbImage, light: impl Fn(f32) -> f32) -> RgbImage {
    RgbImage::from_fn(1110, 720, |x, y| {
        let mut sum = [0.0; 3];
        for (right, down) in [(-0.4, -0.4), (0.4, -0.4), (-0.4, 0.4), (0.4, 0.4)] {
            let place = (x as f32 + 0.5 + right, y as f32 + 0.5 + down);
            let colour = photographed_colour(screen, place).unwrap_or([90, 95, 85]);
            sum = std::array::from_fn(|channel| sum[channel] + f32::from(colour[channel]) / 4.0);
        }
        Rgb(sum.map(|value| (value * light(y as f32) + 12.0) as u8))
    })
}

/// What of the screen is at a place of its photograph.
fn photographed_colour(screen: &RgbImage, (x, y): (f32, f32)) -> Option<[u8; 3]> {
    let (scale, slant) = (1.6, 0.01);
    let (x, y) = ((x - 40.0 - slant * y) / scale, (y - 40.0 + slant * x) / scale);
    let is_on = x >= 0.0 && y >= 0.0 && x < screen.width() as f32 && y < screen.height() as f32;
    is_on.then(|| screen.get_pixel(x as u32, y as u32).0)
}

#[test]
fn a_photograph_is_read() {
    let lines = [&SCREEN[..], &SCREEN[..]].concat();
    let picture = photographed(&drawn(&lines, &arbitrary_font()), |_| 0.85);
    assert_eq!(check(&picture, &lines), How::Photograph);
}

#[test]
fn the_lines_of_a_sensor_are_not_taken_for_those_of_the_text() {
    let lines = [&SCREEN[..], &SCREEN[..]].concat();
    let picture = photographed(&drawn(&lines, &arbitrary_font()), beat);
    assert_eq!(check(&picture, &lines), How::Photograph);
}

/// The light of a monitor that flickers while the sensor goes from row to row.
fn beat(y: f32) -> f32 {
    0.72 + 0.18 * (y * std::f32::consts::TAU / 5.3).sin()
}

#[test]
fn what_is_no_screen_is_not_read() {
    check_plain(1, 1, PAPER, NotRead::TooSmall);
    check_plain(0, 0, PAPER, NotRead::TooSmall);
    check_plain(300, 200, Rgb([20, 120, 20]), NotRead::NoPurple);
    check_plain(640, 400, PAPER, NotRead::NoGrid);
    let mut state = 7u32;
    let noise = RgbImage::from_fn(320, 240, |_, _| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        Rgb([(state >> 24) as u8, (state >> 16) as u8, (state >> 8) as u8])
    });
    assert!(read(&noise, &[arbitrary_font()], &Words::new([])).is_err());
}

#[track_caller]
fn check_plain(width: u32, height: u32, colour: Rgb<u8>, expected: NotRead) {
    let picture = RgbImage::from_pixel(width, height, colour);
    let found = read(&picture, &[arbitrary_font()], &Words::new([]));
    assert_eq!(found.err(), Some(expected));
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
