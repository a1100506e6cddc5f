//! A page before it is text, Markdown or HTML: headings, fields, lists and paragraphs.

use crate::kb::{Article, Origin};

/// One part of a page. Texts are raw: renderers escape them.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Block {
    /// The crash itself.
    Title(String),
    /// A part of the answer.
    Heading(String, Tone),
    /// A name and its value.
    Field(&'static str, String),
    /// One of several statements.
    Item(String),
    /// A text and the address that the knowledge base gives for it: the only links of a page.
    Link(Option<&'static str>, String, String),
    /// One line whose columns count.
    Preformatted(String),
    /// Running text.
    Paragraph(String),
    /// One of several steps.
    Step(usize, String),
}

/// The standing of the issue below a heading.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Tone {
    /// Proven.
    Match,
    /// Worth showing.
    Possible,
    /// Neither.
    Plain,
}

/// An article with its numbers and address, marked where the page is not its publisher's.
pub fn article(article: &Article) -> Block {
    let label = match article.origin() {
        Origin::Vendor => "label-article",
        Origin::Copy => "label-copy",
        Origin::Other => "label-page",
    };
    Block::Link(Some(label), article.numbers(), article.url.clone())
}
