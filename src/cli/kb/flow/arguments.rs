//! The arguments of the commands of a curator's day. The texts below are the help.

use clap::{ArgGroup, Args, Subcommand};
use time::Date;

use super::super::super::args::day;
use super::super::super::ledger::arguments::LedgerPlace;

/// The steps of curation.
#[derive(Debug, Subcommand)]
pub enum FlowCommand {
    /// List what could be done next, each line with its command
    Todo(TodoArguments),
    /// Show the known issues that come nearest to an issue or to a crash
    Similar(NearArguments),
    /// Show all that a second person looks at: difference, answers, margin, lint, sources
    Review(ReviewArguments),
    /// Count issues, articles, crash texts and reviews
    Stats(StatsArguments),
    /// Tell what happened to the issues between two revisions of git
    Changelog(ChangelogArguments),
    /// Take decided crashes into the directory of --kb, as crash texts or near misses
    Adopt(AdoptArguments),
    /// Let a draft match (its author), or vouch for a tested issue (another person)
    Promote(PromoteArguments),
    /// Take the review back: reviewed becomes test, as after a change of the pattern
    Demote(DemoteArguments),
    /// Let an issue match nothing any more; its id is not given again
    Retire(RetireArguments),
    /// Give drafts that are none any more the ids that they keep
    AssignIds(AssignArguments),
}

/// The arguments of `kb todo`.
#[derive(Args, Debug)]
pub struct TodoArguments {
    /// Only recorded crashes of the last days, such as 30d, or since a day
    #[arg(long, value_name = "DAYS")]
    pub since: Option<String>,
    /// Lines of each kind at most; 0 for all
    #[arg(long, value_name = "N", default_value_t = 10)]
    pub most: usize,
    /// The day from which ages are counted; by default today
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = day)]
    pub today: Option<Date>,
    #[command(flatten)]
    pub place: LedgerPlace,
}

/// The arguments of `kb similar`.
#[derive(Args, Debug)]
pub struct NearArguments {
    /// Id of an issue, number of an article, or a file with crashes
    #[arg(value_name = "ISSUE|FILE")]
    pub name: String,
    /// Issues at most
    #[arg(long, value_name = "N", default_value_t = 5)]
    pub most: usize,
}

/// The arguments of `kb review`.
#[derive(Args, Debug)]
pub struct ReviewArguments {
    /// Id of the issue
    #[arg(value_name = "ID")]
    pub id: String,
    /// Compare with this revision of git instead of with a knowledge base without the issue
    #[arg(long, value_name = "REV")]
    pub base: Option<String>,
    /// The day for which comments that allow a finding are judged; by default today
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = day)]
    pub today: Option<Date>,
    #[command(flatten)]
    pub place: LedgerPlace,
}

/// The arguments of `kb stats`.
#[derive(Args, Debug)]
pub struct StatsArguments {
    /// The day from which ages are counted; by default today
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = day)]
    pub today: Option<Date>,
    #[command(flatten)]
    pub place: LedgerPlace,
}

/// The arguments of `kb changelog`.
#[derive(Args, Debug)]
pub struct ChangelogArguments {
    /// Two revisions, such as v1.0..main; without the second one, the files as they are
    #[arg(value_name = "REV..REV")]
    pub range: String,
}

/// The arguments of `kb adopt`.
#[derive(Args, Debug)]
#[command(group = ArgGroup::new("role").multiple(false))]
pub struct AdoptArguments {
    /// Numbers of recorded crashes, or files with crashes
    #[arg(required = true, value_name = "CRASH")]
    pub crashes: Vec<String>,
    /// As a crash text of this issue; without it that of the decision
    #[arg(long = "as", value_name = "ID", group = "role")]
    pub as_issue: Option<String>,
    /// As a near miss of this issue: alike, and something else
    #[arg(long, value_name = "ID", group = "role")]
    pub near: Option<String>,
    /// Where the text is from, such as a ticket; by default the case of the ledger
    #[arg(long, value_name = "TEXT")]
    pub source: Option<String>,
    #[command(flatten)]
    pub place: LedgerPlace,
    #[command(flatten)]
    pub dry: DryRun,
}

/// Whether anything is written.
#[derive(Args, Clone, Copy, Debug)]
pub struct DryRun {
    /// Show what would change, and write nothing
    #[arg(long)]
    pub dry_run: bool,
}

/// The arguments of `kb promote`.
#[derive(Args, Debug)]
pub struct PromoteArguments {
    /// Ids of the issues
    #[arg(required = true, value_name = "ID")]
    pub ids: Vec<String>,
    /// The second person, who has read it; without one a draft becomes test
    #[arg(long, value_name = "NAME")]
    pub reviewer: Option<String>,
    /// The mark of the sheet of `kb review` that was read: refuses what has changed since
    #[arg(long, value_name = "MARK", requires = "reviewer")]
    pub sheet: Option<String>,
    /// The day of the review; by default today
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = day)]
    pub today: Option<Date>,
    #[command(flatten)]
    pub place: LedgerPlace,
    #[command(flatten)]
    pub dry: DryRun,
}

/// The arguments of `kb demote`.
#[derive(Args, Debug)]
pub struct DemoteArguments {
    /// Ids of the issues
    #[arg(required = true, value_name = "ID")]
    pub ids: Vec<String>,
    #[command(flatten)]
    pub dry: DryRun,
}

/// The arguments of `kb retire`.
#[derive(Args, Debug)]
pub struct RetireArguments {
    /// Id of the issue; a shipped one gets a file that hides it
    #[arg(value_name = "ID")]
    pub id: String,
    /// Why
    #[arg(long, value_name = "TEXT", value_parser = reason)]
    pub reason: String,
    #[command(flatten)]
    pub dry: DryRun,
}

/// A reason of one line that says something.
fn reason(text: &str) -> Result<String, String> {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.is_empty() { Err("expected the reason in words".to_owned()) } else { Ok(line) }
}

/// The arguments of `kb assign-ids`.
#[derive(Args, Debug)]
pub struct AssignArguments {
    /// Drafts; without any, all that are called DRAFT-… and are test or reviewed
    #[arg(value_name = "ID")]
    pub ids: Vec<String>,
    #[command(flatten)]
    pub dry: DryRun,
}
