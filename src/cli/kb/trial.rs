//! `psod-match kb try`: what a change of the knowledge base would do.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::Args;
use psod_match::curate::{Against, NamedCrash, Trial, TrialSide, trial};
use psod_match::kb::{Exemplar, Expectation, Issue, KbFile, KbSource};
use psod_match::ledger::Ledger;
use psod_match::report::TrialReport;

use super::super::inputs::collect_in_turn;
use super::super::ledger::arguments::LedgerPlace;
use super::super::ledger::ledger_path;
use super::super::{Ending, Session};
use super::git;

/// The change that is tried, and the crashes that are asked about.
#[derive(Args, Debug)]
pub struct TryArguments {
    /// An issue file, in the knowledge base or not yet, or a revision of git
    #[arg(value_name = "FILE|REV", required_unless_present = "base")]
    pub change: Option<String>,
    /// The revision of git that is compared with: of the last directory of --kb
    #[arg(long, value_name = "REV")]
    pub base: Option<String>,
    /// What is asked about: kb for every crash text, ledger for the recorded crashes, and files
    #[arg(long, value_name = "kb,ledger,FILE", value_delimiter = ',', default_value = "kb")]
    pub against: Vec<PathBuf>,
    /// Ask about recorded crashes that share nothing with the issue, too
    #[arg(long)]
    pub thorough: bool,
    #[command(flatten)]
    pub place: LedgerPlace,
}

/// Prints what a change would do.
pub fn run(arguments: &TryArguments, session: &mut Session<'_>) -> anyhow::Result<Ending> {
    let tried = tried(arguments, session)?;
    session.print(&TrialReport::new(&tried))?;
    Ok(if tried.is_clean() { Ending::Good } else { Ending::NotFound })
}

/// Tries the change that the arguments name.
pub fn tried(arguments: &TryArguments, session: &mut Session<'_>) -> anyhow::Result<Trial> {
    let [before, after] = sides(arguments, session)?;
    let files = arguments
        .against
        .iter()
        .filter(|path| !["kb", "ledger"].iter().any(|word| path.as_os_str() == *word));
    let files: Vec<PathBuf> = files.cloned().collect();
    let crashes = if files.is_empty() { Vec::new() } else { crashes_of(&files, session)? };
    let ledger = if is_against("ledger", arguments) {
        Some(Ledger::open_to_read(&ledger_path(&arguments.place)?)?)
    } else {
        None
    };
    let against = Against {
        kb: is_against("kb", arguments),
        crashes: &crashes,
        ledger: ledger.as_ref(),
        thorough: arguments.thorough,
    };
    Ok(trial(&before, &after, &against)?)
}

fn is_against(word: &str, arguments: &TryArguments) -> bool {
    arguments.against.iter().any(|against| against.as_os_str() == word)
}

/// The knowledge base before the change and after it.
fn sides(arguments: &TryArguments, session: &Session<'_>) -> anyhow::Result<[TrialSide; 2]> {
    let present = Sources::from_session(session)?;
    let base = match &arguments.base {
        Some(revision) => Some(present.at(revision)?),
        None => None,
    };
    let [before, after] = match &arguments.change {
        None => [base.unwrap_or_default(), present],
        Some(change) if Path::new(change).is_file() => {
            let (without, with) = present.without_and_with(Path::new(change))?;
            [base.unwrap_or(without), with]
        }
        Some(change) => {
            let after = present.at(change);
            let after =
                after.with_context(|| format!("{change}: neither a file nor a revision"))?;
            [base.unwrap_or(present), after]
        }
    };
    Ok([TrialSide::new(&before.files())?, TrialSide::new(&after.files())?])
}

/// The files of each source of the knowledge base; those of the last one are what is changed.
#[derive(Clone, Default)]
struct Sources {
    /// The last directory of `--kb`.
    directory: Option<PathBuf>,
    of_each: Vec<Vec<KbFile>>,
}

impl Sources {
    fn from_session(session: &Session<'_>) -> anyhow::Result<Self> {
        let sources = session.sources()?;
        let directory = match sources.last() {
            Some(KbSource::Directory(directory)) => Some(directory.clone()),
            _ => None,
        };
        let of_each = sources.iter().map(KbSource::files).collect::<Result<_, _>>()?;
        Ok(Self { directory, of_each })
    }

    fn files(&self) -> Vec<KbFile> {
        self.of_each.concat()
    }

    /// The same with the last directory as `revision` has it.
    fn at(&self, revision: &str) -> anyhow::Result<Self> {
        let directory = self.directory.clone();
        let directory =
            directory.context("--kb DIR: the directory of which a revision is meant")?;
        let mut of_each = self.of_each.clone();
        if let Some(last) = of_each.last_mut() {
            *last = git::files_of(revision, &directory)?;
        }
        Ok(Self { directory: Some(directory), of_each })
    }

    /// The same without an issue file and its crash texts, and with them.
    fn without_and_with(self, file: &Path) -> anyhow::Result<(Self, Self)> {
        let (own, inside) = own_files(file)?;
        let is_in_last =
            self.directory.as_ref().is_some_and(|directory| is_same(directory, &inside));
        let mut without = self.clone();
        let mut with = self;
        if is_in_last {
            if let Some(last) = without.of_each.last_mut() {
                last.retain(|known| own.iter().all(|own| own.path != known.path));
            }
        } else {
            with.of_each.push(own);
        }
        Ok((without, with))
    }
}

fn is_same(one: &Path, other: &Path) -> bool {
    let [one, other] = [one, other].map(fs::canonicalize);
    one.ok().is_some_and(|one| other.is_ok_and(|other| one == other))
}

/// An issue file with the crash texts and near misses beside it, and the knowledge base that it is in: a
/// file that is in none stands for itself.
fn own_files(file: &Path) -> anyhow::Result<(Vec<KbFile>, PathBuf)> {
    let name = file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let path = format!("issues/{name}");
    let text =
        fs::read_to_string(file).with_context(|| format!("{}: cannot be read", file.display()))?;
    let issue = Issue::parse(&file.display().to_string(), &text)?;
    let folder = file.parent().unwrap_or(Path::new("."));
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let mut files = Vec::new();
    let is_in_kb = fs::canonicalize(folder)?.ends_with("issues");
    let directory = folder.join("..");
    if is_in_kb {
        let all = KbSource::Directory(directory.clone()).files()?;
        files.extend(all.into_iter().filter(|file| is_about(file, &issue.id)));
    }
    files.push(KbFile { path, text: text.into(), unread: None });
    Ok((files, directory))
}

/// True for a crash text of an issue, or one that must not match it.
fn is_about(file: &KbFile, id: &str) -> bool {
    let is_text = ["crashes/", "near/"].iter().any(|folder| file.path.starts_with(folder));
    is_text
        && Exemplar::parse(&file.path, &file.text).is_ok_and(|exemplar| {
            match exemplar.expectation {
                Expectation::Issue(issue) | Expectation::Not(issue) => issue == id,
                Expectation::Nothing => false,
            }
        })
}

/// The crashes of files, in their order.
fn crashes_of(files: &[PathBuf], session: &mut Session<'_>) -> anyhow::Result<Vec<NamedCrash>> {
    let (crashes, ending) = collect_in_turn(files, session, &|found, source| {
        let name = format!("{}:{}", source.path.display(), found.line);
        Ok(NamedCrash { name, crash: found.crash })
    })?;
    anyhow::ensure!(ending < Ending::Failed, "--against: a file cannot be read");
    Ok(crashes)
}
