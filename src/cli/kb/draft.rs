//! `psod-match kb draft`: an issue out of crashes that separates them from all others.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Context;
use clap::Args;
use psod_match::curate::{DraftCrash, DraftRequest, Drafted, DraftedIssue, TrialSide, draft};
use psod_match::diagnose::prepare;
use psod_match::kb::{KbSource, KnowledgeBase};
use psod_match::ledger::{Ledger, Query};
use psod_match::read::FoundCrash;
use psod_match::report::DraftReport;
use time::OffsetDateTime;

use super::super::args::Format;
use super::super::inputs::collect_in_turn;
use super::super::ledger::arguments::LedgerPlace;
use super::super::ledger::ledger_path;
use super::super::output::complain;
use super::super::{Ending, Session, site_secret};
use super::own::write_new;

/// Crashes of a cluster that a draft is made of: the last recorded ones.
const MAX_CRASHES: usize = 200;
/// Crashes of other clusters that a draft is held against: those of the largest ones.
const MAX_OTHERS: usize = 2000;

/// The crashes that an issue is drafted from.
#[derive(Args, Debug)]
pub struct DraftArguments {
    /// A cluster of the ledger, such as C-12, or files and directories with crashes
    #[arg(required = true, value_name = "CLUSTER|FILE")]
    pub crashes: Vec<PathBuf>,
    /// The knowledge base that the files are written into; by default that of --kb
    #[arg(long, value_name = "DIR")]
    pub into: Option<PathBuf>,
    /// Id of the issue; by default DRAFT- and what it is about
    #[arg(long)]
    pub id: Option<String>,
    /// Author of the file; by default user.name of git
    #[arg(long, value_name = "NAME")]
    pub author: Option<String>,
    /// Where the crashes are from, such as a ticket
    #[arg(long, default_value = "hosts of ours")]
    pub source: String,
    #[command(flatten)]
    pub place: LedgerPlace,
}

/// Drafts an issue and writes its files, or says why there is none.
pub fn run(arguments: &DraftArguments, session: &mut Session<'_>) -> anyhow::Result<Ending> {
    let directory = arguments.into.as_ref().or(session.common.kb.last());
    let directory = directory
        .context(
            "--into DIR: the knowledge base for the draft; `psod-match kb init DIR` makes one",
        )?
        .clone();
    let author = arguments.author.clone().or_else(author_of_git);
    let author = author.context("--author NAME: git knows no user.name")?;
    let side = side_with(&directory, session)?;
    let ledger = ledger_of(arguments)?;
    let (crashes, cluster) = match cluster_of(&arguments.crashes) {
        Some(number) => {
            let ledger = ledger.as_ref().context("a cluster, and there is no ledger")?;
            (recorded(ledger, number, &side)?, Some(number))
        }
        None => (read(&arguments.crashes, &side, session)?, None),
    };
    anyhow::ensure!(!crashes.is_empty(), "no crash to draft an issue from");
    let others = match &ledger {
        Some(ledger) => others(ledger, cluster, &side)?,
        None => Vec::new(),
    };
    let request = DraftRequest {
        crashes: &crashes,
        others: &others,
        id: arguments.id.as_deref(),
        author: &author,
        created: &OffsetDateTime::now_utc().date().to_string(),
        source: &arguments.source,
        secret: &site_secret()?,
    };
    match draft(&request, &side)? {
        Drafted::Issue(drafted) => {
            write(&drafted, &directory)?;
            session.print(&DraftReport::of_issue(&drafted))?;
            say_written(&drafted, &directory, session)?;
            Ok(Ending::Good)
        }
        Drafted::Refused(refusal) => {
            session.print(&DraftReport::of_refusal(&refusal))?;
            Ok(Ending::NotFound)
        }
    }
}

/// The knowledge base with `directory`, where it is not one of `--kb`.
fn side_with(directory: &Path, session: &Session<'_>) -> anyhow::Result<TrialSide> {
    let mut sources = session.sources()?;
    if directory.is_dir() && !session.common.kb.iter().any(|known| known == directory) {
        sources.push(KbSource::Directory(directory.to_path_buf()));
    }
    Ok(TrialSide::from_knowledge_base(KnowledgeBase::read(&sources)?)?)
}

