//! The panic message: its kind, and the world, PCPUs, addresses and source that it names.

use std::borrow::Cow;
use std::sync::LazyLock;

use crate::crash::{Panic, PanicKind, World};
use crate::text::{Hex, Scanner, Template, clip_bytes, find_ignore_case, strip_ignore_case};

/// Marks before a panic message; any text after one is a message.
/// The summary forms are those of Broadcom 318955, 318022 and 435833.
const MARKS: &[&str] = &[
    "@BlueScreen:",
    "BlueScreen:",
    "PSOD Message:",
    "Panic Message:",
    "The system has found a problem on your machine and cannot continue.",
];

/// One row per spelling: the first one found in a message gives its kind.
/// `true`: a line that starts with it is a message even without a mark.
const KINDS: &[(PanicKind, &str, bool)] = &[
    (PanicKind::ArmException, "EXCVEC_", true),
    (PanicKind::NmiLint1, "LINT1/NMI", true),
    (PanicKind::NmiIpi, "NMI IPI: Panic requested", true),
    (PanicKind::NmiHandler, "Panic requested by one or more 3rd party NMI handlers", true),
    (PanicKind::TlbAck, "PCPU {n} locked up. Failed to ack TLB", true),
    (PanicKind::TlbAck, "Failed to ack TLB invalidate", true),
    (PanicKind::NoHeartbeat, "PCPU {n}: no heartbeat", true),
    (PanicKind::NoHeartbeat, "no heartbeat", false),
    (PanicKind::SpinCount, "Spin count exceeded", true),
    (PanicKind::NotImplemented, "NOT_IMPLEMENTED", true),
    (PanicKind::VmklinuxBug, "BUG: failure at", true),
    (PanicKind::Assert, "ASSERT bora/", true),
    (PanicKind::Assert, "ASSERT /build/", true),
    (PanicKind::Assert, "Failed at bora/", true),
    (PanicKind::Assert, "PANIC bora/", true),
    (PanicKind::Assert, "line {n} assert", true),
    (PanicKind::Assert, "VMK_ASSERT", false),
    (PanicKind::Assert, "ASSERT ", false),
    (PanicKind::Verify, "VERIFY bora/", true),
    (PanicKind::Verify, "VERIFY /build/", true),
    (PanicKind::Verify, "VERIFY ", false),
    (PanicKind::MachineCheck, "Machine Check Exception", true),
    (PanicKind::MachineCheck, "Hardware (Machine) Error", true),
    (PanicKind::MachineCheck, "Uncorrectable/recoverable memory error", false),
    (PanicKind::IommuFault, "IOMMU Fault detected", true),
    (PanicKind::IommuFault, "IOMMU UNIT {n} did not complete", true),
    (PanicKind::PciError, "PCI bus error", true),
    (PanicKind::BootDeviceLost, "Lost access to boot device", false),
    (PanicKind::BootDeviceLost, "CRITICAL: Lost access to boot device", true),
    (PanicKind::HardwareMismatch, "HW feature incompatibility detected", true),
    (PanicKind::SecureBoot, "UEFI Secure Boot failed", true),
    (
        PanicKind::SecurityViolation,
        "Unable to restore system configuration. A security violation",
        true,
    ),
    (
        PanicKind::SecurityViolation,
        "Unable to restore the system configuration. A security violation",
        true,
    ),
    (PanicKind::SecurityViolation, "security violation was detected", false),
    (PanicKind::Deliberate, "CrashMe", true),
    (PanicKind::CosPanic, "COS Panic:", true),
    (PanicKind::CosOops, "COS Error: Oops", true),
    (PanicKind::LostHeartbeat, "COS Error: Lost heartbeat", true),
    (PanicKind::LostHeartbeat, "Lost heartbeat", false),
    (PanicKind::CosOops, "Oops", false),
];

/// A mark that other programs write too.
const LOGGED_MARK: &str = "PANIC: ";

/// True for a message whose mark proves nothing.
pub(super) fn has_logged_mark(body: &str) -> bool {
    body.starts_with(LOGGED_MARK)
}

/// Source files of the process that runs a virtual machine, on a host or on a desktop: it panics alone,
/// and the VMkernel goes on.
const VM_PROCESS: &[&str] =
    &["bora/lib/", "bora/devices/", "bora/vmx/", "bora/mks/", "bora/apps/", "bora/ui/"];

