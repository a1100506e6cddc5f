//! Answers the crashes of one input on several processors, and hands the outcomes over in their order.

use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, Scope};

use psod_match::read::{Found, Input, Totals};

use super::inputs::{Answers, Outcome, Reader};

/// Crashes that are answered where they are read: a screen has one, for which no thread is begun.
const ALONE: usize = 8;
/// Crashes that were read and whose outcomes are not handed over yet.
const QUEUE: usize = 128;
/// Crashes that a thread takes at a time, at most: to wait for each one takes longer than to answer it.
const AT_A_TIME: usize = 8;

/// Reads one input on this thread, hands its outcomes over there, and makes the answers of all but the
/// first ones on others.
pub fn read_in_order(reader: &Reader<'_>, input: &Input, take: &mut dyn FnMut(Outcome)) -> Totals {
    let desk = Desk::default();
    thread::scope(|scope| {
        let mut answers = InOrder { scope, reader, desk: &desk, found: 0, threads: 0, take };
        let totals = reader.read(input, &mut answers);
        answers.hand_over_all();
        totals
    })
}

/// A crash that waits for its answer.
struct Job {
    number: usize,
    path: PathBuf,
    found: Found,
}

/// What the reading thread and those that answer share.
#[derive(Default)]
struct Desk {
    state: Mutex<PrintState>,
    /// There is a crash to answer, or none will follow.
    work: Condvar,
    /// The outcomes that the reading thread waits for are there.
    ready: Condvar,
}

#[derive(Default)]
struct PrintState {
    jobs: VecDeque<Job>,
    /// The outcome of each crash that is not handed over, as soon as it is made.
    outcomes: VecDeque<Option<Outcome>>,
    /// The number of the first of `outcomes`.
    first: usize,
    /// Those of `outcomes` that are not made yet.
    missing: usize,
    /// Threads that wait for a job.
    idle: usize,
    /// How many may be missing before the reading thread goes on, while it waits.
    wanted: Option<usize>,
    is_closed: bool,
}

impl Desk {
    fn lock(&self) -> MutexGuard<'_, PrintState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Leaves a crash to the threads that answer; true when no more should follow before outcomes are
    /// taken.
    fn leave(&self, path: &Path, found: Found) -> bool {
        let mut state = self.lock();
        let number = state.first + state.outcomes.len();
        state.outcomes.push_back(None);
        state.missing += 1;
        state.jobs.push_back(Job { number, path: path.to_path_buf(), found });
        if state.idle > 0 {
            self.work.notify_one();
        }
        state.outcomes.len() >= QUEUE
    }

    /// Takes the outcomes that are next, after waiting for what `wanted` asks for.
    fn take_ready(&self, wanted: Option<usize>) -> Vec<Outcome> {
        let mut state = self.lock();
        state.wanted = wanted;
        while !state.is_ready() {
            state = self.ready.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        state.wanted = None;
        let made = state.outcomes.iter().take_while(|outcome| outcome.is_some()).count();
        state.first += made;
        state.outcomes.drain(..made).flatten().collect()
    }

    /// Answers crashes until no more will follow.
    fn answer(&self, reader: &Reader<'_>) {
        let mut made: Vec<(usize, Outcome)> = Vec::new();
        loop {
            let mut state = self.lock();
            state.keep(&mut made);
            if state.wanted.is_some() && state.is_ready() {
                self.ready.notify_one();
            }
            while state.jobs.is_empty() && !state.is_closed {
                state.idle += 1;
                state = self.work.wait(state).unwrap_or_else(PoisonError::into_inner);
                state.idle -= 1;
            }
            let jobs = state.take_jobs();
            drop(state);
            if jobs.is_empty() {
                return;
            }
            let answered =
                jobs.into_iter().map(|job| (job.number, reader.outcome_of(&job.path, job.found)));
            made.extend(answered);
        }
    }

    /// Lets the threads end after the last job.
    fn close(&self) {
        self.lock().is_closed = true;
        self.work.notify_all();
    }
}

impl PrintState {
    /// True when the reading thread has nothing to wait for: few outcomes are missing, and not the next
    /// one.
    fn is_ready(&self) -> bool {
        let is_next_missing = matches!(self.outcomes.front(), Some(None));
        self.wanted.is_none_or(|missing| self.missing <= missing && !is_next_missing)
    }

    /// Some of the jobs; the last ones are shared among the threads.
    fn take_jobs(&mut self) -> Vec<Job> {
        let count = self.jobs.len().div_ceil(2).min(AT_A_TIME);
        self.jobs.drain(..count).collect()
    }

    fn keep(&mut self, made: &mut Vec<(usize, Outcome)>) {
        self.missing -= made.len();
        for (number, outcome) in made.drain(..) {
            let index = number - self.first;
            self.outcomes[index] = Some(outcome);
        }
    }
}

/// The outcomes of one input on their way: the reading thread leaves crashes at the desk, and hands over
/// what was made of them.
struct InOrder<'scope, 'env, 'take> {
    scope: &'scope Scope<'scope, 'env>,
    reader: &'env Reader<'env>,
    desk: &'env Desk,
    found: usize,
    threads: usize,
    take: &'take mut dyn FnMut(Outcome),
}

impl InOrder<'_, '_, '_> {
    /// Begins a thread for each processor, where there is more than one.
    fn begin_threads(&mut self) {
        let processors = thread::available_parallelism().map_or(1, usize::from);
        if processors == 1 {
            return;
        }
        for _ in 0..processors {
            let (reader, desk) = (self.reader, self.desk);
            let begun =
                thread::Builder::new().spawn_scoped(self.scope, move || desk.answer(reader));
            // With fewer threads it takes longer, without any this one makes the answers.
            self.threads += usize::from(begun.is_ok());
        }
    }

    /// Hands over what is next, after waiting until at most so many are missing.
    fn hand_over(&mut self, missing: Option<usize>) {
        for outcome in self.desk.take_ready(missing) {
            (self.take)(outcome);
        }
    }

    fn hand_over_all(&mut self) {
        self.hand_over(Some(0));
    }
}

impl Answers for InOrder<'_, '_, '_> {
    fn found(&mut self, path: &Path, found: Found) {
        self.found += 1;
        if self.found == ALONE + 1 {
            self.begin_threads();
        }
        if self.threads == 0 {
            return self.outcome(self.reader.outcome_of(path, found));
        }
        let is_full = self.desk.leave(path, found);
        // Once it waits it waits for half of them, and the others go on meanwhile.
        self.hand_over(is_full.then_some(QUEUE / 2));
    }

    fn outcome(&mut self, outcome: Outcome) {
        self.hand_over_all();
        (self.take)(outcome);
    }
}

impl Drop for InOrder<'_, '_, '_> {
    fn drop(&mut self) {
        self.desk.close();
    }
}
