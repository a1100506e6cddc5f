//! The screen part by part, each with its meaning in this crash, in the order of the vendor's
//! article "Interpreting an ESX/ESXi host purple diagnostic screen" (343033, formerly 1004250).

use std::collections::BTreeMap;

use super::console_oops::{ConsoleOops, console_oops};
use super::error_types::error_type_of;
use super::registers;
use super::stack::{self, FindModule};
use crate::crash::{CoreDumpOutcome, Crash, DefectCode, ScreenPart, World};
use crate::error::Result;
use crate::kb::{Article, ReleaseEntry};
use crate::message::Sentence;

/// One part of the screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    /// The part.
    pub part: ScreenPart,
    /// Its lines as printed.
    pub screen: Vec<String>,
    /// Their meaning in this crash.
    pub says: Vec<Sentence>,
    /// The articles about it.
    pub articles: Vec<Article>,
}

/// Explains every part of the screen, with the build's entry in the release list; a part that is
/// not printed is explained as missing, except machine checks.
///
/// # Errors
/// [`crate::error::Error::Store`] when the store is damaged.
pub fn sections(
    crash: &Crash,
    entry: Option<&ReleaseEntry>,
    module: FindModule<'_>,
) -> Result<Vec<Section>> {
    let mut sections = vec![
        section(crash, ScreenPart::Release, release(crash, entry)),
        message(crash),
        section(crash, ScreenPart::Registers, registers::sentences(crash)),
        section(crash, ScreenPart::Worlds, worlds(crash)),
        section(crash, ScreenPart::Stack, stack::sentences(crash, module)?),
        section(crash, ScreenPart::Uptime, uptime(crash)),
    ];
    if !crash.machine_checks.is_empty() {
        let count = crash.machine_checks.len().to_string();
        let says = Sentence::new("explain-machine-check", &[("count", &count)]);
        sections.push(section(crash, ScreenPart::MachineCheck, vec![says]));
    }
    sections.push(section(crash, ScreenPart::CoreDump, core_dump(crash)));
    Ok(sections)
}

fn section(crash: &Crash, part: ScreenPart, says: Vec<Sentence>) -> Section {
    let lines = crash.screen.iter().filter(|line| line.part == part);
    let screen = lines.map(|line| line.text.clone()).collect();
    Section { part, screen, says, articles: Vec::new() }
}

fn release(crash: &Crash, entry: Option<&ReleaseEntry>) -> Vec<Sentence> {
    let build = crash.release.as_ref().and_then(|release| release.build);
    let build_text = build.map(|build| build.to_string()).unwrap_or_default();
    let mut says = vec![match (&crash.release, build, entry) {
        (None, _, _) => Sentence::new("explain-release-none", &[]),
        (Some(_), None, _) => Sentence::new("explain-release-no-build", &[]),
        (Some(_), Some(_), None) => {
            Sentence::new("explain-release-unlisted", &[("build", &build_text)])
        }
        (Some(release), Some(_), Some(entry)) => {
            let name = format!("{} {}", release.product, entry.name);
            let dated = !entry.date.is_empty();
            let key = if dated { "explain-release-known" } else { "explain-release-undated" };
            Sentence::new(key, &[("name", &name), ("build", &build_text), ("date", &entry.date)])
        }
    }];
    says.extend(entry.filter(|_| build.is_some()).and_then(|entry| age(crash, entry)));
    if crash.defects.iter().any(|defect| defect.code == DefectCode::ReleaseOfBundle) {
        says.push(Sentence::new("explain-release-of-bundle", &[]));
    }
    says.push(Sentence::new("explain-release-kernel", &[]));
    says
}

/// Days between the release of the build and the first line of the log with a date.
fn age(crash: &Crash, entry: &ReleaseEntry) -> Option<Sentence> {
    let (year, month, date) = crash.date?;
    let mut released = entry.date.split('-');
    let released = calendar_day(
        released.next()?.parse().ok()?,
        released.next()?.parse().ok()?,
        released.next()?.parse().ok()?,
    )?;
    let crashed = calendar_day(year, month, date)?;
    let days = (crashed - released).whole_days();
    if days < 0 {
        return None;
    }
    let (day, days) = (crashed.to_string(), days.to_string());
    Some(Sentence::new("explain-release-age", &[("day", &day), ("days", &days)]))
}

fn calendar_day(year: i32, month: u8, day: u8) -> Option<time::Date> {
    time::Date::from_calendar_date(year, time::Month::try_from(month).ok()?, day).ok()
}

fn message(crash: &Crash) -> Section {
    let error_type = error_type_of(crash);
    let side = Sentence::new(error_type.side.key(), &[]);
    let mut says = vec![
        match &crash.panic {
            None => Sentence::new("explain-message-none", &[]),
            Some(panic) => Sentence::new("explain-kind", &[("kind", panic.kind.as_str())]),
        },
        Sentence::new(&error_type.meaning, &[]),
        Sentence::new("explain-likely", &[]).with("side", side),
        Sentence::new(&error_type.first_steps, &[]),
    ];
    says.extend(console_oops(crash).map(|oops| console(&oops)));
    if let Some(panic) = &crash.panic {
        if let Some(name) = panic.world.as_ref().map(World::label) {
            says.push(Sentence::new("explain-world-in-message", &[("world", &name)]));
        }
        // After an NMI from another PCPU the one that is named prints the screen itself.
        if panic.pcpus.iter().any(|pcpu| Some(*pcpu) != crash.pcpu) {
            let names: Vec<String> = panic.pcpus.iter().map(pcpu_name).collect();
            says.push(Sentence::new("explain-culprits", &[("pcpus", &names.join(", "))]));
        }
    }
    let articles = error_type.articles.0.clone();
    Section { articles, ..section(crash, ScreenPart::Message, says) }
}

