//! `psod-match symbols learn`: where the functions of a build lie, out of crashes that print it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use psod_match::ledger::{Ledger, Query};
use psod_match::report::LearnedReport;
use psod_match::symbols::{LearnedMap, Lesson, Symbols};

use super::super::inputs::{Answer, answer_all};
use super::super::ledger::arguments::LedgerPlace;
use super::super::ledger::ledger_path;
use super::super::output::complain;
use super::super::{Ending, Session};
use super::symbol_directory;

/// Learns from files, or from the recorded crashes of a ledger.
pub fn run(
    files: &[PathBuf],
    recorded: Option<&LedgerPlace>,
    session: &mut Session<'_>,
) -> anyhow::Result<Ending> {
    let directory = symbol_directory(session)?;
    let lessons = Mutex::new(Vec::new());
    let ending = match recorded {
        Some(place) => {
            let ledger = Ledger::open_to_read(&ledger_path(place)?)?;
            let (rows, _) = ledger.list(&Query::default(), usize::MAX)?;
            let mut lessons = lessons.lock().unwrap_or_else(PoisonError::into_inner);
            for row in rows {
                let crash = ledger.crash(row.id)?;
                lessons.extend(crash.and_then(|recorded| Lesson::from_crash(&recorded.crash)));
            }
            Ending::Good
        }
        // As they were read: a name that a table or another crash gave must not teach itself.
        None => answer_all(files, session, &|found, _| {
            let mut lessons = lessons.lock().unwrap_or_else(PoisonError::into_inner);
            lessons.extend(Lesson::from_crash(&found.crash));
            Ok(Answer::collected())
        })?,
    };
    let lessons = lessons.into_inner().unwrap_or_else(PoisonError::into_inner);
    if lessons.is_empty() {
        complain(&session.catalog.text("symbols-taught-nothing", &[]));
        return Ok(ending.max(Ending::NotFound));
    }
    Ok(ending.max(keep(&directory, lessons, session)?))
}

/// Adds the lessons to the maps of their builds.
fn keep(
    directory: &Path,
    lessons: Vec<Lesson>,
    session: &mut Session<'_>,
) -> anyhow::Result<Ending> {
    std::fs::create_dir_all(directory)?;
    let symbols = Symbols::open(directory)?;
    let mut builds: BTreeMap<u32, Vec<Lesson>> = BTreeMap::new();
    for lesson in lessons {
        builds.entry(lesson.build).or_default().push(lesson);
    }
    let mut ending = Ending::Good;
    for (build, lessons) in builds {
        let mut map = match symbols.learned(build) {
            Ok(known) => known.map_or_else(|| LearnedMap::new(build), |map| (*map).clone()),
            Err(problem) => {
                complain(&problem.to_string());
                ending = Ending::Failed;
                continue;
            }
        };
        let (mut taught, mut contradicted) = (0, 0);
        for learned in lessons.iter().filter_map(|lesson| map.learn(lesson)) {
            taught += 1;
            contradicted += learned.contradicted;
        }
        Symbols::write_learned(directory, &map)?;
        session.print(&LearnedReport::new(&map, taught, contradicted))?;
    }
    Ok(ending)
}
