//! Names of drivers: four numbers behind one are its version and no address.

use std::collections::HashSet;
use std::sync::LazyLock;

use regex::Regex;

/// The modules that the knowledge base knows.
const MODULES: &str = include_str!("../../../kb/modules.csv");
/// Names of packages of ESXi and names in older articles that no module is called.
const OTHERS: &[&str] = &[
    "bnxt_en",
    "bnxtnet_rdma",
    "esx-base",
    "esx-update",
    "i40ea",
    "ixgbevf",
    "lsi-mr3",
    "nsxt-vswitch",
    "nvme-pcie",
    "vsan",
    "vsanhealth",
];

static DRIVERS: LazyLock<HashSet<&str>> = LazyLock::new(|| {
    let modules = MODULES.lines().skip(1).filter(|row| is_row_of_driver(row));
    modules.filter_map(|row| row.split(',').next()).chain(OTHERS.iter().copied()).collect()
});

static NAMES: LazyLock<HashSet<&str>> =
    LazyLock::new(|| MODULES.lines().filter_map(|row| row.split(',').next()).collect());

/// `i40en 2.4.1.0`, `net-bnxtnet: 20.6.34.0`, `dvfilter com.vmware.vnic.nsx 1.0.0.0`.
static VERSION: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r#"(?P<name>[A-Za-z][\w.-]*)["')\]]{0,2}(?:[:=,]| -)?\s+(?:is\s+|at\s+|v\.?\s*)?["'(]?(?P<version>v?\d+(?:\.\w+)+)"#,
    )
    .ok()
});

/// Finds out whether a row of the modules is a driver's; behind others, as `tcpip` and `migrate`,
/// stand addresses.
fn is_row_of_driver(row: &str) -> bool {
    let owner = row.split(',').nth(1).unwrap_or_default();
    owner == "partner" || row.contains("driver")
}

/// Finds out whether `name` is a driver's.
pub(super) fn is_driver(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let bare = ["net-", "scsi-", "sata-", "block-", "ima-", "native-"]
        .iter()
        .find_map(|kind| name.strip_prefix(kind))
        .unwrap_or(&name);
    DRIVERS.contains(name.as_str()) || DRIVERS.contains(bare) || name.starts_with("com.vmware.")
}

/// Finds out whether `name` is a module's, a driver's or not.
pub(super) fn is_module(name: &str) -> bool {
    NAMES.contains(name)
}

/// Finds the versions of drivers in `line`.
pub(super) fn versions_in(line: &str) -> Vec<std::ops::Range<usize>> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(captures) = VERSION.as_ref().and_then(|version| version.captures_at(line, from))
    {
        let (Some(name), Some(version)) = (captures.name("name"), captures.name("version")) else {
            break;
        };
        // The version of one word may be the name of the next one: `nfnic 4.0.0.38 fw 1.2`.
        from = version.start().max(from + 1);
        while !line.is_char_boundary(from) {
            from += 1;
        }
        if is_driver(name.as_str()) {
            found.push(version.range());
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn four_numbers_behind_a_driver_are_its_version() {
        #[track_caller]
        fn check(line: &str, expected: &[&str]) {
            let found: Vec<&str> = versions_in(line).into_iter().map(|at| &line[at]).collect();
            assert_eq!(found, expected, "{line}");
        }
        check("ixgben 1.8.7.0 and nenic: 1.0.44.0", &["1.8.7.0", "1.0.44.0"]);
        check("(lpfc) 14.2.560.8", &["14.2.560.8"]);
        check("net-qfle3 1.4.45.0 x", &["1.4.45.0"]);
        check("vmk0 10.1.1.1, tcpip: 10.1.1.2, from 10.1.1.3", &[]);
    }
}
