//! Answers the crashes of one input on several processors, and hands the outcomes over in their order.

use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError, mpsc};
use std::thread::{self, Scope};

use psod_match::read::{Found, Input, Totals};

use super::Ending;
use super::inputs::{Answers, Outcome, Reader};

/// Crashes that are answered where they are read: a screen has one, for which no thread is begun.
const ALONE: usize = 8;
/// Crashes that were read and whose answers are not handed over yet.
const QUEUE: usize = 64;

/// Something that was found, and the way back for its outcome.
type Job = (PathBuf, Found, mpsc::SyncSender<Outcome>);

/// Reads one input on this thread, hands its outcomes over there, and makes the answers of all but the
/// first ones on others.
pub fn read_in_order(reader: &Reader<'_>, input: &Input, take: &mut dyn FnMut(Outcome)) -> Totals {
    let (work, jobs) = mpsc::channel();
    let jobs = Mutex::new(jobs);
    thread::scope(|scope| {
        let waiting = VecDeque::new();
        let mut answers =
            InOrder { scope, reader, jobs: &jobs, work, waiting, found: 0, threads: 0, take };
        let totals = reader.read(input, &mut answers);
        answers.hand_over_all();
        totals
    })
}

/// The outcomes of one input on their way. Only the reading thread waits, and never for itself: each
/// answer has a channel of its own.
struct InOrder<'scope, 'env, 'take> {
    scope: &'scope Scope<'scope, 'env>,
    reader: &'env Reader<'env>,
    jobs: &'env Mutex<mpsc::Receiver<Job>>,
    work: mpsc::Sender<Job>,
    waiting: VecDeque<mpsc::Receiver<Outcome>>,
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
            let (reader, jobs) = (self.reader, self.jobs);
            let begun = thread::Builder::new().spawn_scoped(self.scope, move || {
                while let Some((path, found, done)) = next_job(jobs) {
                    // Nobody waits any more after a failure to print.
                    let _ = done.send(reader.outcome_of(&path, found));
                }
            });
            // With fewer threads it takes longer, without any this one makes the answers.
            self.threads += usize::from(begun.is_ok());
        }
    }

    fn hand_over_first(&mut self) {
        if let Some(first) = self.waiting.pop_front() {
            let outcome = first.recv().unwrap_or_else(|_| {
                Outcome::Complaint(
                    "psod-match has lost an answer, please report it".into(),
                    Ending::Failed,
                )
            });
            (self.take)(outcome);
        }
    }

    fn hand_over_ready(&mut self) {
        while let Some(Ok(outcome)) = self.waiting.front().map(mpsc::Receiver::try_recv) {
            self.waiting.pop_front();
            (self.take)(outcome);
        }
    }

    fn hand_over_all(&mut self) {
        while !self.waiting.is_empty() {
            self.hand_over_first();
        }
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
        if self.waiting.len() >= QUEUE {
            self.hand_over_first();
        }
        let (done, outcome) = mpsc::sync_channel(1);
        // The other end is open as long as this is.
        let _ = self.work.send((path.to_path_buf(), found, done));
        self.waiting.push_back(outcome);
        self.hand_over_ready();
    }

    fn outcome(&mut self, outcome: Outcome) {
        self.hand_over_all();
        (self.take)(outcome);
    }
}

fn next_job(jobs: &Mutex<mpsc::Receiver<Job>>) -> Option<Job> {
    jobs.lock().unwrap_or_else(PoisonError::into_inner).recv().ok()
}
