//! The conditions of a signature: one table, and the answers of a crash to them.
//!
//! A row of [`CONDITIONS`] is all that the program knows about a condition: its key in an issue
//! file, its label and values on a card, the kind and worth of its evidence, the rule of lint, and
//! how a crash is asked. Frames are not in here: how well they fit is a matter of degree, and the
//! aligner's.

use std::borrow::Cow;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use strum::IntoStaticStr;

use super::pattern::{CheckPattern, ComponentKind, ComponentPattern, Signature, SourcePlace};
use crate::crash::PanicKind;
use crate::signature::{CheckKey, CrashKeys};
use crate::text::{Template, is_in_log_line, is_in_message};

/// The subject of a condition, in the order in which conditions are asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Condition {
    /// A function that excludes the signature.
    Forbidden,
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
}

/// The kind of a piece of evidence, as it is published.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    JsonSchema,
    IntoStaticStr,
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum EvidenceKind {
    /// Frames of a signature.
    Frames,
    /// Frames of an exemplar.
    Exemplar,
    /// Frames in any order.
    SomeFrames,
    /// The panic message.
    Message,
    /// Source file and line.
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
    /// Other functions above those that correspond, or other modules.
    Contradiction,
    /// The release of the host.
    Release,
    /// Another issue that fits too.
    Rival,
}

impl EvidenceKind {
    /// The published code.
    pub fn as_str(self) -> &'static str {
        self.into()
    }
}

impl From<Condition> for EvidenceKind {
    fn from(condition: Condition) -> Self {
        condition.row().kind
    }
}

/// The answer of a crash to a condition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// The crash fulfils it.
    Held,
    /// The crash nearly fulfils it: the same source file with another line.
    Near,
    /// The crash has no information about it.
    Absent,
    /// The crash has another value.
    Contradicted,
}

/// One condition of a signature with the answer of a crash.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checked {
    /// The condition.
    pub condition: Condition,
    /// The answer.
    pub state: State,
    /// The text that was found; the wanted text when none was found.
    pub text: String,
}

/// As [`Checked`], with a text that stands in the signature or the crash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConditionAnswer<'a> {
    /// The condition.
    pub condition: Condition,
    /// The answer.
    pub state: State,
    /// The text that was found; the wanted text when none was found.
    pub text: Cow<'a, str>,
}

impl From<&ConditionAnswer<'_>> for Checked {
    fn from(answer: &ConditionAnswer<'_>) -> Self {
        let ConditionAnswer { condition, state, text } = answer;
        Self { condition: *condition, state: *state, text: text.to_string() }
    }
}

/// Log-odds of a piece of evidence, and the key of its sentence.
pub type EvidencePoints = (f64, &'static str);

/// The worth of a condition for each answer of the crash; `None` for an answer that is not evidence.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Worth {
    /// When it is held.
    pub held: Option<EvidencePoints>,
    /// When it is nearly held.
    pub near: Option<EvidencePoints>,
    /// When it is contradicted.
    pub contradicted: Option<EvidencePoints>,
    /// The sentence of a text that is held and alone may prove an issue; `None` for conditions that
    /// only support.
    pub decisive: Option<&'static str>,
}

impl Worth {
    const NOTHING: Self = Self { held: None, near: None, contradicted: None, decisive: None };

    /// The points for an answer.
    pub fn of_state(&self, state: State) -> Option<EvidencePoints> {
        match state {
            State::Held => self.held,
            State::Near => self.near,
            State::Contradicted => self.contradicted,
            State::Absent => None,
        }
    }
}

/// When lint reports a condition that no crash text of the issue holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ShownRule {
    /// Never by itself: other rules ask for it.
    Elsewhere,
    /// Whenever none holds it.
    Always,
    /// When one contradicts it: the parts of a host are in bundles, not on screens.
    Contradicted,
}

/// How one condition is asked; `None` where the signature does not have it.
type Check = for<'a> fn(&'a SignatureConditions, &'a CrashKeys) -> Option<Answer<'a>>;

/// An answer, and the text that was found or asked for.
type Answer<'a> = (State, Cow<'a, str>);

