//! Writes a crash as a screen and as the lines of a log.
//!
//! All of it comes from the crash as it was read; numbers that belong to a screen and were not
//! printed are drawn. Worlds, messages and functions are never made up.

use psod_match::crash::{Crash, Frame, Release, Role, ScreenPart};
use psod_match::text::Hex;

use super::Draw;

/// Whose addresses, offsets and ids are written; those that were not printed are made up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum WrittenNumbers {
    /// Those of the crash.
    Own,
    /// Those of another build.
    Other,
}

/// Hexadecimal numbers with fewer digits are no addresses and stay in messages.
const ADDRESS_DIGITS: usize = 9;
/// Digits of an address that tell which part of the memory it lies in.
const SAME_DIGITS: usize = 4;
const STACK: u64 = 0x4539_0000_0000;
const CODE: u64 = 0x4200_0000_0000;
/// Sizes of the parts of the memory that made-up addresses lie in.
const STACK_SIZE: usize = 1 << 28;
const CODE_SIZE: usize = 1 << 26;
const MAX_OFFSET: usize = 0x7ff;
const USUAL_BUILD: u32 = 14_320_388;
const MILLISECONDS_PER_DAY: usize = 86_400_000;

/// The crash as a screen prints it: no prefixes and no log lines.
pub(super) fn screen(crash: &Crash, draw: &mut Draw) -> Vec<String> {
    let mut lines = vec![header(crash.release.as_ref(), WrittenNumbers::Own, draw)];
    lines.extend(crash.panic.as_ref().map(|panic| panic.message.clone()));
    lines.extend(modules(crash));
    lines.extend(printed(crash, ScreenPart::MachineCheck));
    let registers = printed(crash, ScreenPart::Registers);
    if registers.is_empty() {
        lines.push("cr0=0x80010031 cr2=0x0 cr3=0x20cdde000 cr4=0x140768".to_owned());
    } else {
        lines.extend(registers);
    }
    lines.extend(world_line(crash, draw));
    lines.push(clock(crash, WrittenNumbers::Own, draw));
    lines.extend(backtraces(crash, WrittenNumbers::Own, draw));
    lines.push("Coredump to disk. Slot 1 of 1 on device naa.600508b1001c4d41:9.".to_owned());
    lines
}

/// The PCPU and world that write a log, and the time.
#[derive(Clone, Debug)]
pub(super) struct LogWriter {
    /// The PCPU that writes.
    pub pcpu: u32,
    world: u64,
    numbers: WrittenNumbers,
    /// Milliseconds since midnight.
    start: usize,
}

impl LogWriter {
    /// Makes the writer of the log of `crash`.
    pub(super) fn new(crash: &Crash, numbers: WrittenNumbers, draw: &mut Draw) -> Self {
        let pcpu = crash.pcpu.unwrap_or_else(|| draw.below(64) as u32);
        let world = crash
            .world
            .as_ref()
            .and_then(|world| world.id)
            .filter(|_| numbers == WrittenNumbers::Own);
        let world = world.unwrap_or_else(|| world_id(draw));
        Self { pcpu, world, numbers, start: draw.below(MILLISECONDS_PER_DAY / 2) }
    }

    /// A writer on another PCPU at the same time.
    pub(super) fn beside(&self, draw: &mut Draw) -> Self {
        let pcpu = self.pcpu + 1 + draw.below(16) as u32;
        Self { pcpu, world: world_id(draw), numbers: WrittenNumbers::Own, start: self.start }
    }

    fn line(&self, number: usize, body: &str) -> String {
        let now = self.start + number * 3;
        let (seconds, milliseconds) = (now / 1000, now % 1000);
        let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
        let (pcpu, world) = (self.pcpu, self.world);
        format!(
            "2024-05-14T{hours:02}:{minutes:02}:{seconds:02}.{milliseconds:03}Z cpu{pcpu}:{world}){body}"
        )
    }
}