fn is_of_vm_process(message: &str) -> bool {
    message.contains("bora") && {
        let path = message.replace('\\', "/").replace("//", "/");
        VM_PROCESS.iter().any(|directory| path.contains(directory))
    }
}

/// The place of a number in a row.
pub(super) const NUMBER: &str = "{n}";

/// The spellings of the rows, in their order.
static TEMPLATES: LazyLock<Vec<Template>> =
    LazyLock::new(|| KINDS.iter().map(|(_, source, _)| Template::new(source)).collect());

/// The names that a screen prints for exceptions, and their numbers.
pub(super) const MNEMONICS: &[(&str, u8)] =
    &[("PF", 14), ("GP", 13), ("DF", 8), ("UD", 6), ("DE", 0), ("NP", 11), ("SS", 12)];

/// The starts of messages that need no mark; `{n}` is the place of a number.
pub(super) fn openings() -> impl Iterator<Item = &'static str> {
    KINDS.iter().filter(|(_, _, alone)| *alone).map(|(_, source, _)| *source)
}

/// The longest fixed words of each opening, for a search.
pub(super) fn opening_words() -> impl Iterator<Item = &'static str> {
    /// Longer than any other text has by chance.
    const MAX_BYTES: usize = 24;
    openings().filter_map(|row| {
        let words = row.split(NUMBER).max_by_key(|words| words.len())?;
        Some(clip_bytes(words, MAX_BYTES))
    })
}

/// A panic message inside a line.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Message {
    /// Where it begins in the line, in bytes: after marks and tags. It ends with the line.
    pub start: usize,
    /// False for a text that only its place, below a header, makes a message.
    pub recognised: bool,
    /// The parts that it names.
    pub panic: Panic,
}

impl Message {
    /// Parses all of `text` as a message.
    pub(super) fn new(text: &str, recognised: bool) -> Self {
        Message { start: 0, recognised, panic: parse_panic(text) }
    }
}

/// Reads a line that is a panic message, with or without marks.
pub(super) fn parse_message(body: &str) -> Option<Message> {
    let text = recognise(body)?;
    // Other programs write `PANIC: ` too: it proves no screen in front of words that no one knows.
    let recognised = !has_logged_mark(body) || is_exception(text) || has_opening(text);
    Some(Message { start: body.len() - text.len(), ..Message::new(text, recognised) })
}

/// Takes any line for a panic message: the one below the header of a screen is one.
pub(super) fn parse_any_message(body: &str) -> Message {
    parse_message(body).unwrap_or_else(|| Message::new(body, false))
}

/// The panic message that `body` consists of, without marks; `None` for any other line.
pub(super) fn recognise(body: &str) -> Option<&str> {
    if let Some(message) = marked(body) {
        return Some(message);
    }
    if is_of_vm_process(body) {
        return None;
    }
    // `PANIC: LWD: …` (Broadcom 426030); `Panic: 589: …` is a line of the log.
    if let Some(message) = body.strip_prefix(LOGGED_MARK) {
        return Some(message);
    }
    // `Host: 4781: COS Error: Oops` (VMware 1006802) comes after a log tag.
    let tagged = body.starts_with("Host:").then(|| body.find("COS Error:")).flatten();
    let body = &body[tagged.unwrap_or(0)..];
    (is_exception(body) || has_opening(body)).then_some(body)
}

fn has_opening(body: &str) -> bool {
    let plain = plain(body);
    KINDS.iter().zip(&*TEMPLATES).any(|((kind, source, alone), row)| {
        *alone && row.starts(&plain) && goes_on_as_message(*kind, source, &plain)
    })
}

/// Words with which a sentence about a message goes on: `Spin count exceeded is printed when …`.
const OF_SENTENCES: &[&str] = &[
    "is",
    "are",
    "was",
    "were",
    "means",
    "meant",
    "mean",
    "can",
    "could",
    "may",
    "might",
    "will",
    "would",
    "should",
    "must",
    "occurs",
    "occurred",
    "occur",
    "happens",
    "happened",
    "appears",
    "appeared",
    "indicates",
    "indicate",
    "error",
    "errors",
    "message",
    "messages",
    "psod",
    "psods",
    "panic",
    "panics",
    "or",
    "and",
    "when",
    "if",
    "which",
    "that",
    "has",
    "have",
    "had",
    "does",
    "screen",
    "purple",
    "because",
    "as",
];

