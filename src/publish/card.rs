//! One known issue as data, for the card and for the exports.

use schemars::JsonSchema;
use serde::Serialize;

use super::conditions::condition_cards;
use super::edition::Edition;
use super::fixes::{LineFix, covered_lines, fixes_by_line};
use crate::kb::{AffectedBuilds, Article, Component, Exemplar, Expectation, Issue};
use crate::matching::{FrameWorth, SignatureWorth};

/// One known issue. Texts are in English; those that end in `_ja` are in Japanese, and absent
/// without a translation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Card {
    /// Id.
    pub id: String,
    /// One line.
    pub title: String,
    /// The title in Japanese.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub title_ja: String,
    /// `draft`, `test` or `reviewed`.
    pub status: String,
    /// The strongest evidence it can have: `frames`, `texts` or `possible`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub strength: Option<String>,
    /// Who wrote it.
    pub author: String,
    /// Date of the first version.
    pub created: String,
    /// The articles; the first one gave the id.
    pub articles: Vec<Article>,
    /// The hosts that have it.
    pub affected: AffectedCard,
    /// The cause.
    pub cause: String,
    /// The same in Japanese.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub cause_ja: String,
    /// The remedy.
    pub fix: FixCard,
    /// Further facts for a reader.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub notes: String,
    /// The same in Japanese.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub notes_ja: String,
    /// Panic kinds of its signatures and crashes.
    pub kinds: Vec<String>,
    /// Modules of its signatures and crashes.
    pub modules: Vec<String>,
    /// Functions that its signatures ask for.
    pub functions: Vec<String>,
    /// The patterns by which it is recognised.
    pub signatures: Vec<SignatureCard>,
    /// Crashes of this issue.
    pub crashes: Vec<CrashText>,
    /// Crashes that look like it and have another cause.
    pub near_misses: Vec<CrashText>,
    /// Issues that look alike.
    pub related: Vec<RelatedIssue>,
}

/// The hosts that have an issue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct AffectedCard {
    /// Update lines as the file writes them: prefixes.
    pub lines: Vec<String>,
    /// The update lines of the release list that they cover.
    pub covered: Vec<String>,
    /// Conditions in words.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub text: String,
    /// Bounds inside single lines.
    pub builds: Vec<AffectedBuilds>,
    /// Drivers, firmware, plug-ins, hardware.
    pub components: Vec<Component>,
}

/// The remedy for an issue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct FixCard {
    /// In words.
    pub text: String,
    /// The same in Japanese.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub text_ja: String,
    /// A workaround until then.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub workaround: String,
    /// The same in Japanese.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub workaround_ja: String,
    /// The nearest fixed build for each affected update line.
    pub lines: Vec<LineFix>,
    /// First fixed drivers, firmware and plug-ins.
    pub components: Vec<Component>,
}

/// One signature.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct SignatureCard {
    /// Name.
    pub name: String,
    /// Its conditions, each with the wanted values.
    pub conditions: Vec<ConditionCard>,
    /// The worth of each of its frames.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub frames: Vec<FrameCard>,
}

/// The worth of one frame of a signature.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct FrameCard {
    /// The function.
    pub function: String,
    /// `telling`, `shared` or `plumbing`.
    pub worth: FrameWorth,
    /// Other issues whose signatures ask for it or whose crashes print it.
    pub shared_with: Vec<String>,
}

/// One condition of a signature.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ConditionCard {
    /// The key in the issue file, such as `frames` or `host.models`.
    pub condition: String,
    /// The wanted values.
    pub values: Vec<String>,
    /// Key of the label.
    #[serde(skip)]
    #[schemars(skip)]
    pub label: &'static str,
}

/// A crash text of the knowledge base.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct CrashText {
    /// Path inside the knowledge base.
    pub path: String,
    /// Where it was published.
    pub source: String,
}

/// An issue that looks alike.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct RelatedIssue {
    /// Id.
    pub id: String,
    /// Title.
    pub title: String,
    /// Title in Japanese.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub title_ja: String,
}

