//! Stories changed as another bug would have left them, with the right answer to each.
//!
//! Goes in: a crash of the knowledge base and the stories of other issues. Comes out: a crash that
//! shares part of the first one's backtrace. What is shared and what is not is known, because it was
//! made.

use psod_match::crash::{Crash, Frame, Panic};

use super::Original;
use crate::crowd::{camel_name, snake_name};
use crate::damage::Draw;
use crate::known::is_story;

/// A neutral panic message: nearly every bug can end in it.
const BARE_MESSAGE: &str = "#PF Exception 14 in world 2097999:worker IP 0x42001e6b2c40 addr 0x18";
/// A message of another kind, which no issue asks for.
const OTHER_MESSAGE: &str = "#DE Exception 0 in world 2097999:worker @ 0x42001e6b2c40";
/// Unknown frames of a form that says no number.
const UNKNOWN_FRAMES: usize = 3;
/// Share of unknown frames put between known ones.
const BETWEEN: f64 = 0.3;

/// What the answer to a made crash must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RightAnswer {
    /// A match of the issue that the crash was made of.
    Issue,
    /// Not a match of any issue; it may be shown as possible.
    NotSure,
    /// A match of the issue that gave the top, or no match.
    TopOnly,
    /// Not shown with a confidence of a half or more.
    Silence,
}

