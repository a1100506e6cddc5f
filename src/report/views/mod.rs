//! The published JSON: one object a crash. Unknown is absent; addresses, cycle counters and 64-bit
//! numbers are strings; codes are never translated.
//!
//! A view is made of a subject and its diagnosis, in the language of a catalog. Nothing here
//! arranges a page.

mod affected;
mod answer;
mod clusters;
mod crash;
mod curate;
mod envelope;
mod exception;
mod explanation;
mod flow;
mod ledger;
mod machine_check;
mod reading;
mod request;
mod review;
mod symbols;
mod triage;
mod why;

pub use affected::{AffectedReport, BuildReport, IssueReport, UpdateReport, affected_report};
pub use answer::{
    ConditionReport, CrashReport, EvidenceReport, FixReport, GuidanceReport, LeadReport,
    MatchReport, OneOfReport, TellingReport,
};
pub(super) use clusters::day;
pub use clusters::{
    BuildCount, ChainReport, ClusterReport, ClustersReport, NearestReport, ReopenedReport,
    WeekReport, WeeksReport,
};
pub use crash::{CrashView, PanicReport, ReleaseReport, SourceLine};
pub use curate::{
    DraftReport, DraftView, RefusalView, SeparatorReport, StandingReport, TrialAnswerReport,
    TrialCounts, TrialEntry, TrialLimitReport, TrialReport,
};
pub use envelope::{LimitReport, Source, SourceReport};
pub use exception::RaisedException;
pub use explanation::{Explanation, SectionReport};
pub use flow::{LoggedReport, NearFrame, NearReport, StatsReport, TodoPage, TodoReport};
pub use ledger::{
    LedgerChange, LedgerCluster, LedgerEntry, LedgerPage, MoveReport, RecordReport, SimilarEntry,
    SimilarReport,
};
pub use machine_check::MachineCheckReport;
pub(super) use machine_check::machine_check_lines;
pub use reading::{PictureLineReport, Reading};
pub use request::{Request, RequestPart};
pub use review::{
    MeasuredReport, ReviewFixture, ReviewParts, ReviewReport, ReviewTrial, ReviewTried,
};
pub use symbols::{
    LearnedReport, PlacedBacktrace, PlacedFrame, SymbolReport, SymbolTableReport, SymbolsReport,
};
pub use triage::{EventReport, PatternReport, TriageReport};
pub use why::WhyReport;

use schemars::transform::RecursiveTransform;
use schemars::{JsonSchema, Schema};

/// The JSON Schema of `T`, which is one of the published types.
pub fn json_schema<T: JsonSchema>() -> serde_json::Value {
    // The schema is about the JSON that is written: a field that may be left out is not required.
    let settings = schemars::generate::SchemaSettings::draft2020_12().for_serialize();
    // A second name of a key is for those who write it: `kb lint` reads it out of the schema.
    let settings = settings.with_transform(RecursiveTransform(|schema: &mut Schema| {
        schema.remove("alias");
    }));
    settings.into_generator().into_root_schema_for::<T>().to_value()
}
