//! One small picture of each class, read by the font that it is drawn in.

use psod_match::picture::load::load;
use psod_match::picture::shelf::shipped;
use psod_match::picture::{Words, read};

use super::score::score;
use super::screen::Screen;
use super::{Class, Draft};

const CRASH: &str = "\n\n\
    #PF Exception 14 in world 2097152:idle1 IP 0x418012345678 addr 0x0\n\
    cr0=0x80010031 cr2=0x0 cr3=0x12345000 cr4=0x42668\n\
    0x439112345678:[0x41801234abcd]Panic@vmkernel#nover+0x123 stack: 0x0\n\
    0x4391123456f8:[0x41801239ef01]CpuSched_StartWorld@vmkernel#nover+0x99 stack: 0x0\n";

/// Reads a picture of a class; of its characters at most the share `most` may be wrong, and no name.
#[track_caller]
fn check(class: Class, most: f64) {
    let screen = Screen::of(CRASH).expect("a screen");
    let font = shipped();
    let draft = Draft { screen: &screen, name: "small", shapes: &font, class, seed: 1 };
    let picture = draft.draw().expect("drawn");
    let pixels = load(&picture.bytes, 10_000_000).expect("a picture").pixels;
    let words = Words::new(["CpuSched_StartWorld", "Panic", "vmkernel"]);
    let reading = read(&pixels, &[font], &words).expect("a screen");
    let found = score(&picture.truth, &reading.text());
    assert!(found.rate() <= most, "{}\n{}", picture.truth, reading.text());
    assert_eq!(found.whole, found.names, "{}\n{}", picture.truth, reading.text());
}

#[test]
fn an_exact_picture_is_read_to_the_letter() {
    check(Class::Exact, 0.0);
}

#[test]
fn a_picture_off_a_remote_console_is_read_to_the_letter() {
    check(Class::Codec, 0.0);
}

#[test]
fn a_picture_in_a_window_is_read_to_the_letter() {
    check(Class::Window, 0.0);
}

#[test]
fn a_compressed_picture_is_read_to_the_letter() {
    check(Class::Jpeg, 0.0);
}

#[test]
fn a_scaled_picture_is_read() {
    check(Class::Scaled, 0.01);
}

#[test]
fn a_tiny_picture_is_read() {
    check(Class::Tiny, 0.01);
}

#[test]
fn a_photograph_is_read() {
    check(Class::Photograph, 0.02);
}

#[test]
fn a_hard_photograph_is_read() {
    check(Class::Hard, 0.05);
}
