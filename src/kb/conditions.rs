//! Which conditions of a signature does a crash hold?
//!
//! Ordered frames are not in here: how well they fit is a matter of degree, and
//! the aligner's.

use serde::{Deserialize, Serialize};

use super::pattern::{CheckPattern, ComponentKind, ComponentPattern, Signature, SourcePlace};
use crate::signature::{CheckKey, CrashKeys};
use crate::text::Template;

/// What a condition asks about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Condition {
    /// The panic message.
    Message,
    /// Source file and line of an assertion.
    Source,
    /// A log line.
    Log,
    /// A machine-check bank.
    MachineCheck,
    /// The panic kind.
    PanicKind,
    /// The exception number.
    Exception,
    /// The world.
    World,
    /// A module.
    Module,
    /// The version of a driver, plug-in or firmware.
    Component,
    /// The server model.
    Model,
    /// A PCI device.
    Device,
    /// A function that excludes the signature.
    Forbidden,
}

/// What a crash says about a condition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// It is so.
    Held,
    /// It is nearly so: the same source file with another line.
    Near,
    /// The crash does not say.
    Absent,
    /// It is otherwise.
    Contradicted,
}

/// One condition of a signature, held against a crash.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checked {
    /// What it asks about.
    pub condition: Condition,
    /// What the crash says.
    pub state: State,
    /// What was found, or what was asked for where nothing was.
    pub text: String,
}

/// How one condition is checked; `None` where the signature does not have it.
type Check = fn(&Signature, &CrashKeys) -> Option<(State, String)>;

/// The conditions, those that prove most first.
const CHECKS: &[(Condition, Check)] = &[
    (Condition::Forbidden, forbidden),
    (Condition::Message, message),
    (Condition::Source, source),
    (Condition::Log, log),
    (Condition::MachineCheck, machine_check),
    (Condition::PanicKind, kind),
    (Condition::Exception, exception),
    (Condition::World, world),
    (Condition::Module, module),
    (Condition::Component, component),
    (Condition::Model, model),
    (Condition::Device, device),
];

/// Every condition of `signature` with what `crash` says about it.
pub fn conditions(signature: &Signature, crash: &CrashKeys) -> Vec<Checked> {
    let check = |(condition, check): &(Condition, Check)| {
        let (state, text) = check(signature, crash)?;
        Some(Checked { condition: *condition, state, text })
    };
    CHECKS.iter().filter_map(check).collect()
}

/// True when a message, a source line, a log line or a machine check of the signature is the
/// crash's: what may prove an issue without frames.
pub fn text_holds(signature: &Signature, crash: &CrashKeys) -> bool {
    let checks: [Check; 4] = [message, source, log, machine_check];
    let held =
        |check: Check| check(signature, crash).is_some_and(|(state, _)| state == State::Held);
    checks.into_iter().any(held)
}

/// Held when one of `found` fits, contradicted when there are others, absent when there are none.
fn any_of<'a>(
    wanted: &[String],
    found: impl IntoIterator<Item = &'a str>,
    fits: impl Fn(&str, &str) -> bool,
) -> Option<(State, String)> {
    let first = wanted.first()?;
    let mut other = None;
    for found in found.into_iter().filter(|found| !found.is_empty()) {
        if wanted.iter().any(|wanted| fits(wanted, found)) {
            return Some((State::Held, found.to_owned()));
        }
        other = other.or(Some(found));
    }
    Some(match other {
        Some(other) => (State::Contradicted, other.to_owned()),
        None => (State::Absent, first.clone()),
    })
}

/// What is not among many lines or modules may only not have been printed.
fn not_found_is_absent(
    found: Option<(State, String)>,
    wanted: &[String],
) -> Option<(State, String)> {
    match found? {
        (State::Contradicted, _) => Some((State::Absent, wanted.first()?.clone())),
        found => Some(found),
    }
}

fn name_fits(pattern: &str, name: &str) -> bool {
    Template::new(pattern).is_all_of(name)
}

