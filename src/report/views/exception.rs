//! An exception with its error code.

use crate::exception::{CodePart, Exception};

/// An exception, with the error code that it pushed.
#[derive(Clone, Debug)]
pub struct RaisedException {
    /// The exception.
    pub exception: Exception,
    /// Its error code, as far as given.
    pub code: Option<u64>,
    /// The parts of the error code.
    pub parts: Vec<CodePart>,
}