/// Everything that is known about one condition.
pub struct ConditionRow {
    /// The condition.
    pub condition: Condition,
    /// Its key in an issue file.
    pub key: &'static str,
    /// The key of its label on a card.
    pub label: &'static str,
    /// The values that a signature asks for, as a card shows them; empty where it does not ask.
    pub values: fn(&Signature) -> Vec<String>,
    /// The kind of its evidence.
    pub kind: EvidenceKind,
    /// The worth of its answers.
    pub worth: Worth,
    /// When lint reports that no crash text holds it.
    pub shown: ShownRule,
    check: Check,
}

/// Every condition, in the order of `docs/signatures.md`.
pub static CONDITIONS: &[ConditionRow] = &[
    ConditionRow {
        condition: Condition::PanicKind,
        key: "kinds",
        label: "label-kind",
        values: |signature| signature.kinds.clone(),
        kind: EvidenceKind::PanicKind,
        worth: Worth {
            held: Some((0.5, "evidence-kind")),
            contradicted: Some((-2.5, "evidence-kind-other")),
            ..Worth::NOTHING
        },
        shown: ShownRule::Always,
        check: kind,
    },
    ConditionRow {
        condition: Condition::Exception,
        key: "exceptions",
        label: "label-exception",
        values: |signature| signature.exceptions.iter().map(u8::to_string).collect(),
        kind: EvidenceKind::Exception,
        worth: Worth {
            held: Some((0.2, "evidence-exception")),
            contradicted: Some((-1.0, "evidence-exception-other")),
            ..Worth::NOTHING
        },
        shown: ShownRule::Always,
        check: exception,
    },
    ConditionRow {
        condition: Condition::Message,
        key: "messages",
        label: "label-message",
        values: |signature| signature.messages.clone(),
        kind: EvidenceKind::Message,
        worth: Worth {
            held: Some((1.9, "evidence-message")),
            contradicted: Some((-2.5, "evidence-message-other")),
            decisive: Some("evidence-message-decisive"),
            ..Worth::NOTHING
        },
        shown: ShownRule::Elsewhere,
        check: message,
    },
    ConditionRow {
        condition: Condition::Source,
        key: "sources",
        label: "label-source",
        values: |signature| signature.sources.iter().cloned().map(String::from).collect(),
        kind: EvidenceKind::Source,
        worth: Worth {
            held: Some((1.5, "evidence-source")),
            near: Some((0.8, "evidence-source-near")),
            contradicted: Some((-0.5, "evidence-source-other")),
            decisive: Some("evidence-source-decisive"),
        },
        shown: ShownRule::Elsewhere,
        check: source,
    },
    ConditionRow {
        condition: Condition::World,
        key: "worlds",
        label: "label-worlds",
        values: |signature| signature.worlds.clone(),
        kind: EvidenceKind::World,
        worth: Worth {
            held: Some((1.5, "evidence-world")),
            contradicted: Some((-0.5, "evidence-world-other")),
            ..Worth::NOTHING
        },
        shown: ShownRule::Always,
        check: world,
    },
    ConditionRow {
        condition: Condition::Forbidden,
        key: "forbid",
        label: "label-forbid",
        values: |signature| signature.forbid.clone(),
        kind: EvidenceKind::Forbidden,
        worth: Worth::NOTHING,
        shown: ShownRule::Elsewhere,
        check: forbidden,
    },
    ConditionRow {
        condition: Condition::Module,
        key: "modules",
        label: "label-modules",
        values: |signature| signature.modules.clone(),
        kind: EvidenceKind::Module,
        worth: Worth { held: Some((0.5, "evidence-module")), ..Worth::NOTHING },
        shown: ShownRule::Always,
        check: module,
    },
    ConditionRow {
        condition: Condition::Log,
        key: "logs",
        label: "label-log",
        values: |signature| signature.logs.clone(),
        kind: EvidenceKind::Log,
        worth: Worth {
            held: Some((1.0, "evidence-log")),
            decisive: Some("evidence-log-decisive"),
            ..Worth::NOTHING
        },
        shown: ShownRule::Elsewhere,
        check: log,
    },
    ConditionRow {
        condition: Condition::MachineCheck,
        key: "machine_check",
        label: "label-machine-check",
        values: |signature| signature.machine_check.iter().map(CheckPattern::to_string).collect(),
        kind: EvidenceKind::MachineCheck,
        worth: Worth {
            held: Some((2.4, "evidence-machine-check")),
            decisive: Some("evidence-machine-check-decisive"),
            ..Worth::NOTHING
        },
        shown: ShownRule::Elsewhere,
        check: machine_check,
    },
    ConditionRow {
        condition: Condition::Model,
        key: "host.models",
        label: "label-model",
        values: |signature| signature.host.models.clone(),
        kind: EvidenceKind::Model,
        worth: Worth {
            held: Some((0.5, "evidence-model")),
            contradicted: Some((-1.0, "evidence-model-other")),
            ..Worth::NOTHING
        },
        shown: ShownRule::Contradicted,
        check: model,
    },
    ConditionRow {
        condition: Condition::Device,
        key: "host.pci",
        label: "label-devices",
        values: |signature| signature.host.pci.clone(),
        kind: EvidenceKind::Device,
        worth: Worth {
            held: Some((0.5, "evidence-device")),
            contradicted: Some((-1.0, "evidence-device-other")),
            ..Worth::NOTHING
        },
        shown: ShownRule::Contradicted,
        check: device,
    },
    ConditionRow {
        condition: Condition::Component,
        key: "host.components",
        label: "label-component",
        values: |signature| {
            let components = signature.host.components.iter();
            components.map(|part| format!("{} {}", part.name, part.versions)).collect()
        },
        kind: EvidenceKind::Component,
        worth: Worth {
            held: Some((1.0, "evidence-component")),
            contradicted: Some((-1.5, "evidence-component-other")),
            ..Worth::NOTHING
        },
        shown: ShownRule::Contradicted,
        check: component,
    },
];

