//! The whole knowledge base as one JSON document.

use schemars::JsonSchema;
use serde::Serialize;

use super::Edition;
use super::card::Card;
use crate::kb::{Article, Guidance, ReleaseEntry, compare_lines};
use crate::message::Catalog;
use crate::report::{Block, Detail, Printed, article};

/// The knowledge base. Codes are never translated; texts that end in `_ja` are in Japanese.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Document {
    /// Version of this format; it changes when a field changes its meaning.
    pub schema: u32,
    /// Version of psod-match.
    pub tool: String,
    /// Digest of the files of the knowledge base.
    pub kb: String,
    /// The known issues by id.
    pub issues: Vec<Card>,
    /// General advice by id.
    pub guidance: Vec<GuidanceCard>,
    /// The releases, oldest line first.
    pub releases: Vec<ReleaseCard>,
    /// The modules with their owners.
    pub modules: Vec<ModuleCard>,
}

/// Advice for panic kinds.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct GuidanceCard {
    /// Id.
    pub id: String,
    /// Panic kinds; empty means every crash.
    pub kinds: Vec<String>,
    /// The articles about them.
    pub articles: Vec<Article>,
    /// The advice.
    pub advice: String,
    /// The same in Japanese.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub advice_ja: String,
}

impl GuidanceCard {
    /// The card of `guidance`.
    pub fn new(guidance: &Guidance) -> Self {
        Self {
            id: guidance.id.clone(),
            kinds: guidance.kinds.clone(),
            articles: guidance.articles.clone(),
            advice: guidance.text.clone(),
            advice_ja: guidance.advice_ja.clone(),
        }
    }
}

impl Printed for GuidanceCard {
    fn page(&self, catalog: &Catalog, _: Detail) -> Vec<Block> {
        let advice = catalog.chosen(self.advice.clone(), self.advice_ja.clone());
        let title = if self.kinds.is_empty() {
            catalog.text("heading-guidance", &[])
        } else {
            catalog.text("heading-guidance-kind", &[("kind", &self.kinds.join(", "))])
        };
        let mut blocks = vec![Block::Title(title), Block::Paragraph(advice)];
        blocks.extend(self.articles.iter().map(article));
        blocks
    }
}

/// One released build.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ReleaseCard {
    /// Update line.
    pub line: String,
    /// Short name.
    pub name: String,
    /// Build.
    pub build: u32,
    /// Date of release.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub date: String,
    /// `side` for a build outside the main order of its line.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub branch: String,
}

/// One module.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ModuleCard {
    /// Name.
    pub module: String,
    /// `vmkernel`, `inbox`, `partner` or `unknown`.
    pub owner: String,
    /// The company that makes it.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub vendor: String,
    /// What it drives.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub device: String,
    /// The name under which its installed version is listed, where that is another one.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub vib: String,
    /// A short description.
    pub title: String,
}

/// The document of `edition`.
pub fn document(edition: &Edition<'_>) -> Document {
    let kb = edition.kb;
    let guidance = kb.guidance.values().map(GuidanceCard::new);
    let modules = kb.modules.entries.values().map(|entry| ModuleCard {
        module: entry.module.clone(),
        owner: entry.owner.as_str().to_owned(),
        vendor: entry.vendor.clone(),
        device: entry.device.clone(),
        vib: entry.vib.clone(),
        title: entry.title.clone(),
    });
    Document {
        schema: super::SCHEMA,
        tool: env!("CARGO_PKG_VERSION").to_owned(),
        kb: edition.digest.clone(),
        issues: edition.cards(),
        guidance: guidance.collect(),
        releases: releases(edition),
        modules: modules.collect(),
    }
}

/// The releases, oldest update line first, and by build inside one.
pub(super) fn releases(edition: &Edition<'_>) -> Vec<ReleaseCard> {
    let mut entries: Vec<_> = edition.kb.releases.entries().iter().collect();
    entries.sort_by(|one, other| {
        compare_lines(&one.line, &other.line).then(one.build.cmp(&other.build))
    });
    entries.into_iter().map(release_card).collect()
}

fn release_card(entry: &ReleaseEntry) -> ReleaseCard {
    ReleaseCard {
        line: entry.line.clone(),
        name: entry.name.clone(),
        build: entry.build,
        date: entry.date.clone(),
        branch: entry.branch.as_str().to_owned(),
    }
}
