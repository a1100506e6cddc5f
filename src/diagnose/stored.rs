//! Crashes and diagnoses in the form in which they are stored and read back.
//!
//! The stored form is that of the types themselves, with a version around it. It is not the
//! published JSON, which `report/` alone defines and which is in a language.

use serde::{Deserialize, Serialize};

use super::diagnosis::Diagnosis;
use crate::crash::Crash;
use crate::error::{Error, Result};

/// Version of the stored form: it changes when an older program would read a newer record wrongly.
pub const STORED_VERSION: u32 = 1;

/// A crash, and its diagnosis where there is one, as a record that can be stored.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Stored {
    /// Version of this form.
    pub version: u32,
    /// The crash.
    pub crash: Crash,
    /// The diagnosis that it got when it was stored.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub diagnosis: Option<Diagnosis>,
}

/// The one field that every version of the stored form has.
#[derive(Deserialize)]
struct Envelope {
    version: u32,
}

impl Stored {
    /// The record of a crash.
    pub fn new(crash: Crash, diagnosis: Option<Diagnosis>) -> Self {
        Self { version: STORED_VERSION, crash, diagnosis }
    }

    /// The record as JSON on one line.
    ///
    /// # Errors
    /// [`Error::Stored`] when a number is not finite, which no diagnosis holds.
    pub fn to_json(&self) -> Result<String> {
        serde_json::to_string(self).map_err(|error| Error::Stored(error.to_string()))
    }

    /// Reads a record that [`Self::to_json`] has written.
    ///
    /// # Errors
    /// [`Error::StoredVersion`] for the record of a newer program, [`Error::Stored`] for any other text.
    pub fn from_json(text: &str) -> Result<Self> {
        // A record of a newer program may be another form altogether, which is told by its version alone.
        let read = serde_json::from_str::<Self>(text);
        let version = match &read {
            Ok(stored) => stored.version,
            Err(_) => {
                let envelope: Envelope =
                    serde_json::from_str(text).map_err(|error| Error::Stored(error.to_string()))?;
                envelope.version
            }
        };
        if version > STORED_VERSION {
            return Err(Error::StoredVersion { found: version, known: STORED_VERSION });
        }
        read.map_err(|error| Error::Stored(error.to_string()))
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Knowledge, diagnose, prepare};
    use super::*;
    use crate::read::crashes_in_text;

    #[track_caller]
    fn check_error(text: &str, expected: &str) {
        let error = Stored::from_json(text).expect_err(text).to_string();
        assert!(error.contains(expected), "{error}");
    }

    #[test]
    fn a_newer_record_and_a_text_that_is_no_record_are_errors() {
        check_error(r#"{"version":2,"crash":{"a":1}}"#, "version 2");
        check_error(r#"{"version":2,"crash":{"a":1}}"#, "up to 1");
        check_error(r#"{"crash":{}}"#, "missing field `version`");
        check_error("crash", "stored crash");
        let oldest = Stored::from_json(r#"{"version":1,"crash":{}}"#).expect("a record");
        assert_eq!(oldest, Stored::new(Crash::default(), None));
    }

    #[test]
    fn every_crash_text_comes_back_as_it_was_stored() {
        let knowledge = Knowledge::shipped().expect("the shipped knowledge base");
        let (mut crashes, mut matches) = (0, 0);
        for directory in ["tests/corpus", "kb/crashes", "kb/near", "kb/unknown", "examples"] {
            let entries = std::fs::read_dir(directory).expect("a directory");
            for entry in entries.map(|entry| entry.expect("an entry").path()) {
                let Ok(text) = std::fs::read_to_string(&entry) else { continue };
                for found in crashes_in_text(&text) {
                    let subject = prepare(found, knowledge);
                    let diagnosis = diagnose(&subject, knowledge).expect("a diagnosis");
                    matches += diagnosis.matches.len();
                    let stored = Stored::new(subject.crash, Some(diagnosis));
                    let json = stored.to_json().expect("JSON");
                    let read = Stored::from_json(&json).expect("a record");
                    assert_eq!(read, stored, "{}", entry.display());
                    crashes += 1;
                }
            }
        }
        assert!(crashes > 400 && matches > 50, "{crashes} crashes, {matches} matches");
    }
}
