//! The decoding of machine checks against statuses that others decoded, and over every code.
//!
//! `tests/data/machine-checks.jsonl` holds 46 statuses as mcelog 2965a54, Linux and the
//! vendors decode them; `cargo test --test reading machine_checks -- --nocapture` prints how many agree.

use std::fs;

use assert_cmd::cargo::cargo_bin_cmd;
use proptest::prelude::*;
use psod_match::machine_check::{Decoded, Part, Processor, Registers, Severity, Vendor, decode};
use psod_match::read::crashes_in_text;
use psod_match::text::Masked;
use serde_json::{Value, json};

fn number(value: &Value) -> Option<u64> {
    let digits = value.as_str()?.strip_prefix("0x")?;
    u64::from_str_radix(digits, 16).ok()
}

fn of(status: u64, vendor: Vendor) -> Decoded {
    let processor = Processor { vendor: Some(vendor), family: None };
    decode(&Registers { processor, status: Masked::whole(status), ..Registers::default() })
}

/// The fields of `row` that `decoded` has not, or differently.
fn differences(row: &Value, decoded: &Decoded) -> Vec<String> {
    let found = serde_json::to_value(decoded).expect("JSON");
    let mut differences = Vec::new();
    for name in ["mcacod", "mscod", "class", "fields"] {
        differences.extend(difference(name, &row[name], &found[name]));
    }
    for (name, expected) in row["flags"].as_object().expect("flags") {
        let found = match name.as_str() {
            "cec" => json!(decoded.corrected_count),
            "threshold_54_53" => json!(decoded.threshold),
            name => json!(decoded.flags.get(name)),
        };
        differences.extend(difference(name, expected, &found));
    }
    // The rows of AMD have no severity.
    if let Some(severity) = row["severity"].as_str() {
        let expected = if severity == "UC-fatal(PCC)" { "fatal" } else { severity };
        differences.extend(difference(
            "severity",
            &expected.to_lowercase().into(),
            &found["severity"],
        ));
    }
    for (name, found) in [
        ("ext_error_code", json!(decoded.extended_code)),
        ("io_requester", json!(decoded.requester)),
    ] {
        if !row[name].is_null() {
            differences.extend(difference(name, &row[name], &found));
        }
    }
    differences
}

fn difference(name: &str, expected: &Value, found: &Value) -> Option<String> {
    (expected != found).then(|| format!("{name}: expected {expected}, found {found}"))
}

#[test]
fn the_rows_that_others_decoded_agree() {
    let text = fs::read_to_string("tests/data/machine-checks.jsonl").expect("a file");
    let mut agreed = 0;
    let mut faults = Vec::new();
    for line in text.lines() {
        let row: Value = serde_json::from_str(line).expect("a row");
        let vendor = match row["vendor"].as_str() {
            Some("intel") => Vendor::Intel,
            _ => Vendor::Amd,
        };
        let decoded = decode(&Registers {
            processor: Processor { vendor: Some(vendor), family: None },
            status: Masked::whole(number(&row["status"]).expect("a status")),
            misc: number(&row["misc"]),
            address: number(&row["addr"]),
            ipid: number(&row["ipid"]),
            ..Registers::default()
        });
        match differences(&row, &decoded) {
            none if none.is_empty() => agreed += 1,
            some => faults.push(format!("{}: {}", row["status"], some.join("; "))),
        }
    }
    println!("{agreed} of {} rows agree", text.lines().count());
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert_eq!(agreed, 46);
}

/// Codes of `codes` that are unknown.
fn unknown(codes: std::ops::RangeInclusive<u64>, vendor: Vendor) -> usize {
    let unknown = codes.filter(|code| {
        let decoded = of(0x9000_0000_0000_0000 | code, vendor);
        assert_eq!(decoded.class == "unknown", decoded.meaning.is_none(), "{code:#x}");
        decoded.class == "unknown"
    });
    unknown.count()
}

#[test]
fn every_error_code_has_a_text_or_is_unknown() {
    // mcelog 2965a54 decodes 3,611 of these and leaves 485.
    assert_eq!(unknown(0..=0xfff, Vendor::Intel), 485);
    assert_eq!(unknown(0..=0xffff, Vendor::Intel), 65_536 - 3_611 - 2_580);
    // None, TLB, memory, internal and bus: 1 + 16 + 256 + 4 + 2,048.
    assert_eq!(unknown(0..=0xffff, Vendor::Amd), 65_536 - 2_325);
}

