//! Which known issue is it, how sure, and why?

mod affects;
mod align;
mod applicability;
mod calibrate;
mod corpus;
mod doubt;
mod evidence;
mod face;
mod fixed_release;
mod frame_worth;
mod host;
mod matcher;
mod meetings;
mod run_groups;
mod score;
mod stamp;
mod strength;
mod together;
mod unproven;

pub use crate::kb::EvidenceKind;
pub use affects::{Affects, IssueAnswer, IssueClass, UpdateEffect, affects, asked_release};
pub use align::{Alignment, MAX_FRAMES, Shape, Step, Weights, align, align_by, similarities};
pub use applicability::{Applicability, Applies, Basis, applicability};
pub use calibrate::{Calibration, Contender, Verdict};
pub use corpus::{CorpusRun, IssueSummary, RunMatch, corpus_findings, issue_summaries, run_corpus};
pub use evidence::{Evidence, EvidenceGroup, Points, log_odds};
pub use fixed_release::{FixedRelease, fixed_releases};
pub use frame_worth::{FrameWorth, SignatureWorth, telling_findings};
pub use host::{HostRelease, UnlistedBuild};
pub use matcher::{Exclude, Match, Matcher};
pub use meetings::meeting_findings;
pub use score::{exemplar_points, found_of};
pub use stamp::{calibration_finding, calibration_stamp};
pub use strength::Strength;
pub use together::{Telling, Together, together};
pub use unproven::{Certainty, Unproven};
