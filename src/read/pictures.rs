//! Pictures of screens: read by `picture/`, joined where they overlap, and from there on as any text. What
//! a crash keeps of them is how sure each character is.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use super::limits::Limits;
use super::parse::FoundCrash;
use super::scan::crashes_in_text;
use super::sniff::RETYPE;
use crate::crash::{
    Crash, Defect, DefectCode, Frame, FromPicture, JoinedPicture, PictureMethod, Trust,
};
use crate::error::{Error, Result};
use crate::picture::join::{Joined, Place};
use crate::picture::load::{Loaded, NotLoaded, Partly, load};
use crate::picture::ocr::{NotRecognised, recognised};
use crate::picture::shelf::shipped;
use crate::picture::{How, NotRead, ReadCell, ReadLine, Reading, Shapes, Words, read};

/// A character that is less sure than this is in doubt: a name with one tells no issue from another.
pub const DOUBTFUL: f32 = 0.7;

/// What general text recognition says of itself is no measure of a character; its text is as good as one
/// that a person has typed off a picture.
const RECOGNISED: f32 = DOUBTFUL;

/// A program for text recognition that takes longer is ended.
const RECOGNITION_TIME: Duration = Duration::from_secs(60);

/// The fonts that are known, the most trusted first.
type AskFonts = Box<dyn Fn() -> Vec<Shapes> + Send + Sync>;
/// The names that screens print.
type AskNames = Box<dyn Fn() -> Vec<String> + Send + Sync>;

/// Reads pictures with fonts and names that are known: both are asked for when the first picture is read,
/// for most inputs have none.
pub struct PictureReader {
    fonts: AskFonts,
    names: AskNames,
    known: OnceLock<(Vec<Shapes>, Words)>,
    recognition: Option<PathBuf>,
    keeps_files: bool,
    learned: Mutex<Vec<Shapes>>,
}

impl Default for PictureReader {
    /// With the shipped font alone.
    fn default() -> Self {
        Self::new(Box::new(Vec::new), Box::new(Vec::new))
    }
}

impl PictureReader {
    /// With the fonts of `fonts` before the shipped one, and the names that `names` knows.
    pub fn new(fonts: AskFonts, names: AskNames) -> Self {
        Self {
            fonts,
            names,
            known: OnceLock::new(),
            recognition: None,
            keeps_files: false,
            learned: Mutex::default(),
        }
    }

    /// With a program, called as tesseract is, for pictures that are no console.
    #[must_use]
    pub fn with_recognition(self, program: Option<PathBuf>) -> Self {
        Self { recognition: program, ..self }
    }

    /// Crashes keep the files of their pictures, to be shown.
    #[must_use]
    pub fn keeping_files(self) -> Self {
        Self { keeps_files: true, ..self }
    }