#[test]
fn masked_statuses_tell_what_their_digits_tell() {
    let status = Masked::parse("9c0000####0091").expect("a status");
    let decoded = decode(&Registers { status, ..Registers::default() });
    assert_eq!(decoded.meaning.as_deref(), Some("Memory Controller Read Error on Channel 1."));
    assert_eq!(decoded.severity, Severity::Ce);
    assert_eq!(decoded.part, Part::Memory { channel: Some(1) });
    assert_eq!(decoded.corrected_count, None);
    assert_eq!(decoded.mscod, None);
    assert_eq!(decoded.flags.get("MISCV"), Some(&true));

    let status = Masked::parse("0xb###00000000011#").expect("a status");
    let decoded = decode(&Registers { status, ..Registers::default() });
    assert_eq!(decoded.severity, Severity::Uncorrected);
    assert_eq!(decoded.meaning.as_deref(), Some("Cache Hierarchy: Cache Read Error."));
    assert_eq!(decoded.mcacod.as_deref(), Some("0x011#"));
}

#[test]
fn what_esxi_printed_is_what_is_decoded() {
    for (line, vendor) in [
        (
            "ALERT: MCA: 200: SRAR Excp G7 B1 Sbd80000000100134 A3fe98d264e40 M86 P3fe98d264e40/6 Cache Hierarchy: Level 0 Data Cache DataRead Error.",
            Vendor::Intel,
        ),
        (
            "MCA: 208: UC Excp G4 B6 Sbb00002000000e0b A0 M180008 P8/8 I/O error reported by PCI 0000:00:03.0.",
            Vendor::Intel,
        ),
    ] {
        let crash = crashes_in_text(line).remove(0).crash;
        let check = &crash.machine_checks[0];
        let processor = Processor { vendor: Some(vendor), family: None };
        let mut registers = Registers::new(check, processor);
        registers.printed_meaning = None;
        let decoded = decode(&registers);
        assert_eq!(decoded.meaning, check.printed_meaning, "{line}");
        assert_eq!(decoded.global_flags.get("MCIP"), Some(&true));
    }
}

#[test]
fn the_unit_of_an_smca_bank_is_named_by_its_ipid_only() {
    let status = Masked::whole(0xdc20_3000_0000_011b);
    let processor = Processor::from_fms("17/1/1").expect("a processor");
    let decoded = decode(&Registers { processor, status, ..Registers::default() });
    assert_eq!((decoded.unit, decoded.part), (None, Part::ProcessorOrMemory));
    let ipid = Some(0x0000_0096_0005_0f00);
    let decoded = decode(&Registers { processor, status, ipid, ..Registers::default() });
    assert_eq!(decoded.unit, Some("Unified Memory Controller"));
    assert_eq!(decoded.extended_error, Some("DRAM ECC error"));
    assert_eq!(decoded.part, Part::Memory { channel: None });
    assert_eq!(decoded.severity, Severity::Deferred);
}

/// The output of `psod-match mce`, and its exit status.
fn mce(arguments: &[&str]) -> (String, i32) {
    let output = cargo_bin_cmd!("psod-match").arg("mce").args(arguments).output().expect("a run");
    let text = [output.stdout, output.stderr].concat();
    (String::from_utf8(text).expect("text"), output.status.code().expect("an exit status"))
}

#[test]
fn the_command_says_what_a_status_means() {
    let (text, status) = mce(&["0xbf80000000000114", "--bank", "1", "--mcg", "5"]);
    assert_eq!(status, 0, "{text}");
    for expected in [
        "Machine check 0xbf80000000000114, bank 1",
        "fatal",
        "Cache Hierarchy: Level 0 Data Cache Read Error.",
        "have the hardware vendor check the processor",
        "MCIP RIPV",
        "--vendor",
    ] {
        assert!(text.contains(expected), "{expected}\n{text}");
    }
    let json = ["--format", "json", "BB800000'00000E0B", "--misc", "0x00000000'11000000"];
    let (text, _) = mce(&[&json[..], &["--fms", "06/55/7"]].concat());
    let decoded: Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(decoded["part"], json!({"kind": "pcie", "address": "0000:11:00.0"}));
    assert_eq!(decoded["vendor_assumed"], json!(false));
    assert_eq!(decoded["severity"], json!("fatal"));
    let (text, _) = mce(&["--format", "markdown", "9c0000####0091"]);
    assert!(text.contains("- **meaning:** Memory Controller Read Error on Channel 1"), "{text}");
}

