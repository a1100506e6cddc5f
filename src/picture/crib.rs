//! Known plaintext of a screen in a font that nobody knows: what every screen prints, which breakers of
//! ciphers call a crib.
//!
//! Equal characters are equal pictures, so a crib can lie only where cells are equal that have equal
//! characters: `@vmkernel#nover+0x` has three `e` and two each of `v`, `r` and `n`. Where it lies, its
//! characters are known whatever they look like, and they make room for the next crib.

use std::collections::BTreeMap;

use super::decode::Choices;

/// What screens print with nothing in it that differs from screen to screen; `*` is any character.
const CRIBS: &[&str] = &[
    "0x************:[0x************]*",
    "0x****************:[0x****************]*",
    "@vmkernel#nover+0x",
    "CpuSched_StartWorld@vmkernel#nover+0x",
    "vmkWorldFunc@vmkernel#nover+0x",
    "PanicvPanicInt@vmkernel#nover+0x",
    " stack: 0x",
    "VMware ESXi ",
    "VMware ESX Server ",
    " [Releasebuild-",
    " x86_64] ",
    " X86_64] ",
    "@BlueScreen: ",
    "#PF Exception 14 in world ",
    "#GP Exception 13 in world ",
    "#UD Exception 6 in world ",
    "#MC Exception 18 in world ",
    "#PF Exception(14) in world ",
    "#GP Exception(13) in world ",
    " Exception ",
    "#PF Exception ",
    "#GP Exception ",
    " addr 0x",
    " IP 0x",
    "PTEs:0x",
    ";0x0;",
    ") in world ",
    "NMI IPI: Panic requested by another PCPU",
    "Panic requested by another PCPU",
    "RIPOFF(base):RBP:CS",
    "Spin count exceeded",
    " - possible deadlock with PCPU ",
    "no heartbeat (",
    " IPIs received)",
    "Failed to ack TLB invalidate",
    "Machine Check Exception",
    "Corruption in dlmalloc",
    "Panic Details: Crash at ",
    " on CPU ",
    " running world ",
    " VMK Uptime:",
    "Panic Message: @BlueScreen: ",
    "PANIC bora/vmkernel/main/dlmalloc.c:",
    "PANIC bora/",
    "NOT_IMPLEMENTED bora/",
    "NOT_REACHED bora/",
    "ASSERT bora/",
    "LINT1/NMI (motherboard nonmaskable interrupt), undiagnosed.",
    "This may be a hardware problem; please contact your hardware vendor.",
    "cr0=0x",
    " cr2=0x",
    " cr3=0x",
    " cr4=0x",
    "CR0=0x",
    " CR2=0x",
    " CR3=0x",
    " CR4=0x",
    "frame=0x",
    " ip=0x",
    " rflags=0x",
    "FMS=",
    " uCode=0x",
    "rax=0x",
    " rbx=0x",
    " rcx=0x",
    "rdx=0x",
    " rbp=0x",
    " rsi=0x",
    "rdi=0x",
    " r8=0x",
    " r9=0x",
    "r10=0x",
    " r11=0x",
    " r12=0x",
    "r13=0x",
    " r14=0x",
    " r15=0x",
    "Code start: 0x",
    "Code starts at 0x",
    " VMK uptime: ",
    " TSC: ",
    "LBR: from 0x",
    ": PRDA 0x",
    ": TR 0x",
    " GDT 0x",
    " IDT 0x",
    "Backtrace for current CPU #",
    ", worldID=",
    " Kgs=0x0",
    "Saved backtrace from: pcpu ",
    "Starting coredump to disk",
    "Coredump to disk. Slot ",
    "Finalized dump header (",
    "DiskDump: Successful.",
    "No place on disk to dump data.",
    "No file configured to dump data.",
    "No port for remote debugger.",
    "\"Escape\" for local debugger.",
    "Debugger waiting(world ",
    "Press Escape to enter local debugger",
    "Module(s) involved in panic: [",
];

/// Stands for any character.
const ANY: char = '*';
/// What it says for a place that a cell is empty where the crib is, and that it is not.
const EMPTY: f32 = 1.0;
const INKED: f32 = 0.2;
/// That a cell has the name already.
const KNOWN: f32 = 3.0;
/// That cells are equal where the crib is, at most: a frequent group is so by chance.
const MAX_EQUAL: f32 = 3.0;
/// That a shape is as like a character as any, and how much less it says where it is not, at most.
const LIKE: f32 = 2.5;
const MAX_UNLIKE: f32 = 5.0;
/// A crib lies where so much speaks for it, in logarithms: there are a hundred thousand places and cribs.
const ENOUGH: f32 = 14.0;
/// So much more than for any other that begins there: `cr2=` is like `cr3=`.
const LEAD: f32 = 1.5;
/// A name is taken when no other has more than this part of its votes.
const MAX_OTHER_VOTES: f32 = 0.4;
/// Each round knows more names; they are few, and each crib is found in one of the first.
const ROUNDS: usize = 8;

