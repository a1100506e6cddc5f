//! General advice for panic kinds: never presented as a match.

use serde::{Deserialize, Serialize};

use super::front_matter::FrontMatterDocument;
use super::issue::{Article, SchemaVersion};
use crate::error::Result;
use crate::text::unwrap_lines;

/// Advice for one or more panic kinds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Guidance {
    /// Path inside the knowledge base.
    pub path: String,
    /// The file's stem.
    pub id: String,
    /// Panic kinds; empty for every crash.
    pub kinds: Vec<String>,
    /// The articles that explain the kind.
    pub articles: Vec<Article>,
    /// The advice.
    pub text: String,
    /// The advice in Japanese; empty where it has not been written.
    pub advice_ja: String,
}

/// The front matter of a guidance file.
#[derive(Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct GuidanceFront {
    #[allow(dead_code, reason = "the version is checked by its type: only 1 is read")]
    schema: SchemaVersion,
    id: String,
    kinds: Vec<String>,
    #[serde(default)]
    advice_ja: String,
    #[serde(default)]
    articles: Vec<Article>,
}

impl Guidance {
    /// Reads the file `path`, which has the content `text`.
    ///
    /// # Errors
    /// [`crate::error::Error::KbSyntax`] with the line and the text that was expected there.
    pub fn parse(path: &str, text: &str) -> Result<Self> {
        Ok(Self::from_document(path, FrontMatterDocument::parse(path, text)?))
    }

    /// The guidance of the file `path` that consists of `document`.
    pub(super) fn from_document(path: &str, document: FrontMatterDocument<GuidanceFront>) -> Self {
        let text = unwrap_lines(document.section("Advice").unwrap_or_default());
        let GuidanceFront { id, kinds, articles, advice_ja, .. } = document.front;
        let advice_ja = unwrap_lines(&advice_ja);
        Self { path: path.to_owned(), id, kinds, articles, text, advice_ja }
    }
}
