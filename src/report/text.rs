//! The report for a terminal: 80 columns, colours that the caller may strip.

use std::fmt::Write;

use anstyle::{AnsiColor, Style};

use super::page::{Block, Detail, Tone, page};
use super::types::CrashReport;
use crate::message::Catalog;
use crate::text::escape_terminal;

/// Width of the page in columns.
const WIDTH: usize = 80;
/// Width of the labels with the blanks around them.
const LABEL: usize = 14;

const TITLE: Style = Style::new().bold();
const LABEL_STYLE: Style = Style::new().dimmed();
const MATCH: Style = AnsiColor::Green.on_default().bold();
const POSSIBLE: Style = AnsiColor::Yellow.on_default().bold();

/// Renders a report as text with ANSI colours.
pub fn render_text(report: &CrashReport, why: bool) -> String {
    let mut text = String::new();
    for block in page(report, Detail { why }) {
        match block {
            Block::Title(title) => line(&mut text, "", "", &title, TITLE),
            Block::Heading(heading, tone) => {
                let style = match tone {
                    Tone::Match => MATCH,
                    Tone::Possible => POSSIBLE,
                    Tone::Plain => TITLE,
                };
                text.push('\n');
                line(&mut text, "", "", &heading, style);
            }
            Block::Field(label, value) => field(&mut text, label, &value),
            Block::Paragraph(paragraph) => {
                for part in paragraph.split("\n\n") {
                    line(&mut text, "  ", "  ", part, Style::new());
                }
            }
            Block::Step(number, step) => {
                line(&mut text, &format!("  {number}. "), "     ", &step, Style::new());
            }
        }
    }
    text
}

fn field(text: &mut String, label: &str, value: &str) {
    let label = Catalog::english().text(label, &[]);
    let first = format!("  {LABEL_STYLE}{label:<width$}{LABEL_STYLE:#}", width = LABEL - 2);
    line(text, &first, &" ".repeat(LABEL), value, Style::new());
}

/// Writes `value` with `first` in front of its first and `next` in front of its other lines.
fn line(text: &mut String, first: &str, next: &str, value: &str, style: Style) {
    let value = value.split_whitespace().collect::<Vec<_>>().join(" ");
    let value = escape_terminal(&value);
    // Colours take no room: the indentation is counted in blanks.
    let blanks = " ".repeat(next.len());
    let options = textwrap::Options::new(WIDTH)
        .initial_indent(&blanks)
        .subsequent_indent(&blanks)
        .word_splitter(textwrap::WordSplitter::NoHyphenation)
        .word_separator(textwrap::WordSeparator::AsciiSpace);
    for (index, wrapped) in textwrap::wrap(&value, options).iter().enumerate() {
        let indent = if index == 0 { first } else { next };
        let words = wrapped.get(blanks.len()..).unwrap_or_default();
        let _ = writeln!(text, "{indent}{style}{words}{style:#}");
    }
}

/// Wraps a plain paragraph at the width of the page.
pub fn wrapped_list(indent: &str, value: &str) -> String {
    let mut text = String::new();
    line(&mut text, indent, &" ".repeat(indent.len()), value, Style::new());
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_values_wrap_below_themselves() {
        let mut text = String::new();
        field(&mut text, "label-panic", &"word ".repeat(30));
        let plain = anstream::adapter::strip_str(&text).to_string();
        for line in plain.lines() {
            assert!(line.len() <= WIDTH, "{line:?}");
        }
        assert!(plain.lines().nth(1).is_some_and(|line| line.starts_with(&" ".repeat(LABEL))));
    }

    #[test]
    fn control_characters_of_a_crash_never_reach_the_terminal() {
        let mut text = String::new();
        line(&mut text, "", "", "vmm0:\u{1b}[2Jx", Style::new());
        assert_eq!(text, "vmm0:\\u{1b}[2Jx\n");
    }
}
