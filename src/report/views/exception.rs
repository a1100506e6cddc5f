//! An exception with its error code.

use crate::exception::{CodePart, Exception, decode_error_code};

/// An exception, with the error code that it pushed.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct RaisedException {
    /// The exception.
    pub exception: Exception,
    /// Its error code, as far as given.
    pub code: Option<u64>,
    /// The parts of the error code.
    pub parts: Vec<CodePart>,
}

impl RaisedException {
    /// The exception with the error code `code`, and the parts of that code.
    pub fn new(exception: Exception, code: Option<u64>) -> Self {
        let parts = code.map(|code| decode_error_code(exception.number, code));
        Self { parts: parts.unwrap_or_default(), exception, code }
    }
}
