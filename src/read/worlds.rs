//! The lines that tell which world ran on which PCPU.

use crate::crash::{PcpuWorld, World};
use crate::text::Scanner;

/// The worlds of one such line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct WorldLine {
    /// The PCPUs and their worlds, in printed order.
    pub pcpus: Vec<PcpuWorld>,
    /// The PCPU that is marked as the one that panicked.
    pub marked: Option<u32>,
    /// The world after the mark, also where its PCPU is masked.
    pub marked_world: Option<World>,
}

impl WorldLine {
    fn push(&mut self, pcpu: Option<u32>, world: World, marked: bool) {
        if marked {
            self.marked = pcpu;
            self.marked_world = Some(world.clone());
        }
        if let Some(pcpu) = pcpu {
            self.pcpus.push(PcpuWorld { pcpu, world });
        }
    }
}

/// Reads one line of PCPUs and worlds in any generation's form; `None` for any other line.
pub(super) fn parse_world_line(body: &str) -> Option<WorldLine> {
    slash_form(body).or_else(|| oldest_form(body))
}

/// `*0:1037/helper1-4 1:1107/vmm0:Fagi` (3.5 to 6.x), `CPU0:1037/helper1-4 cpu1:…` (capitals
/// mark the one that panicked, VMware 1004250) and `*PCPU89:37036812/ssacli` (7.x on).
fn slash_form(body: &str) -> Option<WorldLine> {
    let mut line = WorldLine::default();
    let mut words = body.split_whitespace();
    let (mut pcpu, mut world, mut marked) = slash_word(words.next()?)?;
    for word in words {
        match slash_word(word) {
            Some(next) => {
                line.push(pcpu, world, marked);
                (pcpu, world, marked) = next;
            }
            // A world name may hold a space: `1:2098002/CAM taskq`.
            None => {
                let name = world.name.get_or_insert_default();
                name.push(' ');
                name.push_str(word);
            }
        }
    }
    line.push(pcpu, world, marked);
    Some(line)
}

/// True for one entry of a list of worlds: `*0:1037/helper1-4`.
pub(super) fn is_world_word(word: &str) -> bool {
    slash_word(word).is_some()
}

fn slash_word(word: &str) -> Option<(Option<u32>, World, bool)> {
    let mut scanner = Scanner::new(word);
    let star = scanner.eat("*");
    let capital = scanner.eat("CPU");
    let lower = !capital && (scanner.eat("PCPU") || scanner.eat("cpu"));
    let pcpu: Option<u32> = scanner.decimal();
    if !scanner.eat(":") {
        return None;
    }
    let id = scanner.decimal();
    // A masked number is as good as a printed one only where a mark makes the line sure.
    if !scanner.eat("/") || !(pcpu.is_some() || star || capital || lower) {
        return None;
    }
    let name = scanner.rest();
    let world = World { id, name: (!name.is_empty()).then(|| name.to_owned()) };
    Some((pcpu, world, star || capital))
}

/// `cpu 0 2673 vmm0:keys: cpu 1 2372 mks:dc02: CPU 2 1038 hel` (ESX 2.x, VMware 1020214).
fn oldest_form(body: &str) -> Option<WorldLine> {
    if !body.split_whitespace().next().is_some_and(is_cpu) {
        return None;
    }
    let words: Vec<&str> = body.split_whitespace().collect();
    let starts: Vec<usize> = (0..words.len()).filter(|&at| is_cpu(words[at])).collect();
    let mut line = WorldLine::default();
    for (index, &start) in starts.iter().enumerate() {
        let end = starts.get(index + 1).copied().unwrap_or(words.len());
        let [cpu, pcpu, id, name @ ..] = words.get(start..end)? else {
            return None;
        };
        let name = name.join(" ");
        let world = World { id: Some(id.parse().ok()?), name: (!name.is_empty()).then_some(name) };
        line.push(Some(pcpu.parse().ok()?), world, *cpu == "CPU");
    }
    Some(line)
}

fn is_cpu(word: &str) -> bool {
    word.eq_ignore_ascii_case("cpu")
}

/// The run states of some PCPUs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct StateLine {
    /// The PCPU of the first letter.
    pub first: usize,
    /// One letter a PCPU.
    pub letters: String,
}

/// Reads `PCPU  0: SSSSSSVVIS…`: the first PCPU and one state letter a PCPU (6.5 on).
pub(super) fn parse_state_line(body: &str) -> Option<StateLine> {
    let mut scanner = Scanner::new(body);
    if !scanner.eat("PCPU") {
        return None;
    }
    let first = scanner.skip_blanks().decimal()?;
    if !scanner.eat(":") {
        return None;
    }
    let letters = scanner.skip_blanks().rest().trim();
    let states = letters.bytes().all(|c| matches!(c, b'S' | b'I' | b'U' | b'V' | b'H' | b'W'));
    (states && !letters.is_empty()).then(|| StateLine { first, letters: letters.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Writes a line as `marked | pcpu=id:name, …`.
    #[track_caller]
    fn check(body: &str, expected: &str) {
        let found = parse_world_line(body).map_or("none".to_owned(), |line| {
            let pcpus: Vec<String> = line.pcpus.iter().map(written).collect();
            let marked = line.marked.map_or("-".into(), |pcpu| pcpu.to_string());
            format!("{marked} | {}", pcpus.join(", "))
        });
        assert_eq!(found, expected, "{body}");
    }

    fn written(entry: &PcpuWorld) -> String {
        let id = entry.world.id.map_or("-".into(), |id| id.to_string());
        let name = entry.world.name.clone().unwrap_or_default();
        format!("{}={id}:{name}", entry.pcpu)
    }

    #[test]
    fn every_generation_is_read() {
        check(
            "*0:1037/helper1-4 1:1107/vmm0:Fagi 2:1121/vmware-vm 3:1122/mks:Franc",
            "0 | 0=1037:helper1-4, 1=1107:vmm0:Fagi, 2=1121:vmware-vm, 3=1122:mks:Franc",
        );
        check("cpu0:1037/helper1-4 CPU1:1107/vmm0:Fagi", "1 | 0=1037:helper1-4, 1=1107:vmm0:Fagi");
        check(
            "cpu 0 2673 vmm0:keys: cpu 1 2372 mks:dc02: CPU 2 1038 hel",
            "2 | 0=2673:vmm0:keys:, 1=2372:mks:dc02:, 2=1038:hel",
        );
        check("*PCPU89:37036812/ssacli", "89 | 89=37036812:ssacli");
        check("1:2098002/CAM taskq 2:2097/x", "- | 1=2098002:CAM taskq, 2=2097:x");
        check("*PCPU : /vsfwd", "none");
        check("0:08:04:55.679 uptime", "none");
        check("cpu time is short", "none");
    }

    #[test]
    fn states_are_letters_only() {
        assert_eq!(parse_state_line("PCPU  0: SSVIU"), states(0, "SSVIU"));
        assert_eq!(parse_state_line("PCPU 64: SUSI"), states(64, "SUSI"));
        assert_eq!(parse_state_line("PCPU 118: no heartbeat (3/3"), None);
    }

    fn states(first: usize, letters: &str) -> Option<StateLine> {
        Some(StateLine { first, letters: letters.to_owned() })
    }
}
