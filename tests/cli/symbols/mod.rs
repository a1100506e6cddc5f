//! The names of functions, out of modules and VIBs that the tests make, held against `readelf`, `addr2line`
//! and what was taken out of crashes before.

mod learned;
mod made;
mod restored;

use std::collections::BTreeSet;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::Instant;

use assert_cmd::cargo::cargo_bin;
use psod_match::read::Limits;
use psod_match::symbols::{GivenModule, SymbolKind, symbols_of};
use serde_json::Value;
use tempfile::TempDir;

use made::{
    FUNCTIONS, VERSION, gzip, has_tools, module, run, tar, text, vib, visor_tar, zip, zstd,
};

/// A directory of symbols of its own, with the cache of the test run.
pub struct Home {
    pub directory: TempDir,
}

impl Home {
    pub fn new() -> Self {
        Self { directory: tempfile::tempdir().expect("a directory") }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    pub fn write(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.path(name);
        fs::write(&path, bytes).expect("a file");
        path
    }

    pub fn run(&self, arguments: &[&str]) -> Output {
        let mut command = Command::new(cargo_bin!("psod-match"));
        command.env("XDG_CACHE_HOME", env!("CARGO_TARGET_TMPDIR")).env("LC_ALL", "C");
        command.env("XDG_DATA_HOME", self.directory.path()).env_remove("PSOD_MATCH_KB");
        command.env_remove("PSOD_MATCH_SYMBOLS").args(arguments);
        command.output().expect("the program runs")
    }

    /// What a command prints that must end well.
    #[track_caller]
    pub fn said(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success() && errors.is_empty(), "{arguments:?}: {errors}");
        String::from_utf8(output.stdout).expect("text")
    }

    /// The one line with which a command fails.
    #[track_caller]
    pub fn fault(&self, arguments: &[&str], expected: &str) {
        let output = self.run(arguments);
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {errors}");
        assert!(errors.contains(expected) && errors.lines().count() == 1, "{errors}");
    }

    /// The objects that a command prints.
    #[track_caller]
    pub fn objects(&self, arguments: &[&str]) -> Vec<Value> {
        let output = self.run(&[&["--format", "json"], arguments].concat());
        let lines = String::from_utf8(output.stdout).expect("text");
        lines.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
    }
}

/// Name, address and size of each symbol that `readelf` prints of a kind.
fn of_readelf(path: &Path, kinds: &[&str]) -> BTreeSet<(String, u64, u64)> {
    let printed = run("readelf", &["-sW", text(path)]);
    let symbols = printed.lines().filter_map(|line| {
        let words: Vec<&str> = line.split_whitespace().collect();
        let [_, value, size, kind, _, _, section, name] = words[..] else { return None };
        let size = match size.strip_prefix("0x") {
            Some(size) => u64::from_str_radix(size, 16),
            None => size.parse(),
        };
        let placed = kinds.contains(&kind) && section.parse::<u32>().is_ok();
        let address = u64::from_str_radix(value, 16).ok()?;
        placed.then(|| (name.to_owned(), address, size.unwrap_or_default()))
    });
    symbols.collect()
}

/// The files that people have, with this module in them.
fn containers(module: &[u8]) -> Vec<(&'static str, Vec<u8>)> {
    let path = "usr/lib/vmware/vmkmod/lpfc";
    let other: (&str, &[u8]) = ("etc/lpfc.conf", b"a text");
    let (ustar, visor) = (tar(&[other, (path, module)]), visor_tar(&[other, (path, module)]));
    let bundle = zip(&[
        ("index.xml", b"<a/>"),
        ("metadata.zip", &zip(&[("a", b"b")])),
        ("vib20/lpfc.vib", &package(&gzip(&visor))),
    ]);
    vec![
        ("lpfc", module.to_vec()),
        ("tar.vib", package(&gzip(&ustar))),
        ("visor.vib", package(&gzip(&visor))),
        ("nine.vib", package(&gzip(&zstd(&visor)))),
        ("bundle.zip", bundle.clone()),
        ("download.zip", zip(&[("readme.txt", b"a text"), ("lpfc-offline_bundle.zip", &bundle)])),
        ("modules.tgz", gzip(&ustar)),
    ]
}

fn package(payload: &[u8]) -> Vec<u8> {
    vib("lpfc-package", "14.4.1-1OEM.800.1.0.1", payload)
}

