//! One issue held against a crash, as published.

use schemars::JsonSchema;
use serde::Serialize;

use super::answer::MatchReport;
use super::envelope::Source;
use super::reading::Reading;
use crate::diagnose::{IssueDiagnosis, Subject};
use crate::matching::Verdict;
use crate::message::Catalog;

/// The output of `psod-match why` for one crash and one issue.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct WhyReport {
    /// The crash as it was read.
    #[serde(flatten)]
    pub reading: Reading,
    /// Digest of the knowledge base that was asked.
    pub kb: String,
    /// The verdict that the crash would get from this issue alone.
    pub verdict: Verdict,
    /// Place of the issue among all that the search found, counted from 1; absent when the search
    /// did not find it, or something excludes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<usize>,
    /// The evidence for and against it.
    pub found: MatchReport,
}

impl WhyReport {
    /// The published form of one issue held against a crash.
    pub fn new(
        subject: &Subject,
        diagnosis: &IssueDiagnosis,
        source: Source<'_>,
        catalog: &Catalog,
    ) -> Self {
        Self {
            reading: Reading::new(subject, source, catalog),
            kb: diagnosis.kb.clone(),
            verdict: diagnosis.verdict,
            place: diagnosis.place,
            found: MatchReport::new(&diagnosis.found, catalog),
        }
    }
}
