//! The arguments of the command line. Their documentation is the text of `--help`.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args, CommandFactory, Parser, Subcommand, ValueEnum};
use psod_match::kb::date_of;
use psod_match::machine_check::Vendor;
use psod_match::message::{Catalog, Language};
use psod_match::read::{Bound, Limits};
use time::Date;

use super::cluster::ClusterArguments;
use super::font::FontArguments;
use super::kb::arguments::{ExportArguments, ListArguments, NewArguments, SearchArguments};
use super::kb::draft::DraftArguments;
use super::kb::flow::arguments::FlowCommand;
use super::kb::trial::TryArguments;
use super::ledger::arguments::{LedgerArguments, RecordArguments};
use super::ledger::similar::SimilarArguments;
use super::symbols::arguments::SymbolsArguments;
use super::triage::TriageArguments;

const EXAMPLES: &str = "\
Examples:
  psod-match crash.txt                      one screen
  psod-match -v vmkernel.log.gz bundle.tgz  logs and bundles, every answer whole
  psod-match screenshot.png                 a picture of a screen, or several of it
  psod-match crash.txt --build 7.0U3n       the release of a screen that prints none
  psod-match why crash.txt KB318512         why it is this issue, or is not
  psod-match kb affects 8.0.2               the known issues of a release

To read a file with the name of a command, write ./NAME or put -- before it.";

/// Which known issue is this purple diagnostic screen (PSOD)?
///
/// Reads the text of VMware ESX/ESXi purple screens (retyped, from a log, with or
/// without prefixes, from a picture), and names the known issue of each one, the reasons, whether
/// its build has the fix, and the next steps.
///
/// Exit status: 0 every crash found is a match; 1 a crash is not a match, or no
/// crash was found; 2 an input could not be read or the arguments are wrong.
#[derive(Debug, Parser)]
#[command(name = "psod-match", version, max_term_width = 80)]
#[command(after_help = EXAMPLES)]
pub struct Arguments {
    #[command(flatten)]
    pub question: Question,
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// What is asked without a command.
#[derive(Debug, Parser)]
pub struct Question {
    /// Files or directories with crash texts; - is standard input
    #[arg(value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// Show the first five candidates with their evidence and frames side by side
    #[arg(long)]
    pub why: bool,
    #[command(flatten)]
    pub host: HostArguments,
    #[command(flatten)]
    pub common: Common,
}

/// The names of the commands, and of the one that clap adds.
const COMMANDS: &[&str] = &[
    "why",
    "parse",
    "mce",
    "explain",
    "request",
    "record",
    "similar",
    "ledger",
    "symbols",
    "font",
    "triage",
    "cluster",
    "kb",
    "exception",
    "completions",
    "man",
    "help",
];

impl Arguments {
    /// Reads the arguments of a process without the commands and what only they take, which touches half
    /// as much memory; `None` where one of them may be meant, or something is wrong.
    pub fn without_command(arguments: &[OsString]) -> Option<Self> {
        if arguments.iter().any(|argument| COMMANDS.iter().any(|name| argument == name)) {
            return None;
        }
        let question = Question::try_parse_from(arguments).ok()?;
        Some(Self { question, command: None })
    }
}

/// Options of every command.
#[derive(Args, Debug)]
pub struct Common {
    /// How to print
    #[arg(long, global = true, value_enum, default_value_t = Format::Text)]
    pub format: Format,
    /// A directory with a team's own known issues, laid over the shipped ones
    #[arg(long, global = true, value_name = "DIR", env = "PSOD_MATCH_KB", value_delimiter = ':')]
    pub kb: Vec<PathBuf>,
    /// The directory with tables of functions, which `symbols index` writes
    #[arg(long, global = true, value_name = "DIR", env = "PSOD_MATCH_SYMBOLS")]
    pub symbols: Option<PathBuf>,
    /// Also match issues that are drafts
    #[arg(long, global = true)]
    pub drafts: bool,
    /// Raise or lower a bound of reading, such as line-bytes=1M; docs/limits.md lists them
    #[arg(long = "limit", global = true, value_name = "NAME=NUMBER", value_parser = limit)]
    pub limit: Vec<(Bound, u64)>,
    /// A program, called as tesseract is, for pictures that are not read as a console
    #[arg(long, global = true, value_name = "PROGRAM")]
    pub ocr: Option<PathBuf>,
    /// Language of the answers; by default that of LC_ALL, LC_MESSAGES or LANG
    #[arg(long, global = true, value_enum)]
    pub lang: Option<Lang>,
    /// Show every part of an answer, and report progress on standard error
    #[arg(short, long, global = true)]
    pub verbose: bool,
}

/// What is known of the host and its crash does not print.
#[derive(Args, Clone, Debug, Default)]
pub struct HostArguments {
    /// The release of a crash that prints none: 7.0U3n, a build such as 20842708, or 8.0.2
    #[arg(long, value_name = "RELEASE")]
    pub build: Option<String>,
    /// An installed driver, as `esxcli software vib list` prints it; may be repeated
    #[arg(long, value_name = "NAME=VERSION", value_parser = driver)]
    pub driver: Vec<(String, String)>,
}

/// Reads `i40en=2.1.0`.
fn driver(text: &str) -> Result<(String, String), String> {
    let expected = "expected NAME=VERSION, such as i40en=2.4.1.0";
    let (name, version) = text.split_once('=').ok_or(expected)?;
    if name.is_empty() || version.is_empty() {
        return Err(expected.to_owned());
    }
    Ok((name.to_owned(), version.to_owned()))
}

/// A language of the answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Lang {
    /// English
    En,
    /// Japanese
    Ja,
}

