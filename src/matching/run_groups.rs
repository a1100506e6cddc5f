//! The runs of a corpus in groups: by issue, and by the looks of the crash.
//!
//! Rules ask for the runs of an issue and for those that look like them. A knowledge base of a team
//! may have thousands of issues, half of them page faults with one message, so no rule may compare
//! each run with each other one.

use std::collections::{BTreeMap, BTreeSet};

use super::corpus::{CorpusRun, RunMatch};
use crate::kb::{Expectation, KnowledgeBase};
use crate::signature::CrashKeys;

/// The runs of a corpus in groups.
pub(super) struct RunGroups<'a> {
    runs: &'a [CorpusRun],
    /// The looks of each run.
    looks: Vec<Looks>,
    /// The places of the runs of each issue.
    own: BTreeMap<&'a str, Vec<usize>>,
    /// The places of the runs in `near/` of each issue.
    declared: BTreeMap<&'a str, Vec<usize>>,
    /// The places of the runs that find an issue, with what they find.
    found: BTreeMap<&'a str, Vec<(usize, &'a RunMatch)>>,
    /// The places of the runs with each message.
    messages: Vec<Vec<usize>>,
    /// The places of the runs with each top of the backtrace.
    tops: Vec<Vec<usize>>,
    /// How many runs have both a message and a top.
    both: BTreeMap<(usize, usize), usize>,
    /// Pairs of related issues, each in both orders.
    related: BTreeSet<(&'a str, &'a str)>,
}

/// The numbers of the message and of the top of the backtrace of a crash; crashes with one of them
/// in common look alike.
#[derive(Clone, Copy, Debug)]
struct Looks {
    message: Option<usize>,
    top: Option<usize>,
}

impl<'a> RunGroups<'a> {
    /// Groups `runs`, which are of crash texts of `kb`.
    pub(super) fn new(kb: &'a KnowledgeBase, runs: &'a [CorpusRun]) -> Self {
        let mut messages = Numbers::default();
        let mut tops = Numbers::default();
        let mut groups = Self {
            runs,
            looks: Vec::with_capacity(runs.len()),
            own: BTreeMap::new(),
            declared: BTreeMap::new(),
            found: BTreeMap::new(),
            messages: Vec::new(),
            tops: Vec::new(),
            both: BTreeMap::new(),
            related: kb.related_pairs(),
        };
        for (place, run) in runs.iter().enumerate() {
            let looks = Looks {
                message: messages.add(template_of(&run.keys.message), place),
                top: tops.add(top_functions(&run.keys), place),
            };
            if let Some(both) = looks.message.zip(looks.top) {
                *groups.both.entry(both).or_default() += 1;
            }
            groups.looks.push(looks);
            match &run.expectation {
                Expectation::Issue(id) => groups.own.entry(id).or_default().push(place),
                Expectation::Not(id) => groups.declared.entry(id).or_default().push(place),
                Expectation::Nothing => {}
            }
            for found in &run.found {
                groups.found.entry(&found.issue).or_default().push((place, found));
            }
        }
        (groups.messages, groups.tops) = (messages.places, tops.places);
        groups
    }

