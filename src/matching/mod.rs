//! Which known issue is it, how sure, and why?

mod align;
mod applicability;
mod calibrate;
mod corpus;
mod evaluate;
mod matcher;
mod score;
mod strength;

pub use align::{Alignment, MOST_FRAMES, Shape, Step, Weights, align, align_by, similarities};
pub use applicability::{Applicability, Applies, HostRelease, applicability, resolved_build};
pub use calibrate::{Calibration, Verdict};
pub use corpus::{CorpusRun, IssueSummary, RunMatch, corpus_findings, issue_summaries, run_corpus};
pub use evaluate::{Case, Evaluation, Setting, case_of, evaluate, settings_of};
pub use matcher::{Exclude, Match, Matcher};
pub use score::{Evidence, EvidenceKind, found_of};
pub use strength::Strength;
