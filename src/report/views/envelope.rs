//! The fields that every published object has: versions, the place of the crash, limits.

use std::path::Path;

use schemars::JsonSchema;
use serde::Serialize;

use crate::message::Catalog;
use crate::read::Bound;

/// Version of the published JSON.
pub(in crate::report) const SCHEMA: u32 = 1;

/// The version of the program that made a report.
pub(in crate::report) fn tool() -> String {
    env!("CARGO_PKG_VERSION").to_owned()
}

/// The place where a crash was found.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Source<'a> {
    /// The input, `-` for standard input.
    pub path: &'a Path,
    /// The member of an archive.
    pub member: Option<&'a str>,
}

impl<'a> Source<'a> {
    /// The input, and the member where the input is an archive.
    pub fn new(path: &'a Path, member: Option<&'a str>) -> Self {
        Self { path, member }
    }

    /// The published form of the place of a crash that starts on `line`.
    pub(super) fn report(self, line: usize) -> SourceReport {
        let member = self.member.map(str::to_owned);
        SourceReport { path: self.path.display().to_string(), member, line }
    }
}

/// Where a crash was found.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct SourceReport {
    /// Path as given, `-` for standard input.
    pub path: String,
    /// Name of the member of an archive, with those of the archives around it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub member: Option<String>,
    /// Line where the crash starts, counted from 1.
    pub line: usize,
}

/// A bound that cut something.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct LimitReport {
    /// Stable code.
    pub code: Bound,
    /// The words for it.
    pub text: String,
}

/// The bounds that cut something, with their words.
pub(super) fn limit_reports(bounds: &[Bound], catalog: &Catalog) -> Vec<LimitReport> {
    bounds.iter().map(|bound| LimitReport::new(*bound, catalog)).collect()
}

impl LimitReport {
    fn new(code: Bound, catalog: &Catalog) -> Self {
        Self { code, text: catalog.text(&format!("limit-{}", code.as_str()), &[]) }
    }
}