/// The crash as the lines of a vmkernel-log; log lines around it come first.
pub(super) fn log_lines(crash: &Crash, log: &LogWriter, draw: &mut Draw) -> Vec<String> {
    let other = log.numbers == WrittenNumbers::Other;
    // A second panic message stays after the first one.
    let messages = printed(crash, ScreenPart::Message);
    let (later, mut bodies): (Vec<String>, Vec<String>) =
        crash.log_lines.iter().cloned().partition(|line| messages.contains(line));
    bodies.extend(printed(crash, ScreenPart::MachineCheck));
    if crash.release.is_some() {
        bodies.push(header(crash.release.as_ref(), log.numbers, draw));
    }
    if let Some(panic) = &crash.panic {
        let message = if other { moved(&panic.message, draw) } else { panic.message.clone() };
        bodies.push(format!("@BlueScreen: {message}"));
    }
    bodies.extend(later);
    bodies.extend(modules(crash));
    bodies.extend(printed(crash, ScreenPart::Registers));
    bodies.extend(world_line(crash, draw).filter(|_| !other));
    bodies.push(clock(crash, log.numbers, draw));
    bodies.extend(backtraces(crash, log.numbers, draw));
    bodies.iter().enumerate().map(|(number, body)| log.line(number, body)).collect()
}

fn world_id(draw: &mut Draw) -> u64 {
    2_097_200 + draw.below(60_000) as u64
}

/// `VMware ESXi 7.0.3 [Releasebuild-23307199 x86_64]`.
fn header(release: Option<&Release>, numbers: WrittenNumbers, draw: &mut Draw) -> String {
    let release = release.cloned().unwrap_or_else(usual_release);
    let version = release.version.map(|version| format!(" {version}")).unwrap_or_default();
    let arch = release.arch.map(|arch| format!(" {arch}")).unwrap_or_default();
    let mut number = release.build.unwrap_or(USUAL_BUILD);
    if numbers == WrittenNumbers::Other {
        number += 1 + draw.below(900_000) as u32;
    }
    format!("{}{version} [Releasebuild-{number}{arch}]", release.product)
}

/// The release of a screen that prints none.
pub(crate) fn usual_release() -> Release {
    Release {
        product: "VMware ESXi".to_owned(),
        version: Some("6.7.0".to_owned()),
        build: Some(USUAL_BUILD),
        arch: Some("x86_64".to_owned()),
    }
}

/// The lines of one part of the screen as they were printed.
fn printed(crash: &Crash, part: ScreenPart) -> Vec<String> {
    let lines = crash.screen.iter().filter(|line| line.part == part);
    lines.map(|line| line.text.clone()).collect()
}

/// `Module(s) involved in panic: [lpfc 12.8.351.30 (External)]`.
fn modules(crash: &Crash) -> Option<String> {
    let lines = printed(crash, ScreenPart::Message);
    lines.into_iter().find(|line| line.contains("Module(s) involved in panic:"))
}

/// `*PCPU89:37036812/ssacli`; a world without a name is not shown.
fn world_line(crash: &Crash, draw: &mut Draw) -> Option<String> {
    let in_message = crash.panic.as_ref().and_then(|panic| panic.world.as_ref());
    let worlds = crash.world.iter().chain(in_message);
    let world = worlds.into_iter().find(|world| world.name.is_some())?;
    let pcpu = crash.pcpu.unwrap_or_else(|| draw.below(64) as u32);
    let id = world.id.unwrap_or_else(|| world_id(draw));
    Some(format!("*PCPU{pcpu}:{id}/{}", world.name.as_deref()?))
}

fn clock(crash: &Crash, numbers: WrittenNumbers, draw: &mut Draw) -> String {
    let own = crash.code_start.filter(|_| numbers == WrittenNumbers::Own);
    let start = own.unwrap_or_else(|| Hex(CODE + ((draw.below(CODE_SIZE) as u64) << 12)));
    let kept = crash.uptime_ms.filter(|_| numbers == WrittenNumbers::Own);
    let uptime = kept.unwrap_or_else(|| draw.below(40 * MILLISECONDS_PER_DAY) as u64);
    let (seconds, milliseconds) = (uptime / 1000, uptime % 1000);
    let (minutes, seconds) = (seconds / 60, seconds % 60);
    let (hours, minutes) = (minutes / 60, minutes % 60);
    let (days, hours) = (hours / 24, hours % 24);
    format!(
        "Code start: {start} VMK uptime: {days}:{hours:02}:{minutes:02}:{seconds:02}.{milliseconds:03}"
    )
}

