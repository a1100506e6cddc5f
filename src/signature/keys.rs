//! Everything of a crash that a signature may ask for, in comparable form.

use std::fmt;

use super::normalize::module_name;
use crate::crash::{Crash, Device, Driver, Frame, MachineCheck, PanicKind, Release, Role, Trust};
use crate::machine_check::{Processor, Registers, Severity, UNKNOWN_CLASS, Vendor, decode};
use crate::text::{Masked, function_name};

/// A story frame in comparable form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyFrame {
    /// Function name without compiler suffixes.
    pub function: String,
    /// Module, where printed.
    pub module: Option<String>,
    /// Version of the module, where printed.
    pub version: Option<String>,
    /// Position in the backtrace that it comes from.
    pub index: usize,
    /// True when a character of its name is in doubt.
    pub doubtful: bool,
}

impl KeyFrame {
    /// The frame of `function` at `index`.
    pub fn new(function: &str, module: Option<&str>, index: usize) -> Self {
        Self {
            function: function.to_owned(),
            module: module.map(str::to_owned),
            version: None,
            index,
            doubtful: false,
        }
    }
}

/// One machine-check bank in comparable form; a part that the screen does not print is absent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckKey {
    /// Whose processor it is.
    pub vendor: Option<Vendor>,
    /// Bank.
    pub bank: Option<u32>,
    /// Status, as far as it is printed.
    pub status: Masked,
    /// Class of the error code.
    pub class: Option<&'static str>,
    /// How bad it is.
    pub severity: Option<Severity>,
}

impl fmt::Display for CheckKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(bank) = self.bank {
            write!(formatter, "bank {bank} ")?;
        }
        const DIGITS: u32 = 16;
        formatter.write_str(self.status.to_hex(DIGITS).as_deref().unwrap_or("-"))
    }
}

/// The comparable parts of one crash.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CrashKeys {
    /// The panic kind; absent without a panic message.
    pub kind: Option<PanicKind>,
    /// Number of the exception.
    pub exception: Option<u8>,
    /// The panic message, empty when absent.
    pub message: String,
    /// True for a backtrace of a log in which nothing says that the host panicked.
    pub without_panic: bool,
    /// The release of the host.
    pub release: Option<Release>,
    /// Drivers, plug-ins and other installed software: those that the screen prints first.
    pub drivers: Vec<Driver>,
    /// Source file and line of an assertion.
    pub source: Option<(String, u64)>,
    /// Names of the world that ran, as the message and the screen give it.
    pub worlds: Vec<String>,
    /// Modules: of the story frames, and those that the screen calls involved.
    pub modules: Vec<String>,
    /// Log lines around the panic.
    pub logs: Vec<String>,
    /// Story frames of the backtrace that decides.
    pub frames: Vec<KeyFrame>,
    /// Story frames of the reporting PCPU where another backtrace decides.
    pub reporter_frames: Vec<KeyFrame>,
    /// Machine-check banks.
    pub checks: Vec<CheckKey>,
    /// Names and versions of drivers, plug-ins and other installed software.
    pub components: Vec<(String, String)>,
    /// Version of the server's firmware.
    pub firmware: Option<String>,
    /// Server model.
    pub model: Option<String>,
    /// PCI devices as `vendor:device`, four hexadecimal digits each.
    pub devices: Vec<String>,
}

impl CrashKeys {
    /// The functions of its story frames, of the backtrace that decides and of the reporter's.
    pub fn functions(&self) -> impl Iterator<Item = &str> {
        self.frames.iter().chain(&self.reporter_frames).map(|frame| frame.function.as_str())
    }