/// One way to make a crash that looks like a known one.
pub struct LookalikeForm {
    /// Short name.
    pub name: &'static str,
    /// The right answer.
    pub answer: RightAnswer,
    /// Highest share of wrong answers that is accepted.
    pub target: f64,
    /// One sentence.
    pub description: &'static str,
    make: fn(&Original<'_>, &mut Draw) -> Option<Crash>,
}

impl LookalikeForm {
    /// Makes the crash; `None` where the story is too short for this form.
    pub(super) fn make(&self, original: &Original<'_>, draw: &mut Draw) -> Option<Crash> {
        (self.make)(original, draw)
    }
}

const fn row(
    name: &'static str,
    answer: RightAnswer,
    target: f64,
    make: fn(&Original<'_>, &mut Draw) -> Option<Crash>,
    description: &'static str,
) -> LookalikeForm {
    LookalikeForm { name, answer, target, description, make }
}

use RightAnswer::{Issue, NotSure, Silence, TopOnly};

/// Every form.
pub const LOOKALIKES: &[LookalikeForm] = &[
    row(
        "foreign-top-1",
        NotSure,
        0.10,
        |original, draw| foreign_top(original, 1, draw),
        "The faulting function is one of another issue; bare message.",
    ),
    row(
        "foreign-top-2",
        NotSure,
        0.10,
        |original, draw| foreign_top(original, 2, draw),
        "The two top functions are those of other issues; bare message.",
    ),
    row(
        "foreign-top-3",
        NotSure,
        0.02,
        |original, draw| foreign_top(original, 3, draw),
        "The three top functions are those of other issues; bare message.",
    ),
    row(
        "foreign-half",
        NotSure,
        0.02,
        |original, draw| foreign_top(original, half_of(original), draw),
        "The upper half is made of functions of other issues; bare message.",
    ),
    row(
        "unknown-top-1",
        NotSure,
        0.10,
        |original, draw| unknown_top(original, 1, draw),
        "The faulting function is one that nobody knows; bare message.",
    ),
    row(
        "unknown-top-2",
        NotSure,
        0.10,
        |original, draw| unknown_top(original, 2, draw),
        "The two top functions are unknown; bare message.",
    ),
    row(
        "unknown-top-3",
        NotSure,
        0.02,
        |original, draw| unknown_top(original, 3, draw),
        "The three top functions are unknown; bare message.",
    ),
    row(
        "unknown-half",
        NotSure,
        0.02,
        |original, draw| unknown_top(original, half_of(original), draw),
        "The upper half belongs to an unknown driver; bare message.",
    ),
    row(
        "lower-half",
        NotSure,
        0.02,
        lower_half,
        "Only the lower half, under three unknown functions; bare message.",
    ),
    row(
        "top-over-bottom",
        TopOnly,
        0.02,
        top_over_bottom,
        "The upper half over the lower half of another issue: never the other one.",
    ),
    row(
        "other-module",
        NotSure,
        0.02,
        other_module,
        "The same functions, each in another driver's module; bare message.",
    ),
    row(
        "other-kind",
        NotSure,
        0.02,
        other_kind,
        "The same backtrace under a panic of another kind.",
    ),
    row(
        "unknown-between",
        Issue,
        0.05,
        unknown_between,
        "Three unknown functions for every ten known ones, between them; the crash's own message.",
    ),
    row("one-frame", Silence, 0.02, one_frame, "One function of the issue among unknown ones."),
    row(
        "same-families",
        Silence,
        0.02,
        same_families,
        "Every function is another one of the same family.",
    ),
    row(
        "cut-machinery",
        Silence,
        0.02,
        cut_machinery,
        "Unknown functions under panic functions whose names a photograph has cut.",
    ),
];

fn half_of(original: &Original<'_>) -> usize {
    original.story.len().div_ceil(2)
}

fn foreign_top(original: &Original<'_>, count: usize, draw: &mut Draw) -> Option<Crash> {
    let rest = original.story.get(count..).filter(|rest| !rest.is_empty())?;
    let top = original.foreign_frames(count, draw)?;
    Some(bare(original, top.into_iter().chain(rest.iter().cloned()).collect()))
}

fn unknown_top(original: &Original<'_>, count: usize, draw: &mut Draw) -> Option<Crash> {
    let rest = original.story.get(count..).filter(|rest| !rest.is_empty())?;
    let story = unknown_frames(count, draw).into_iter().chain(rest.iter().cloned()).collect();
    Some(bare(original, story))
}

fn lower_half(original: &Original<'_>, draw: &mut Draw) -> Option<Crash> {
    let rest = original.story.get(half_of(original)..).filter(|rest| !rest.is_empty())?;
    let unknown = unknown_frames(UNKNOWN_FRAMES, draw);
    Some(bare(original, unknown.into_iter().chain(rest.iter().cloned()).collect()))
}

fn top_over_bottom(original: &Original<'_>, draw: &mut Draw) -> Option<Crash> {
    let upper = &original.story[..half_of(original)];
    let other = original.stranger(2, draw)?.1;
    let lower = &other[other.len().div_ceil(2)..];
    Some(bare(original, upper.iter().chain(lower).cloned().collect()))
}

fn other_module(original: &Original<'_>, draw: &mut Draw) -> Option<Crash> {
    let module = snake_name(draw);
    let mut story = original.story.to_vec();
    for frame in &mut story {
        frame.module = Some(module.clone());
        frame.version = Some("1.0.0.1".to_owned());
    }
    Some(bare(original, story))
}

fn other_kind(original: &Original<'_>, _: &mut Draw) -> Option<Crash> {
    let mut crash = bare(original, original.story.to_vec());
    crash.panic = Some(panic_of(OTHER_MESSAGE));
    Some(crash)
}

fn unknown_between(original: &Original<'_>, draw: &mut Draw) -> Option<Crash> {
    let count = (original.story.len() as f64 * BETWEEN).ceil() as usize;
    let mut story = original.story.to_vec();
    for frame in unknown_frames(count, draw) {
        // Never on top: the faulting function stays the known one.
        let place = 1 + draw.below(story.len().checked_sub(1)?.max(1));
        story.insert(place.min(story.len()), frame);
    }
    Some(with_story(original.crash, story))
}

fn one_frame(original: &Original<'_>, draw: &mut Draw) -> Option<Crash> {
    let mut story = unknown_frames(original.story.len().max(UNKNOWN_FRAMES + 1) - 1, draw);
    let known = draw.pick(original.story).clone();
    story.insert(1 + draw.below(story.len()), known);
    Some(bare(original, story))
}

fn same_families(original: &Original<'_>, draw: &mut Draw) -> Option<Crash> {
    let mut story = original.story.to_vec();
    for frame in &mut story {
        let name = frame.function.as_deref()?;
        frame.function = Some(of_the_family(name, draw));
    }
    Some(bare(original, story))
}

/// Another function of the family: the first word stays, the others are new.
fn of_the_family(name: &str, draw: &mut Draw) -> String {
    let end = name.char_indices().skip(1).find(|(_, c)| *c == '_' || c.is_ascii_uppercase());
    let start = &name[..end.map_or(name.len(), |(end, _)| end)];
    if name.contains('_') && name.chars().all(|c| !c.is_ascii_uppercase()) {
        let other = snake_name(draw);
        let tail = other.split_once('_').map_or("poll", |(_, tail)| tail);
        return format!("{}_{tail}", start.trim_end_matches('_'));
    }
    let other = camel_name(draw);
    let tail = other.find(|c: char| c.is_ascii_uppercase()).map_or("", |_| other.as_str());
    format!("{start}{tail}")
}

fn cut_machinery(original: &Original<'_>, draw: &mut Draw) -> Option<Crash> {
    let mut story: Vec<Frame> = ["Panic_N", "PanicvPan", "Panic_With"].map(frame).into();
    story.extend(unknown_frames(original.story.len(), draw));
    Some(bare(original, story))
}

fn unknown_frames(count: usize, draw: &mut Draw) -> Vec<Frame> {
    let snake = draw.happens(0.5);
    (0..count).map(|_| frame(&if snake { snake_name(draw) } else { camel_name(draw) })).collect()
}

fn frame(function: &str) -> Frame {
    let mut frame = Frame::default();
    frame.function = Some(function.to_owned());
    frame.module = Some("vmkernel".to_owned());
    frame.version = Some("nover".to_owned());
    frame
}

/// The crash with another story and a message that says nothing: no world, no log lines, no modules.
fn bare(original: &Original<'_>, story: Vec<Frame>) -> Crash {
    let shown = with_story(original.crash, story);
    let mut crash = Crash::default();
    crash.release = shown.release;
    crash.panic = Some(panic_of(BARE_MESSAGE));
    crash.backtrace = shown.backtrace;
    crash
}

/// The crash with `story` in place of its story frames, in one backtrace; machinery above and below
/// them stays.
fn with_story(crash: &Crash, story: Vec<Frame>) -> Crash {
    let frames = crash.deciding_frames();
    let above = frames.iter().take_while(|frame| !is_story(frame));
    let below: Vec<&Frame> = frames.iter().rev().take_while(|frame| !is_story(frame)).collect();
    let backtrace = above.cloned().chain(story).chain(below.into_iter().rev().cloned()).collect();
    let mut changed = crash.clone();
    changed.backtrace = backtrace;
    changed.other_backtraces.clear();
    changed
}

/// A panic whose message is all that is printed of it.
fn panic_of(message: &str) -> Panic {
    let mut panic = Panic::default();
    panic.message = message.to_owned();
    panic
}

#[cfg(test)]
mod tests {
    use psod_match::read::crashes_in_text;

    use super::*;
    use crate::damage::own_log;

    const KNOWN: &str = "#PF Exception 14 in world 33:w IP 0x1 addr 0x8\n\
        0x4539a0c1bd00:[0x42001ab7c290]AlphaOne@vmkernel#nover+0x10 stack: 0x0\n\
        0x4539a0c1bd10:[0x42001ab7c291]BetaTwo@vmkernel#nover+0x11 stack: 0x0\n\
        0x4539a0c1bd20:[0x42001ab7c292]GammaThree@vmkernel#nover+0x12 stack: 0x0\n\
        0x4539a0c1bd30:[0x42001ab7c293]DeltaFour@vmkernel#nover+0x13 stack: 0x0\n";

    /// Names of the frames that the reader finds in the form, `?` for those that are not known.
    #[track_caller]
    fn check(form: &str, expected: &[&str]) {
        let crash = crashes_in_text(KNOWN).remove(0).crash;
        let story = crash.backtrace.clone();
        let foreign = [frame("OmegaNine"), frame("PsiEight")];
        let strangers = vec![("KB2", &foreign[..])];
        let original =
            Original { path: "x", issue: "KB1", crash: &crash, story: &story, strangers };
        let form = LOOKALIKES.iter().find(|known| known.name == form).expect("a form");
        let mut draw = Draw::new(1, &[form.name]);
        let made = form.make(&original, &mut draw).expect("long enough");
        let found = crashes_in_text(&own_log(&made, &mut draw)).remove(0).crash;
        let known: Vec<&str> =
            story.iter().chain(&foreign).filter_map(|frame| frame.function.as_deref()).collect();
        let names = found.backtrace.iter().filter_map(|frame| frame.function.as_deref());
        let names: Vec<&str> =
            names.map(|name| if known.contains(&name) { name } else { "?" }).collect();
        assert_eq!(names, expected, "{}", form.name);
    }

    #[test]
    fn the_forms_keep_and_replace_the_frames_that_their_names_say() {
        check("unknown-top-1", &["?", "BetaTwo", "GammaThree", "DeltaFour"]);
        check("unknown-top-3", &["?", "?", "?", "DeltaFour"]);
        check("lower-half", &["?", "?", "?", "GammaThree", "DeltaFour"]);
        check("top-over-bottom", &["AlphaOne", "BetaTwo", "PsiEight"]);
        check("other-module", &["AlphaOne", "BetaTwo", "GammaThree", "DeltaFour"]);
        check("same-families", &["?", "?", "?", "?"]);
    }

    #[test]
    fn a_form_that_needs_more_frames_than_there_are_makes_nothing() {
        let crash = crashes_in_text(KNOWN).remove(0).crash;
        let story = crash.backtrace[..3].to_vec();
        let original = Original {
            path: "x",
            issue: "KB1",
            crash: &crash,
            story: &story,
            strangers: Vec::new(),
        };
        let mut draw = Draw::new(1, &[]);
        assert!(unknown_top(&original, 3, &mut draw).is_none());
        assert!(foreign_top(&original, 1, &mut draw).is_none());
    }
}