impl Common {
    /// Returns the texts in the reader's language.
    pub fn catalog(&self) -> &'static Catalog {
        let language = match self.lang {
            Some(Lang::En) => Language::English,
            Some(Lang::Ja) => Language::Japanese,
            None => {
                let locales = ["LC_ALL", "LC_MESSAGES", "LANG"];
                let set = locales.iter().filter_map(|name| std::env::var(name).ok());
                let locale = set.into_iter().find(|locale| !locale.is_empty());
                Language::from_locale(&locale.unwrap_or_default())
            }
        };
        Catalog::of(language)
    }

    /// Returns the bounds of reading.
    pub fn limits(&self) -> Limits {
        let mut limits = Limits::default();
        for (bound, value) in &self.limit {
            limits.set(*bound, *value);
        }
        limits
    }
}

/// Reads `line-bytes=65536` and `line-bytes=64K`.
fn limit(text: &str) -> Result<(Bound, u64), String> {
    let (name, number) = text.split_once('=').ok_or("expected NAME=NUMBER")?;
    let mut bounds = Limits::TABLE.iter().map(|(bound, _, _)| *bound);
    let Some(bound) = bounds.find(|bound| bound.as_str() == name) else {
        let names: Vec<&str> = Limits::TABLE.iter().map(|(bound, _, _)| bound.as_str()).collect();
        return Err(format!("there is no limit {name}, expected one of {}", names.join(", ")));
    };
    let units = [("K", 10), ("M", 20), ("G", 30)];
    let unit = units.iter().find_map(|(unit, bits)| Some((number.strip_suffix(unit)?, *bits)));
    let (digits, bits) = unit.unwrap_or((number, 0));
    let value: u64 = digits.parse().map_err(|_| format!("{number} is not a number"))?;
    let value = value.checked_mul(1 << bits).ok_or(format!("{number} is too large"))?;
    Ok((bound, value))
}

/// How to print.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For a terminal
    Text,
    /// One JSON object a line
    Json,
    /// For tickets and chats
    Markdown,
    /// One self-contained page (explain, cluster, kb show and kb review)
    Html,
}

