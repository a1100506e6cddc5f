//! The conditions of a signature, a row each: a new key of the language is a new row here.

use crate::kb::{CheckPattern, FramePattern, Signature};

/// How one condition is shown.
pub struct Condition {
    /// The key in an issue file.
    pub code: &'static str,
    /// Key of its label.
    pub label: &'static str,
    /// What a signature asks; empty where it does not ask.
    pub values: fn(&Signature) -> Vec<String>,
}

const fn row(
    code: &'static str,
    label: &'static str,
    values: fn(&Signature) -> Vec<String>,
) -> Condition {
    Condition { code, label, values }
}

/// Every condition, in the order of `docs/signatures.md`.
pub const CONDITIONS: &[Condition] = &[
    row("kinds", "label-kind", |signature| signature.kinds.clone()),
    row("exceptions", "label-exception", |signature| {
        signature.exceptions.iter().map(u8::to_string).collect()
    }),
    row("messages", "label-message", |signature| signature.messages.clone()),
    row("sources", "label-source", |signature| {
        signature.sources.iter().cloned().map(String::from).collect()
    }),
    row("worlds", "label-worlds", |signature| signature.worlds.clone()),
    row("frames", "label-frames", |signature| signature.frames.iter().map(frame).collect()),
    row("some", "label-some", some),
    row("forbid", "label-forbid", |signature| signature.forbid.clone()),
    row("modules", "label-modules", |signature| signature.modules.clone()),
    row("logs", "label-log", |signature| signature.logs.clone()),
    row("machine_check", "label-machine-check", |signature| {
        signature.machine_check.iter().map(machine_check).collect()
    }),
    row("host.models", "label-model", |signature| signature.host.models.clone()),
    row("host.pci", "label-devices", |signature| signature.host.pci.clone()),
    row("host.components", "label-component", |signature| {
        let components = signature.host.components.iter();
        components.map(|part| format!("{} {}", part.name, part.versions)).collect()
    }),
];

/// `function@module#version`, with what else is asked of the frame in the words of the file.
fn frame(frame: &FramePattern) -> String {
    let optional = frame.optional.then(|| "optional".to_owned());
    let gap = frame.gap.map(|gap| format!("gap = {gap}"));
    let more: Vec<String> = optional.into_iter().chain(gap).collect();
    match more.is_empty() {
        true => frame.to_string(),
        false => format!("{frame} ({})", more.join(", ")),
    }
}

/// `>= 2:` and the functions.
fn some(signature: &Signature) -> Vec<String> {
    let Some(some) = &signature.some else {
        return Vec::new();
    };
    let least = format!(">= {} / {}:", some.least, some.of.len());
    std::iter::once(least).chain(some.of.iter().map(frame)).collect()
}

/// The parts of a machine check in the words of the file.
fn machine_check(check: &CheckPattern) -> String {
    let code = |value: Option<String>, key: &str| value.map(|value| format!("{key} {value}"));
    let banks = (!check.banks.is_empty())
        .then(|| check.banks.iter().map(u32::to_string).collect::<Vec<_>>().join("/"));
    let parts = [
        code(check.vendor.as_ref().map(published), "vendor"),
        code(banks, "bank"),
        code(check.mask.map(|mask| mask.to_string()), "mask"),
        code(check.value.map(|value| value.to_string()), "value"),
        code(check.class.clone(), "class"),
        code(check.severity.as_ref().map(published), "severity"),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// The published code of a vendor or severity.
fn published(code: &impl serde::Serialize) -> String {
    let value = serde_json::to_value(code).unwrap_or_default();
    value.as_str().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(signature: &str, expected: &[(&str, &[&str])]) {
        let signature: Signature = toml::from_str(signature).expect("a signature");
        let shown: Vec<(&str, Vec<String>)> = CONDITIONS
            .iter()
            .map(|condition| (condition.code, (condition.values)(&signature)))
            .filter(|(_, values)| !values.is_empty())
            .collect();
        let expected: Vec<(&str, Vec<String>)> = expected
            .iter()
            .map(|(code, values)| (*code, values.iter().map(|v| (*v).to_owned()).collect()))
            .collect();
        assert_eq!(shown, expected);
    }

    #[test]
    fn every_condition_is_shown_in_the_words_of_the_file() {
        check(
            r#"kinds = ["assert"]
               exceptions = [13, 14]
               sources = ["world.c:2307"]
               frames = ["A@m", { function = "B", version = "1.*", optional = true, gap = 2 }]
               some = { least = 1, of = ["C", "D"] }
               machine_check = { vendor = "amd", banks = [1, 4], mask = "0xffff", value = "0x1" }
               host = { pci = ["15b3:*"], components = [{ kind = "driver", name = "lpfc", versions = "< 12" }] }"#,
            &[
                ("kinds", &["assert"]),
                ("exceptions", &["13", "14"]),
                ("sources", &["world.c:2307"]),
                ("frames", &["A@m", "B#1.* (optional, gap = 2)"]),
                ("some", &[">= 1 / 2:", "C", "D"]),
                ("machine_check", &["vendor amd, bank 1/4, mask 0xffff, value 0x1"]),
                ("host.pci", &["15b3:*"]),
                ("host.components", &["lpfc < 12"]),
            ],
        );
    }

    #[test]
    fn every_key_of_a_signature_has_a_row() {
        let keys = ["kinds", "exceptions", "worlds", "messages", "sources", "logs", "modules"];
        let keys = keys.into_iter().chain(["frames", "some", "forbid", "machine_check", "host"]);
        for key in keys {
            let known = |condition: &Condition| condition.code.split('.').next() == Some(key);
            assert!(CONDITIONS.iter().any(known), "{key}");
        }
        // A new key of the type makes this pattern incomplete.
        let Signature {
            name: _,
            kinds: _,
            exceptions: _,
            worlds: _,
            messages: _,
            sources: _,
            logs: _,
            modules: _,
            frames: _,
            some: _,
            forbid: _,
            machine_check: _,
            host: _,
        } = Signature::default();
    }
}
