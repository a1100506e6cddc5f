//! How bad an error is: the tables of Intel's SDM (also in rasdaemon and mcelog) and of AMD's driver
//! in Linux.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use strum::IntoStaticStr;

use super::flags::Flags;
use super::vendor::Vendor;

/// How bad an error is: stable codes.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema, IntoStaticStr,
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum Severity {
    /// The hardware corrected it.
    Ce,
    /// Data is lost and was not used yet (AMD).
    Deferred,
    /// Uncorrected, no action required (Intel).
    Ucna,
    /// Uncorrected, software may act (Intel).
    Srao,
    /// Uncorrected, software must act before it goes on (Intel).
    Srar,
    /// Uncorrected; the interrupted program can go on when software acts (AMD).
    Restartable,
    /// Uncorrected; the interrupted program is lost, the rest may go on (AMD).
    Containable,
    /// Uncorrected; how bad it is, is not known.
    Uncorrected,
    /// The state of the processor is lost.
    Fatal,
    /// The bank holds no error.
    Invalid,
    /// Not known.
    #[default]
    Unknown,
}

/// The severity words that ESXi prints.
const PRINTED: &[(&str, Severity)] = &[
    ("CE", Severity::Ce),
    ("DE", Severity::Deferred),
    ("UCNA", Severity::Ucna),
    ("SRAO", Severity::Srao),
    ("SRAR", Severity::Srar),
    ("UC", Severity::Uncorrected),
];

impl Severity {
    /// The published code.
    pub fn as_str(self) -> &'static str {
        self.into()
    }

    /// Reads the severity word that a log line prints.
    pub(super) fn from_printed(word: &str) -> Self {
        PRINTED.iter().find(|(name, _)| *name == word).map_or(Self::Unknown, |(_, found)| *found)
    }

    /// Derives the severity from the flags, with those of MCG_STATUS where they are known.
    pub(super) fn from_flags(flags: &Flags, global: &Flags, vendor: Vendor) -> Self {
        let [valid, uncorrected, corrupt, deferred, signalled, action] =
            ["VAL", "UC", "PCC", "DEFERRED", "S", "AR"].map(|name| flags.get(name).copied());
        match (valid, uncorrected) {
            (Some(false), _) => Self::Invalid,
            (None, _) | (_, None) => Self::Unknown,
            (Some(true), Some(false)) => match (vendor, corrupt, deferred) {
                (Vendor::Intel, ..) => Self::Ce,
                (Vendor::Amd, Some(true), _) => Self::Fatal,
                (Vendor::Amd, Some(false), Some(true)) => Self::Deferred,
                (Vendor::Amd, Some(false), Some(false)) => Self::Ce,
                (Vendor::Amd, ..) => Self::Unknown,
            },
            (Some(true), Some(true)) => match (corrupt, vendor) {
                (Some(true), _) => Self::Fatal,
                (None, _) => Self::Uncorrected,
                (Some(false), Vendor::Intel) => Self::recoverable(signalled, action),
                (Some(false), Vendor::Amd) => match global.get("RIPV") {
                    Some(true) => Self::Restartable,
                    Some(false) => Self::Containable,
                    None => Self::Uncorrected,
                },
            },
        }
    }

    fn recoverable(signalled: Option<bool>, action: Option<bool>) -> Self {
        match (signalled, action) {
            (Some(false), Some(false)) => Self::Ucna,
            (Some(true), Some(false)) => Self::Srao,
            (Some(true), Some(true)) => Self::Srar,
            // The manual gives no meaning to an action that is not signalled.
            _ => Self::Uncorrected,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::flags;
    use super::*;
    use crate::text::Masked;

    #[track_caller]
    fn check(status: u64, global: Option<u64>, vendor: Vendor, expected: Severity) {
        let flags = flags::status_flags(Masked::whole(status), vendor);
        let global = global.map(flags::global_flags).unwrap_or_default();
        assert_eq!(Severity::from_flags(&flags, &global, vendor), expected, "{status:#x}");
    }

    #[test]
    fn every_row_of_intels_table() {
        check(0x9000_0000_0000_0000, None, Vendor::Intel, Severity::Ce);
        check(0xb000_0000_0000_0000, None, Vendor::Intel, Severity::Ucna);
        check(0xb100_0000_0000_0000, None, Vendor::Intel, Severity::Srao);
        check(0xb180_0000_0000_0000, None, Vendor::Intel, Severity::Srar);
        check(0xb080_0000_0000_0000, None, Vendor::Intel, Severity::Uncorrected);
        check(0xb380_0000_0000_0000, None, Vendor::Intel, Severity::Fatal);
        check(0x3000_0000_0000_0000, None, Vendor::Intel, Severity::Invalid);
    }

    /// rasdaemon issue 251: older versions called every uncorrected error of AMD containable.
    #[test]
    fn every_row_of_amds_table() {
        check(0x9000_0000_0000_0000, None, Vendor::Amd, Severity::Ce);
        check(0xdc20_3000_0000_011b, None, Vendor::Amd, Severity::Deferred);
        check(0xbc00_2800_000c_0135, Some(5), Vendor::Amd, Severity::Restartable);
        check(0xbc00_2800_000c_0135, Some(4), Vendor::Amd, Severity::Containable);
        check(0xbc00_2800_000c_0135, None, Vendor::Amd, Severity::Uncorrected);
        check(0xbea0_0000_0000_0108, Some(4), Vendor::Amd, Severity::Fatal);
    }
}
