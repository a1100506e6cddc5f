//! How long one screen takes: reading its text, and matching the crash it holds.
//!
//! The screen is `examples/known-issue.txt`; the knowledge base is the shipped
//! one, compiled in memory before the clock starts. `cargo bench`.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use psod_match::compile;
use psod_match::kb::KbSource;
use psod_match::matching::{Calibration, Exclude, Matcher};
use psod_match::read::crashes_in_text;
use psod_match::signature::ComparableCrash;

const SCREEN: &str = include_str!("../examples/known-issue.txt");

fn parse(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("parse");
    group.throughput(Throughput::Bytes(SCREEN.len() as u64));
    group.bench_function("one screen", |bencher| {
        bencher.iter(|| crashes_in_text(black_box(SCREEN)));
    });
    group.finish();
}

fn recognise(criterion: &mut Criterion) {
    let compiled = compile::open(&[KbSource::Shipped], None).expect("the shipped knowledge base");
    let matcher = Matcher::new(compiled, Calibration::SHIPPED, false).expect("a matcher");
    let crash = crashes_in_text(SCREEN).remove(0).crash;
    let keys = ComparableCrash::new(crash, matcher.lists()).keys;
    criterion.bench_function("match one crash", |bencher| {
        bencher.iter(|| matcher.matches(black_box(&keys), &Exclude::default()).expect("matches"));
    });
}

criterion_group!(benches, parse, recognise);
criterion_main!(benches);