fn text_fits(pattern: &str, text: &str) -> bool {
    Template::new(pattern).is_in(text)
}

fn forbidden(signature: &Signature, crash: &CrashKeys) -> Option<(State, String)> {
    let first = signature.forbid.first()?;
    let found = crash
        .frames
        .iter()
        .find(|frame| signature.forbid.iter().any(|pattern| name_fits(pattern, &frame.function)));
    Some(match found {
        Some(frame) => (State::Contradicted, frame.function.clone()),
        None => (State::Held, first.clone()),
    })
}

fn message(signature: &Signature, crash: &CrashKeys) -> Option<(State, String)> {
    any_of(&signature.messages, [crash.message.as_str()], text_fits)
}

fn source(signature: &Signature, crash: &CrashKeys) -> Option<(State, String)> {
    let first = signature.sources.first()?;
    let Some((file, line)) = &crash.source else {
        return Some((State::Absent, String::from(first.clone())));
    };
    let same_file = |place: &&SourcePlace| {
        let end = file.strip_suffix(place.file.as_str());
        end.is_some_and(|rest| rest.is_empty() || rest.ends_with(['/', '\\']))
    };
    let places: Vec<&SourcePlace> = signature.sources.iter().filter(same_file).collect();
    let same_line = |place: &&&SourcePlace| place.line.is_none_or(|wanted| wanted == *line);
    let state = match (places.iter().find(same_line), places.is_empty()) {
        (Some(_), _) => State::Held,
        (None, false) => State::Near,
        (None, true) => State::Contradicted,
    };
    let name = file.rsplit(['/', '\\']).next().unwrap_or(file);
    Some((state, format!("{name}:{line}")))
}

fn log(signature: &Signature, crash: &CrashKeys) -> Option<(State, String)> {
    let found = any_of(&signature.logs, crash.logs.iter().map(String::as_str), text_fits);
    not_found_is_absent(found, &signature.logs)
}

fn kind(signature: &Signature, crash: &CrashKeys) -> Option<(State, String)> {
    let kind = crash.kind.map(|kind| kind.as_str());
    any_of(&signature.kinds, kind, |wanted, found| wanted == found)
}

fn exception(signature: &Signature, crash: &CrashKeys) -> Option<(State, String)> {
    let wanted: Vec<String> = signature.exceptions.iter().map(u8::to_string).collect();
    let found = crash.exception.map(|number| number.to_string());
    any_of(&wanted, found.as_deref(), |wanted, found| wanted == found)
}

fn world(signature: &Signature, crash: &CrashKeys) -> Option<(State, String)> {
    any_of(&signature.worlds, crash.worlds.iter().map(String::as_str), name_fits)
}

fn module(signature: &Signature, crash: &CrashKeys) -> Option<(State, String)> {
    let found = any_of(&signature.modules, crash.modules.iter().map(String::as_str), name_fits);
    not_found_is_absent(found, &signature.modules)
}

fn machine_check(signature: &Signature, crash: &CrashKeys) -> Option<(State, String)> {
    let wanted = signature.machine_check.as_ref()?;
    let states = crash.checks.iter().map(|check| (check_state(wanted, check), check));
    let weight = |state: &State| match state {
        State::Held => 2,
        State::Absent | State::Near => 1,
        State::Contradicted => 0,
    };
    // The bank that fits best: a screen prints several, and one of them is the error.
    let best = states.max_by_key(|(state, _)| weight(state));
    Some(match best {
        Some((state, check)) => (state, check.to_string()),
        None => (State::Absent, String::new()),
    })
}