impl Condition {
    /// Its row of the table; a test checks that every condition has one.
    pub fn row(self) -> &'static ConditionRow {
        CONDITIONS.iter().find(|row| row.condition == self).unwrap_or(&CONDITIONS[0])
    }
}

/// A signature whose conditions are ready to be asked: its templates are compiled once, and every
/// crash is compared with them.
#[derive(Clone, Debug, Default)]
pub struct SignatureConditions {
    /// The signature.
    pub signature: Signature,
    /// Panic kinds of the recorded crashes, which apply when the signature names no kind.
    recorded_kinds: Vec<PanicKind>,
    messages: Vec<Template>,
    logs: Vec<Template>,
    worlds: Vec<Template>,
    modules: Vec<Template>,
    forbidden: Vec<Template>,
    models: Vec<Template>,
    devices: Vec<Template>,
    /// The kinds of the devices that the messages name.
    message_devices: Vec<&'static str>,
}

impl SignatureConditions {
    /// Compiles the templates of `signature`.
    pub fn new(signature: Signature) -> Self {
        Self {
            messages: compiled(&signature.messages),
            logs: compiled(&signature.logs),
            worlds: compiled(&signature.worlds),
            modules: compiled(&signature.modules),
            forbidden: compiled(&signature.forbid),
            models: compiled(&signature.host.models),
            devices: compiled(&signature.host.pci),
            message_devices: signature
                .messages
                .iter()
                .flat_map(|text| device_kinds(text))
                .collect(),
            recorded_kinds: Vec::new(),
            signature,
        }
    }

    /// Compiles the templates of `signature`, whose recorded crashes are of the kinds `recorded`.
    pub fn with_recorded_kinds(signature: Signature, recorded: &[PanicKind]) -> Self {
        Self { recorded_kinds: recorded.to_vec(), ..Self::new(signature) }
    }

    /// The answers of `crash` to the conditions that the signature has, those that prove most first.
    pub fn ask<'a>(&'a self, crash: &'a CrashKeys) -> Vec<ConditionAnswer<'a>> {
        let mut answers: Vec<ConditionAnswer<'a>> = Vec::new();
        for row in CONDITIONS {
            if let Some((state, text)) = (row.check)(self, crash) {
                answers.push(ConditionAnswer { condition: row.condition, state, text });
            }
        }
        answers.sort_by_key(|answer| answer.condition);
        answers
    }

