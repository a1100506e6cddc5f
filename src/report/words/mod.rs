//! The words for parts of a report, which views and pages share.

mod machine_check;
mod releases;

pub(super) use machine_check::{advice, bank, severity_explanation, severity_word};
pub(super) use releases::{fixed_releases, mark, release_name};

use super::views::SourceReport;
use crate::crash::{DefectCode, Frame, World};
use crate::matching::{Applies, Certainty};
use crate::message::Catalog;

/// A confidence in whole percent, rounded down; nothing is certain.
pub(super) fn percent(confidence: f64) -> String {
    const MAX_PERCENT: f64 = 99.0;
    format!("{:.0}", (confidence * 100.0).floor().min(MAX_PERCENT))
}

/// `likely`; with a confidence `likely, 81 %`.
pub(super) fn certainty(
    catalog: &Catalog,
    certainty: Certainty,
    confidence: Option<f64>,
) -> String {
    let word = catalog.text(&format!("certainty-{}", certainty.as_str()), &[]);
    let Some(percent) = confidence.map(percent) else {
        return word;
    };
    catalog.text("certainty-percent", &[("certainty", &word), ("percent", &percent)])
}

/// `world 1037:helper1-4`.
pub(super) fn world(catalog: &Catalog, world: &World) -> String {
    catalog.text("world", &[("world", &world.label())])
}

/// `function@module+0xoffset`.
pub(super) fn frame(frame: &Frame) -> String {
    let function = frame.function.as_deref().unwrap_or("?");
    let module = frame.module.as_ref().map(|module| format!("@{module}")).unwrap_or_default();
    let offset = frame.offset.map(|offset| format!("+{offset}")).unwrap_or_default();
    format!("{function}{module}{offset}")
}

/// The meaning of a defect.
pub(super) fn defect_text(catalog: &Catalog, code: DefectCode) -> String {
    catalog.text(&format!("defect-{}", code.published()), &[])
}

/// The place where the crash was found, in words.
pub(super) fn place(catalog: &Catalog, source: &SourceReport) -> String {
    let line = source.line.to_string();
    let mut path =
        if source.path == "-" { catalog.text("standard-input", &[]) } else { source.path.clone() };
    if let Some(member) = &source.member {
        path = format!("{path}: {member}");
    }
    catalog.text("title-crash", &[("path", &path), ("line", &line)])
}

/// The key of the word for whether a build has an issue.
pub(super) fn applies_key(applies: Applies) -> &'static str {
    match applies {
        Applies::Affected => "applies-word-affected",
        Applies::Fixed => "applies-word-fixed",
        Applies::NotAffected => "applies-word-not-affected",
        Applies::Unknown => "applies-word-unknown",
    }
}