#[test]
fn nonsense_is_refused_with_what_was_expected() {
    for (arguments, expected) in [
        (&["bf8000000000011g"][..], "is not an MCi_STATUS"),
        (&["0xbf800000000001140"], "is not an MCi_STATUS"),
        (&["0x0", "--misc", "4d##0000"], "--misc 4d##0000"),
        (&["0x0", "--fms", "Xeon"], "06/55/7"),
        (&["0x0", "--vendor", "arm"], "possible values: intel, amd"),
        (&["0x0", "--bank", "B6"], "--bank"),
        (&[], "STATUS"),
    ] {
        let (text, status) = mce(arguments);
        assert_eq!(status, 2, "{text}");
        assert!(text.contains(expected), "{expected}\n{text}");
    }
}

proptest! {
    #[test]
    fn any_registers_are_decoded(
        (value, known, misc, ipid) in any::<(u64, u64, Option<u64>, Option<u64>)>(),
        (global, family) in any::<(Option<u64>, Option<u32>)>(),
        vendor in prop_oneof![Just(None), Just(Some(Vendor::Intel)), Just(Some(Vendor::Amd))],
    ) {
        let status = Masked { value: value & known, known };
        let processor = Processor { vendor, family };
        let address = misc;
        let decoded = decode(&Registers {
            processor, status, misc, ipid, global, address, ..Registers::default()
        });
        // Hiding digits never changes the fields that remain.
        let whole = decode(&Registers {
            processor, status: Masked::whole(value & known), misc, ipid, global, address,
            ..Registers::default()
        });
        for (name, flag) in &decoded.flags {
            prop_assert_eq!(whole.flags.get(name), Some(flag));
        }
        if decoded.class != "unknown" {
            prop_assert_eq!(decoded.class, whole.class);
        }
    }

    #[test]
    fn any_text_is_a_status_or_none(text in "[0-9a-fA-FxX#*'nO ]{0,40}") {
        if let Some(status) = Masked::parse(&text) {
            prop_assert_eq!(status.value & !status.known, 0);
            decode(&Registers { status, ..Registers::default() });
        }
    }
}

/// The `machine_checks` of the report about `text`, and the report as text.
fn answers(name: &str) -> (Value, String) {
    let report: Value = serde_json::from_str(&printed(name, "json")).expect("one report");
    let text: Vec<String> = printed(name, "text").split_whitespace().map(str::to_owned).collect();
    (report["crash"]["machine_checks"].clone(), text.join(" "))
}

fn printed(name: &str, format: &str) -> String {
    let output = cargo_bin_cmd!("psod-match")
        .env("XDG_CACHE_HOME", env!("CARGO_TARGET_TMPDIR"))
        .env_remove("PSOD_MATCH_KB")
        .args(["--format", format, name])
        .output()
        .expect("a run");
    String::from_utf8(output.stdout).expect("text")
}

#[test]
fn an_answer_decodes_every_bank_and_says_what_was_assumed() {
    let (checks, text) = answers("tests/corpus/mc-4.x-amd-numbers.txt");
    // The line of the global status names AMD.
    assert_eq!(checks[0]["vendor"], json!("amd"));
    assert_eq!(checks[0]["severity"], json!("deferred"));
    assert_eq!(checks[1]["global_status"], json!("0x7"));
    assert_eq!(checks[1].get("severity"), None);
    assert_eq!(text.matches("bank 4: deferred").count(), 1, "{text}");

    let (checks, text) = answers("tests/corpus/mc-5.x-mc-pcpu.txt");
    assert_eq!(checks[0]["meaning"], json!("Internal Timer Error."));
    assert_eq!(checks[0].get("vendor"), None);
    assert!(text.contains("bank 4: fatal, Internal Timer Error (read as Intel's"), "{text}");
}
