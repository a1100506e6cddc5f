//! The arguments of `psod-match symbols`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::super::args::HostArguments;
use super::super::ledger::arguments::LedgerPlace;

/// The arguments of `symbols`.
#[derive(Args, Debug)]
pub struct SymbolsArguments {
    #[command(subcommand)]
    pub command: SymbolsCommand,
}

/// Commands about the names of functions.
#[derive(Debug, Subcommand)]
pub enum SymbolsCommand {
    /// Take the names of functions out of modules, VIBs, offline bundles and lists of nm
    #[command(after_help = INDEX_EXAMPLES)]
    Index {
        /// Files, or directories with them
        #[arg(value_name = "FILE", required = true)]
        files: Vec<PathBuf>,
        /// The module, for a file that does not name it
        #[arg(long, value_name = "NAME")]
        module: Option<String>,
        /// Its version, for a file that does not say it; of vmkernel the build, such as 23307199
        #[arg(long, value_name = "VERSION")]
        module_version: Option<String>,
        /// Put a table in the place of another one of the same version with other functions
        #[arg(long)]
        replace: bool,
    },
    /// List the modules and versions whose names are known
    List,
    /// Show the functions of a module
    Show {
        /// Its name, such as i40en
        module: String,
        /// Its version; without one, all that are known
        version: Option<String>,
    },
    /// Check the names and offsets of each crash, and say what was looked for
    Check {
        /// Files or directories with crash texts; - is standard input
        #[arg(value_name = "FILE")]
        files: Vec<PathBuf>,
        #[command(flatten)]
        host: HostArguments,
    },
    /// Print the backtraces of each crash with restored names, files and lines
    #[command(after_help = APPLY_EXAMPLES)]
    Apply {
        /// Files or directories with crash texts; - is standard input
        #[arg(value_name = "FILE")]
        files: Vec<PathBuf>,
        #[command(flatten)]
        host: HostArguments,
    },
    /// Learn from crashes where the functions of a build lie
    Learn {
        /// Files or directories with crash texts; - is standard input
        #[arg(value_name = "FILE")]
        files: Vec<PathBuf>,
        /// The recorded crashes instead of files
        #[arg(long, conflicts_with = "files")]
        recorded: bool,
        #[command(flatten)]
        place: LedgerPlace,
    },
}

const APPLY_EXAMPLES: &str = "\
Examples:
  psod-match symbols apply crash.txt
  psod-match symbols apply crash.txt --driver i40en=2.4.1.0-1OEM.700.1.0.15843807";

const INDEX_EXAMPLES: &str = "\
Examples:
  psod-match symbols index VMW-esx-8.0.0-lpfc-14.4.0.39-offline_bundle.zip
  psod-match symbols index /mnt/depot/vib20
  psod-match symbols index vmkernel.nm --module vmkernel --module-version 23307199";
