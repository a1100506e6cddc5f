//! Writes a crash again in the forms in which screens arrive: as text, which then goes
//! through the real reader.
//!
//! A form is a row in [`FORMS`]. The same seed, crash and repeat give the same bytes on every
//! machine: all chance comes from [`Draw`].

mod cut;
mod draw;
mod masked;
mod misread;
mod written;

pub use draw::Draw;

use psod_match::crash::{Crash, PanicKind};
use psod_match::signature::CrashKeys;

pub(crate) use written::usual_release;
use written::{LogWriter, WrittenNumbers, log_lines, screen};

/// A crash that forms are made of.
#[derive(Clone, Copy, Debug)]
pub struct Specimen<'a> {
    /// The text as published.
    pub text: &'a str,
    /// The crash in it, with its roles.
    pub crash: &'a Crash,
    /// A crash of something else, whose lines may come between.
    pub other: Option<&'a Crash>,
}

/// A crash in another form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Damaged {
    /// The text.
    pub text: String,
    /// The story frames that it still holds, however hard they are to read.
    pub story: Vec<String>,
    /// The panic kind that it still tells.
    pub kind: Option<PanicKind>,
    /// The PCPU that writes the crash's lines, where two write at once.
    pub pcpu: Option<u32>,
}

impl Damaged {
    /// A form that keeps all of `crash`.
    fn new(crash: &Crash, text: String) -> Self {
        let story = CrashKeys::new(crash).frames.into_iter().map(|frame| frame.function).collect();
        Self { text, story, kind: crash.kind(), pcpu: None }
    }
}