/// The Linux lines of a service console's screen in words (VMware 1006802).
fn console(oops: &ConsoleOops) -> Sentence {
    let place = oops.symbol.as_deref().map(|symbol| match &oops.module {
        Some(module) => format!("{symbol} [{module}]"),
        None => symbol.to_owned(),
    });
    let eip = oops.eip.map(|eip| eip.to_string());
    let process = oops.process.as_deref().map(|process| match oops.pid {
        Some(pid) => format!("{process} ({pid})"),
        None => process.to_owned(),
    });
    Sentence::new("explain-console", &[])
        .with("place", place.or(eip).unwrap_or_else(|| "?".to_owned()))
        .with("process", process.unwrap_or_else(|| "?".to_owned()))
        .with("tainted", oops.tainted.clone().unwrap_or_else(|| "-".to_owned()))
}

fn pcpu_name(pcpu: &u32) -> String {
    format!("PCPU {pcpu}")
}

fn world_sentence(world: &World) -> Sentence {
    Sentence::new("world", &[("world", &world.label())])
}

fn worlds(crash: &Crash) -> Vec<Sentence> {
    let mut says = vec![match (&crash.pcpu, &crash.world) {
        (Some(pcpu), Some(world)) => Sentence::new("explain-reporter", &[])
            .with("pcpu", pcpu_name(pcpu))
            .with("world", world_sentence(world)),
        (Some(pcpu), None) => {
            Sentence::new("explain-reporter-no-world", &[("pcpu", &pcpu_name(pcpu))])
        }
        (None, _) => Sentence::new("explain-reporter-none", &[]),
    }];
    for culprit in crash.culprits() {
        let pcpu = pcpu_name(culprit);
        says.push(match crash.pcpus.iter().find(|entry| entry.pcpu == *culprit) {
            Some(entry) => Sentence::new("explain-culprit-world", &[("pcpu", &pcpu)])
                .with("world", world_sentence(&entry.world)),
            None => Sentence::new("explain-culprit", &[("pcpu", &pcpu)]),
        });
    }
    if crash.pcpus.len() > 1 {
        let count = crash.pcpus.len().to_string();
        says.push(Sentence::new("explain-worlds-listed", &[("count", &count)]));
    }
    if !crash.pcpu_states.is_empty() {
        let mut counts: BTreeMap<char, usize> = BTreeMap::new();
        crash.pcpu_states.chars().for_each(|letter| *counts.entry(letter).or_default() += 1);
        let counts: Vec<String> =
            counts.iter().map(|(letter, n)| format!("{letter} {n}")).collect();
        let count = crash.pcpu_states.len().to_string();
        let values = [("count", count.as_str()), ("counts", &counts.join(", "))];
        says.push(Sentence::new("explain-states", &values));
    }
    says
}

fn uptime(crash: &Crash) -> Vec<Sentence> {
    let mut says = vec![match crash.uptime_ms {
        None => Sentence::new("explain-uptime-none", &[]),
        Some(uptime) => Sentence::new("explain-uptime", &[("duration", &duration(uptime))]),
    }];
    if let (Some(tsc), Some(uptime @ 1..)) = (crash.tsc, crash.uptime_ms) {
        let gigahertz = format!("{:.2}", tsc as f64 / uptime as f64 / 1e6);
        let tsc = tsc.to_string();
        says.push(Sentence::new("explain-tsc", &[("tsc", &tsc), ("gigahertz", &gigahertz)]));
    }
    let start = crash.code_start.map(|start| start.to_string());
    says.extend(start.map(|start| Sentence::new("explain-code-start", &[("address", &start)])));
    says
}

/// `7 d 05:43:45`.
pub fn duration(milliseconds: u64) -> String {
    let seconds = milliseconds / 1000;
    let (days, hours) = (seconds / 86_400, seconds / 3600 % 24);
    format!("{days} d {hours:02}:{:02}:{:02}", seconds / 60 % 60, seconds % 60)
}

fn core_dump(crash: &Crash) -> Vec<Sentence> {
    let outcome = crash.core_dump.as_ref().map(|dump| dump.outcome);
    let key = match outcome {
        None => "explain-dump-none",
        Some(CoreDumpOutcome::Written) => "explain-dump-written",
        Some(CoreDumpOutcome::Started) => "explain-dump-started",
        Some(CoreDumpOutcome::Failed) => "explain-dump-failed",
    };
    let product = crash.release.as_ref().map_or("", |release| &release.product);
    // The service console of ESX up to 4.1 has the old commands.
    let version = crash.release.as_ref().and_then(|release| release.version.as_deref());
    let classic = product == "VMware ESX Server" || (product == "VMware ESX" && version.is_none());
    let fetch = if classic { "explain-dump-fetch-esx" } else { "explain-dump-fetch-esxi" };
    let fetch = Some(fetch).filter(|_| outcome != Some(CoreDumpOutcome::Failed));
    [Some(key), fetch].into_iter().flatten().map(|key| Sentence::new(key, &[])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_days_and_hours() {
        assert_eq!(duration(625_425_014), "7 d 05:43:45");
        assert_eq!(duration(0), "0 d 00:00:00");
    }
}