/// False for the opening `source` of a message in a sentence about it, in quotation marks, or as the
/// beginning of another word: `CrashMeter`, `NOT_IMPLEMENTED_YET`.
fn goes_on_as_message(kind: PanicKind, source: &str, text: &str) -> bool {
    let Some(rest) = text.get(source.len()..).filter(|_| !source.contains(NUMBER)) else {
        return true;
    };
    let in_word = source.ends_with(char::is_alphanumeric)
        && rest.starts_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '('));
    let word = rest.split_whitespace().next().unwrap_or_default();
    let word = word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
    let quoted = rest.starts_with(['"', '”', '\'', '’', '`', '»', '」', '』']);
    // Other programs have functions that they do not implement: the screen names the file.
    let named = kind != PanicKind::NotImplemented
        || [".c:", ".h:", "bora", "/build/"].iter().any(|part| rest.contains(part));
    // A page in Japanese goes on without a blank that a word of its own could be cut at.
    let japanese = rest.trim_start().starts_with(|c| matches!(c, '\u{3000}'..='\u{9fff}'));
    let explained = rest.trim_start().starts_with("(MCE)");
    // `… A security violation was detected` is a sentence itself.
    let spoken = kind != PanicKind::SecurityViolation && OF_SENTENCES.contains(&word.as_str());
    named && !in_word && !quoted && !japanese && !explained && !spoken
}

/// `**CRITICAL**: Lost access to boot device` (Broadcom 380716) without its emphasis.
fn plain(body: &str) -> Cow<'_, str> {
    if body.contains("**") { Cow::Owned(body.replace("**", "")) } else { Cow::Borrowed(body) }
}

fn marked(body: &str) -> Option<&str> {
    let mut message = None;
    let mut rest = body;
    // `Panic Message: @BlueScreen: …` has two marks.
    while let Some(text) = MARKS.iter().find_map(|mark| strip_ignore_case(rest, mark)) {
        rest = text
            .trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '“' | '‘'));
        message = Some(rest);
    }
    message.filter(|message| !message.is_empty())
}

/// `#PF Exception 14 in`, `#GP Exception(13) in`, `Exception type 6 in`, `#DF Exception 8 IP`.
pub(super) fn is_exception(body: &str) -> bool {
    let mut scanner = Scanner::new(body);
    if scanner.eat("#") {
        let mnemonic = scanner.take_while(|c| c.is_ascii_uppercase());
        return !mnemonic.is_empty()
            && scanner.skip_blanks().eat("Exception")
            && is_followed_by_place(scanner);
    }
    // Programs have types of exceptions too: without the sign only a world or an address tells.
    let of_kernel = body.contains(" in w") || body.contains("0x");
    scanner.eat("Exception type ") && of_kernel && is_followed_by_place(scanner)
}

/// True for the number of an exception where the text goes on as a screen does: `14 in world`, `8 IP 0x`.
/// A sentence goes on otherwise: `#PF Exception 14" or "#GP Exception 13"`.
fn is_followed_by_place(mut scanner: Scanner<'_>) -> bool {
    const WORDS: &[&str] = &["IP", "ip", "PC", "SP", "RIP", "on", "at", "in"];
    /// `in world`, also with spaces inside.
    const MAX_BEFORE_WORLD: usize = 6;
    scanner.skip_blanks().eat("type");
    scanner.skip_blanks().eat("(");
    if scanner.decimal::<u64>().is_none() {
        return false;
    }
    scanner.eat(")");
    let rest = scanner.rest();
    let rest = rest.trim();
    let word = rest.split_whitespace().next().unwrap_or_default();
    let is_sentence = rest.starts_with(|c: char| c.is_alphabetic()) && !WORDS.contains(&word);
    let about = rest
        .strip_prefix("in ")
        .is_some_and(|rest| rest.starts_with(|c: char| c.is_lowercase()) && !rest.starts_with('w'));
    let quoted = rest.starts_with(['"', '”', '\'', '’', '`', '»', '」', '』', '/', ',', ';']);
    let spoken = OF_SENTENCES.contains(&word);
    let world = rest.find("world").is_some_and(|at| at <= MAX_BEFORE_WORLD);
    world || rest.contains("0x") && !spoken || !(is_sentence || about || quoted)
}

