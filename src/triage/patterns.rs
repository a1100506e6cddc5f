//! Several screens of one host, compared as the vendor's article (VMware 1004250) teaches: what is the
//! same every time and what is not tells software from hardware, with its reservations.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use strum::{IntoStaticStr, VariantArray};

use super::chance::chance_of_repetition;
use super::event::HostEvent;
use crate::explain::{duration, is_hardware};
use crate::message::Sentence;

/// Crashes from which a comparison says something: two are alike or different by chance.
const FEWEST: usize = 3;
/// A host that is up for less has hardly started, in milliseconds.
const STARTING_MS: u64 = 30 * 60 * 1000;
/// Uptimes are one age when they differ by at most this share of the longest, or by an hour.
const SAME_AGE_PERCENT: u64 = 3;
const HOUR_MS: u64 = 60 * 60 * 1000;

/// What a comparison shows: a closed list, those that decide first.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    JsonSchema,
    IntoStaticStr,
    VariantArray,
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
#[non_exhaustive]
pub enum PatternCode {
    /// Kinds that hardware reports.
    HardwareKinds,
    /// The same machine-check bank and unit.
    SameBank,
    /// Fewer than three distinct crashes.
    FewEvents,
    /// All are the same known issue.
    SameIssue,
    /// The same message and backtrace every time.
    SameStory,
    /// The same message every time, and different backtraces.
    SameMessage,
    /// Another message and backtrace every time.
    DifferentStories,
    /// Some alike, others not.
    MixedStories,
    /// The same culprit PCPU.
    SameCulprit,
    /// The same reporting PCPU.
    SameReporter,
    /// Two PCPUs that are one core where a core has two threads.
    SameCore,
    /// PCPUs of one half: one package on a host that has two.
    SameHalf,
    /// Other PCPUs every time.
    DifferentPcpus,
    /// The same world every time.
    SameWorld,
    /// The same time after the start.
    SameAge,
    /// Soon after the start.
    AfterStart,
    /// The same story on several builds.
    SeveralBuilds,
}

impl PatternCode {
    /// The published code.
    pub fn as_str(self) -> &'static str {
        self.into()
    }
}

/// One thing that the comparison shows.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Pattern {
    /// Its code.
    pub code: PatternCode,
    /// What was counted.
    pub counts: Sentence,
    /// What it speaks for.
    pub meaning: Sentence,
    /// What it does not prove.
    pub reservation: Sentence,
}

/// What the crashes of one host say together.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct HostPatterns {
    /// The distinct crashes, in the order of their days.
    pub events: Vec<HostEvent>,
    /// Further forms of the same crashes, which were left out.
    pub repeated: usize,
    /// What they show, what decides first.
    pub patterns: Vec<Pattern>,
}

/// Compares the crashes of one host.
pub fn patterns_of_host(events: Vec<HostEvent>) -> HostPatterns {
    let all = events.len();
    let mut distinct: Vec<HostEvent> = Vec::new();
    for event in events {
        if !distinct.iter().any(|known| known.is_same_event(&event)) {
            distinct.push(event);
        }
    }
    distinct.sort_by(|one, other| (&one.seen, &one.place).cmp(&(&other.seen, &other.place)));
    let mut patterns: Vec<Pattern> = Vec::new();
    patterns.extend(hardware_kinds(&distinct));
    patterns.extend(same_bank(&distinct));
    patterns.extend(same_issue(&distinct));
    if distinct.len() < FEWEST {
        patterns.push(pattern(PatternCode::FewEvents, &[("count", distinct.len().to_string())]));
    } else {
        patterns.extend(stories(&distinct));
        patterns.extend(pcpus(&distinct));
        patterns.extend(same_world(&distinct));
        patterns.extend(uptimes(&distinct));
        patterns.extend(several_builds(&distinct));
    }
    patterns.sort_by_key(|pattern| pattern.code);
    HostPatterns { repeated: all - distinct.len(), events: distinct, patterns }
}

