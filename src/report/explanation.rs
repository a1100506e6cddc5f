//! `psod-match explain`: the screen part by part, as data, as a page and as HTML.

use askama::Template;
use schemars::JsonSchema;
use serde::Serialize;

use super::build::{Source, limit_reports};
use super::machine_checks;
use super::page::{Block, Tone, article, limit_blocks, title};
use super::types::{LimitReport, SourceReport};
use crate::crash::{ScreenLine, ScreenPart};
use crate::diagnose::{Handbook, Subject};
use crate::error::Result;
use crate::explain::{Surroundings, sections};
use crate::kb::Article;
use crate::message::Catalog;
use crate::text::escape_terminal;

/// What `psod-match explain` says of one crash.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Explanation {
    /// Version of this format; it changes when a field changes its meaning.
    pub schema: u32,
    /// Version of psod-match.
    pub tool: String,
    /// Where the crash was found.
    pub source: SourceReport,
    /// The lines of the screen in printed order.
    pub screen: Vec<ScreenLine>,
    /// What each part says.
    pub sections: Vec<SectionReport>,
    /// Bounds that cut something.
    pub limits: Vec<LimitReport>,
}

/// One part of the screen.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct SectionReport {
    /// Which part.
    pub part: ScreenPart,
    /// Its lines as printed.
    pub screen: Vec<String>,
    /// What they say in this crash.
    pub says: Vec<String>,
    /// The articles about it.
    pub articles: Vec<Article>,
}

impl Explanation {
    /// Explains the screen of a crash.
    ///
    /// # Errors
    /// [`crate::error::Error::Store`] when the compiled knowledge base is damaged.
    pub fn new(
        subject: &Subject,
        handbook: &Handbook,
        source: Source<'_>,
        catalog: &Catalog,
    ) -> Result<Self> {
        let around = Surroundings {
            release: subject.host.entry.as_ref(),
            module: &|name| handbook.module(name),
            catalog,
        };
        let sections = sections(&subject.crash, &around)?;
        let banks =
            machine_checks::lines(&machine_checks::machine_check_reports(&subject.crash), catalog);
        let sections = sections.into_iter().map(|mut section| {
            if section.part == ScreenPart::MachineCheck {
                section.says.extend(banks.iter().cloned());
            }
            SectionReport {
                part: section.part,
                screen: section.screen,
                says: section.says,
                articles: section.articles,
            }
        });
        Ok(Self {
            schema: super::build::SCHEMA,
            tool: env!("CARGO_PKG_VERSION").to_owned(),
            source: source.report(subject.line),
            sections: sections.collect(),
            screen: subject.crash.screen.clone(),
            limits: limit_reports(subject.limits.iter().copied(), catalog),
        })
    }
}

/// The key of a part's heading.
fn heading(part: ScreenPart) -> &'static str {
    match part {
        ScreenPart::Release => "section-release",
        ScreenPart::Message => "section-message",
        ScreenPart::Registers => "section-registers",
        ScreenPart::Worlds => "section-worlds",
        ScreenPart::Stack => "section-stack",
        ScreenPart::Uptime => "section-uptime",
        ScreenPart::MachineCheck => "section-machine-check",
        ScreenPart::CoreDump => "section-core-dump",
        ScreenPart::Log => "section-log",
    }
}

/// The explanation as blocks: each part with its lines and what they say.
pub(super) fn page(catalog: &Catalog, explanation: &Explanation) -> Vec<Block> {
    let mut blocks = vec![title(catalog, &explanation.source)];
    for section in &explanation.sections {
        blocks.push(Block::Heading(catalog.text(heading(section.part), &[]), Tone::Plain));
        blocks.extend(section.screen.iter().cloned().map(Block::Preformatted));
        blocks.extend(section.says.iter().cloned().map(Block::Item));
        blocks.extend(section.articles.iter().map(article));
    }
    blocks.extend(limit_blocks(&explanation.limits));
    blocks
}

#[derive(Template)]
#[template(path = "explain.html")]
struct Page<'a> {
    language: &'static str,
    title: String,
    place: String,
    about: String,
    lines: Vec<(&'static str, String)>,
    sections: Vec<HtmlSection<'a>>,
}

struct HtmlSection<'a> {
    class: &'static str,
    heading: String,
    says: Vec<String>,
    articles: &'a [Article],
}

/// The class of a part in the style sheet.
fn class(part: ScreenPart) -> &'static str {
    heading(part).trim_start_matches("section-")
}

/// The explanation as one self-contained page: the screen itself, and its parts below.
pub(super) fn html(catalog: &Catalog, explanation: &Explanation) -> String {
    let visible = |text: &str| escape_terminal(text).into_owned();
    let place = match title(catalog, &explanation.source) {
        Block::Title(place) => place,
        _ => String::new(),
    };
    let lines = explanation.screen.iter().map(|line| (class(line.part), visible(&line.text)));
    let sections = explanation.sections.iter().map(|section| HtmlSection {
        class: class(section.part),
        heading: catalog.text(heading(section.part), &[]),
        says: section.says.iter().map(|text| visible(text)).collect(),
        articles: &section.articles,
    });
    let page = Page {
        language: catalog.language().tag(),
        title: catalog.text("explain-title", &[]),
        place: visible(&place),
        about: catalog.text("explain-about-screen", &[]),
        lines: lines.collect(),
        sections: sections.collect(),
    };
    // Writing into a string fails only when the template is wrong, which the compiler rules out.
    page.render().unwrap_or_default()
}
