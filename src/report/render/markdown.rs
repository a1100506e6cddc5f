//! The report as Markdown, for tickets and chats.

use std::fmt::Write;

use super::super::block::Block;
use crate::message::Catalog;
use crate::text::{escape_markdown, web_address};

/// Renders a page as Markdown; everything out of the crash is escaped.
pub(in crate::report) fn render_markdown(page: &[Block], catalog: &Catalog) -> String {
    let mut text = String::new();
    let mut in_list = false;
    for block in page {
        let item = matches!(
            block,
            Block::Field(..)
                | Block::Link(..)
                | Block::Step(..)
                | Block::Item(..)
                | Block::Preformatted(..)
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
            Block::Link(label, about, url) => {
                let label = label.map_or(String::new(), |label| catalog.text(label, &[]));
                let label = if label.is_empty() { label } else { format!("**{label}:** ") };
                writeln!(text, "- {label}{} {}", inline(about), link(url))
            }
            Block::Item(item) => writeln!(text, "- {}", inline(item)),
            Block::Preformatted(line) => writeln!(text, "- {}", escape_markdown(line)),
            Block::Paragraph(paragraph) => writeln!(text, "{}", escape_markdown_lines(paragraph)),
            Block::Step(number, step) => writeln!(text, "{number}. {}", inline(step)),
        };
    }
    text.trim_start().to_owned()
}

/// One line, everything escaped.
fn inline(value: &str) -> String {
    escape_markdown(&value.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// An address of the knowledge base; what is no whole address of the web stays text.
fn link(url: &str) -> String {
    web_address(url).map_or_else(|| inline(url), |url| format!("<{url}>"))
}

fn escape_markdown_lines(paragraph: &str) -> String {
    paragraph.split("\n\n").map(inline).collect::<Vec<_>>().join("\n\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_address_of_the_knowledge_base_is_a_link() {
        #[track_caller]
        fn check(block: Block, expected: &str) {
            assert_eq!(render_markdown(&[block], Catalog::english()), expected);
        }
        let link = |url: &str| Block::Link(None, "*12*".to_owned(), url.to_owned());
        check(link("https://example.org/a_b"), "- \\*12\\* <https://example.org/a_b>\n");
        check(link("https://example.org/> x"), "- \\*12\\* `https://example.org/>` x\n");
        check(link("javascript:x"), "- \\*12\\* javascript:x\n");
        check(Block::Item("see https://evil.example".into()), "- see `https://evil.example`\n");
        let paragraph = Block::Paragraph("a\n\nhttp://evil.example".into());
        check(paragraph, "a\n\n`http://evil.example`\n");
    }
}
