//! The single-line fields of a screen: header, uptime, modules, core dump.

use super::panic_message::{Message, recognise};
use crate::crash::{CoreDump, CoreDumpOutcome, Driver, Release, World};
use crate::text::{Hex, Scanner, find_ignore_case, strip_ignore_case};

/// A header line.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Header {
    /// The release.
    pub release: Release,
    /// A message that lost its line break and follows on the same line (Broadcom 324947).
    pub message: Option<Message>,
}

/// Reads `VMware ESXi 7.0.3 [Releasebuild-23307199 x86_64]`, `VMware ESX Server [Releasebuild-98103]`
/// and the summary form `Version Details: VMware ESXi 6.7.0 build-16075168`.
pub(super) fn parse_header(body: &str) -> Option<Header> {
    let mut scanner = Scanner::new(body);
    scanner.eat("Version Details:");
    scanner.skip_blanks().eat("[");
    let start = scanner.rest();
    if !start.starts_with("VMware ESX") {
        return None;
    }
    let build_at = find_ignore_case(start, "build-")?;
    let before = start[..build_at]
        .trim_end_matches(|c: char| c.is_alphabetic())
        .trim_end_matches(['[', ' ']);
    let (product, version) = match before.rsplit_once(' ') {
        Some((product, version)) if is_version(version) => (product, Some(version)),
        _ => (before, None),
    };
    let product = product.trim_end_matches(|c: char| !c.is_ascii_alphabetic() && c != ')');
    let mut scanner = Scanner::new(&start[build_at + "build-".len()..]);
    let build = scanner.take_while(|c| c.is_alphanumeric() || matches!(c, '#' | '*'));
    let arch = scanner.skip_blanks().take_while(|c| c.is_alphanumeric() || c == '_');
    let closed = scanner.skip_blanks().eat("]");
    let release = Release {
        product: known_product(product).to_owned(),
        version: version.filter(|version| !version.contains(['X', '#'])).map(str::to_owned),
        build: build.parse().ok(),
        arch: is_architecture(arch).then(|| arch.to_ascii_lowercase()),
    };
    let rest = if closed { scanner.rest().trim() } else { "" };
    let message = (!rest.is_empty()).then(|| Message {
        start: body.trim_end().len() - rest.len(),
        ..Message::new(rest, recognise(rest).is_some())
    });
    Some(Header { release, message })
}

/// Masked versions (`#.#.#`, `7.X.X`) are versions too, only unknown.
fn is_version(word: &str) -> bool {
    word.contains('.') && word.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | 'X' | '#'))
}

fn known_product(product: &str) -> &str {
    ["VMware ESX Server", "VMware ESXi", "VMware ESX"]
        .into_iter()
        .find(|known| product.starts_with(known))
        .unwrap_or(product)
}

fn is_architecture(word: &str) -> bool {
    ["x86_64", "aarch64", "i386"].iter().any(|arch| word.eq_ignore_ascii_case(arch))
}

/// The uptime, the cycle counter and the code start of one line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Clock {
    /// Start of the VMkernel text.
    pub code_start: Option<Hex>,
    /// Time since boot in milliseconds.
    pub uptime_ms: Option<u64>,
    /// CPU cycles since boot.
    pub tsc: Option<u64>,
}

/// Reads `Code start: 0x41800be00000 VMK uptime: 0:01:39:57.763` and `VMK uptime: … TSC: …`.
pub(super) fn parse_clock(body: &str) -> Option<Clock> {
    let code_start = word_after(body, "Code start:").or_else(|| word_after(body, "Code starts at"));
    let uptime = word_after(body, "VMK uptime:");
    (code_start.is_some() || uptime.is_some()).then(|| Clock {
        code_start: code_start.and_then(Hex::parse),
        uptime_ms: uptime.and_then(|uptime| parse_uptime(uptime.trim_end_matches('.'))),
        tsc: uptime.and_then(|_| word_after(body, "TSC:")).and_then(|tsc| tsc.parse().ok()),
    })
}

