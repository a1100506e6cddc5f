//! Turns the lines of a region into a [`Crash`]. Never fails: a missing part is absent, an odd one is a
//! defect.

use std::path::PathBuf;

use super::backtraces::Backtraces;
use super::fields::{Clock, CrashSummary, Header, Heading, ProcessorLine};
use super::frames::ParsedFrame;
use super::item::Item;
use super::limits::{Bound, Limits, note_limit};
use super::line::Line;
use super::nmi::parse_nmi;
use super::panic_message::{Message, parse_panic};
use super::pictures::PictureText;
use super::region::Region;
use super::worlds::{StateLine, WorldLine};
use crate::crash::{
    Crash, Defect, DefectCode, Frame, MachineCheck, PanicKind, ScreenLine, ScreenPart, Trust, World,
};
use crate::text::{Scanner, clip, clip_bytes};

/// Defects among which one of the same line is looked for.
const NEAR: usize = 4;
/// Longest quotation in a defect, in characters.
const MAX_QUOTATION: usize = 120;

/// A crash and where it was found.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct FoundCrash {
    /// Line of the input where it starts, counted from 1.
    pub line: usize,
    /// The crash.
    pub crash: Crash,
    /// The bounds that cut something.
    pub limits: Vec<Bound>,
    /// The file that holds it, where the input has several.
    pub path: Option<PathBuf>,
    /// The text with the doubt of each character, where it was read from a picture.
    pub picture: Option<Box<PictureText>>,
}

impl FoundCrash {
    /// Bytes of memory that the crash takes, roughly: its texts twice, since their values are texts
    /// too, and its parts by their size.
    pub(super) fn held_bytes(&self) -> u64 {
        let crash = &self.crash;
        let screen: usize = crash.screen.iter().map(|line| line.text.len()).sum();
        let log: usize = crash.log_lines.iter().map(String::len).sum();
        let others: usize = crash.other_backtraces.iter().map(|other| other.frames.len()).sum();
        let parts = [
            (crash.screen.len(), size_of::<ScreenLine>()),
            (crash.log_lines.len(), size_of::<String>()),
            (crash.backtrace.len() + others, 2 * size_of::<Frame>()),
            (crash.registers.len(), 112),
            (crash.pcpus.len(), 128),
            (crash.machine_checks.len(), size_of::<MachineCheck>()),
        ];
        let parts: usize = parts.iter().map(|(number, size)| number * size).sum();
        let picture = self.picture.as_ref().map_or(0, |picture| picture.held_bytes());
        (size_of::<Self>() + 2 * (screen + log) + parts + picture) as u64
    }
}

impl From<Crash> for FoundCrash {
    /// A crash without its input, such as a stored one, to be prepared and diagnosed again.
    fn from(crash: Crash) -> Self {
        Self { line: 1, crash, limits: Vec::new(), path: None, picture: None }
    }
}

/// Reads all lines of `region`.
pub(super) fn parse(region: Region, limits: &Limits) -> FoundCrash {
    let mut parser = Parser { limits: *limits, cut: region.limits, ..Parser::default() };
    for line in region.lines {
        parser.read(line);
    }
    for number in region.invalid {
        parser.defect(DefectCode::InvalidText, number, "bytes that are not UTF-8");
    }
    parser.finish(region.first_line);
    let (line, crash, limits) = (region.first_line, parser.crash, parser.cut);
    FoundCrash { line, crash, limits, path: None, picture: None }
}

/// `Machine Check Exception on PCPU42 in world …` (Broadcom 367928): the PCPU that it hit reports it.
fn hit_pcpu(crash: &Crash) -> Option<u32> {
    let panic = crash.panic.as_ref().filter(|panic| panic.kind == PanicKind::MachineCheck)?;
    panic.pcpus.first().copied()
}