    /// Takes the comparable parts of `crash`, whose roles must be assigned.
    pub fn new(crash: &Crash) -> Self {
        let frames = story(crash.deciding_frames());
        let mut reporter_frames = Vec::new();
        if crash.other_backtraces.iter().any(|other| other.decides) {
            reporter_frames = story(&crash.backtrace);
        }
        let all_frames = frames.iter().chain(&reporter_frames);
        let mut modules: Vec<String> = all_frames.filter_map(|f| f.module.clone()).collect();
        modules.extend(crash.host.drivers.iter().map(|driver| driver.name.clone()));
        modules.sort();
        modules.dedup();
        let components = components(crash, &frames, &reporter_frames);
        let panic = crash.panic.as_ref();
        let in_message = panic.and_then(|panic| panic.world.as_ref());
        let mut worlds: Vec<String> = [in_message, crash.world.as_ref()]
            .into_iter()
            .flatten()
            .filter_map(|w| w.name.clone())
            .collect();
        worlds.dedup();
        Self {
            kind: crash.kind(),
            exception: panic.and_then(|panic| panic.exception),
            message: panic.map(|panic| panic.message.clone()).unwrap_or_default(),
            without_panic: !is_panic(crash),
            release: crash.release.clone(),
            drivers: crash.host.drivers.iter().chain(&crash.host.installed).cloned().collect(),
            source: panic.and_then(|panic| panic.source.clone()),
            worlds,
            modules,
            logs: crash.log_lines.clone(),
            frames,
            reporter_frames,
            checks: checks(crash),
            components,
            firmware: crash.host.firmware.clone(),
            model: crash.host.model.clone(),
            devices: devices(crash),
        }
    }
}

/// True for a crash that shows a panic, and for one of which only frames were copied. A backtrace with
/// its stack beside a warning, or with the prefix of a log, shows none: the VMkernel prints backtraces
/// for a PCPU that may hang, too, and goes on.
fn is_panic(crash: &Crash) -> bool {
    let mut frames = crash.deciding_frames().iter().chain(&crash.backtrace);
    crash.kind().is_some()
        || !is_of_log(crash)
        || crash.log_lines.iter().any(|line| dumps_registers(line))
        || crash.backtrace.iter().all(|frame| frame.sp.is_none())
        || crash.code_start.is_some()
        || crash.core_dump.is_some()
        || !crash.registers.is_empty()
        || !crash.pcpus.is_empty()
        || frames.any(|frame| frame.role == Role::Machinery && is_panic_function(frame))
}

/// True for lines of a running host's log: they have a clock, or a warning beside them.
fn is_of_log(crash: &Crash) -> bool {
    crash.date.is_some() || crash.log_lines.iter().any(|line| is_warning(line))
}

/// True for the control registers of a world, which the VMkernel writes to the log when it panics:
/// `World: 9732: CR0 0x80050033 CR3 0x80ed16f000 CR4 0x52668`.
fn dumps_registers(line: &str) -> bool {
    line.starts_with("World: ") && line.contains(" CR3 0x")
}

fn is_warning(line: &str) -> bool {
    ["WARNING:", "ALERT:"].iter().any(|level| line.starts_with(level))
}

fn is_panic_function(frame: &Frame) -> bool {
    frame.function.as_deref().is_some_and(|function| function.to_lowercase().contains("panic"))
}

fn checks(crash: &Crash) -> Vec<CheckKey> {
    let processor = Processor::from_crash(crash);
    crash.machine_checks.iter().map(|check| check_key(check, processor)).collect()
}

fn check_key(check: &MachineCheck, processor: Processor) -> CheckKey {
    let decoded = decode(&Registers::new(check, processor));
    CheckKey {
        vendor: processor.vendor,
        bank: check.bank,
        status: Registers::new(check, processor).status,
        class: Some(decoded.class).filter(|class| *class != UNKNOWN_CLASS),
        severity: Some(decoded.severity).filter(|severity| *severity != Severity::Unknown),
    }
}

/// The components that the host's files name, and the module versions that the frames print.
fn components(
    crash: &Crash,
    frames: &[KeyFrame],
    reporter_frames: &[KeyFrame],
) -> Vec<(String, String)> {
    let host = crash.host.drivers.iter().chain(&crash.host.installed);
    let of_host = host.filter_map(|driver| Some((driver.name.clone(), driver.version.clone()?)));
    let frames = frames.iter().chain(reporter_frames);
    let of_frames = frames.filter_map(|f| Some((f.module.clone()?, f.version.clone()?)));
    let mut components: Vec<(String, String)> = of_host.chain(of_frames).collect();
    components.sort();
    components.dedup();
    components
}