impl Card {
    /// Makes the card of `issue`, which is in `edition`.
    pub fn new(issue: &Issue, edition: &Edition<'_>) -> Self {
        let kb = edition.kb;
        let subjects = edition.subjects.get(&issue.id).cloned().unwrap_or_default();
        let strength = edition.strengths.get(&issue.id);
        let japanese = issue.japanese.clone();
        Self {
            id: issue.id.clone(),
            title: issue.title.clone(),
            title_ja: japanese.title,
            status: issue.status.as_str().to_owned(),
            strength: strength.map(|strength| strength.as_str().to_owned()),
            author: issue.author.clone(),
            created: issue.created.clone(),
            articles: issue.articles.clone(),
            affected: affected(issue, edition),
            cause: issue.cause.clone(),
            cause_ja: japanese.cause,
            fix: FixCard {
                text: issue.fix_text.clone(),
                text_ja: japanese.fix,
                workaround: issue.workaround.clone(),
                workaround_ja: japanese.workaround,
                lines: fixes_by_line(issue, kb),
                components: issue.fix.components.clone(),
            },
            notes: issue.notes.clone(),
            notes_ja: japanese.notes,
            kinds: subjects.kinds.into_iter().collect(),
            modules: subjects.modules.into_iter().collect(),
            functions: subjects.functions.into_iter().collect(),
            signatures: signatures(issue, edition),
            crashes: kb.exemplars_of(&issue.id).map(crash_text).collect(),
            near_misses: near_misses(&issue.id, edition),
            related: related(&issue.id, edition),
        }
    }

    /// Returns the fixes that update lines have of their own, each once.
    pub fn own_fixes(&self) -> impl Iterator<Item = &LineFix> {
        self.fix.lines.iter().filter(|fix| fix.is_own())
    }
}

impl Edition<'_> {
    /// Makes the card of every issue, in the order of the ids.
    pub fn cards(&self) -> Vec<Card> {
        self.kb.issues.values().map(|issue| Card::new(issue, self)).collect()
    }
}

fn affected(issue: &Issue, edition: &Edition<'_>) -> AffectedCard {
    AffectedCard {
        lines: issue.affected.lines.clone(),
        covered: covered_lines(issue, edition.kb),
        text: issue.affected.text.clone(),
        builds: issue.affected.builds.clone(),
        components: issue.affected.components.clone(),
    }
}

fn signatures(issue: &Issue, edition: &Edition<'_>) -> Vec<SignatureCard> {
    let worths = edition.worths.get(&issue.id).map_or(&[][..], Vec::as_slice);
    let cards = issue.signatures.iter().enumerate().map(|(index, signature)| SignatureCard {
        name: signature.name.clone(),
        conditions: condition_cards(signature),
        frames: frames(issue, worths.get(index), edition),
    });
    cards.collect()
}

fn frames(issue: &Issue, worth: Option<&SignatureWorth>, edition: &Edition<'_>) -> Vec<FrameCard> {
    let frames = worth.into_iter().flat_map(|worth| &worth.frames);
    let cards = frames.map(|(frame, worth)| {
        let others = edition.knowing.get(frame.name()).into_iter().flatten();
        FrameCard {
            function: frame.name().to_owned(),
            worth: *worth,
            shared_with: others.filter(|id| **id != issue.id).cloned().collect(),
        }
    });
    cards.collect()
}

fn near_misses(id: &str, edition: &Edition<'_>) -> Vec<CrashText> {
    let exemplars = edition.kb.exemplars.values();
    exemplars
        .filter(|exemplar| matches!(&exemplar.expectation, Expectation::Not(other) if other == id))
        .map(crash_text)
        .collect()
}

fn crash_text(exemplar: &Exemplar) -> CrashText {
    CrashText { path: exemplar.path.clone(), source: exemplar.source.clone() }
}

fn related(id: &str, edition: &Edition<'_>) -> Vec<RelatedIssue> {
    let issues = edition.kb.related_to(id).into_iter().filter_map(|id| edition.kb.issues.get(id));
    issues
        .map(|issue| RelatedIssue {
            id: issue.id.clone(),
            title: issue.title.clone(),
            title_ja: issue.japanese.title.clone(),
        })
        .collect()
}
