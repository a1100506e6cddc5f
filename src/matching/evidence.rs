//! Reasons for and against an issue, and the groups in which they are fitted.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::kb::{Coefficients, Condition};
use crate::message::Sentence;

/// One reason for or against an issue.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Evidence {
    /// What was compared.
    pub kind: EvidenceKind,
    /// Log-odds; below 0 it speaks against the issue.
    pub points: f64,
    /// One phrase for the reader.
    pub detail: Sentence,
}

/// What was compared.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum EvidenceKind {
    /// Frames of a signature.
    Frames,
    /// Frames of an exemplar.
    Exemplar,
    /// Frames in whatever order.
    SomeFrames,
    /// The panic message.
    Message,
    /// Source file and line.
    Source,
    /// A log line.
    Log,
    /// A machine-check bank.
    MachineCheck,
    /// The panic kind.
    PanicKind,
    /// The exception number.
    Exception,
    /// The world.
    World,
    /// A module.
    Module,
    /// The version of a driver, plug-in or firmware.
    Component,
    /// The server model.
    Model,
    /// A PCI device.
    Device,
    /// A function that excludes the signature.
    Forbidden,
    /// Another issue that fits too.
    Rival,
}

impl EvidenceKind {
    /// The published code.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Frames => "frames",
            Self::Exemplar => "exemplar",
            Self::SomeFrames => "some-frames",
            Self::Message => "message",
            Self::Source => "source",
            Self::Log => "log",
            Self::MachineCheck => "machine-check",
            Self::PanicKind => "panic-kind",
            Self::Exception => "exception",
            Self::World => "world",
            Self::Module => "module",
            Self::Component => "component",
            Self::Model => "model",
            Self::Device => "device",
            Self::Forbidden => "forbidden",
            Self::Rival => "rival",
        }
    }
}

impl From<Condition> for EvidenceKind {
    fn from(condition: Condition) -> Self {
        match condition {
            Condition::Message => Self::Message,
            Condition::Source => Self::Source,
            Condition::Log => Self::Log,
            Condition::MachineCheck => Self::MachineCheck,
            Condition::PanicKind => Self::PanicKind,
            Condition::Exception => Self::Exception,
            Condition::World => Self::World,
            Condition::Module => Self::Module,
            Condition::Component => Self::Component,
            Condition::Model => Self::Model,
            Condition::Device => Self::Device,
            Condition::Forbidden => Self::Forbidden,
        }
    }
}

/// What has one coefficient in the fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum EvidenceGroup {
    /// Frames, in order or not.
    Frames,
    /// A text or machine check that holds for no other issue.
    Decisive,
    /// Other texts and machine checks.
    Texts,
    /// Panic kind, exception, world, modules, versions, hardware.
    Circumstances,
    /// Whatever speaks against the issue.
    Against,
}

impl EvidenceGroup {
    /// Every group, in the order of [`Points`].
    pub const ALL: [Self; 5] =
        [Self::Frames, Self::Decisive, Self::Texts, Self::Circumstances, Self::Against];

    /// The group of a condition that is held, or nearly, and proves nothing by itself.
    pub fn of(condition: Condition) -> Self {
        match condition {
            Condition::Message | Condition::Source | Condition::Log | Condition::MachineCheck => {
                Self::Texts
            }
            _ => Self::Circumstances,
        }
    }

    /// Its coefficient.
    pub fn coefficient(self, of: &Coefficients) -> f64 {
        match self {
            Self::Frames => of.frames,
            Self::Decisive => of.decisive,
            Self::Texts => of.texts,
            Self::Circumstances => of.circumstances,
            Self::Against => of.against,
        }
    }
}

/// Points by group as the table has them, before the coefficients.
pub type Points = [f64; EvidenceGroup::ALL.len()];

/// The log-odds of an issue alone: prior and points with their coefficients.
pub fn log_odds(points: &Points, coefficients: &Coefficients) -> f64 {
    let pairs = points.iter().zip(EvidenceGroup::ALL);
    let weighed = pairs.map(|(points, group)| points * group.coefficient(coefficients));
    coefficients.prior + weighed.sum::<f64>()
}
