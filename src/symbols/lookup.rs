//! What was looked for in the directory of the tables, and why it was not found.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use strum::IntoStaticStr;

use super::table::TableHead;
use crate::crash::{Crash, Driver};

/// A module of a crash, and what its table could do.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
#[non_exhaustive]
pub struct ModuleLookup {
    /// The module.
    pub module: String,
    /// The version that was looked for; of the VMkernel the build. Absent where the crash prints none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// Whether there is a table.
    pub outcome: LookupOutcome,
    /// The file that the table was made of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// The versions of which there are tables, where there is none of this one.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub versions: Vec<String>,
    /// What is wrong with the table.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub problem: Option<String>,
    /// Frames whose name and offset the table has.
    pub checked: usize,
    /// Frames that cannot be as they are printed.
    pub failed: usize,
    /// Frames whose damaged name was repaired.
    pub repaired: usize,
    /// Frames without a name that got one.
    pub named: usize,
    /// Frames that print no module, and are of this one.
    pub owned: usize,
    /// Frames without a name that got one from other crashes of the build.
    pub learned: usize,
    /// The crashes that have shown it; of several names the fewest.
    #[serde(skip_serializing_if = "is_zero")]
    pub sightings: u32,
    /// True when the places of two named frames contradict each other, so that no frame got a name.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub contradiction: bool,
}

fn is_zero(number: &u32) -> bool {
    *number == 0
}

/// Whether there is a table of a module.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema, IntoStaticStr,
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
#[non_exhaustive]
pub enum LookupOutcome {
    /// There is one of this version.
    Found,
    /// There is none of this module.
    #[default]
    Missing,
    /// There are tables of other versions.
    OtherVersion,
    /// There are tables, and the crash prints no version.
    NoVersion,
    /// There is one that cannot be read.
    Malformed,
}

impl LookupOutcome {
    /// The published code.
    pub fn as_str(self) -> &'static str {
        self.into()
    }
}

/// The name under which a table of a printed module is filed.
pub(super) fn filed_as(module: &str) -> &str {
    module.trim_matches(['(', ')', ' '])
}

/// The versions that a crash prints of its modules.
pub(super) struct PrintedVersions<'a> {
    build: Option<String>,
    drivers: Vec<&'a Driver>,
    crash: &'a Crash,
}

impl<'a> PrintedVersions<'a> {
    pub(super) fn new(crash: &'a Crash) -> Self {
        let build = crash.release.as_ref().and_then(|release| release.build);
        // What the screen prints comes before what is installed.
        let drivers = crash.host.drivers.iter().chain(&crash.host.installed);
        Self { build: build.map(|build| build.to_string()), drivers: drivers.collect(), crash }
    }

    /// The version of a module that the screen or the host prints; the build for those of the host.
    pub(super) fn of(&self, module: &str) -> Option<String> {
        self.own(module).map(str::to_owned).or_else(|| self.build.clone())
    }

    fn own(&self, module: &str) -> Option<&str> {
        let named = self.drivers.iter().find(|driver| driver.name == module);
        if let Some(version) = named.and_then(|driver| driver.version.as_deref()) {
            return Some(version);
        }
        let others = self.crash.other_backtraces.iter().flat_map(|other| &other.frames);
        let frames = self.crash.backtrace.iter().chain(others);
        let mut of_module =
            frames.filter(|frame| frame.module.as_deref().map(filed_as) == Some(module));
        of_module.find_map(|frame| frame.version.as_deref().filter(|version| is_telling(version)))
    }

    /// True when a table is of the version of the module that the crash prints.
    pub(super) fn are_of(&self, head: &TableHead) -> bool {
        if let Some(own) = self.own(&head.module) {
            return head.is_version(own);
        }
        let of_package = head.package.as_deref().and_then(|package| {
            let named = self.drivers.iter().find(|driver| driver.name == package)?;
            named.version.as_deref()
        });
        match (of_package, &self.build) {
            (Some(version), _) => head.is_version(version),
            (None, Some(build)) => head.is_version(build),
            (None, None) => false,
        }
    }
}

/// A version that frames print and that is one of the module: `nover`, `<None>` and `v2_3_0_0`, which is
/// that of an interface, are not.
fn is_telling(version: &str) -> bool {
    let numbers = version.split('.').filter(|part| part.starts_with(|c: char| c.is_ascii_digit()));
    numbers.count() > 1
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::crashes_in_text;

    #[test]
    fn the_version_of_a_module_is_that_of_screen_package_or_build() {
        #[track_caller]
        fn check(text: &str, head: &TableHead, expected: bool) {
            let text = format!("{text}\n[0x1]F@(lpfc)#<None>+0x1 stack: 0x0\n");
            let crash = crashes_in_text(&text).remove(0).crash;
            assert_eq!(PrintedVersions::new(&crash).are_of(head), expected, "{text}");
        }
        let head = TableHead {
            module: "lpfc".into(),
            version: "14.4.1".into(),
            also: vec!["14.4.1-1OEM.800".into(), "23307199".into()],
            ..TableHead::default()
        };
        let release = "VMware ESXi 7.0.3 [Releasebuild-23307199 x86_64]\n@BlueScreen: Oops";
        check(release, &head, true);
        check("@BlueScreen: Oops", &head, false);
        let involved = "Module(s) involved in panic: [lpfc 14.4.1-1OEM.800 (External)]";
        check(&format!("@BlueScreen: Oops\n{involved}"), &head, true);
        let other = "Module(s) involved in panic: [lpfc 14.4.2 (External)]";
        check(&format!("{release}\n{other}"), &head, false);
    }
}
