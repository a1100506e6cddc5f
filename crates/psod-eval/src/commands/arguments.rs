//! The arguments. The texts below are the help.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use psod_eval::damage::FORMS;
use psod_eval::pictures::Class;
use psod_match::message::{Catalog, Language};

/// Measures how well psod-match recognises crashes
///
/// Exit status: 0 it was measured; 2 an input could not be read or the arguments are wrong.
#[derive(Debug, Parser)]
#[command(name = "psod-eval", version, max_term_width = 80)]
pub(crate) struct Arguments {
    #[command(flatten)]
    pub(crate) common: Common,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// Options of every command.
#[derive(Args, Debug)]
pub(crate) struct Common {
    /// How to print
    #[arg(long, global = true, value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,
    /// A directory with a team's own known issues, laid over the shipped ones
    #[arg(long, global = true, value_name = "DIR", env = "PSOD_MATCH_KB", value_delimiter = ':')]
    pub(crate) kb: Vec<PathBuf>,
    /// Let issues that are drafts match too
    #[arg(long, global = true)]
    pub(crate) drafts: bool,
    /// The language of headings and explanations
    #[arg(long, global = true, value_enum, default_value_t = Lang::En)]
    pub(crate) lang: Lang,
    /// List single cases, and print on standard error how long it took
    #[arg(short, long, global = true)]
    pub(crate) verbose: bool,
}

impl Common {
    /// The texts in the chosen language.
    pub(crate) fn catalog(&self) -> &'static Catalog {
        Catalog::of(match self.lang {
            Lang::En => Language::English,
            Lang::Ja => Language::Japanese,
        })
    }
}

/// A language of the headings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Lang {
    /// English
    En,
    /// Japanese
    Ja,
}

/// How to print.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For a terminal, 80 columns wide
    Text,
    /// One JSON object a line
    Json,
    /// For the documentation
    Markdown,
}

/// The measurements.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Every crash of the knowledge base, in the forms in which screens arrive
    ///
    /// With --verbose every known crash that is not a sure and right match is listed, and every
    /// match of a wrong issue.
    Kb(KbArguments),
    /// Made crashes that look like a known issue and are another one, or are known in spite of it
    ///
    /// A row a form: how often the answer is wrong, the upper 95 % bound of that by issue, the
    /// accepted share, and how often something wrong is shown with a confidence of a half or more.
    /// With --verbose every wrong answer is listed.
    Lookalikes(Chance),
    /// Known crashes whose names are hidden or gone, with and without tables of functions
    ///
    /// A row a loss and an aid: the names that came back, those that came back wrong, and what the
    /// answer was. With --verbose every wrong name and wrong answer is listed.
    Nameless(NamelessArguments),
    /// Draft each issue again from one of its crashes, and measure the draft
    ///
    /// A row an issue: the frames that the draft asks for; the other texts of the issue, in several
    /// forms, those that are a match of the draft, and those that were one of the issue; what the draft
    /// takes from other issues, what it finds against the word of a text, made crashes that only look like
    /// the issue and are a match of the draft; or why there is no draft.
    Drafts(DraftChance),
    /// Fit the confidences to the knowledge base, and say how far they can be trusted
    ///
    /// Each issue is answered with coefficients that were fitted to the others. With --update the
    /// function counts and the coefficients are written into the last directory of --kb:
    /// frames/rarity.csv, calibration.toml.
    Calibrate(CalibrateArguments),
    /// How well screens are read out of pictures, beside the true text and text recognition
    ///
    /// The screens of the knowledge base are drawn in a font and distorted; each is read with the names
    /// of all other crash texts, and matched.
    Pictures(PicturesArguments),
    /// How long reading, preparing and comparing backtraces takes, beside libcasr
    ///
    /// Microseconds a crash on one processor; of the comparison with 10,000 recorded ones.
    Speed,
    /// How our comparison of backtraces does beside published methods, on a labelled set
    Backtraces(BacktracesArguments),
    /// How well clusters of backtraces are the labels of a set, beside other ways to cluster
    ///
    /// The cut is chosen on one half of the labels and measured on the other one, in twenty deals.
    Cluster(ClusterArguments),
}

/// The measured forms.
#[derive(Args, Debug)]
pub(crate) struct KbArguments {
    /// The table that the thresholds were chosen from, over the texts as published
    #[arg(long, conflicts_with_all = ["repeats", "seed", "form", "add"])]
    pub(crate) thresholds: bool,
    #[command(flatten)]
    pub(crate) chance: Chance,
    /// Only this form; may be given several times, docs/damage.md lists them
    #[arg(long, value_name = "NAME", value_parser = form_names())]
    pub(crate) form: Vec<String>,
    /// Say what N made-up issues in the knowledge base would change
    #[arg(long, value_name = "N")]
    pub(crate) add: Option<usize>,
    /// Whose functions the added issues have
    #[arg(long, value_enum, requires = "add", default_value_t = CrowdNames::Random)]
    pub(crate) names: CrowdNames,
}

