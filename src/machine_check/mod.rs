//! What a machine-check status means: pure tables of Intel (SDM volume 3B, chapter 17) and AMD (APM
//! volume 2, chapter 9, and the SMCA banks of the PPRs).
//!
//! [`decode`] turns the registers of one bank into what they say. It is total: every status gives an
//! answer, and what a table does not hold, or hidden digits do not tell, is absent or `unknown`.
//! `tests/reading/machine_checks.rs` compares it with 46 statuses that others decoded.

mod amd;
mod decode;
mod flags;
mod intel;
mod meaning;
mod part;
mod pattern;
mod severity;
mod units;
mod vendor;

pub use decode::{Decoded, Registers, UNKNOWN_CLASS, decode};
pub use part::Part;
pub use pattern::FieldValue;
pub use severity::Severity;
pub use vendor::{Processor, Vendor};
