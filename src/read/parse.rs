//! Turns a region into a [`Crash`]. Never fails: what is missing is absent,
//! what is odd is a defect.

use super::backtraces::Backtraces;
use super::fields::{parse_clock, parse_core_dump, parse_header, parse_heading, parse_modules};
use super::formats::Class;
use super::frames::parse_frame;
use super::limits::Limits;
use super::line::Line;
use super::machine_checks::parse_machine_check;
use super::nmi::parse_nmi;
use super::panic_message::{parse_panic, recognise};
use super::region::Region;
use super::registers::parse_registers;
use super::worlds::{parse_state_line, parse_world_line};
use crate::crash::{Crash, Defect, DefectCode, Frame, PanicKind, ScreenLine, Trust, World};
use crate::text::{Scanner, clip, clip_bytes};

/// Defects among which one of the same line is looked for.
const NEAR: usize = 4;
/// Longest quotation in a defect, in characters.
const QUOTATION: usize = 120;

/// Reads everything that the lines of `region` say; the codes of the bounds that cut something.
pub(super) fn parse(region: &Region, limits: &Limits) -> (Crash, Vec<&'static str>) {
    let mut parser = Parser { limits: *limits, ..Parser::default() };
    for (line, class) in &region.lines {
        parser.read(line, *class);
    }
    for &number in &region.invalid {
        parser.defect(DefectCode::InvalidText, number, "bytes that are not UTF-8");
    }
    parser.finish(region.first_line)
}

/// `Machine Check Exception on PCPU42 in world …` (Broadcom 367928): the PCPU that it hit reports it.
fn hit_pcpu(crash: &Crash) -> Option<u32> {
    let panic = crash.panic.as_ref().filter(|panic| panic.kind == PanicKind::MachineCheck)?;
    let (_, rest) =
        panic.message.split_once("on PCPU").or_else(|| panic.message.split_once("on cpu "))?;
    Scanner::new(rest).decimal()?.try_into().ok()
}

#[derive(Default)]
struct Parser {
    limits: Limits,
    cut: Vec<&'static str>,
    crash: Crash,
    backtraces: Backtraces,
    marked_world: Option<World>,
    heading_world: Option<u64>,
    /// What `Panic from another CPU` names.
    other_pcpu: Option<u32>,
    other_world: Option<u64>,
    prefix_pcpu: Option<u32>,
    prefix_world: Option<u64>,
    prefix_uptime: Option<u64>,
}

impl Parser {
    fn read(&mut self, line: &Line, class: Class) {
        if let Some(part) = class.part() {
            self.crash.screen.push(ScreenLine { part, text: line.body.clone() });
        }
        self.crash.date = self.crash.date.or(line.prefix.date.filter(|_| class != Class::Other));
        let body = line.body.as_str();
        match class {
            Class::Header => self.header(line),
            Class::Message => self.message(line, recognise(body).unwrap_or(body)),
            Class::Summary => self.summary(body),
            Class::Heading => self.heading(line),
            Class::Frame | Class::BareFrame => self.frame(line),
            Class::Registers => {
                self.crash.registers.extend(parse_registers(body).unwrap_or_default());
            }
            Class::Worlds => self.worlds(body),
            Class::States => self.states(body),
            Class::Clock => self.clock(body),
            Class::Modules => {
                self.crash.host.drivers.extend(parse_modules(body).unwrap_or_default());
            }
            Class::CoreDump => self.core_dump(body),
            Class::MachineCheck | Class::MachineException => self.machine_check(body),
            Class::Processor => self.processor(body),
            Class::Other => {
                self.furniture(body);
                self.crash.log_lines.push(body.to_owned());
            }
            Class::Furniture => self.furniture(body),
            Class::Blank => {}
        }
        if matches!(class, Class::Message | Class::Other)
            && let Some(nmi) = parse_nmi(body)
        {
            self.crash.nmi = Some(nmi);
        }
        if !matches!(class, Class::Other | Class::Blank) {
            for code in &line.repairs {
                self.defect(*code, line.number, &line.body);
            }
            self.masked(line);
        }
        if class != Class::Other && class != Class::BareFrame {
            self.prefix_pcpu = self.prefix_pcpu.or(line.prefix.pcpu);
            self.prefix_world = self.prefix_world.or(line.prefix.world);
            self.prefix_uptime = self.prefix_uptime.or(line.prefix.uptime_ms);
        }
    }

