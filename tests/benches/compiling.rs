//! A search for modules that take more than a second or 128 MiB to compile, though they are within the compiler's bounds.
//!
//! Run with `cargo bench -p hebe-testing --bench compiling -- --seconds 3600 --keep FILE`, and once more to go on. The figures of
//! record are in docs/benchmarks.md. Memory is what is allocated; native code is mapped by the system, and is not counted.

use hebe_testing::{calibrate::CompileSearch, files::replace};
use peak_alloc::PeakAlloc;
use serde_json::Value;
use std::{
    env, fs,
    path::Path,
    time::{Duration, Instant},
};

#[global_allocator]
static ALLOCATED: PeakAlloc = PeakAlloc;

fn peak(run: &mut dyn FnMut()) -> usize {
    let before = ALLOCATED.current_usage();
    ALLOCATED.reset_peak_usage();
    run();
    ALLOCATED.peak_usage().saturating_sub(before)
}

fn main() {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let value = |name: &str| {
        let at = arguments.iter().position(|argument| argument == name)?;
        arguments.get(at + 1).map(String::as_str)
    };
    let number = |name: &str, otherwise: u64| match value(name) {
        Some(text) => text.parse().unwrap_or_else(|_| panic!("{name} wants a whole number")),
        None => otherwise,
    };
    // `cargo test --benches` runs it, too, and wants to know only that it goes.
    let is_test = !arguments.iter().any(|argument| argument == "--bench");
    let seconds = number("--seconds", if is_test { 1 } else { 60 });
    let mut search = CompileSearch::new(number("--seed", 1), peak).expect("there is a compiler");
    let keep = value("--keep");
    if let Some(text) = keep.and_then(|path| fs::read(path).ok()) {
        let kept: Value = serde_json::from_slice(&text).expect("it is a search that was kept");
        search.resume(&kept).expect("it is a search that was kept");
    }
    let write = |search: &CompileSearch| {
        if let Some(path) = keep {
            let text = format!("{:#}\n", search.keep());
            replace(Path::new(path), text).expect("it can be written");
        }
    };
    let until = search.spent() + Duration::from_secs(seconds);
    let mut kept = Instant::now();
    while search.spent() < until {
        if let Some(found) = search.step()
            && search.worst().first().is_some_and(|worst| worst.name == found.name)
        {
            println!(
                "{:>6.0} s, {} modules: {:.2} s, {:.0} MiB: {}",
                search.spent().as_secs_f64(),
                search.tried(),
                found.seconds,
                found.mib,
                found.name
            );
        }
        if kept.elapsed() > Duration::from_secs(10) {
            write(&search);
            kept = Instant::now();
        }
    }
    write(&search);
    println!(
        "\n{} modules in {:.0} s of processor time, seed {}\n\n score  seconds    MiB  of the bound    bytes  module",
        search.tried(),
        search.spent().as_secs_f64(),
        search.seed()
    );
    for found in search.worst() {
        println!(
            "{:>6.2} {:>8.3} {:>6.0} {:>13.2} {:>8}  {}",
            found.score(),
            found.seconds,
            found.mib,
            found.thought,
            found.bytes,
            found.name
        );
    }
}