    /// The runs of the crash texts of an issue, in the order of the paths.
    pub(super) fn runs_of(&self, id: &str) -> impl Iterator<Item = &'a CorpusRun> {
        let places = self.own.get(id).map_or(&[][..], Vec::as_slice);
        places.iter().map(|place| &self.runs[*place])
    }

    /// The first unrelated issue, by id, for which `is` holds in every run of `id`; it must be one
    /// that these runs find.
    pub(super) fn other_for_all(
        &self,
        id: &str,
        is: impl Fn(&CorpusRun, &str) -> bool,
    ) -> Option<&'a str> {
        let found = &self.runs_of(id).next()?.found;
        let others: BTreeSet<&str> = found.iter().map(|found| found.issue.as_str()).collect();
        let mut strangers =
            others.into_iter().filter(|other| *other != id && !self.related.contains(&(id, other)));
        strangers.find(|other| self.runs_of(id).all(|run| is(run, other)))
    }

    /// The number of near misses of an issue: those in `near/` for which `is_silent` holds, and the
    /// crash texts of others that look like one of its own and for which `is_miss` and `is_silent`
    /// hold. Both must hold for an issue that a run does not find.
    pub(super) fn near_misses(
        &self,
        id: &str,
        is_miss: fn(&RunMatch, f64) -> bool,
        is_silent: fn(&RunMatch, f64) -> bool,
        threshold: f64,
    ) -> usize {
        let alike = self.alike(id);
        let declared = self.declared.get(id).map_or(&[][..], Vec::as_slice);
        let mut count = declared.len() + self.count(&alike);
        count -= declared.iter().filter(|place| self.is_among(&alike, **place)).count();
        count -= self
            .own
            .get(id)
            .map_or(0, |own| own.iter().filter(|place| self.is_among(&alike, **place)).count());
        for (place, found) in self.found.get(id).map_or(&[][..], Vec::as_slice) {
            let run = &self.runs[*place];
            let is_silent = is_silent(found, threshold);
            let is_counted_out = if run.look_alike() == Some(id) {
                !is_silent
            } else {
                run.issue() != Some(id)
                    && self.is_among(&alike, *place)
                    && !(is_miss(found, threshold) && is_silent)
            };
            count -= usize::from(is_counted_out);
        }
        count
    }

    /// The first run of another issue that looks like a run of `id`.
    pub(super) fn first_alike(&self, id: &str) -> Option<&'a CorpusRun> {
        let alike = self.alike(id);
        let messages = alike.messages.iter().map(|number| &self.messages[*number]);
        let groups = messages.chain(alike.tops.iter().map(|number| &self.tops[*number]));
        let first = groups.filter_map(|places| self.first_of_another(places, id)).min()?;
        Some(&self.runs[first])
    }

    /// The first of these runs that is of another issue.
    fn first_of_another(&self, places: &[usize], id: &str) -> Option<usize> {
        let mut places = places.iter().copied();
        places.find(|place| self.runs[*place].issue().is_some_and(|own| own != id))
    }

    /// The looks of all runs of an issue.
    fn alike(&self, id: &str) -> Alike {
        let own = self.own.get(id).map_or(&[][..], Vec::as_slice).iter();
        let looks = own.map(|place| self.looks[*place]);
        Alike {
            messages: looks.clone().filter_map(|looks| looks.message).collect(),
            tops: looks.filter_map(|looks| looks.top).collect(),
        }
    }

    fn is_among(&self, alike: &Alike, place: usize) -> bool {
        let Looks { message, top } = self.looks[place];
        message.is_some_and(|number| alike.messages.contains(&number))
            || top.is_some_and(|number| alike.tops.contains(&number))
    }

    /// How many runs look so: a run has one message and one top, and those that have both are in two
    /// groups.
    fn count(&self, alike: &Alike) -> usize {
        let with_message: usize = alike.messages.iter().map(|m| self.messages[*m].len()).sum();
        let with_top: usize = alike.tops.iter().map(|top| self.tops[*top].len()).sum();
        let pairs = alike.messages.iter().flat_map(|m| alike.tops.iter().map(|top| (*m, *top)));
        let with_both: usize = pairs.filter_map(|pair| self.both.get(&pair)).sum();
        with_message + with_top - with_both
    }
}

/// Messages and tops of backtraces.
struct Alike {
    messages: BTreeSet<usize>,
    tops: BTreeSet<usize>,
}

/// A number for each different value, and the places at which it is.
struct Numbers<T> {
    numbers: BTreeMap<Vec<T>, usize>,
    places: Vec<Vec<usize>>,
}

impl<T> Default for Numbers<T> {
    fn default() -> Self {
        Self { numbers: BTreeMap::new(), places: Vec::new() }
    }
}

impl<T: Ord> Numbers<T> {
    /// The number of `value`, which is at `place`; `None` for an empty one.
    fn add(&mut self, value: Vec<T>, place: usize) -> Option<usize> {
        if value.is_empty() {
            return None;
        }
        let number = *self.numbers.entry(value).or_insert(self.places.len());
        if number == self.places.len() {
            self.places.push(Vec::new());
        }
        self.places[number].push(place);
        Some(number)
    }
}

fn top_functions(keys: &CrashKeys) -> Vec<&str> {
    const TOP: usize = 3;
    keys.frames.iter().take(TOP).map(|frame| frame.function.as_str()).collect()
}

/// A panic message without numbers and without the name of the world.
fn template_of(message: &str) -> Vec<String> {
    let words = message.split(|c: char| c.is_whitespace() || matches!(c, '(' | ')' | ','));
    words.filter(|word| !word.is_empty() && !has_number(word)).map(str::to_lowercase).collect()
}

fn has_number(word: &str) -> bool {
    word.contains("##") || word.chars().any(|c| c.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn template(text: &str) -> String {
        template_of(text).join(" ")
    }

    #[test]
    fn messages_are_compared_without_numbers_and_worlds() {
        let one = "#PF Exception 14 in world 2097460:HELPER_UPLIN IP 0x42002b65ad3b addr 0x8";
        let other = "#PF Exception 14 in world 1:x IP 0x1 addr 0x0";
        assert_eq!(template(one), template(other));
        assert_ne!(template(one), template("#GP Exception 13 in world 1:x IP 0x1"));
    }
}
