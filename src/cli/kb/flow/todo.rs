//! `psod-match kb todo`: what a curator could do next.

use std::collections::HashMap;

use psod_match::curate::{RecordedClusters, todos};
use psod_match::kb::{KnowledgeBase, date_of};
use psod_match::ledger::{Ledger, Query};
use psod_match::report::{TodoPage, TodoReport};
use time::{Date, Duration};

use super::super::super::args::Format;
use super::super::super::cluster::recorded_clustering;
use super::super::super::ledger::{existing, ledger_path};
use super::super::super::output::complain;
use super::super::super::{Ending, Session};
use super::super::lint;
use super::arguments::TodoArguments;
use super::is_own;

/// Prints what there is to do, each line with its command.
pub fn run(
    kb: &KnowledgeBase,
    arguments: &TodoArguments,
    session: &mut Session<'_>,
) -> anyhow::Result<Ending> {
    let today = arguments.today.unwrap_or_else(lint::today);
    let since = arguments.since.as_deref().map(|since| day_before(since, today)).transpose()?;
    let path = ledger_path(&arguments.place)?;
    let mut ledger = if path.exists() { Some(existing(&path)?) } else { None };
    if ledger.is_none() {
        complain(&session.catalog.text("todo-no-ledger", &[("path", &path.display().to_string())]));
    }
    let days = ledger.as_ref().map(days_of).transpose()?.unwrap_or_default();
    let recorded = match &mut ledger {
        Some(ledger) => recorded_clustering(ledger, session.knowledge()?)?,
        None => None,
    };
    let clusters = recorded.as_ref().map(|recorded| RecordedClusters {
        found: &recorded.found,
        numbers: &recorded.named.numbers,
        reopenings: &recorded.reopenings,
        regressions: &recorded.regressions,
        days: &days,
    });
    let all = todos(kb, &|issue| is_own(issue, session), clusters, since, today);
    let reports = all.iter().map(|todo| TodoReport::new(todo, kb, session.catalog)).collect();
    let most = if arguments.most == 0 { usize::MAX } else { arguments.most };
    let page = TodoPage::new(reports, most);
    print(&page, session)?;
    Ok(if page.todos.is_empty() { Ending::NotFound } else { Ending::Good })
}

/// The day that `30d` ago was, or the day itself.
fn day_before(since: &str, today: Date) -> anyhow::Result<Date> {
    let days = since.strip_suffix('d').and_then(|days| days.parse().ok());
    let day = match days {
        Some(days) => today.checked_sub(Duration::days(days)),
        None => date_of(since),
    };
    day.ok_or_else(|| {
        anyhow::anyhow!("--since {since}: expected days such as 30d, or a day such as 2026-11-01")
    })
}

/// The day of each recorded crash: on which it happened, or else was recorded.
fn days_of(ledger: &Ledger) -> anyhow::Result<HashMap<String, String>> {
    const DAY: usize = 10;
    let (rows, _) = ledger.list(&Query::default(), i32::MAX.unsigned_abs() as usize)?;
    let days = rows.into_iter().map(|row| {
        let recorded = row.recorded.chars().take(DAY).collect();
        (row.id.to_string(), row.seen.unwrap_or(recorded))
    });
    Ok(days.collect())
}

fn print(page: &TodoPage, session: &mut Session<'_>) -> anyhow::Result<()> {
    if session.output.format == Format::Json {
        page.todos.iter().try_for_each(|todo| session.output.json(todo))?;
        for (kind, count) in &page.more {
            let values = [("kind", *kind), ("count", &count.to_string())];
            complain(&session.catalog.text("todo-more", &values));
        }
        return Ok(());
    }
    session.print(page)
}
