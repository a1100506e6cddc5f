//! What the team decides about a crash. A decision pins that crash alone: it never changes the answer
//! to another one, and what the program finds later does not change it.

use std::collections::BTreeSet;
use std::fmt::Write;

use rusqlite::types::Type;
use rusqlite::{Connection, OptionalExtension, params};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use strum::{EnumString, IntoStaticStr, VariantArray};

use super::{Ledger, damaged};
use crate::error::Result;

/// The kind of a decision.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    JsonSchema,
    EnumString,
    IntoStaticStr,
    VariantArray,
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
#[non_exhaustive]
pub enum DecisionKind {
    /// It is this known issue.
    Issue,
    /// It is none of the known issues.
    #[default]
    None,
    /// It is a new issue that nobody has written down yet.
    New,
    /// It is the same as another crash.
    SameAs,
    /// It is not the same as another crash.
    NotSameAs,
    /// An earlier decision does not hold any more.
    Undo,
}

impl DecisionKind {
    /// The published code.
    pub fn as_str(self) -> &'static str {
        self.into()
    }

    /// True for a decision about what the crash is: the last one holds.
    fn is_answer(self) -> bool {
        matches!(self, Self::Issue | Self::None | Self::New)
    }
}

/// One decision.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct Decision {
    /// Its own name, the same in every ledger.
    pub name: String,
    /// When it was made, UTC.
    pub decided: String,
    /// Who made it.
    pub by: String,
    /// Its kind.
    pub kind: DecisionKind,
    /// The issue, the digest of the other crash, or the name of the undone decision.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// Why.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
}

/// A decision that is to be made.
#[derive(Clone, Debug, Default)]
pub struct NewDecision {
    /// When, UTC.
    pub decided: String,
    /// Who.
    pub by: String,
    /// Its kind.
    pub kind: DecisionKind,
    /// The issue, or the number of the other crash.
    pub value: Option<String>,
    /// Why.
    pub note: String,
}

/// The decisions that hold, the first one first: neither undone ones nor those that undo.
pub(super) fn holding(decisions: &[Decision]) -> impl Iterator<Item = &Decision> {
    let holding = decisions.iter().filter(|decision| !is_undone(decision, decisions));
    holding.filter(|decision| decision.kind != DecisionKind::Undo)
}

fn is_undone(decision: &Decision, decisions: &[Decision]) -> bool {
    decisions.iter().any(|other| {
        other.kind == DecisionKind::Undo && other.value.as_deref() == Some(&decision.name)
    })
}

/// The decision that says what a crash is, if any holds.
pub(super) fn decided(decisions: &[Decision]) -> Option<&Decision> {
    holding(decisions).filter(|decision| decision.kind.is_answer()).last()
}

impl Ledger {
    /// Adds a decision about a crash; returns it with its name.
    ///
    /// # Errors
    /// [`crate::error::Error::Ledger`] for a crash that is not there, and when the ledger cannot be
    /// written; so for every method here.
    pub fn decide(&mut self, crash: i64, new: &NewDecision) -> Result<Decision> {
        let digest = self.digest_of(crash)?;
        let value = match new.kind {
            DecisionKind::SameAs | DecisionKind::NotSameAs => {
                let other = new.value.as_deref().and_then(|value| value.parse().ok());
                let other = other.ok_or_else(|| damaged(&self.path, "which crash is meant?"))?;
                if other == crash {
                    return Err(damaged(&self.path, "a crash is always the same as itself"));
                }
                Some(self.digest_of(other)?)
            }
            _ => new.value.clone(),
        };
        let earlier = self.decisions_of(crash)?;
        let decision = Decision {
            name: name_of(&digest, earlier.len(), new, value.as_deref()),
            decided: new.decided.clone(),
            by: new.by.clone(),
            kind: new.kind,
            value,
            note: new.note.clone(),
        };
        self.add_decision(crash, &decision)?;
        Ok(decision)
    }