    /// The answers of `crash` to what the signature asks of texts with numbers in them: message, log
    /// lines and worlds.
    pub fn text_states(&self, crash: &CrashKeys) -> [Option<State>; 3] {
        [message, log, world].map(|check: Check| check(self, crash).map(|(state, _)| state))
    }

    /// True when a message, a source line, a log line or a machine check of the signature is the
    /// crash's: these may prove an issue without frames.
    pub fn text_holds(&self, crash: &CrashKeys) -> bool {
        CONDITIONS
            .iter()
            .filter(|row| row.worth.decisive.is_some())
            .filter_map(|row| (row.check)(self, crash))
            .any(|(state, _)| state == State::Held)
    }
}

fn compiled(templates: &[String]) -> Vec<Template> {
    templates.iter().map(|template| Template::new(template)).collect()
}

/// The answers of `crash` to the conditions of `signature`, for callers with a single crash.
pub fn conditions(signature: &Signature, crash: &CrashKeys) -> Vec<Checked> {
    SignatureConditions::new(signature.clone()).ask(crash).iter().map(Checked::from).collect()
}

/// How a template is compared with a printed text.
type Fits = fn(&Template, &str) -> bool;

/// Held when one of `found` fits, contradicted when there are others, absent when there are none.
fn any_fits<'a>(
    templates: &[Template],
    sources: &'a [String],
    found: impl IntoIterator<Item = &'a str>,
    fits: Fits,
) -> Option<Answer<'a>> {
    let first = sources.first()?;
    let mut other = None;
    for found in found.into_iter().filter(|found| !found.is_empty()) {
        if templates.iter().any(|template| fits(template, found)) {
            return Some((State::Held, found.into()));
        }
        other = other.or(Some(found));
    }
    Some(match other {
        Some(other) => (State::Contradicted, other.into()),
        None => (State::Absent, first.into()),
    })
}

/// A text that is missing among many lines or modules may simply not have been printed.
fn not_found_is_absent<'a>(found: Option<Answer<'a>>, sources: &'a [String]) -> Option<Answer<'a>> {
    match found? {
        (State::Contradicted, _) => Some((State::Absent, sources.first()?.into())),
        found => Some(found),
    }
}

/// Held when the crash has one of the wanted values, contradicted when it has another.
fn any_equals<'a>(wanted: &'a [String], found: Option<&'static str>) -> Option<Answer<'a>> {
    let first = wanted.first()?;
    Some(match found {
        Some(found) if wanted.iter().any(|wanted| wanted == found) => (State::Held, found.into()),
        Some(found) => (State::Contradicted, found.into()),
        None => (State::Absent, first.into()),
    })
}

fn forbidden<'a>(asked: &'a SignatureConditions, crash: &'a CrashKeys) -> Option<Answer<'a>> {
    let first = asked.signature.forbid.first()?;
    let found = crash
        .frames
        .iter()
        .find(|frame| asked.forbidden.iter().any(|template| template.is_all_of(&frame.function)));
    Some(match found {
        Some(frame) => (State::Contradicted, (&frame.function).into()),
        None => (State::Held, first.into()),
    })
}

fn message<'a>(asked: &'a SignatureConditions, crash: &'a CrashKeys) -> Option<Answer<'a>> {
    let message = [crash.message.as_str()];
    let sources = &asked.signature.messages;
    let found = any_fits(&asked.messages, sources, message, is_in_message);
    // A generic message such as `#PF Exception 14` does not contradict the wanted one.
    let contradicts =
        crash.kind.is_some_and(has_own_words) || names_other_devices(asked, &crash.message);
    if contradicts { found } else { not_found_is_absent(found, sources) }
}

/// Starts of the names that the VMkernel gives to devices, each with the kind of device.
const DEVICE_NAMES: &[(&str, &str)] = &[
    ("vmnic", "network"),
    ("vmrdma", "network"),
    ("vmhba", "storage"),
    ("vmgfx", "graphics"),
    ("vmgp", "graphics"),
];

