//! What the crashes of one host say together, as published.

use schemars::JsonSchema;
use serde::Serialize;

use super::envelope::{SCHEMA, tool};
use crate::message::Catalog;
use crate::triage::{HostEvent, HostPatterns, Pattern, PatternCode};

/// The output of `psod-match triage`.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct TriageReport {
    /// Version of this format; it changes when a field changes its meaning.
    pub schema: u32,
    /// Version of psod-match.
    pub tool: String,
    /// The distinct crashes, in the order of their days.
    pub events: Vec<EventReport>,
    /// Further forms of the same crashes, which were left out.
    pub repeated: usize,
    /// What they show, what decides first.
    pub patterns: Vec<PatternReport>,
}

/// One crash of the host.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct EventReport {
    /// Where it comes from.
    pub place: String,
    /// Day of the crash, `YYYY-MM-DD`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seen: Option<String>,
    /// Build of the host.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub build: Option<u32>,
    /// Panic kind.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// The panic message.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub message: String,
    /// Hash of the story frames.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fingerprint: Option<String>,
    /// Function on top of the story.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub top: Option<String>,
    /// The PCPUs that the message names as the cause.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub culprits: Vec<u32>,
    /// The PCPU that printed the screen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reporter: Option<u32>,
    /// Name of the world that ran, without its numbers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub world: Option<String>,
    /// Time since boot in milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub uptime_ms: Option<u64>,
    /// The known issue, when it is proven.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub issue: Option<String>,
}

/// One thing that the comparison shows.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct PatternReport {
    /// Stable code.
    pub code: PatternCode,
    /// What was counted.
    pub counts: String,
    /// What it speaks for.
    pub meaning: String,
    /// What it does not prove.
    pub reservation: String,
}

impl TriageReport {
    /// The published form of a comparison.
    pub fn new(found: &HostPatterns, catalog: &Catalog) -> Self {
        Self {
            schema: SCHEMA,
            tool: tool(),
            events: found.events.iter().map(EventReport::new).collect(),
            repeated: found.repeated,
            patterns: found.patterns.iter().map(|one| PatternReport::new(one, catalog)).collect(),
        }
    }
}

impl EventReport {
    fn new(event: &HostEvent) -> Self {
        Self {
            place: event.place.clone(),
            seen: event.seen.clone(),
            build: event.build,
            kind: event.kind.map(|kind| kind.as_str().to_owned()),
            message: event.message.clone(),
            fingerprint: event.fingerprint.clone(),
            top: event.top.clone(),
            culprits: event.culprits.clone(),
            reporter: event.reporter,
            world: event.world.clone(),
            uptime_ms: event.uptime_ms,
            issue: event.issue.clone(),
        }
    }
}

impl PatternReport {
    fn new(pattern: &Pattern, catalog: &Catalog) -> Self {
        Self {
            code: pattern.code,
            counts: pattern.counts.in_language(catalog),
            meaning: pattern.meaning.in_language(catalog),
            reservation: pattern.reservation.in_language(catalog),
        }
    }
}
