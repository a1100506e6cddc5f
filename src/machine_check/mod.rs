//! The meaning of a machine-check status: pure tables of Intel (SDM volume 3B, chapter 17) and AMD
//! (APM volume 2, chapter 9, and the SMCA banks of the PPRs).
//!
//! `decode` goes from the registers of one bank to their meaning. Every status gives an answer; a
//! field that no table holds, or whose digits are hidden, is absent or `unknown`. Nothing is read
//! from a crash text here. `tests/reading/machine_checks.rs` compares the answers with 46 statuses
//! that others decoded.

mod decode;
mod error_code;
mod flags;
mod meaning;
mod part;
mod pattern;
mod severity;
mod units;
mod vendor;

pub use decode::{Decoded, Registers, decode};
pub use error_code::UNKNOWN_CLASS;
pub use part::Part;
pub use pattern::FieldValue;
pub use severity::Severity;
pub use vendor::{Processor, Vendor};
