//! The exceptions: a row of `exceptions.csv` each; every number after the last row is an interrupt.

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};
use strum::{IntoStaticStr, VariantArray};

use crate::crash::PanicKind;
use crate::text::{Hex, csv_rows};

/// One number of the interrupt descriptor table.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Exception {
    /// The number, 0 to 255.
    pub number: u8,
    /// The short name, such as `#PF`; absent for reserved numbers and interrupts.
    pub mnemonic: Option<String>,
    /// The kind of error code that the processor pushes after the return address.
    pub code: PushedCode,
    /// The source that may raise it.
    pub raised_by: RaisedBy,
    /// The makers whose processors have it.
    pub maker: Maker,
    /// How article 1004250 lists it.
    pub listing: Listing,
    /// How ESXi shows it on a purple screen.
    pub shown: Shown,
}

/// The kind of error code that is pushed: texts `exception-code-…`.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, IntoStaticStr, VariantArray,
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum PushedCode {
    /// Nothing.
    None,
    /// Always zero.
    Zero,
    /// A segment selector, or an index into the interrupt descriptor table.
    Selector,
    /// The access that failed.
    Page,
    /// The check of the shadow stack that failed.
    ControlProtection,
    /// The reason why a guest was left.
    VmExit,
    /// The security event.
    Security,
}

/// The source that may raise an exception: texts `exception-raised-…`.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, IntoStaticStr, VariantArray,
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum RaisedBy {
    /// An instruction that cannot be carried out.
    Instruction,
    /// An instruction whose purpose is to raise it, or a debugger.
    Debugger,
    /// A fault while another exception is delivered.
    Delivery,
    /// The hardware, independently of the program.
    Hardware,
    /// The hypervisor, in a guest only.
    Hypervisor,
    /// Devices, timers and other PCPUs.
    Interrupt,
    /// Nothing: the number is reserved.
    Nobody,
}

/// The makers whose processors have an exception: texts `exception-maker-…`.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, IntoStaticStr, VariantArray,
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum Maker {
    /// All.
    All,
    /// Intel only.
    Intel,
    /// AMD only.
    Amd,
}

/// How article 1004250 lists a number: texts `exception-listing-…`.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, IntoStaticStr, VariantArray,
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum Listing {
    /// By its name.
    Named,
    /// Not at all.
    Missing,
    /// As reserved.
    Reserved,
    /// As user-defined: clock, scheduler.
    UserDefined,
}

/// How ESXi shows an exception: texts `exception-shown-…`.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, IntoStaticStr, VariantArray,
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum Shown {
    /// By mnemonic and number in the panic message.
    Usual,
    /// As an NMI message.
    Nmi,
    /// By number, or as an assertion that was compiled into the instruction.
    Opcode,
    /// Without a world.
    DoubleFault,
    /// With the address that was accessed.
    PageFault,
    /// As a machine check exception.
    MachineCheck,
    /// Not on a purple screen.
    Never,
}

const TABLE: &str = include_str!("exceptions.csv");

static EXCEPTIONS: LazyLock<Vec<Exception>> = LazyLock::new(|| csv_rows(TABLE));

/// Other mnemonics of the same exceptions: Intel writes #XM, AMD #XF.
const ALIASES: &[(&str, u8)] = &[("XM", 19)];

/// Returns the exception with this number.
pub fn exception(number: u8) -> Exception {
    let known = EXCEPTIONS.iter().find(|exception| exception.number == number);
    known.cloned().unwrap_or(Exception {
        number,
        mnemonic: None,
        code: PushedCode::None,
        raised_by: RaisedBy::Interrupt,
        maker: Maker::All,
        listing: Listing::UserDefined,
        shown: Shown::Never,
    })
}

/// Finds an exception by number or mnemonic: `14`, `0xe`, `#PF`, `PF`, without regard to case.
pub fn find(name: &str) -> Option<Exception> {
    let name = name.trim();
    let number = parse_number(name).or_else(|| number_of_mnemonic(name.trim_start_matches('#')))?;
    Some(exception(number))
}

fn parse_number(text: &str) -> Option<u8> {
    match Hex::parse(text) {
        Some(Hex(number)) => number.try_into().ok(),
        // The parser accepts a sign.
        None => text.parse().ok().filter(|_| !text.starts_with('+')),
    }
}