    /// Adds the decision that undoes the one called `name`; returns the number of the crash.
    pub fn undo(&mut self, name: &str, decided: &str, by: &str) -> Result<i64> {
        let sql = "SELECT crash, kind FROM decision WHERE name = ?";
        let found: Option<(i64, String)> = self
            .connection
            .query_row(sql, [name], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()
            .map_err(self.failed("read it"))?;
        let Some((crash, _)) = found.filter(|(_, kind)| kind != DecisionKind::Undo.as_str()) else {
            return Err(damaged(&self.path, format!("no decision {name} that could be undone")));
        };
        let decisions = self.decisions_of(crash)?;
        if !holding(&decisions).any(|decision| decision.name == name) {
            return Err(damaged(&self.path, format!("the decision {name} is undone already")));
        }
        let new = NewDecision {
            decided: decided.to_owned(),
            by: by.to_owned(),
            kind: DecisionKind::Undo,
            value: Some(name.to_owned()),
            note: String::new(),
        };
        self.decide(crash, &new)?;
        Ok(crash)
    }

    /// Adds a decision as it is; one that is there already changes nothing.
    pub(super) fn add_decision(&self, crash: i64, decision: &Decision) -> Result<bool> {
        let sql = "INSERT OR IGNORE INTO decision (name, crash, decided, decided_by, kind, value, \
            note) VALUES (?, ?, ?, ?, ?, ?, ?)";
        let Decision { name, decided, by, kind, value, note } = decision;
        let values = params![name, crash, decided, by, kind.as_str(), value, note];
        let added = self.connection.execute(sql, values).map_err(self.failed("write it"))?;
        Ok(added > 0)
    }

    /// The crashes about which anything was decided: a few of many.
    pub(super) fn decided_crashes(&self) -> Result<BTreeSet<i64>> {
        decided_crashes(&self.connection).map_err(self.failed("read it"))
    }

    /// Every decision about a crash, the first one first.
    pub(super) fn decisions_of(&self, crash: i64) -> Result<Vec<Decision>> {
        decisions_of(&self.connection, crash).map_err(self.failed("read it"))
    }

    /// The digest of a crash.
    pub(super) fn digest_of(&self, crash: i64) -> Result<String> {
        let sql = "SELECT lower(hex(digest)) FROM crash WHERE id = ?";
        let found = self.connection.query_row(sql, [crash], |row| row.get(0)).optional();
        let found = found.map_err(self.failed("read it"))?;
        found.ok_or_else(|| damaged(&self.path, format!("there is no crash {crash}")))
    }
}

fn decided_crashes(connection: &Connection) -> rusqlite::Result<BTreeSet<i64>> {
    let mut statement = connection.prepare_cached("SELECT DISTINCT crash FROM decision")?;
    statement.query_map([], |row| row.get(0))?.collect()
}

fn decisions_of(connection: &Connection, crash: i64) -> rusqlite::Result<Vec<Decision>> {
    let sql = "SELECT name, decided, decided_by, kind, value, note FROM decision \
        WHERE crash = ? ORDER BY id";
    let mut statement = connection.prepare_cached(sql)?;
    let decisions = statement.query_map([crash], |row| {
        let kind: String = row.get(3)?;
        Ok(Decision {
            name: row.get(0)?,
            decided: row.get(1)?,
            by: row.get(2)?,
            kind: kind.parse().map_err(|error| unknown(3, error))?,
            value: row.get(4)?,
            note: row.get(5)?,
        })
    })?;
    decisions.collect()
}

/// The error for a kind of decision that this program does not know.
fn unknown(column: usize, error: strum::ParseError) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(column, Type::Text, Box::new(error))
}

/// The name of a decision: a hash of everything that it says.
fn name_of(digest: &str, earlier: usize, new: &NewDecision, value: Option<&str>) -> String {
    const BYTES: usize = 6;
    let mut hash = Sha256::new();
    for part in [
        digest,
        &earlier.to_string(),
        &new.decided,
        &new.by,
        new.kind.as_str(),
        value.unwrap_or_default(),
        &new.note,
    ] {
        hash.update(part.as_bytes());
        hash.update([0]);
    }
    let mut name = "D-".to_owned();
    for byte in hash.finalize().iter().take(BYTES) {
        let _ = write!(name, "{byte:02x}");
    }
    name
}
