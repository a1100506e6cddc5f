//! What does this exception number, and its error code, mean? Pure tables.
//!
//! Numbers, names and error codes are those of the Intel SDM (volume 3, chapter
//! 6) and of the AMD APM (volume 2, chapter 8). What the vendor's article on
//! purple screens lists (VMware 1004250, Broadcom 343033) is kept beside them
//! where it says something else.

mod error_code;
mod table;

pub use error_code::{CodePart, decode_error_code};
pub use table::{Exception, Listing, Maker, PushedCode, RaisedBy, Shown, exception, find};