/// The functions of the added issues.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum CrowdNames {
    /// Put together from the parts of real names
    Random,
    /// Those of the known crashes: walks through their callers, and crashes with another top
    Real,
}

/// The texts that coefficients are fitted to.
#[derive(Args, Debug)]
pub(crate) struct CalibrateArguments {
    /// Write the fitted coefficients into the last directory of --kb
    #[arg(long)]
    pub(crate) update: bool,
    /// Fit to this labelled set too, and hold the coefficients of each set against the others
    ///
    /// One JSON object a line, as `psod-eval backtraces` reads them; may be given several times.
    /// Nothing is written.
    #[arg(long, value_name = "FILE", conflicts_with = "update")]
    pub(crate) data: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) chance: Chance,
}

/// Where chance decides something.
#[derive(Args, Clone, Copy, Debug)]
pub(crate) struct Chance {
    /// How often the forms in which chance decides something are written
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = clap::value_parser!(u16).range(1..))]
    pub(crate) repeats: u16,
    /// The start of all chance: the same seed gives the same texts
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(crate) seed: u64,
}

/// Crashes without names.
#[derive(Args, Clone, Copy, Debug)]
pub(crate) struct NamelessArguments {
    /// Decides which names are taken away, and where functions lie
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(crate) seed: u64,
}

/// The issues that are drafted again, and the start of all chance.
#[derive(Args, Debug)]
pub(crate) struct DraftChance {
    /// Issues; all of them by default
    #[arg(value_name = "ISSUE")]
    pub(crate) issues: Vec<String>,
    /// The start of all chance: the same seed gives the same texts
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(crate) seed: u64,
}

/// The names of the forms.
fn form_names() -> clap::builder::PossibleValuesParser {
    FORMS.iter().map(|form| form.name).collect::<Vec<_>>().into()
}

/// The pictures that are drawn, and who reads them.
#[derive(Args, Debug)]
pub(crate) struct PicturesArguments {
    /// The font of the pictures; by default the shipped one
    #[arg(long, value_name = "FILE")]
    pub(crate) font: Option<PathBuf>,
    /// A font that the reader is given beside the shipped one; may be given several times
    #[arg(long, value_name = "FILE")]
    pub(crate) known: Vec<PathBuf>,
    /// Only this class; may be given several times
    #[arg(long, value_name = "NAME", value_parser = class_names())]
    pub(crate) class: Vec<String>,
    /// How many screens are drawn; by default all
    #[arg(long, value_name = "N")]
    pub(crate) count: Option<usize>,
    /// Print instead how sure the reader is of right and of wrong names, over all classes
    #[arg(long)]
    pub(crate) doubts: bool,
    /// Keep each picture that is not read or not matched as its text, with its text and what was read
    #[arg(long, value_name = "DIRECTORY")]
    pub(crate) misses: Option<PathBuf>,
    /// Measure this program, called as tesseract is, on the same pictures
    #[arg(long, value_name = "PROGRAM")]
    pub(crate) recognition: Option<PathBuf>,
    /// The start of all chance: the same seed gives the same pictures
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(crate) seed: u64,
}

/// The names of the classes.
fn class_names() -> clap::builder::PossibleValuesParser {
    Class::ALL.iter().map(|(name, _)| *name).collect::<Vec<_>>().into()
}

/// Labelled sets of backtraces.
#[derive(Args, Debug)]
pub(crate) struct BacktracesArguments {
    /// One JSON object a line: {"label": …, "frames": [{"function": …}, …]}, top frame first
    ///
    /// Of several files each is a set of its own, and the answers are pooled.
    #[arg(value_name = "FILE", required = true)]
    pub(crate) files: Vec<PathBuf>,
    /// Decides how labels are dealt into folds and drawn for the intervals
    #[arg(long, value_name = "NUMBER", default_value_t = 1)]
    pub(crate) seed: u64,
}

/// Labelled sets of backtraces, each measured by itself.
#[derive(Args, Debug)]
pub(crate) struct ClusterArguments {
    /// One JSON object a line, as `psod-eval backtraces` reads them; may be given several times
    #[arg(long, value_name = "FILE", required = true)]
    pub(crate) data: Vec<PathBuf>,
    /// Decides how labels are dealt into halves
    #[arg(long, value_name = "NUMBER", default_value_t = 1)]
    pub(crate) seed: u64,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_arguments_are_consistent() {
        Arguments::command().debug_assert();
    }
}
