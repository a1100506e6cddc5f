//! The screen of a crash part by part, as published.

use schemars::JsonSchema;
use serde::Serialize;

use super::envelope::{LimitReport, SCHEMA, Source, SourceReport, limit_reports, tool};
use super::machine_check::{machine_check_lines, machine_check_reports};
use crate::crash::{ScreenLine, ScreenPart};
use crate::diagnose::Subject;
use crate::explain::Section;
use crate::kb::Article;
use crate::message::Catalog;
use crate::read::ShownPicture;

/// The output of `psod-match explain` for one crash.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct Explanation {
    /// Version of this format; it changes when a field changes its meaning.
    pub schema: u32,
    /// Version of psod-match.
    pub tool: String,
    /// Where the crash was found.
    pub source: SourceReport,
    /// The lines of the screen in printed order.
    pub screen: Vec<ScreenLine>,
    /// Its parts.
    pub sections: Vec<SectionReport>,
    /// Bounds that cut something.
    pub limits: Vec<LimitReport>,
    /// The pictures that the screen was read from, for a page that shows them.
    #[serde(skip)]
    pub pictures: Vec<ShownPicture>,
}

/// One part of the screen.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct SectionReport {
    /// The part.
    pub part: ScreenPart,
    /// Its lines as printed.
    pub screen: Vec<String>,
    /// Their meaning in this crash.
    pub says: Vec<String>,
    /// The articles about it.
    pub articles: Vec<Article>,
}

impl Explanation {
    /// The published form of `sections`, which explain the screen of the crash.
    pub fn new(
        subject: &Subject,
        sections: &[Section],
        source: Source<'_>,
        catalog: &Catalog,
    ) -> Self {
        let crash = &subject.crash;
        let mut sections: Vec<SectionReport> =
            sections.iter().map(|section| SectionReport::new(section, catalog)).collect();
        for section in &mut sections {
            if section.part == ScreenPart::MachineCheck {
                let banks = machine_check_reports(crash);
                section.says.extend(machine_check_lines(&banks, catalog));
            }
        }
        Self {
            schema: SCHEMA,
            tool: tool(),
            source: source.report(subject.line),
            screen: crash.screen.clone(),
            sections,
            limits: limit_reports(&subject.limits, catalog),
            pictures: subject.picture.iter().flat_map(|picture| picture.shown.clone()).collect(),
        }
    }
}

impl SectionReport {
    fn new(section: &Section, catalog: &Catalog) -> Self {
        Self {
            part: section.part,
            screen: section.screen.clone(),
            says: section.says.iter().map(|says| says.in_language(catalog)).collect(),
            articles: section.articles.clone(),
        }
    }
}