    fn header(&mut self, line: &Line) {
        let Some(header) = parse_header(&line.body) else {
            return;
        };
        self.crash.release.get_or_insert(header.release);
        if !header.rest.is_empty() {
            self.defect(DefectCode::GluedLines, line.number, header.rest);
            self.message(line, header.rest);
        }
        self.backtraces.own(line.prefix.pcpu);
        self.backtraces.leave_saved(line.prefix.pcpu);
    }

    fn message(&mut self, line: &Line, message: &str) {
        let short = self.clipped(message, self.limits.message_bytes, "message-bytes");
        let mut panic = parse_panic(&short);
        if let Some(world) = &mut panic.world {
            self.clip_name(&mut world.name);
        }
        if panic.message.len() < short.len() {
            self.defect(DefectCode::GluedLines, line.number, message);
        }
        match &self.crash.panic {
            None => self.crash.panic = Some(panic),
            Some(first) if first.message != panic.message => {
                let repeated = first.message.ends_with(&panic.message)
                    || panic.message.ends_with(&first.message);
                self.crash.log_lines.push(line.body.clone());
                if !repeated {
                    self.defect(DefectCode::PanicInPanic, line.number, message);
                }
            }
            Some(_) => {}
        }
        self.backtraces.own(line.prefix.pcpu);
        self.backtraces.leave_saved(line.prefix.pcpu);
    }

    /// `Panic Details: Crash at T on CPU 27 running world 2098651 - PLOGHelperQueue. VMK Uptime:…`.
    fn summary(&mut self, body: &str) {
        let mut scanner = Scanner::new(body);
        if scanner.jump_behind("on CPU ") {
            self.crash.pcpu = scanner.decimal().and_then(|pcpu| pcpu.try_into().ok());
        }
        if scanner.jump_behind("running world ") {
            let id = scanner.decimal();
            let named = scanner.eat(" - ");
            let name = scanner.until(". ").filter(|_| named).map(str::to_owned);
            self.marked_world = Some(World { id, name });
        }
        self.clock(body);
    }

    fn heading(&mut self, line: &Line) {
        let Some(heading) = parse_heading(&line.body) else {
            return;
        };
        if heading.origin.is_none() && !self.backtraces.is_foreign(line.prefix.pcpu) {
            self.crash.pcpu = self.crash.pcpu.or(heading.pcpu);
            self.heading_world = self.heading_world.or(heading.world);
        }
        self.backtraces.heading(line.prefix.pcpu, heading);
    }

    fn frame(&mut self, line: &Line) {
        let Some((mut parsed, _)) = parse_frame(&line.body) else {
            return;
        };
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
        if self.backtraces.frame(line.prefix.pcpu, parsed.origin, parsed.frame) {
            self.defect(DefectCode::InterleavedLines, line.number, &line.body);
        }
    }

    /// `Panic: 589: Panic from another CPU (cpu 78, world 2098897): ip=0x…` (Broadcom 385615).
    fn furniture(&mut self, body: &str) {
        let mut scanner = Scanner::new(body);
        if scanner.jump_behind("Panic from another CPU (cpu ") {
            self.other_pcpu = scanner.decimal().and_then(|pcpu| pcpu.try_into().ok());
            if scanner.jump_behind("world ") {
                self.other_world = scanner.decimal();
            }
        }
    }

    fn machine_check(&mut self, body: &str) {
        if self.crash.machine_checks.len() as u64 >= self.limits.machine_checks {
            return self.limit("machine-checks");
        }
        self.crash.machine_checks.extend(parse_machine_check(body));
    }

    fn limit(&mut self, code: &'static str) {
        if !self.cut.contains(&code) {
            self.cut.push(code);
        }
    }

    fn clip_name(&mut self, name: &mut Option<String>) {
        if let Some(text) = name {
            *text = self.clipped(text, self.limits.name_bytes, "name-bytes");
        }
    }

