//! How long reading, preparing and comparing backtraces takes, beside libcasr, which does the same for
//! the crashes of other programs.
//!
//! Both get the backtraces of the knowledge base's crash texts: psod-match the texts as they are, libcasr
//! the same frames as gdb prints them, since it does not read purple screens. Each step is taken over all
//! texts, again and again; the shortest time counts, because other processes only make it longer.

use std::hint::black_box;
use std::time::{Duration, Instant};

use libcasr::gdb::GdbStacktrace;
use libcasr::stacktrace::{Filter, ParseStacktrace, Stacktrace, similarity};
use psod_match::kb::KnowledgeBase;
use psod_match::matching::{Calibration, Matcher, exemplar_points};
use psod_match::read::crashes_in_text;
use psod_match::signature::{ComparableCrash, PreparedBacktrace};
use serde::Serialize;

/// Backtraces with which one is compared.
const RECORDED: usize = 10_000;
/// How often each step is taken.
const ROUNDS: usize = 30;
/// The same for the comparison with all of [`RECORDED`].
const FEW_ROUNDS: usize = 5;

/// How long one step takes.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SpeedRow {
    /// The step: `parse`, `normalize` or `compare`.
    pub step: &'static str,
    /// Microseconds of psod-match, a crash; of `compare` with all recorded ones.
    pub ours: f64,
    /// The same of libcasr.
    pub libcasr: f64,
}

/// The crash texts of the knowledge base that hold a backtrace, in both notations.
struct Texts {
    ours: Vec<String>,
    gdb: Vec<String>,
}

/// Measures every step.
pub fn speed(kb: &KnowledgeBase, matcher: &Matcher) -> Vec<SpeedRow> {
    let texts = Texts::new(kb);
    let traces: Vec<Stacktrace> = texts.gdb.iter().filter_map(|text| casr_trace(text)).collect();
    let crashes: Vec<_> =
        texts.ours.iter().flat_map(|text| crashes_in_text(text)).map(|found| found.crash).collect();
    let parse = SpeedRow {
        step: "parse",
        ours: per_item(&texts.ours, ROUNDS, |text| crashes_in_text(text).len()),
        libcasr: per_item(&texts.gdb, ROUNDS, |text| {
            casr_trace(text).map_or(0, |trace| trace.len())
        }),
    };
    let normalize = SpeedRow {
        step: "normalize",
        ours: per_item(&crashes, ROUNDS, |crash| {
            ComparableCrash::new((*crash).clone(), matcher.lists()).keys.frames.len()
        }),
        libcasr: per_item(&traces, ROUNDS, |trace| {
            let mut trace = (*trace).clone();
            trace.filter();
            trace.len()
        }),
    };
    let prepared: Vec<PreparedBacktrace> = crashes
        .iter()
        .map(|crash| {
            let keys = ComparableCrash::new(crash.clone(), matcher.lists()).keys;
            matcher.weights().prepare_crash(&keys.frames, &[])
        })
        .collect();
    let compare = SpeedRow {
        step: "compare",
        ours: per_item(&prepared, FEW_ROUNDS, |one| {
            let others = prepared.iter().cycle().take(RECORDED);
            others.map(|other| exemplar_points(other, one, &Calibration::SHIPPED)).sum::<f64>()
        }),
        libcasr: per_item(&traces, FEW_ROUNDS, |one| {
            traces.iter().cycle().take(RECORDED).map(|other| similarity(other, one)).sum::<f64>()
        }),
    };
    vec![parse, normalize, compare]
}

impl Texts {
    fn new(kb: &KnowledgeBase) -> Self {
        let mut texts = Self { ours: Vec::new(), gdb: Vec::new() };
        for exemplar in kb.exemplars.values() {
            let Some(gdb) = gdb_text(&exemplar.text) else { continue };
            texts.ours.push(exemplar.text.clone());
            texts.gdb.push(gdb);
        }
        texts
    }
}

/// The frames of a crash text as gdb prints them; `None` without frames.
fn gdb_text(text: &str) -> Option<String> {
    let found = crashes_in_text(text).into_iter().next()?;
    let frames = found.crash.deciding_frames();
    let lines = frames.iter().enumerate().map(|(number, frame)| {
        let function = frame.function.as_deref().unwrap_or("??");
        // Some texts print no addresses, and gdb always does.
        let address = frame.ip.map_or(0x4180_0000_0000 + number as u64, |ip| ip.0);
        format!("#{number}  0x{address:016x} in {function} () at vmkernel.c:{}\n", number + 1)
    });
    Some(lines.collect()).filter(|text: &String| !text.is_empty())
}

fn casr_trace(text: &str) -> Option<Stacktrace> {
    let lines = GdbStacktrace::extract_stacktrace(text).ok()?;
    GdbStacktrace::parse_stacktrace(&lines).ok()
}

/// The shortest time that `step` took over all of `items`, in microseconds for each of them.
fn per_item<T, R>(items: &[T], rounds: usize, mut step: impl FnMut(&T) -> R) -> f64 {
    let mut shortest = Duration::MAX;
    for _ in 0..rounds {
        let begun = Instant::now();
        for item in items {
            black_box(step(black_box(item)));
        }
        shortest = shortest.min(begun.elapsed());
    }
    1e6 * shortest.as_secs_f64() / items.len().max(1) as f64
}
