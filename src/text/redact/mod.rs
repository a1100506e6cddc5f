//! Replaces the strings that identify a site, a person or a machine by pseudonyms.
//!
//! Found is by tokens and their context: by a form of its own (`shapes.rs`), by what stands before
//! it (`contexts/`), as a part of a path (`paths.rs`) or of the name of a world (`worlds.rs`).
//! In running text a word that no public list has goes too (`unknown.rs`, `vocabulary.rs`). What is
//! evidence of a crash stays whatever a rule says (`evidence.rs`). A name that was found once
//! is then found as a whole word everywhere. `docs/redaction.md` lists the classes and what is not
//! looked for.

mod addresses;
mod blocks;
mod class;
mod contexts;
mod domains;
mod drivers;
mod evidence;
mod notes;
mod paths;
mod pseudonym;
mod public;
mod secret;
mod shapes;
mod split;
mod unknown;
mod values;
mod vocabulary;
mod worlds;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

pub use class::Class;
pub use secret::SiteSecret;

use evidence::{evidence_in, is_masked};
use pseudonym::{is_pseudonym, pseudonym};
use public::is_common_word;

/// Shortest name that is looked for without its context.
const MIN_REPEATED: usize = 4;
/// Letters that such a name has at least: `08.201` is a part of every clock.
const MIN_LETTERS: usize = 2;

/// A private string: its class and its bytes in the line.
#[derive(Clone, Debug, PartialEq, Eq)]
struct PrivatePlace {
    class: Class,
    range: Range<usize>,
}

/// The place of `name`, which is a part of `line`.
fn placed(line: &str, class: Class, name: &str) -> Option<PrivatePlace> {
    let start = (name.as_ptr() as usize).checked_sub(line.as_ptr() as usize)?;
    let range = start..start + name.len();
    (line.get(range.clone()) == Some(name) && !name.is_empty())
        .then_some(PrivatePlace { class, range })
}

/// Redacts texts that belong together: a name that one of them tells is replaced in all.
pub struct Redactor<'a> {
    secret: &'a SiteSecret,
    known: BTreeMap<String, Class>,
    /// Those of `known` that are looked for without their context, longest first.
    sought: Vec<(String, Class)>,
    kept: BTreeSet<String>,
    /// Words of the screen: running text may repeat them.
    of_screen: BTreeSet<String>,
    /// Words of the knowledge base, which may stand in running text too.
    public: Option<&'a BTreeSet<String>>,
    replaced: BTreeMap<Class, BTreeSet<String>>,
}

impl<'a> Redactor<'a> {
    /// Makes a redactor whose pseudonyms are those of `secret`.
    pub fn new(secret: &'a SiteSecret) -> Self {
        let (known, sought, kept, of_screen, replaced) = Default::default();
        Self { secret, known, sought, kept, of_screen, public: None, replaced }
    }

    /// Reads the lines of a screen: what is no name there stays in running text too.
    pub fn learn_screen(&mut self, text: &str) {
        self.learn(text);
        for line in text.lines() {
            let mut start = 0;
            for place in places_in(line) {
                self.keep_screen(&line[start..place.range.start]);
                start = place.range.end;
            }
            self.keep_screen(&line[start..]);
        }
    }

    /// Takes words in small letters that stay in running text although no list has them: those of a team's
    /// knowledge base, which later questions compare the text with.
    pub fn keep_public(&mut self, words: &'a BTreeSet<String>) {
        self.public = Some(words);
    }

    /// Finds out whether the screen or the knowledge base has a word, in small letters.
    fn may_stay(&self, word: &str) -> bool {
        self.of_screen.contains(word) || self.public.is_some_and(|public| public.contains(word))
    }

    /// Finds out whether the screen or the knowledge base has every part of a word with hyphens.
    fn parts_may_stay(&self, word: &str) -> bool {
        word.split('-').all(|part| self.may_stay(&part.to_lowercase()))
    }

    fn keep_screen(&mut self, part: &str) {
        let words = part.split(is_between).filter(|word| !word.is_empty());
        self.of_screen.extend(words.map(str::to_lowercase));
    }

    /// Reads a text for names that occur again without their context.
    pub fn learn(&mut self, text: &str) {
        let mut below_header = false;
        let mut blocks = blocks::Blocks::default();
        for line in text.lines() {
            let of_block = blocks.names_in(line);
            let is_block = !of_block.is_empty();
            for (class, name) in of_block {
                self.learn_name(class, name);
            }
            let mut end = 0;
            for place in places_in(line) {
                if !is_block {
                    self.keep_words(line, &line[end..place.range.start]);
                }
                end = place.range.end;
                self.learn_name(place.class, &line[place.range]);
            }
            if !is_block {
                self.keep_words(line, &line[end..]);
            }
            if below_header && is_host_line(line.trim()) {
                self.learn_name(Class::Host, line.trim());
            }
            below_header = line.contains("VMware ESX") && line.contains("uild-");
        }
        let known = self.known.iter().filter(|(name, _)| self.is_telling(name));
        self.sought = known.map(|(name, class)| (name.clone(), *class)).collect();
        self.sought.sort_by_key(|(name, _)| std::cmp::Reverse(name.len()));
    }