#[test]
fn every_symbol_is_that_of_readelf_out_of_whatever_holds_the_module() {
    if !has_tools(&["cc", "readelf"]) {
        return;
    }
    let home = Home::new();
    let path = module(home.directory.path(), VERSION, &[]);
    let bytes = fs::read(&path).expect("a module");
    let functions = of_readelf(&path, &["FUNC"]);
    let all = of_readelf(&path, &["FUNC", "OBJECT", "NOTYPE"]);
    assert!(functions.len() >= FUNCTIONS && all.len() > functions.len());
    for (name, container) in containers(&bytes) {
        let home = Home::new();
        let file = home.write(name, &container);
        let said = home.said(&["symbols", "index", text(&file)]);
        assert!(
            said.contains(&format!("lpfc {VERSION}: {} functions", functions.len())),
            "{name}: {said}"
        );
        let shown = home.objects(&["symbols", "show", "lpfc", VERSION]);
        let shown_functions = shown.iter().filter(|one| one["function"] == true);
        assert_eq!(shown_functions.map(symbol).collect::<BTreeSet<_>>(), functions, "{name}");
        assert_eq!(shown.iter().map(symbol).collect::<BTreeSet<_>>(), all, "{name}");
        let head = &home.objects(&["symbols", "list"])[0];
        let package = head["package"].as_str();
        let expected = (!matches!(name, "lpfc" | "modules.tgz")).then_some("lpfc-package");
        assert_eq!((package, &head["complete"]), (expected, &Value::Bool(true)), "{name}");
        let files = fs::read_dir(home.path("psod-match/symbols")).expect("the directory").count();
        assert_eq!(files, 1, "{name}: nothing but the table is written");
    }
}

/// The name, the address and the size of a symbol that was printed.
fn symbol(shown: &Value) -> (String, u64, u64) {
    let digits = shown["address"].as_str().and_then(|text| text.strip_prefix("0x"));
    let address = u64::from_str_radix(digits.expect("an address"), 16).expect("an address");
    let name = shown["name"].as_str().expect("a name").to_owned();
    (name, address, shown["size"].as_u64().unwrap_or_default())
}

/// Functions, files and lines of each address, as GNU `addr2line` prints them.
fn of_addr2line(path: &Path, addresses: &[u64]) -> Vec<Vec<(String, String)>> {
    let mut child = Command::new("addr2line")
        .args(["-a", "-f", "-i", "-j", ".text", "-e", text(path)])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("addr2line");
    let mut input = child.stdin.take().expect("a pipe");
    let asked: String = addresses.iter().map(|address| format!("{address:#x}\n")).collect();
    let writer = std::thread::spawn(move || input.write_all(asked.as_bytes()));
    let output = child.wait_with_output().expect("addr2line");
    writer.join().expect("a thread").expect("written");
    let printed = String::from_utf8(output.stdout).expect("text");
    let mut answers: Vec<Vec<(String, String)>> = Vec::new();
    let mut lines = printed.lines().peekable();
    while lines.next_if(|line| line.starts_with("0x")).is_some() {
        let mut frames = Vec::new();
        while let Some(function) = lines.next_if(|line| !line.starts_with("0x")) {
            let place = lines.next().expect("a place");
            let place = place.split(" (discriminator").next().unwrap_or(place);
            frames.push((function.to_owned(), place.to_owned()));
        }
        answers.push(frames);
    }
    answers
}

#[test]
fn ten_thousand_addresses_are_those_of_addr2line() {
    if !has_tools(&["cc", "addr2line"]) {
        return;
    }
    for options in [&["-g"][..], &["-g", "-gz=zlib"], &["-g", "-gdwarf-4"]] {
        let home = Home::new();
        let path = module(home.directory.path(), VERSION, options);
        let taken = symbols_of(&path, &GivenModule::default(), &Limits::default());
        assert!(taken.problems.is_empty(), "{:?}", taken.problems);
        let (table, lines) = (&taken.modules[0].table, taken.modules[0].lines.as_ref());
        let lines = lines.expect("lines");
        let section = table.head.sections.iter().position(|one| one.name == ".text").expect("code");
        let section = u32::try_from(section).expect("small");
        let functions = table
            .symbols()
            .iter()
            .filter(|one| one.section == section && one.kind == SymbolKind::Function);
        let all: Vec<u64> = functions.flat_map(|one| one.address..one.address + one.size).collect();
        let step = (all.len() / 10_000).max(1);
        let addresses: Vec<u64> = all.into_iter().step_by(step).take(10_000).collect();
        assert_eq!(addresses.len(), 10_000, "the module is too small");
        let start = Instant::now();
        let theirs = of_addr2line(&path, &addresses);
        let their_time = start.elapsed();
        let start = Instant::now();
        let own: Vec<_> = addresses.iter().map(|address| lines.at(section, *address)).collect();
        let own_time = start.elapsed();
        for ((address, theirs), own) in addresses.iter().zip(&theirs).zip(&own) {
            let own: Vec<(String, String)> = own
                .iter()
                .map(|place| {
                    let line = place.line.map_or("?".to_owned(), |line| line.to_string());
                    let file = place.file.as_deref().unwrap_or("??");
                    (place.function.clone().unwrap_or("??".to_owned()), format!("{file}:{line}"))
                })
                .collect();
            assert_eq!(&own, theirs, "{address:#x} {options:?}");
        }
        assert!(theirs.iter().any(|frames| frames.len() == 3), "nothing is inlined twice");
        eprintln!(
            "{options:?}: 10000 addresses in {own_time:?}, addr2line in {their_time:?}, ratio {:.4}",
            own_time.as_secs_f64() / their_time.as_secs_f64()
        );
    }
}

