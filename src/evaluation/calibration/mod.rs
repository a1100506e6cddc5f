//! Fitting the coefficients of the confidence to the knowledge base, and saying how far they can be
//! trusted: `psod-match eval calibrate`.

mod fit;
mod observe;
mod reliability;

pub use fit::{Spread, fit, spreads};
pub use observe::{Observation, observe};
pub use reliability::{Answer, Bin, Loss, answers, bins, loss};

/// Parts into which the issues are dealt: each is answered with what was fitted to the others.
pub const FOLDS: usize = 5;