/// The backtrace of the reporting PCPU, then the saved ones with their headings.
fn backtraces(crash: &Crash, numbers: WrittenNumbers, draw: &mut Draw) -> Vec<String> {
    let mut lines: Vec<String> =
        crash.backtrace.iter().map(|frame| frame_line(frame, numbers, draw)).collect();
    for other in &crash.other_backtraces {
        // Backtraces that a log prints twice, or that other PCPUs wrote between, are not on a screen.
        let again = other.origin.starts_with("current CPU");
        let between = other.origin.contains("between the lines");
        if (again || between) && !other.decides {
            continue;
        }
        let origin = match (between, other.pcpu) {
            (true, Some(pcpu)) => format!("pcpu {pcpu} Heartbeat NMI"),
            _ => other.origin.clone(),
        };
        lines.push(format!("Saved backtrace from: {origin}"));
        lines.extend(other.frames.iter().map(|frame| frame_line(frame, numbers, draw)));
    }
    lines
}

/// `0x45396649b660:[0x4200120dfa6f]IntrCookie_DoInterrupt@vmkernel#nover+0x3c4 stack: 0x0`.
fn frame_line(frame: &Frame, numbers: WrittenNumbers, draw: &mut Draw) -> String {
    // A frame is noise because its offset is absurd.
    let keeps = numbers == WrittenNumbers::Own || frame.role == Role::Noise;
    let sp = kept_or_drawn(frame.sp, keeps, (STACK, STACK_SIZE), draw);
    let ip = kept_or_drawn(frame.ip, keeps, (CODE, CODE_SIZE), draw);
    let offset = kept_or_drawn(frame.offset, keeps, (1, MAX_OFFSET), draw);
    let word = kept_or_drawn(None, keeps, (STACK, STACK_SIZE), draw);
    let Some(function) = &frame.function else {
        return format!("{sp}:[{ip}]<unknown> stack: 0x0");
    };
    let place = match (frame.module.as_deref(), frame.version.as_deref()) {
        (Some(module), Some(version)) => format!("@{module}#{version}"),
        (Some(module), None) => format!("@({module})#<None>"),
        (None, _) => String::new(),
    };
    let stack = if keeps && !frame.stack.is_empty() {
        frame.stack.join(", ")
    } else {
        format!("{word}, 0x0")
    };
    format!("{sp}:[{ip}]{function}{place}+{offset} stack: {stack}")
}

/// The printed number where it is kept, else one of `size` numbers from `start` on.
fn kept_or_drawn(
    printed: Option<Hex>,
    keeps: bool,
    (start, size): (u64, usize),
    draw: &mut Draw,
) -> Hex {
    match printed {
        Some(printed) if keeps => printed,
        _ => Hex(start + draw.below(size) as u64),
    }
}

/// A message of another build and boot: other addresses and world ids.
fn moved(message: &str, draw: &mut Draw) -> String {
    let mut written = String::with_capacity(message.len());
    let mut rest = message;
    while let Some(at) = rest.find("0x") {
        let digits = &rest[at + 2..];
        let length = digits.find(|c: char| !c.is_ascii_hexdigit()).unwrap_or(digits.len());
        let (digits, after) = digits.split_at(length);
        written.push_str(&rest[..at + 2]);
        if length >= ADDRESS_DIGITS {
            written.push_str(&digits[..SAME_DIGITS]);
            let other = (SAME_DIGITS..length).map(|_| draw.pick(b"0123456789abcdef"));
            written.extend(other.map(|digit| char::from(*digit)));
        } else {
            written.push_str(digits);
        }
        rest = after;
    }
    written.push_str(rest);
    match written.split_once(" in world ") {
        Some((before, after)) if after.starts_with(|c: char| c.is_ascii_digit()) => {
            let after = after.trim_start_matches(|c: char| c.is_ascii_digit());
            format!("{before} in world {}{after}", world_id(draw))
        }
        _ => written,
    }
}
