//! `psod-match kb review`: the sheet that a second person reads.

use std::collections::BTreeSet;

use psod_match::curate::{FileChange, Step, files_of, refusals, sheet};
use psod_match::kb::{Issue, KbFile, KbTexts, KnowledgeBase};
use psod_match::report::{ReviewParts, ReviewReport};

use super::super::super::ledger::{existing, ledger_path};
use super::super::super::{Ending, Session};
use super::super::git;
use super::super::lint;
use super::super::show::find;
use super::arguments::ReviewArguments;
use super::promote::{candidate, present, tried};
use super::{own_directory, side_over, without};

/// Nobody: the sheet says what stands in the way of anybody else than the author.
const ANYBODY: Step<'_> = Step::Review { reviewer: "", sheet: None };

/// Prints the sheet of one issue.
pub fn run(
    kb: &KnowledgeBase,
    arguments: &ReviewArguments,
    session: &mut Session<'_>,
) -> anyhow::Result<Ending> {
    let today = arguments.today.unwrap_or_else(lint::today);
    let checked = lint::check(kb, today, session)?;
    let id = find(checked.matcher.store(), &arguments.id)?;
    let Some(issue) = kb.issues.get(&id) else {
        anyhow::bail!("{id} is retired; there is nothing to review");
    };
    let ledger = existing(&ledger_path(&arguments.place)?).ok();
    let before = match &arguments.base {
        Some(base) => Some(git::files_of(base, own_directory(session)?)?),
        None => None,
    };
    let side = match &before {
        Some(files) => side_over(files.clone(), session)?,
        None => without(issue, session)?,
    };
    let trial = tried(&side, &present(kb, session)?, ledger.as_ref())?;
    let candidate = candidate(issue, kb, &checked, &trial);
    let refused = refusals(&candidate, ANYBODY);
    let measured = sheet(kb, &checked.matcher, &checked.runs, issue)?;
    let diff = difference(issue, kb, before.as_deref(), &checked.texts);
    let report = ReviewReport::new(
        ReviewParts {
            issue,
            mark: candidate.mark,
            base: arguments.base.clone(),
            diff,
            sheet: &measured,
            trial: &trial,
            findings: candidate.findings,
            refused: &refused,
        },
        session.catalog,
    );
    session.print(&report)?;
    Ok(if refused.is_empty() { Ending::Good } else { Ending::NotFound })
}

/// The difference of the files of an issue from those `before`; without these all of them are new.
fn difference(
    issue: &Issue,
    kb: &KnowledgeBase,
    before: Option<&[KbFile]>,
    texts: &KbTexts,
) -> String {
    let files: BTreeSet<&str> = files_of(kb, issue).into_iter().collect();
    let changes = files.into_iter().map(|path| {
        let after = texts.get(path).unwrap_or_default().to_owned();
        let old = before.and_then(|files| files.iter().find(|file| file.path == path));
        match old {
            Some(old) => FileChange::edited(path, &old.text, after),
            None => FileChange::new_file(path, after),
        }
    });
    changes.map(|change| change.diff()).collect()
}
