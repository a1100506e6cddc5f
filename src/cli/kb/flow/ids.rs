//! `psod-match kb assign-ids`: the ids that issues keep.

use std::collections::BTreeSet;

use psod_match::curate::assign_ids;
use psod_match::kb::{KbSource, KbTexts, KnowledgeBase};

use super::super::super::output::complain;
use super::super::super::{Ending, Session};
use super::arguments::AssignArguments;
use super::{apply, own_directory};

/// Gives the ids, and renames all files that speak of the drafts.
pub fn run(
    kb: &KnowledgeBase,
    arguments: &AssignArguments,
    session: &mut Session<'_>,
) -> anyhow::Result<Ending> {
    let directory = own_directory(session)?;
    let texts = KbTexts::read(&[KbSource::Directory(directory.to_path_buf())])?;
    let wanted: BTreeSet<String> = arguments.ids.iter().cloned().collect();
    if let Some(id) = wanted.iter().find(|id| !kb.issues.contains_key(*id)) {
        anyhow::bail!("there is no issue {id}; `psod-match kb list --drafts` lists the drafts");
    }
    // A list with a conflict in it would give the next number a second time.
    let broken = kb.findings.iter().find(|finding| finding.path == psod_match::kb::IDS_FILE);
    if let Some(finding) = broken {
        anyhow::bail!(
            "{}: {}; give one of the two issues another id first",
            finding.path,
            finding.detail
        );
    }
    let assignment = assign_ids(kb, &texts, &wanted)?;
    for (draft, id) in &assignment.taken {
        complain(&session.catalog.text("ids-taken", &[("draft", draft), ("id", id)]));
    }
    apply(&assignment.changes, arguments.dry.dry_run, session)?;
    for (draft, id) in &assignment.ids {
        session.say("ids-given", &[("draft", draft), ("id", id)])?;
    }
    if assignment.ids.is_empty() && assignment.taken.is_empty() {
        session.say("ids-none", &[])?;
    }
    let is_good = assignment.taken.is_empty() && !assignment.ids.is_empty();
    Ok(if is_good { Ending::Good } else { Ending::NotFound })
}
