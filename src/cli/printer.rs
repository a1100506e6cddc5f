//! Prints one outcome after another; the answers about several crashes below an overview of all.

use indicatif::ProgressBar;
use psod_match::message::Catalog;
use psod_match::report::{OverviewRow, html_page, overview_header, overview_totals};

use super::Ending;
use super::args::Format;
use super::inputs::{Answer, Outcome};
use super::output::{Output, complain};

/// Inputs without a crash that have a sentence each.
const FEW_INPUTS: usize = 3;

/// Prints one outcome after another.
pub struct Printer<'a> {
    output: &'a mut Output,
    bar: ProgressBar,
    catalog: &'static Catalog,
    inputs: usize,
    /// True when every answer is wanted below the overview, and every input without a crash is named.
    verbose: bool,
    printed: usize,
    /// What is said of inputs without a crash.
    without_crash: Vec<String>,
    status: Ending,
    /// The answers that wait for the overview; all but the first only when they are wanted.
    waiting: Vec<String>,
    rows: Vec<OverviewRow>,
}

impl<'a> Printer<'a> {
    /// A printer for the outcomes of this many inputs.
    pub fn new(
        output: &'a mut Output,
        bar: ProgressBar,
        catalog: &'static Catalog,
        inputs: usize,
        verbose: bool,
    ) -> Self {
        Self {
            output,
            bar,
            catalog,
            inputs,
            verbose,
            printed: 0,
            without_crash: Vec::new(),
            status: Ending::Good,
            waiting: Vec::new(),
            rows: Vec::new(),
        }
    }

    /// The progress bar.
    pub fn bar(&self) -> &ProgressBar {
        &self.bar
    }

    /// Prints one outcome, or keeps it for the overview.
    pub fn print(&mut self, outcome: Outcome) -> anyhow::Result<()> {
        // The bar would be drawn into the middle of a line.
        self.bar.clone().suspend(|| match outcome {
            Outcome::Answer(answer) => self.take(answer),
            Outcome::Nothing(message) => {
                self.status = self.status.max(Ending::NotFound);
                self.without_crash.push(message);
                Ok(())
            }
            Outcome::Complaint(message, status) => {
                self.status = self.status.max(status);
                self.complain(&message)
            }
        })
    }

    fn complain(&mut self, message: &str) -> anyhow::Result<()> {
        // The answers printed so far stay before it where both go to one terminal.
        self.output.flush()?;
        complain(message);
        Ok(())
    }

    fn take(&mut self, answer: Answer) -> anyhow::Result<()> {
        self.status = self.status.max(answer.ending);
        if answer.text.is_empty() {
            return Ok(());
        }
        let Some(row) = answer.row.filter(|_| self.output.format != Format::Json) else {
            return self.print_answer(&answer.text, answer.is_line);
        };
        if self.rows.is_empty() || self.verbose {
            self.waiting.push(answer.text);
        }
        self.rows.push(row);
        Ok(())
    }

    fn print_answer(&mut self, text: &str, is_line: bool) -> anyhow::Result<()> {
        match self.output.format {
            Format::Json => {}
            Format::Html if self.printed == 0 => {
                self.output.rendered(html_page(self.catalog).0.as_str())?;
            }
            _ if self.printed > 0 && !is_line => self.output.text("\n")?,
            _ => {}
        }
        self.printed += 1;
        Ok(self.output.rendered(text)?)
    }

    /// Prints what had to wait for the last input; the meaning of all outcomes for the exit status.
    pub fn finish(&mut self) -> anyhow::Result<Ending> {
        self.bar.finish_and_clear();
        if self.rows.len() > 1 {
            self.print_overview()?;
        }
        if self.rows.len() <= 1 || self.verbose {
            for text in std::mem::take(&mut self.waiting) {
                self.print_answer(&text, false)?;
            }
        }
        if self.output.format == Format::Html && self.printed > 0 {
            self.output.rendered(html_page(self.catalog).1.as_str())?;
        }
        self.complain_of_inputs_without_crash()?;
        self.output.flush()?;
        Ok(self.status)
    }

    /// A sentence each while there are few, and one for all of many.
    fn complain_of_inputs_without_crash(&mut self) -> anyhow::Result<()> {
        let messages = std::mem::take(&mut self.without_crash);
        if messages.len() <= FEW_INPUTS || self.verbose {
            return messages.iter().try_for_each(|message| self.complain(message));
        }
        let (without, all) = (messages.len().to_string(), self.inputs.to_string());
        let values = [("without", without.as_str()), ("all", &all)];
        let key = if messages.len() == self.inputs { "no-crash-at-all" } else { "no-crash-in" };
        self.complain(&self.catalog.text(key, &values))
    }

    fn print_overview(&mut self) -> anyhow::Result<()> {
        let totals = overview_totals(&self.rows, self.catalog);
        let totals = self.output.escape(&totals);
        self.output.text(&format!("{totals}\n\n"))?;
        let header = overview_header(self.catalog);
        let rows: Vec<Vec<String>> = self.rows.iter().map(|row| row.cells.clone()).collect();
        self.output.raw_table(&header, &rows)?;
        if self.verbose {
            // The answers follow below.
            self.printed = 1;
            return Ok(());
        }
        let hint = self.output.escape(&self.catalog.text("overview-more", &[]));
        Ok(self.output.text(&format!("\n{hint}\n"))?)
    }
}
