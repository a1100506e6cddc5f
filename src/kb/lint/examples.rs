//! One example for each code: `kb lint --code` and `docs/lint.md` print it, and the tests lint it.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::kb::finding::FindingCode;

/// A change of a good knowledge base that leads to one code.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Example {
    /// File that is changed.
    pub path: String,
    /// The text that is replaced; empty where the bad text is a file of its own.
    #[serde(default)]
    pub good: String,
    /// The text at fault.
    pub bad: String,
    /// A line that is added many times after the bad text.
    #[serde(default)]
    repeat: String,
    /// How many times.
    #[serde(default)]
    times: usize,
    /// True when the changed files are those of a team, laid over the others.
    #[serde(default)]
    is_team: bool,
    /// Other changes without which the bad text would be no fault, or also another one.
    #[serde(default)]
    also: Vec<ExampleChange>,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct ExampleChange {
    path: String,
    #[serde(default)]
    good: String,
    #[serde(default)]
    bad: String,
}

impl Example {
    /// True for a path that belongs to a team.
    pub fn is_own(&self, path: &str) -> bool {
        self.is_team && (path == self.path || self.also.iter().any(|change| path == change.path))
    }

    /// Applies the changes to `files`, by path; false when a file does not have the text.
    pub fn apply(&self, files: &mut BTreeMap<String, String>) -> bool {
        let bad = format!("{}{}", self.bad, self.repeat.repeat(self.times));
        let own = ExampleChange { path: self.path.clone(), good: self.good.clone(), bad };
        [&own].into_iter().chain(&self.also).all(|change| change.apply(files))
    }
}

impl ExampleChange {
    /// Replaces a text, adds a file without one, removes a file without either.
    fn apply(&self, files: &mut BTreeMap<String, String>) -> bool {
        if self.good.is_empty() && self.bad.is_empty() {
            return files.remove(&self.path).is_some();
        }
        if self.good.is_empty() {
            files.insert(self.path.clone(), self.bad.clone());
            return true;
        }
        let Some(text) = files.get_mut(&self.path).filter(|text| text.contains(&self.good)) else {
            return false;
        };
        *text = text.replacen(&self.good, &self.bad, 1);
        true
    }
}

/// The examples of every code.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct LintExamples(BTreeMap<String, Example>);

impl LintExamples {
    /// The examples that the program carries.
    pub fn shipped() -> Self {
        // A test reads every one of them.
        toml::from_str(include_str!("examples.toml")).unwrap_or_default()
    }

    /// The example of a code.
    pub fn example(&self, code: FindingCode) -> Option<&Example> {
        self.0.get(code.code())
    }

    /// The codes that have one, as written.
    pub fn codes(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }
}
