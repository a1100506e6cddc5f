//! Crashes that lost their names, and got them back.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;
use std::process::Output;

use psod_match::crash::{Frame, Trust};
use psod_match::read::crashes_in_text;
use psod_match::symbols::{Symbols, apply};
use psod_match::text::folded;
use serde_json::Value;

use super::Home;
use super::made::{VERSION, has_tools, module, text};

/// A known issue whose screen prints no build.
const SCREEN: &str = "examples/known-issue.txt";
/// The build that the tests give it.
const BUILD: &str = "19482537";

/// The screen with a header, and every named frame of the VMkernel but the first and the last without
/// its name, as a web page hides it.
fn halved(screen: &str, header: &str) -> String {
    let mut text = format!("{header}\n");
    let kernel = screen.lines().filter(|line| line.contains("@vmkernel#")).count();
    let mut seen = 0;
    for line in screen.lines() {
        let named = line.contains("@vmkernel#") && line.contains('[');
        seen += usize::from(named);
        let hidden = named && seen % 2 == 0 && seen < kernel;
        match (hidden, line.split_once(']'), line.split_once("@vmkernel")) {
            (true, Some((address, _)), Some((_, rest))) => {
                let _ = writeln!(text, "{address}][email protected]{rest}");
            }
            _ => {
                let _ = writeln!(text, "{line}");
            }
        }
    }
    text
}

/// The one object that a command prints.
#[track_caller]
fn only(home: &Home, arguments: &[&str]) -> Value {
    let mut objects = home.objects(arguments);
    assert_eq!(objects.len(), 1, "{arguments:?}");
    objects.remove(0)
}

