//! What is comparable about this crash?
//!
//! Addresses and offsets go, names stay; frames that are in nearly every
//! backtrace are told apart by lists that curators keep in `kb/frames/`.

mod background;
mod backtrace;
mod comparable;
mod fingerprint;
mod keys;
mod normalize;
mod shows;

pub use background::Background;
pub use backtrace::{FrameWeights, NamePattern, PreparedBacktrace, PreparedFrame};
pub use comparable::ComparableCrash;
pub use fingerprint::fingerprint;
pub use keys::{CheckKey, CrashKeys, KeyFrame};
pub use normalize::{FrameLists, module_name, words};
pub use shows::Shows;

pub use crate::text::{ComparableName, folded, function_name, kinship};
