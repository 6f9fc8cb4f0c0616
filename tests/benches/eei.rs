//! The functions of the interface: what a call takes, at Byzantium and at Osaka, on both engines.
//!
//! A contract calls a function a thousand times, so that what a message takes is small beside it; `loop` is the
//! same without the call, to be taken off. What ends a message is called once, beside `nothing`. The host
//! answers at once with the same each time, and what it answers is warm: its time is nobody's here.
//!
//! Names end with the gas of a call: nanoseconds per gas are the quotient.

#[allow(dead_code, reason = "what the tests want to know besides")]
#[path = "../tests/eei/rows.rs"]
mod rows;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use hebe_gas::ValueType;
use hebe_host::{HostModule, Outcome, Revision};
use hebe_testing::{IdleHost, contract, plain_message};
use hebe_vm::Vm;
use rows::{ROWS, Row};
use std::hint::black_box;

/// How often a contract calls a function.
const CALLS: u64 = 1_000;

/// Whether a function ends the message.
fn ends(name: &str) -> bool {
    ["finish", "revert", "selfDestruct"].contains(&name)
}

/// A call of a row's function, in WAT.
fn call(row: &Row) -> String {
    let mut functions = HostModule::ETHEREUM.functions.iter();
    let function = functions.find(|function| function.name == row.name).expect("it is there");
    let args: String = function
        .params
        .iter()
        .zip(row.args)
        .map(|(ty, value)| match ty {
            ValueType::I32 => format!("({ty}.const {:#x})", value & 0xffff_ffff),
            ValueType::I64 => format!("({ty}.const {value})"),
        })
        .collect();
    let call = format!("(call ${} {args})", row.name);
    if function.results.is_empty() { call } else { format!("(drop {call})") }
}

/// A contract that does this `CALLS` times.
fn looping(body: &str) -> Vec<u8> {
    contract(&format!(
        "(local $left i32) (local.set $left (i32.const {CALLS}))
         (loop {body} (br_if 0 (local.tee $left (i32.sub (local.get $left) (i32.const 1)))))"
    ))
}

/// Runs a contract, and gives the gas that it used.
fn run(vm: &Vm, revision: Revision, code: &[u8]) -> i64 {
    let message = plain_message(1 << 50);
    match vm.execute(revision, &message, black_box(code), &mut IdleHost) {
        Ok(Outcome::Success { gas_left, .. } | Outcome::Revert { gas_left, .. }) => {
            message.gas - gas_left
        }
        other => panic!("{other:?}"),
    }
}

fn functions(criterion: &mut Criterion) {
    for engine in ["interpreter", "compiler"] {
        let mut vm = Vm::default();
        for (name, value) in [("engine", engine), ("metering", "off")] {
            vm.set_option(name, value).expect("it is an option");
        }
        for revision in [Revision::Byzantium, Revision::Osaka] {
            let mut group = criterion.benchmark_group(format!("eei/{engine}/{revision}"));
            let mut bench = |name: String, code: &[u8], times: u64| {
                group.throughput(Throughput::Elements(times));
                group.bench_function(name, |bencher| bencher.iter(|| run(&vm, revision, code)));
            };
            bench("loop".to_owned(), &looping(""), CALLS);
            bench("nothing".to_owned(), &contract(""), 1);
            for row in ROWS.iter().filter(|row| row.since() <= revision) {
                let (code, times) = match ends(row.name) {
                    true => (contract(&call(row)), 1),
                    false => (looping(&call(row)), CALLS),
                };
                let gas = run(&vm, revision, &code) / i64::try_from(times).expect("it is small");
                bench(format!("{} ({gas} gas)", row.name), &code, times);
            }
        }
    }
}

criterion_group!(benches, functions);
criterion_main!(benches);