/// What one bank says: hidden digits say nothing.
fn check_state(wanted: &CheckPattern, check: &CheckKey) -> State {
    let mask = wanted.mask.map_or(u64::MAX, |mask| mask.0);
    let value = wanted.value.map(|value| value.0);
    let known = check.status.known & mask;
    let contradicted = [
        value.is_some_and(|value| (check.status.value ^ value) & known != 0),
        wanted.vendor.is_some_and(|vendor| check.vendor.is_some_and(|found| found != vendor)),
        !wanted.banks.is_empty() && check.bank.is_some_and(|bank| !wanted.banks.contains(&bank)),
        wanted
            .class
            .as_deref()
            .is_some_and(|class| check.class.is_some_and(|found| found != class)),
        wanted.severity.is_some_and(|severity| check.severity.is_some_and(|f| f != severity)),
    ];
    let unsaid = [
        value.is_some() && known != mask,
        wanted.vendor.is_some() && check.vendor.is_none(),
        !wanted.banks.is_empty() && check.bank.is_none(),
        wanted.class.is_some() && check.class.is_none(),
        wanted.severity.is_some() && check.severity.is_none(),
    ];
    match (contradicted.contains(&true), unsaid.contains(&true)) {
        (true, _) => State::Contradicted,
        (false, true) => State::Absent,
        (false, false) => State::Held,
    }
}

fn component(signature: &Signature, crash: &CrashKeys) -> Option<(State, String)> {
    let first = signature.host.components.first()?;
    let mut other = None;
    for wanted in &signature.host.components {
        for version in printed_versions(wanted, crash) {
            let text = format!("{} {version}", wanted.name);
            match wanted.versions.holds(version) {
                Some(true) => return Some((State::Held, text)),
                Some(false) => other = other.or(Some(text)),
                None => {}
            }
        }
    }
    Some(match other {
        Some(other) => (State::Contradicted, other),
        None => (State::Absent, format!("{} {}", first.name, first.versions)),
    })
}

/// The versions that the crash prints of one component.
fn printed_versions<'a>(
    wanted: &'a ComponentPattern,
    crash: &'a CrashKeys,
) -> impl Iterator<Item = &'a str> {
    let bios = wanted.kind == ComponentKind::Firmware && wanted.name.eq_ignore_ascii_case("bios");
    let firmware = crash.firmware.as_deref().filter(|_| bios);
    let named = crash.components.iter().filter(|(name, _)| name.eq_ignore_ascii_case(&wanted.name));
    named.map(|(_, version)| version.as_str()).chain(firmware)
}

fn model(signature: &Signature, crash: &CrashKeys) -> Option<(State, String)> {
    any_of(&signature.host.models, crash.model.as_deref(), name_fits)
}

