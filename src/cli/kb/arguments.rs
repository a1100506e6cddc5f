//! The arguments of the commands that search, list and export. The texts below are the help.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use psod_match::crash::{PanicKind, Release};
use psod_match::kb::Status;
use psod_match::publish::Filter;

/// The filters of `kb list`; an issue must fit each of them.
#[derive(Args, Debug)]
pub struct ListArguments {
    /// Only issues in which this module takes part; * matches anything
    #[arg(long, value_name = "NAME")]
    module: Option<String>,
    /// Only issues that affect this release, or may: a build number, or a name such as 7.0U3c
    #[arg(long, value_name = "RELEASE")]
    pub build: Option<String>,
    /// Only issues of this update line, such as 7.0.3, or 7.0 for all of its lines
    #[arg(long, value_name = "LINE")]
    line: Option<String>,
    /// Only issues of this panic kind, such as page-fault
    #[arg(long, value_name = "KIND", value_parser = kind)]
    kind: Option<String>,
    /// Only issues that have come this far
    #[arg(long, value_name = "STATUS", value_parser = status)]
    status: Option<Status>,
}

impl ListArguments {
    /// The filter that the arguments describe, `release` being the one that `--build` names.
    pub fn filter(&self, release: Option<Release>) -> Filter {
        Filter {
            module: self.module.clone(),
            release,
            line: self.line.clone(),
            kind: self.kind.clone(),
            status: self.status,
        }
    }
}

fn kind(name: &str) -> Result<String, String> {
    match PanicKind::from_name(name) {
        Some(kind) => Ok(kind.as_str().to_owned()),
        None => {
            let kinds: Vec<&str> = PanicKind::ALL.iter().map(|kind| kind.as_str()).collect();
            Err(format!("not a panic kind, expected one of {}", kinds.join(", ")))
        }
    }
}

fn status(name: &str) -> Result<Status, String> {
    // Retired issues are hidden everywhere.
    match name.parse() {
        Ok(status) if status != Status::Retired => Ok(status),
        _ => Err("expected draft, test or reviewed".to_owned()),
    }
}

/// The question of `kb search`.
#[derive(Args, Debug)]
pub struct SearchArguments {
    /// Functions, messages, modules, log lines, article numbers, words; English or Japanese
    #[arg(required = true, value_name = "WORDS")]
    pub words: Vec<String>,
    /// Most issues that are shown
    #[arg(long, value_name = "N", default_value_t = 10)]
    pub most: usize,
}

/// The crash that an issue is drafted from.
#[derive(Args, Debug)]
pub struct NewArguments {
    /// A text with the crash; the first one in it is taken
    #[arg(long, value_name = "FILE")]
    pub from: PathBuf,
    /// Id of the issue; by default the next free TEAM-0001, TEAM-0002, …
    #[arg(long)]
    pub id: Option<String>,
    /// Author of the file
    #[arg(long, default_value = "our team")]
    pub author: String,
    /// Where the text is from, such as a ticket
    #[arg(long, default_value = "a host of ours")]
    pub source: String,
}

/// The form and the place of an export.
#[derive(Args, Debug)]
pub struct ExportArguments {
    /// The form of the export
    #[arg(long, value_enum)]
    pub to: ExportForm,
    /// The file, or for a site the directory; without it standard output
    #[arg(long, value_name = "PATH", required_if_eq("to", "site"))]
    pub output: Option<PathBuf>,
}

/// A form of the whole knowledge base.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ExportForm {
    /// One document; docs/knowledge-base.schema.json describes it
    Json,
    /// A table for spreadsheets, a row for each issue
    Csv,
    /// Static pages in English and Japanese, with a search that needs no server
    Site,
}
