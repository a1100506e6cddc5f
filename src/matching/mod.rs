//! Which known issue is it, how sure, and why?

mod affects;
mod align;
mod applicability;
mod calibrate;
mod evaluate;
mod fixed_release;
mod host;
mod matcher;
mod score;

pub use affects::{Affects, Class, IssueAnswer, Update, affects, asked_release};
pub use align::{Alignment, MOST_FRAMES, Step, Weights};
pub use applicability::{Applicability, Applies, Basis, applicability};
pub use calibrate::{Calibration, Verdict};
pub use evaluate::{Case, Evaluation, Setting, evaluate, findings};
pub use fixed_release::{FixedRelease, fixed_releases};
pub use host::{HostRelease, Place};
pub use matcher::{Exclude, Match, Matcher};
pub use score::{Evidence, EvidenceKind};