#[derive(Default)]
struct Parser {
    limits: Limits,
    cut: Vec<Bound>,
    crash: Crash,
    backtraces: Backtraces,
    marked_world: Option<World>,
    heading_world: Option<u64>,
    /// The PCPU that `Panic from another CPU` names.
    other_pcpu: Option<u32>,
    other_world: Option<u64>,
    prefix_pcpu: Option<u32>,
    prefix_world: Option<u64>,
    prefix_uptime: Option<u64>,
}

impl Parser {
    fn read(&mut self, mut line: Line) {
        let item = line.item.take();
        let part = item.as_ref().map_or(Some(ScreenPart::Log), Item::part);
        if let Some(part) = part {
            self.crash.screen.push(ScreenLine { part, text: line.body.clone() });
        }
        let Some(item) = item else {
            return self.read_log_line(line);
        };
        self.crash.date = self.crash.date.or(line.prefix.date);
        let is_blank = matches!(item, Item::Blank);
        let is_bare_name = matches!(item, Item::BareFrame(_));
        self.read_item(&line, item);
        if !is_blank {
            for code in &line.repairs {
                self.defect(*code, line.number, &line.body);
            }
            self.note_masked_digits(&line);
        }
        if !is_bare_name {
            self.prefix_pcpu = self.prefix_pcpu.or(line.prefix.pcpu);
            self.prefix_world = self.prefix_world.or(line.prefix.world);
            self.prefix_uptime = self.prefix_uptime.or(line.prefix.uptime_ms);
        }
    }

    /// Reads a line that no format fits.
    fn read_log_line(&mut self, line: Line) {
        self.read_other_pcpu(&line.body);
        self.crash.nmi = parse_nmi(&line.body).or(self.crash.nmi.take());
        self.crash.log_lines.push(line.body);
    }

    fn read_item(&mut self, line: &Line, item: Item) {
        match item {
            Item::Header(header) => self.read_header(line, header),
            Item::Message(message) => {
                self.read_message(line, message);
                self.crash.nmi = parse_nmi(&line.body).or(self.crash.nmi.take());
            }
            Item::Summary(summary) => self.read_summary(summary),
            Item::Heading(heading) => self.read_heading(line, heading),
            Item::Frame(parsed) | Item::BareFrame(parsed) => self.read_frame(line, parsed),
            Item::Registers(values) => self.crash.registers.extend(values),
            Item::Worlds(worlds) => self.read_worlds(worlds),
            Item::States(states) => self.read_states(&states),
            Item::Clock(clock) => self.read_clock(&clock),
            Item::Modules(drivers) => self.crash.host.drivers.extend(drivers),
            // The last line about the dump tells how far it came.
            Item::CoreDump(dump) => self.crash.core_dump = Some(dump),
            Item::MachineCheck(check) | Item::MachineException(check) => {
                self.read_machine_check(check);
            }
            Item::Processor(processor) => self.read_processor(processor),
            Item::Furniture => self.read_other_pcpu(&line.body),
            Item::Blank => {}
        }
    }

    fn read_header(&mut self, line: &Line, header: Header) {
        self.crash.release.get_or_insert(header.release);
        if let Some(message) = header.message {
            self.defect(DefectCode::GluedLines, line.number, &line.body[message.start..]);
            self.read_message(line, message);
        }
        self.backtraces.leave_saved(line.prefix.pcpu);
    }

    fn read_message(&mut self, line: &Line, message: Message) {
        let text = &line.body[message.start..];
        let short = self.clipped(text, self.limits.message_bytes, Bound::MessageBytes);
        let is_whole = short.len() == text.len();
        let mut panic = if is_whole { message.panic } else { parse_panic(&short) };
        if let Some(world) = &mut panic.world {
            self.clip_name(&mut world.name);
        }
        if panic.message.len() < short.len() {
            self.defect(DefectCode::GluedLines, line.number, text);
        }
        match &self.crash.panic {
            None => self.crash.panic = Some(panic),
            Some(first) if first.message != panic.message => {
                let repeated = first.message.ends_with(&panic.message)
                    || panic.message.ends_with(&first.message);
                self.crash.log_lines.push(line.body.clone());
                if !repeated {
                    self.defect(DefectCode::PanicInPanic, line.number, text);
                }
            }
            Some(_) => {}
        }
        self.backtraces.leave_saved(line.prefix.pcpu);
    }