/// True when the message names devices, the templates too, and of other kinds: an IOMMU fault of
/// `(vmnic2/ixgben)` is none of a graphics card, `(vmgfx`.
fn names_other_devices(asked: &SignatureConditions, message: &str) -> bool {
    let asked = &asked.message_devices;
    if asked.is_empty() {
        return false;
    }
    let named = device_kinds(message);
    !named.is_empty() && named.iter().all(|kind| !asked.contains(kind))
}

/// The kinds of the devices that a text names.
fn device_kinds(text: &str) -> Vec<&'static str> {
    let named = DEVICE_NAMES.iter().filter(|(name, _)| names_device(text, name));
    named.map(|(_, kind)| *kind).collect()
}

/// True when a word of `text` begins with `name`.
fn names_device(text: &str, name: &str) -> bool {
    text.match_indices(name)
        .any(|(place, _)| !text[..place].ends_with(|before: char| before.is_alphanumeric()))
}

/// True for kinds whose message describes the individual failure.
fn has_own_words(kind: PanicKind) -> bool {
    use PanicKind::{Assert, CosPanic, NotImplemented, Other, SpinCount, Verify, VmklinuxBug};
    matches!(kind, Assert | CosPanic | NotImplemented | Other | SpinCount | Verify | VmklinuxBug)
}

fn source<'a>(asked: &'a SignatureConditions, crash: &'a CrashKeys) -> Option<Answer<'a>> {
    let sources = &asked.signature.sources;
    let first = sources.first()?;
    let Some((file, line)) = &crash.source else {
        return Some((State::Absent, String::from(first.clone()).into()));
    };
    let mut state = State::Contradicted;
    for place in sources.iter().filter(|place| is_same_file(file, place)) {
        if place.line.is_none_or(|wanted| wanted == *line) {
            state = State::Held;
            break;
        }
        state = State::Near;
    }
    let name = file.rsplit(['/', '\\']).next().unwrap_or(file);
    Some((state, format!("{name}:{line}").into()))
}

/// True when the printed path ends with the file of a signature.
fn is_same_file(printed: &str, place: &SourcePlace) -> bool {
    let start = printed.strip_suffix(place.file.as_str());
    start.is_some_and(|start| start.is_empty() || start.ends_with(['/', '\\']))
}

fn log<'a>(asked: &'a SignatureConditions, crash: &'a CrashKeys) -> Option<Answer<'a>> {
    let lines = crash.logs.iter().map(String::as_str);
    let sources = &asked.signature.logs;
    not_found_is_absent(any_fits(&asked.logs, sources, lines, is_in_log_line), sources)
}

fn kind<'a>(asked: &'a SignatureConditions, crash: &'a CrashKeys) -> Option<Answer<'a>> {
    if asked.signature.kinds.is_empty() {
        let other = crash.kind.filter(|kind| is_other_kind(*kind, &asked.recorded_kinds))?;
        return Some((State::Contradicted, other.as_str().into()));
    }
    any_equals(&asked.signature.kinds, crash.kind.map(|kind| kind.as_str()))
}

/// Groups of kinds under which one fault may be reported: a bad pointer leads to a page fault or a
/// protection fault, and a hanging PCPU is reported by the first detector that waits for it.
const AKIN: &[&[PanicKind]] = &[
    &[PanicKind::PageFault, PanicKind::GeneralProtection],
    &[PanicKind::TlbAck, PanicKind::NoHeartbeat, PanicKind::NmiIpi],
    &[PanicKind::InvalidOpcode, PanicKind::Assert, PanicKind::Verify, PanicKind::NotImplemented],
];

/// True when no recorded crash is of this kind or of one that is akin to it.
fn is_other_kind(kind: PanicKind, recorded: &[PanicKind]) -> bool {
    !recorded.is_empty() && !recorded.iter().any(|recorded| is_akin(kind, *recorded))
}

fn is_akin(one: PanicKind, other: PanicKind) -> bool {
    one == other || AKIN.iter().any(|kinds| kinds.contains(&one) && kinds.contains(&other))
}

fn exception<'a>(asked: &'a SignatureConditions, crash: &'a CrashKeys) -> Option<Answer<'a>> {
    let wanted = &asked.signature.exceptions;
    let first = wanted.first()?;
    Some(match crash.exception {
        Some(found) if wanted.contains(&found) => (State::Held, found.to_string().into()),
        Some(found) => (State::Contradicted, found.to_string().into()),
        None => (State::Absent, first.to_string().into()),
    })
}

