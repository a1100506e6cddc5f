//! Articles that are known by a name in their title alone: `kb/leads.csv`.
//!
//! A lead proves nothing: it is what a search for the function or the message would find.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::finding::{Finding, FindingCode};
use super::source::read_rows;
use crate::error::Result;

/// Something that an article names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LeadName {
    /// A function of the kernel or a driver.
    Function(String),
    /// A part of a panic message or log line.
    Message(String),
    /// A module: in too many backtraces to lead from a crash to an article.
    Module(String),
}

impl LeadName {
    /// Reads `function:RefCountBlock`.
    fn parse(text: &str) -> Option<Self> {
        let (kind, name) = text.split_once(':')?;
        let name = name.trim().to_owned();
        if name.is_empty() {
            return None;
        }
        match kind.trim() {
            "function" => Some(Self::Function(name)),
            "message" => Some(Self::Message(name)),
            "module" => Some(Self::Module(name)),
            _ => None,
        }
    }

    /// The name itself.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Function(name) | Self::Message(name) | Self::Module(name) => name,
        }
    }
}

/// An article of which little more than its title is known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lead {
    /// Number of the article, or a key for one without a number.
    pub number: String,
    /// What it names.
    pub names: Vec<LeadName>,
    /// The update lines that it is about; empty when that is not known.
    pub lines: Vec<String>,
    /// The release or version with the fix; empty when that is not known.
    pub fixed: String,
    /// What it is about, in our words.
    pub title: String,
    /// The same in Japanese; may be empty.
    pub title_ja: String,
    /// The page that names it.
    pub source: String,
}

/// A row of the file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LeadRow {
    number: String,
    names: String,
    lines: String,
    fixed: String,
    title: String,
    #[serde(default)]
    title_ja: String,
    source: String,
}

impl Lead {
    fn new(row: LeadRow) -> Result<Self, String> {
        let LeadRow { number, names, lines, fixed, title, title_ja, source } = row;
        for (column, value) in [("number", &number), ("title", &title), ("source", &source)] {
            if value.trim().is_empty() {
                return Err(format!("{number}: no {column}"));
            }
        }
        let mut read = Vec::new();
        for name in names.split(';').map(str::trim) {
            read.push(LeadName::parse(name).ok_or_else(|| format!("{number}: name {name}"))?);
        }
        let lines = lines.split_whitespace().map(str::to_owned).collect();
        Ok(Self { number, names: read, lines, fixed, title, title_ja, source })
    }
}

/// Reads the table in the file `path`, which has the content `text`, by number. Bad rows are left out
/// and become findings.
///
/// # Errors
/// [`crate::error::Error::KbSyntax`] when the file does not have the columns of the table.
pub(super) fn parse(path: &str, text: &str) -> Result<(BTreeMap<String, Lead>, Vec<Finding>)> {
    let mut leads = BTreeMap::new();
    let findings = read_rows(path, text, FindingCode::LeadRow, &mut |row| {
        let lead = Lead::new(row)?;
        if leads.contains_key(&lead.number) {
            return Err(format!("{}: a second row", lead.number));
        }
        leads.insert(lead.number.clone(), lead);
        Ok(())
    })?;
    Ok((leads, findings))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kb::{KbSource, KnowledgeBase};

    #[test]
    fn bad_rows_are_findings_and_the_others_stay() {
        let text = "number,names,lines,fixed,title,title_ja,source\n\
            1,function:Ref; message:a b,5.0 5.1,5.1 Update 1,about it,,https://x\n\
            2,word:Ref,,,about it,,https://x\n3,,,,about it,,https://x\n\
            4,module:x,,,about it,,\n1,module:x,,,again,,https://x\n";
        let (leads, findings) = parse("leads.csv", text).expect("a table");
        assert_eq!(leads.keys().collect::<Vec<_>>(), ["1"]);
        assert_eq!(
            leads["1"].names,
            [LeadName::Function("Ref".into()), LeadName::Message("a b".into())]
        );
        let details: Vec<&str> = findings.iter().map(|found| found.detail.as_str()).collect();
        let expected = ["2: name word:Ref", "3: name ", "4: no source", "1: a second row"];
        assert_eq!(details, expected);
    }

    #[test]
    fn no_shipped_lead_is_a_known_issue() {
        let kb = KnowledgeBase::read(&[KbSource::Shipped]).expect("the shipped kb");
        assert!(kb.leads.len() > 50, "{}", kb.leads.len());
        for number in kb.leads.keys() {
            assert!(kb.issues_called(number).is_empty(), "{number} is an issue already");
        }
    }
}
