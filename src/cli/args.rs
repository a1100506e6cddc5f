//! The arguments. The texts below are the help.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

/// Which known issue is this purple diagnostic screen (PSOD)?
///
/// Reads the text of VMware ESX/ESXi purple screens (retyped, out of a log, with
/// or without prefixes), and says which known issue each one is, why, whether its
/// build has the fix, and what to do next.
///
/// Exit status: 0 every crash found is a match; 1 any is not, or there is none;
/// 2 an input could not be read or the arguments are wrong.
#[derive(Debug, Parser)]
#[command(name = "psod-match", version, max_term_width = 80)]
#[command(after_help = "A file called like a command is read as ./NAME, or behind --.")]
pub struct Arguments {
    /// Files or directories with crash texts; - is standard input
    #[arg(value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// Show every candidate with its evidence and the frames that correspond
    #[arg(long)]
    pub why: bool,
    #[command(flatten)]
    pub common: Common,
    #[command(subcommand)]
    pub command: Option<Command>,
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
    /// Let issues that are drafts match too
    #[arg(long, global = true)]
    pub drafts: bool,
    /// Say on standard error what is being done
    #[arg(short, long, global = true)]
    pub verbose: bool,
}

/// How to print.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For a terminal, 80 columns wide
    Text,
    /// One JSON object a line
    Json,
    /// For tickets and chats
    Markdown,
}

/// The commands beside recognising crashes.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Check, list and show known issues
    Kb {
        #[command(subcommand)]
        command: KbCommand,
    },
    /// Measure how well crashes are recognised
    Eval {
        #[command(subcommand)]
        command: EvalCommand,
    },
    /// Print a completion script for a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
}

/// Commands about the knowledge base.
#[derive(Debug, Subcommand)]
pub enum KbCommand {
    /// Check every file, and that each issue is found by its own crashes
    Lint,
    /// List the known issues
    List,
    /// Show one known issue
    Show {
        /// Its id, such as KB318512
        id: String,
    },
    /// Compile the knowledge base into the cache directory
    Build,
    /// Print how often each function occurs, as for kb/frames/rarity.csv
    Rarity,
}

/// Measurements.
#[derive(Debug, Subcommand)]
pub enum EvalCommand {
    /// The table that the thresholds were chosen from, over the knowledge base itself
    Kb,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_arguments_are_consistent() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn a_word_that_is_no_command_is_a_file() {
        let arguments = Arguments::parse_from(["psod-match", "crash.txt", "--why"]);
        assert_eq!(arguments.files, [PathBuf::from("crash.txt")]);
        assert!(arguments.command.is_none());
        let forced = Arguments::parse_from(["psod-match", "--", "kb"]);
        assert_eq!(forced.files, [PathBuf::from("kb")]);
    }
}