/// The name that a screen prints for an exception.
fn mnemonic_of(number: u8) -> Option<&'static str> {
    MNEMONICS.iter().find(|(_, row)| *row == number).map(|(name, _)| *name)
}

/// `PF Exception 14 in world 12:x IP 0x42`, `Exception 14 in world 12:x`: an exception as a screen prints
/// it, with the sign and the name that a page or a person left out.
pub(super) fn with_mnemonic(body: &str) -> Option<String> {
    let mut scanner = Scanner::new(body);
    let name = MNEMONICS.iter().find(|(name, _)| scanner.eat(name)).map(|(name, _)| *name);
    if name.is_none() && !body.starts_with("Exception ") || is_exception(body) {
        return None;
    }
    let spaced = name.is_none() || scanner.rest().starts_with(' ');
    if !(spaced && scanner.skip_blanks().eat("Exception ")) {
        return None;
    }
    let number = exception_number(scanner)?;
    let name = name.or_else(|| mnemonic_of(number))?;
    let placed = body.contains(" in world ") || body.contains(" IP 0x");
    let whole = format!("#{name} {}", &body[body.find("Exception")?..]);
    (placed && is_exception(&whole)).then_some(whole)
}

fn exception_number(mut scanner: Scanner<'_>) -> Option<u8> {
    scanner.skip_blanks().eat("type");
    scanner.skip_blanks().eat("(");
    scanner.decimal()
}

/// Parses a message; never fails, an unknown one has the kind `other`.
pub(super) fn parse_panic(message: &str) -> Panic {
    let message = cut_at(message, &["PTEs:", " cr0=", "Code start:", "*PCPU"]);
    let exception = exception_of(message);
    let kind = exception
        .and_then(PanicKind::from_exception)
        .filter(|_| !message.starts_with("EXCVEC_"))
        .or_else(|| kind_by_table(message))
        .unwrap_or_default();
    Panic {
        kind,
        message: message.to_owned(),
        exception,
        world: world_of(message),
        pcpus: culprits(kind, message),
        ip: number_after(message, &[" IP ", " ip ", " @ "]),
        address: number_after(message, &[" addr "]),
        source: source_of(message),
    }
}

fn kind_by_table(message: &str) -> Option<PanicKind> {
    let mut rows = KINDS.iter().zip(&*TEMPLATES);
    rows.find(|(_, row)| row.is_in(message)).map(|((kind, _, _), _)| *kind)
}

/// The words that the usual messages of a panic kind have anyway, in lower case.
pub fn kind_words(kind: PanicKind) -> Vec<String> {
    let rows = KINDS.iter().filter(|(row, _, _)| *row == kind);
    let usual = match kind {
        PanicKind::NotImplemented | PanicKind::Assert | PanicKind::Verify => {
            "bora vmkernel main modules build mts release failed at not reached assert"
        }
        PanicKind::SpinCount => "possible deadlock with pcpu",
        _ => "exception in world addr pcpu",
    };
    rows.map(|(_, source, _)| *source)
        .chain([usual])
        .flat_map(str::split_whitespace)
        .map(|word| word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase())
        .collect()
}

fn cut_at<'a>(message: &'a str, ends: &[&str]) -> &'a str {
    let end = ends.iter().filter_map(|end| message.find(end)).min();
    message[..end.unwrap_or(message.len())].trim_end()
}

fn exception_of(message: &str) -> Option<u8> {
    let mut scanner = Scanner::new(message);
    if !scanner.jump_behind("Exception") {
        return None;
    }
    // `#PF Exception 1 4`: a photograph breaks the number, and the name means the same.
    let name = message.strip_prefix('#').and_then(|rest| rest.split_whitespace().next());
    let named = MNEMONICS.iter().find(|(mnemonic, _)| Some(*mnemonic) == name);
    named.map(|(_, number)| *number).or_else(|| exception_number(scanner))
}

