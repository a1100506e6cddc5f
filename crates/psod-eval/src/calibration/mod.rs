//! Fits the coefficients of the confidence to the knowledge base, and tells how far the confidences
//! can be trusted: `psod-eval calibrate`.
//!
//! `observe.rs` asks the matcher about every crash text in every form, `fit.rs` fits the factors of
//! the points that it gave, `reliability.rs` compares the confidences with the share of right
//! answers. `labelled.rs` asks about a labelled set of backtraces instead, and `judged.rs` says what
//! coefficients make of a set. Points and confidences are those of `psod_match::matching`.

mod fit;
mod judged;
mod labelled;
mod observe;
mod reliability;

pub use fit::{LABELS, Spread, fit, spreads};
pub use judged::{Judged, judge, judge_held_out};
pub use labelled::observe_labelled;
pub use observe::{CandidatePoints, Observation, observe};
pub use reliability::{Bin, FirstAnswer, Loss, answers, bins, loss};

/// Parts into which the issues are dealt: each is answered with coefficients fitted to the others.
pub const FOLDS: usize = 5;
