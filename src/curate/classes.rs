//! Asking about recorded crashes: those that no issue tells apart once.

use std::collections::HashMap;

use rayon::prelude::*;

use crate::crash::Crash;
use crate::error::{Error, Result};
use crate::ledger::{
    Chooser, Circumstance, Ledger, PackedCrash, Unpacker, UnpackingThread, Wanted,
};
use crate::matching::{CrashClass, Traces};
use crate::threads::shared;

/// How recorded crashes are asked about; every part is called by several threads.
pub(super) struct Asking<'a, Subject, Answer> {
    /// False for a crash whose stored text rules out that it is asked about.
    pub may_matter: &'a (dyn Fn(&str) -> bool + Sync),
    /// Prepares a crash, and says what its class is; `None` to pass it over.
    pub subject: &'a (dyn Fn(Crash) -> Option<(CrashClass, Subject)> + Sync),
    /// Asks about the first crash of a class.
    pub answer: &'a (dyn Fn(&Subject) -> Result<Answer> + Sync),
}

/// What was answered.
pub(super) struct Answered<Answer> {
    /// The crashes of the same keys, each with the place of its answer; `None` for damaged ones.
    pub groups: Vec<(Vec<i64>, Option<usize>)>,
    /// The answers, one for each class.
    pub answers: Vec<Answer>,
    /// Crashes that were not asked about.
    pub passed_over: usize,
    /// Why the first of the damaged crashes cannot be read.
    pub damage: Option<Error>,
}

/// Whether a crash may show a text that `traces` have, by what its circumstances say.
pub(super) fn wanted_by_texts(traces: &Traces, circumstance: &Circumstance) -> Wanted {
    match circumstance.shows {
        // Functions that the ledger does not know.
        None => Wanted::Yes,
        Some(shows) if shows.reporter => Wanted::Yes,
        Some(shows) if traces.ask_for_body(shows) => Wanted::Perhaps,
        Some(_) => Wanted::No,
    }
}

/// What became of a crash.
enum FoundClass<Subject> {
    PassedOver,
    Damaged(Error),
    Ready(CrashClass, Subject),
}

impl<Subject: Send + Sync, Answer: Send> Asking<'_, Subject, Answer> {
    /// Asks about the crashes of a ledger that `chooser` wants.
    ///
    /// # Errors
    /// [`Error::Ledger`] when it cannot be read, and every error of `answer`.
    pub(super) fn ask(&self, ledger: &Ledger, chooser: &Chooser<'_>) -> Result<Answered<Answer>> {
        let unpacker = ledger.unpacker()?;
        let mut known: HashMap<CrashClass, usize> = HashMap::new();
        let mut answers = Vec::new();
        let (mut damage, mut places) = (None, HashMap::new());
        let groups = ledger.each_packed(chooser, &mut |batch| {
            let found: Vec<FoundClass<Subject>> = shared(|| {
                let found =
                    batch.par_iter().map_init(UnpackingThread::default, |thread, packed| {
                        self.found(packed, &unpacker, thread)
                    });
                found.collect()
            });
            let mut new = Vec::new();
            for (packed, found) in batch.iter().zip(found) {
                match found {
                    FoundClass::PassedOver => {}
                    FoundClass::Damaged(error) => {
                        damage.get_or_insert(error);
                        places.insert(packed.group, None);
                    }
                    FoundClass::Ready(class, subject) => {
                        let next = answers.len() + new.len();
                        let place = *known.entry(class).or_insert(next);
                        if place == next {
                            new.push(subject);
                        }
                        places.insert(packed.group, Some(place));
                    }
                }
            }
            let new: Result<Vec<Answer>> = shared(|| new.par_iter().map(self.answer).collect());
            answers.extend(new?);
            Ok(())
        })?;
        let mut passed_over = groups.passed_over;
        let mut asked = Vec::with_capacity(places.len());
        for (group, ids) in groups.ids.into_iter().enumerate() {
            match places.get(&group) {
                Some(place) => asked.push((ids, *place)),
                None => passed_over += ids.len(),
            }
        }
        Ok(Answered { groups: asked, answers, passed_over, damage })
    }

    fn found<'a>(
        &self,
        packed: &PackedCrash,
        unpacker: &'a Unpacker,
        thread: &mut UnpackingThread<'a>,
    ) -> FoundClass<Subject> {
        let text = match unpacker.text(packed, thread) {
            Ok(text) => text,
            Err(error) => return FoundClass::Damaged(error),
        };
        if !packed.is_sure && !(self.may_matter)(&text) {
            return FoundClass::PassedOver;
        }
        match Unpacker::crash(&text) {
            Err(error) => FoundClass::Damaged(error),
            Ok(crash) => match (self.subject)(crash) {
                Some((class, subject)) => FoundClass::Ready(class, subject),
                None => FoundClass::PassedOver,
            },
        }
    }
}
