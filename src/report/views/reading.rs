//! A crash that was read and not matched, as published.

use schemars::JsonSchema;
use serde::Serialize;

use super::crash::CrashView;
use super::envelope::{LimitReport, SCHEMA, Source, SourceReport, limit_reports, tool};
use crate::diagnose::Subject;
use crate::message::Catalog;
use crate::read::{PictureLine, is_doubtful};

/// The output of `psod-match parse` for one crash.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct Reading {
    /// Version of this format; it changes when a field changes its meaning.
    pub schema: u32,
    /// Version of psod-match.
    pub tool: String,
    /// Where the crash was found.
    pub source: SourceReport,
    /// The content of the screen.
    pub crash: CrashView,
    /// Versioned hash of the story frames; absent without any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fingerprint: Option<String>,
    /// Bounds that cut something.
    pub limits: Vec<LimitReport>,
    /// The text of the screen, where it was read from a picture.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub picture_lines: Vec<PictureLineReport>,
    /// True when the page shows that text too.
    #[serde(skip)]
    pub shows_picture: bool,
}

/// A line of a picture's text.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct PictureLineReport {
    /// The line.
    pub text: String,
    /// How sure each of its characters is: a digit for each, from 0 to 9 tenths.
    pub confidence: String,
    /// Places of the characters in doubt, counted from 0.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub doubtful: Vec<usize>,
}

impl From<&PictureLine> for PictureLineReport {
    fn from(line: &PictureLine) -> Self {
        let letters = line.text.chars().zip(&line.confidence).enumerate();
        let doubtful = letters.filter(|(_, (letter, sure))| *letter != ' ' && is_doubtful(**sure));
        Self {
            text: line.text.clone(),
            confidence: line.confidence.iter().map(|sure| tenths(*sure)).collect(),
            doubtful: doubtful.map(|(place, _)| place).collect(),
        }
    }
}

/// The digit for how sure a character is.
fn tenths(sure: f32) -> char {
    char::from(b'0' + (sure * 10.0).clamp(0.0, 9.0) as u8)
}

impl Reading {
    /// The published form of a crash that is not matched.
    pub fn new(subject: &Subject, source: Source<'_>, catalog: &Catalog) -> Self {
        let picture_lines = subject.picture.iter().flat_map(|picture| &picture.lines);
        Self {
            schema: SCHEMA,
            tool: tool(),
            source: source.report(subject.line),
            crash: CrashView::new(subject),
            fingerprint: subject.fingerprint.clone(),
            limits: limit_reports(&subject.limits, catalog),
            picture_lines: picture_lines.map(PictureLineReport::from).collect(),
            shows_picture: false,
        }
    }

    /// With the text of the picture on its page.
    #[must_use]
    pub fn showing_picture(self, shows_picture: bool) -> Self {
        Self { shows_picture, ..self }
    }
}
