//! Is it a contract by the bytes that the specification allows, and by no others?
//!
//! Small modules that have every kind of field and instruction between them, changed in every way that
//! is one step away: each byte replaced by every other, every byte and some pairs put in between. What
//! `prepare` makes of each must agree with [`grammar`](hebe_testing::grammar), which was written from
//! the specification alone. A failure here means that the validator reads something that is no
//! WebAssembly, or not what is some.

use hebe_gas::{Exports, Features, Profile, Rules, prepare};
use hebe_host::{HostModule, Interface, Revision, StatusCode};
use hebe_testing::{
    check_code,
    grammar::{Sized, read_module},
};
use hebe_vm::Vm;
use std::collections::{BTreeMap, BTreeSet};

/// By default: all there is beyond the MVP, where its encoding has parts.
const DEFAULT: &[&str] = &[
    // Types of all kinds wherever there can be one.
    "(type (func (param i32 i64 funcref) (result funcref i32)))
     (func (type 0) (local i64 funcref) (block (result funcref) (ref.null func)) (i32.const 1))",
    "(global funcref (ref.null func)) (global (mut i32) (i32.const -1))
     (func (drop (select (result i64) (i64.const 1) (i64.const -65) (global.get 1))))",
    "(type (func (param i32) (result i32)))
     (func (result i32) (i32.const 1) (block (type 0)) (i32.const 0) (if (type 0) (then) (else)) (loop (type 0)))",
    // Segments of all kinds.
    r#"(data (i32.const 0) "a") (data "b") (data (memory 0) (i32.const 1) "c")
       (func (memory.init 0 (i32.const 0) (i32.const 1) (i32.const 2)) (data.drop 1))"#,
    "(table 3 9 funcref) (func $f)
     (elem (i32.const 0) $f) (elem func $f) (elem (table 0) (i32.const 1) func $f) (elem declare func $f)",
    "(table 3 funcref) (func $f)
     (elem (i32.const 0) funcref (ref.func $f)) (elem funcref (ref.null func))
     (elem declare funcref (ref.func $f))",
    // Memory and table.
    "(func (memory.fill (i32.const 0) (i32.const 0) (i32.const 0))
           (memory.copy (i32.const 0) (i32.const 0) (memory.grow (memory.size))))",
    "(table 1 funcref) (elem func) (func
       (table.init 0 (i32.const 0) (i32.const 0) (i32.const 0)) (elem.drop 0)
       (table.copy (i32.const 0) (i32.const 0) (i32.const 0)))",
    "(table 1 funcref) (elem declare func 0) (func
       (table.fill 0 (i32.const 0) (ref.null func) (i32.const 0))
       (table.set 0 (i32.const 0) (table.get 0 (i32.const 0)))
       (drop (table.grow 0 (ref.null func) (table.size 0))) (drop (ref.is_null (ref.func 0))))",
    "(func (drop (i32.extend8_s (i32.const 1))) (drop (i64.extend32_s (i64.const 1))))",
    // In code that can't be reached the validator knows no types.
    "(func unreachable i32.add select drop i64.eqz table.get 0 ref.is_null drop unreachable)
     (table 1 funcref)",
];

/// What the MVP has as well.
const MVP: &[&str] = &[
    "",
    r#"(import "ethereum" "finish" (func (param i32 i32)))
       (func (call 0 (i32.const 1) (i32.const 2)) (return)) (@custom "note" "abc")"#,
    "(type (func)) (table 2 funcref) (elem (i32.const 1) 0)
     (func (call_indirect (type 0) (i32.const 0)) (block (loop (br_if 1 (i32.const 1)) (br 0))))",
    "(func (param i32) (result i64) (local i32 i64)
       (br_table 0 0 0 (i64.const 9223372036854775807) (local.tee 1 (local.get 0))))",
    r#"(global (mut i64) (i64.const -1)) (data (i32.const 8) "hello")
       (func (global.set 0 (i64.load offset=4 align=4 (i32.const 8))))"#,
    "(func (param i32) (result i32)
       (if (result i32) (local.get 0) (then (i32.const 2147483647)) (else (memory.grow (memory.size)))))
     (func (i32.store8 offset=128 (i32.const -1) (i32.const 2)) (drop (i32.wrap_i64 (i64.const 5))))",
    "(func unreachable i32.add select drop i64.rotl drop unreachable)",
];

