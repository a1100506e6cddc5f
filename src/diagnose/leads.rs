//! The articles that a search for the names of a crash would find.

use std::collections::{BTreeSet, HashMap};

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
pub(super) struct Leads {
    leads: Vec<Lead>,
    /// The places of the leads that name a function, by that function.
    by_function: HashMap<String, Vec<usize>>,
    /// The words of messages in lower case, each with the place of its lead.
    messages: Vec<(String, usize)>,
}

impl Leads {
    pub(super) fn new(leads: Vec<Lead>) -> Self {
        let mut by_function: HashMap<String, Vec<usize>> = HashMap::new();
        let mut messages = Vec::new();
        for (place, lead) in leads.iter().enumerate() {
            for name in &lead.names {
                match name {
                    LeadName::Function(function) => {
                        by_function
                            .entry(function_name(function).to_owned())
                            .or_default()
                            .push(place);
                    }
                    LeadName::Message(words) => messages.push((words.to_ascii_lowercase(), place)),
                    LeadName::Module(_) => {}
                }
            }
        }
        Self { leads, by_function, messages }
    }

    /// The leads that name a function near the top of the crash, or words of its message, which is in
    /// lower case.
    fn naming(&self, subject: &Subject, message: &str) -> impl Iterator<Item = &Lead> {
        let named = self.messages.iter().filter(|(words, _)| message.contains(words.as_str()));
        let mut places: BTreeSet<usize> = named.map(|(_, place)| *place).collect();
        for frame in subject.keys.frames.iter().take(NEAR_THE_TOP) {
            places.extend(self.by_function.get(&frame.function).into_iter().flatten());
        }
        places.into_iter().map(|place| &self.leads[place])
    }
}

/// The leads of a crash: those that name a message first, then by the height of their function.
pub(super) fn leads_of(subject: &Subject, leads: &Leads) -> Vec<DiagnosedLead> {
    let message = subject.crash.panic.as_ref().map(|panic| panic.message.to_ascii_lowercase());
    let message = message.unwrap_or_default();
    let mut found: Vec<(usize, DiagnosedLead)> = leads
        .naming(subject, &message)
        .filter_map(|lead| {
            let places = lead.names.iter();
            let places = places.filter_map(|name| Some((place_of(name, &message, subject)?, name)));
            let (place, name) = places.min_by_key(|(place, _)| *place)?;
            Some((place, DiagnosedLead::new(lead, name)))
        })
        .collect();
    found.sort_by(|one, other| (one.0, &one.1.number).cmp(&(other.0, &other.1.number)));
    found.into_iter().take(SHOWN).map(|(_, lead)| lead).collect()
}

/// 0 for words of the message, which is in lower case, the place in the story for a function; `None`
/// where the crash does not show the name.
fn place_of(name: &LeadName, message: &str, subject: &Subject) -> Option<usize> {
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
    fn new(lead: &Lead, name: &LeadName) -> Self {
        Self {
            number: lead.number.clone(),
            title: Bilingual { english: lead.title.clone(), japanese: lead.title_ja.clone() },
            named: name.as_str().to_owned(),
            lines: lead.lines.clone(),
            fixed: lead.fixed.clone(),
            source: lead.source.clone(),
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

    fn lead(number: &str, names: &[LeadName]) -> Lead {
        Lead {
            number: number.to_owned(),
            names: names.to_vec(),
            lines: Vec::new(),
            fixed: String::new(),
            title: "t".to_owned(),
            title_ja: String::new(),
            source: "https://example.org".to_owned(),
        }
    }

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let leads = [
            lead("1", &[LeadName::Function("Deep".into())]),
            lead("2", &[LeadName::Function("RefCountBlock".into())]),
            lead("3", &[LeadName::Message("went BAD".into())]),
            lead("4", &[LeadName::Module("vmkernel".into())]),
        ];
        let (frames, releases) = (FrameLists::default(), Releases::default());
        let found = crashes_in_text(text).remove(0);
        let subject = prepare(found, Lists { frames: &frames, releases: &releases });
        let found = leads_of(&subject, &Leads::new(leads.to_vec()));
        let numbers: Vec<&str> = found.iter().map(|lead| lead.number.as_str()).collect();
        assert_eq!(numbers, expected, "{text}");
    }

    #[test]
    fn names_of_the_crash_lead_to_articles() {
        let frames = "[0x1]RefCountBlock@vmkernel#nover+0x1\n[0x2]Deep@vmkernel#nover+0x2\n";
        check(&format!("@BlueScreen: Oops\n{frames}"), &["2", "1"]);
        check(&format!("@BlueScreen: A disk went bad\n{frames}"), &["3", "2", "1"]);
        check("@BlueScreen: Oops\n[0x1]Other@vmkernel#nover+0x1\n", &[]);
    }
}
