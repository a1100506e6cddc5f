//! What type of error is this? One row per panic kind, and one per spelling of
//! a panic message that says more than its kind.
//!
//! The types are those of article 1004250 and of the spellings that later
//! releases print. The rows of a kind stand from the most to the least
//! specific; the last one holds for the kind as a whole.

use serde::Serialize;

use crate::crash::{Crash, PanicKind, Role};
use crate::text::Template;

/// A type of error: what holds for every crash with such a message.
#[derive(Clone, Copy, Debug)]
pub struct ErrorType {
    /// The published code, such as `page-fault-null`.
    pub code: &'static str,
    /// The panic kind that it belongs to.
    pub kind: PanicKind,
    /// What must hold beyond the kind.
    pub pattern: Pattern,
    /// The key of what it means.
    pub meaning: &'static str,
    /// Where the cause is likely to be.
    pub side: Side,
    /// The key of what to do first.
    pub first_steps: &'static str,
    /// The vendor's articles, the most telling first.
    pub articles: &'static [Reference],
    /// A message of this type, with the frame or log line that the pattern asks for.
    pub sample: &'static str,
}

/// What must hold for a type of error beyond its kind.
#[derive(Clone, Copy, Debug)]
pub enum Pattern {
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
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Side {
    /// A component of the server.
    Hardware,
    /// Firmware or its settings.
    Firmware,
    /// A driver, with the firmware of its device.
    Driver,
    /// The kernel, or another module of VMware.
    Vmkernel,
    /// What a VM does brings out a fault of the host.
    GuestTriggered,
    /// Somebody asked for it.
    Deliberate,
    /// The message alone does not tell.
    Unknown,
}

impl Side {
    /// Every side.
    pub const ALL: &[Side] = &[
        Self::Hardware,
        Self::Firmware,
        Self::Driver,
        Self::Vmkernel,
        Self::GuestTriggered,
        Self::Deliberate,
        Self::Unknown,
    ];

    /// The key of its name.
    pub fn key(self) -> &'static str {
        match self {
            Self::Hardware => "error-type-side-hardware",
            Self::Firmware => "error-type-side-firmware",
            Self::Driver => "error-type-side-driver",
            Self::Vmkernel => "error-type-side-vmkernel",
            Self::GuestTriggered => "error-type-side-guest-triggered",
            Self::Deliberate => "error-type-side-deliberate",
            Self::Unknown => "error-type-side-unknown",
        }
    }
}

/// An article of the vendor, by its numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Reference {
    /// Broadcom's number; absent where it was never seen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<&'static str>,
    /// VMware's old number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub legacy_id: Option<&'static str>,
    /// Language of the article.
    pub language: &'static str,
}

/// Pages below this address belong to nobody, so that a null pointer shows itself.
const NULL_PAGE: u64 = 0x1000;

impl Pattern {
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

/// The most specific type of error that holds; `other` for a crash without a kind.
pub fn error_type_of(crash: &Crash) -> &'static ErrorType {
    let kind = crash.kind().unwrap_or_default();
    let of_kind = || ErrorType::ALL.iter().filter(|row| row.kind == kind);
    let found = of_kind().find(|row| row.pattern.holds(crash));
    // Every kind has a row that always holds, which a test proves.
    found.unwrap_or(&OTHER)
}

/// An article with its new number only.
pub(super) const fn new(id: &'static str) -> Reference {
    Reference { id: Some(id), legacy_id: None, language: "en" }
}

/// An article with both of its numbers.
pub(super) const fn both(id: &'static str, legacy_id: &'static str) -> Reference {
    Reference { id: Some(id), legacy_id: Some(legacy_id), language: "en" }
}

const fn old(legacy_id: &'static str) -> Reference {
    Reference { id: None, legacy_id: Some(legacy_id), language: "en" }
}

const fn ja(mut reference: Reference) -> Reference {
    reference.language = "ja";
    reference
}

pub(super) const SCREEN: &[Reference] = &[both("343033", "1004250"), ja(new("343024"))];
pub(super) const FAULT: &[Reference] = &[both("303440", "1020181"), ja(new("341058"))];
pub(super) const OPCODE: &[Reference] = &[new("304474")];
pub(super) const OPCODE_ASSERT: &[Reference] = &[both("311064", "1019956"), new("304474")];
pub(super) const ASSERT: &[Reference] = &[both("311064", "1019956")];
pub(super) const TLB: &[Reference] = &[both("324947", "1020214")];
pub(super) const SPIN: &[Reference] = &[old("1020105")];
pub(super) const MACHINE: &[Reference] = &[both("367928", "1005184"), new("LP2176")];
pub(super) const MACHINE_MEMORY: &[Reference] = &[new("372284"), both("367928", "1005184")];
pub(super) const LINT1: &[Reference] = &[both("333947", "1804"), new("336323")];
pub(super) const APEI: &[Reference] = &[new("399748"), both("333947", "1804")];
pub(super) const HANDLER: &[Reference] = &[ja(both("327772", "2005413")), both("333947", "1804")];
pub(super) const HALT: &[Reference] = &[new("337182")];
pub(super) const IOMMU: &[Reference] = &[new("345237")];
pub(super) const IOMMU_WAIT: &[Reference] = &[new("381094")];
pub(super) const VMKLINUX: &[Reference] = &[old("2011474")];
pub(super) const SECURITY: &[Reference] = &[both("312109", "81446"), new("428266")];
pub(super) const CONSOLE: &[Reference] = &[both("311729", "1006802")];
pub(super) const HEARTBEAT: &[Reference] = &[both("308590", "1009525"), ja(old("2101635"))];