/// The common options that a command takes and that mean nothing for it, by the words of the
/// command: its help and its manual page do without them.
const WITHOUT_MEANING: &[(&[&str], &[&str])] = &[
    (&["parse"], &["kb", "drafts"]),
    (&["explain"], &["drafts"]),
    (&["mce"], &["kb", "drafts", "limit", "symbols", "ocr"]),
    (&["exception"], &["kb", "drafts", "limit", "symbols", "ocr"]),
    (&["completions"], &["format", "kb", "drafts", "limit", "lang", "verbose", "symbols", "ocr"]),
    (&["man"], &["format", "kb", "drafts", "limit", "lang", "verbose", "symbols", "ocr"]),
    (&["ledger", "list"], &["kb", "drafts", "limit", "symbols", "ocr"]),
    (&["ledger", "show"], &["drafts", "limit", "ocr"]),
    (&["ledger", "decide"], &["drafts", "limit", "format", "symbols", "ocr"]),
    (&["ledger", "undo"], &["kb", "drafts", "limit", "format", "symbols", "ocr"]),
    (&["ledger", "remove"], &["kb", "drafts", "limit", "format", "symbols", "ocr"]),
    (&["ledger", "export"], &["kb", "drafts", "limit", "format", "symbols", "ocr"]),
    (&["ledger", "import"], &["kb", "drafts", "limit", "format", "ocr"]),
    (&["ledger", "backup"], &["kb", "drafts", "limit", "format", "symbols", "ocr"]),
    (&["ledger", "restore"], &["kb", "drafts", "limit", "format", "symbols", "ocr"]),
    (&["ledger", "rematch"], &["limit", "ocr"]),
    (&["ledger", "check"], &["kb", "drafts", "limit", "format", "symbols", "ocr"]),
    (&["symbols", "index"], &["kb", "drafts", "ocr"]),
    (&["symbols", "list"], &["kb", "drafts", "limit", "ocr"]),
    (&["symbols", "show"], &["kb", "drafts", "limit", "ocr"]),
    (&["symbols", "check"], &["drafts"]),
    (&["symbols", "apply"], &["drafts"]),
    (&["symbols", "learn"], &["kb", "drafts"]),
    (&["kb", "lint"], &["drafts", "limit", "symbols", "ocr"]),
    (&["kb", "test"], &["limit", "symbols", "ocr"]),
    (&["kb", "search"], &["limit", "symbols", "ocr"]),
    (&["kb", "list"], &["limit", "symbols", "ocr"]),
    (&["kb", "show"], &["limit", "symbols", "ocr"]),
    (&["kb", "affects"], &["limit", "symbols", "ocr"]),
    (&["kb", "export"], &["limit", "format", "symbols", "ocr"]),
    (&["kb", "init"], &["format", "kb", "drafts", "limit", "ocr"]),
    (&["kb", "new"], &["format", "drafts"]),
    (&["kb", "draft"], &["drafts"]),
    (&["kb", "try"], &["drafts"]),
    (&["kb", "todo"], &["limit", "symbols", "ocr"]),
    (&["kb", "review"], &["limit", "symbols", "drafts", "ocr"]),
    (&["kb", "stats"], &["limit", "symbols", "ocr"]),
    (&["kb", "changelog"], &["limit", "symbols", "drafts", "ocr"]),
    (&["kb", "adopt"], &["format", "drafts", "symbols"]),
    (&["kb", "promote"], &["format", "drafts", "limit", "symbols", "ocr"]),
    (&["kb", "demote"], &["format", "drafts", "limit", "symbols", "ocr"]),
    (&["kb", "retire"], &["format", "drafts", "limit", "symbols", "ocr"]),
    (&["kb", "assign-ids"], &["format", "drafts", "limit", "symbols", "ocr"]),
    (&["kb", "build"], &["format", "drafts", "limit", "symbols", "ocr"]),
    (&["kb", "rarity"], &["format", "drafts", "limit", "symbols", "ocr"]),
    (&["font", "import"], &["kb", "drafts", "limit", "symbols", "ocr"]),
    (&["font", "learn"], &["drafts", "symbols", "ocr"]),
    (&["font", "show"], &["kb", "drafts", "limit", "symbols", "ocr"]),
];