/// The ledger; `None` where files are drafted from and there is none.
fn ledger_of(arguments: &DraftArguments) -> anyhow::Result<Option<Ledger>> {
    let path = ledger_path(&arguments.place);
    let needs_none = cluster_of(&arguments.crashes).is_none();
    if needs_none && !path.as_ref().is_ok_and(|path| path.exists()) {
        if let Some(path) = &arguments.place.ledger {
            complain(&format!("{}: no ledger yet; no other cluster is asked", path.display()));
        }
        return Ok(None);
    }
    Ok(Some(Ledger::open_to_read(&path?)?))
}

/// The number of the cluster that the only argument names.
fn cluster_of(crashes: &[PathBuf]) -> Option<i64> {
    let [only] = crashes else { return None };
    only.to_str()?.strip_prefix("C-")?.parse().ok()
}

/// The crashes of a cluster.
fn recorded(ledger: &Ledger, number: i64, side: &TrialSide) -> anyhow::Result<Vec<DraftCrash>> {
    let today = OffsetDateTime::now_utc().date();
    let query = Query::parse(&format!("cluster:C-{number}"), today, &str::to_owned)?;
    let (rows, all) = ledger.list(&query, MAX_CRASHES)?;
    anyhow::ensure!(
        all > 0,
        "C-{number}: no crash of it is recorded; `psod-match cluster --recorded` names the clusters"
    );
    let crashes = rows.iter().map(|row| one_recorded(ledger, row.id, side));
    Ok(crashes.collect::<anyhow::Result<Vec<_>>>()?.into_iter().flatten().collect())
}

/// A crash of each other cluster.
fn others(
    ledger: &Ledger,
    cluster: Option<i64>,
    side: &TrialSide,
) -> anyhow::Result<Vec<DraftCrash>> {
    let ids = ledger.frequent_crashes(cluster, MAX_OTHERS)?;
    let crashes = ids.iter().map(|id| one_recorded(ledger, *id, side));
    Ok(crashes.collect::<anyhow::Result<Vec<_>>>()?.into_iter().flatten().collect())
}

fn one_recorded(ledger: &Ledger, id: i64, side: &TrialSide) -> anyhow::Result<Option<DraftCrash>> {
    let found = ledger.crash(id)?;
    Ok(found.map(|found| DraftCrash {
        name: id.to_string(),
        subject: prepare(FoundCrash::from(found.crash), &side.matcher),
    }))
}

/// The crashes of files, in their order.
fn read(
    files: &[PathBuf],
    side: &TrialSide,
    session: &mut Session<'_>,
) -> anyhow::Result<Vec<DraftCrash>> {
    let (crashes, _) = collect_in_turn(files, session, &|found, source| {
        let name = format!("{}:{}", source.path.display(), found.line);
        Ok(DraftCrash { name, subject: prepare(found, &side.matcher) })
    })?;
    Ok(crashes)
}

/// Writes the files; none of them when one is there already.
fn write(drafted: &DraftedIssue, directory: &Path) -> anyhow::Result<()> {
    for file in &drafted.files {
        let path = directory.join(&file.path);
        anyhow::ensure!(!path.exists(), "{}: there already; nothing is written", path.display());
    }
    for file in &drafted.files {
        write_new(&directory.join(&file.path), &file.text)?;
    }
    Ok(())
}

fn say_written(
    drafted: &DraftedIssue,
    directory: &Path,
    session: &mut Session<'_>,
) -> anyhow::Result<()> {
    if session.output.format == Format::Json {
        return Ok(());
    }
    let path = drafted.files.first().map(|file| file.path.as_str()).unwrap_or_default();
    let directory = directory.display().to_string();
    session.say("draft-written", &[("directory", &directory), ("path", path)])
}

/// The name that git writes into commits.
fn author_of_git() -> Option<String> {
    let output = Command::new("git").args(["config", "user.name"]).output().ok()?;
    let name = String::from_utf8(output.stdout).ok()?.trim().to_owned();
    (output.status.success() && !name.is_empty()).then_some(name)
}
