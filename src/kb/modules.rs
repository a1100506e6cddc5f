//! Whose a module is: `kb/modules.csv`.
//!
//! The owner decides who is asked first: VMware for the kernel and what ships
//! with it, a hardware or software partner for its driver.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::finding::{Finding, FindingCode};
use crate::error::{Error, Result};

/// Whose a module is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Owner {
    /// The kernel itself.
    Vmkernel,
    /// VMware: shipped with ESX or ESXi, or part of another VMware product.
    Inbox,
    /// A hardware or software partner.
    Partner,
    /// Nobody has said.
    Unknown,
}

impl Owner {
    /// Every owner.
    pub const ALL: &[Owner] = &[Self::Vmkernel, Self::Inbox, Self::Partner, Self::Unknown];

    /// The published code.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Vmkernel => "vmkernel",
            Self::Inbox => "inbox",
            Self::Partner => "partner",
            Self::Unknown => "unknown",
        }
    }

    /// The owner with the published code `name`.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|owner| owner.as_str() == name)
    }
}

/// One module.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ModuleEntry {
    /// Name as a backtrace prints it, without parentheses.
    pub module: String,
    /// Whose it is.
    pub owner: Owner,
    /// What it is, and whose when it is a partner's.
    pub title: String,
    /// The article or page that says so; `name` when only the name does.
    pub source: String,
}

/// A row as it stands in the file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    module: String,
    owner: String,
    title: String,
    source: String,
}

/// Every module that the knowledge base lists, by name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Modules {
    /// The modules.
    pub entries: BTreeMap<String, ModuleEntry>,
}

impl Modules {
    /// Reads the table in the file `path`, which has the content `text`; bad rows are left out
    /// and are findings.
    ///
    /// # Errors
    /// [`Error::KbSyntax`] when the file does not have the columns of the table.
    pub fn parse(path: &str, text: &str) -> Result<(Self, Vec<Finding>)> {
        let (mut modules, mut findings) = (Self::default(), Vec::new());
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let headers = reader.headers().cloned().map_err(|error| syntax(path, &error))?;
        for record in reader.records() {
            let record = record.map_err(|error| syntax(path, &error))?;
            let row = record.deserialize(Some(&headers)).map_err(|error| syntax(path, &error))?;
            let line = record.position().map_or(1, |position| position.line() as usize);
            if let Err(problem) = modules.add(row) {
                findings.push(Finding::new(path, FindingCode::ModuleRow, problem).at(line));
            }
        }
        Ok((modules, findings))
    }

    /// Takes a row in; the problem with it otherwise.
    fn add(&mut self, row: Row) -> Result<(), String> {
        let Row { module, owner, title, source } = row;
        let missing = [("module", &module), ("title", &title), ("source", &source)]
            .iter()
            .find(|(_, value)| value.trim().is_empty())
            .map(|(column, _)| *column);
        if let Some(column) = missing {
            return Err(format!("{module}: no {column}"));
        }
        let Some(owner) = Owner::from_name(&owner) else {
            return Err(format!("{module}: owner {owner}"));
        };
        if self.entries.contains_key(&module) {
            return Err(format!("{module}: a second row"));
        }
        self.entries.insert(module.clone(), ModuleEntry { module, owner, title, source });
        Ok(())
    }
}

fn syntax(path: &str, error: &csv::Error) -> Error {
    let line = error.position().map_or(1, |position| position.line() as usize);
    Error::KbSyntax { path: path.to_owned(), line, problem: error.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kb::{KbSource, KnowledgeBase, Place};
    use crate::read::crashes_in_text;

    #[test]
    fn bad_rows_are_findings_and_the_others_stay() {
        let text = "module,owner,title,source\nilo,partner,HPE driver,316522\n\
            lpfc,vendor,x,1\nlsom,inbox,x,\nilo,inbox,x,1\nvmkernel,vmkernel,kernel,343033\n";
        let (modules, findings) = Modules::parse("modules.csv", text).expect("a table");
        assert_eq!(modules.entries.keys().collect::<Vec<_>>(), ["ilo", "vmkernel"]);
        assert_eq!(modules.entries["ilo"].owner, Owner::Partner);
        let found: Vec<(&Place, &str)> =
            findings.iter().map(|finding| (&finding.place, finding.detail.as_str())).collect();
        assert_eq!(
            found,
            [
                (&Place::Line(3), "lpfc: owner vendor"),
                (&Place::Line(4), "lsom: no source"),
                (&Place::Line(5), "ilo: a second row"),
            ]
        );
    }

    #[test]
    fn another_table_is_an_error() {
        let error = Modules::parse("modules.csv", "module,owner\na,b\n").expect_err("columns");
        assert!(error.to_string().starts_with("modules.csv:2"), "{error}");
    }

    /// Names that a photograph has damaged; no row is for them.
    const DAMAGED: &[&str] = &["vnkusb"];

    #[test]
    fn every_module_of_the_shipped_crashes_has_an_owner() {
        let kb = KnowledgeBase::read(&[KbSource::Shipped]).expect("the shipped kb");
        for exemplar in kb.exemplars.values() {
            for found in crashes_in_text(&exemplar.text) {
                let crash = &found.crash;
                let others = crash.other_backtraces.iter().flat_map(|other| &other.frames);
                let frames = crash.backtrace.iter().chain(others);
                let printed = frames.filter_map(|frame| frame.module.as_ref());
                let drivers = crash.host.drivers.iter().map(|driver| &driver.name);
                for module in printed.chain(drivers) {
                    let known = kb.modules.entries.contains_key(module)
                        || DAMAGED.contains(&module.as_str());
                    assert!(known, "{module} of {} is not in modules.csv", exemplar.path);
                }
            }
        }
    }

    #[test]
    fn every_module_of_a_signature_has_an_owner() {
        let kb = KnowledgeBase::read(&[KbSource::Shipped]).expect("the shipped kb");
        for issue in kb.issues.values() {
            for module in issue.signatures.iter().flat_map(|signature| &signature.modules) {
                assert!(kb.modules.entries.contains_key(module), "{module} of {}", issue.id);
            }
        }
    }
}