    /// The fonts that pictures have taught since the last call.
    pub fn take_learned(&self) -> Vec<Shapes> {
        std::mem::take(&mut *self.learned.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Reads the picture in `file`.
    pub(super) fn read(&self, file: Vec<u8>, limits: &Limits) -> Result<OneRead, NoScreen> {
        let Loaded { pixels, partly } = load(&file, limits.picture_pixels)?;
        let (shapes, words) = self.known.get_or_init(|| {
            let (mut shapes, names) = ((self.fonts)(), (self.names)());
            shapes.push(shipped());
            (shapes, Words::new(names.iter().map(String::as_str)))
        });
        let file = self.keeps_files.then(|| Arc::new(file));
        let size = pixels.dimensions();
        let (reading, method) = match (read(&pixels, shapes, words), &self.recognition) {
            (Ok(reading), _) => {
                let method = method_of(reading.how);
                (reading, method)
            }
            (Err(_), Some(program)) => {
                let text = recognised(&pixels, program, RECOGNITION_TIME)?;
                (reading_of(&text), PictureMethod::Recognition)
            }
            (Err(reason), None) => return Err(reason.into()),
        };
        if let Some(learned) = &reading.learned {
            self.learned.lock().unwrap_or_else(PoisonError::into_inner).push(learned.clone());
        }
        Ok(OneRead { reading, method, partly, file, size })
    }
}

/// Why a picture gave no text.
#[derive(Debug, thiserror::Error)]
pub(super) enum NoScreen {
    /// Its file.
    #[error(transparent)]
    File(#[from] NotLoaded),
    /// What it shows.
    #[error("{}", reason(.0))]
    Content(NotRead),
    /// The program that was to read it.
    #[error(transparent)]
    Recognition(#[from] NotRecognised),
}

impl From<NotRead> for NoScreen {
    fn from(reason: NotRead) -> Self {
        Self::Content(reason)
    }
}

fn reason(reason: &NotRead) -> String {
    match reason {
        NotRead::NoPurple => "nothing in it has the purple of such a screen".to_owned(),
        NotRead::TooSmall => "its purple part is too small to be read".to_owned(),
        NotRead::NoGrid => "its purple part shows no lines of characters".to_owned(),
        NotRead::NoLandmark => {
            "what its purple part shows is nothing that such a screen prints".to_owned()
        }
        NotRead::NotExplained(share) => {
            let percent = (share * 100.0).round();
            format!(
                "only {percent} % of what its purple part shows looks like the characters of a console"
            )
        }
    }
}

fn method_of(how: How) -> PictureMethod {
    match how {
        How::Exact => PictureMethod::Exact,
        How::Scaled => PictureMethod::Scaled,
        How::Photograph => PictureMethod::Photograph,
        How::Deciphered => PictureMethod::Deciphered,
    }
}

/// Recognised text in the form of a reading; it has no places.
fn reading_of(text: &str) -> Reading {
    let lines = text.lines().map(|line| ReadLine { cells: line.chars().map(cell_of).collect() });
    Reading {
        lines: lines.collect(),
        explained: 0.0,
        columns: 0,
        cell: (0.0, 0.0),
        how: How::Scaled,
        learned: None,
    }
}

fn cell_of(character: char) -> ReadCell {
    ReadCell { character, confidence: RECOGNISED, corners: [(0.0, 0.0); 4] }
}

/// One picture that was read.
pub(super) struct OneRead {
    pub(super) reading: Reading,
    method: PictureMethod,
    pub(super) partly: Vec<Partly>,
    file: Option<Arc<Vec<u8>>>,
    size: (u32, u32),
}

/// A picture with its name, which waits for others of the same screen.
pub(super) struct HeldPicture {
    /// The file, where the input has several.
    pub(super) path: Option<PathBuf>,
    /// The member of an archive.
    pub(super) member: Option<String>,
    /// How it is called.
    pub(super) name: String,
    pub(super) read: OneRead,
}

/// The text of a crash that was read from pictures, with the doubt of each character.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct PictureText {
    /// The lines of the screen.
    pub lines: Vec<PictureLine>,
    /// The pictures with what was read where; empty where nobody asked to keep them.
    pub shown: Vec<ShownPicture>,
}

impl PictureText {
    /// Bytes of memory that it takes, roughly.
    pub(super) fn held_bytes(&self) -> usize {
        let lines: usize = self.lines.iter().map(PictureLine::held_bytes).sum();
        let shown: usize = self.shown.iter().map(ShownPicture::held_bytes).sum();
        lines + shown
    }
}

/// A line of a screen that was read from a picture.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct PictureLine {
    /// The line.
    pub text: String,
    /// How sure each of its characters is, from 0 to 1.
    pub confidence: Vec<f32>,
}

impl PictureLine {
    fn held_bytes(&self) -> usize {
        self.text.len() + self.confidence.len() * size_of::<f32>()
    }
}

impl From<&ReadLine> for PictureLine {
    fn from(line: &ReadLine) -> Self {
        let confidence = line.cells.iter().map(|cell| cell.confidence).collect();
        Self { text: line.text(), confidence }
    }
}

/// A picture and what was read in it.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct ShownPicture {
    /// How it is called.
    pub name: String,
    /// The file.
    pub file: Arc<Vec<u8>>,
    /// Pixels across and down.
    pub size: (u32, u32),
    /// Each character with its place.
    pub lines: Vec<ReadLine>,
}

impl ShownPicture {
    fn held_bytes(&self) -> usize {
        let cells: usize = self.lines.iter().map(|line| line.cells.len()).sum();
        self.file.len() + cells * size_of::<ReadCell>()
    }
}

/// What of a crash is known only because pictures show it.
pub(super) struct Screen {
    from: FromPicture,
    text: PictureText,
}

impl Screen {
    /// The text of the pictures, joined.
    pub(super) fn plain_text(joined: &Joined) -> String {
        joined.reading.text()
    }

    pub(super) fn new(joined: &Joined, pictures: &[HeldPicture]) -> Self {
        let lines: Vec<PictureLine> = joined.reading.lines.iter().map(PictureLine::from).collect();
        let letters = joined.reading.lines.iter().flat_map(|line| &line.cells);
        let letters: Vec<&ReadCell> = letters.filter(|cell| cell.character != ' ').collect();
        let placed = joined.places.iter().filter_map(|place| {
            let name = pictures.get(place.picture)?.name.clone();
            Some(JoinedPicture { name, first_line: place.line + 1, lines: place.lines })
        });
        let first = joined.places.first().and_then(|place| pictures.get(place.picture));
        let from = FromPicture {
            method: first.map(|picture| picture.read.method).unwrap_or_default(),
            explained: (joined.reading.explained * 100.0).round().clamp(0.0, 100.0) as u8,
            characters: letters.len(),
            doubtful: letters.iter().filter(|cell| is_doubtful(cell.confidence)).count(),
            pictures: placed.collect(),
        };
        let shown = joined.places.iter().filter_map(|place| {
            let HeldPicture { name, read, .. } = pictures.get(place.picture)?;
            let file = read.file.clone()?;
            Some(ShownPicture {
                name: name.clone(),
                file,
                size: read.size,
                lines: read.reading.lines.clone(),
            })
        });
        Self { from, text: PictureText { lines, shown: shown.collect() } }
    }