#[test]
fn what_cannot_be_used_says_so_in_one_line() {
    let home = Home::new();
    let file = home.write("notes.txt", b"A text about a crash.\n");
    home.fault(&["symbols", "index", text(&file)], "no module of the VMkernel");
    home.fault(&["symbols", "index", text(&home.path("missing"))], "cannot open");
    home.fault(&["symbols", "list"], "there are no symbols yet");
    let list =
        home.write("vmkernel.nm", b"0000000000001000 T Heap_Free\n0000000000001100 t Heap_Init\n");
    home.fault(&["symbols", "index", text(&list)], "--module and --module-version");
    let elf = home.write("lpfc", b"\x7fELF\x02\x01\x01 and nothing else");
    home.fault(&["symbols", "index", text(&elf)], "it is damaged");
    let given = ["--module", "vmkernel", "--module-version", "23307199"];
    home.said(&[&["symbols", "index", text(&list)][..], &given].concat());
    home.said(&[&["symbols", "index", text(&list)][..], &given].concat());
    let other =
        home.write("other.nm", b"0000000000001000 T Heap_Freed\n0000000000001100 t Heap_Init\n");
    home.fault(&[&["symbols", "index", text(&other)][..], &given].concat(), "--replace");
    // Among the files of a depot the one that was refused has to be known.
    home.fault(&[&["symbols", "index", text(&other)][..], &given].concat(), "other.nm");
    home.said(&[&["symbols", "index", text(&other), "--replace"][..], &given].concat());
    let shown = home.said(&["symbols", "show", "vmkernel"]);
    assert!(shown.contains("Heap_Freed"), "{shown}");
    check_unknown(
        &home,
        &["vmkernel", "1"],
        "vmkernel: no table of this version; there are 23307199",
    );
    check_unknown(&home, &["lpfc"], "lpfc: no table");
    // A table that a disk has damaged.
    let table = fs::read_dir(home.path("psod-match/symbols")).expect("the directory").next();
    let table = table.expect("a table").expect("a table").path();
    fs::write(&table, b"psod-match symbols 1\nsomething else\n").expect("written");
    home.fault(&["symbols", "list"], "its head is damaged");
    home.fault(&["symbols", "show", "vmkernel"], "index or learn again");
}

/// Checks what is said about a table that is not there.
#[track_caller]
fn check_unknown(home: &Home, arguments: &[&str], expected: &str) {
    let output = home.run(&[&["symbols", "show"], arguments].concat());
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!((output.status.code(), said.contains(expected)), (Some(1), true), "{said}");
}

#[test]
fn modules_without_symbols_or_version_say_so() {
    if !has_tools(&["cc", "strip"]) {
        return;
    }
    let home = Home::new();
    let path = module(home.directory.path(), VERSION, &[]);
    run("strip", &["-o", text(&home.path("stripped")), text(&path)]);
    home.fault(&["symbols", "index", text(&home.path("stripped"))], "it has no symbols");
    let path = module(home.directory.path(), "", &[]);
    home.fault(&["symbols", "index", text(&path)], "--module-version");
    let bytes = fs::read(&path).expect("a module");
    let payload = gzip(&tar(&[("usr/lib/vmware/vmkmod/lpfc", &bytes)]));
    let package = home.write("lpfc.vib", &vib("lpfc", "14.4.2", &payload));
    assert!(home.said(&["symbols", "index", text(&package)]).contains("lpfc 14.4.2: "));
    let few = ["symbols", "index", text(&package), "--limit", "module-symbols=10"];
    home.fault(&few, "more than 10 symbols");
    let small = ["symbols", "index", text(&package), "--limit", "module-bytes=1K"];
    home.fault(&small, "module-bytes");
}

/// Every cut, and many wrong bytes, of a VIB end with a table that is right or with a line, and never with
/// another name.
#[test]
fn damaged_vibs_never_give_another_name() {
    if !has_tools(&["cc"]) {
        return;
    }
    let home = Home::new();
    let path = module(home.directory.path(), VERSION, &[]);
    let bytes = fs::read(&path).expect("a module");
    let right = symbols_of(&path, &GivenModule::default(), &Limits::default());
    let right: BTreeSet<String> =
        right.modules[0].table.symbols().iter().map(|one| format!("{one:?}")).collect();
    let payload = gzip(&visor_tar(&[("usr/lib/vmware/vmkmod/lpfc", &bytes)]));
    let whole = vib("lpfc", "14.4.1", &payload);
    let file = home.path("damaged.vib");
    let (mut tables, mut problems) = (0, 0);
    for number in 0..400 {
        let place = number * whole.len() / 400;
        let mut damaged = whole.clone();
        if number % 2 == 0 {
            damaged.truncate(place);
        } else {
            damaged[place] ^= 0x55;
        }
        fs::write(&file, &damaged).expect("a file");
        let taken = symbols_of(&file, &GivenModule::default(), &Limits::default());
        assert!(!taken.problems.is_empty() || !taken.modules.is_empty());
        problems += taken.problems.len();
        for module in &taken.modules {
            tables += 1;
            for symbol in module.table.symbols() {
                assert!(right.contains(&format!("{symbol:?}")), "{number}: {symbol:?}");
            }
        }
    }
    assert!(problems > 300, "{problems} problems, {tables} tables");
}