fn device(signature: &Signature, crash: &CrashKeys) -> Option<(State, String)> {
    let wanted = &signature.host.pci;
    any_of(wanted, crash.devices.iter().map(String::as_str), name_fits)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crash::PanicKind;
    use crate::signature::KeyFrame;
    use crate::text::Masked;

    fn crash() -> CrashKeys {
        let frame = KeyFrame::new("lpfc_do_work", Some("lpfc"), 0);
        CrashKeys {
            kind: Some(PanicKind::Assert),
            exception: Some(14),
            message: "ASSERT bora/vmkernel/main/world.c:2307".into(),
            source: Some(("bora/vmkernel/main/world.c".into(), 2307)),
            worlds: vec!["HELPER_UPLIN".into()],
            modules: vec!["lpfc".into()],
            logs: vec!["Ran out of IOCBs".into()],
            frames: vec![frame],
            checks: vec![
                CheckKey {
                    vendor: None,
                    bank: Some(1),
                    status: Masked::whole(0xbf80_0000_0000_0114),
                    class: Some("cache"),
                    severity: None,
                },
                CheckKey {
                    vendor: None,
                    bank: Some(7),
                    status: Masked { value: 0x0e0b, known: 0xffff },
                    class: Some("io_error"),
                    severity: None,
                },
            ],
            components: vec![("lpfc".into(), "12.8.351.30-1OEM.700.1.0.15843807".into())],
            model: Some("NEC Express5800/R120".into()),
            devices: vec!["15b3:a2d6".into()],
            ..CrashKeys::default()
        }
    }

    /// Reads a signature and writes what the crash says about its conditions.
    #[track_caller]
    fn check(signature: &str, expected: &str) {
        let signature: Signature = toml::from_str(signature).expect("a signature");
        let found: Vec<String> = conditions(&signature, &crash())
            .iter()
            .map(|found| format!("{:?} {:?} {}", found.condition, found.state, found.text))
            .collect();
        assert_eq!(found.join("; "), expected);
    }

    #[test]
    fn texts_are_held_contradicted_or_not_printed() {
        check(
            r#"messages = ["ASSERT *world.c"]"#,
            "Message Held ASSERT bora/vmkernel/main/world.c:2307",
        );
        check(
            r#"messages = ["LINT1"]"#,
            "Message Contradicted ASSERT bora/vmkernel/main/world.c:2307",
        );
        check(r#"logs = ["out of IOCBs"]"#, "Log Held Ran out of IOCBs");
        check(r#"logs = ["VASpace"]"#, "Log Absent VASpace");
        check(r#"worlds = ["HELPER_UPLIN*"]"#, "World Held HELPER_UPLIN");
        check(r#"worlds = ["usb"]"#, "World Contradicted HELPER_UPLIN");
        check(r#"modules = ["qlnativefc"]"#, "Module Absent qlnativefc");
        check(r#"kinds = ["assert"]"#, "PanicKind Held assert");
        check("exceptions = [13, 14]", "Exception Held 14");
        check("exceptions = [6]", "Exception Contradicted 14");
        check(r#"forbid = ["lpfc_*"]"#, "Forbidden Contradicted lpfc_do_work");
        check(r#"forbid = ["qla*"]"#, "Forbidden Held qla*");
    }

    #[test]
    fn source_lines_move_and_files_do_not() {
        check(r#"sources = ["world.c:2307"]"#, "Source Held world.c:2307");
        check(r#"sources = ["world.c"]"#, "Source Held world.c:2307");
        check(r#"sources = ["util.c:83", "world.c:2299"]"#, "Source Near world.c:2307");
        check(r#"sources = ["orld.c:2307"]"#, "Source Contradicted world.c:2307");
    }

    #[test]
    fn the_bank_that_fits_best_decides_and_hidden_digits_say_nothing() {
        let io = r#"value = "0x0e0b""#;
        check(
            &format!("machine_check = {{ mask = \"0xffff\", {io} }}"),
            "MachineCheck Held bank 7 0x############0e0b",
        );
        check(
            &format!("machine_check = {{ {io} }}"),
            "MachineCheck Absent bank 7 0x############0e0b",
        );
        check(
            r#"machine_check = { class = "cache", banks = [1, 2] }"#,
            "MachineCheck Held bank 1 0xbf80000000000114",
        );
        check(
            r#"machine_check = { class = "cache", banks = [7] }"#,
            "MachineCheck Contradicted bank 7 0x############0e0b",
        );
        check(
            r#"machine_check = { vendor = "intel", banks = [7] }"#,
            "MachineCheck Absent bank 7 0x############0e0b",
        );
    }

    #[test]
    fn the_host_is_compared_by_model_device_and_version() {
        check(r#"host = { models = ["*Express5800*"] }"#, "Model Held NEC Express5800/R120");
        check(r#"host = { pci = ["15b3:*"] }"#, "Device Held 15b3:a2d6");
        let lpfc = |versions: &str| {
            format!(
                r#"host = {{ components = [{{ kind = "driver", name = "lpfc", versions = "{versions}" }}] }}"#
            )
        };
        let printed = "lpfc 12.8.351.30-1OEM.700.1.0.15843807";
        check(&lpfc("12.8.351.30-1OEM.700*"), &format!("Component Held {printed}"));
        check(&lpfc(">= 12.8, < 12.8.352"), &format!("Component Held {printed}"));
        check(&lpfc("< 12"), &format!("Component Contradicted {printed}"));
    }
}
