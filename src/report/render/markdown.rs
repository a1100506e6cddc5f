//! The report as Markdown, for tickets and chats.

use std::fmt::Write;

use super::super::block::Block;
use crate::message::Catalog;
use crate::text::{escape_markdown, escape_terminal, web_address};

/// The fewest backticks of a fence.
const FENCE: usize = 3;

/// Renders a page as Markdown; everything out of the crash is escaped.
pub(in crate::report) fn render_markdown(page: &[Block], catalog: &Catalog) -> String {
    let mut text = String::new();
    let mut in_list = false;
    let mut rest = page;
    while let [block, others @ ..] = rest {
        let lines = preformatted_lines(rest);
        if !lines.is_empty() {
            rest = &rest[lines.len()..];
            write_fenced(&mut text, &lines);
            in_list = false;
            continue;
        }
        rest = others;
        let item =
            matches!(block, Block::Field(..) | Block::Link(..) | Block::Step(..) | Block::Item(..));
        if !item || !in_list {
            text.push('\n');
        }
        in_list = item;
        // A page begins with its title, or with the verdict.
        let is_top = text.trim().is_empty();
        write_block(&mut text, block, catalog, is_top);
    }
    text.trim_start().to_owned()
}

fn write_block(text: &mut String, block: &Block, catalog: &Catalog, is_top: bool) {
    let _ = match block {
        Block::Title(heading) | Block::Heading(heading, _) => {
            let marks = if is_top { "#" } else { "##" };
            writeln!(text, "{marks} {}", escape_markdown(heading))
        }
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
        Block::Preformatted(line) => return write_fenced(text, &[line]),
        Block::Paragraph(paragraph) => writeln!(text, "{}", escape_markdown_lines(paragraph)),
        Block::Step(number, step) => writeln!(text, "{number}. {}", inline(step)),
    };
}

/// The preformatted lines at the start of `blocks`.
fn preformatted_lines(blocks: &[Block]) -> Vec<&str> {
    let lines = blocks.iter().map_while(|block| match block {
        Block::Preformatted(line) => Some(line.as_str()),
        _ => None,
    });
    lines.collect()
}

/// Writes lines as they are, but for control characters, between fences that none of them can close.
fn write_fenced(text: &mut String, lines: &[&str]) {
    let ticks = lines.iter().flat_map(|line| line.split(|c| c != '`')).map(str::len).max();
    let fence = "`".repeat(ticks.map_or(FENCE, |ticks| (ticks + 1).max(FENCE)));
    let _ = writeln!(text, "\n{fence}");
    for line in lines {
        let _ = writeln!(text, "{}", escape_terminal(line));
    }
    let _ = writeln!(text, "{fence}");
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

    fn link_block(url: &str) -> Block {
        Block::Link(None, "*12*".to_owned(), url.to_owned())
    }

    #[test]
    fn only_an_address_of_the_knowledge_base_is_a_link() {
        #[track_caller]
        fn check(block: Block, expected: &str) {
            assert_eq!(render_markdown(&[block], Catalog::english()), expected);
        }
        check(link_block("https://example.org/a_b"), "- \\*12\\* <https://example.org/a_b>\n");
        check(link_block("https://example.org/> x"), "- \\*12\\* `https://example.org/>` x\n");
        check(link_block("javascript:x"), "- \\*12\\* javascript:x\n");
        check(Block::Item("see https://evil.example".into()), "- see `https://evil.example`\n");
        let paragraph = Block::Paragraph("a\n\nhttp://evil.example".into());
        check(paragraph, "a\n\n`http://evil.example`\n");
    }

    #[test]
    fn a_screen_is_fenced_and_printed_as_it_is() {
        let lines = ["#PF *x* <b>", "````", "a\u{1b}[2J"];
        let blocks = lines.map(|line| Block::Preformatted(line.to_owned()));
        assert_eq!(
            render_markdown(&blocks, Catalog::english()),
            "`````\n#PF *x* <b>\n````\na\\u{1b}[2J\n`````\n"
        );
    }
}