/// The command line as its help has it: each command shows the options that mean something for it.
/// It takes all of them, and reads arguments as [`Arguments::command`] does.
pub fn command_line_for_help() -> clap::Command {
    let command = Arguments::command();
    let common: Vec<clap::Arg> = command.get_arguments().cloned().collect();
    WITHOUT_MEANING.iter().fold(command, |command, (words, options)| {
        let options = common.iter().filter(|arg| options.contains(&arg.get_id().as_str()));
        let hidden = options.map(|arg| arg.clone().hide(true)).collect();
        with_arguments(command, words, hidden)
    })
}

/// Gives a command arguments of its own, which stand before the common ones of the same names.
fn with_arguments(
    command: clap::Command,
    words: &[&str],
    arguments: Vec<clap::Arg>,
) -> clap::Command {
    match words.split_first() {
        Some((word, rest)) => {
            command.mut_subcommand(word, |command| with_arguments(command, rest, arguments))
        }
        None => command.args(arguments),
    }
}

/// The commands beside recognising crashes.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Show the reasons for and against one known issue for each crash
    Why {
        /// Files or directories with crash texts; - is standard input
        #[arg(value_name = "FILE", required = true)]
        files: Vec<PathBuf>,
        /// Id of the issue, such as KB318512, or the number of an article
        #[arg(value_name = "ISSUE")]
        issue: String,
        #[command(flatten)]
        host: HostArguments,
    },
    /// Print each crash as it was read, with the oddities of its text
    Parse {
        /// Files or directories with crash texts; - is standard input
        #[arg(value_name = "FILE")]
        files: Vec<PathBuf>,
        /// Also print the text of a picture, with a mark below each character in doubt
        #[arg(long)]
        show_picture: bool,
    },
    /// Explain a machine-check status (MCi_STATUS), and name the part to have checked
    Mce(MceArguments),
    /// Explain the screen of each crash, part by part
    Explain {
        /// Files or directories with crash texts; - is standard input
        #[arg(value_name = "FILE")]
        files: Vec<PathBuf>,
    },
    /// Write a support request for each crash, with names replaced by pseudonyms
    Request {
        /// Files or directories with crash texts; - is standard input
        #[arg(value_name = "FILE")]
        files: Vec<PathBuf>,
        /// Keep names of hosts, VMs and people, addresses and serial numbers
        #[arg(long)]
        no_redact: bool,
        #[command(flatten)]
        host: HostArguments,
    },
    /// Keep each crash in the ledger of the team, with its answer
    Record(RecordArguments),
    /// Show the recorded crashes that are most like each crash, side by side
    Similar(SimilarArguments),
    /// List the recorded crashes, and decide about them
    Ledger(LedgerArguments),
    /// Take the names of functions out of modules and VIBs, and restore those of a crash
    Symbols(SymbolsArguments),
    /// Take in the font of a console, by which pictures of its screens are read
    Font(FontArguments),
    /// Compare the crashes of one host: hardware or software?
    Triage(TriageArguments),
    /// Deal many crashes into clusters: which of them are the same?
    Cluster(ClusterArguments),
    /// Check, search, list, show and export known issues
    Kb {
        #[command(subcommand)]
        command: KbCommand,
    },
    /// Explain an exception number and its error code
    Exception {
        /// Number or mnemonic: 14, 0xe, #PF, PF
        #[arg(value_name = "N", allow_hyphen_values = true)]
        name: String,
        /// Error code that the processor pushed, as after err= on a screen, such as 0x2
        #[arg(long, value_name = "CODE", allow_hyphen_values = true)]
        error_code: Option<String>,
    },
    /// Print a completion script for a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Write the manual pages, for packages
    #[command(hide = true)]
    Man {
        /// A directory that exists
        #[arg(value_name = "DIR")]
        directory: PathBuf,
    },
}