/// What a command prints, however its lines are broken.
fn flat(output: &Output) -> String {
    let text = String::from_utf8_lossy(&output.stdout);
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn names(report: &Value) -> Vec<Option<String>> {
    let frames = report["crash"]["backtrace"].as_array().expect("frames").iter();
    frames.map(|frame| frame["function"].as_str().map(str::to_owned)).collect()
}

fn trusts(report: &Value, trust: &str) -> usize {
    let frames = report["crash"]["backtrace"].as_array().expect("frames").iter();
    frames.filter(|frame| frame["trust"] == trust).count()
}

fn confidence(report: &Value, issue: &str) -> f64 {
    let matches = report["matches"].as_array().expect("matches").iter();
    let found = matches.filter(|found| found["issue"] == issue);
    found.filter_map(|found| found["confidence"].as_f64()).fold(0.0, f64::max)
}

/// A list as `nm -S` prints it, with the functions of the VMkernel of a screen and others between.
fn nm_list(screen: &str) -> String {
    let crash = crashes_in_text(screen).remove(0).crash;
    let mut list = String::new();
    for frame in crash.backtrace.iter().filter(|one| one.module.as_deref() == Some("vmkernel")) {
        let (Some(ip), Some(offset)) = (frame.ip, frame.offset) else { continue };
        let (start, size) = (ip.0 - offset.0 - 0x4200_0000_0000, offset.0 + 0x40);
        let name = frame.function.as_deref().expect("a name");
        let _ = writeln!(list, "{start:016x} {size:016x} T {name}");
        let _ = writeln!(list, "{:016x} {:016x} t {name}Int", start + size, 0x20);
    }
    list
}

/// A screen with its header, once whole and once without half of the names.
struct Halved {
    home: Home,
    screen: String,
    half: PathBuf,
    whole_report: Value,
    before: Value,
}

fn header(build: &str) -> String {
    format!("VMware ESXi 7.0.3 [Releasebuild-{build} x86_64]")
}

impl Halved {
    fn new() -> Self {
        let screen = fs::read_to_string(SCREEN).expect("a screen");
        let home = Home::new();
        let whole = home.write("whole.txt", format!("{}\n{screen}", header(BUILD)).as_bytes());
        let half = home.write("half.txt", halved(&screen, &header(BUILD)).as_bytes());
        let (whole_report, before) = (only(&home, &[text(&whole)]), only(&home, &[text(&half)]));
        let hidden = names(&before).iter().filter(|name| name.is_none()).count();
        assert_eq!(hidden, 2, "{before}");
        Self { home, screen, half, whole_report, before }
    }

    /// The answer about the half, which must have all names again.
    #[track_caller]
    fn restored(&self, trust: &str) -> Value {
        let report = only(&self.home, &[text(&self.half)]);
        assert_eq!(names(&report), names(&self.whole_report));
        assert_eq!(trusts(&report, trust), 2, "{report}");
        assert_eq!(report["fingerprint"], self.whole_report["fingerprint"]);
        assert_eq!(report["verdict"], self.whole_report["verdict"]);
        let issue = self.whole_report["matches"][0]["issue"].as_str().expect("an issue");
        let [whole, before, after] =
            [&self.whole_report, &self.before, &report].map(|report| confidence(report, issue));
        eprintln!("{issue}: whole {whole}, half of the names {before}, restored ({trust}) {after}");
        assert!(after >= whole && before <= after, "{whole} {before} {after}");
        report
    }
}

#[test]
fn a_half_named_crash_is_restored_from_a_list() {
    let halves = Halved::new();
    let home = &halves.home;
    let list = home.write("vmkernel.nm", nm_list(&halves.screen).as_bytes());
    let given = ["--module", "vmkernel", "--module-version", BUILD];
    home.said(&[&["symbols", "index", text(&list)][..], &given].concat());
    let report = halves.restored("symbols");
    let lookups = report["crash"]["symbols"].as_array().expect("lookups");
    let kernel = lookup_of("vmkernel", lookups);
    assert_eq!((&kernel["outcome"], &kernel["named"]), (&"found".into(), &2.into()));
    assert_eq!(kernel["source"], "vmkernel.nm");
    assert_eq!(lookup_of("i40en", lookups)["outcome"], "missing");
    // Another build: nothing is named, and the answer says why.
    let other = halved(&halves.screen, &header("20842708"));
    let other = home.write("other.txt", other.as_bytes());
    assert_eq!(names(&only(home, &[text(&other)])), names(&halves.before));
    let said = flat(&home.run(&["-v", text(&other)]));
    assert!(said.contains("no table of this version; there are 19482537"), "{said}");
}

fn lookup_of<'a>(module: &str, lookups: &'a [Value]) -> &'a Value {
    lookups.iter().find(|one| one["module"] == module).expect("a module")
}

#[test]
fn a_half_named_crash_is_restored_from_another_one_and_its_build_is_inferred() {
    let halves = Halved::new();
    let home = &halves.home;
    // Another screen of the build, which was up for another time.
    let taught = halves.screen.replace("455:21:42:08.477", "1:00:00:00.000");
    let taught = home.write("taught.txt", format!("{}\n{taught}", header(BUILD)).as_bytes());
    home.said(&["symbols", "learn", text(&taught)]);
    halves.restored("learned");
    let said = flat(&home.run(&["-v", text(&halves.half)]));
    assert!(said.contains("2 named by 1 other crashes of the build"), "{said}");
    // The screen itself prints no build.
    let inferred = only(home, &[SCREEN]);
    let release = &inferred["crash"]["release"];
    assert_eq!(release["build"], BUILD.parse::<u32>().expect("a number"));
    assert_eq!(release["inferred"], serde_json::json!({"build": 19_482_537, "agree": 5, "of": 5}));
    let first = &inferred["matches"][0];
    assert_eq!(first["applicability"], halves.whole_report["matches"][0]["applicability"]);
    let note = first["applicability_notes"][0].as_str().expect("a note");
    assert!(note.contains("release inferred: build 19482537, 5 of 5"), "{note}");
    // What was told teaches nothing.
    let untold = home.run(&["symbols", "learn", SCREEN]);
    assert_eq!(untold.status.code(), Some(1));
}