fn world<'a>(asked: &'a SignatureConditions, crash: &'a CrashKeys) -> Option<Answer<'a>> {
    let worlds = crash.worlds.iter().map(String::as_str);
    any_fits(&asked.worlds, &asked.signature.worlds, worlds, Template::is_all_of)
}

fn module<'a>(asked: &'a SignatureConditions, crash: &'a CrashKeys) -> Option<Answer<'a>> {
    let modules = crash.modules.iter().map(String::as_str);
    let sources = &asked.signature.modules;
    not_found_is_absent(any_fits(&asked.modules, sources, modules, Template::is_all_of), sources)
}

fn machine_check<'a>(asked: &'a SignatureConditions, crash: &'a CrashKeys) -> Option<Answer<'a>> {
    let wanted = asked.signature.machine_check.as_ref()?;
    let states = crash.checks.iter().map(|check| (state_of_bank(wanted, check), check));
    // A screen prints several banks, one of which is the error: the best fit decides.
    let best = states.max_by_key(|(state, _)| match state {
        State::Held => 2,
        State::Absent | State::Near => 1,
        State::Contradicted => 0,
    });
    Some(match best {
        Some((state, check)) => (state, check.to_string().into()),
        None => (State::Absent, "".into()),
    })
}

/// The answer of one bank; hidden digits give no answer.
fn state_of_bank(wanted: &CheckPattern, check: &CheckKey) -> State {
    let mask = wanted.mask.map_or(u64::MAX, |mask| mask.0);
    let value = wanted.value.map(|value| value.0);
    let known = check.status.known & mask;
    let banks = &wanted.banks;
    let is_contradicted = value.is_some_and(|value| (check.status.value ^ value) & known != 0)
        || is_other(wanted.vendor, check.vendor)
        || check.bank.is_some_and(|bank| !banks.is_empty() && !banks.contains(&bank))
        || is_other(wanted.class.as_deref(), check.class)
        || is_other(wanted.severity, check.severity);
    let is_unanswered = (value.is_some() && known != mask)
        || (wanted.vendor.is_some() && check.vendor.is_none())
        || (!banks.is_empty() && check.bank.is_none())
        || (wanted.class.is_some() && check.class.is_none())
        || (wanted.severity.is_some() && check.severity.is_none());
    if is_contradicted {
        State::Contradicted
    } else if is_unanswered {
        State::Absent
    } else {
        State::Held
    }
}

fn is_other<T: PartialEq>(wanted: Option<T>, found: Option<T>) -> bool {
    wanted.is_some() && found.is_some() && wanted != found
}