/// A form in which crashes arrive.
pub struct Form {
    /// Short name.
    pub name: &'static str,
    /// A description of one sentence.
    pub description: &'static str,
    /// True when chance decides something: such a form is repeated.
    pub random: bool,
    make: fn(&Specimen<'_>, &mut Draw) -> Option<Damaged>,
}

impl Form {
    /// Writes the crash in this form; `None` where the form does not exist for it.
    pub fn write(&self, specimen: &Specimen<'_>, draw: &mut Draw) -> Option<Damaged> {
        (self.make)(specimen, draw)
    }
}

const fn form(
    name: &'static str,
    random: bool,
    make: fn(&Specimen<'_>, &mut Draw) -> Option<Damaged>,
    description: &'static str,
) -> Form {
    Form { name, description, random, make }
}

/// Every form.
pub const FORMS: &[Form] = &[
    form("published", false, published, "The text as it was published."),
    form(
        "screen",
        false,
        as_screen,
        "A bare purple screen: header, message, registers, frames and uptime, no log lines.",
    ),
    form(
        "log",
        true,
        other_build,
        "The lines of a vmkernel-log of another build: other addresses, offsets and build number.",
    ),
    form("masked", true, masked, "Digits hidden behind #, x or * as the vendor's articles do it."),
    form("flattened", false, flattened, "All lines joined into one, as ticket systems do it."),
    form("top-lost", true, top_lost, "The first one to three story frames are cut off."),
    form("half-lost", true, half_lost, "Half of the story frames in one piece is missing."),
    form("inlined", true, inlined, "Three of ten story frames are missing here and there."),
    form("names-only", false, names_only, "Function names, one a line, and nothing else."),
    form("ocr-1", true, |s, d| misread(s, d, 0.01), "A photograph with 1 % of characters misread."),
    form("ocr-4", true, |s, d| misread(s, d, 0.04), "A photograph with 4 % of characters misread."),
    form(
        "ocr-10",
        true,
        |s, d| misread(s, d, 0.10),
        "A photograph with 10 % of characters misread.",
    ),
    form("blanks", true, blanks, "Spaces inside half of the function names."),
    form(
        "interleaved",
        true,
        interleaved,
        "A log in which another PCPU writes the lines of another crash between.",
    ),
];

fn published(specimen: &Specimen<'_>, _: &mut Draw) -> Option<Damaged> {
    Some(Damaged::new(specimen.crash, specimen.text.to_owned()))
}

fn as_screen(specimen: &Specimen<'_>, draw: &mut Draw) -> Option<Damaged> {
    Some(Damaged::new(specimen.crash, joined(&screen(specimen.crash, draw))))
}

fn other_build(specimen: &Specimen<'_>, draw: &mut Draw) -> Option<Damaged> {
    Some(as_log(specimen.crash, WrittenNumbers::Other, draw))
}

fn as_log(crash: &Crash, numbers: WrittenNumbers, draw: &mut Draw) -> Damaged {
    let log = LogWriter::new(crash, numbers, draw);
    Damaged::new(crash, joined(&log_lines(crash, &log, draw)))
}

/// The crash as a log with its own numbers, as [`Form::write`] makes one.
pub(crate) fn own_log(crash: &Crash, draw: &mut Draw) -> String {
    as_log(crash, WrittenNumbers::Own, draw).text
}

fn masked(specimen: &Specimen<'_>, draw: &mut Draw) -> Option<Damaged> {
    Some(Damaged::new(specimen.crash, masked::masked(specimen.text, draw)))
}

fn flattened(specimen: &Specimen<'_>, _: &mut Draw) -> Option<Damaged> {
    let lines = specimen.text.lines().map(str::trim).filter(|line| !line.is_empty());
    Some(Damaged::new(specimen.crash, lines.collect::<Vec<_>>().join(" ") + "\n"))
}

fn top_lost(specimen: &Specimen<'_>, draw: &mut Draw) -> Option<Damaged> {
    let story = cut::story(specimen.crash);
    let gone = cut::top(&story, draw)?;
    Some(as_log(&cut::without(specimen.crash, &gone), WrittenNumbers::Own, draw))
}

fn half_lost(specimen: &Specimen<'_>, draw: &mut Draw) -> Option<Damaged> {
    let story = cut::story(specimen.crash);
    let gone = cut::half(&story, draw)?;
    Some(as_log(&cut::without(specimen.crash, &gone), WrittenNumbers::Own, draw))
}

fn inlined(specimen: &Specimen<'_>, draw: &mut Draw) -> Option<Damaged> {
    let story = cut::story(specimen.crash);
    let gone = cut::scattered(&story, draw)?;
    Some(as_log(&cut::without(specimen.crash, &gone), WrittenNumbers::Own, draw))
}

fn names_only(specimen: &Specimen<'_>, _: &mut Draw) -> Option<Damaged> {
    let frames = specimen.crash.deciding_frames();
    let names: Vec<String> = frames.iter().filter_map(|frame| frame.function.clone()).collect();
    if names.is_empty() {
        return None;
    }
    Some(Damaged { kind: None, ..Damaged::new(specimen.crash, joined(&names)) })
}

fn misread(specimen: &Specimen<'_>, draw: &mut Draw, rate: f64) -> Option<Damaged> {
    let seen = joined(&screen(specimen.crash, draw));
    Some(Damaged::new(specimen.crash, misread::misread(&seen, rate, draw)))
}

fn blanks(specimen: &Specimen<'_>, draw: &mut Draw) -> Option<Damaged> {
    let text = cut::with_spaces(specimen.text, specimen.crash, draw)?;
    Some(Damaged::new(specimen.crash, text))
}

fn interleaved(specimen: &Specimen<'_>, draw: &mut Draw) -> Option<Damaged> {
    let (crash, other) = (specimen.crash, specimen.other?);
    if cut::story(crash).is_empty() {
        return None;
    }
    let log = LogWriter::new(crash, WrittenNumbers::Own, draw);
    let own = log_lines(crash, &log, draw);
    let foreign = log_lines(other, &log.beside(draw), draw);
    let text = joined(&cut::merged(own, foreign, draw));
    Some(Damaged { pcpu: Some(log.pcpu), ..Damaged::new(crash, text) })
}

fn joined(lines: &[String]) -> String {
    lines.join("\n") + "\n"
}

#[cfg(test)]
mod tests;
