//! A crash that was read and not matched, as published.

use schemars::JsonSchema;
use serde::Serialize;

use super::crash::CrashView;
use super::envelope::{LimitReport, SCHEMA, Source, SourceReport, limit_reports, tool};
use crate::diagnose::Subject;
use crate::message::Catalog;

/// The output of `psod-match parse` for one crash.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct Reading {
    /// Version of this format; it changes when a field changes its meaning.
    pub schema: u32,
    /// Version of psod-match.
    pub tool: String,
    /// Where the crash was found.
    pub source: SourceReport,
    /// The content of the screen.
    pub crash: CrashView,
    /// Versioned hash of the story frames; absent without any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fingerprint: Option<String>,
    /// Bounds that cut something.
    pub limits: Vec<LimitReport>,
}

impl Reading {
    /// The published form of a crash that is not matched.
    pub fn new(subject: &Subject, source: Source<'_>, catalog: &Catalog) -> Self {
        Self {
            schema: SCHEMA,
            tool: tool(),
            source: source.report(subject.line),
            crash: CrashView::new(subject),
            fingerprint: subject.fingerprint.clone(),
            limits: limit_reports(&subject.limits, catalog),
        }
    }
}