/// Finds a number by a mnemonic without its `#`.
fn number_of_mnemonic(name: &str) -> Option<u8> {
    let known = EXCEPTIONS.iter().find(|exception| {
        let mnemonic = exception.mnemonic.as_ref();
        mnemonic.is_some_and(|known| known.trim_start_matches('#').eq_ignore_ascii_case(name))
    });
    let alias = ALIASES.iter().find(|(alias, _)| alias.eq_ignore_ascii_case(name));
    known.map(|exception| exception.number).or(alias.map(|(_, number)| *number))
}

impl Exception {
    /// Returns the panic kind that it leads to.
    pub fn kind(&self) -> Option<PanicKind> {
        PanicKind::from_exception(self.number)
    }

    /// Returns the key of its name.
    pub fn name_key(&self) -> String {
        format!("exception-name-{}", self.key_end())
    }

    /// Returns the key of its meaning.
    pub fn meaning_key(&self) -> String {
        format!("exception-meaning-{}", self.key_end())
    }

    /// Returns the end of its keys: reserved numbers share theirs, and so do interrupts.
    fn key_end(&self) -> String {
        match self.raised_by {
            RaisedBy::Interrupt => "interrupt".to_owned(),
            RaisedBy::Nobody if self.number != 9 => "reserved".to_owned(),
            _ => self.number.to_string(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::{Catalog, Language};
    use crate::text::check_csv;

    #[test]
    fn every_row_can_be_read() {
        check_csv::<Exception>(TABLE);
    }

    #[track_caller]
    fn check(name: &str, expected: Option<u8>) {
        assert_eq!(find(name).map(|found| found.number), expected, "{name}");
    }

    #[test]
    fn an_exception_is_found_by_number_and_mnemonic() {
        check("14", Some(14));
        check("0xe", Some(14));
        check("0XFF", Some(255));
        check("#PF", Some(14));
        check("pf", Some(14));
        check("nmi", Some(2));
        check("#XM", Some(19));
        check("XF", Some(19));
        check("256", None);
        check("-1", None);
        check("0x+1", None);
        check("#", None);
        check("", None);
        check("page", None);
    }

    #[test]
    fn exactly_the_exceptions_of_the_manuals_push_an_error_code() {
        let pushing: Vec<u8> =
            (0..=u8::MAX).filter(|n| exception(*n).code != PushedCode::None).collect();
        assert_eq!(pushing, [8, 10, 11, 12, 13, 14, 17, 21, 29, 30]);
    }

    #[test]
    fn the_listing_is_that_of_the_article() {
        let named: Vec<u8> =
            (0..=u8::MAX).filter(|n| exception(*n).listing == Listing::Named).collect();
        assert_eq!(named, [1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 12, 13, 14, 16, 17, 18, 19]);
        assert_eq!(exception(0).listing, Listing::Missing);
        assert_eq!(exception(31).listing, Listing::Reserved);
        assert_eq!(exception(32).listing, Listing::UserDefined);
    }

    #[test]
    fn every_panic_kind_of_an_exception_has_its_row() {
        for number in 0..=u8::MAX {
            let found = exception(number);
            assert!(found.kind().is_none() || found.mnemonic.is_some(), "{number}");
        }
    }

    #[test]
    fn every_key_has_a_text_in_both_languages() {
        for language in [Language::English, Language::Japanese] {
            let catalog = Catalog::of(language);
            for number in 0..=u8::MAX {
                let found = exception(number);
                for key in [found.name_key(), found.meaning_key()] {
                    assert!(catalog.has(&key), "{key} in {language:?}");
                }
            }
            let codes = [
                ("code", PushedCode::VARIANTS.iter().map(<&str>::from).collect::<Vec<_>>()),
                ("raised", RaisedBy::VARIANTS.iter().map(<&str>::from).collect()),
                ("maker", Maker::VARIANTS.iter().map(<&str>::from).collect()),
                ("listing", Listing::VARIANTS.iter().map(<&str>::from).collect()),
                ("shown", Shown::VARIANTS.iter().map(<&str>::from).collect()),
            ];
            for (start, names) in codes {
                for name in names {
                    let key = format!("exception-{start}-{name}");
                    assert!(catalog.has(&key), "{key} in {language:?}");
                }
            }
        }
    }
}