    fn read_summary(&mut self, summary: CrashSummary) {
        self.crash.pcpu = summary.pcpu.or(self.crash.pcpu);
        self.marked_world = summary.world.or(self.marked_world.take());
        if let Some(clock) = &summary.clock {
            self.read_clock(clock);
        }
    }

    fn read_heading(&mut self, line: &Line, heading: Heading) {
        if heading.origin.is_none() && !self.backtraces.is_foreign(line.prefix.pcpu) {
            self.crash.pcpu = self.crash.pcpu.or(heading.pcpu);
            self.heading_world = self.heading_world.or(heading.world);
        }
        self.backtraces.begin_headed(line.prefix.pcpu, heading);
    }

    fn read_frame(&mut self, line: &Line, mut parsed: ParsedFrame) {
        let odd = [
            (parsed.obfuscated, DefectCode::ObfuscatedName),
            (parsed.rejoined, DefectCode::BlankInName),
            (parsed.masked, DefectCode::MaskedDigits),
            (parsed.odd_name, DefectCode::OddName),
        ];
        if line.repairs.contains(&DefectCode::BlankInName) {
            parsed.frame.trust = Trust::Repaired;
        }
        for (_, code) in odd.iter().filter(|(is_odd, _)| *is_odd) {
            self.defect(*code, line.number, &line.body);
        }
        let Frame { function, module, version, .. } = &mut parsed.frame;
        [function, module, version].into_iter().for_each(|name| self.clip_name(name));
        if self.backtraces.repeats(line.prefix.pcpu, &parsed.frame) {
            return self.defect(DefectCode::RepeatedLine, line.number, &line.body);
        }
        if self.backtraces.add_frame(line.prefix.pcpu, parsed.origin, parsed.frame) {
            self.defect(DefectCode::InterleavedLines, line.number, &line.body);
        }
    }

    /// `Panic: 589: Panic from another CPU (cpu 78, world 2098897): ip=0x…` (Broadcom 385615).
    fn read_other_pcpu(&mut self, body: &str) {
        let mut scanner = Scanner::new(body);
        if scanner.jump_behind("Panic from another CPU (cpu ") {
            self.other_pcpu = scanner.decimal();
            if scanner.jump_behind("world ") {
                self.other_world = scanner.decimal();
            }
        }
    }

    fn read_machine_check(&mut self, check: MachineCheck) {
        if self.crash.machine_checks.len() as u64 >= self.limits.machine_checks {
            return note_limit(&mut self.cut, Bound::MachineChecks);
        }
        self.crash.machine_checks.push(check);
    }

    fn read_worlds(&mut self, worlds: WorldLine) {
        for mut entry in worlds.pcpus {
            self.clip_name(&mut entry.world.name);
            self.crash.pcpus.push(entry);
        }
        if worlds.marked_world.is_some() {
            self.crash.pcpu = worlds.marked.or(self.crash.pcpu);
            self.marked_world = worlds.marked_world;
        }
    }

    fn read_states(&mut self, states: &StateLine) {
        if states.first == self.crash.pcpu_states.len() {
            self.crash.pcpu_states.push_str(&states.letters);
        }
    }

    fn read_clock(&mut self, clock: &Clock) {
        self.crash.code_start = self.crash.code_start.or(clock.code_start);
        self.crash.uptime_ms = self.crash.uptime_ms.or(clock.uptime_ms);
        self.crash.tsc = self.crash.tsc.or(clock.tsc);
    }

