//! A crowd whose functions are real: walks through the stories of the knowledge base, and siblings
//! of them.
//!
//! Random names say what thousands of *unrelated* issues change. Issues of one product share their
//! functions: a new one is mostly reached through calls that others print too.

use std::collections::BTreeMap;

use psod_match::kb::{KnowledgeBase, Signature};

use super::{CrowdIssue, MESSAGES, asked, camel_name, drawn_length};
use crate::damage::Draw;
use crate::known::{FEW_FRAMES, KnownCrash};

/// Share of the issues whose stack is a walk over the calls of the stories; the others are siblings.
const CHAINS: f64 = 0.7;
/// Share of a sibling's frames, from the top, that are other functions.
const REPLACED: f64 = 0.4;
/// Share of these that are functions of other stories; the others are new.
const FOREIGN: f64 = 0.5;

/// The stories of the knowledge base, and which functions call which.
struct Calls {
    stories: Vec<Vec<String>>,
    callers: BTreeMap<String, Vec<String>>,
}

impl Calls {
    fn new(kb: &KnowledgeBase) -> Self {
        let known = KnownCrash::read_all(kb);
        let stories: Vec<Vec<String>> = known
            .iter()
            .filter(|known| known.exemplar.issue().is_some())
            .map(|known| known.story().into_iter().filter_map(|frame| frame.function).collect())
            .filter(|story: &Vec<String>| story.len() >= FEW_FRAMES)
            .collect();
        let mut callers: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for pair in stories.iter().flat_map(|story| story.windows(2)) {
            callers.entry(pair[0].clone()).or_default().push(pair[1].clone());
        }
        Self { stories, callers }
    }

    /// A walk from function to caller; where nobody calls the last one, another story is entered.
    fn chain(&self, draw: &mut Draw) -> Vec<String> {
        let length = drawn_length(draw);
        let mut frames = vec![self.called(draw)];
        while frames.len() < length {
            let callers = frames.last().and_then(|last| self.callers.get(last));
            let next = callers.map(|callers| draw.pick(callers).clone());
            frames.push(next.unwrap_or_else(|| self.called(draw)));
        }
        frames
    }

    /// A function of any story below its top: a walk from the top would be the known crash itself,
    /// and the answer to it no one could know.
    fn called(&self, draw: &mut Draw) -> String {
        let story = draw.pick(&self.stories);
        draw.pick(&story[1..]).clone()
    }

    /// A story with other functions on top.
    fn sibling(&self, draw: &mut Draw) -> Vec<String> {
        let place = draw.below(self.stories.len());
        let mut story = self.stories[place].clone();
        let replaced = (story.len() as f64 * REPLACED) as usize;
        for frame in story.iter_mut().take(replaced.max(1)) {
            *frame = if draw.happens(FOREIGN) {
                // Never the story itself, where there is another one.
                let step = 1 + draw.below(self.stories.len().saturating_sub(1));
                let other = &self.stories[(place + step) % self.stories.len()];
                draw.pick(other).clone()
            } else {
                camel_name(draw)
            };
        }
        story
    }
}

/// Adds `count` issues to `kb` whose functions its own stories print, each with a signature and a
/// crash text; none to a knowledge base without stories.
pub fn add_real_issues(kb: &mut KnowledgeBase, count: usize, seed: u64) {
    let calls = Calls::new(kb);
    if calls.stories.is_empty() {
        return;
    }
    for number in 0..count {
        let id = format!("CROWD-{number:05}");
        let draw = &mut Draw::new(seed, &["real crowd", &id]);
        let frames = if draw.happens(CHAINS) { calls.chain(draw) } else { calls.sibling(draw) };
        let (kind, message) = draw.pick(MESSAGES);
        let message = message.replace("{w}", &camel_name(draw));
        let signature = Signature {
            name: "crowd".to_owned(),
            kinds: vec![kind.as_str().to_owned()],
            frames: asked(&frames, draw),
            ..Signature::default()
        };
        CrowdIssue { id, signature, message, frames }.add(kb, draw);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crowd::{ENTRY, FRAMES, add_issues};

    #[test]
    fn the_issues_are_walks_and_siblings_of_the_stories() {
        let mut kb = KnowledgeBase::default();
        add_real_issues(&mut kb, 5, 1);
        assert!(kb.issues.is_empty(), "there is no story");
        kb.lists.machinery.insert(ENTRY.to_owned());
        add_issues(&mut kb, 20, 1);
        let stories = Calls::new(&kb).stories;
        let known = kb.exemplars.clone();
        let mut again = kb.clone();
        // The ids of both crowds are alike: the first issues are written over.
        add_real_issues(&mut kb, 100, 1);
        add_real_issues(&mut again, 100, 1);
        assert_eq!(kb, again);
        let lists = kb.lists.clone();
        let mut walks = 0;
        for exemplar in kb.exemplars.values() {
            assert_ne!(known.get(&exemplar.path), Some(exemplar));
            let read = KnownCrash::read(exemplar, &lists).expect("a crash");
            let story: Vec<String> =
                read.story().into_iter().filter_map(|frame| frame.function).collect();
            assert!(story.len() <= FRAMES.1, "{story:?}");
            let is_walk =
                story.iter().all(|name| stories.iter().flatten().any(|other| other == name));
            walks += usize::from(is_walk);
            let is_sibling =
                stories.iter().any(|other| story.ends_with(&other[other.len().div_ceil(2)..]));
            assert!(is_walk || is_sibling, "{story:?}");
        }
        assert!((55..=90).contains(&walks), "{walks}");
    }
}
