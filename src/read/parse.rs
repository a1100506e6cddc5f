//! Turns a region into a [`Crash`]. Never fails: what is missing is absent,
//! what is odd is a defect.

use std::mem;

use super::fields::{
    parse_clock, parse_core_dump, parse_header, parse_heading, parse_modules, parse_registers,
};
use super::formats::Class;
use super::frames::parse_frame;
use super::line::Line;
use super::machine_checks::parse_machine_check;
use super::panic_message::{parse_panic, recognise};
use super::region::Region;
use super::worlds::{parse_state_line, parse_world_line};
use crate::crash::{Backtrace, Crash, Defect, DefectCode, Role, World};
use crate::text::{Scanner, clip};

/// Most defects of one crash that are written down one by one.
const DEFECTS: usize = 50;
/// Longest quotation in a defect, in characters.
const QUOTATION: usize = 120;

/// Reads everything that the lines of `region` say.
pub fn parse(region: &Region) -> Crash {
    let mut parser = Parser::default();
    for (line, class) in &region.lines {
        parser.read(line, *class);
    }
    for &number in &region.invalid {
        parser.defect(DefectCode::InvalidText, number, "bytes that are not UTF-8");
    }
    parser.finish(region.first_line)
}

#[derive(Default)]
struct Parser {
    crash: Crash,
    /// Backtraces in printed order; `origin` is empty for the reporting PCPU's.
    backtraces: Vec<Backtrace>,
    marked_world: Option<World>,
    heading_world: Option<u64>,
    prefix_pcpu: Option<u32>,
    prefix_world: Option<u64>,
    prefix_uptime: Option<u64>,
}

impl Parser {
    fn read(&mut self, line: &Line, class: Class) {
        let body = line.body.as_str();
        match class {
            Class::Header => self.header(line),
            Class::Message => self.message(line, recognise(body).unwrap_or(body)),
            Class::Summary => self.summary(body),
            Class::Heading => self.heading(body),
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
            Class::MachineCheck => self.crash.machine_checks.extend(parse_machine_check(body)),
            Class::Processor => self.processor(body),
            Class::Other => self.crash.log_lines.push(body.to_owned()),
            Class::Furniture | Class::Blank => {}
        }
        if class != Class::Other {
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
        self.leave_saved_backtrace();
    }

    fn message(&mut self, line: &Line, message: &str) {
        let panic = parse_panic(message);
        if panic.message.len() < message.len() {
            self.defect(DefectCode::GluedLines, line.number, message);
        }
        match &self.crash.panic {
            None => self.crash.panic = Some(panic),
            Some(first) if first.message != panic.message => {
                self.crash.log_lines.push(line.body.clone());
            }
            Some(_) => {}
        }
        self.leave_saved_backtrace();
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

    fn heading(&mut self, body: &str) {
        let Some(heading) = parse_heading(body) else {
            return;
        };
        if heading.origin.is_none() {
            self.crash.pcpu = self.crash.pcpu.or(heading.pcpu);
            self.heading_world = self.heading_world.or(heading.world);
        }
        self.backtraces.push(Backtrace {
            origin: heading.origin.unwrap_or_default(),
            pcpu: heading.pcpu,
            ..Backtrace::default()
        });
    }

    /// The header and the message end a saved backtrace: what follows is the reporting PCPU's.
    fn leave_saved_backtrace(&mut self) {
        if self.backtraces.last().is_some_and(|last| !last.origin.is_empty()) {
            self.backtraces.push(Backtrace::default());
        }
    }

    fn frame(&mut self, line: &Line) {
        let Some((parsed, _)) = parse_frame(&line.body) else {
            return;
        };
        if parsed.obfuscated {
            self.defect(DefectCode::ObfuscatedName, line.number, &line.body);
        }
        if parsed.rejoined {
            self.defect(DefectCode::BlankInName, line.number, &line.body);
        }
        if parsed.masked {
            self.defect(DefectCode::MaskedDigits, line.number, &line.body);
        }
        let other =
            |last: &Backtrace| parsed.origin.as_ref().is_some_and(|origin| *origin != last.origin);
        if self.backtraces.last().is_none_or(other) {
            let origin = parsed.origin.unwrap_or_default();
            let pcpu = origin.split_whitespace().find_map(|word| word.parse().ok());
            self.backtraces.push(Backtrace { origin, pcpu, ..Backtrace::default() });
        }
        if let Some(last) = self.backtraces.last_mut() {
            last.frames.push(parsed.frame);
        }
    }

    fn worlds(&mut self, body: &str) {
        let Some(line) = parse_world_line(body) else {
            return;
        };
        self.crash.pcpus.extend(line.pcpus);
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
        if self.crash.defects.len() < DEFECTS {
            let text = clip(text, QUOTATION).into_owned();
            self.crash.defects.push(Defect { code, line, text });
        }
    }

    fn finish(mut self, first_line: usize) -> Crash {
        self.choose_backtraces();
        self.choose_world();
        let crash = &mut self.crash;
        crash.pcpu = crash.pcpu.or(self.prefix_pcpu);
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
        self.crash
    }

    /// Sorts the backtraces into the main one and the others, and marks the one that decides.
    fn choose_backtraces(&mut self) {
        let mut backtraces = mem::take(&mut self.backtraces);
        backtraces.retain(|backtrace| !backtrace.frames.is_empty());
        // A log prints the backtrace twice, once cut at the console's width: the longer one counts.
        let main = (0..backtraces.len())
            .filter(|&index| backtraces[index].origin.is_empty())
            .max_by_key(|&index| (backtraces[index].frames.len(), usize::MAX - index));
        if let Some(index) = main {
            self.crash.backtrace = backtraces.remove(index).frames;
        }
        for backtrace in &mut backtraces {
            if backtrace.origin.is_empty() {
                backtrace.origin = "current CPU, printed again".to_owned();
            }
        }
        self.crash.other_backtraces = backtraces;
        self.mark_deciding();
    }

    fn mark_deciding(&mut self) {
        let culprits = self.crash.culprits().to_vec();
        let names_culprit =
            self.crash.panic.as_ref().is_some_and(|panic| panic.kind.names_culprit());
        let main_is_empty = self.crash.backtrace.is_empty();
        let usable = |backtrace: &Backtrace| {
            let named = backtrace.frames.iter();
            named.filter(|f| f.function.is_some() && f.role == Role::Story).count() >= 2
        };
        let of_culprit =
            |backtrace: &Backtrace| backtrace.pcpu.is_some_and(|pcpu| culprits.contains(&pcpu));
        let others = &mut self.crash.other_backtraces;
        let chosen = others
            .iter()
            .position(|other| names_culprit && usable(other) && of_culprit(other))
            .or_else(|| others.iter().position(|_| main_is_empty));
        if let Some(index) = chosen {
            others[index].decides = true;
        }
    }

    fn choose_world(&mut self) {
        let in_message = self.crash.panic.as_ref().and_then(|panic| panic.world.clone());
        let by_id = |id: Option<u64>| id.map(|id| World { id: Some(id), name: None });
        let world = in_message
            .or_else(|| self.marked_world.take())
            .or_else(|| by_id(self.heading_world))
            .or_else(|| by_id(self.prefix_world));
        let listed = |world: &World| {
            let same =
                |entry: &&crate::crash::PcpuWorld| entry.world.id == world.id && world.id.is_some();
            self.crash.pcpus.iter().find(same).and_then(|entry| entry.world.name.clone())
        };
        self.crash.world = world
            .map(|world| World { name: world.name.clone().or_else(|| listed(&world)), ..world });
    }
}