/// The contract with these fields.
fn contract(fields: &str) -> Vec<u8> {
    let main = r#"(func (export "main")) (memory (export "memory") 1)"#;
    let text = format!("(module {fields} {main})");
    wat::parse_str(text).unwrap_or_else(|error| panic!("{error}"))
}

/// Active segments that name their table, which the assembler writes only where there are several.
fn named_tables() -> [Vec<u8>; 2] {
    // The number of segments, the kind, an offset, what the elements are, one element.
    [
        (&b"\x01\x00\x41\x00\x0b"[..], &b"\x01\x02\x00\x41\x00\x0b\x00"[..]),
        (b"\x01\x04\x41\x00\x0b", b"\x01\x06\x00\x41\x00\x0b\x70"),
    ]
    .map(|(short, long)| {
        let item = if short[1] == 0 { "0" } else { "funcref (ref.func 0)" };
        let fields = format!("(table 3 funcref) (elem (i32.const 0) {item})");
        let code = wide(&contract(&fields));
        let parts = read_module(&code, Features::Default).expect("it is well-formed");
        let section = parts.iter().find(|part| code[part.start..].starts_with(short));
        let start = section.expect("a section").start;
        let mut code = inserted(&code, &parts, start, &long[..long.len() - short.len()]);
        code[start..start + long.len()].copy_from_slice(long);
        code
    })
}

/// `code` with the sizes of sections and bodies in five bytes, so that what is between can grow.
fn wide(code: &[u8]) -> Vec<u8> {
    let parts = read_module(code, Features::Default).expect("it is well-formed");
    let mut wide = Vec::new();
    let mut done = 0;
    for part in &parts {
        wide.extend(&code[done..part.size_at]);
        let inner =
            parts.iter().filter(|inner| part.start < inner.size_at && inner.end <= part.end);
        let more: usize = inner.map(|inner| 5 - (inner.start - inner.size_at)).sum();
        wide.extend(padded(part.end - part.start + more));
        done = part.start;
    }
    wide.extend(&code[done..]);
    wide
}

/// A number in five bytes.
fn padded(number: usize) -> [u8; 5] {
    let number = u32::try_from(number).expect("it is small");
    [0, 7, 14, 21, 28].map(|shift| {
        let more = if shift < 28 { 0x80 } else { 0 };
        u8::try_from(number >> shift & 0x7f).expect("seven bits") | more
    })
}

/// `code` with `bytes` put in at `at`, and the sizes of what it is in made larger.
fn inserted(code: &[u8], parts: &[Sized], at: usize, bytes: &[u8]) -> Vec<u8> {
    let mut changed = code.to_vec();
    for part in parts.iter().filter(|part| (part.start..=part.end).contains(&at)) {
        let size = padded(part.end - part.start + bytes.len());
        changed[part.size_at..part.start].copy_from_slice(&size);
    }
    changed.splice(at..at, bytes.iter().copied());
    changed
}

