//! Which crash texts print a function, or a piece of a message, log line or source file.
//!
//! A rule that asks every crash text about every signature takes minutes for a few thousand issues.
//! Here it finds the few that can hold a signature.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::kb::pattern::{FramePattern, Signature};
use crate::signature::CrashKeys;
use crate::text::Template;

/// Three bytes of a text in lower case. A text with a word of a template has every piece of that word.
type TextPiece = [u8; 3];

/// The paths of the crash texts, by the functions and texts that they print.
#[derive(Default)]
pub(super) struct Printed<'a> {
    all: BTreeSet<&'a str>,
    functions: BTreeMap<&'a str, BTreeSet<&'a str>>,
    pieces: HashMap<TextPiece, BTreeSet<&'a str>>,
    machine_checks: BTreeSet<&'a str>,
}

impl<'a> Printed<'a> {
    /// Adds the crashes of the crash text at `path`.
    pub(super) fn add(&mut self, path: &'a str, crashes: &'a [CrashKeys]) {
        self.all.insert(path);
        for crash in crashes {
            for frame in &crash.frames {
                self.functions.entry(&frame.function).or_default().insert(path);
            }
            let source = crash.source.iter().map(|(file, _)| file);
            for text in crash.logs.iter().chain(source).chain([&crash.message]) {
                for piece in pieces_of(text) {
                    self.pieces.entry(piece).or_default().insert(path);
                }
            }
            if !crash.checks.is_empty() {
                self.machine_checks.insert(path);
            }
        }
    }

    /// The crash texts that may show `signature`; no other one can.
    pub(super) fn that_may_hold(&self, signature: &Signature) -> BTreeSet<&'a str> {
        let required = signature.frames.iter().filter(|frame| !frame.optional);
        if let Some(rarest) =
            required.map(|frame| self.with_function(frame)).min_by_key(|p| p.len())
        {
            return rarest;
        }
        match &signature.some {
            // A crash with `least` of them has one of any subset that leaves out fewer than `least`.
            Some(some) if some.least > 0 => {
                let mut choices: Vec<_> =
                    some.of.iter().map(|frame| self.with_function(frame)).collect();
                choices.sort_by_key(BTreeSet::len);
                choices.truncate((some.of.len() + 1).saturating_sub(some.least));
                choices.into_iter().flatten().collect()
            }
            _ => self.with_text(signature),
        }
    }

    fn with_function(&self, frame: &FramePattern) -> BTreeSet<&'a str> {
        self.functions.get(frame.name()).cloned().unwrap_or_default()
    }

    /// The crash texts that may hold a message, log line, source or machine check of `signature`.
    fn with_text(&self, signature: &Signature) -> BTreeSet<&'a str> {
        if !signature.asks_for_text() {
            return self.all.clone();
        }
        let mut paths = BTreeSet::new();
        for template in signature.messages.iter().chain(&signature.logs) {
            let template = Template::new(template);
            paths.extend(self.with_pieces(template.fixed_words().into_iter()));
        }
        for source in &signature.sources {
            paths.extend(self.with_pieces(std::iter::once(source.file.as_str())));
        }
        if signature.machine_check.is_some() {
            paths.extend(&self.machine_checks);
        }
        paths
    }

    /// The crash texts that print the rarest piece of `words`; all when the words are too short.
    fn with_pieces<'w>(&self, words: impl Iterator<Item = &'w str>) -> BTreeSet<&'a str> {
        let pieces = words.flat_map(pieces_of);
        let paths =
            pieces.map(|piece| self.pieces.get(&piece)).min_by_key(|p| p.map_or(0, BTreeSet::len));
        match paths {
            Some(paths) => paths.cloned().unwrap_or_default(),
            None => self.all.clone(),
        }
    }
}

fn pieces_of(text: &str) -> BTreeSet<TextPiece> {
    let text = text.to_ascii_lowercase();
    text.as_bytes().windows(3).filter_map(|piece| piece.try_into().ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::signature::KeyFrame;

    fn frames(names: &[&str]) -> Vec<KeyFrame> {
        names.iter().map(|name| KeyFrame::new(name, None, 0)).collect()
    }

    /// The crash texts that may hold a signature, among one that prints `Foo` and `Bar` and a
    /// message, and one that prints `Bar` and an assertion.
    #[track_caller]
    fn check(signature: &str, expected: &[&str]) {
        let one = [CrashKeys {
            frames: frames(&["Foo", "Bar"]),
            message: "Ring 7 LOST twice".into(),
            ..CrashKeys::default()
        }];
        let other = [CrashKeys {
            frames: frames(&["Bar"]),
            source: Some(("bora/main/world.c".into(), 7)),
            ..CrashKeys::default()
        }];
        let mut printed = Printed::default();
        printed.add("one", &one);
        printed.add("other", &other);
        let signature: Signature = toml::from_str(signature).expect("a signature");
        let found: Vec<&str> = printed.that_may_hold(&signature).into_iter().collect();
        assert_eq!(found, expected, "{signature:?}");
    }

    #[test]
    fn only_crash_texts_with_the_rarest_part_may_hold_a_signature() {
        check(r#"frames = ["Bar", "Foo"]"#, &["one"]);
        check(r#"frames = ["Baz", "Bar"]"#, &[]);
        check(r#"frames = [{ function = "Baz", optional = true }]"#, &["one", "other"]);
        check(r#"some = { least = 1, of = ["Foo", "Baz"] }"#, &["one"]);
        check(r#"some = { least = 2, of = ["Bar", "Foo"] }"#, &["one"]);
        check(r#"messages = ["ring {n} lost"]"#, &["one"]);
        check(r#"messages = ["{n} a"]"#, &["one", "other"]);
        check(r#"sources = ["world.c:7"]"#, &["other"]);
        check(r#"machine_check = { class = "cache" }"#, &[]);
    }
}