fn word_after<'a>(body: &'a str, mark: &str) -> Option<&'a str> {
    let at = find_ignore_case(body, mark)?;
    body[at + mark.len()..].split_whitespace().next()
}

/// Reads `d:hh:mm:ss.mmm` as milliseconds.
pub(super) fn parse_uptime(text: &str) -> Option<u64> {
    let mut scanner = Scanner::new(text);
    let mut fields = [0_u64; 3];
    for field in &mut fields {
        *field = scanner.decimal()?;
        if !scanner.eat(":") {
            return None;
        }
    }
    let seconds = scanner.decimal()?;
    let [days, hours, minutes] = fields;
    let mut milliseconds = 0;
    if scanner.eat(".") {
        let digits = scanner.take_while(|c| c.is_ascii_digit());
        milliseconds = format!("{digits:0<3}").get(..3)?.parse().ok()?;
    }
    let smaller: [(u64, u64); 4] =
        [(24, hours), (60, minutes), (60, seconds), (1000, milliseconds)];
    smaller
        .into_iter()
        .try_fold(days, |total, (in_one, more)| total.checked_mul(in_one)?.checked_add(more))
}

/// The summary that an article prints in the place of the screen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct CrashSummary {
    /// PCPU that the crash happened on.
    pub pcpu: Option<u32>,
    /// World that ran there.
    pub world: Option<World>,
    /// The uptime.
    pub clock: Option<Clock>,
}

/// Reads `Panic Details: Crash at T on CPU 27 running world 2098651 - PLOGHelperQueue. VMK Uptime:…`.
pub(super) fn parse_summary(body: &str) -> Option<CrashSummary> {
    let details = body.strip_prefix("Panic Details: ").unwrap_or(body);
    if !details.starts_with("Crash at ") {
        return None;
    }
    let mut summary = CrashSummary { clock: parse_clock(body), ..CrashSummary::default() };
    let mut scanner = Scanner::new(body);
    if scanner.jump_behind("on CPU ") {
        summary.pcpu = scanner.decimal();
    }
    if scanner.jump_behind("running world ") {
        let id = scanner.decimal();
        let named = scanner.eat(" - ");
        let name = scanner.until(". ").filter(|_| named).map(str::to_owned);
        summary.world = Some(World { id, name });
    }
    Some(summary)
}

/// The processor of the host.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct ProcessorLine {
    /// Family, model and stepping: `17/31/0`.
    pub model: Option<String>,
    /// Version of the microcode.
    pub microcode: Option<String>,
}

/// Reads `FMS=17/31/0 uCode=0x830107a LBR: …`.
pub(super) fn parse_processor(body: &str) -> Option<ProcessorLine> {
    if !body.starts_with("FMS=") {
        return None;
    }
    let mut processor = ProcessorLine::default();
    for word in body.split_whitespace() {
        match word.split_once('=') {
            Some(("FMS", value)) => processor.model = Some(value.to_owned()),
            Some(("uCode", value)) => processor.microcode = Some(value.to_owned()),
            _ => {}
        }
    }
    Some(processor)
}

/// Where the frames that follow a heading belong.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Heading {
    /// The heading's own words; absent for the backtrace of the reporting PCPU.
    pub origin: Option<String>,
    /// PCPU that the heading names.
    pub pcpu: Option<u32>,
    /// World that the heading names.
    pub world: Option<u64>,
}

/// Headings of the reporting PCPU's backtrace.
const CURRENT: &[&str] = &["Backtrace for current CPU", "Backtrace:", "(gdb) bt"];
/// Headings of another backtrace.
const SAVED: &[&str] =
    &["Saved backtrace from:", "Saved backtrace:", "Backtrace for Saved/Locked CPU"];