/// What is one step away from `code`.
fn neighbours(code: &[u8], mut each: impl FnMut(&[u8])) {
    let parts = read_module(code, Features::Default).expect("it is well-formed");
    // Another section, empty or with nothing in it.
    for part in &parts {
        for id in (0..=16).chain([0x7f, 0x80, 0xff]) {
            for section in [&[id, 0][..], &[id, 1, 0], &[id, 2, 0, 0]] {
                let mut changed = code.to_vec();
                changed.splice(part.end..part.end, section.iter().copied());
                each(&changed);
            }
        }
    }
    let mut replaced = code.to_vec();
    for at in 8..code.len() {
        for byte in 0..=u8::MAX {
            replaced[at] = byte;
            each(&replaced);
        }
        replaced[at] = code[at];
        // A number that needs one byte in two, three and five, with the sign and without.
        for pad in [&[0x80][..], &[0x80, 0x80], &[0x80; 4], &[0x80; 5], &[0xff], &[0xff; 4]] {
            let mut changed = inserted(code, &parts, at, pad);
            let last = at + pad.len();
            for (byte, to) in [(at, changed[last] | 0x80), (last, pad[0] & 0x7f)] {
                changed[byte] = to;
            }
            each(&changed);
        }
        for first in 0..=u8::MAX {
            each(&inserted(code, &parts, at, &[first]));
            // What could be the kind of something, or a type.
            if matches!(first, 0..0x10 | 0x40..0x80) {
                each(&inserted(code, &parts, at, &[first, 0]));
            }
        }
    }
}

/// Of how many contracts one is compiled.
const COMPILED: usize = 300;

/// Every module that is one step away from these.
fn hold(features: Features, seeds: &[Vec<u8>]) {
    let interface = Interface::new(Revision::Byzantium, &[&HostModule::ETHEREUM])
        .expect("Byzantium has a price table");
    let profile = Profile::Contract { exports: Exports::Tolerant };
    let rules = Rules { features, profile, imports: interface.signatures(), metering: None };
    let (mut tried, mut accepted) = (0, 0);
    let mut compiled = BTreeSet::new();
    let mut wrong = BTreeMap::<String, (usize, String)>::new();
    for seed in seeds {
        prepare(seed, &rules).unwrap_or_else(|rejected| panic!("{seed:x?}: {rejected}"));
        neighbours(seed, |code| {
            tried += 1;
            let read = read_module(code, features);
            let prepared = prepare(code, &rules);
            if prepared.is_ok() {
                accepted += 1;
                if accepted % COMPILED == 0 {
                    compiled.insert(code.to_vec());
                }
            }
            let disagree = match (prepared, read) {
                (Ok(_), Err(malformed)) => format!("accepted, but {}", malformed.expected),
                (Err(rejected), Ok(_)) if rejected.code() == "malformed" => rejected.what(),
                _ => return,
            };
            wrong.entry(disagree).or_insert_with(|| (0, hex::encode(code))).0 += 1;
        });
    }
    println!("{tried} modules, of which {accepted} are contracts");
    let told: Vec<_> = wrong
        .iter()
        .map(|(what, (count, example))| format!("{count} × {what}: {example}"))
        .collect();
    assert!(told.is_empty(), "{}", told.join("\n"));
    assert!(accepted * 100 > tried, "hardly any is a contract");
    compile(features, &compiled);
}

/// What is a contract is one for the compiler too.
fn compile(features: Features, contracts: &BTreeSet<Vec<u8>>) {
    let mut vm = Vm::default();
    let features = if features == Features::Mvp { "mvp" } else { "default" };
    for (name, value) in [("engine", "compiler"), ("features", features)] {
        vm.set_option(name, value).expect("it is an option");
    }
    for code in contracts {
        let execution = check_code(code.clone()).on(&vm);
        let status = execution.result.status;
        assert_ne!(status, StatusCode::InternalError, "{:?}: {}", execution, hex::encode(code));
    }
    println!("{} of them compiled", contracts.len());
    assert_eq!(vm.compiled_contracts(), contracts.len() as u64);
}

fn seeds(fields: &[&str]) -> Vec<Vec<u8>> {
    fields.iter().map(|fields| wide(&contract(fields))).collect()
}

#[test]
fn default_contracts_are_what_the_grammar_says() {
    hold(Features::Default, &[seeds(MVP), seeds(DEFAULT), named_tables().into()].concat());
}

#[test]
fn mvp_contracts_are_what_the_grammar_says() {
    hold(Features::Mvp, &seeds(MVP));
}