/// The registers of one machine-check bank, in hexadecimal.
#[derive(Args, Debug)]
pub struct MceArguments {
    /// The status, after S on the screen; # for each hidden digit
    pub status: String,
    /// Maker of the processor; without it and --fms the status is read as Intel's
    #[arg(long, value_enum)]
    pub vendor: Option<VendorName>,
    /// Number of the bank, in decimal
    #[arg(long)]
    pub bank: Option<u32>,
    /// MCi_MISC, after M on the screen
    #[arg(long, value_name = "HEX")]
    pub misc: Option<String>,
    /// MCi_ADDR, after A on the screen
    #[arg(long, value_name = "HEX")]
    pub addr: Option<String>,
    /// MCG_STATUS, after G on the screen, or at the end of a line of 6.0
    #[arg(long, value_name = "HEX")]
    pub mcg: Option<String>,
    /// MCA_IPID, which names the unit of AMD's SMCA banks
    #[arg(long, value_name = "HEX")]
    pub ipid: Option<String>,
    /// Family, model and stepping, after FMS= on the screen, such as 06/55/7
    #[arg(long, value_name = "F/M/S")]
    pub fms: Option<String>,
}

/// The maker of the processor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum VendorName {
    /// Intel
    Intel,
    /// AMD, Hygon
    Amd,
}

impl VendorName {
    /// Returns the vendor as a type of the library.
    pub fn vendor(self) -> Vendor {
        match self {
            Self::Intel => Vendor::Intel,
            Self::Amd => Vendor::Amd,
        }
    }
}

/// Commands about the knowledge base.
#[derive(Debug, Subcommand)]
pub enum KbCommand {
    /// Check every file, and that each issue is found by its own crashes
    Lint(LintArguments),
    /// Run every crash text, near miss and unknown, and compare with the earlier results
    Test(TestArguments),
    /// Search the texts of issues and guidance
    Search(SearchArguments),
    /// List the known issues, all or some of them
    List(ListArguments),
    /// Show one known issue
    Show {
        /// Its id, such as KB318512, or the number of an article that it cites, new or old
        id: String,
    },
    /// List the known issues that affect a build, and the update of its line that fixes most of them
    Affects {
        /// A build number, an update name such as "7.0 U3c", or a version with its build,
        /// such as 8.0.2-23400000
        build: String,
    },
    /// Write the whole knowledge base as JSON, CSV or a site of static pages
    Export(ExportArguments),
    /// Write the layout of a knowledge base of your own into a directory
    Init {
        /// The directory; files that it has stay as they are
        #[arg(value_name = "DIR")]
        directory: PathBuf,
    },
    /// Draft an issue from a crash, in the directory of --kb
    New(NewArguments),
    /// Draft an issue that separates crashes from all others
    Draft(DraftArguments),
    /// Say what a change of the knowledge base would do: matches that come, go or change hands
    Try(TryArguments),
    #[command(flatten)]
    Flow(FlowCommand),
    /// Compile the knowledge base into the cache directory
    Build,
    /// Print how often each function occurs, as in frames/rarity.csv, which `psod-eval calibrate` writes
    Rarity,
}

/// The arguments of `kb lint`.
#[derive(Args, Debug)]
pub struct LintArguments {
    /// Explain one code, such as P031, and check nothing
    #[arg(long, value_name = "CODE", conflicts_with = "codes")]
    pub code: Option<String>,
    /// List every code, and check nothing
    #[arg(long)]
    pub codes: bool,
    /// The day for which comments that allow a finding are judged; by default today
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = day)]
    pub today: Option<Date>,
}

