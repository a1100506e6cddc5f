//! The report for a terminal, with colours that the caller may strip.

use std::fmt::Write;

use anstyle::{AnsiColor, Style};

use super::super::block::{Block, Tone};
use crate::message::Catalog;
use crate::text::escape_terminal;
use unicode_width::UnicodeWidthStr;

/// Columns of a page that is not on a terminal.
pub const DEFAULT_WIDTH: usize = 80;
/// Width of the labels with the spaces around them.
const LABEL: usize = 14;

const TITLE: Style = Style::new().bold();
const LABEL_STYLE: Style = Style::new().dimmed();
const MATCH: Style = AnsiColor::Green.on_default().bold();
const POSSIBLE: Style = AnsiColor::Yellow.on_default().bold();

/// Renders a page of `width` columns as text with ANSI colours.
pub(in crate::report) fn render_text(page: &[Block], catalog: &Catalog, width: usize) -> String {
    let mut page_text = PageText { text: String::new(), width };
    for block in page {
        page_text.block(block, catalog);
    }
    page_text.text
}

/// Rows of a page of `width` columns.
pub(in crate::report) fn rows(page: &[Block], catalog: &Catalog, width: usize) -> usize {
    render_text(page, catalog, width).lines().count()
}

/// A page while it is written.
struct PageText {
    text: String,
    width: usize,
}

impl PageText {
    fn block(&mut self, block: &Block, catalog: &Catalog) {
        match block {
            Block::Title(title) => {
                self.gap();
                self.line("", "", title, TITLE);
            }
            Block::Heading(heading, tone) => {
                let style = match tone {
                    Tone::Match => MATCH,
                    Tone::Possible => POSSIBLE,
                    Tone::Plain => TITLE,
                };
                self.gap();
                self.line("", "", heading, style);
            }
            Block::Field(label, value) => self.field(&catalog.text(label, &[]), value),
            Block::Link(Some(label), about, url) => {
                self.field(&catalog.text(label, &[]), &format!("{about} {url}"));
            }
            Block::Link(None, about, url) => {
                self.line("  - ", "    ", &format!("{about} {url}"), Style::new());
            }
            Block::Item(item) => self.line("  - ", "    ", item, Style::new()),
            Block::Preformatted(line) => {
                let _ = writeln!(self.text, "  {}", escape_terminal(line));
            }
            Block::Paragraph(paragraph) => {
                for part in paragraph.split("\n\n") {
                    self.line("  ", "  ", part, Style::new());
                }
            }
            Block::Step(number, step) => {
                self.line(&format!("  {number}. "), "     ", step, Style::new());
            }
        }
    }

    /// An empty line, but for the start of the page.
    fn gap(&mut self) {
        if !self.text.is_empty() {
            self.text.push('\n');
        }
    }

    fn field(&mut self, label: &str, value: &str) {
        // Japanese characters are two columns wide.
        let spaces = " ".repeat((LABEL - 2).saturating_sub(label.width()).max(1));
        let first = format!("  {LABEL_STYLE}{label}{LABEL_STYLE:#}{spaces}");
        self.line(&first, &" ".repeat(LABEL), value, Style::new());
    }

    /// Writes `value` with `first` before its first and `next` before its other lines.
    fn line(&mut self, first: &str, next: &str, value: &str, style: Style) {
        let value = value.split_whitespace().collect::<Vec<_>>().join(" ");
        let value = escape_terminal(&value);
        // Colours take no room: the indentation is counted in spaces.
        let width = self.width.saturating_sub(next.len());
        for (index, words) in wrap(&value, width).iter().enumerate() {
            let indent = if index == 0 { first } else { next };
            let _ = writeln!(self.text, "{indent}{style}{words}{style:#}");
        }
    }
}

/// Wraps at `width`; an address stays whole, so that it can be copied and clicked.
fn wrap(value: &str, width: usize) -> Vec<String> {
    // Japanese has no spaces between its words; paths and functions must not be broken.
    let separator = if value.is_ascii() {
        textwrap::WordSeparator::AsciiSpace
    } else {
        textwrap::WordSeparator::UnicodeBreakProperties
    };
    let options = textwrap::Options::new(width)
        .word_splitter(textwrap::WordSplitter::NoHyphenation)
        .word_separator(separator);
    let (words, address) = match value.rsplit_once(' ') {
        Some((words, last)) if is_address(last) => (words, Some(last)),
        None if is_address(value) => ("", Some(value)),
        _ => (value, None),
    };
    let mut lines: Vec<String> =
        textwrap::wrap(words, options).into_iter().map(std::borrow::Cow::into_owned).collect();
    if let Some(address) = address {
        match lines.last_mut() {
            Some(last) if last.width() + 1 + address.len() <= width => {
                *last = format!("{last} {address}").trim_start().to_owned();
            }
            _ => lines.push(address.to_owned()),
        }
    }
    lines
}

fn is_address(word: &str) -> bool {
    word.starts_with("https://") || word.starts_with("http://")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A field as it is printed, without colours.
    fn field(label: &str, value: &str) -> String {
        let mut page = PageText { text: String::new(), width: DEFAULT_WIDTH };
        page.field(label, value);
        anstream::adapter::strip_str(&page.text).to_string()
    }

    #[test]
    fn long_values_wrap_below_themselves() {
        let plain = field("panic", &"word ".repeat(30));
        for line in plain.lines() {
            assert!(line.len() <= DEFAULT_WIDTH, "{line:?}");
        }
        assert!(plain.lines().nth(1).is_some_and(|line| line.starts_with(&" ".repeat(LABEL))));
    }

    #[test]
    fn japanese_text_keeps_its_columns() {
        let plain = field("原因", &"割り込みが止まらず、物理CPUが応答しなくなりました。".repeat(4));
        assert!(plain.lines().count() > 2, "{plain}");
        for line in plain.lines() {
            assert!(line.width() <= DEFAULT_WIDTH, "{line:?}");
        }
        assert!(plain.starts_with("  原因        割り込み"), "{plain}");
    }

    #[test]
    fn addresses_stay_whole() {
        let address = format!("https://example.org/{}", "x".repeat(80));
        assert_eq!(wrap(&format!("12 {address}"), 20), ["12".to_owned(), address]);
        assert_eq!(wrap("12 https://a.b", 20), ["12 https://a.b"]);
    }

    #[test]
    fn control_characters_of_a_crash_never_reach_the_terminal() {
        let mut page = PageText { text: String::new(), width: DEFAULT_WIDTH };
        page.line("", "", "vmm0:\u{1b}[2Jx", Style::new());
        assert_eq!(page.text, "vmm0:\\u{1b}[2Jx\n");
    }
}
