//! Pictures of screens as inputs: drawn here in the shipped font, as a console draws them.

use std::fs;
use std::io::Cursor;
use std::path::PathBuf;

use assert_cmd::Command;
use assert_cmd::cargo::cargo_bin_cmd;
use image::{ImageFormat, Rgb, RgbImage};
use psod_match::picture::font::psf_of;
use psod_match::picture::shelf::shipped;
use serde_json::Value;
use tempfile::TempDir;

const COLUMNS: usize = 128;
const PURPLE: Rgb<u8> = Rgb([160, 0, 160]);

/// The lines of a known crash, as a screen prints them.
fn screen() -> Vec<String> {
    let log = fs::read_to_string("examples/known-issue.txt").expect("an example");
    let bodies = log
        .lines()
        .map(|line| line.split_once("cpu56:2097460)").map_or(line, |(_, body)| body).to_owned());
    let header = "VMware ESXi 7.0.3 [Releasebuild-20328353 x86_64]".to_owned();
    let closing = "No port for remote debugger. Press \"Escape\" for local debugger.".to_owned();
    std::iter::once(header).chain(bodies).chain([closing]).collect()
}

/// The screen as the console draws it: long lines go on in the next row.
fn drawn(lines: &[String]) -> RgbImage {
    let font = shipped();
    let letters: Vec<Vec<char>> = lines.iter().map(|line| line.chars().collect()).collect();
    let rows: Vec<&[char]> = letters.iter().flat_map(|line| line.chunks(COLUMNS)).collect();
    // Fewer rows than a console has are read sooner.
    let (width, height) = (COLUMNS * font.width, (rows.len() + 2) * font.height);
    let mut picture = RgbImage::from_pixel(width as u32, height as u32, PURPLE);
    for (down, row) in rows.into_iter().enumerate() {
        for (across, letter) in row.iter().enumerate() {
            let glyph = font.glyphs[letter].iter().enumerate().filter(|(_, lit)| **lit);
            for (at, _) in glyph {
                let (x, y) =
                    (across * font.width + at % font.width, down * font.height + at / font.width);
                picture.put_pixel(x as u32, y as u32, Rgb([255; 3]));
            }
        }
    }
    picture
}

fn png(picture: &RgbImage) -> Vec<u8> {
    let mut bytes = Vec::new();
    picture.write_to(&mut Cursor::new(&mut bytes), ImageFormat::Png).expect("memory");
    bytes
}

/// A directory with files, and where the program keeps its data.
struct Place(TempDir);

impl Place {
    fn new(files: &[(&str, &[u8])]) -> Self {
        let place = Self(tempfile::tempdir().expect("a directory"));
        for (name, content) in files {
            fs::write(place.path(name), content).expect("written");
        }
        place
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = cargo_bin_cmd!("psod-match");
        command
            .env("XDG_CACHE_HOME", env!("CARGO_TARGET_TMPDIR"))
            .env("XDG_DATA_HOME", self.path("data"))
            .env_remove("PSOD_MATCH_KB")
            .env("LC_ALL", "C")
            .current_dir(self.0.path())
            .args(arguments);
        command
    }

    /// Runs, checks the exit status, and returns what was printed.
    #[track_caller]
    fn run(&self, arguments: &[&str], status: i32) -> (String, String) {
        let output = self.command(arguments).output().expect("a run");
        let [printed, complaints] =
            [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).expect("text"));
        assert_eq!(output.status.code(), Some(status), "{printed}\n{complaints}");
        (printed, complaints)
    }
}

#[track_caller]
fn only_json(text: &str) -> Value {
    serde_json::from_str(text.trim_end()).expect("one object")
}

#[test]
fn a_screenshot_is_answered_as_its_text() {
    let lines = screen();
    let place =
        Place::new(&[("a.png", &png(&drawn(&lines))), ("a.txt", lines.join("\n").as_bytes())]);
    let (picture, _) = place.run(&["--format", "json", "a.png"], 0);
    let (text, _) = place.run(&["--format", "json", "a.txt"], 0);
    let (picture, text) = (only_json(&picture), only_json(&text));
    assert_eq!(picture["fingerprint"], text["fingerprint"]);
    assert_eq!(picture["matches"][0]["issue"], text["matches"][0]["issue"]);
    assert_eq!(picture["crash"]["backtrace"], text["crash"]["backtrace"]);
    assert_eq!(picture["crash"]["picture"]["doubtful"], 0);
    assert!(text["crash"]["picture"].is_null());
    let (answer, _) = place.run(&["-v", "a.png"], 0);
    assert!(answer.contains("read from a picture: a screenshot"), "{answer}");
}

#[test]
fn pictures_come_in_archives_and_on_standard_input() {
    let bytes = png(&drawn(&screen()));
    let mut archive = tar::Builder::new(Vec::new());
    let mut header = tar::Header::new_gnu();
    header.set_size(bytes.len() as u64);
    archive.append_data(&mut header, "shots/psod.png", &bytes[..]).expect("memory");
    let place = Place::new(&[("a.tar", &archive.into_inner().expect("memory"))]);
    let (answer, _) = place.run(&["a.tar"], 0);
    assert!(answer.contains("KB370976") && answer.contains("shots/psod.png"), "{answer}");
    let output = place.command(&["-"]).write_stdin(bytes).output().expect("a run");
    assert!(String::from_utf8_lossy(&output.stdout).contains("KB370976"));
}

