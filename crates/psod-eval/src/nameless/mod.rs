//! What tables of functions give back: crashes whose names a page has hidden, or a screen never
//! printed, answered with and without them.
//!
//! Nobody publishes the tables of the releases in the knowledge base, so that each crash is moved to a
//! host that is made up: every function that any known crash prints has a place in its module there.

mod memory;

use std::collections::BTreeMap;
use std::path::Path;

use psod_match::crash::{Crash, Frame};
use psod_match::diagnose::{Lists, prepare};
use psod_match::error::{Error, Result};
use psod_match::kb::KnowledgeBase;
use psod_match::matching::{Exclude, Matcher};
use psod_match::read::crashes_in_text;
use psod_match::symbols::Symbols;
use rayon::prelude::*;
use serde::Serialize;

use crate::damage::{Draw, own_log};
use crate::known::{FEW_FRAMES, KnownCrash, is_story};
use memory::{Memory, frames_of, placeable, write_learned};

/// What a page leaves of `function@module`.
const MASK: &str = "[email protected]";
/// What the VMkernel prints in place of a function that it does not know.
const UNKNOWN: &str = "<unknown>";

/// A way in which names are lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Loss {
    /// None is.
    Nothing,
    /// Each `function@module` became `[email protected]`; version and offset stay.
    AllMasked,
    /// Half of the story frames became so.
    HalfMasked,
    /// Half of the story frames print an address alone.
    HalfGone,
}

impl Loss {
    /// Every way.
    pub const ALL: &[Loss] = &[Loss::Nothing, Loss::AllMasked, Loss::HalfMasked, Loss::HalfGone];

    /// The code in tables.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Nothing => "nothing",
            Self::AllMasked => "all-masked",
            Self::HalfMasked => "half-masked",
            Self::HalfGone => "half-gone",
        }
    }

    fn takes(self, frame: &Frame, draw: &mut Draw) -> bool {
        match self {
            Self::Nothing => false,
            Self::AllMasked => true,
            Self::HalfMasked | Self::HalfGone => is_story(frame) && draw.happens(0.5),
        }
    }
}

/// What there is to restore names by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Aid {
    /// Nothing.
    Nothing,
    /// What an earlier crash of the same build has taught about the VMkernel.
    Learned,
    /// The tables of all modules.
    Tables,
}

impl Aid {
    /// Every aid.
    pub const ALL: &[Aid] = &[Aid::Nothing, Aid::Learned, Aid::Tables];

    /// The code in tables.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Nothing => "nothing",
            Self::Learned => "learned",
            Self::Tables => "tables",
        }
    }
}

/// One crash with a loss and an aid.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct NamelessCase {
    /// What was lost.
    pub loss: Loss,
    /// What there was to restore it by.
    pub aid: Aid,
    /// Path of the crash text.
    pub path: String,
    /// Names that were taken away.
    pub taken: usize,
    /// Those that came back.
    pub right: usize,
    /// Frames that got another name instead.
    pub wrong: usize,
    /// The issue found first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first: Option<String>,
    /// True when that is the right one.
    pub is_right: bool,
    /// True when it is called a match.
    pub sure: bool,
}

/// Counts of the crashes with one loss and one aid.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct NamelessRow {
    /// What was lost.
    pub loss: Loss,
    /// What there was to restore it by.
    pub aid: Aid,
    /// Crashes.
    pub crashes: usize,
    /// Names that were taken away.
    pub taken: usize,
    /// Those that came back.
    pub right: usize,
    /// Frames that got another name instead.
    pub wrong: usize,
    /// Crashes with their issue first.
    pub right_first: usize,
    /// Those of them that are called a match.
    pub sure_and_right: usize,
    /// Crashes that are called a match of another issue.
    pub sure_and_wrong: usize,
}

/// Answers every known crash of three story frames or more with each loss and each aid.
///
/// # Errors
/// [`Error::Io`] when tables cannot be written; [`Error::Store`] when the store is damaged.
pub fn nameless(kb: &KnowledgeBase, matcher: &Matcher, seed: u64) -> Result<Vec<NamelessCase>> {
    let crashes = KnownCrash::read_all(kb);
    let memory = Memory::new(&crashes, seed);
    let usable = crashes
        .iter()
        .filter(|known| known.exemplar.issue().is_some() && known.story().len() >= FEW_FRAMES);
    let usable: Vec<&KnownCrash<'_>> = usable.collect();
    let cases: Result<Vec<Vec<NamelessCase>>> =
        usable.par_iter().map(|known| cases_of(known, &memory, matcher, seed)).collect();
    Ok(cases?.into_iter().flatten().collect())
}

