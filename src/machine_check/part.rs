//! The part that the hardware vendor has to check, and how a printed text and a register name it. It
//! decides nothing about software.

use schemars::JsonSchema;
use serde::Serialize;
use strum::EnumString;

/// The part to have checked: stable codes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema, EnumString)]
#[serde(tag = "kind", rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum Part {
    /// A core, or another unit inside the processor.
    Processor,
    /// A cache, which is inside the processor.
    Cache,
    /// The memory of a controller.
    Memory {
        /// Its channel, where the code names one.
        #[serde(skip_serializing_if = "Option::is_none")]
        channel: Option<u64>,
    },
    /// A cache or the memory: the code alone does not show which (AMD).
    ProcessorOrMemory,
    /// Links between the processors, memory and devices: sockets and system board too.
    Interconnect,
    /// A PCI Express device or its slot.
    Pcie {
        /// Segment, bus, device and function of the requester.
        #[serde(skip_serializing_if = "Option::is_none")]
        address: Option<String>,
    },
    /// The BIOS.
    Firmware,
    /// Not known.
    #[default]
    Unknown,
}

impl Part {
    /// Derives the part from the text that ESXi printed, for a status whose digits are all hidden.
    pub(super) fn from_printed(text: &str) -> Self {
        let last_word = text.trim_end_matches('.').rsplit(' ').next().unwrap_or_default();
        if text.starts_with("Cache Hierarchy:") {
            Self::Cache
        } else if text.starts_with("Memory Controller ") {
            Self::Memory { channel: last_word.parse().ok() }
        } else if text.starts_with("I/O error reported by PCI ") {
            Self::Pcie { address: Some(last_word.to_owned()) }
        } else {
            Self::Unknown
        }
    }
}

/// Reads the PCI device that asked from MISC of a generic I/O error: requester in bits 31 to 16,
/// segment in 39 to 32. 0x180008 is 0000:00:03.0 (Broadcom 394465), 0x11000000 is bus 0x11 (HPE).
pub(super) fn requester(misc: u64) -> String {
    let (segment, bus) = (misc >> 32 & 0xff, misc >> 24 & 0xff);
    let (device, function) = (misc >> 19 & 0x1f, misc >> 16 & 0x7);
    format!("{segment:04x}:{bus:02x}:{device:02x}.{function}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requesters_are_those_that_were_printed() {
        assert_eq!(requester(0x18_0008), "0000:00:03.0");
        assert_eq!(requester(0x1100_0000), "0000:11:00.0");
        assert_eq!(requester(0x4d38_0000), "0000:4d:07.0");
        assert_eq!(requester(0xab_cdef), "0000:00:15.3");
        assert_eq!(requester(0x01_4d38_0000), "0001:4d:07.0");
    }
}
