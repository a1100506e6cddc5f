//! The arguments of `psod-match record` and `psod-match ledger`.

use std::path::PathBuf;

use clap::{ArgGroup, Args, Subcommand};
use psod_match::ledger::QUERY_FIELDS;

use super::super::args::HostArguments;

/// Which ledger is meant.
#[derive(Args, Clone, Debug, Default)]
pub struct LedgerPlace {
    /// The file of the ledger; by default crashes.ledger in the data directory
    #[arg(long, global = true, value_name = "FILE", env = "PSOD_MATCH_LEDGER")]
    pub ledger: Option<PathBuf>,
}

/// The arguments of `record`.
#[derive(Args, Debug)]
pub struct RecordArguments {
    /// Files or directories with crash texts; - is standard input
    #[arg(value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// The host that has crashed
    #[arg(long, value_name = "NAME")]
    pub host: Option<String>,
    /// The day of the crash, where the text prints none
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = super::super::args::day)]
    pub seen: Option<time::Date>,
    /// Number of a case or ticket
    #[arg(long, value_name = "NUMBER")]
    pub case: Option<String>,
    /// Keep names of hosts, VMs and people, addresses and serial numbers
    #[arg(long)]
    pub no_redact: bool,
    #[command(flatten)]
    pub given: HostArguments,
    #[command(flatten)]
    pub place: LedgerPlace,
}

/// The arguments of `ledger`.
#[derive(Args, Debug)]
pub struct LedgerArguments {
    #[command(flatten)]
    pub place: LedgerPlace,
    #[command(subcommand)]
    pub command: LedgerCommand,
}

/// Commands about the recorded crashes.
#[derive(Debug, Subcommand)]
pub enum LedgerCommand {
    /// List the recorded crashes, all or those that a query asks for
    #[command(after_help = list_help())]
    List {
        /// Terms such as build:20842708 frame:~lpfc_ issue:none "seen:>7d"; all must hold
        #[arg(value_name = "QUERY")]
        query: Vec<String>,
        /// Rows at most; 0 or `all` for all
        #[arg(long, value_name = "NUMBER", default_value = "50", value_parser = most)]
        most: usize,
    },
    /// Show one recorded crash with every answer and decision, or one cluster
    Show {
        /// The number of a crash, or the name of a cluster such as C-12
        #[arg(value_name = "CRASH|CLUSTER")]
        id: String,
    },
    /// Decide what a crash is; the decision pins it, whatever the program answers later
    Decide(DecideArguments),
    /// Undo a decision
    Undo {
        /// The name of the decision, such as D-1a2b3c4d5e6f
        decision: String,
        /// Who undoes it
        #[arg(long, value_name = "NAME", env = "USER", default_value = "unknown")]
        by: String,
    },
    /// Take a crash out, with its answers and decisions
    Remove {
        /// Its number
        id: i64,
    },
    /// Write everything as lines of JSON
    Export {
        /// The file; standard output without one
        #[arg(value_name = "FILE")]
        file: Option<PathBuf>,
    },
    /// Take over what an export holds and the ledger does not
    Import {
        /// The file; - is standard input
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
    /// Write a copy of the ledger, as it is at this moment
    Backup {
        /// A file that does not exist
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
    /// Put a backup in the place of the ledger; the present one is kept beside it
    Restore {
        /// The backup
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
    /// Ask again about every crash that a changed issue can touch, and show whose answer is another one
    /// now
    Rematch {
        /// Ask about every crash, whatever has changed
        #[arg(long)]
        thorough: bool,
    },
    /// Look at every page and every crash of the ledger
    Check,
}

const LIST_EXAMPLES: &str = "\
Examples:
  psod-match ledger list build:20842708 frame:~lpfc_
  psod-match ledger list issue:none \"seen:>7d\"
  psod-match ledger list -- -verdict:match host:esx01

Operators: ~ (contains), =, >, >=, <, <=; - before a term asks for the
opposite; a word without a field is looked for in the message. Fields:
";

/// The examples and the fields of a query.
fn list_help() -> String {
    let fields = QUERY_FIELDS.iter().map(|(field, about)| format!("  {field:<12} {about}\n"));
    format!("{LIST_EXAMPLES}{}", fields.collect::<String>())
}

/// A number of rows; 0 and `all` are no bound.
fn most(text: &str) -> Result<usize, String> {
    let number = if text == "all" { Ok(0) } else { text.parse::<usize>() };
    let number = number.map_err(|_| "expected a number, or all".to_owned())?;
    Ok(if number == 0 { usize::MAX } else { number })
}

/// The arguments of `ledger decide`.
#[derive(Args, Debug)]
#[command(group = ArgGroup::new("what").required(true))]
pub struct DecideArguments {
    /// Number of the crash
    pub id: i64,
    /// It is this known issue
    #[arg(long, value_name = "ID", group = "what")]
    pub issue: Option<String>,
    /// It is none of the known issues
    #[arg(long, group = "what")]
    pub none: bool,
    /// It is a new issue that nobody has written down yet
    #[arg(long, group = "what")]
    pub new: bool,
    /// It is the same as another crash
    #[arg(long, value_name = "CRASH", group = "what")]
    pub same_as: Option<i64>,
    /// It is not the same as another crash
    #[arg(long, value_name = "CRASH", group = "what")]
    pub not_same_as: Option<i64>,
    /// Why
    #[arg(long, value_name = "TEXT", default_value = "")]
    pub note: String,
    /// Who decides
    #[arg(long, value_name = "NAME", env = "USER", default_value = "unknown")]
    pub by: String,
}