/// The three sentences of a pattern, which share their values.
fn pattern(code: PatternCode, values: &[(&'static str, String)]) -> Pattern {
    let values: Vec<(&'static str, &str)> =
        values.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let (counts, meaning, reservation) = keys(code);
    Pattern {
        code,
        counts: Sentence::new(counts, &values),
        meaning: Sentence::new(meaning, &values),
        reservation: Sentence::new(reservation, &values),
    }
}

/// The keys of the sentences of a pattern.
fn keys(code: PatternCode) -> (&'static str, &'static str, &'static str) {
    macro_rules! three {
        ($code:literal) => {
            (
                concat!("triage-", $code, "-counts"),
                concat!("triage-", $code, "-means"),
                concat!("triage-", $code, "-but"),
            )
        };
    }
    match code {
        PatternCode::HardwareKinds => three!("hardware-kinds"),
        PatternCode::SameBank => three!("same-bank"),
        PatternCode::FewEvents => three!("few-events"),
        PatternCode::SameIssue => three!("same-issue"),
        PatternCode::SameStory => three!("same-story"),
        PatternCode::SameMessage => three!("same-message"),
        PatternCode::DifferentStories => three!("different-stories"),
        PatternCode::MixedStories => three!("mixed-stories"),
        PatternCode::SameCulprit => three!("same-culprit"),
        PatternCode::SameReporter => three!("same-reporter"),
        PatternCode::SameCore => three!("same-core"),
        PatternCode::SameHalf => three!("same-half"),
        PatternCode::DifferentPcpus => three!("different-pcpus"),
        PatternCode::SameWorld => three!("same-world"),
        PatternCode::SameAge => three!("same-age"),
        PatternCode::AfterStart => three!("after-start"),
        PatternCode::SeveralBuilds => three!("several-builds"),
    }
}

/// How often each value occurs, the most frequent first.
fn counted<T: Ord>(values: impl Iterator<Item = T>) -> Vec<(T, usize)> {
    let mut counts: BTreeMap<T, usize> = BTreeMap::new();
    for value in values {
        *counts.entry(value).or_default() += 1;
    }
    let mut counts: Vec<(T, usize)> = counts.into_iter().collect();
    counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    counts
}

fn hardware_kinds(events: &[HostEvent]) -> Option<Pattern> {
    let kinds = events.iter().filter_map(|event| event.kind).filter(|kind| is_hardware(*kind));
    let kinds = counted(kinds);
    let count: usize = kinds.iter().map(|(_, count)| count).sum();
    let names: Vec<String> =
        kinds.iter().map(|(kind, count)| format!("{} {count}", kind.as_str())).collect();
    let values = [
        ("count", count.to_string()),
        ("all", events.len().to_string()),
        ("kinds", names.join(", ")),
    ];
    (count > 0).then(|| pattern(PatternCode::HardwareKinds, &values))
}

/// A bank and unit that several crashes report.
fn same_bank(events: &[HostEvent]) -> Option<Pattern> {
    let with = events.iter().filter(|event| !event.banks.is_empty()).count();
    let ((bank, unit), count) = counted(events.iter().flat_map(|event| event.banks.iter()))
        .into_iter()
        .next()
        .map(|(bank, count)| (bank.clone(), count))?;
    let values = [
        ("count", count.to_string()),
        ("all", with.to_string()),
        ("bank", bank.to_string()),
        ("unit", unit.trim_end_matches('.').to_owned()),
    ];
    (count >= 2).then(|| pattern(PatternCode::SameBank, &values))
}

fn same_issue(events: &[HostEvent]) -> Option<Pattern> {
    let (issue, count) =
        counted(events.iter().filter_map(|event| event.issue.as_deref())).into_iter().next()?;
    let values = [("count", count.to_string()), ("issue", issue.to_owned())];
    (count == events.len() && count >= 2).then(|| pattern(PatternCode::SameIssue, &values))
}

/// Messages and backtraces: the same, all different, or some of each.
fn stories(events: &[HostEvent]) -> Option<Pattern> {
    let told: Vec<&HostEvent> = events.iter().filter(|event| !event.story.is_empty()).collect();
    if told.len() < FEWEST {
        return None;
    }
    let messages = counted(told.iter().map(|event| event.story.as_str()));
    let traces = counted(told.iter().filter_map(|event| event.fingerprint.as_deref()));
    let with_trace: usize = traces.iter().map(|(_, count)| count).sum();
    // Crashes are alike when message and backtrace are; one without a backtrace is as its message.
    let both = counted(told.iter().map(|event| (&event.story, &event.fingerprint)));
    let largest = both.first().map_or(0, |(_, count)| *count);
    let code = if messages.len() == 1 && traces.len() <= 1 {
        PatternCode::SameStory
    } else if messages.len() == 1 && traces.len() == with_trace {
        PatternCode::SameMessage
    } else if largest == 1 && messages.len() == told.len() {
        PatternCode::DifferentStories
    } else {
        PatternCode::MixedStories
    };
    let values = [
        ("all", told.len().to_string()),
        ("messages", messages.len().to_string()),
        ("traces", traces.len().to_string()),
        ("with", with_trace.to_string()),
        ("largest", largest.to_string()),
        ("message", messages.first().map(|(text, _)| (*text).to_owned()).unwrap_or_default()),
    ];
    Some(pattern(code, &values))
}

/// Culprit and reporting PCPUs, counted apart: the reporter of an NMI only prints what another one
/// has done.
fn pcpus(events: &[HostEvent]) -> Vec<Pattern> {
    let host = events.iter().map(|event| event.pcpus).max().unwrap_or_default();
    let culprits: Vec<u32> = events
        .iter()
        .filter_map(|event| Some(*event.culprits.first()?).filter(|_| event.culprits.len() == 1))
        .collect();
    let reporters: Vec<u32> = events.iter().filter_map(|event| event.reporter).collect();
    let culprit = repeated(&culprits, host, PatternCode::SameCulprit);
    let mut patterns: Vec<Pattern> = culprit.into_iter().collect();
    if patterns.is_empty() {
        patterns.extend(near_together(&culprits, host));
    }
    patterns.extend(repeated(&reporters, host, PatternCode::SameReporter));
    if patterns.is_empty() {
        let known = if culprits.len() >= FEWEST { &culprits } else { &reporters };
        let different = counted(known.iter()).len();
        if known.len() >= FEWEST && different == known.len() {
            let values = [("all", known.len().to_string())];
            patterns.push(pattern(PatternCode::DifferentPcpus, &values));
        }
    }
    patterns
}

/// One PCPU that comes more often than the others, and the chance of that.
fn repeated(pcpus: &[u32], host: usize, code: PatternCode) -> Option<Pattern> {
    let (pcpu, count) = counted(pcpus.iter()).into_iter().next()?;
    if pcpus.len() < FEWEST || count < 2 || host < 2 {
        return None;
    }
    let chance = chance_of_repetition(pcpus.len(), count, host);
    let values = [
        ("pcpu", pcpu.to_string()),
        ("count", count.to_string()),
        ("all", pcpus.len().to_string()),
        ("host", host.to_string()),
        ("chance", chance_words(chance)),
    ];
    Some(pattern(code, &values))
}

/// Culprits that differ, and are threads of one core or PCPUs of one half of the host.
fn near_together(culprits: &[u32], host: usize) -> Option<Pattern> {
    if culprits.len() < FEWEST || host < 4 {
        return None;
    }
    let draws = culprits.len();
    let core = culprits.iter().all(|pcpu| pcpu / 2 == culprits[0] / 2);
    let half = u32::try_from(host / 2).unwrap_or(u32::MAX);
    let same_half = culprits.iter().all(|pcpu| (*pcpu < half) == (culprits[0] < half));
    let (code, groups) = if core {
        (PatternCode::SameCore, host / 2)
    } else if same_half {
        (PatternCode::SameHalf, 2)
    } else {
        return None;
    };
    let names: Vec<String> = culprits.iter().map(ToString::to_string).collect();
    let values = [
        ("pcpus", names.join(", ")),
        ("host", host.to_string()),
        ("chance", chance_words(chance_of_repetition(draws, draws, groups))),
    ];
    Some(pattern(code, &values))
}

/// `0.0042`, or `below 0.000001`; two digits that count.
fn chance_words(chance: f64) -> String {
    const SMALLEST: f64 = 0.000_001;
    if chance < SMALLEST {
        return format!("< {SMALLEST}");
    }
    let places = (1_usize..8).find(|places| chance * 10_f64.powi(to_power(*places)) >= 1.0);
    let digits = places.unwrap_or(7) + 1;
    format!("{chance:.digits$}")
}

fn to_power(places: usize) -> i32 {
    i32::try_from(places).unwrap_or(i32::MAX)
}

fn same_world(events: &[HostEvent]) -> Option<Pattern> {
    let worlds: Vec<&str> = events.iter().filter_map(|event| event.world.as_deref()).collect();
    let (world, count) = counted(worlds.iter().copied()).into_iter().next()?;
    let values = [
        ("world", world.to_owned()),
        ("count", count.to_string()),
        ("all", worlds.len().to_string()),
    ];
    let is_most = worlds.len() >= FEWEST && count == worlds.len();
    // The idle world runs wherever nothing else does.
    let is_idle = world.starts_with("idle");
    (is_most && !is_idle).then(|| pattern(PatternCode::SameWorld, &values))
}

fn uptimes(events: &[HostEvent]) -> Option<Pattern> {
    let uptimes: Vec<u64> = events.iter().filter_map(|event| event.uptime_ms).collect();
    let (shortest, longest) = (uptimes.iter().min()?, uptimes.iter().max()?);
    if uptimes.len() < FEWEST {
        return None;
    }
    let values = [
        ("all", uptimes.len().to_string()),
        ("shortest", duration(*shortest)),
        ("longest", duration(*longest)),
    ];
    if *longest < STARTING_MS {
        return Some(pattern(PatternCode::AfterStart, &values));
    }
    let spread = longest - shortest;
    let is_one_age = spread <= (longest / 100 * SAME_AGE_PERCENT).max(HOUR_MS);
    is_one_age.then(|| pattern(PatternCode::SameAge, &values))
}

/// One story on several builds: an update did not help, or brought nothing for it.
fn several_builds(events: &[HostEvent]) -> Option<Pattern> {
    let stories = counted(events.iter().map(|event| event.story.as_str()));
    let (story, count) = stories.into_iter().next().filter(|(story, _)| !story.is_empty())?;
    let of_story = events.iter().filter(|event| event.story == story);
    let builds = counted(of_story.filter_map(|event| event.build));
    let mut names: Vec<u32> = builds.iter().map(|(build, _)| *build).collect();
    names.sort_unstable();
    let names: Vec<String> = names.iter().map(ToString::to_string).collect();
    let values =
        [("count", count.to_string()), ("builds", names.join(", ")), ("message", story.to_owned())];
    (builds.len() >= 2 && count >= 2).then(|| pattern(PatternCode::SeveralBuilds, &values))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnose::{Knowledge, prepare};
    use crate::message::{Catalog, Language};
    use crate::read::crashes_in_text;

    /// The crashes of one host, a text each.
    fn events(texts: &[String]) -> Vec<HostEvent> {
        let knowledge = Knowledge::shipped().expect("the shipped knowledge base");
        let numbered = texts.iter().enumerate();
        let crashes = numbered.flat_map(|(index, text)| {
            crashes_in_text(text).into_iter().map(move |found| (index, found))
        });
        crashes
            .map(|(index, found)| {
                HostEvent::new(index.to_string(), &prepare(found, knowledge), None, None)
            })
            .collect()
    }

    fn codes(texts: &[String]) -> Vec<&'static str> {
        let found = patterns_of_host(events(texts));
        for pattern in &found.patterns {
            for language in [Language::English, Language::Japanese] {
                let catalog = Catalog::of(language);
                for sentence in [&pattern.counts, &pattern.meaning, &pattern.reservation] {
                    let text = sentence.in_language(catalog);
                    assert!(text.len() > 10 && !text.contains('{'), "{text}");
                }
            }
        }
        found.patterns.iter().map(|pattern| pattern.code.as_str()).collect()
    }

    /// A screen with these parts; each has another uptime, since it is another crash.
    fn screen(message: &str, function: &str, pcpu: u32, hours: u32) -> String {
        let states = "S".repeat(32);
        format!(
            "VMware ESXi 8.0.2 [Releasebuild-22380479 x86_64]\n{message}\n*PCPU{pcpu}:2097460/worker\n\
             PCPU  0: {states}\nCode start: 0x420012000000 VMK uptime: 3:{hours:02}:42:08.{pcpu:03}\n\
             0x453949a1be20:[0x42002b65ad3b]{function}@vmkernel#nover+0x45f stack: 0x1\n"
        )
    }

    fn fault(function: &str, pcpu: u32, hours: u32) -> String {
        let message =
            format!("#PF Exception 14 in world 20974{pcpu}:worker IP 0x42002b65ad3b addr 0x8");
        screen(&message, function, pcpu, hours)
    }

    /// PCPU `culprit` is locked up, and `reporter` prints it.
    fn lock(culprit: u32, reporter: u32, hours: u32) -> String {
        let message = format!("PCPU {culprit}: no heartbeat (2/2 IPIs received)");
        screen(&message, &format!("Walk{hours}"), reporter, hours)
    }

    fn machine_check(pcpu: u32, hours: u32) -> String {
        let message = format!("Machine Check Exception on PCPU {pcpu} in world 12:idle{pcpu}");
        screen(&message, "MCE_Handler", pcpu, hours)
    }

    #[test]
    fn the_same_every_time_speaks_for_software() {
        let screens = [fault("Walk", 1, 1), fault("Walk", 9, 9), fault("Walk", 17, 20)];
        assert_eq!(codes(&screens), ["same-story", "different-pcpus", "same-world"]);
    }

    #[test]
    fn another_every_time_may_be_hardware() {
        let screens = [
            fault("Walk", 1, 1),
            screen("Spin count exceeded (iplLock) - possible deadlock", "Wait", 5, 9),
            screen("NOT_IMPLEMENTED bora/vmkernel/main/util.c:83", "Check", 12, 21),
        ];
        let codes = codes(&screens);
        assert!(codes.contains(&"different-stories"), "{codes:?}");
    }

    #[test]
    fn the_same_pcpu_is_suspect_and_its_chance_is_said() {
        let screens = [lock(7, 0, 1), lock(7, 3, 9), lock(7, 5, 20), lock(2, 9, 22)];
        let found = patterns_of_host(events(&screens));
        let culprit = found.patterns.iter().find(|one| one.code == PatternCode::SameCulprit);
        let words = culprit.expect("a pattern").meaning.in_language(Catalog::english());
        // Of four draws out of 32 three are the same: 4 * 31 * 32 + 32 of 32^4.
        assert!(words.contains("0.0038"), "{words}");
        assert!(!codes(&screens).contains(&"same-reporter"));
        let neighbours = [lock(6, 0, 1), lock(7, 3, 9), lock(6, 5, 20)];
        assert!(codes(&neighbours).contains(&"same-culprit"));
    }

    #[test]
    fn few_crashes_say_little_and_forms_of_one_crash_count_once() {
        let one = fault("Walk", 1, 1);
        let found = patterns_of_host(events(&[one.clone(), one.clone(), fault("Walk", 2, 5)]));
        assert_eq!((found.events.len(), found.repeated), (2, 1));
        assert_eq!(codes(&[one.clone(), one, fault("Walk", 2, 5)]), ["few-events"]);
    }

    #[test]
    fn kinds_of_hardware_come_first_and_ages_are_compared() {
        let found = codes(&[machine_check(1, 4), machine_check(2, 4), machine_check(3, 4)]);
        assert_eq!(found.first(), Some(&"hardware-kinds"), "{found:?}");
        assert!(found.contains(&"same-age"), "{found:?}");
    }
}
