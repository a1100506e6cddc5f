//! The meaning of an exception number and of its error code: pure tables.
//!
//! Numbers, names and error codes are those of the Intel SDM (volume 3, chapter
//! 6) and of the AMD APM (volume 2, chapter 8). The list in the vendor's article
//! on purple screens (VMware 1004250, Broadcom 343033) is kept beside them where
//! it differs. Nothing is read from a crash text here.

mod error_code;
mod table;

pub use error_code::{CodePart, decode_error_code};
pub use table::{Exception, Listing, Maker, PushedCode, RaisedBy, Shown, exception, find};
