//! The panic message and its kind.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use strum::{EnumString, FromRepr, IntoStaticStr, VariantArray};

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

/// The class of a panic message: a closed list.
// Kinds of processor exceptions come first and have their architectural number (Intel SDM, volume 3),
// which is below 32.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    JsonSchema,
    EnumString,
    FromRepr,
    IntoStaticStr,
    VariantArray,
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
#[repr(u8)]
#[non_exhaustive]
pub enum PanicKind {
    /// #DE.
    DivideError = 0,
    /// #DB.
    DebugException = 1,
    /// The NMI as an exception.
    Nmi = 2,
    /// #BP.
    Breakpoint = 3,
    /// #OF.
    Overflow = 4,
    /// #BR.
    BoundRange = 5,
    /// #UD.
    InvalidOpcode = 6,
    /// #NM.
    DeviceNotAvailable = 7,
    /// #DF.
    DoubleFault = 8,
    /// #TS.
    InvalidTss = 10,
    /// #NP.
    SegmentNotPresent = 11,
    /// #SS.
    StackFault = 12,
    /// #GP.
    GeneralProtection = 13,
    /// #PF.
    PageFault = 14,
    /// #MF.
    FloatingPoint = 16,
    /// #AC.
    AlignmentCheck = 17,
    /// #MC and every message about a hardware error.
    MachineCheck = 18,
    /// #XF.
    SimdFloatingPoint = 19,
    /// The motherboard raised an NMI.
    NmiLint1 = 32,
    /// Another PCPU asked this one to panic.
    NmiIpi,
    /// A third-party NMI handler asked for the panic.
    NmiHandler,
    /// A PCPU did not acknowledge a TLB invalidation.
    TlbAck,
    /// A PCPU gave no heartbeat.
    NoHeartbeat,
    /// A lock was waited for too often.
    SpinCount,
    /// A condition that the code relies on did not hold.
    Assert,
    /// The code met a case that it does not handle.
    NotImplemented,
    /// A check that stays in release builds failed.
    Verify,
    /// `BUG` inside vmklinux, the Linux driver layer.
    VmklinuxBug,
    /// A device made a memory access that the IOMMU refused, or the IOMMU itself failed.
    IommuFault,
    /// A PCI bus error.
    PciError,
    /// The boot device went away.
    BootDeviceLost,
    /// The processors of the host do not fit together.
    HardwareMismatch,
    /// UEFI secure boot refused something.
    SecureBoot,
    /// The encrypted configuration cannot be opened.
    SecurityViolation,
    /// An administrator or a test asked for the panic.
    Deliberate,
    /// An oops of the service console's Linux kernel.
    CosOops,
    /// A panic of the service console's Linux kernel.
    CosPanic,
    /// The service console sent no heartbeat.
    LostHeartbeat,
    /// An exception of ESXi on ARM.
    ArmException,
    /// None of the others.
    #[default]
    Other,
}

impl PanicKind {
    /// Every kind.
    pub const ALL: &[PanicKind] = Self::VARIANTS;

    /// The published code, such as `page-fault`.
    pub fn as_str(self) -> &'static str {
        self.into()
    }

    /// The kind of a processor exception by its number.
    pub fn from_exception(number: u8) -> Option<Self> {
        Self::from_repr(number).filter(|kind| *kind < Self::NmiLint1)
    }

    /// The kind with the published code `name`.
    pub fn from_name(name: &str) -> Option<Self> {
        name.parse().ok()
    }

    /// True for a panic that code asks for by a call: not left by an exception of the processor, other
    /// than the two that report what happened outside it.
    pub fn is_called(self) -> bool {
        self >= Self::NmiLint1 || matches!(self, Self::Nmi | Self::MachineCheck)
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
