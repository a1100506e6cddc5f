//! Reads several inputs at once, and hands their outcomes over in the order of the inputs.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use psod_match::error::Error;
use psod_match::read::{Input, Totals};
use rayon::{ThreadPool, ThreadPoolBuilder};

use super::inputs::{Outcome, Reader};
use super::output::complain;

/// Inputs that are begun before the first of them is printed.
const AHEAD: usize = 64;
/// Outcomes of one input that are kept until those of the inputs before it are printed; one for each
/// processor waits like that.
const QUEUE: usize = 64;
/// Outcomes for which the printing thread is woken: to wake it for each one takes longer than to make
/// an answer.
const WORTH_WAKING: usize = 16;
/// How long an outcome that is not worth waking for waits at most.
const PATIENCE: Duration = Duration::from_millis(10);

/// What can be printed at a time.
#[derive(Default)]
pub struct Printable {
    /// The outcomes, in the order of the inputs.
    pub outcomes: Vec<Outcome>,
    /// What was read of the inputs that are at their end.
    pub ended: Vec<Totals>,
}

/// A thread for each processor; `None` where the system gives none, and one input is read after the
/// other.
pub fn threads() -> Option<ThreadPool> {
    let threads = ThreadPoolBuilder::new().build();
    threads
        .inspect_err(|error| complain(&format!("{error}; one input is read after the other")))
        .ok()
}

/// Reads `inputs` on `threads`, and hands what can be printed over on this one. Each input is begun in
/// its order, at most [`AHEAD`] of them before they are printed, and waits once [`QUEUE`] of its
/// outcomes are not printed yet: the first one that is not at its end is always the one that is printed.
///
/// # Errors
/// That of `print`, after which nothing more is read.
pub fn read_at_once(
    inputs: &[Result<Input, Error>],
    reader: &Reader<'_>,
    threads: &ThreadPool,
    print: &mut dyn FnMut(Printable) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let readers = threads.current_num_threads();
    let lineup = Lineup::new(inputs.len(), readers);
    threads.in_place_scope(|scope| {
        for _ in 0..readers {
            scope.spawn(|_| {
                let _leaving = Leaving(&lineup);
                while !reader.is_stopped()
                    && let Some(number) = lineup.begin()
                {
                    let totals = reader.outcomes(&inputs[number], &mut |outcome| {
                        lineup.put(number, outcome);
                    });
                    lineup.end(number, totals);
                }
            });
        }
        while let Some(printable) = lineup.printable() {
            print(printable).inspect_err(|_| lineup.give_up())?;
        }
        Ok(())
    })
}

/// The inputs that are begun and not printed to their end, in their order.
struct Lineup {
    state: Mutex<LineupState>,
    /// Something can be printed, or nothing will any more.
    printable: Condvar,
    /// There is room for another outcome or input.
    room: Condvar,
}

struct LineupState {
    inputs: usize,
    /// The number of the first of `begun`.
    first: usize,
    begun: VecDeque<Begun>,
    /// Outcomes of all of `begun`.
    outcomes: usize,
    /// Threads that read.
    readers: usize,
    /// Threads that wait for room.
    waiting: usize,
    /// True after a failure to print.
    is_given_up: bool,
}

/// An input that is begun.
#[derive(Default)]
struct Begun {
    outcomes: Vec<Outcome>,
    end: Option<Totals>,
}

impl Lineup {
    fn new(inputs: usize, readers: usize) -> Self {
        let state = LineupState {
            inputs,
            first: 0,
            begun: VecDeque::new(),
            outcomes: 0,
            readers,
            waiting: 0,
            is_given_up: false,
        };
        Self { state: Mutex::new(state), printable: Condvar::new(), room: Condvar::new() }
    }

    fn lock(&self) -> MutexGuard<'_, LineupState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for room as long as `is_full` says.
    fn with_room(&self, is_full: impl Fn(&LineupState) -> bool) -> MutexGuard<'_, LineupState> {
        let mut state = self.lock();
        while is_full(&state) && !state.is_given_up {
            state.waiting += 1;
            self.printable.notify_one();
            state = self.room.wait(state).unwrap_or_else(PoisonError::into_inner);
            state.waiting -= 1;
        }
        state
    }

    /// Begins the next input: its number. `None` after the last one, and when nobody prints any more.
    fn begin(&self) -> Option<usize> {
        let mut state = self.with_room(|state| state.begun.len() >= AHEAD);
        let number = state.first + state.begun.len();
        if state.is_given_up || number == state.inputs {
            return None;
        }
        state.begun.push_back(Begun::default());
        Some(number)
    }

    fn put(&self, number: usize, outcome: Outcome) {
        let mut state =
            self.with_room(|state| state.begun[state.place(number)].outcomes.len() >= QUEUE);
        let place = state.place(number);
        state.begun[place].outcomes.push(outcome);
        state.outcomes += 1;
        if state.outcomes == WORTH_WAKING {
            self.printable.notify_one();
        }
    }

    fn end(&self, number: usize, totals: Totals) {
        let mut state = self.lock();
        let place = state.place(number);
        state.begun[place].end = Some(totals);
    }

    /// Waits until something can be printed; `None` after the last input.
    fn printable(&self) -> Option<Printable> {
        let mut state = self.lock();
        loop {
            let printable = state.take_printable();
            if state.waiting > 0 {
                self.room.notify_all();
            }
            if !printable.outcomes.is_empty() || !printable.ended.is_empty() {
                return Some(printable);
            }
            if state.readers == 0 {
                return None;
            }
            let waited = self.printable.wait_timeout(state, PATIENCE);
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// Lets all readers end after their present input.
    fn give_up(&self) {
        self.lock().is_given_up = true;
        self.room.notify_all();
    }
}

impl LineupState {
    /// The place of an input in `begun`.
    fn place(&self, number: usize) -> usize {
        number - self.first
    }

    fn take_printable(&mut self) -> Printable {
        let mut printable = Printable::default();
        while let Some(begun) = self.begun.front_mut() {
            printable.outcomes.append(&mut begun.outcomes);
            let Some(totals) = begun.end.take() else { break };
            printable.ended.push(totals);
            self.begun.pop_front();
            self.first += 1;
        }
        self.outcomes -= printable.outcomes.len();
        printable
    }
}

/// Says that a thread reads no more, whatever ended it.
struct Leaving<'a>(&'a Lineup);

impl Drop for Leaving<'_> {
    fn drop(&mut self) {
        self.0.lock().readers -= 1;
        self.0.printable.notify_one();
    }
}