/// The cases of one crash.
fn cases_of(
    known: &KnownCrash<'_>,
    memory: &Memory,
    matcher: &Matcher,
    seed: u64,
) -> Result<Vec<NamelessCase>> {
    let placed = memory.placed(&known.crash);
    let directory = tempfile::tempdir().map_err(Error::io("write", Path::new("a directory")))?;
    let [learned, tables] = ["learned", "tables"].map(|name| directory.path().join(name));
    for path in [&learned, &tables] {
        std::fs::create_dir(path).map_err(Error::io("create", path))?;
    }
    write_learned(&placed, &learned)?;
    memory.write_tables(&placed, &tables)?;
    let [learned, tables] = [Symbols::open(&learned)?, Symbols::open(&tables)?];
    let mut cases = Vec::new();
    for loss in Loss::ALL {
        let path = known.exemplar.path.as_str();
        let mut draw = Draw::new(seed, &["nameless", loss.as_str(), path]);
        let (text, taken) = without_names(&placed, *loss, &mut draw);
        for aid in Aid::ALL {
            let symbols = match aid {
                Aid::Nothing => None,
                Aid::Learned => Some(&learned),
                Aid::Tables => Some(&tables),
            };
            let asked = Asked { known, loss: *loss, aid: *aid, text: &text, taken: &taken };
            cases.extend(asked.answer(symbols, matcher)?);
        }
    }
    Ok(cases)
}

/// The log of `crash` without the names that `loss` takes, and these by their addresses.
fn without_names(crash: &Crash, loss: Loss, draw: &mut Draw) -> (String, BTreeMap<u64, String>) {
    let mut text = own_log(crash, draw);
    let mut taken = BTreeMap::new();
    for frame in frames_of(crash) {
        let (Some((function, module)), Some(ip)) = (placeable(frame), frame.ip) else { continue };
        if taken.contains_key(&ip.0) || !loss.takes(frame, draw) {
            continue;
        }
        let before = format!("[{ip}]");
        let named =
            [format!("{before}{function}@{module}"), format!("{before}{function}@({module})")];
        let Some(named) = named.iter().find(|named| text.contains(named.as_str())) else {
            continue;
        };
        text = match loss {
            Loss::HalfGone => without_place(&text, named, &format!("{before}{UNKNOWN}")),
            _ => text.replace(named.as_str(), &format!("{before}{MASK}")),
        };
        taken.insert(ip.0, function.to_owned());
    }
    (text, taken)
}

/// `text` with `other` where `named` and what follows it up to the next blank was.
fn without_place(text: &str, named: &str, other: &str) -> String {
    let mut parts = text.split(named);
    let mut written = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let rest = part.find(' ').map_or("", |blank| &part[blank..]);
        written.push_str(other);
        written.push_str(rest);
    }
    written
}

/// A crash whose names are lost, and a question about it.
struct Asked<'a> {
    known: &'a KnownCrash<'a>,
    loss: Loss,
    aid: Aid,
    text: &'a str,
    taken: &'a BTreeMap<u64, String>,
}

impl Asked<'_> {
    /// The case; `None` where the reader finds no crash.
    fn answer(&self, symbols: Option<&Symbols>, matcher: &Matcher) -> Result<Option<NamelessCase>> {
        let Some(found) = crashes_in_text(self.text).into_iter().next() else { return Ok(None) };
        let subject = prepare(found, Lists::from(matcher).with_symbols(symbols));
        let mut given: BTreeMap<u64, &str> = BTreeMap::new();
        for frame in frames_of(&subject.crash) {
            if let (Some(ip), Some(function)) = (frame.ip, frame.function.as_deref()) {
                given.insert(ip.0, function);
            }
        }
        let names = self.taken.iter().filter_map(|(ip, name)| Some((given.get(ip)?, name)));
        let (right, wrong): (Vec<_>, Vec<_>) = names.partition(|(given, name)| *given == name);
        let found = matcher.matches(&subject.keys, &Exclude::default())?;
        let first = found.first().map(|first| first.issue.clone());
        let threshold = matcher.calibration().match_threshold;
        Ok(Some(NamelessCase {
            loss: self.loss,
            aid: self.aid,
            path: self.known.exemplar.path.clone(),
            taken: self.taken.len(),
            right: right.len(),
            wrong: wrong.len(),
            is_right: first.as_deref() == self.known.exemplar.issue(),
            first,
            sure: found.first().is_some_and(|first| first.confidence >= threshold),
        }))
    }
}

/// Counts the cases of each loss and each aid.
pub fn nameless_rows(cases: &[NamelessCase]) -> Vec<NamelessRow> {
    let mut rows = Vec::new();
    for loss in Loss::ALL {
        for aid in Aid::ALL {
            let of: Vec<&NamelessCase> =
                cases.iter().filter(|case| case.loss == *loss && case.aid == *aid).collect();
            rows.push(NamelessRow {
                loss: *loss,
                aid: *aid,
                crashes: of.len(),
                taken: sum(&of, |case| case.taken),
                right: sum(&of, |case| case.right),
                wrong: sum(&of, |case| case.wrong),
                right_first: sum(&of, |case| usize::from(case.is_right)),
                sure_and_right: sum(&of, |case| usize::from(case.sure && case.is_right)),
                sure_and_wrong: sum(&of, |case| usize::from(case.sure && !case.is_right)),
            });
        }
    }
    rows
}

fn sum(cases: &[&NamelessCase], count: fn(&NamelessCase) -> usize) -> usize {
    cases.iter().map(|case| count(case)).sum()
}
