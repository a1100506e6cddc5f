//! Standard output and standard error: the only place that writes to them.

use std::io::{self, IsTerminal, Write, stderr};

use indicatif::{ProgressBar, ProgressStyle};
use psod_match::report::DEFAULT_WIDTH;
use psod_match::text;
use serde::Serialize;

use super::arguments::Format;

/// Standard output in the chosen format.
pub(crate) struct Output {
    format: Format,
    stream: io::StdoutLock<'static>,
}

impl Output {
    /// Locks standard output.
    pub(crate) fn new(format: Format) -> Self {
        Self { format, stream: io::stdout().lock() }
    }

    /// Tells whether JSON is wanted, and no tables.
    pub(crate) fn is_json(&self) -> bool {
        self.format == Format::Json
    }

    /// Writes one JSON object on a line.
    pub(crate) fn json(&mut self, value: &impl Serialize) -> anyhow::Result<()> {
        Ok(writeln!(self.stream, "{}", serde_json::to_string(value)?)?)
    }

    /// Writes a line as it is.
    pub(crate) fn line(&mut self, line: &str) -> io::Result<()> {
        writeln!(self.stream, "{line}")
    }

    /// Writes a paragraph and an empty line; Markdown wraps by itself.
    pub(crate) fn paragraph(&mut self, text: &str) -> io::Result<()> {
        match self.format {
            Format::Markdown => writeln!(self.stream, "{text}\n"),
            _ => writeln!(self.stream, "{}\n", wrapped(text)),
        }
    }

    /// Writes a table.
    pub(crate) fn table(&mut self, header: &[&str], rows: Vec<Vec<String>>) -> io::Result<()> {
        let table = match self.format {
            Format::Markdown => text::markdown_table(header, rows),
            _ => text::table(header, rows, DEFAULT_WIDTH),
        };
        self.stream.write_all(table.as_bytes())
    }
}

/// Breaks a text into lines of a terminal, never inside a path or the name of a file.
fn wrapped(text: &str) -> String {
    if text.is_ascii() {
        let separator = textwrap::WordSeparator::AsciiSpace;
        textwrap::fill(text, textwrap::Options::new(DEFAULT_WIDTH).word_separator(separator))
    } else {
        // Japanese has no spaces to break at.
        textwrap::fill(text, DEFAULT_WIDTH)
    }
}

/// Writes one line to standard error.
pub(crate) fn complain(message: &str) {
    // There is no reader left to tell when standard error is closed.
    let _ = writeln!(stderr(), "psod-eval: {}", text::escape_terminal(message));
}

/// Counts steps on standard error, drawn only on a terminal.
pub(crate) fn progress_bar(steps: u64, template: &str) -> ProgressBar {
    if !stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new(steps);
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style);
    }
    bar
}

/// Tells whether the reader of our output has gone away, which is not a failure.
pub(crate) fn is_broken_pipe(error: &anyhow::Error) -> bool {
    let mut causes = error.chain().filter_map(|cause| cause.downcast_ref::<io::Error>());
    causes.any(|error| error.kind() == io::ErrorKind::BrokenPipe)
}