/// What a person writes between the name of a world and a remark: `vmm0:<vmname>  → page fault in …`.
const COMMENTS: &[&str] =
    &["  ", "\t", " →", " ⇒", " ←", " ->", " =>", " <-", " //", " --", " – ", " — "];

/// The world after `in world`: `4130:helper13-0`, `#####:bootstrap`, `[ID]: jumper2`.
fn world_of(message: &str) -> Option<World> {
    let mut scanner = Scanner::new(message);
    if !scanner.jump_behind("in world ") {
        return None;
    }
    let rest = scanner.rest();
    let (id, name) = rest.split_once(':').unwrap_or((rest, ""));
    let ends = [" @ ", " IP ", " ip ", " (ec ", " addr "];
    let placed = ends.iter().any(|end| name.contains(end));
    let name = cut_at(name, if placed { &ends } else { COMMENTS }).trim();
    let mut digits = Scanner::new(id.trim_start());
    // A number that goes on in masks is not known.
    let id = digits.decimal().filter(|_| !digits.rest().starts_with(['#', '*', 'X', 'x']));
    Some(World { id, name: (!name.is_empty()).then(|| name.to_owned()) })
}

fn number_after(message: &str, marks: &[&str]) -> Option<Hex> {
    marks.iter().find_map(|mark| {
        let (_, rest) = message.split_once(mark)?;
        let word = rest.split([' ', ',', ')', '.']).next()?;
        Hex::parse(word)
    })
}

/// The PCPUs that a message names as the cause, in the order of printing, each once.
fn culprits(kind: PanicKind, message: &str) -> Vec<u32> {
    let marks: &[&str] = match kind {
        PanicKind::TlbAck => &["PCPU ", "PCPU(s): "],
        PanicKind::NoHeartbeat => &["PCPU "],
        PanicKind::SpinCount => &["with PCPU "],
        // `(Src 0x1, CPU89)`: the PCPU that the NMI was sent from or for.
        PanicKind::NmiIpi => &[", CPU"],
        // `Machine Check Exception on PCPU42 in world …` (Broadcom 367928).
        PanicKind::MachineCheck => &["on PCPU", "on CPU"],
        _ => &[],
    };
    let mut found = Vec::new();
    for mark in marks {
        let Some(at) = find_ignore_case(message, mark) else {
            continue;
        };
        let mut scanner = Scanner::new(&message[at + mark.len()..]);
        scanner.skip_blanks();
        while let Some(pcpu) = scanner.decimal() {
            if !found.contains(&pcpu) {
                found.push(pcpu);
            }
            if !scanner.eat(",") {
                break;
            }
            scanner.skip_blanks();
        }
    }
    found
}

