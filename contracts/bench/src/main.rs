//! Measures the sample contracts: size, gas, time on every engine; the compute suite beside the same
//! source as native code, the tokens beside the same token on a native EVM. Prints the tables of
//! docs/benchmarks.md.
//!
//!     cargo run --release --manifest-path contracts/bench/Cargo.toml
//!
//! Everything is warm: the VM has seen the contract. A time is the middle of at least 15 samples of
//! what ran one after the other; compare times within one run only.

mod compute;
mod evm;
mod samples;
mod token;

use hebe_vm::Vm;
use std::time::{Duration, Instant};

/// The engines to measure, by the value of the VM's option.
const ENGINES: &[&str] = &["interpreter", "compiler"];

/// A VM on this engine, prices by the default schedule.
fn vm(engine: &str) -> Vm {
    let mut vm = Vm::default();
    vm.set_option("engine", engine).unwrap_or_else(|error| panic!("engine={engine}: {error}"));
    vm
}

/// The middle of the times that `run` takes.
fn time(mut run: impl FnMut()) -> Duration {
    const SAMPLES: usize = 15;
    const SAMPLE: Duration = Duration::from_millis(8);
    let once = Instant::now();
    run();
    let once = once.elapsed().max(Duration::from_nanos(1));
    let runs = u32::try_from(SAMPLE.as_nanos() / once.as_nanos()).unwrap_or(u32::MAX).max(1);
    let mut samples: Vec<Duration> = (0..SAMPLES)
        .map(|_| {
            let start = Instant::now();
            for _ in 0..runs {
                run();
            }
            start.elapsed() / runs
        })
        .collect();
    samples.sort();
    samples[SAMPLES / 2]
}

/// With three digits and a unit.
fn show(time: Duration) -> String {
    let nanoseconds = time.as_nanos() as f64;
    let (number, unit) = match nanoseconds {
        small if small < 1e3 => (small, "ns"),
        middle if middle < 1e6 => (middle / 1e3, "µs"),
        large => (large / 1e6, "ms"),
    };
    let digits = if number < 10.0 { 2 } else { usize::from(number < 100.0) };
    format!("{number:.digits$} {unit}")
}

/// A whole number with commas between thousands.
fn thousands(number: impl ToString) -> String {
    let digits = number.to_string();
    let groups: Vec<&str> = digits
        .as_bytes()
        .rchunks(3)
        .rev()
        .map(|group| std::str::from_utf8(group).expect("digits"))
        .collect();
    groups.join(",")
}

fn main() {
    compute::table();
    println!();
    token::table();
    println!();
    samples::table();
}
