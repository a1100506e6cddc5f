//! A page of blocks as one self-contained HTML page.

use askama::Template;

use super::super::block::Block;
use crate::message::Catalog;
use crate::text::{escape_terminal, web_address};

#[derive(Template)]
#[template(path = "sheet.html")]
struct HtmlSheet<'a> {
    language: &'static str,
    title: String,
    parts: Vec<HtmlPart<'a>>,
}

/// One part of the page; the template gives each its element.
enum HtmlPart<'a> {
    Heading(String),
    Field(String, String),
    /// A label, a text, and the address where it is one of the web.
    Link(String, String, Option<&'a str>),
    Item(String),
    Paragraph(String),
    /// Consecutive lines, each with the class of its first character in a diff.
    Lines(Vec<(&'static str, String)>),
}

/// Renders blocks; their texts are escaped by the template, control characters made visible.
pub(in crate::report) fn render_sheet(catalog: &Catalog, title: &str, blocks: &[Block]) -> String {
    let mut parts: Vec<HtmlPart<'_>> = Vec::new();
    for block in blocks {
        let part = match block {
            Block::Title(_) => continue,
            Block::Heading(text, _) => HtmlPart::Heading(visible(text)),
            Block::Field(label, value) => HtmlPart::Field(catalog.text(label, &[]), visible(value)),
            Block::Link(label, text, address) => {
                let label = label.map(|label| catalog.text(label, &[])).unwrap_or_default();
                HtmlPart::Link(label, visible(text), web_address(address))
            }
            Block::Item(text) => HtmlPart::Item(visible(text)),
            Block::Step(number, text) => HtmlPart::Item(format!("{number}. {}", visible(text))),
            Block::Paragraph(text) => HtmlPart::Paragraph(visible(text)),
            Block::Preformatted(line) => {
                let line = (class_of(line), visible(line));
                if let Some(HtmlPart::Lines(lines)) = parts.last_mut() {
                    lines.push(line);
                    continue;
                }
                HtmlPart::Lines(vec![line])
            }
        };
        parts.push(part);
    }
    let title = visible(title);
    let page = HtmlSheet { language: catalog.language().tag(), title, parts };
    // Writing into a string fails only when the template is wrong, which the compiler rules out.
    page.render().unwrap_or_default()
}

/// The class of a line of a diff.
fn class_of(line: &str) -> &'static str {
    match line.as_bytes().first() {
        Some(b'+') => "new",
        Some(b'-') => "old",
        Some(b'@') => "place",
        _ => "same",
    }
}

/// The text with its control characters made visible.
fn visible(text: &str) -> String {
    escape_terminal(text).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_a_text_becomes_markup() {
        let blocks = [
            Block::Item("<script>1</script>".into()),
            Block::Preformatted("+<b>".into()),
            Block::Preformatted("-\u{1b}[31m".into()),
            Block::Link(None, "x".into(), "javascript:1".into()),
        ];
        let page = render_sheet(Catalog::english(), "<i>", &blocks);
        assert!(!page.contains("<script>") && !page.contains("<b>") && !page.contains("<i>"));
        assert!(!page.contains('\u{1b}') && !page.contains("href"), "{page}");
        assert!(page.contains("class=\"new\"") && page.contains("class=\"old\""), "{page}");
    }
}