/// The votes for each name of each group.
type Votes = Vec<BTreeMap<char, f32>>;

/// A screen as a cipher: which group of equal cells stands where.
pub(super) struct Cipher<'a> {
    /// The groups of each row, by column; without ink there is none.
    pub(super) rows: &'a [Vec<Option<usize>>],
    /// For each pair of groups whether they may be one character that noise has parted.
    pub(super) alike: &'a [Vec<bool>],
    /// How like each group is to every character, in logarithms, the likeliest first.
    pub(super) shapes: &'a [Choices],
}

impl Cipher<'_> {
    /// The name of each group by the cribs, where they say one.
    pub(super) fn names(&self) -> Vec<Option<char>> {
        let cribs: Vec<Vec<char>> = CRIBS.iter().map(|crib| crib.chars().collect()).collect();
        let equal = self.worth_of_equal();
        let mut names = vec![None; self.shapes.len()];
        for _ in 0..ROUNDS {
            let mut votes: Votes = vec![BTreeMap::new(); self.shapes.len()];
            for row in self.rows {
                for start in 0..row.len() {
                    self.vote(&cribs, row, start, (&names, &equal), &mut votes);
                }
            }
            let now = self.elected(&votes);
            if now == names {
                break;
            }
            names = now;
        }
        names
    }

    /// What it says that a cell of each group is equal to another one.
    fn worth_of_equal(&self) -> Vec<f32> {
        let mut counts = vec![0usize; self.shapes.len()];
        let cells = self.rows.iter().flatten().flatten();
        cells.for_each(|group| counts[*group] += 1);
        let all = counts.iter().sum::<usize>().max(1) as f32;
        let shares = counts.iter().map(|count| (*count).max(1) as f32 / all);
        shares.map(|share| (-share.ln()).clamp(0.0, MAX_EQUAL)).collect()
    }

    /// Votes for the names of the crib that lies at one place, if one surely does.
    fn vote(
        &self,
        cribs: &[Vec<char>],
        row: &[Option<usize>],
        start: usize,
        (names, equal): (&[Option<char>], &[f32]),
        votes: &mut Votes,
    ) {
        let fits = cribs.iter().filter_map(|crib| {
            let cells = row.get(start..)?;
            Some((self.fit(crib, cells, names, equal)?, crib))
        });
        let mut fits: Vec<(f32, &Vec<char>)> = fits.collect();
        fits.sort_by(|one, other| other.0.total_cmp(&one.0));
        let Some((best, crib)) = fits.first().filter(|(fit, _)| *fit >= ENOUGH) else { return };
        if fits.iter().skip(1).any(|(fit, other)| *fit > best - LEAD && is_other(crib, other)) {
            return;
        }
        for (place, character) in crib.iter().enumerate() {
            if let Some(Some(group)) = row.get(start + place)
                && *character != ANY
                && !self.is_beside(crib, place, *group)
            {
                *votes[*group].entry(*character).or_default() += best;
            }
        }
    }

    /// True where a crib ends in a character that a cell is not like at all: what stands there may be another
    /// one (`Foo'@'vmkernel#nover+0x12`, of which somebody had put all `@` between quotes).
    fn is_beside(&self, crib: &[char], place: usize, group: usize) -> bool {
        (place == 0 || place + 1 == crib.len()) && self.unlikeness(group, crib[place]) >= MAX_UNLIKE
    }

    /// What speaks for a crib that lies on these cells; `None` where it cannot.
    fn fit(
        &self,
        crib: &[char],
        cells: &[Option<usize>],
        names: &[Option<char>],
        equal: &[f32],
    ) -> Option<f32> {
        let mut sum = 0.0;
        for (place, character) in crib.iter().enumerate() {
            let cell = cells.get(place).copied().flatten();
            if *character == ' ' {
                if cell.is_some() {
                    return None;
                }
                sum += EMPTY;
                continue;
            }
            let group = cell?;
            if *character == ANY {
                sum += INKED;
                continue;
            }
            let earlier = crib[..place].iter().position(|earlier| earlier == character);
            sum += match (names[group], earlier) {
                (Some(name), _) if name == *character => KNOWN,
                (Some(_), _) => return None,
                (None, Some(earlier)) => {
                    self.alike[cells[earlier]?][group].then_some(equal[group])?
                }
                (None, None) => {
                    let is_taken = cells[..place].contains(&Some(group))
                        || self.is_of_another(*character, group, names);
                    (!is_taken).then(|| LIKE - self.unlikeness(group, *character))?
                }
            };
        }
        Some(sum)
    }

    /// True when a group that looks different has this name already.
    fn is_of_another(&self, character: char, group: usize, names: &[Option<char>]) -> bool {
        names.iter().zip(&self.alike[group]).any(|(name, alike)| *name == Some(character) && !alike)
    }

    /// How much less like a character a group is than the one that it is most like.
    fn unlikeness(&self, group: usize, character: char) -> f32 {
        let choices = &self.shapes[group];
        let own = choices.iter().find(|choice| choice.1 == character);
        own.map_or(MAX_UNLIKE, |own| (choices[0].0 - own.0).min(MAX_UNLIKE))
    }

    /// The names that have clearly the most votes: of groups that look different one has each.
    fn elected(&self, votes: &Votes) -> Vec<Option<char>> {
        let mut elected: Vec<(f32, usize, char)> = Vec::new();
        for (group, votes) in votes.iter().enumerate() {
            let Some((name, most)) = votes.iter().max_by(|one, other| one.1.total_cmp(other.1))
            else {
                continue;
            };
            let others: f32 = votes.values().sum::<f32>() - most;
            if others <= MAX_OTHER_VOTES * most {
                elected.push((*most, group, *name));
            }
        }
        elected.sort_by(|one, other| other.0.total_cmp(&one.0).then(one.1.cmp(&other.1)));
        let mut names = vec![None; votes.len()];
        for (_, group, name) in elected {
            if !self.is_of_another(name, group, &names) {
                names[group] = Some(name);
            }
        }
        names
    }
}