/// Reads a heading of a backtrace.
pub(super) fn parse_heading(body: &str) -> Option<Heading> {
    // All of them but that of a debugger have this word.
    if find_ignore_case(body, "backtrace").is_none() && !body.starts_with('(') {
        return None;
    }
    saved_heading(body).or_else(|| current_heading(body))
}

fn saved_heading(body: &str) -> Option<Heading> {
    let (at, mark) = SAVED.iter().find_map(|mark| Some((find_ignore_case(body, mark)?, mark)))?;
    let rest = body[at + mark.len()..].trim();
    let words = rest.trim_matches(['-', ':', ' ']);
    let named = words.starts_with(|c: char| c.is_alphabetic());
    let origin = if named { words.to_owned() } else { format!("pcpu {words}") };
    Some(Heading { origin: Some(origin), pcpu: first_number(rest), world: None })
}

fn current_heading(body: &str) -> Option<Heading> {
    let rest = CURRENT.iter().find_map(|mark| strip_ignore_case(body, mark))?;
    let world = rest.split_once("worldID=").and_then(|(_, id)| Scanner::new(id).decimal());
    let pcpu = rest.split([',', '=']).next().and_then(first_number);
    Some(Heading { origin: None, pcpu, world })
}

fn first_number(text: &str) -> Option<u32> {
    let digits = text.find(|c: char| c.is_ascii_digit())?;
    Scanner::new(&text[digits..]).decimal()
}

/// Lines about the core dump and how far it came. The wording is that of VMware 1004250,
/// Broadcom 337182 and the screens of 4.x and ESXi on ARM.
const CORE_DUMP: &[(&str, CoreDumpOutcome)] = &[
    ("Disk dump successful", CoreDumpOutcome::Written),
    ("FileDump: Successful", CoreDumpOutcome::Written),
    ("Starting coredump to disk", CoreDumpOutcome::Started),
    ("Coredump to disk", CoreDumpOutcome::Started),
    ("Coredump to file", CoreDumpOutcome::Started),
    ("Starting dump", CoreDumpOutcome::Started),
    ("No place on disk to dump data", CoreDumpOutcome::Failed),
    ("Dump failed", CoreDumpOutcome::Failed),
];

/// Reads a line about the core dump.
pub(super) fn parse_core_dump(body: &str) -> Option<CoreDump> {
    // Every phrase has this word.
    find_ignore_case(body, "dump")?;
    CORE_DUMP
        .iter()
        .find(|(phrase, _)| find_ignore_case(body, phrase).is_some())
        .map(|(_, outcome)| CoreDump { outcome: *outcome, text: body.to_owned() })
}

