//! One example for each code, good and bad: what `kb lint --code` and `docs/lint.md` show, and what
//! the tests lint.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::kb::finding::FindingCode;

/// A change of a good knowledge base that leads to one code.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Example {
    /// File that is changed.
    pub path: String,
    /// What stands there; empty where the bad text is a file of its own.
    #[serde(default)]
    pub good: String,
    /// What is wrong.
    pub bad: String,
    /// A line that follows the bad text thousands of times.
    #[serde(default)]
    repeat: String,
    /// Other changes that the fault needs.
    #[serde(default)]
    also: Vec<Change>,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Change {
    path: String,
    #[serde(default)]
    good: String,
    #[serde(default)]
    bad: String,
}

impl Example {
    /// Makes the changes in `files`, by path; false when one of them has no place there.
    pub fn apply(&self, files: &mut BTreeMap<String, String>) -> bool {
        const TIMES: usize = 4096;
        let bad = format!("{}{}", self.bad, self.repeat.repeat(TIMES));
        let own = Change { path: self.path.clone(), good: self.good.clone(), bad };
        [&own].into_iter().chain(&self.also).all(|change| change.apply(files))
    }
}

impl Change {
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
    pub fn of(&self, code: FindingCode) -> Option<&Example> {
        self.0.get(code.code())
    }

    /// The codes that have one, as written.
    pub fn codes(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }
}
