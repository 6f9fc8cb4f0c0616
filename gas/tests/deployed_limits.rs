//! What metering for deployment makes of a module is held to the same limits: what it adds counts.
//!
//! For execution nothing of the kind can happen: the limits leave room for all that is put in then
//! (`limits.rs` has the largest modules translated).

mod common;

use common::{RULES, accepts, contract, room, wasm};
use hebe_gas::{Reason, Schedule, limits, meter_deployed};

fn deployed(wat: &str) -> Result<Vec<u8>, Reason> {
    meter_deployed(&wasm(wat), &RULES, Schedule::flat()).map_err(|rejected| rejected.reason)
}

/// What `wat` makes of a number can be deployed where metering, which adds `added`, comes to the limit; with
/// one more it is valid as it is, but can't be deployed.
#[track_caller]
fn holds(limit: limits::Limit, added: u32, wat: impl Fn(u32) -> String) {
    let most = limit.value - added;
    deployed(&wat(most)).unwrap_or_else(|reason| panic!("{}", reason.what()));
    accepts(&wat(most + 1));
    let reason = Reason::Limit { limit, found: u64::from(limit.value) + 1 };
    assert_eq!(deployed(&wat(most + 1)), Err(Reason::Metered(Box::new(reason))));
}

/// What `wat` makes of the limit's number can be deployed: metering adds nothing of it.
#[track_caller]
fn adds_nothing(limit: limits::Limit, wat: impl Fn(u32) -> String) {
    deployed(&wat(limit.value)).unwrap_or_else(|reason| panic!("{}", reason.what()));
}

fn times(count: u32, item: &str) -> String {
    item.repeat(count as usize)
}

const GROW: &str = "(func (drop (memory.grow (i32.const 1))))";

#[test]
fn types() {
    // That of `useGas`.
    holds(limits::TYPES, 1, |count| contract(&(room() + &times(count, "(type (func))"))));
    // That of the function that grows memory, too; unless the module has them.
    holds(limits::TYPES, 2, |count| contract(&(room() + &times(count, "(type (func))") + GROW)));
    let has = "(type (func (param i64))) (type (func (param i32) (result i32)))";
    adds_nothing(limits::TYPES, |count| {
        contract(&(room() + &times(count - 2, "(type (func))") + has + GROW))
    });
}

#[test]
fn functions() {
    // The contract's own `main`, and the import of `useGas`.
    let functions = |count: u32| room() + &times(count - 1, "(func)");
    holds(limits::FUNCTIONS, 1, |count| contract(&functions(count)));
    // And one that grows memory.
    holds(limits::FUNCTIONS, 2, |count| {
        let (functions, main) = (functions(count - 1), r#"(func (export "main"))"#);
        format!(r#"(module {functions} {GROW} {main} (memory (export "memory") 2))"#)
    });
    // A contract that pays by itself has the import.
    let import = r#"(import "ethereum" "useGas" (func (param i64)))"#;
    adds_nothing(limits::FUNCTIONS, |count| contract(&(import.to_owned() + &functions(count - 1))));
}

#[test]
fn locals() {
    // Where a length waits while it is paid.
    let fill = "(memory.fill (i32.const 0) (i32.const 0) (i32.const 0))";
    holds(limits::LOCALS, 1, |count| {
        contract(&format!("(func (local {}) {fill})", times(count, "i64 ")))
    });
    adds_nothing(limits::LOCALS, |count| {
        contract(&format!("(func (local {}))", times(count, "i64 ")))
    });
}

#[test]
fn frame() {
    // The cost of a stretch that begins where the operand stack is highest.
    holds(limits::FRAME, 1, |slots| {
        contract(&format!(
            "(func {} (block) {})",
            times(slots, "i32.const 0 "),
            times(slots, "drop ")
        ))
    });
    // The product of a length and its price: two, and a local. The length itself was there.
    holds(limits::FRAME, 2, |slots| {
        let (consts, drops) = (times(slots, "i32.const 0 "), times(slots - 3, "drop "));
        contract(&format!("(func {consts} memory.fill {drops})"))
    });
}

#[test]
fn nesting() {
    // A table grows only where it can, and pays only then.
    holds(limits::NESTING, 1, |depth| {
        let grow = "(drop (table.grow (ref.null func) (i32.const 0)))";
        let (begin, end) = (times(depth, "block "), times(depth, "end "));
        contract(&format!("(table 1 funcref) (func {begin} {grow} {end})"))
    });
}

#[test]
fn body() {
    // A constant of three bytes, the call of function 0, and the opcodes.
    holds(limits::BODY, 6, |size| contract(&format!("(func {})", times(size - 2, "nop "))));
}

#[test]
fn code() {
    let of = |length: u32| contract(&format!(r#"(func nop) (data "{}")"#, times(length, "a")));
    let limit = limits::CODE.value;
    let size = |length| u32::try_from(deployed(&of(length)).unwrap().len()).unwrap();
    // By what all that is around the data makes it longer, at a length whose numbers are as long.
    let around = size(limit - 1_000) - (limit - 1_000);
    assert_eq!(size(limit - around), limit);
    holds(limits::CODE, around, of);
}

#[test]
fn the_refusal_says_what_and_how_much() {
    let rejected = meter_deployed(
        &wasm(&contract(&(room() + &times(limits::TYPES.value, "(type (func))")))),
        &RULES,
        Schedule::flat(),
    )
    .unwrap_err();
    assert_eq!(rejected.code(), "metered");
    let text = rejected.to_string();
    assert!(text.contains("once it is metered: types: 4097, where the limit is 4096"), "{text}");
}