/// Reads `Module(s) involved in panic: [lpfc 900.14.4.390 (External)]`.
pub(super) fn parse_modules(body: &str) -> Option<Vec<Driver>> {
    let at = find_ignore_case(body, "Module(s) involved in panic:")?;
    let modules = body[at..]
        .split('[')
        .skip(1)
        .filter_map(|entry| {
            let mut words = entry.trim_end_matches([']', ' ', ',']).split_whitespace();
            let name = words.next()?.to_owned();
            let version =
                words.next().filter(|word| word.starts_with(|c: char| c.is_ascii_digit()));
            Some(Driver { name, version: version.map(str::to_owned) })
        })
        .collect();
    Some(modules)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_header(body: &str, expected: (&str, Option<&str>, Option<u32>, Option<&str>)) {
        let header = parse_header(body).expect(body);
        let release = &header.release;
        let found = (
            release.product.as_str(),
            release.version.as_deref(),
            release.build,
            release.arch.as_deref(),
        );
        assert_eq!(found, expected, "{body}");
    }

    #[test]
    fn headers_of_every_generation_are_read() {
        check_header(
            "VMware ESX Server [Releasebuild-98103]",
            ("VMware ESX Server", None, Some(98103), None),
        );
        check_header(
            "VMware ESX Server [Releasebuild-98103",
            ("VMware ESX Server", None, Some(98103), None),
        );
        check_header(
            "VMware ESX [Releasebuild-164009 X86_64]",
            ("VMware ESX", None, Some(164_009), Some("x86_64")),
        );
        check_header(
            "[VMware ESXi 7.0.3 [Releasebuild-23307199 x86_64]",
            ("VMware ESXi", Some("7.0.3"), Some(23_307_199), Some("x86_64")),
        );
        check_header(
            "VMware ESXi 7.0.1 [build-16850804 x86_64]",
            ("VMware ESXi", Some("7.0.1"), Some(16_850_804), Some("x86_64")),
        );
        check_header(
            "Version Details: VMware ESXi 6.7.0 build-16075168",
            ("VMware ESXi", Some("6.7.0"), Some(16_075_168), None),
        );
        check_header(
            "VMware ESX 9.0.0 [Releasebuild-24755229 x86_64]",
            ("VMware ESX", Some("9.0.0"), Some(24_755_229), Some("x86_64")),
        );
        check_header(
            "VMware ESXi #.#.# [Releasebuild-########] PCPU 18 locked up.",
            ("VMware ESXi", None, None, None),
        );
        assert_eq!(parse_header("VMware ESXi is great"), None);
    }

    #[test]
    fn uptimes_are_milliseconds() {
        assert_eq!(parse_uptime("7:05:43:45.014"), Some(625_425_014));
        assert_eq!(parse_uptime("0:00:00:01"), Some(1000));
        assert_eq!(parse_uptime("99999999999999999999:0:0:0"), None);
        assert_eq!(parse_uptime("2017-01-03T17:45:49.659Z"), None);
    }

    #[test]
    fn clocks_are_read_in_every_order() {
        let clock = parse_clock("VMK uptime: 7:05:43:45.014 TSC: 1751259712918392").expect("clock");
        assert_eq!((clock.uptime_ms, clock.tsc), (Some(625_425_014), Some(1_751_259_712_918_392)));
        let clock =
            parse_clock("Code start: 0x41800be00000 VMK uptime: 0:01:39:57.763").expect("clock");
        assert_eq!(
            (clock.code_start, clock.uptime_ms),
            (Some(Hex(0x4180_0be0_0000)), Some(5_997_763))
        );
        assert_eq!(
            parse_clock("Code starts at 0x418036400000").and_then(|c| c.code_start),
            Some(Hex(0x4180_3640_0000))
        );
    }

    #[test]
    fn headings_tell_whose_backtrace_follows() {
        let current =
            parse_heading("Backtrace for current CPU #44, worldID=8236, ebp=0x412300b07268")
                .expect("heading");
        assert_eq!((current.origin, current.pcpu, current.world), (None, Some(44), Some(8236)));
        let saved =
            parse_heading("Panic: 767: Saved backtrace: pcpu 118 Heartbeat NMI").expect("heading");
        assert_eq!(
            (saved.origin.as_deref(), saved.pcpu),
            (Some("pcpu 118 Heartbeat NMI"), Some(118))
        );
        let locked = parse_heading("Backtrace for Saved/Locked CPU - 0:").expect("heading");
        assert_eq!((locked.origin.as_deref(), locked.pcpu), (Some("pcpu 0"), Some(0)));
    }

    #[test]
    fn modules_have_names_and_versions() {
        let found =
            parse_modules("Module(s) involved in panic: [lpfc 900.14.4.390.20-36vmw (External)]")
                .expect("modules");
        assert_eq!(found[0].name, "lpfc");
        assert_eq!(found[0].version.as_deref(), Some("900.14.4.390.20-36vmw"));
        let found = parse_modules("Module(s) involved in panic: [bootdevmon Built on:...]")
            .expect("modules");
        assert_eq!((found[0].name.as_str(), &found[0].version), ("bootdevmon", &None));
    }
}
