//! How a crash was read from a picture.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use strum::IntoStaticStr;

/// How a crash was read from one picture, or from several of one screen.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct FromPicture {
    /// By what its characters were told apart.
    pub method: PictureMethod,
    /// How much of what the screen shows looks like its characters, in percent.
    pub explained: u8,
    /// Characters that are no blanks.
    pub characters: usize,
    /// How many of them are in doubt.
    pub doubtful: usize,
    /// The pictures, from the top of the screen, with the lines that each shows.
    pub pictures: Vec<JoinedPicture>,
}

/// One picture of a screen.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct JoinedPicture {
    /// Its file, or member of an archive.
    pub name: String,
    /// The first line of the screen that it shows, counted from 1.
    pub first_line: usize,
    /// How many lines it shows.
    pub lines: usize,
}

/// By what the characters of a picture were told apart.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema, IntoStaticStr,
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
#[non_exhaustive]
pub enum PictureMethod {
    /// Each pixel is one of a known font, or several are.
    #[default]
    Exact,
    /// By a known font at another size, or compressed.
    Scaled,
    /// By a known font on a photograph.
    Photograph,
    /// Without their font: equal characters are equal pictures.
    Deciphered,
    /// By a program for general text recognition.
    Recognition,
}

impl PictureMethod {
    /// The published code.
    pub fn as_str(self) -> &'static str {
        self.into()
    }
}