/// The arguments of `kb test`.
#[derive(Args, Debug)]
pub struct TestArguments {
    /// Write the results into expected.csv of the last --kb directory
    #[arg(long)]
    pub update: bool,
    /// The day for which comments that allow a finding are judged; by default today
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = day)]
    pub today: Option<Date>,
}

/// Reads a day, such as `2027-06-30`.
pub fn day(text: &str) -> Result<Date, String> {
    date_of(text).ok_or_else(|| format!("{text} is not a day, expected one such as 2027-06-30"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_arguments_are_consistent() {
        command_line_for_help().debug_assert();
    }

    #[test]
    fn help_shows_no_option_that_means_nothing() {
        #[track_caller]
        fn check(words: &[&str], shown: &[&str], hidden: &[&str]) {
            let mut command = command_line_for_help();
            command.build();
            let command = words.iter().fold(&mut command, |command, word| {
                command.find_subcommand_mut(word).expect("a command")
            });
            let help = command.render_long_help().to_string();
            assert!(shown.iter().all(|option| help.contains(option)), "{words:?}: {help}");
            assert!(!hidden.iter().any(|option| help.contains(option)), "{words:?}: {help}");
        }
        check(&[], &["--limit", "--kb", "--drafts", "--format"], &[]);
        check(&["mce"], &["--format", "--lang"], &["--limit", "--kb", "--drafts"]);
        check(&["kb", "list"], &["--kb", "--drafts"], &["--limit"]);
        check(&["completions"], &["--help"], &["--format", "--lang"]);
    }

    #[test]
    fn limits_have_names_and_units() {
        assert_eq!(limit("line-bytes=64K"), Ok((Bound::LineBytes, 64 * 1024)));
        assert!(limit("lines=1").is_err_and(|error| error.contains("line-bytes")));
        assert!(limit("line-bytes=many").is_err());
        assert!(limit("line-bytes=99999999999G").is_err());
    }

    #[test]
    fn a_word_that_is_not_a_command_is_a_file() {
        let arguments = Arguments::parse_from(["psod-match", "crash.txt", "--why"]);
        assert_eq!(arguments.question.files, [PathBuf::from("crash.txt")]);
        assert!(arguments.command.is_none());
        let forced = Arguments::parse_from(["psod-match", "--", "kb"]);
        assert_eq!(forced.question.files, [PathBuf::from("kb")]);
    }

    #[test]
    fn every_command_is_named_once_more_where_arguments_are_read_without_them() {
        let mut command = Arguments::command();
        command.build();
        let names: Vec<&str> = command.get_subcommands().map(clap::Command::get_name).collect();
        assert_eq!(names, COMMANDS);
        let aliases = command.get_subcommands().flat_map(clap::Command::get_all_aliases);
        assert_eq!(aliases.count(), 0);
    }

    /// Checks that arguments are read without commands, as they are with them, or are left to these.
    #[track_caller]
    fn check_without_command(line: &str, expected: bool) {
        let words: Vec<OsString> = line.split(' ').map(OsString::from).collect();
        let found = Arguments::without_command(&words);
        assert_eq!(found.is_some(), expected, "{line}");
        if let Some(found) = found {
            let all = Arguments::try_parse_from(&words).expect("arguments");
            assert_eq!(format!("{found:?}"), format!("{all:?}"));
        }
    }

    #[test]
    fn arguments_without_a_command_are_read_without_all_of_them() {
        check_without_command("psod-match", true);
        check_without_command("psod-match crash.txt other.txt --why --format json", true);
        check_without_command("psod-match --driver i40en=2.1.0 -v --limit line-bytes=64K -", true);
        check_without_command("psod-match kb list", false);
        check_without_command("psod-match --kb kb crash.txt", false);
        check_without_command("psod-match --help", false);
        check_without_command("psod-match --version", false);
        check_without_command("psod-match --langauge de", false);
    }
}
