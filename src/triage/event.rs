//! One crash of a host, as far as it is compared with the others.

use crate::crash::{Crash, PanicKind, World};
use crate::diagnose::Subject;
use crate::explain::fixed_words;
use crate::machine_check::{Processor, Registers, Severity, decode};

/// One crash of a host, as far as it is compared with the others.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct HostEvent {
    /// Where it comes from: a file and a line, or a number of the ledger.
    pub place: String,
    /// Day of the crash, `YYYY-MM-DD`.
    pub seen: Option<String>,
    /// Build of the host.
    pub build: Option<u32>,
    /// Panic kind.
    pub kind: Option<PanicKind>,
    /// The panic message as printed; empty without one.
    pub message: String,
    /// The message without what differs from crash to crash, such as numbers.
    pub story: String,
    /// Hash of the story frames.
    pub fingerprint: Option<String>,
    /// Function on top of the story.
    pub top: Option<String>,
    /// The PCPUs that the message names as the cause.
    pub culprits: Vec<u32>,
    /// The PCPU that printed the screen.
    pub reporter: Option<u32>,
    /// Name of the world that ran, without its numbers.
    pub world: Option<String>,
    /// Time since boot in milliseconds.
    pub uptime_ms: Option<u64>,
    /// Cycles since boot.
    pub tsc: Option<u64>,
    /// PCPUs of the host, at least.
    pub pcpus: usize,
    /// Machine-check banks with an error: number, and the part that they name.
    pub banks: Vec<(u32, String)>,
    /// The known issue, when it is proven.
    pub issue: Option<String>,
}

impl HostEvent {
    /// The comparable parts of a crash; `seen` is its day where the screen prints none, `issue` the
    /// known issue that it is proven to be.
    pub fn new(
        place: String,
        subject: &Subject,
        seen: Option<String>,
        issue: Option<String>,
    ) -> Self {
        let crash = &subject.crash;
        let panic = crash.panic.as_ref();
        let world = panic.and_then(|panic| panic.world.as_ref()).or(crash.world.as_ref());
        let top = subject.keys.frames.first().map(|frame| frame.function.clone());
        Self {
            place,
            seen: crash.day().or(seen),
            build: crash.release.as_ref().and_then(|release| release.build),
            kind: crash.kind(),
            message: panic.map(|panic| panic.message.clone()).unwrap_or_default(),
            story: story(crash),
            fingerprint: subject.fingerprint.clone(),
            top,
            culprits: crash.culprits().to_vec(),
            reporter: crash.pcpu,
            world: world.and_then(plain_name),
            uptime_ms: crash.uptime_ms,
            tsc: crash.tsc,
            pcpus: pcpus(crash),
            banks: banks(crash),
            issue,
        }
    }

    /// True for two forms of one crash: a screen and the log of it, or the same file twice.
    pub(super) fn is_same_event(&self, other: &Self) -> bool {
        let same_build = self.build.is_none() || other.build.is_none() || self.build == other.build;
        let same_tsc = self.tsc.is_none() || other.tsc.is_none() || self.tsc == other.tsc;
        let same_uptime = self.uptime_ms.is_some() && self.uptime_ms == other.uptime_ms;
        self.message == other.message && same_uptime && same_build && same_tsc
    }
}

/// The kind with the words that every crash of it prints.
fn story(crash: &Crash) -> String {
    let kind = crash.kind().map_or("", PanicKind::as_str);
    let words = crash.panic.as_ref().and_then(fixed_words).unwrap_or_default();
    format!("{kind} {words}").trim().to_owned()
}

/// `vmm0:payroll-01` is one world each time, `helper13-0` one of many of a kind: the numbers at the end
/// go, and those behind the name of a monitor, which are its virtual CPUs.
fn plain_name(world: &World) -> Option<String> {
    let name = world.name.as_deref()?.trim();
    let plain = match name.split_once(':') {
        Some((head, rest)) => {
            format!("{}:{rest}", head.trim_end_matches(|c: char| c.is_ascii_digit()))
        }
        None => name.trim_end_matches(|c: char| c.is_ascii_digit() || c == '-').to_owned(),
    };
    (!plain.is_empty()).then_some(plain)
}

/// The number of PCPUs that the screen shows the host to have, at least.
fn pcpus(crash: &Crash) -> usize {
    let numbers = crash.pcpus.iter().map(|entry| entry.pcpu).chain(crash.pcpu);
    let highest = numbers.chain(crash.culprits().iter().copied()).max();
    let highest = highest.and_then(|pcpu| usize::try_from(pcpu).ok()).map_or(0, |pcpu| pcpu + 1);
    highest.max(crash.pcpu_states.chars().count())
}

fn banks(crash: &Crash) -> Vec<(u32, String)> {
    let processor = Processor::from_crash(crash);
    let decoded = crash.machine_checks.iter().filter_map(|check| {
        let decoded = decode(&Registers::new(check, processor));
        let is_error = decoded.severity != Severity::Invalid;
        let unit = decoded.meaning.unwrap_or_else(|| decoded.class.to_owned());
        Some((decoded.bank?, unit)).filter(|_| is_error)
    });
    let mut banks: Vec<(u32, String)> = decoded.collect();
    banks.sort();
    banks.dedup();
    banks
}