/// A home with the table of a module, and a screen of that module in which half of the names are
/// damaged or hidden.
fn home_with_module() -> (Home, String) {
    let home = Home::new();
    let path = module(home.directory.path(), VERSION, &["-g"]);
    home.said(&["symbols", "index", text(&path)]);
    let shown = home.objects(&["symbols", "show", "lpfc"]);
    let mut functions = BTreeMap::new();
    for one in shown.iter().filter(|one| one["section"] == ".text" && one["function"] == true) {
        let digits = one["address"].as_str().expect("an address").trim_start_matches("0x");
        let address = u64::from_str_radix(digits, 16).expect("an address");
        functions.insert(one["name"].as_str().expect("a name"), (address, one["size"].as_u64()));
    }
    let mut screen =
        format!("@BlueScreen: Oops\nModule(s) involved in panic: [lpfc {VERSION} (External)]\n");
    screen += &frame(functions["lpfc_work_12"], "lpfc_work_12@(lpfc)");
    screen += &frame(functions["lpfc_work_25"], "[email protected]");
    screen += &frame(functions["lpfc_work_38"], "lpfc_w0rk_38@(lpfc)");
    screen += &frame(functions["lpfc_work_51"], "[email protected]");
    (home, screen)
}

/// A frame in the middle of a function, at its address and of its size, with the name that is shown.
fn frame((address, size): (u64, Option<u64>), shown: &str) -> String {
    const BASE: u64 = 0x4200_3000_0000;
    let offset = size.expect("a size") / 2;
    format!("0x4539:[{:#x}]{shown}#<None>+{offset:#x} stack: 0x0\n", BASE + address + offset)
}

#[test]
fn frames_of_a_module_are_restored_from_its_file_with_their_lines() {
    if !has_tools(&["cc"]) {
        return;
    }
    let (home, screen) = home_with_module();
    let file = home.write("crash.txt", screen.as_bytes());
    let report = &only(&home, &["symbols", "apply", text(&file)]);
    let frames = report["backtraces"][0]["frames"].as_array().expect("frames");
    let found: Vec<(&str, &str)> = frames
        .iter()
        .map(|frame| {
            (frame["function"].as_str().unwrap_or("?"), frame["trust"].as_str().expect("trust"))
        })
        .collect();
    let expected = [
        ("lpfc_work_12", "printed"),
        ("lpfc_work_25", "symbols"),
        ("lpfc_work_38", "repaired"),
        ("lpfc_work_51", "symbols"),
    ];
    assert_eq!(found, expected, "{report}");
    for frame in frames {
        let last = frame["places"].as_array().and_then(|places| places.last()).expect("a place");
        assert_eq!(last["function"], frame["function"], "{frame}");
        assert!(last["file"].as_str().is_some_and(|file| file.ends_with("lpfc.c")), "{frame}");
        assert!(last["line"].as_u64().is_some_and(|line| line > 10), "{frame}");
    }
    let said = flat(&home.run(&["symbols", "apply", text(&file)]));
    assert!(said.contains("lpfc.c:") && said.contains("(from the table)"), "{said}");
}

#[test]
fn frames_that_cannot_be_as_printed_are_named_by_a_check() {
    if !has_tools(&["cc"]) {
        return;
    }
    let (home, screen) = home_with_module();
    // The offset is behind the end; and a function of another module.
    let screen = screen
        .replace("lpfc_work_12@(lpfc)#<None>+0x", "lpfc_work_12@(lpfc)#<None>+0x7")
        .replace("lpfc_w0rk_38", "i40en_UplinkReset");
    let file = home.write("wrong.txt", screen.as_bytes());
    let output = home.run(&["symbols", "check", text(&file)]);
    let said = flat(&output);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("behind the end of the function"), "{said}");
    assert!(
        said.contains("i40en_UplinkReset@lpfc: the module has no function of this name"),
        "{said}"
    );
    // Without the version nothing is touched.
    let file =
        home.write("unknown.txt", screen.replace(VERSION, "Built on: Jun 11 2024").as_bytes());
    let said = flat(&home.run(&["symbols", "check", text(&file)]));
    assert!(said.contains("the crash prints no version"), "{said}");
}