#[test]
fn pictures_of_one_screen_are_joined_and_others_are_not() {
    let lines = screen();
    let whole = drawn(&lines);
    let other = Place::new(&[
        ("a.png", &part(&whole, 0, 9)),
        ("b.png", &part(&whole, 5, 7)),
        ("c.png", b"\x89PNG\r\n\x1a\n"),
    ]);
    let (answer, complaints) = other.run(&["--format", "json", "a.png", "b.png", "c.png"], 2);
    let answer = only_json(&answer);
    let pictures = answer["crash"]["picture"]["pictures"].as_array().expect("pictures");
    let names: Vec<&str> = pictures.iter().filter_map(|part| part["name"].as_str()).collect();
    assert_eq!(names, ["a.png", "b.png"]);
    assert_eq!(answer["matches"][0]["issue"], "KB370976");
    assert_eq!(answer["crash"]["backtrace"].as_array().map(Vec::len), Some(6));
    assert!(complaints.contains("c.png: this is a picture (PNG), a damaged PNG"), "{complaints}");
    assert_eq!(complaints.lines().count(), 1, "{complaints}");
}

/// Some rows of a screen.
fn part(whole: &RgbImage, from: u32, rows: u32) -> Vec<u8> {
    png(&image::imageops::crop_imm(whole, 0, from * 16, whole.width(), rows * 16).to_image())
}

#[test]
fn a_picture_of_something_else_gets_one_line_of_advice() {
    let grey = RgbImage::from_fn(300, 200, |x, y| Rgb([(x % 256) as u8, (y % 256) as u8, 128]));
    let place = Place::new(&[
        ("grey.png", &png(&grey)),
        ("purple.png", &png(&RgbImage::from_pixel(300, 200, PURPLE))),
        ("dot.png", &png(&RgbImage::from_pixel(1, 1, PURPLE))),
    ]);
    for name in ["grey.png", "purple.png", "dot.png"] {
        let (answer, complaints) = place.run(&[name], 2);
        assert_eq!(answer, "");
        assert_eq!(complaints.lines().count(), 1, "{complaints}");
        assert!(complaints.contains(&format!("{name}: this is a picture (PNG), ")), "{complaints}");
    }
    let (_, complaints) = place.run(&["--limit", "picture-pixels=1K", "grey.png"], 2);
    assert!(complaints.contains("--limit picture-pixels="), "{complaints}");
}

#[test]
fn the_text_of_a_picture_is_shown() {
    let place = Place::new(&[("a.png", &png(&drawn(&screen())))]);
    let (parsed, _) = place.run(&["parse", "--show-picture", "a.png"], 0);
    assert!(parsed.contains("Text of the picture"), "{parsed}");
    for line in screen() {
        let start: String = line.chars().take(60).collect();
        assert!(parsed.contains(start.trim_end()), "{start}\n{parsed}");
    }
    let (parsed, _) = place.run(&["parse", "--format", "json", "a.png"], 0);
    let lines = only_json(&parsed)["picture_lines"].clone();
    let first = &lines[0];
    let [text, confidence] =
        ["text", "confidence"].map(|key| first[key].as_str().map(|text| text.chars().count()));
    assert_eq!(text, confidence);
    let (page, _) = place.run(&["explain", "--format", "html", "a.png"], 0);
    assert!(page.contains("href=\"data:image/png;base64,iVBOR"));
    assert!(
        page.contains(">i40en_UplinkPrivStatsGet@") || page.contains("i40en_UplinkPrivStatsGet@")
    );
    assert!(page.contains("<svg viewBox=\"0 0 1024 "));
}

#[test]
fn fonts_are_imported_learned_and_shown() {
    let lines = screen();
    let place = Place::new(&[
        ("font.psf", &psf_of(&shipped())),
        ("no-font.psf", b"no font"),
        ("a.png", &png(&drawn(&lines))),
        ("a.txt", lines.join("\n").as_bytes()),
    ]);
    let (shown, _) = place.run(&["font", "show"], 0);
    assert!(shown.contains("console-bold-8x16") && shown.contains("95"), "{shown}");
    let (_, complaints) = place.run(&["font", "import", "no-font.psf"], 2);
    assert!(complaints.contains("no-font.psf: it is neither PSF"), "{complaints}");
    let (learned, _) = place.run(&["font", "learn", "a.png", "a.txt"], 0);
    assert!(learned.contains("a: ") && learned.contains("8 × 16"), "{learned}");
    let (imported, _) = place.run(&["font", "import", "font.psf"], 0);
    assert!(imported.contains("font: 95 characters of 8 × 16 pixels"), "{imported}");
    let (again, _) = place.run(&["font", "import", "font.psf"], 0);
    assert!(again.contains("nothing that is not known already"), "{again}");
    // What was learned is a part of what was imported, and the same font.
    let kept = fs::read_dir(place.path("data/psod-match/fonts")).expect("a directory").count();
    assert_eq!(kept, 1);
}
