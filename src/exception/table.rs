//! One row per exception; everything behind the last row is an interrupt.

use serde::Serialize;

use crate::crash::PanicKind;

/// One number of the interrupt descriptor table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exception {
    /// The number, 0 to 255.
    pub number: u8,
    /// The short name, such as `#PF`; absent for reserved numbers and interrupts.
    pub mnemonic: Option<&'static str>,
    /// What the processor pushes behind the return address.
    pub code: PushedCode,
    /// Who or what may raise it.
    pub raised_by: RaisedBy,
    /// Whose processors have it.
    pub maker: Maker,
    /// How article 1004250 lists it.
    pub listing: Listing,
    /// How ESXi shows it on a purple screen.
    pub shown: Shown,
}

/// Declares an enum of codes that have a text in `locales/` each.
macro_rules! codes {
    ($(#[$doc:meta])* $name:ident { $($(#[$row:meta])* $variant:ident = $code:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
        pub enum $name {
            $($(#[$row])* #[serde(rename = $code)] $variant,)*
        }

        impl $name {
            /// Every code.
            pub const ALL: &[$name] = &[$($name::$variant,)*];

            /// The published code.
            pub fn as_str(self) -> &'static str {
                match self {
                    $($name::$variant => $code,)*
                }
            }
        }
    };
}

codes! {
    /// What the processor pushes: texts `exception-code-…`.
    PushedCode {
        /// Nothing.
        None = "none",
        /// Always zero.
        Zero = "zero",
        /// A segment selector, or an index into the interrupt descriptor table.
        Selector = "selector",
        /// The access that failed.
        Page = "page",
        /// The check of the shadow stack that failed.
        ControlProtection = "control-protection",
        /// The reason why a guest was left.
        VmExit = "vm-exit",
        /// The security event.
        Security = "security",
    }
}

codes! {
    /// Who or what may raise an exception: texts `exception-raised-…`.
    RaisedBy {
        /// An instruction that cannot be carried out.
        Instruction = "instruction",
        /// An instruction that is there to raise it, or a debugger.
        Debugger = "debugger",
        /// A fault while another exception is delivered.
        Delivery = "delivery",
        /// The hardware, whatever the program does.
        Hardware = "hardware",
        /// The hypervisor below, in a guest only.
        Hypervisor = "hypervisor",
        /// Devices, timers and other PCPUs.
        Interrupt = "interrupt",
        /// Nothing: the number is reserved.
        Nobody = "nobody",
    }
}

codes! {
    /// Whose processors have an exception: texts `exception-maker-…`.
    Maker {
        /// All.
        All = "all",
        /// Intel only.
        Intel = "intel",
        /// AMD only.
        Amd = "amd",
    }
}

codes! {
    /// How article 1004250 lists a number: texts `exception-listing-…`.
    Listing {
        /// By its name.
        Named = "named",
        /// Not at all.
        Missing = "missing",
        /// As reserved.
        Reserved = "reserved",
        /// As user-defined: clock, scheduler.
        UserDefined = "user-defined",
    }
}

codes! {
    /// How ESXi shows an exception: texts `exception-shown-…`.
    Shown {
        /// By mnemonic and number in the panic message.
        Usual = "usual",
        /// As an NMI message.
        Nmi = "nmi",
        /// By number, or as an assertion that was compiled into the instruction.
        Opcode = "opcode",
        /// Without a world.
        DoubleFault = "double-fault",
        /// With the address that was accessed.
        PageFault = "page-fault",
        /// As a machine check exception.
        MachineCheck = "machine-check",
        /// Not on a purple screen.
        Never = "never",
    }
}

/// A row: all but the number, which is the position.
type Row = (Option<&'static str>, PushedCode, RaisedBy, Maker, Listing, Shown);

/// The number of exceptions that processors keep for themselves.
const ARCHITECTURAL: usize = 32;

/// A reserved number; the article lists 20 to 31 as such.
const fn reserved(listing: Listing) -> Row {
    (None, PushedCode::None, RaisedBy::Nobody, Maker::All, listing, Shown::Never)
}

/// An exception of every processor that pushes nothing and is shown in the usual way.
const fn plain(mnemonic: &'static str, raised_by: RaisedBy, listing: Listing) -> Row {
    (Some(mnemonic), PushedCode::None, raised_by, Maker::All, listing, Shown::Usual)
}

/// An exception of every processor about a segment.
const fn segment(mnemonic: &'static str) -> Row {
    let by = RaisedBy::Instruction;
    (Some(mnemonic), PushedCode::Selector, by, Maker::All, Listing::Named, Shown::Usual)
}

#[rustfmt::skip]
const ROWS: [Row; ARCHITECTURAL] = {
    use RaisedBy::{Debugger, Delivery, Hardware, Hypervisor, Instruction};
    use PushedCode as Code;
    [
        plain("#DE", Instruction, Listing::Missing),
        plain("#DB", Debugger, Listing::Named),
        (Some("NMI"), Code::None, Hardware, Maker::All, Listing::Named, Shown::Nmi),
        plain("#BP", Debugger, Listing::Named),
        plain("#OF", Instruction, Listing::Named),
        plain("#BR", Instruction, Listing::Named),
        (Some("#UD"), Code::None, Instruction, Maker::All, Listing::Named, Shown::Opcode),
        plain("#NM", Instruction, Listing::Named),
        (Some("#DF"), Code::Zero, Delivery, Maker::All, Listing::Named, Shown::DoubleFault),
        // Only the 387 raised it; the number has stayed reserved since.
        reserved(Listing::Missing),
        segment("#TS"),
        segment("#NP"),
        segment("#SS"),
        segment("#GP"),
        (Some("#PF"), Code::Page, Instruction, Maker::All, Listing::Named, Shown::PageFault),
        reserved(Listing::Missing),
        plain("#MF", Instruction, Listing::Named),
        segment("#AC"),
        (Some("#MC"), Code::None, Hardware, Maker::All, Listing::Named, Shown::MachineCheck),
        plain("#XF", Instruction, Listing::Named),
        (Some("#VE"), Code::None, Hypervisor, Maker::Intel, Listing::Reserved, Shown::Usual),
        (Some("#CP"), Code::ControlProtection, Instruction, Maker::All, Listing::Reserved, Shown::Usual),
        reserved(Listing::Reserved),
        reserved(Listing::Reserved),
        reserved(Listing::Reserved),
        reserved(Listing::Reserved),
        reserved(Listing::Reserved),
        reserved(Listing::Reserved),
        (Some("#HV"), Code::None, Hypervisor, Maker::Amd, Listing::Reserved, Shown::Usual),
        (Some("#VC"), Code::VmExit, Hypervisor, Maker::Amd, Listing::Reserved, Shown::Usual),
        (Some("#SX"), Code::Security, Hardware, Maker::Amd, Listing::Reserved, Shown::Usual),
        reserved(Listing::Reserved),
    ]
};

/// Other mnemonics of the same exceptions: Intel writes #XM, AMD #XF.
const ALIASES: &[(&str, u8)] = &[("XM", 19)];

/// The exception with this number.
pub fn exception(number: u8) -> Exception {
    let interrupt = (
        None,
        PushedCode::None,
        RaisedBy::Interrupt,
        Maker::All,
        Listing::UserDefined,
        Shown::Never,
    );
    let row = ROWS.get(usize::from(number)).copied().unwrap_or(interrupt);
    let (mnemonic, code, raised_by, maker, listing, shown) = row;
    Exception { number, mnemonic, code, raised_by, maker, listing, shown }
}

/// The exception that `name` means: `14`, `0xe`, `#PF`, `PF`, without regard to case.
pub fn find(name: &str) -> Option<Exception> {
    let name = name.trim();
    let digits = name.strip_prefix("0x").or_else(|| name.strip_prefix("0X"));
    let number = match digits {
        // `from_str_radix` takes a sign.
        Some(digits) if digits.starts_with('+') => None,
        Some(digits) => u8::from_str_radix(digits, 16).ok(),
        None if name.starts_with('+') => None,
        None => name.parse().ok(),
    };
    let wanted = name.trim_start_matches('#');
    let is_wanted = |mnemonic: &str| mnemonic.trim_start_matches('#').eq_ignore_ascii_case(wanted);
    let alias = || ALIASES.iter().find(|(alias, _)| is_wanted(alias)).map(|(_, number)| *number);
    let by_name =
        || (0..=u8::MAX).find(|number| exception(*number).mnemonic.is_some_and(is_wanted));
    number.or_else(by_name).or_else(alias).map(exception)
}

impl Exception {
    /// The panic kind that it leads to.
    pub fn kind(&self) -> Option<PanicKind> {
        PanicKind::from_exception(self.number)
    }

    /// The key of its name.
    pub fn name_key(&self) -> String {
        format!("exception-name-{}", self.text())
    }

    /// The key of what it means.
    pub fn meaning_key(&self) -> String {
        format!("exception-meaning-{}", self.text())
    }

    /// What its texts are called: reserved numbers share theirs, interrupts too.
    fn text(&self) -> String {
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
    fn the_article_lists_what_it_lists() {
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
                ("code", PushedCode::ALL.iter().map(|code| code.as_str()).collect::<Vec<_>>()),
                ("raised", RaisedBy::ALL.iter().map(|code| code.as_str()).collect()),
                ("maker", Maker::ALL.iter().map(|code| code.as_str()).collect()),
                ("listing", Listing::ALL.iter().map(|code| code.as_str()).collect()),
                ("shown", Shown::ALL.iter().map(|code| code.as_str()).collect()),
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
