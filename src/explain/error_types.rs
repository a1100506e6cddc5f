//! The types of errors: their meaning, the likely place of their cause, and the first steps.
//!
//! The types are those of article 1004250 and of the spellings that later releases print.
//! `error_type_rows.rs` has the table; nothing here knows its rows.

use serde::Serialize;
use strum::{IntoStaticStr, VariantArray};

use crate::crash::{Crash, PanicKind, Role};
use crate::text::Template;

/// A type of error: the facts that hold for every crash with such a message.
#[derive(Clone, Copy, Debug)]
pub struct ErrorType {
    /// The published code, such as `page-fault-null`.
    pub code: &'static str,
    /// The panic kind that it belongs to.
    pub kind: PanicKind,
    /// The condition beyond the kind.
    pub pattern: ErrorPattern,
    /// The key of its meaning.
    pub meaning: &'static str,
    /// Where the cause is likely to be.
    pub side: Side,
    /// The key of the first steps.
    pub first_steps: &'static str,
    /// The vendor's articles, the most telling first.
    pub articles: &'static [ArticleNumbers],
    /// A message of this type, with the frame or log line that the pattern asks for.
    pub sample: &'static str,
}

/// The condition of a type of error beyond its kind.
#[derive(Clone, Copy, Debug)]
pub enum ErrorPattern {
    /// Nothing.
    Kind,
    /// A template of the panic message.
    Message(&'static str),
    /// A function of the backtrace.
    Frame(&'static str),
    /// A template of a log line beside the screen.
    Log(&'static str),
    /// A template of the whole name of the world that the message names.
    World(&'static str),
    /// An instruction pointer that points nowhere.
    NullIp,
    /// An address that is a small offset from a null pointer.
    NullAddress,
}

/// Where the cause of an error is likely to be; texts `error-type-side-…`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, IntoStaticStr, VariantArray)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case", prefix = "error-type-side-")]
pub enum Side {
    /// A component of the server.
    Hardware,
    /// Firmware or its settings.
    Firmware,
    /// A driver, with the firmware of its device.
    Driver,
    /// The kernel, or another module of VMware.
    Vmkernel,
    /// Something that a VM does brings out a fault of the host.
    GuestTriggered,
    /// A person or program asked for it.
    Deliberate,
    /// The message alone does not tell.
    Unknown,
}

impl Side {
    /// The key of its name.
    pub fn key(self) -> &'static str {
        self.into()
    }
}

/// An article of the vendor, by its numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct ArticleNumbers {
    /// Broadcom's number; absent where it was never seen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<&'static str>,
    /// VMware's old number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub legacy_id: Option<&'static str>,
    /// Language of the article.
    pub language: &'static str,
}

/// Pages below this address are never mapped, so that a null pointer shows itself.
const NULL_PAGE: u64 = 0x1000;

impl ErrorPattern {
    /// True when the pattern holds for the crash.
    pub fn holds(&self, crash: &Crash) -> bool {
        let panic = crash.panic.as_ref();
        match self {
            Self::Kind => true,
            Self::Message(source) => {
                panic.is_some_and(|panic| Template::new(source).is_in(&panic.message))
            }
            Self::Frame(name) => crash
                .backtrace
                .iter()
                .filter(|frame| frame.role != Role::Noise)
                .any(|frame| frame.function.as_deref() == Some(name)),
            Self::Log(source) => {
                let template = Template::new(source);
                crash.log_lines.iter().any(|line| template.is_in(line))
            }
            Self::World(source) => panic
                .and_then(|panic| panic.world.as_ref()?.name.as_deref())
                .is_some_and(|name| Template::new(source).is_all_of(name)),
            Self::NullIp => panic.and_then(|panic| panic.ip).is_some_and(|ip| ip.0 < NULL_PAGE),
            Self::NullAddress => {
                panic.and_then(|panic| panic.address).is_some_and(|address| address.0 < NULL_PAGE)
            }
        }
    }
}

/// An article with its new number only.
pub(super) const fn new(id: &'static str) -> ArticleNumbers {
    ArticleNumbers { id: Some(id), legacy_id: None, language: "en" }
}

/// An article with both of its numbers.
pub(super) const fn both(id: &'static str, legacy_id: &'static str) -> ArticleNumbers {
    ArticleNumbers { id: Some(id), legacy_id: Some(legacy_id), language: "en" }
}

const fn old(legacy_id: &'static str) -> ArticleNumbers {
    ArticleNumbers { id: None, legacy_id: Some(legacy_id), language: "en" }
}

const fn ja(mut reference: ArticleNumbers) -> ArticleNumbers {
    reference.language = "ja";
    reference
}

pub(super) const SCREEN: &[ArticleNumbers] = &[both("343033", "1004250"), ja(new("343024"))];
pub(super) const FAULT: &[ArticleNumbers] = &[both("303440", "1020181"), ja(new("341058"))];
pub(super) const OPCODE: &[ArticleNumbers] = &[new("304474")];
pub(super) const OPCODE_ASSERT: &[ArticleNumbers] = &[both("311064", "1019956"), new("304474")];
pub(super) const ASSERT: &[ArticleNumbers] = &[both("311064", "1019956")];
pub(super) const TLB: &[ArticleNumbers] = &[both("324947", "1020214")];
pub(super) const SPIN: &[ArticleNumbers] = &[old("1020105")];
pub(super) const MACHINE: &[ArticleNumbers] = &[both("367928", "1005184"), new("LP2176")];
pub(super) const MACHINE_MEMORY: &[ArticleNumbers] = &[new("372284"), both("367928", "1005184")];
pub(super) const LINT1: &[ArticleNumbers] = &[both("333947", "1804"), new("336323")];
pub(super) const APEI: &[ArticleNumbers] = &[new("399748"), both("333947", "1804")];
pub(super) const HANDLER: &[ArticleNumbers] =
    &[ja(both("327772", "2005413")), both("333947", "1804")];
pub(super) const HALT: &[ArticleNumbers] = &[new("337182")];
pub(super) const IOMMU: &[ArticleNumbers] = &[new("345237")];
pub(super) const IOMMU_WAIT: &[ArticleNumbers] = &[new("381094")];
pub(super) const VMKLINUX: &[ArticleNumbers] = &[old("2011474")];
pub(super) const SECURITY: &[ArticleNumbers] = &[both("312109", "81446"), new("428266")];
pub(super) const CONSOLE: &[ArticleNumbers] = &[both("311729", "1006802")];
pub(super) const HEARTBEAT: &[ArticleNumbers] = &[both("308590", "1009525"), ja(old("2101635"))];

/// A row of the table: code, kind, pattern, meaning, side, first steps, articles, sample.
pub(super) type ErrorTypeRow = (
    &'static str,
    PanicKind,
    ErrorPattern,
    &'static str,
    Side,
    &'static str,
    &'static [ArticleNumbers],
    &'static str,
);

/// The type of error of a row.
pub(super) const fn from_row(row: ErrorTypeRow) -> ErrorType {
    let (code, kind, pattern, meaning, side, first_steps, articles, sample) = row;
    ErrorType { code, kind, pattern, meaning, side, first_steps, articles, sample }
}

/// The type of a message that fits no other.
pub(super) const OTHER: ErrorType = from_row((
    "other",
    PanicKind::Other,
    ErrorPattern::Kind,
    "error-type-other",
    Side::Unknown,
    "error-type-step-other",
    SCREEN,
    "ip_init: failed to allocate flowtable",
));
