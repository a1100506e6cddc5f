//! The owner of each module: `kb/modules.csv`.
//!
//! The owner decides who is asked first: VMware for the kernel and the modules that ship with it, a
//! hardware or software partner for its driver.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use strum::{EnumString, IntoStaticStr};

use super::finding::{Finding, FindingCode};
use super::source::read_rows;
use crate::error::Result;

/// The owner of a module.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    EnumString,
    IntoStaticStr,
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum Owner {
    /// The kernel itself.
    Vmkernel,
    /// VMware: shipped with ESX or ESXi, or part of another VMware product.
    Inbox,
    /// A hardware or software partner.
    Partner,
    /// Not documented.
    Unknown,
}

impl Owner {
    /// The published code.
    pub fn as_str(self) -> &'static str {
        self.into()
    }
}

/// One module.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModuleEntry {
    /// Name as a backtrace prints it, without parentheses.
    pub module: String,
    /// The owner.
    pub owner: Owner,
    /// The company that makes it; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub vendor: String,
    /// What it drives, such as `network adapter`; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub device: String,
    /// The name under which `esxcli software vib list` shows its version; empty where that is the
    /// name of the module, or it has the version of the host.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub vib: String,
    /// A description, with the name of the partner when a partner owns it.
    pub title: String,
    /// The article or page that names the owner; `name` when only the module's name does.
    pub source: String,
}

/// A row of the file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ModuleRow {
    module: String,
    owner: String,
    #[serde(default)]
    vendor: String,
    #[serde(default)]
    device: String,
    #[serde(default)]
    vib: String,
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
    /// Reads the table in the file `path`, which has the content `text`. Bad rows are left out and
    /// become findings.
    ///
    /// # Errors
    /// [`crate::error::Error::KbSyntax`] when the file does not have the columns of the table.
    pub fn parse(path: &str, text: &str) -> Result<(Self, Vec<Finding>)> {
        let mut modules = Self::default();
        let findings = read_rows(path, text, FindingCode::ModuleRow, &mut |row| modules.add(row))?;
        Ok((modules, findings))
    }

    /// Adds a row, or returns the problem with it.
    fn add(&mut self, row: ModuleRow) -> Result<(), String> {
        let ModuleRow { module, owner, vendor, device, vib, title, source } = row;
        for (column, value) in [("module", &module), ("title", &title), ("source", &source)] {
            if value.trim().is_empty() {
                return Err(format!("{module}: no {column}"));
            }
        }
        let owner = owner.parse().map_err(|_| format!("{module}: owner {owner}"))?;
        if self.entries.contains_key(&module) {
            return Err(format!("{module}: a second row"));
        }
        let entry =
            ModuleEntry { module: module.clone(), owner, vendor, device, vib, title, source };
        self.entries.insert(module, entry);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kb::{FindingPlace, KbSource, KnowledgeBase};
    use crate::read::crashes_in_text;

    #[test]
    fn bad_rows_are_findings_and_the_others_stay() {
        let text = "module,owner,title,source\nilo,partner,HPE driver,316522\n\
            lpfc,vendor,x,1\nlsom,inbox,x,\nilo,inbox,x,1\nvmkernel,vmkernel,kernel,343033\n";
        let (modules, findings) = Modules::parse("modules.csv", text).expect("a table");
        assert_eq!(modules.entries.keys().collect::<Vec<_>>(), ["ilo", "vmkernel"]);
        assert_eq!(modules.entries["ilo"].owner, Owner::Partner);
        let found: Vec<(&FindingPlace, &str)> =
            findings.iter().map(|finding| (&finding.place, finding.detail.as_str())).collect();
        assert_eq!(
            found,
            [
                (&FindingPlace::Line(3), "lpfc: owner vendor"),
                (&FindingPlace::Line(4), "lsom: no source"),
                (&FindingPlace::Line(5), "ilo: a second row"),
            ]
        );
    }

    #[test]
    fn another_table_is_an_error() {
        let error = Modules::parse("modules.csv", "module,owner\na,b\n").expect_err("columns");
        assert!(error.to_string().starts_with("modules.csv:2"), "{error}");
    }

    /// Names that are damaged on a photograph, and have no row.
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