    /// Remembers the words of `part` where its line is evidence: a name that is made of them is not
    /// looked for.
    fn keep_words(&mut self, line: &str, part: &str) {
        if evidence::is_of_a_screen(line) {
            self.kept.extend(part.split(is_between).map(str::to_lowercase));
        }
    }

    fn learn_name(&mut self, class: Class, name: &str) {
        if !class.is_repeated() || is_pseudonym(name) {
            return;
        }
        self.known.entry(name.to_lowercase()).or_insert(class);
        // The short name of a host with its domain.
        if let (Class::Host, Some((short, _))) = (class, name.split_once('.'))
            && shapes::looks_like_host(short)
        {
            self.known.entry(short.to_lowercase()).or_insert(class);
        }
    }

    /// Returns running text with every private string replaced, and every word that no public list
    /// has; a second time changes nothing.
    pub fn redact(&mut self, text: &str) -> String {
        self.redact_lines(text, true)
    }

    /// Returns lines of a screen with every private string replaced that a rule knows: their words
    /// are evidence whether a list has them or not.
    pub fn redact_screen(&mut self, text: &str) -> String {
        self.redact_lines(text, false)
    }

    fn redact_lines(&mut self, text: &str, is_running: bool) -> String {
        // A pseudonym may be the context of what stands before it: `jo@host-…`.
        const PASSES: usize = 4;
        let mut redacted = String::with_capacity(text.len());
        for line in text.split_inclusive('\n') {
            // Its ending is no part of a value: `CN:Y` and the line after would be one name.
            let body = line.strip_suffix('\n').unwrap_or(line);
            let mut last = body.to_owned();
            for _ in 0..PASSES {
                let Some(next) = self.redact_once(&last, is_running) else { break };
                last = next;
            }
            redacted.push_str(&last);
            redacted.push_str(&line[body.len()..]);
        }
        redacted
    }

    /// Returns the line with its private strings replaced; `None` where there are none.
    fn redact_once(&mut self, line: &str, is_running: bool) -> Option<String> {
        let places = self.all_places_in(line, is_running);
        if places.is_empty() {
            return None;
        }
        let mut redacted = String::with_capacity(line.len());
        let mut kept = 0;
        for place in places {
            let name = &line[place.range.clone()];
            let whole = self.whole_name(line, &place).unwrap_or(name);
            redacted.push_str(&line[kept..place.range.start]);
            redacted.push_str(&pseudonym(self.secret, place.class, whole));
            kept = place.range.end;
            self.replaced.entry(place.class).or_default().insert(name.to_owned());
        }
        redacted.push_str(&line[kept..]);
        Some(redacted)
    }

    /// Returns how many different strings of each class were replaced so far.
    pub fn replaced(&self) -> impl Iterator<Item = (Class, usize)> + '_ {
        self.replaced.iter().map(|(&class, names)| (class, names.len()))
    }

    /// The places of the rules, those of names that another line tells, and in running text those of
    /// words that nobody knows.
    fn all_places_in(&self, line: &str, is_running: bool) -> Vec<PrivatePlace> {
        let mut places = places_in(line);
        let evidence = evidence_in(line);
        let lower = line.to_ascii_lowercase();
        for (name, class) in &self.sought {
            for (start, _) in lower.match_indices(name.as_str()) {
                let range = start..start + name.len();
                let is_evidence = overlaps_any(&evidence, &range);
                if is_whole_word(line, &range) && !is_evidence {
                    add_longer(&mut places, PrivatePlace { class: *class, range });
                }
            }
        }
        self.extend_worlds(&lower, &mut places);
        if is_running {
            let taken = places.iter().map(|place| place.range.clone());
            let taken = taken.chain(evidence).collect();
            places.extend(unknown::unknown_in(line, taken, &|word| self.parts_may_stay(word)));
        }
        places.sort_by_key(|place| place.range.start);
        places
    }

    /// Extends names of VMs of which a line does not tell the end to what another line tells:
    /// `vmm0:Backup of Jo's PC. This build …`.
    fn extend_worlds(&self, lower: &str, places: &mut Vec<PrivatePlace>) {
        let names =
            self.known.iter().filter(|(name, class)| **class == Class::Vm && name.contains(' '));
        for (name, _) in names {
            let longer: Vec<Range<usize>> = places
                .iter()
                .filter(|place| place.class == Class::Vm && place.range.len() < name.len())
                .map(|place| place.range.start..place.range.start + name.len())
                .filter(|range| lower.get(range.clone()) == Some(name.as_str()))
                .filter(|range| is_whole_word(lower, range))
                .collect();
            for range in longer {
                places.retain(|place| !overlaps(&place.range, &range));
                places.push(PrivatePlace { class: Class::Vm, range });
            }
        }
    }

    /// The name that a list of worlds cuts off, where another line tells it: `1:7/vmm0:Payr`.
    fn whole_name(&self, line: &str, place: &PrivatePlace) -> Option<&str> {
        // Labels of ESX 3 and 4 have 9 characters, later ones 12.
        const CUT: [usize; 2] = [9, 12];
        let before = &line[..place.range.start];
        let label = before.rfind('/').map(|slash| &line[slash + 1..place.range.end])?;
        if place.class != Class::Vm || !CUT.contains(&label.chars().count()) {
            return None;
        }
        let name = line[place.range.clone()].to_lowercase();
        let mut longer = self.known.iter().filter(|(known, class)| {
            **class == Class::Vm && known.len() > name.len() && known.starts_with(&name)
        });
        let found = longer.next().filter(|_| name.chars().count() >= MIN_REPEATED)?;
        longer.next().is_none().then_some(found.0.as_str())
    }

    /// Returns false for names that a text may hold as words: those stay without their context.
    fn is_telling(&self, name: &str) -> bool {
        let is_number =
            name.starts_with("0x") || name.chars().all(|c| c.is_ascii_hexdigit() || c == 'x');
        let letters = name.chars().filter(|c| c.is_alphabetic()).count();
        name.chars().count() >= MIN_REPEATED
            && letters >= MIN_LETTERS
            && !is_number
            && !is_common_word(name)
            && !name.split(is_between).all(|word| self.kept.contains(word) || is_common_word(word))
    }
}