fn devices(crash: &Crash) -> Vec<String> {
    crash.host.devices.iter().filter_map(pci_id).collect()
}

fn pci_id(device: &Device) -> Option<String> {
    let (vendor, device) = (device.vendor_id?, device.device_id?);
    Some(format!("{:04x}:{:04x}", vendor.0, device.0))
}

/// The named story frames; a function that calls itself counts once.
fn story(frames: &[Frame]) -> Vec<KeyFrame> {
    let mut story: Vec<KeyFrame> = Vec::with_capacity(frames.len());
    for (index, frame) in frames.iter().enumerate() {
        let Some(function) = frame.function.as_deref().filter(|_| frame.role == Role::Story) else {
            continue;
        };
        let function = function_name(function);
        if story.last().is_some_and(|last| last.function == function) {
            continue;
        }
        let module = frame.module.as_deref().and_then(module_name);
        let version = frame.version.as_deref().and_then(version_text).map(str::to_owned);
        let doubtful = frame.trust == Trust::Doubtful;
        story.push(KeyFrame { version, doubtful, ..KeyFrame::new(function, module, index) });
    }
    story
}

/// A module version that tells versions apart: `nover`, `<None>` and a bare number do not.
fn version_text(version: &str) -> Option<&str> {
    let numbers = version.split('.').filter(|part| part.starts_with(|c: char| c.is_ascii_digit()));
    (numbers.count() > 1).then_some(version)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::crashes_in_text;

    #[test]
    fn noise_and_repetition_are_left_out() {
        let found = crashes_in_text(
            "#GP Exception 13 in world 4376:usb @ 0x418029c15c43\n\
             [0x418029c15c43]DLM_free@vmkernel:nover+0x10a stack: 0x0\n\
             [0x418029c15c44]DLM_free@vmkernel:nover+0x10b stack: 0x0\n\
             [0x41802a0bb36d]hid_free_buffers@esx:nover+0x20 stack: 0x0\n\
             [0x0]blk_dev+0xfd76461f stack: 0x0\n",
        );
        let keys = CrashKeys::new(&found[0].crash);
        let functions: Vec<(&str, usize)> =
            keys.frames.iter().map(|frame| (frame.function.as_str(), frame.index)).collect();
        assert_eq!(functions, [("DLM_free", 0), ("hid_free_buffers", 2)]);
        assert_eq!(keys.worlds, ["usb"]);
        assert_eq!(keys.modules, ["esx", "vmkernel"]);
    }

    #[track_caller]
    fn check_panic(text: &str, expected: bool) {
        let found = crashes_in_text(text);
        assert_eq!(!CrashKeys::new(&found[0].crash).without_panic, expected, "{text}");
    }

    #[test]
    fn a_warning_beside_a_backtrace_is_no_panic() {
        let warning = "2023-05-11T02:14:31.244Z cpu12:2097999)WARNING: Heartbeat: 827: PCPU 4 didn't \
            have a heartbeat for 7 seconds, timeout is 14, 1 IPIs sent; *may* be locked up.\n";
        let frame = "2023-05-11T02:14:31.245Z cpu4:2098001)0x45396649b660:[0x4200120dfa6f]\
            ilo_isr@ilo#1.2+0x3c4 stack: 0x430184e02a00\n";
        check_panic(&format!("{warning}{frame}{frame}"), false);
        check_panic(&format!("{frame}{frame}"), false);
        let world =
            "2023-05-11T02:14:31.245Z cpu4:2098001)World: 9732: CR0 0x80050033 CR3 0x80ed16f000\n";
        check_panic(&format!("{world}{frame}{frame}"), true);
        let (_, copied) = frame.split_once(')').expect("a prefix");
        check_panic(&format!("{copied}{copied}"), true);
        let panic = "2023-05-11T02:14:31.245Z cpu4:2098001)@BlueScreen: PCPU 4: no heartbeat (2/2 \
            IPIs received)\n";
        check_panic(&format!("{warning}{panic}{frame}{frame}"), true);
    }
}
