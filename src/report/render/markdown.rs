//! The report as Markdown, for tickets and chats.

use std::fmt::Write;

use super::super::block::Block;
use crate::message::Catalog;
use crate::text::{escape_markdown, escape_terminal};

/// Renders a page as Markdown; everything out of the crash is escaped.
pub(in crate::report) fn render_markdown(page: &[Block], catalog: &Catalog) -> String {
    let mut text = String::new();
    let mut in_list = false;
    for block in page {
        let item = matches!(
            block,
            Block::Field(..) | Block::Step(..) | Block::Item(..) | Block::Preformatted(..)
        );
        if !item || !in_list {
            text.push('\n');
        }
        in_list = item;
        let _ = match block {
            Block::Title(title) => writeln!(text, "# {}", escape_markdown(title)),
            Block::Heading(heading, _) => writeln!(text, "## {}", escape_markdown(heading)),
            Block::Field(label, value) => {
                let label = catalog.text(label, &[]);
                writeln!(text, "- **{label}:** {}", inline(value))
            }
            Block::Item(item) => writeln!(text, "- {}", inline(item)),
            Block::Preformatted(line) => writeln!(text, "- {}", escape_markdown(line)),
            Block::Paragraph(paragraph) => writeln!(text, "{}", escape_markdown_lines(paragraph)),
            Block::Step(number, step) => writeln!(text, "{number}. {}", inline(step)),
        };
    }
    text.trim_start().to_owned()
}

/// One line; addresses stay links, everything else is escaped.
fn inline(value: &str) -> String {
    value.split_whitespace().map(inline_word).collect::<Vec<_>>().join(" ")
}

fn inline_word(word: &str) -> String {
    if word.starts_with("https://") || word.starts_with("http://") {
        format!("<{}>", escape_terminal(&word.replace(['<', '>'], "")))
    } else {
        escape_markdown(word)
    }
}

fn escape_markdown_lines(paragraph: &str) -> String {
    paragraph.split("\n\n").map(inline).collect::<Vec<_>>().join("\n\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_stay_links_and_markup_is_escaped() {
        assert_eq!(
            inline("see https://example.org/a_b and *x*"),
            "see <https://example.org/a_b> and \\*x\\*"
        );
    }

    #[test]
    fn an_address_hides_nothing() {
        assert_eq!(
            inline("https://example.org/\u{202e}\u{1b}]0;x"),
            "<https://example.org/\\u{202e}\\u{1b}]0;x>"
        );
    }
}