/// A row of the table: code, kind, pattern, meaning, side, first steps, articles, sample.
pub(super) type Row = (
    &'static str,
    PanicKind,
    Pattern,
    &'static str,
    Side,
    &'static str,
    &'static [Reference],
    &'static str,
);

/// The type of error of a row.
pub(super) const fn of(row: Row) -> ErrorType {
    let (code, kind, pattern, meaning, side, first_steps, articles, sample) = row;
    ErrorType { code, kind, pattern, meaning, side, first_steps, articles, sample }
}

/// The type of a message that is none of the others.
pub(super) const OTHER: ErrorType = of((
    "other",
    PanicKind::Other,
    Pattern::Kind,
    "error-type-other",
    Side::Unknown,
    "error-type-step-other",
    SCREEN,
    "ip_init: failed to allocate flowtable",
));

impl ErrorType {
    /// Every type of error, those of a kind from the most to the least specific.
    pub const ALL: &[ErrorType] = super::error_type_rows::ROWS;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::{Catalog, Language};
    use crate::read::crashes_in_text;

    #[test]
    fn every_sample_is_of_its_own_type() {
        for row in ErrorType::ALL {
            let found = crashes_in_text(&format!("@BlueScreen: {}\n", row.sample));
            let crash = &found.first().expect(row.sample).crash;
            assert_eq!(error_type_of(crash).code, row.code, "{crash:?}");
        }
    }

    #[test]
    fn every_kind_ends_with_a_row_that_always_holds() {
        for kind in PanicKind::ALL {
            let rows: Vec<&ErrorType> =
                ErrorType::ALL.iter().filter(|row| row.kind == *kind).collect();
            let (last, others) = rows.split_last().expect("a row");
            assert!(matches!(last.pattern, Pattern::Kind), "{}", last.code);
            assert_eq!(last.code, kind.as_str());
            assert!(!others.iter().any(|row| matches!(row.pattern, Pattern::Kind)), "{kind:?}");
        }
    }

    #[test]
    fn codes_are_unique_and_every_row_has_texts_and_articles() {
        for (index, row) in ErrorType::ALL.iter().enumerate() {
            let others = &ErrorType::ALL[index + 1..];
            assert!(!others.iter().any(|other| other.code == row.code), "{}", row.code);
            assert!(!row.articles.is_empty(), "{}", row.code);
            let numbered = |article: &Reference| article.id.or(article.legacy_id).is_some();
            assert!(row.articles.iter().all(numbered), "{}", row.code);
            for language in [Language::English, Language::Japanese] {
                for key in [row.meaning, row.first_steps, row.side.key()] {
                    assert!(Catalog::of(language).has(key), "{key} in {language:?}");
                }
            }
        }
        assert!(Side::ALL.iter().all(|side| Catalog::english().has(side.key())));
    }

    #[test]
    fn every_text_of_an_error_type_is_used() {
        let table = include_str!("../../locales/en/exception.ftl");
        let keys = table.lines().filter_map(|line| line.split_once(" =").map(|(key, _)| key));
        for key in keys.filter(|key| key.starts_with("error-type-")) {
            let used =
                ErrorType::ALL.iter().any(|row| row.meaning == key || row.first_steps == key)
                    || Side::ALL.iter().any(|side| side.key() == key);
            assert!(used, "{key}");
        }
    }

    #[test]
    fn a_crash_without_a_message_has_a_type_too() {
        assert_eq!(error_type_of(&Crash::default()).code, "other");
    }

    #[test]
    fn both_languages_have_the_same_keys_and_placeholders() {
        let parts = |table: &'static str| -> Vec<(&'static str, Vec<&'static str>)> {
            let rows = table.lines().filter_map(|line| line.split_once(" = "));
            let rows = rows.filter(|(key, _)| key.starts_with(|c: char| c.is_ascii_lowercase()));
            rows.map(|(key, text)| {
                let mut names: Vec<&str> = text
                    .split("{ $")
                    .skip(1)
                    .filter_map(|rest| rest.split_once(" }").map(|(name, _)| name))
                    .collect();
                names.sort_unstable();
                (key, names)
            })
            .collect()
        };
        let english = parts(include_str!("../../locales/en/exception.ftl"));
        let japanese = parts(include_str!("../../locales/ja/exception.ftl"));
        assert!(english.len() > 100);
        assert_eq!(english, japanese);
    }
}