/// Source file and line: `bora/vmkernel/main/world.c:2307`.
fn source_of(message: &str) -> Option<(String, u64)> {
    [".c:", ".h:", ".cc:", ".cpp:"].iter().find_map(|ending| {
        let at = message.find(ending)?;
        let start = message[..at].trim_end_matches(|c: char| !c.is_whitespace()).len();
        let line = Scanner::new(&message[at + ending.len()..]).decimal()?;
        let path = &message[start..at + ending.len() - 1];
        Some((path.to_owned(), line))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(body: &str, kind: PanicKind, culprits: &[u32]) -> Panic {
        let message = recognise(body).unwrap_or_else(|| panic!("no message in {body:?}"));
        let panic = parse_panic(message);
        assert_eq!((panic.kind, panic.pcpus.as_slice()), (kind, culprits), "{body}");
        panic
    }

    #[test]
    fn exceptions_of_every_age_are_read() {
        for (body, kind, id, name) in [
            (
                "Exception type 6 in world 1047:helper1-2 @ 0x8b35a9",
                PanicKind::InvalidOpcode,
                1047,
                "helper1-2",
            ),
            (
                "#PF Exception type 14 in world 1024:console @ 0x67f0ae",
                PanicKind::PageFault,
                1024,
                "console",
            ),
            (
                "#GP Exception(13) in world 4130:helper13-0 @ 0x41803399e303",
                PanicKind::GeneralProtection,
                4130,
                "helper13-0",
            ),
            (
                "@BlueScreen: #GP Exception 13 in world 4376:usb @ 0x418029c15c43",
                PanicKind::GeneralProtection,
                4376,
                "usb",
            ),
            (
                "#PF Exception 14 in world 2098398:tq:tcpip4 IP 0x420021b84d25 addr 0x134",
                PanicKind::PageFault,
                2_098_398,
                "tq:tcpip4",
            ),
        ] {
            let panic = check(body, kind, &[]);
            let world = World { id: Some(id), name: Some(name.into()) };
            assert_eq!(panic.world, Some(world));
            assert!(panic.ip.is_some());
        }
        check("#PF Exception 1 4 in world 4376:usb", PanicKind::PageFault, &[]);
        let panic = check("#DF Exception 8 IP 0x420012 SP 0x453a89", PanicKind::DoubleFault, &[]);
        assert_eq!(panic.ip, Some(Hex(0x42_0012)));
    }

    #[test]
    fn culprits_are_the_pcpus_that_the_message_names() {
        check("PCPU 1 locked up. Failed to ack TLB invalidate.", PanicKind::TlbAck, &[1]);
        check(
            "PCPU 18 locked up. Failed to ack TLB invalidate (total of 5 locked up, PCPU(s): 0,10,11,16,18).",
            PanicKind::TlbAck,
            &[18, 0, 10, 11, 16],
        );
        check("PCPU 118: no heartbeat (3/3 IPIs received)", PanicKind::NoHeartbeat, &[118]);
        check("Spin count exceeded - possible deadlock with PCPU 12", PanicKind::SpinCount, &[12]);
        check("Spin count exceeded (iplLock) - possible deadlock", PanicKind::SpinCount, &[]);
        check(
            "NMI IPI: Panic requested by another PCPU. RIPOFF(base):RBP:CS [0xdfa70(0x420012000000):0x0:0xf48] (Src 0x1, CPU89)",
            PanicKind::NmiIpi,
            &[89],
        );
    }

    #[test]
    fn assertions_name_file_and_line() {
        let panic = check(
            "Failed at bora/modules/vmkernel/cmmds/cmmds_audit.c:478 -- NOT REACHED",
            PanicKind::Assert,
            &[],
        );
        let expected = ("bora/modules/vmkernel/cmmds/cmmds_audit.c".to_owned(), 478);
        assert_eq!(panic.source, Some(expected));
        check("line 12464 assert \"(s->state_flags\" failed", PanicKind::Assert, &[]);
        check("NOT_IMPLEMENTED bora/vmkernel/main/world.c:2307", PanicKind::NotImplemented, &[]);
    }

    #[test]
    fn the_other_kinds_are_recognised() {
        check("Host: 4781: COS Error: Oops", PanicKind::CosOops, &[]);
        check("Host: 4781: COS Error: Lost heartbeat", PanicKind::LostHeartbeat, &[]);
        check("COS Panic: Int3 @ mp_register_ioapic", PanicKind::CosPanic, &[]);
        check(
            "Machine Check Exception on PCPU42 in world 10021342342",
            PanicKind::MachineCheck,
            &[42],
        );
        check("**CRITICAL**: Lost access to boot device 'eui.xxx", PanicKind::BootDeviceLost, &[]);
        check("@BlueScreen: CrashMe", PanicKind::Deliberate, &[]);
        check("@BlueScreen: something new", PanicKind::Other, &[]);
    }

    #[test]
    fn ordinary_log_lines_are_no_messages() {
        for body in [
            "ALERT: HB: 365: Lost heartbeat (comm=vmnixhbd pid=20 t=29 to=30 clt=1).",
            "Heartbeat: 618: PCPU 140 didn't have a heartbeat for 8 seconds.",
            "Exception handling is enabled",
            "#1 is the best",
            "#PF Exception 14\" or \"#GP Exception 13\")",
            "#PF Exception 14 is a page fault",
            "Spin count exceeded is what a host prints that waits for a lock",
            "CrashMeter",
            "NOT_IMPLEMENTED_YET",
            "PANIC: NOT_IMPLEMENTED bora\\lib\\pollDefault\\pollDefault.c:4388",
            "ASSERT bora/devices/scsi/scsiDisk.c:12",
            "",
        ] {
            assert_eq!(recognise(body), None, "{body}");
        }
    }
}
