//! Standard output and standard error: the only place that writes to them.

use std::borrow::Cow;
use std::io::{self, Write};

use anyhow::Context;
use psod_match::message::Catalog;
use psod_match::report::{DEFAULT_WIDTH, Detail, Printed};
use psod_match::text;
use serde::Serialize;

use super::args::Format;

/// Standard output in the chosen format; colours go only to a terminal, never with `NO_COLOR`.
pub struct Output {
    /// How to print.
    pub format: Format,
    stream: anstream::AutoStream<io::StdoutLock<'static>>,
    /// The same without a search for colours in every byte.
    plain: io::StdoutLock<'static>,
}

impl Output {
    /// Locks standard output.
    pub fn new(format: Format) -> Self {
        let stream = anstream::AutoStream::auto(io::stdout().lock());
        Self { format, stream, plain: io::stdout().lock() }
    }

    /// Writes text that may hold ANSI colours.
    pub fn text(&mut self, text: &str) -> io::Result<()> {
        if self.stream.current_choice() == anstream::ColorChoice::Never {
            // At once: the stream itself writes each piece between two colours.
            return self.raw(anstream::adapter::strip_str(text).to_string().as_bytes());
        }
        self.stream.write_all(text.as_bytes())
    }

    /// Writes bytes that hold no ANSI colours.
    pub fn raw(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.plain.write_all(bytes)
    }

    /// Writes an answer that was rendered in the format of this output.
    pub fn rendered(&mut self, text: &str) -> io::Result<()> {
        match self.format {
            Format::Text => self.text(text),
            _ => self.raw(text.as_bytes()),
        }
    }

    /// Writes one JSON object on a line.
    pub fn json(&mut self, value: &impl Serialize) -> anyhow::Result<()> {
        Ok(self.raw(json_line(value)?.as_bytes())?)
    }

    /// Makes a text harmless for the format of this output.
    pub fn escape(&self, text: &str) -> String {
        match self.format {
            Format::Markdown => text::escape_markdown(text),
            _ => text::escape_terminal(text).into_owned(),
        }
    }

    /// Writes a table as text or Markdown, and makes its cells harmless.
    pub fn raw_table(&mut self, header: &[String], rows: &[Vec<String>]) -> io::Result<()> {
        let header: Vec<&str> = header.iter().map(String::as_str).collect();
        let escaped = rows.iter().map(|row| row.iter().map(|cell| self.escape(cell)).collect());
        let rows = escaped.collect();
        self.table(&header, rows)
    }

    /// Writes a table as text or Markdown; its cells are escaped.
    pub fn table(&mut self, header: &[&str], rows: Vec<Vec<String>>) -> io::Result<()> {
        let table = match self.format {
            Format::Markdown => text::markdown_table(header, rows),
            _ => text::table(header, rows, terminal_width()),
        };
        self.raw(table.as_bytes())
    }

    /// Writes the rest of the buffer.
    pub fn flush(&mut self) -> io::Result<()> {
        self.stream.flush()
    }
}

/// The columns of the terminal that standard output is, within what can be read; otherwise 80.
pub fn terminal_width() -> usize {
    const NARROWEST: usize = 60;
    const WIDEST: usize = 120;
    let width =
        terminal_size::terminal_size_of(io::stdout()).map(|(width, _)| usize::from(width.0));
    width.map_or(DEFAULT_WIDTH, |width| width.clamp(NARROWEST, WIDEST))
}

/// Renders as much of `view` as `detail` says in the format `format`.
pub fn render(
    view: &(impl Printed + Serialize),
    format: Format,
    catalog: &Catalog,
    detail: Detail,
) -> anyhow::Result<String> {
    Ok(match format {
        Format::Text => view.text(catalog, detail, terminal_width()),
        Format::Markdown => view.markdown(catalog, detail),
        Format::Json => json_line(view)?,
        Format::Html => {
            view.html(catalog).context("--format html: only `psod-match explain` writes a page")?
        }
    })
}

/// One JSON object on a line.
fn json_line(value: &impl Serialize) -> anyhow::Result<String> {
    let line = serde_json::to_string(value)? + "\n";
    Ok(match text::escape_json(&line) {
        Cow::Borrowed(_) => line,
        Cow::Owned(escaped) => escaped,
    })
}

/// Writes one line to standard error.
pub fn complain(message: &str) {
    let message = text::escape_terminal(message);
    // No one is left to read it when standard error is closed.
    let _ = writeln!(io::stderr(), "psod-match: {message}");
}

/// Writes what is wrong with the arguments to standard error: it quotes them.
pub fn complain_of_arguments(message: &str) {
    for line in message.lines() {
        let _ = writeln!(io::stderr(), "{}", text::escape_terminal(line));
    }
}

/// Returns true when the reader of our output has gone away, which is not a failure: he has what he
/// wanted. `rg` ends so too, and as with a program that the signal of a broken pipe ends, nothing is
/// said about it.
pub fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        cause
            .downcast_ref::<io::Error>()
            .is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
    })
}