fn component<'a>(asked: &'a SignatureConditions, crash: &'a CrashKeys) -> Option<Answer<'a>> {
    let components = &asked.signature.host.components;
    let first = components.first()?;
    let mut other = None;
    for wanted in components {
        for version in printed_versions(wanted, crash) {
            let text = format!("{} {version}", wanted.name);
            match wanted.versions.holds(version) {
                Some(true) => return Some((State::Held, text.into())),
                Some(false) => other = other.or(Some(text)),
                None => {}
            }
        }
    }
    Some(match other {
        Some(other) => (State::Contradicted, other.into()),
        None => (State::Absent, format!("{} {}", first.name, first.versions).into()),
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

fn model<'a>(asked: &'a SignatureConditions, crash: &'a CrashKeys) -> Option<Answer<'a>> {
    let model = crash.model.as_deref();
    any_fits(&asked.models, &asked.signature.host.models, model, Template::is_all_of)
}

fn device<'a>(asked: &'a SignatureConditions, crash: &'a CrashKeys) -> Option<Answer<'a>> {
    let devices = crash.devices.iter().map(String::as_str);
    any_fits(&asked.devices, &asked.signature.host.pci, devices, Template::is_all_of)
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

    /// The answers of a crash of this kind and message to a signature that asks for no kind, whose
    /// recorded crashes are page faults, and that asks for another message.
    #[track_caller]
    fn check_recorded(kind: PanicKind, message: &str, expected: &[(Condition, State)]) {
        let signature = Signature { messages: vec!["flowtable".into()], ..Signature::default() };
        let asked = SignatureConditions::with_recorded_kinds(signature, &[PanicKind::PageFault]);
        let message = message.to_owned();
        let crash = CrashKeys { kind: Some(kind), message, ..CrashKeys::default() };
        let found: Vec<(Condition, State)> =
            asked.ask(&crash).iter().map(|checked| (checked.condition, checked.state)).collect();
        assert_eq!(found, expected, "{kind:?}");
    }

    #[test]
    fn a_signature_without_kinds_is_about_those_of_its_recorded_crashes() {
        use Condition::{Message, PanicKind as Kind};
        let open = (Message, State::Absent);
        check_recorded(PanicKind::PageFault, "#PF Exception 14", &[open]);
        check_recorded(PanicKind::GeneralProtection, "#GP Exception 13", &[open]);
        check_recorded(PanicKind::DivideError, "#DE", &[open, (Kind, State::Contradicted)]);
        // Only a message that describes the failure can contradict.
        let other = (Message, State::Contradicted);
        check_recorded(PanicKind::Other, "hashbase", &[other, (Kind, State::Contradicted)]);
    }

    /// Checks the answers of the crash to the conditions of a signature, written as text.
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
    fn every_condition_has_a_row_of_its_own() {
        for row in CONDITIONS {
            assert_eq!(row.condition.row().key, row.key);
        }
        // `Device` is the last variant.
        assert_eq!(CONDITIONS.len(), Condition::Device as usize + 1);
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
        check(r#"logs = ["Ran out of IOCBs"]"#, "Log Held Ran out of IOCBs");
        check(r#"logs = ["out of IOCBs"]"#, "Log Absent out of IOCBs");
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

    /// Checks the answer of a crash with this message, whose kind leaves open what another message
    /// would have printed.
    #[track_caller]
    fn check_devices(template: &str, message: &str, expected: State) {
        let asked = Signature { messages: vec![template.into()], ..Signature::default() };
        let crash = CrashKeys {
            kind: Some(PanicKind::IommuFault),
            message: message.into(),
            ..CrashKeys::default()
        };
        assert_eq!(conditions(&asked, &crash)[0].state, expected, "{template} / {message}");
    }

    #[test]
    fn a_message_about_a_device_of_another_kind_contradicts() {
        let graphics = "IOMMU Fault detected for {w} (vmgfx";
        check_devices(graphics, "IOMMU Fault detected for 0000:da:00.0 (vmgfx0/x)", State::Held);
        let network = "IOMMU Fault detected for 0000:3b:00.0 (vmnic2/ixgben)";
        check_devices(graphics, network, State::Contradicted);
        check_devices(graphics, "IOMMU Fault detected for (vmgpX/nvidia)", State::Absent);
        check_devices(graphics, "IOMMU Fault detected for 0000:3b:00.0", State::Absent);
        check_devices("IOMMU Fault detected for {w} (unnamed", network, State::Absent);
        check_devices("lost vmhba1", "lost the svmnic of vmnic1", State::Contradicted);
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

    /// Checks a condition about the version of a driver.
    #[track_caller]
    fn check_lpfc(versions: &str, expected: &str) {
        let asked = format!(
            r#"host = {{ components = [{{ kind = "driver", name = "lpfc", versions = "{versions}" }}] }}"#
        );
        check(&asked, expected);
    }

    #[test]
    fn the_host_is_compared_by_model_device_and_version() {
        check(r#"host = { models = ["*Express5800*"] }"#, "Model Held NEC Express5800/R120");
        check(r#"host = { pci = ["15b3:*"] }"#, "Device Held 15b3:a2d6");
        let printed = "lpfc 12.8.351.30-1OEM.700.1.0.15843807";
        check_lpfc("12.8.351.30-1OEM.700*", &format!("Component Held {printed}"));
        check_lpfc(">= 12.8, < 12.8.352", &format!("Component Held {printed}"));
        check_lpfc("< 12", &format!("Component Contradicted {printed}"));
    }
}