fn is_between(character: char) -> bool {
    !is_of_word(character)
}

fn is_of_word(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}

/// The name of the host stands by itself below the header of some screens.
fn is_host_line(line: &str) -> bool {
    let is_name = line.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    is_name && shapes::looks_like_host(line) && line.starts_with(|c: char| c.is_ascii_lowercase())
        || domains::is_private_domain(line)
}

/// Finds every private string of a line, in the order of the rules.
fn places_in(line: &str) -> Vec<PrivatePlace> {
    let evidence = evidence_in(line);
    let mut places = Vec::new();
    // A world has the name of its VM even where that looks like a frame.
    for place in worlds::vms_in(line) {
        add(&mut places, place);
    }
    // A note behind a world would have the rest of the message.
    let first_world = places.iter().map(|place| place.range.start).min();
    for place in notes::notes_in(line, &evidence) {
        if first_world.is_none_or(|start| place.range.end <= start) {
            add(&mut places, place);
        }
    }
    let found = contexts::secrets_in(line)
        .into_iter()
        .chain(paths::paths_in(line))
        .chain(shapes::shapes_in(line))
        .chain(contexts::contexts_in(line));
    for place in found.filter(|place| !overlaps_any(&evidence, &place.range)) {
        add(&mut places, place);
    }
    places.retain(|place| {
        let name = &line[place.range.clone()];
        !is_masked(name) && !is_pseudonym(name)
    });
    places.sort_by_key(|place| place.range.start);
    places
}

/// Adds a place unless an earlier rule has a part of it.
fn add(places: &mut Vec<PrivatePlace>, place: PrivatePlace) {
    if !places.iter().any(|other| overlaps(&other.range, &place.range)) {
        places.push(place);
    }
}

/// Adds a name that another line tells in place of its parts: a world of which nothing tells the
/// end may have been found as its first word alone.
fn add_longer(places: &mut Vec<PrivatePlace>, place: PrivatePlace) {
    let Range { start, end } = place.range;
    let mut others = places.iter().filter(|other| overlaps(&other.range, &place.range));
    let has_all = others.all(|other| {
        other.range.start >= start && other.range.end <= end && other.range != place.range
    });
    if has_all {
        places.retain(|other| !overlaps(&other.range, &place.range));
        places.push(place);
    }
}

fn overlaps(one: &Range<usize>, other: &Range<usize>) -> bool {
    one.start < other.end && other.start < one.end
}

fn overlaps_any(ranges: &[Range<usize>], range: &Range<usize>) -> bool {
    ranges.iter().any(|other| overlaps(other, range))
}

fn is_whole_word(line: &str, range: &Range<usize>) -> bool {
    line.is_char_boundary(range.start)
        && line.is_char_boundary(range.end)
        && !line[..range.start].ends_with(is_of_word)
        && !line[range.end..].starts_with(is_of_word)
}

/// Finds the places where `text` names a site, a person or a machine: the kind of name, and its
/// bytes. Masked names do not count.
pub(crate) fn names_in(text: &str) -> Vec<(&'static str, Range<usize>)> {
    let mut start = 0;
    let mut found = Vec::new();
    for line in text.split_inclusive('\n') {
        let places = places_in(line).into_iter();
        found.extend(places.map(|place| {
            (place.class.as_str(), start + place.range.start..start + place.range.end)
        }));
        start += line.len();
    }
    found
}

#[cfg(test)]
mod tests;
