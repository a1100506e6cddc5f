//! The conditions of a signature as cards show them: the rows of [`CONDITIONS`], and the frames.

use super::card::ConditionCard;
use crate::kb::{CONDITIONS, Condition, FramePattern, Signature};

/// The conditions of `signature`, in the order of `docs/signatures.md`: the frames come before the
/// forbidden ones.
pub(super) fn condition_cards(signature: &Signature) -> Vec<ConditionCard> {
    let mut cards = Vec::new();
    for row in CONDITIONS {
        if row.condition == Condition::Forbidden {
            let frames = signature.frames.iter().map(frame);
            cards.push(card("frames", "label-frames", frames.collect()));
            cards.push(card("some", "label-some", some(signature)));
        }
        cards.push(card(row.key, row.label, (row.values)(signature)));
    }
    cards.retain(|card| !card.values.is_empty());
    cards
}

fn card(key: &str, label: &'static str, values: Vec<String>) -> ConditionCard {
    ConditionCard { condition: key.to_owned(), values, label }
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
        let shown = condition_cards(&signature).into_iter();
        let shown: Vec<(String, Vec<String>)> =
            shown.map(|card| (card.condition, card.values)).collect();
        let expected: Vec<(String, Vec<String>)> = expected
            .iter()
            .map(|(code, values)| {
                ((*code).to_owned(), values.iter().map(|v| (*v).to_owned()).collect())
            })
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
            let mut keys = CONDITIONS.iter().map(|row| row.key).chain(["frames", "some"]);
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