    fn clipped(&mut self, text: &str, most: u64, code: &'static str) -> String {
        let short = clip_bytes(text, usize::try_from(most).unwrap_or(usize::MAX));
        if short.len() < text.len() {
            self.limit(code);
        }
        short.to_owned()
    }

    fn worlds(&mut self, body: &str) {
        let Some(line) = parse_world_line(body) else {
            return;
        };
        for mut entry in line.pcpus {
            self.clip_name(&mut entry.world.name);
            self.crash.pcpus.push(entry);
        }
        if line.marked_world.is_some() {
            self.crash.pcpu = line.marked.or(self.crash.pcpu);
            self.marked_world = line.marked_world;
        }
    }

    fn states(&mut self, body: &str) {
        if let Some((first, letters)) = parse_state_line(body)
            && first == self.crash.pcpu_states.len()
        {
            self.crash.pcpu_states.push_str(letters);
        }
    }

    fn clock(&mut self, body: &str) {
        let Some(clock) = parse_clock(body) else {
            return;
        };
        self.crash.code_start = self.crash.code_start.or(clock.code_start);
        self.crash.uptime_ms = self.crash.uptime_ms.or(clock.uptime_ms);
        self.crash.tsc = self.crash.tsc.or(clock.tsc);
    }

    /// The last line about the dump says how far it came.
    fn core_dump(&mut self, body: &str) {
        if let Some(dump) = parse_core_dump(body) {
            self.crash.core_dump = Some(dump);
        }
    }

    fn processor(&mut self, body: &str) {
        for word in body.split_whitespace() {
            match word.split_once('=') {
                Some(("FMS", value)) => self.crash.host.processor = Some(value.to_owned()),
                Some(("uCode", value)) => self.crash.host.microcode = Some(value.to_owned()),
                _ => {}
            }
        }
    }

    /// Publishers mask digits by `####`, `XXXX`, `****` or `0xnn`.
    fn masked(&mut self, line: &Line) {
        let masked = ["##", "XXX", "**:", "***", "0xnn", "0xADDRESS"]
            .iter()
            .any(|mask| line.body.contains(mask));
        let noted = self.crash.defects.last().is_some_and(|last| last.line == line.number);
        if masked && !noted {
            self.defect(DefectCode::MaskedDigits, line.number, &line.body);
        }
    }

    fn defect(&mut self, code: DefectCode, line: usize, text: &str) {
        let noted = |defect: &Defect| defect.code == code && defect.line == line;
        if self.crash.defects.iter().rev().take(NEAR).any(noted) {
            return;
        }
        if self.crash.defects.len() as u64 >= self.limits.defects {
            return self.limit("defects");
        }
        let text = clip(text, QUOTATION).into_owned();
        self.crash.defects.push(Defect { code, line, text });
    }

    fn finish(mut self, first_line: usize) -> (Crash, Vec<&'static str>) {
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
        (self.crash, self.cut)
    }

    fn choose_backtraces(&mut self) {
        let kind = self.crash.panic.as_ref().map(|panic| panic.kind);
        let backtraces = std::mem::take(&mut self.backtraces);
        let (main, others, cut) = backtraces.finish(kind, self.crash.culprits(), &self.limits);
        self.crash.backtrace = main;
        self.crash.other_backtraces = others;
        if cut {
            self.limit("frames");
        }
    }

    fn choose_world(&mut self) {
        let in_message = self.crash.panic.as_ref().and_then(|panic| panic.world.clone());
        let by_id = |id: Option<u64>| id.map(|id| World { id: Some(id), name: None });
        let world = in_message
            .or_else(|| self.marked_world.take())
            .or_else(|| by_id(self.heading_world))
            .or_else(|| by_id(self.prefix_world))
            .or_else(|| by_id(self.other_world));
        let listed = |world: &World| {
            let same =
                |entry: &&crate::crash::PcpuWorld| entry.world.id == world.id && world.id.is_some();
            self.crash.pcpus.iter().find(same).and_then(|entry| entry.world.name.clone())
        };
        self.crash.world = world
            .map(|world| World { name: world.name.clone().or_else(|| listed(&world)), ..world });
    }
}
