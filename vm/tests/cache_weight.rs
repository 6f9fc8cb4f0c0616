//! What the cache says that contracts weigh is what they take: a cache of some MiB takes about as many, whatever the shape of the
//! contracts in it. Allocations of the whole process are counted, so this is a program of its own with one test.
//!
//! Native code is mapped by the system and not allocated, so it is not counted here: contracts run in the interpreter.

#[path = "../benches/trivial/mod.rs"]
mod trivial;

use hebe_host::Revision;
use hebe_vm::{Options, Vm};
use peak_alloc::PeakAlloc;
use trivial::{Trivial, message};

#[global_allocator]
static ALLOCATED: PeakAlloc = PeakAlloc;

/// What the cache may take, in MiB and in bytes.
const CACHE_MIB: usize = 8;
const CACHE_BYTES: usize = CACHE_MIB << 20;

/// The least and the most that is allocated when the cache is full, in hundredths of what it may take. Small pieces are dearer than
/// their bytes, and room that a list has in advance is weighed with what is in it or not at all.
const LEAST: usize = 70;
const MOST: usize = 130;

/// A shape of contract: its name, and one of the contracts, no two of which are the same.
type Shape = (&'static str, fn(usize) -> Vec<u8>);

const SHAPES: [Shape; 8] = [
    ("small", |number| module(number, "")),
    ("functions", |number| module(number, &"(func (drop (i32.const 5)))".repeat(300))),
    ("locals", |number| module(number, &format!("(func {})", "(local i32)".repeat(3_000)))),
    ("branches", |number| {
        module(
            number,
            &format!("(func (param i32) {})", "(block (br_if 0 (local.get 0)))".repeat(1_000)),
        )
    }),
    ("data", |number| module(number, &format!("(data (i32.const 0) \"{}\")", "x".repeat(20_000)))),
    ("elements", |number| {
        let indices = "0 ".repeat(2_000);
        module(number, &format!("(table 2000 funcref) (elem (i32.const 0) func {indices})"))
    }),
    ("refused", |number| {
        let export = format!("(func (export \"no\")) (start {number})");
        let mut code = module(0, &"(func (drop (i32.const 5)))".repeat(1_000));
        code.extend(format!("not valid {export}").into_bytes());
        code
    }),
    ("bytecode", |number| {
        let mut code = vec![0x5b; 10_000];
        code[1..9].copy_from_slice(&(number as u64).to_be_bytes());
        code[0] = 0;
        code
    }),
];

/// A contract that calls nothing, and has this number in it.
fn module(number: usize, fields: &str) -> Vec<u8> {
    let text = format!(
        r#"(module (memory (export "memory") 1)
            (func (export "main") (drop (i32.const {number}))) {fields})"#
    );
    wat::parse_str(text).expect("the text is right")
}

#[test]
fn a_full_cache_takes_what_it_may() {
    let mut problems = Vec::new();
    for (name, contract) in SHAPES {
        let mut options = Options::default();
        options.set("engine", "interpreter").expect("it is an option");
        options.set("cache_size", &format!("{CACHE_MIB}M")).expect("it is a size");
        let before = ALLOCATED.current_usage();
        let vm = Vm::new(options);
        let mut code_bytes = 0;
        let mut number = 0;
        // Twice as much code as there is room, or as many contracts as are small.
        while code_bytes < 2 * CACHE_BYTES && number < 3_000 {
            let code = contract(number);
            code_bytes += code.len();
            number += 1;
            let _ = vm.execute(Revision::Osaka, &message(&[]), &code, &mut Trivial);
        }
        let taken = 100 * (ALLOCATED.current_usage() - before) / CACHE_BYTES;
        eprintln!(
            "{name}: {number} contracts, {code_bytes} bytes: {taken}% of what the cache may take"
        );
        if !(LEAST..=MOST).contains(&taken) {
            problems.push(format!("{name}: {taken}%"));
        }
    }
    assert!(problems.is_empty(), "{problems:?}");
}
