//! Ordinary texts that hold no purple screen: logs, traces of other programs, pages, lists, sources.
//!
//! `PSOD_MATCH_THOROUGH=1 cargo test --workspace --test reading ordinary` reads 4,000 of them instead of a
//! sample; `PSOD_MATCH_TEXTS=DIRECTORY` reads every file below a directory as well and names each in which
//! a crash is found.

use std::fmt::Write as _;
use std::path::PathBuf;

use psod_match::read::crashes_in_text;
use rayon::prelude::*;

/// A kind of text: its name, and lines with places in braces that are filled anew for each text.
type Kind = (&'static str, &'static str);

const KINDS: &[Kind] = &[
    ("vmkernel log", include_str!("ordinary/vmkernel.txt")),
    ("logs of management agents", include_str!("ordinary/agents.txt")),
    ("boot of a host", include_str!("ordinary/boot.txt")),
    ("syslog", include_str!("ordinary/syslog.txt")),
    ("dmesg of Linux", include_str!("ordinary/dmesg.txt")),
    ("journal and cluster", include_str!("ordinary/cluster.txt")),
    ("events of Windows", include_str!("ordinary/windows.txt")),
    ("web servers", include_str!("ordinary/web.txt")),
    ("traces of programs", include_str!("ordinary/traces.txt")),
    ("debuggers of programs", include_str!("ordinary/debuggers.txt")),
    ("log of a virtual machine", include_str!("ordinary/vm.txt")),
    ("shell sessions", include_str!("ordinary/shell.txt")),
    ("prose", include_str!("ordinary/prose.txt")),
    ("word lists", include_str!("ordinary/words.txt")),
    ("names of functions of others", include_str!("ordinary/functions.txt")),
    ("sources", include_str!("ordinary/sources.txt")),
    ("data", include_str!("ordinary/data.txt")),
    ("Markdown", include_str!("ordinary/markdown.txt")),
    ("mails and tickets", include_str!("ordinary/mails.txt")),
    ("Japanese", include_str!("ordinary/japanese.txt")),
];

/// What a place in braces stands for.
const PLACES: &[(&str, &[&str])] = &[
    ("host", &["box01", "esx-07", "db2", "web01.example.com", "node-3", "0xdeadhost", "10.1.2.3"]),
    ("user", &["root", "operator", "backup", "first.last", "svc_account"]),
    (
        "word",
        &[
            "ready",
            "offline",
            "HelloWorld",
            "created_at",
            "eth0",
            "LinkedIn",
            "x86_64",
            "panic",
            "idle",
        ],
    ),
    ("file", &["main.c", "input.rs", "Main.java", "server.go", "setup.py", "index.js", "heap.c"]),
    (
        "func",
        &[
            "main",
            "do_syscall_64",
            "usb_submit_urb",
            "tcp_v4_rcv",
            "handleRequest",
            "readLine",
            "panic_on_oops",
        ],
    ),
    ("disk", &["naa.600508b1001c", "mpx.vmhba0:C0:T0:L0", "t10.ATA_____ST1", "datastore1", "sda1"]),
    ("nic", &["vmnic0", "vmnic3", "eth0", "ens192", "vmk1"]),
    ("driver", &["lpfc", "ixgben", "nvme_pcie", "vmw_ahci", "qlnativefc", "e1000e"]),
];

/// A sequence of numbers that is the same in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % most as u64).expect("a small number")
    }
}

/// `line` with its places filled.
fn filled(line: &str, dice: &mut Dice) -> String {
    let mut text = String::new();
    let mut rest = line;
    while let Some((before, after)) = rest.split_once('{') {
        text.push_str(before);
        let (place, after) = after.split_once('}').expect("a closed place");
        fill(&mut text, place, dice);
        rest = after;
    }
    text + rest
}

fn fill(text: &mut String, place: &str, dice: &mut Dice) {
    let known = PLACES.iter().find(|(name, _)| *name == place);
    let _ = match place {
        "n" => write!(text, "{}", dice.below(100)),
        "id" => write!(text, "{}", 2_097_152 + dice.below(90_000)),
        "hex" => write!(text, "0x{:x}", dice.below(1 << 31)),
        "kernel" => write!(text, "0x4180{:08x}", dice.below(1 << 31)),
        "ms" => write!(
            text,
            "2023-04-{:02}T10:{:02}:07.{:03}Z",
            1 + dice.below(28),
            dice.below(60),
            dice.below(1000)
        ),
        "open" => write!(text, "{{"),
        "close" => write!(text, "}}"),
        "tab" => write!(text, "\t"),
        _ => {
            let (_, values) = known.unwrap_or_else(|| panic!("no place {place}"));
            write!(text, "{}", values[dice.below(values.len())])
        }
    };
}

/// The text number `seed`, with its kind.
fn ordinary(seed: usize) -> (&'static str, String) {
    let mut dice =
        Dice(0x9e37_79b9_7f4a_7c15 ^ (seed as u64 + 1).wrapping_mul(0x2545_f491_4f6c_dd1d));
    let (kind, lines) = KINDS[seed % KINDS.len()];
    let lines: Vec<&str> = lines.lines().collect();
    let number = 1 + dice.below(lines.len());
    let start = dice.below(lines.len());
    let in_order = dice.below(2) == 0;
    let mut text = String::new();
    for place in 0..number {
        let at = if in_order { (start + place) % lines.len() } else { dice.below(lines.len()) };
        text += &filled(lines[at], &mut dice);
        text.push('\n');
    }
    (kind, text)
}

#[test]
fn ordinary_texts_hold_no_crash() {
    let all = std::env::var_os("PSOD_MATCH_THOROUGH").is_some();
    let number = if all { 4000 } else { 15 * KINDS.len() };
    let found: Vec<String> = (0..number)
        .into_par_iter()
        .filter_map(|seed| {
            let (kind, text) = ordinary(seed);
            (!crashes_in_text(&text).is_empty()).then(|| format!("{kind}, text {seed}:\n{text}"))
        })
        .collect();
    assert!(found.is_empty(), "{} of {number}:\n{}", found.len(), found.join("\n"));
}

#[test]
fn no_line_of_an_ordinary_text_is_a_crash_alone() {
    for (kind, lines) in KINDS {
        for line in lines.lines() {
            let text = filled(line, &mut Dice(7));
            assert!(crashes_in_text(&text).is_empty(), "{kind}: {text}");
        }
        let text = filled(lines, &mut Dice(11));
        assert!(crashes_in_text(&text).is_empty(), "{kind}");
    }
}

fn files_below(directory: PathBuf, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(directory).into_iter().flatten().flatten() {
        match entry.file_type() {
            Ok(kind) if kind.is_dir() => files_below(entry.path(), files),
            Ok(kind) if kind.is_file() => files.push(entry.path()),
            _ => {}
        }
    }
}

#[test]
fn the_files_of_this_machine_hold_no_crash() {
    let Some(directory) = std::env::var_os("PSOD_MATCH_TEXTS") else {
        return;
    };
    let mut files = Vec::new();
    files_below(directory.into(), &mut files);
    let found: Vec<&PathBuf> = files
        .par_iter()
        .filter(|path| {
            let bytes = std::fs::read(path).unwrap_or_default();
            !crashes_in_text(&String::from_utf8_lossy(&bytes)).is_empty()
        })
        .collect();
    assert!(found.is_empty(), "{} of {}: {found:#?}", found.len(), files.len());
}
