//! `psod-match font`: the fonts of consoles, by which pictures of their screens are read.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::{Args, Subcommand};
use psod_match::picture::learn::learned;
use psod_match::picture::load::load;
use psod_match::picture::shelf::{font_file, keep, kept_in, shipped};
use psod_match::picture::{Shapes, Words, read};
use psod_match::report::DEFAULT_WIDTH;

use super::output::complain;
use super::pictures::font_directory;
use super::{Ending, Session};

/// The arguments of `font`.
#[derive(Args, Debug)]
pub struct FontArguments {
    #[command(subcommand)]
    pub command: FontCommand,
}

/// Commands about the fonts of consoles.
#[derive(Debug, Subcommand)]
pub enum FontCommand {
    /// Take in a font file: PSF, a raw .fnt, or the C source of VMware's boot loader (docs/pictures.md)
    Import {
        /// The files
        #[arg(value_name = "FILE", required = true)]
        files: Vec<PathBuf>,
    },
    /// Learn a font from a screenshot and the text that it shows
    Learn {
        /// The screenshot, in its own size
        #[arg(value_name = "PICTURE")]
        picture: PathBuf,
        /// A file with its text
        #[arg(value_name = "TEXT")]
        text: PathBuf,
    },
    /// List the fonts that are known
    Show,
}

/// Runs one command about fonts.
pub fn run(arguments: &FontArguments, session: &mut Session<'_>) -> anyhow::Result<Ending> {
    let directory = font_directory().context("there is no data directory to keep fonts in")?;
    match &arguments.command {
        FontCommand::Import { files } => import(files, &directory, session),
        FontCommand::Learn { picture, text } => learn(picture, text, &directory, session),
        FontCommand::Show => show(&directory, session),
    }
}

fn import(
    files: &[PathBuf],
    directory: &Path,
    session: &mut Session<'_>,
) -> anyhow::Result<Ending> {
    let mut ending = Ending::Good;
    for file in files {
        match font_file(file) {
            Ok(shapes) => keep_font(&shapes, directory, session)?,
            Err(problem) => {
                complain(&problem.to_string());
                ending = Ending::Failed;
            }
        }
    }
    Ok(ending)
}

fn keep_font(shapes: &Shapes, directory: &Path, session: &mut Session<'_>) -> anyhow::Result<()> {
    let Some(path) = keep(directory, shapes)? else {
        return session.say("font-known-already", &[("name", &shapes.name)]);
    };
    let numbers =
        [shapes.glyphs.len(), shapes.width, shapes.height].map(|number| number.to_string());
    let [glyphs, width, height] = &numbers;
    let path = path.display().to_string();
    let values = [
        ("name", shapes.name.as_str()),
        ("glyphs", glyphs),
        ("width", width),
        ("height", height),
        ("path", &path),
    ];
    session.say("font-imported", &values)
}

fn learn(
    picture: &Path,
    text: &Path,
    directory: &Path,
    session: &mut Session<'_>,
) -> anyhow::Result<Ending> {
    let bytes = fs::read(picture).with_context(|| picture.display().to_string())?;
    let text = fs::read_to_string(text).with_context(|| text.display().to_string())?;
    let loaded = load(&bytes, session.common.limits().picture_pixels)
        .with_context(|| picture.display().to_string())?;
    let (kept, _) = kept_in(directory);
    let mut known: Vec<Shapes> = kept.into_iter().map(|font| font.shapes).collect();
    known.push(shipped());
    let words = Words::new(text.split_whitespace());
    let name = picture.file_stem().unwrap_or_default().to_string_lossy();
    let shapes = read(&loaded.pixels, &known, &words)
        .ok()
        .and_then(|reading| learned(&loaded.pixels, &reading, &text, &name));
    let Some(shapes) = shapes else {
        complain(&format!(
            "{}: its characters do not fit the text, expected a screenshot in its own size and all of its lines",
            picture.display()
        ));
        return Ok(Ending::Failed);
    };
    keep_font(&shapes, directory, session)?;
    Ok(Ending::Good)
}

fn show(directory: &Path, session: &mut Session<'_>) -> anyhow::Result<Ending> {
    let (kept, problems) = kept_in(directory);
    problems.iter().for_each(|problem| complain(&problem.to_string()));
    let mut rows: Vec<Vec<String>> =
        kept.iter().map(|font| row_of(&font.shapes, font.path.display().to_string())).collect();
    rows.push(row_of(&shipped(), session.catalog.text("font-shipped", &[])));
    let columns = ["name", "glyphs", "size", "path"];
    let header = columns.map(|column| session.catalog.text(&format!("font-column-{column}"), &[]));
    debug_assert!(header.iter().all(|word| word.len() < DEFAULT_WIDTH));
    session.output.raw_table(&header, &rows)?;
    Ok(if problems.is_empty() { Ending::Good } else { Ending::Failed })
}

fn row_of(shapes: &Shapes, place: String) -> Vec<String> {
    let size = format!("{} × {}", shapes.width, shapes.height);
    vec![shapes.name.clone(), shapes.glyphs.len().to_string(), size, place]
}
