//! The panic message and its kind.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::World;
use crate::text::Hex;

/// The error line of a purple screen.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Panic {
    /// The class of the message.
    pub kind: PanicKind,
    /// The message as printed, without marks such as `@BlueScreen:`.
    pub message: String,
    /// Number of the processor exception.
    pub exception: Option<u8>,
    /// The world that the message names.
    pub world: Option<World>,
    /// The culprit PCPUs: those that the message names as locked up or asked to panic.
    pub pcpus: Vec<u32>,
    /// Instruction pointer that the message names.
    pub ip: Option<Hex>,
    /// Memory address that the message names.
    pub address: Option<Hex>,
    /// Source file and line of an assertion.
    pub source: Option<(String, u64)>,
}

/// Declares [`PanicKind`] together with its names, so that neither can lack a row.
macro_rules! panic_kinds {
    ($($(#[$doc:meta])* $variant:ident = $name:literal $(exception $number:literal)?,)*) => {
        /// The class of a panic message: a closed list.
        #[derive(
            Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash,
            Serialize, Deserialize, JsonSchema,
        )]
        pub enum PanicKind {
            $($(#[$doc])* #[serde(rename = $name)] $variant,)*
            /// None of the others.
            #[default]
            #[serde(rename = "other")]
            Other,
        }

        impl PanicKind {
            /// Every kind.
            pub const ALL: &[PanicKind] = &[$(PanicKind::$variant,)* PanicKind::Other];

            /// The published code, such as `page-fault`.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(PanicKind::$variant => $name,)*
                    PanicKind::Other => "other",
                }
            }

            /// The kind of a processor exception by its architectural number (Intel SDM, volume 3).
            pub fn from_exception(number: u8) -> Option<Self> {
                match number {
                    $($($number => Some(PanicKind::$variant),)?)*
                    _ => None,
                }
            }
        }
    };
}

panic_kinds! {
    /// #DE.
    DivideError = "divide-error" exception 0,
    /// #DB.
    DebugException = "debug-exception" exception 1,
    /// The NMI as an exception.
    Nmi = "nmi" exception 2,
    /// #BP.
    Breakpoint = "breakpoint" exception 3,
    /// #OF.
    Overflow = "overflow" exception 4,
    /// #BR.
    BoundRange = "bound-range" exception 5,
    /// #UD.
    InvalidOpcode = "invalid-opcode" exception 6,
    /// #NM.
    DeviceNotAvailable = "device-not-available" exception 7,
    /// #DF.
    DoubleFault = "double-fault" exception 8,
    /// #TS.
    InvalidTss = "invalid-tss" exception 10,
    /// #NP.
    SegmentNotPresent = "segment-not-present" exception 11,
    /// #SS.
    StackFault = "stack-fault" exception 12,
    /// #GP.
    GeneralProtection = "general-protection" exception 13,
    /// #PF.
    PageFault = "page-fault" exception 14,
    /// #MF.
    FloatingPoint = "floating-point" exception 16,
    /// #AC.
    AlignmentCheck = "alignment-check" exception 17,
    /// #MC and every message about a hardware error.
    MachineCheck = "machine-check" exception 18,
    /// #XF.
    SimdFloatingPoint = "simd-floating-point" exception 19,
    /// The motherboard raised an NMI.
    NmiLint1 = "nmi-lint1",
    /// Another PCPU asked this one to panic.
    NmiIpi = "nmi-ipi",
    /// A third-party NMI handler asked for the panic.
    NmiHandler = "nmi-handler",
    /// A PCPU did not acknowledge a TLB invalidation.
    TlbAck = "tlb-ack",
    /// A PCPU gave no heartbeat.
    NoHeartbeat = "no-heartbeat",
    /// A lock was waited for too often.
    SpinCount = "spin-count",
    /// A condition that the code relies on did not hold.
    Assert = "assert",
    /// The code met a case that it does not handle.
    NotImplemented = "not-implemented",
    /// A check that stays in release builds failed.
    Verify = "verify",
    /// `BUG` inside vmklinux, the Linux driver layer.
    VmklinuxBug = "vmklinux-bug",
    /// A device made a memory access that the IOMMU refused, or the IOMMU itself failed.
    IommuFault = "iommu-fault",
    /// A PCI bus error.
    PciError = "pci-error",
    /// The boot device went away.
    BootDeviceLost = "boot-device-lost",
    /// The processors of the host do not fit together.
    HardwareMismatch = "hardware-mismatch",
    /// UEFI secure boot refused something.
    SecureBoot = "secure-boot",
    /// The encrypted configuration cannot be opened.
    SecurityViolation = "security-violation",
    /// An administrator or a test asked for the panic.
    Deliberate = "deliberate",
    /// An oops of the service console's Linux kernel.
    CosOops = "cos-oops",
    /// A panic of the service console's Linux kernel.
    CosPanic = "cos-panic",
    /// The service console sent no heartbeat.
    LostHeartbeat = "lost-heartbeat",
    /// An exception of ESXi on ARM.
    ArmException = "arm-exception",
}

impl PanicKind {
    /// The kind with the published code `name`.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.as_str() == name)
    }

    /// True when the message of this kind names another PCPU as the cause.
    pub fn names_culprit(self) -> bool {
        matches!(self, Self::TlbAck | Self::NoHeartbeat | Self::SpinCount | Self::NmiIpi)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_serialize_as_themselves() {
        for kind in PanicKind::ALL {
            assert_eq!(PanicKind::from_name(kind.as_str()), Some(*kind));
            let json = serde_json::to_string(kind).expect("a unit variant serializes");
            assert_eq!(json, format!("\"{}\"", kind.as_str()));
        }
    }

    #[test]
    fn exceptions_have_their_architectural_numbers() {
        assert_eq!(PanicKind::from_exception(14), Some(PanicKind::PageFault));
        assert_eq!(PanicKind::from_exception(18), Some(PanicKind::MachineCheck));
        assert_eq!(PanicKind::from_exception(9), None);
    }
}