    /// Says in a crash of this screen that it was read from pictures, and what of it is in doubt.
    pub(super) fn mark(&self, found: &mut FoundCrash, limits: &Limits) {
        let crash = &mut found.crash;
        crash.picture = Some(self.from.clone());
        doubt_frames(crash, &self.text.lines);
        let most = usize::try_from(limits.defects).unwrap_or(usize::MAX);
        for (number, line) in self.text.lines.iter().enumerate() {
            let is_in_doubt = line.text.chars().zip(&line.confidence);
            let in_doubt =
                is_in_doubt.filter(|(letter, sure)| *letter != ' ' && is_doubtful(**sure)).count();
            if in_doubt == 0 || crash.defects.len() >= most {
                continue;
            }
            let (code, line, text) =
                (DefectCode::DoubtfulCharacters, number + 1, line.text.clone());
            crash.defects.push(Defect { code, line, text });
        }
        found.picture = Some(Box::new(self.text.clone()));
    }
}

/// The crashes in one picture file, and its text.
///
/// # Errors
/// [`Error::NotAScreen`] when it gives no text.
pub fn crashes_in_picture(
    file: Vec<u8>,
    reader: &PictureReader,
    limits: &Limits,
) -> Result<(PictureText, Vec<FoundCrash>)> {
    let read = reader.read(file, limits).map_err(|reason| Error::NotAScreen {
        path: PathBuf::new(),
        found: "a picture",
        reason: reason.to_string(),
        remedy: RETYPE,
    })?;
    let place = Place { picture: 0, line: 0, lines: read.reading.lines.len() };
    let joined = Joined { reading: read.reading.clone(), places: vec![place] };
    let picture = HeldPicture { path: None, member: None, name: String::new(), read };
    let screen = Screen::new(&joined, &[picture]);
    let mut crashes = crashes_in_text(&Screen::plain_text(&joined));
    crashes.iter_mut().for_each(|crash| screen.mark(crash, limits));
    Ok((screen.text, crashes))
}

/// True for a character of which it is not sure that it is this one.
pub fn is_doubtful(confidence: f32) -> bool {
    confidence < DOUBTFUL
}

/// Frames whose name has a character in doubt are marked. They are printed in the order of the lines; a
/// name that no line has was repaired, and is in doubt too.
fn doubt_frames(crash: &mut Crash, lines: &[PictureLine]) {
    let others = crash.other_backtraces.iter_mut().flat_map(|other| &mut other.frames);
    for frame in crash.backtrace.iter_mut().chain(others) {
        let Some(function) = frame.function.as_deref() else { continue };
        let sure = lines
            .iter()
            .filter_map(|line| sureness(line, function))
            .fold(None, |best: Option<f32>, sure| Some(best.map_or(sure, |best| best.max(sure))));
        if sure.is_none_or(is_doubtful) {
            mark_doubtful(frame);
        }
    }
}

fn mark_doubtful(frame: &mut Frame) {
    frame.trust = Trust::Doubtful;
}

/// How sure the least sure character of `name` is in this line.
fn sureness(line: &PictureLine, name: &str) -> Option<f32> {
    let at = line.text.find(name)?;
    let first = line.text[..at].chars().count();
    let letters = line.confidence.iter().skip(first).take(name.chars().count());
    letters.copied().reduce(f32::min)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCREEN: &str = "#PF Exception 14 in world 4376:usb IP 0x418029c15c43 addr 0x8\n\
        0x451a0a49bc10:[0x418029c15c43]DLM_free@vmkernel#nover+0x10a stack: 0x0\n\
        0x451a0a49bc50:[0x41802a0bb36d]hid_free_buffers@esx#nover+0x20 stack: 0x0\n";

    /// Which functions are in doubt where these characters are, and the lines with a defect.
    #[track_caller]
    fn check(doubtful: &[&str], functions: &[&str], lines: &[usize]) {
        let mut reading = reading_of(SCREEN);
        for text in doubtful {
            for line in &mut reading.lines {
                let Some(at) = line.text().find(text) else { continue };
                line.cells[at..at + text.len()].iter_mut().for_each(|cell| cell.confidence = 0.2);
            }
        }
        let place = Place { picture: 0, line: 0, lines: 3 };
        let screen = Screen::new(&Joined { reading, places: vec![place] }, &[]);
        let mut found = crashes_in_text(SCREEN).remove(0);
        screen.mark(&mut found, &Limits::default());
        let frames = found.crash.backtrace.iter().filter(|frame| frame.trust == Trust::Doubtful);
        let names: Vec<&str> = frames.filter_map(|frame| frame.function.as_deref()).collect();
        assert_eq!(names, functions);
        let defects = found.crash.defects.iter();
        let defects = defects.filter(|defect| defect.code == DefectCode::DoubtfulCharacters);
        assert_eq!(defects.map(|defect| defect.line).collect::<Vec<_>>(), lines);
    }

    #[test]
    fn names_with_a_character_in_doubt_are_marked() {
        check(&[], &[], &[]);
        check(&["_buf"], &["hid_free_buffers"], &[3]);
        check(&["DLM", "hid"], &["DLM_free", "hid_free_buffers"], &[2, 3]);
        check(&["451a0a49bc10", "usb"], &[], &[1, 2]);
    }
}
