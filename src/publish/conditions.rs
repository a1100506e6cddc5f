//! The conditions of a signature as cards show them: the rows of [`CONDITIONS`], and the frames.

use crate::kb::{CONDITIONS, Condition, FramePattern, Signature};

/// How one condition is shown.
pub struct ShownCondition {
    /// The key in an issue file.
    pub key: &'static str,
    /// Key of its label.
    pub label: &'static str,
    /// The values that a signature asks for; empty where it does not ask.
    pub values: fn(&Signature) -> Vec<String>,
}

const FRAMES: ShownCondition = ShownCondition {
    key: "frames",
    label: "label-frames",
    values: |signature| signature.frames.iter().map(frame).collect(),
};
const SOME_FRAMES: ShownCondition =
    ShownCondition { key: "some", label: "label-some", values: some };

/// Every condition, in the order of `docs/signatures.md`: the frames come before the forbidden ones.
pub fn shown_conditions() -> impl Iterator<Item = ShownCondition> {
    CONDITIONS.iter().flat_map(|row| {
        let frames = [FRAMES, SOME_FRAMES].into_iter();
        let frames = frames.filter(|_| row.condition == Condition::Forbidden);
        frames.chain([ShownCondition { key: row.key, label: row.label, values: row.values }])
    })
}

/// `function@module#version`, and the rest that is asked of the frame in the words of the file.
fn frame(frame: &FramePattern) -> String {
    let optional = frame.optional.then(|| "optional".to_owned());
    let gap = frame.gap.map(|gap| format!("gap = {gap}"));
    let more: Vec<String> = optional.into_iter().chain(gap).collect();
    if more.is_empty() {
        return frame.to_string();
    }
    format!("{frame} ({})", more.join(", "))
}

/// `>= 2:` and the functions.
fn some(signature: &Signature) -> Vec<String> {
    let Some(some) = &signature.some else {
        return Vec::new();
    };
    let least = format!(">= {} / {}:", some.least, some.of.len());
    std::iter::once(least).chain(some.of.iter().map(frame)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(signature: &str, expected: &[(&str, &[&str])]) {
        let signature: Signature = toml::from_str(signature).expect("a signature");
        let shown: Vec<(&str, Vec<String>)> = shown_conditions()
            .map(|condition| (condition.key, (condition.values)(&signature)))
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
            let mut keys = shown_conditions().map(|condition| condition.key);
            assert!(keys.any(|shown| shown.split('.').next() == Some(key)), "{key}");
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