    fn read_processor(&mut self, processor: ProcessorLine) {
        let host = &mut self.crash.host;
        host.processor = processor.model.or(host.processor.take());
        host.microcode = processor.microcode.or(host.microcode.take());
    }

    fn clip_name(&mut self, name: &mut Option<String>) {
        if let Some(text) = name {
            *text = self.clipped(text, self.limits.name_bytes, Bound::NameBytes);
        }
    }

    fn clipped(&mut self, text: &str, most: u64, bound: Bound) -> String {
        let short = clip_bytes(text, usize::try_from(most).unwrap_or(usize::MAX));
        if short.len() < text.len() {
            note_limit(&mut self.cut, bound);
        }
        short.to_owned()
    }

    /// Publishers mask digits by `####`, `XXXX`, `****` or `0xnn`.
    fn note_masked_digits(&mut self, line: &Line) {
        let masked = ["##", "XXX", "**:", "***", "0xnn", "0xADDRESS"]
            .iter()
            .any(|mask| memchr::memmem::find(line.body.as_bytes(), mask.as_bytes()).is_some());
        let noted = self.crash.defects.last().is_some_and(|last| last.line == line.number);
        if masked && !noted {
            self.defect(DefectCode::MaskedDigits, line.number, &line.body);
        }
    }

    fn defect(&mut self, code: DefectCode, line: usize, text: &str) {
        let last = self.crash.defects.iter().rev().take(NEAR);
        if last.into_iter().any(|defect| defect.code == code && defect.line == line) {
            return;
        }
        if self.crash.defects.len() as u64 >= self.limits.defects {
            return note_limit(&mut self.cut, Bound::Defects);
        }
        let text = clip(text, MAX_QUOTATION).into_owned();
        self.crash.defects.push(Defect { code, line, text });
    }

    fn finish(&mut self, first_line: usize) {
        self.choose_backtraces();
        self.choose_world();
        let crash = &mut self.crash;
        crash.pcpu =
            crash.pcpu.or(self.prefix_pcpu).or(self.other_pcpu).or_else(|| hit_pcpu(crash));
        crash.uptime_ms = crash.uptime_ms.or(self.prefix_uptime);
        let missing = [
            (crash.release.is_none(), DefectCode::NoRelease),
            (crash.panic.is_none(), DefectCode::NoPanicMessage),
            (crash.deciding_frames().is_empty(), DefectCode::NoBacktrace),
        ];
        for (is_missing, code) in missing {
            if is_missing {
                self.defect(code, first_line, "");
            }
        }
    }

    fn choose_backtraces(&mut self) {
        let kind = self.crash.panic.as_ref().map(|panic| panic.kind);
        let backtraces = std::mem::take(&mut self.backtraces);
        let (main, others, cut) = backtraces.finish(kind, self.crash.culprits(), &self.limits);
        self.crash.backtrace = main;
        self.crash.other_backtraces = others;
        if cut {
            note_limit(&mut self.cut, Bound::Frames);
        }
    }

    fn choose_world(&mut self) {
        let in_message = self.crash.panic.as_ref().and_then(|panic| panic.world.clone());
        let world = in_message
            .or_else(|| self.marked_world.take())
            .or_else(|| world_with_id(self.heading_world))
            .or_else(|| world_with_id(self.prefix_world))
            .or_else(|| world_with_id(self.other_world));
        self.crash.world = world.map(|world| World {
            name: world.name.clone().or_else(|| self.listed_name(&world)),
            ..world
        });
    }

    /// The name of `world` in the list of PCPUs.
    fn listed_name(&self, world: &World) -> Option<String> {
        world.id?;
        let entry = self.crash.pcpus.iter().find(|entry| entry.world.id == world.id)?;
        entry.world.name.clone()
    }
}

fn world_with_id(id: Option<u64>) -> Option<World> {
    Some(World { id: Some(id?), name: None })
}
