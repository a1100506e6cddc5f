//! `psod-match kb similar`: the known issues that come nearest to an issue, or to a crash.

use std::path::Path;

use psod_match::curate::{issues_near_crash, issues_near_issue};
use psod_match::kb::KnowledgeBase;
use psod_match::matching::{Calibration, Matcher};
use psod_match::report::NearReport;

use super::super::super::args::Format;
use super::super::super::{Ending, Session};
use super::super::own::first_crash;
use super::super::show::find;
use super::arguments::NearArguments;

/// Prints the issues that come nearest. Drafts are among them: two people may draft the same.
pub fn run(
    kb: &KnowledgeBase,
    arguments: &NearArguments,
    session: &mut Session<'_>,
) -> anyhow::Result<Ending> {
    let matcher = Matcher::new(session.compiled()?, Calibration::SHIPPED, true)?;
    let (name, most) = (&arguments.name, arguments.most);
    let (of, near) = if Path::new(name).is_file() {
        let Some(crash) = first_crash(Path::new(name), session)? else {
            anyhow::bail!("{name}: no purple screen found");
        };
        (name.clone(), issues_near_crash(&matcher, crash, "", most)?)
    } else {
        let id = find(matcher.store(), name)?;
        let near = kb.issues.get(&id).map(|issue| issues_near_issue(kb, &matcher, issue, most));
        (id, near.transpose()?.unwrap_or_default())
    };
    if near.is_empty() && session.output.format != Format::Json {
        session.say("near-nothing", &[("of", &of)])?;
    }
    for one in &near {
        session.print(&NearReport::new(one, &of, kb, session.catalog))?;
    }
    Ok(if near.is_empty() { Ending::NotFound } else { Ending::Good })
}