/// Letters that pictures confuse.
const LOOKALIKES: &[(&str, &str)] = &[
    ("l", "1"),
    ("I", "l"),
    ("O", "0"),
    ("o", "0"),
    ("S", "5"),
    ("B", "8"),
    ("m", "rn"),
    ("i", "1"),
    ("g", "9"),
    ("e", "c"),
];

/// Functions that crash texts print, one of each that look alike: some were read off pictures themselves.
fn known_functions() -> Vec<String> {
    let mut functions = BTreeSet::new();
    let directories = ["kb/crashes", "kb/near", "kb/unknown"];
    for entry in directories.iter().flat_map(|one| fs::read_dir(one).expect("crashes")) {
        let Ok(text) = fs::read_to_string(entry.expect("a file").path()) else { continue };
        for found in crashes_in_text(&text) {
            let crash = found.crash;
            let others = crash.other_backtraces.iter().flat_map(|other| &other.frames);
            let frames = crash.backtrace.iter().chain(others);
            functions.extend(frames.filter_map(|frame| frame.function.clone()));
        }
    }
    let mut looks = BTreeSet::new();
    functions.retain(|name| looks.insert(folded(name)));
    functions.into_iter().filter(|name| name.len() >= 8 && name.is_ascii()).collect()
}

/// Names as pictures give them, with the table of their module and without.
#[test]
fn names_out_of_pictures_are_repaired_and_never_to_another_one() {
    let functions = known_functions();
    assert!(functions.len() > 200, "{}", functions.len());
    let home = Home::new();
    let list: String = functions
        .iter()
        .enumerate()
        .map(|(at, name)| format!("{:016x} {:016x} t {name}\n", 0x10_0000 + at * 0x400, 0x400))
        .collect();
    let list = home.write("vmkernel.nm", list.as_bytes());
    home.said(&[
        "symbols",
        "index",
        text(&list),
        "--module",
        "vmkernel",
        "--module-version",
        BUILD,
    ]);
    let symbols = Symbols::open(&home.path("psod-match/symbols")).expect("symbols");
    let (mut right, mut wrong, mut none, mut all) = (0, 0, 0, 0);
    for (at, name) in functions.iter().enumerate() {
        for round in 0..4 {
            let damaged = damaged(name, at * 7 + round, 1 + round % 3);
            if damaged == *name
                || functions.contains(&damaged)
                || damaged.starts_with(|c: char| c.is_ascii_digit())
            {
                continue;
            }
            all += 1;
            let text = format!(
                "VMware ESXi 7.0.3 [Releasebuild-{BUILD} x86_64]\n@BlueScreen: Oops\n0x4539:[0x420000000100]Other@vmkernel#nover+0x20 stack: 0x0\n"
            );
            let mut crash = crashes_in_text(&text).remove(0).crash;
            let frame: &mut Frame = &mut crash.backtrace[0];
            frame.function = Some(damaged.clone());
            apply(&symbols, &mut crash, 1);
            let frame = &crash.backtrace[0];
            match frame.function.as_deref() {
                Some(found) if found == name => right += 1,
                _ if frame.trust == Trust::Repaired => wrong += 1,
                _ => none += 1,
            }
        }
    }
    eprintln!(
        "{all} damaged names: {right} right, {wrong} wrong, {none} left as they are; without the table 0 right"
    );
    assert!(right * 100 >= all * 95 && wrong * 1000 <= all, "{right} {wrong} {none}");
}

/// `name` with so many letters replaced by others that look like them.
fn damaged(name: &str, from: usize, letters: usize) -> String {
    let mut text = name.to_owned();
    for number in 0..letters {
        let (letter, other) = LOOKALIKES[(from + number * 3) % LOOKALIKES.len()];
        let places: Vec<usize> = text.match_indices(letter).map(|(at, _)| at).collect();
        if let Some(at) = places.get((from + number) % places.len().max(1)) {
            text.replace_range(*at..at + letter.len(), other);
        }
    }
    text
}
