//! The articles that a search for the names of a crash would find.

use std::collections::{BTreeSet, HashMap};

use memchr::memmem::Finder;
use serde::{Deserialize, Serialize};

use super::subject::Subject;
use crate::kb::{Lead, LeadName};
use crate::message::Bilingual;
use crate::signature::function_name;

/// Most leads of one crash.
const SHOWN: usize = 3;
/// Frames from the top of the story in which a function of a lead is looked for.
const NEAR_THE_TOP: usize = 8;

/// An article that names something of the crash; it proves nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct DiagnosedLead {
    /// Number of the article.
    pub number: String,
    /// What it is about.
    pub title: Bilingual,
    /// The function or the words that it names.
    pub named: String,
    /// The update lines that it is about; empty when that is not known.
    pub lines: Vec<String>,
    /// The release or version with the fix; empty when that is not known.
    pub fixed: String,
    /// The page that names it.
    pub source: String,
}

/// All leads, by what they name.
pub(crate) struct Leads {
    /// The names of each lead.
    names: Vec<Vec<LeadName>>,
    /// The places of the leads that name a function, by that function.
    by_function: HashMap<String, Vec<usize>>,
    /// Searches for the words of messages in lower case, each with the place of its lead.
    messages: Vec<(Finder<'static>, usize)>,
}

/// A lead that names something of a crash.
pub(super) struct Naming<'a> {
    /// How near the top of the crash the name is; 0 for words of its message.
    height: usize,
    /// The place of the lead, in the order of their numbers.
    pub place: usize,
    name: &'a LeadName,
}

impl Leads {
    /// The leads with these names, in the order of their numbers.
    pub(crate) fn new(names: Vec<Vec<LeadName>>) -> Self {
        let mut by_function: HashMap<String, Vec<usize>> = HashMap::new();
        let mut messages = Vec::new();
        for (place, name) in names
            .iter()
            .enumerate()
            .flat_map(|(place, names)| names.iter().map(move |name| (place, name)))
        {
            match name {
                LeadName::Function(function) => {
                    by_function.entry(function_name(function).to_owned()).or_default().push(place);
                }
                LeadName::Message(words) => {
                    let finder = Finder::new(&words.to_ascii_lowercase()).into_owned();
                    messages.push((finder, place));
                }
                LeadName::Module(_) => {}
            }
        }
        Self { names, by_function, messages }
    }

    /// The places of the leads that name words of `said`, which is in lower case, or a function near the
    /// top of `story`.
    pub(crate) fn places<'a>(
        &self,
        said: &str,
        story: impl Iterator<Item = &'a str>,
    ) -> BTreeSet<usize> {
        let said = said.as_bytes();
        let named = self.messages.iter().filter(|(words, _)| words.find(said).is_some());
        let mut places: BTreeSet<usize> = named.map(|(_, place)| *place).collect();
        for function in story.take(NEAR_THE_TOP) {
            places.extend(self.by_function.get(function).into_iter().flatten());
        }
        places
    }

    /// The leads of a crash: those that name a message first, then by the height of their function.
    pub(super) fn naming(&self, subject: &Subject) -> Vec<Naming<'_>> {
        let message = said(subject);
        let story = subject.keys.frames.iter().map(|frame| frame.function.as_str());
        let places = self.places(&message, story);
        let found = places.into_iter().filter_map(|place| {
            let names = self.names[place].iter();
            let heights =
                names.filter_map(|name| Some((height_of(name, &message, subject)?, name)));
            let (height, name) = heights.min_by_key(|(height, _)| *height)?;
            Some(Naming { height, place, name })
        });
        let mut found: Vec<Naming<'_>> = found.collect();
        found.sort_by_key(|naming| (naming.height, naming.place));
        found.truncate(SHOWN);
        found
    }
}

/// The message of the crash with the lines of its machine checks and its log lines, in lower case.
/// Broadcom 435833 and 399748 are about such lines, not about the message.
fn said(subject: &Subject) -> String {
    let crash = &subject.crash;
    let message = crash.panic.iter().map(|panic| panic.message.as_str());
    let checks = crash.machine_checks.iter().map(|check| check.text.as_str());
    let lines: Vec<&str> =
        message.chain(checks).chain(crash.log_lines.iter().map(String::as_str)).collect();
    lines.join("\n").to_ascii_lowercase()
}

/// 0 for words that the crash says, in lower case, the place in the story for a function; `None` where
/// the crash does not show the name.
fn height_of(name: &LeadName, message: &str, subject: &Subject) -> Option<usize> {
    match name {
        LeadName::Message(words) => message.contains(&words.to_ascii_lowercase()).then_some(0),
        LeadName::Function(function) => {
            let mut story = subject.keys.frames.iter().take(NEAR_THE_TOP);
            let place = story.position(|frame| frame.function == function_name(function))?;
            Some(place + 1)
        }
        LeadName::Module(_) => None,
    }
}

impl DiagnosedLead {
    pub(super) fn new(lead: Lead, naming: &Naming<'_>) -> Self {
        Self {
            number: lead.number,
            title: Bilingual { english: lead.title, japanese: lead.title_ja },
            named: naming.name.as_str().to_owned(),
            lines: lead.lines,
            fixed: lead.fixed,
            source: lead.source,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnose::{Lists, prepare};
    use crate::kb::Releases;
    use crate::read::crashes_in_text;
    use crate::signature::FrameLists;

    /// Checks which of four leads are found, in their order.
    #[track_caller]
    fn check(text: &str, expected: &[usize]) {
        let leads = Leads::new(vec![
            vec![LeadName::Function("Deep".into())],
            vec![LeadName::Function("RefCountBlock".into())],
            vec![LeadName::Message("went BAD".into())],
            vec![LeadName::Module("vmkernel".into())],
        ]);
        let (frames, releases) = (FrameLists::default(), Releases::default());
        let found = crashes_in_text(text).remove(0);
        let subject = prepare(found, Lists { frames: &frames, releases: &releases, symbols: None });
        let places: Vec<usize> = leads.naming(&subject).iter().map(|found| found.place).collect();
        assert_eq!(places, expected, "{text}");
    }

    #[test]
    fn names_of_the_crash_lead_to_articles() {
        let frames = "[0x1]RefCountBlock@vmkernel#nover+0x1\n[0x2]Deep@vmkernel#nover+0x2\n";
        check(&format!("@BlueScreen: Oops\n{frames}"), &[1, 0]);
        check(&format!("@BlueScreen: A disk went bad\n{frames}"), &[2, 1, 0]);
        check("@BlueScreen: Oops\n[0x1]Other@vmkernel#nover+0x1\n", &[]);
    }
}
