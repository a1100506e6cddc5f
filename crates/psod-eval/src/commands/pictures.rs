//! `psod-eval pictures`: screens as pictures, read and matched.

use std::path::{Path, PathBuf};

use anyhow::Context;
use psod_eval::pictures::Class;
use psod_eval::pictures::doubt::{Doubts, STEPS};
use psod_eval::pictures::measure::{PictureRow, Plan, measure};
use psod_match::picture::{Shapes, shelf};

use super::arguments::{Common, PicturesArguments};
use super::output::Output;
use super::{knowledge_base, matcher};

/// Draws, reads and matches each class, and prints a row for each way of reading.
pub(super) fn run(
    arguments: &PicturesArguments,
    common: &Common,
    output: &mut Output,
) -> anyhow::Result<()> {
    let kb = knowledge_base(common)?;
    let matcher = matcher(&kb, common)?;
    let font = font(&arguments.font)?;
    let known: Vec<Shapes> =
        arguments.known.iter().map(|path| font_of(path)).collect::<anyhow::Result<_>>()?;
    let plan = Plan {
        font: &font,
        known: &known,
        recognition: arguments.recognition.as_deref(),
        seed: arguments.seed,
        count: arguments.count,
        misses: arguments.misses.as_deref(),
    };
    let mut rows = Vec::new();
    for class in Class::ALL.into_iter().filter(|(name, _)| is_wanted(name, arguments)) {
        let measured = measure(&kb, &matcher, class, &plan)?;
        if output.is_json() {
            measured.iter().try_for_each(|row| output.json(row))?;
        }
        rows.extend(measured);
    }
    if output.is_json() {
        return Ok(());
    }
    if arguments.doubts {
        return doubts(&rows, output);
    }
    let header = [
        "class", "by", "pictures", "not read", "errors", "names", "first", "sure", "wrong",
        "seconds",
    ];
    Ok(output.table(&header, rows.iter().map(cells).collect())?)
}

fn is_wanted(class: &str, arguments: &PicturesArguments) -> bool {
    arguments.class.is_empty() || arguments.class.iter().any(|one| one == class)
}

/// What each confidence below which names are in doubt would hold back and let through.
fn doubts(rows: &[PictureRow], output: &mut Output) -> anyhow::Result<()> {
    let mut all = Doubts::default();
    rows.iter().for_each(|row| all.join(&row.doubts));
    let rows = (0..STEPS).map(|step| {
        let (held_back, let_through) = all.below(step);
        let limit = step as f64 / STEPS as f64;
        vec![format!("{limit:.2}"), held_back.to_string(), let_through.to_string()]
    });
    let header = ["in doubt below", "right names in doubt", "wrong names not in doubt"];
    Ok(output.table(&header, rows.collect())?)
}

fn font(path: &Option<PathBuf>) -> anyhow::Result<Shapes> {
    path.as_deref().map_or_else(|| Ok(shelf::shipped()), font_of)
}

fn font_of(path: &Path) -> anyhow::Result<Shapes> {
    shelf::font_file(path).context("--font")
}

fn cells(row: &PictureRow) -> Vec<String> {
    vec![
        row.class.to_owned(),
        row.by.to_owned(),
        row.pictures.to_string(),
        row.not_read.to_string(),
        format!("{:.4}", row.errors),
        format!("{:.3}", row.whole as f64 / row.names.max(1) as f64),
        format!("{}/{}", row.right_first, row.known),
        format!("{}/{}", row.sure_and_right, row.known),
        row.sure_and_wrong.to_string(),
        format!("{:.2}", row.seconds),
    ]
}
