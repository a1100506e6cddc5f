//! Crashes that a seeded generator makes up: bugs of a few own functions above plumbing that all
//! share, each printed with frames missing and added.

use std::fmt;
use std::time::{Duration, Instant};

/// Function names that exist.
const FUNCTIONS: u64 = 12_000;
/// Functions of a bug's own.
const OWN: u64 = 7;
/// Bugs are of very different sizes: of each of these sizes, as powers of two, there are equally many
/// backtraces. The largest bugs have about one backtrace in a hundred, the smallest one or two.
const SIZES: std::ops::Range<u64> = 3..15;

/// A generator of numbers that only needs to be the same in every run (xorshift).
pub struct Numbers(pub u64);

impl Numbers {
    /// The next number, below `bound`.
    pub fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % bound
    }
}

/// `StorQueueWait_3f1`: names with common parts, as in a kernel.
fn name(function: u64) -> String {
    const PARTS: [&str; 16] = [
        "Stor", "Net", "Sched", "Heap", "World", "Path", "Queue", "Lock", "Timer", "Page", "Port",
        "Iocb", "Vmotion", "Device", "Adapter", "Wait",
    ];
    let mixed = function.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let [first, second, third] = [20, 36, 52].map(|shift| PARTS[(mixed >> shift) as usize % 16]);
    format!("{first}{second}{third}_{function:x}")
}

/// A bug.
pub fn bug(numbers: &mut Numbers) -> u64 {
    let size = 1 << (SIZES.start + numbers.below(SIZES.end - SIZES.start));
    size + numbers.below(size)
}

/// The functions of one backtrace of one bug, from the top.
pub fn functions(bug: u64, numbers: &mut Numbers) -> Vec<String> {
    let mut own = Numbers(bug.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
    let mut names: Vec<String> = (0..OWN).map(|_| name(own.below(FUNCTIONS))).collect();
    if numbers.below(2) == 0 {
        names.remove(numbers.below(OWN) as usize);
    }
    for _ in 0..numbers.below(3) {
        let place = numbers.below(names.len() as u64 + 1) as usize;
        names.insert(place, name(numbers.below(FUNCTIONS)));
    }
    // Every backtrace ends in plumbing that all share.
    names.extend((0..3).map(|layer| format!("PlumbingLayer{}", layer + numbers.below(3))));
    names
}

/// Times of one question, asked many times.
pub struct Times {
    times: Vec<Duration>,
    processor: Duration,
}

impl Times {
    /// Asks for every value, and times it.
    pub fn of<T>(values: impl IntoIterator<Item = T>, mut ask: impl FnMut(T)) -> Self {
        let (mut times, values) = (Vec::new(), values.into_iter().collect::<Vec<T>>());
        let before = processor_time();
        for value in values {
            let begun = Instant::now();
            ask(value);
            times.push(begun.elapsed());
        }
        let processor = processor_time().saturating_sub(before);
        times.sort_unstable();
        Self { times, processor }
    }
}

impl fmt::Display for Times {
    /// By the clock of the wall, which counts what other programs take, and by the processor's, whose
    /// mean does not.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [middle, most_of, most] = [50, 95, 100]
            .map(|share| milliseconds(self.times[(self.times.len() - 1) * share / 100]));
        let mean = milliseconds(self.processor) / self.times.len() as f64;
        write!(
            formatter,
            "p50 {middle:.3} ms, p95 {most_of:.3} ms, most {most:.3} ms; {mean:.3} ms of a processor in \
             the mean"
        )
    }
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

/// What this thread has had of a processor, where the system tells.
pub fn processor_time() -> Duration {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let nanoseconds = told.split_whitespace().next().and_then(|number| number.parse().ok());
    Duration::from_nanos(nanoseconds.unwrap_or_default())
}