/// True unless one crib begins with the other: then both say the same.
fn is_other(one: &[char], other: &[char]) -> bool {
    !one.starts_with(other) && !other.starts_with(one)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The groups of a text: one for each character, in the order of their first places.
    fn groups_of(text: &str) -> (Vec<char>, Vec<Vec<Option<usize>>>) {
        let mut characters: Vec<char> = Vec::new();
        let mut rows = Vec::new();
        for line in text.lines() {
            let mut row = Vec::new();
            for character in line.chars() {
                if character == ' ' {
                    row.push(None);
                    continue;
                }
                let known = characters.iter().position(|known| *known == character);
                row.push(Some(known.unwrap_or(characters.len())));
                if known.is_none() {
                    characters.push(character);
                }
            }
            rows.push(row);
        }
        (characters, rows)
    }

    /// How like a group is to each character: more to the next one than to its own.
    fn misleading(own: char) -> Choices {
        let all = ('!'..='~').map(|character| match character as i32 - own as i32 {
            1 => (0.0, character),
            0 => (-1.5, character),
            _ => (-6.0, character),
        });
        let mut all: Choices = all.collect();
        all.sort_by(|one, other| other.0.total_cmp(&one.0));
        all
    }

    /// The characters of a text that are named by cribs, when shapes mislead; panics when one is named wrong.
    #[track_caller]
    fn named(text: &str) -> String {
        let (characters, rows) = groups_of(text);
        let shapes: Vec<Choices> = characters.iter().copied().map(misleading).collect();
        let alike: Vec<Vec<bool>> = (0..characters.len())
            .map(|one| (0..characters.len()).map(|other| one == other).collect())
            .collect();
        let names = Cipher { rows: &rows, alike: &alike, shapes: &shapes }.names();
        for (character, name) in characters.iter().zip(&names) {
            assert!(name.is_none_or(|name| name == *character), "{character} is named {name:?}");
        }
        let mut named: Vec<char> = names.into_iter().flatten().collect();
        named.sort_unstable();
        named.into_iter().collect()
    }

    #[test]
    fn what_every_screen_prints_is_found_whatever_it_looks_like() {
        let screen = "#PF Exception 14 in world 32867:vmnic2 IP 0x418009a3b2c1 addr 0x0\n\
            0x4123a5b7c8d9:[0x418009a3b2c1]Foo_Bar@vmkernel#nover+0x12 stack: 0x0\n\
            0x4123a5b7c8d9:[0x418009a3b2c1]QuuxYzz@jkl#nover+0x7f stack: 0x41";
        assert_eq!(named(screen), "#+014:@EFP[]acdeiklmnoprstvwx");
    }

    #[test]
    fn what_stands_beside_a_crib_is_not_named_by_it() {
        // Somebody had put quotes around all at signs: the quote is as unlike one as can be.
        let screen = "#PF Exception 14 in world 32867:vmnic2 IP 0x418009a3b2c1 addr 0x0\n\
            0x4123a5b7c8d9:[0x418009a3b2c1]Foo_Bar'@'vmkernel#nover+0x12 stack: 0x0\n\
            0x4123a5b7c8d9:[0x418009a3b2c1]QuuxYzz'@'vmkernel#nover+0x7f stack: 0x41";
        assert!(!named(screen).contains(['\'', '@']));
    }

    #[test]
    fn a_text_without_cribs_names_nothing() {
        assert_eq!(named("the quick brown fox jumps over the lazy dog again and again"), "");
        assert_eq!(named(""), "");
    }
}
