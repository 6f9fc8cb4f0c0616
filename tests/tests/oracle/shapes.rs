//! All shapes of control flow, by hand, each at every gas limit.

use hebe_gas::{Schedule, limits};
use hebe_testing::oracle::{End, PARTICLES, Program, Setting};

const GAS: i64 = 40_000 * PARTICLES;

/// Compares a contract that has `fields` beside its memory, of one page, at every gas limit. Gives
/// the end with ample gas.
#[track_caller]
fn check(fields: &str) -> End {
    let text = format!(
        r#"(module
            (import "ethereum" "getGasLeft" (func $gas (result i64)))
            (import "ethereum" "getBlockHash" (func $hash (param i64 i32) (result i32)))
            (import "ethereum" "useGas" (func $use (param i64)))
            (import "ethereum" "getCaller" (func $see (param i32)))
            (import "ethereum" "finish" (func $finish (param i32 i32)))
            (memory (export "memory") 1)
            {fields})"#
    );
    let code = wat::parse_str(&text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    let mut end = None;
    for schedule in Schedule::all() {
        let program =
            Program::new(&code, schedule).unwrap_or_else(|rejected| panic!("{rejected}\n{text}"));
        let held = program.compare(&Setting::default(), GAS).and_then(|compared| {
            program.sweep(&Setting::default(), GAS, 1_000)?;
            Ok(compared.run.end)
        });
        let found = held.unwrap_or_else(|why| panic!("{}: {why}\n{text}", schedule.name()));
        assert!(end.is_none_or(|end| end == found), "the schedule decides how it ends");
        end = Some(found);
    }
    end.expect("there are schedules")
}

/// The same, for a `main` with this body, which returns.
#[track_caller]
fn returns(body: &str) {
    assert_eq!(check(&format!(r#"(func (export "main") (local i32 i64) {body})"#)), End::Returned);
}

#[test]
fn straight_code_and_host_functions() {
    returns("");
    returns("nop");
    returns("(call $see (i32.const 0)) (call $see (i32.const 1))");
    returns("(drop (i64.add (call $gas) (call $gas)))");
    returns("(call $use (i64.const 100)) nop (call $use (i64.const 0))");
    returns("(drop (i32.div_u (i32.const 7) (call $hash (i64.const 1) (i32.const 2)))) nop");
}

#[test]
fn blocks_and_branches() {
    returns("(block (br 0) (call $see (i32.const 9))) (call $see (i32.const 1))");
    returns("(block (br_if 0 (i32.const 1)) (call $see (i32.const 9))) (call $see (i32.const 1))");
    returns("(block (br_if 0 (i32.const 0)) (call $see (i32.const 9))) (call $see (i32.const 1))");
    returns("(block (block (block (br 1)) (call $see (i32.const 1)))) (call $see (i32.const 2))");
    returns("(drop (block (result i32) (br 0 (i32.const 4)) (i32.add (i32.const 1))))");
    returns("(br 0)");
    returns("(return) (call $see (i32.const 0))");
    returns("(block (block (br 1) (br 0)) unreachable) nop");
    returns("(drop (block (result i32) (br_if 0 (i32.const 1) (i32.const 0))))");
}

#[test]
fn ifs() {
    for condition in ["(i32.const 0)", "(i32.const 1)"] {
        returns(&format!("(if {condition} (then (call $see (i32.const 0)))) nop"));
        returns(&format!("(if {condition} (then nop nop) (else (call $see (i32.const 0)))) nop"));
        returns(&format!("(if {condition} (then (return)) (else)) (call $see (i32.const 5))"));
        returns(&format!("(if {condition} (then (br 0) nop) (else (br 1) nop)) nop"));
        returns(&format!(
            "(drop (if (result i32) {condition} (then (i32.const 1)) (else (i32.const 2)))) nop"
        ));
        returns(&format!(
            "(if {condition} (then (if {condition} (then nop) (else (nop) (nop))) (nop)) (else)) nop"
        ));
        // Parameters of a block stay on the stack.
        returns(&format!(
            "(i32.const 3) {condition} (if (param i32) (then drop) (else (drop) nop)) nop"
        ));
    }
}

/// A condition that is a comparison with zero, of a local and of a result, in every form. wasmi 2.0.0 takes something
/// else for it.
#[test]
fn selects() {
    for number in [0, 1, 256] {
        for condition in [
            "i32.eqz",
            "i32.const 0 i32.eq",
            "i32.const 0 i32.ne",
            "i32.eqz i32.eqz",
            "i32.eqz nop",
            "i32.const 0 i32.ne i32.const 3 drop",
            "",
        ] {
            for select in ["select", "select (result i32)"] {
                returns(&format!(
                    "(local.set 0 (i32.const {number}))
                     i32.const 5 i32.const 6 local.get 0 {condition} {select} call $see
                     i32.const 5 local.get 0 local.get 0 {condition} {select} call $see
                     i32.const 5 i32.const 6 (i32.add (local.get 0) (i32.load (i32.const 0)))
                     {condition} {select} call $see"
                ));
            }
        }
    }
}

#[test]
fn loops() {
    returns(
        "(loop $l
            (local.set 0 (i32.add (local.get 0) (i32.const 1)))
            (br_if $l (i32.lt_u (local.get 0) (i32.const 5))))
         (call $see (local.get 0))",
    );
    returns(
        "(loop $outer
            (local.set 1 (i64.const 0))
            (loop $inner
                (call $see (i32.wrap_i64 (local.get 1)))
                (local.set 1 (i64.add (local.get 1) (i64.const 1)))
                (br_if $inner (i64.lt_u (local.get 1) (i64.const 3))))
            (br_if $outer
                (i32.lt_u (local.tee 0 (i32.add (local.get 0) (i32.const 1))) (i32.const 3))))",
    );
    returns("(loop) (loop (loop)) nop");
    // With parameters and results.
    returns(
        "(i32.const 4)
         (loop $l (param i32) (result i64)
            i32.const 1 i32.sub local.tee 0 local.get 0
            (br_if $l) drop i64.const 2)
         drop",
    );
    // Endless: only gas ends it.
    for body in ["(br 0)", "nop (br 0)", "(br_if 0 (i32.const 1)) nop"] {
        let text = format!(r#"(func (export "main") (loop {body}))"#);
        assert_eq!(check_loop(&text), End::OutOfGas);
    }
}

/// An endless loop takes long under the oracle, so it gets less gas.
#[track_caller]
fn check_loop(fields: &str) -> End {
    let code =
        wat::parse_str(format!(r#"(module (memory (export "memory") 1) {fields})"#)).unwrap();
    let program = Program::new(&code, Schedule::flat()).unwrap();
    program.sweep(&Setting::default(), 500 * PARTICLES, 500).unwrap();
    program.compare(&Setting::default(), 500 * PARTICLES).unwrap().run.end
}

#[test]
fn branch_tables() {
    for index in [0, 1, 2, 3, -1] {
        returns(&format!(
            "(block (block (block (br_table 0 1 2 0 (i32.const {index})))
                (call $see (i32.const 0)) (br 1))
             (call $see (i32.const 1))) (call $see (i32.const 2))"
        ));
        // To the function's own block, and with a result.
        returns(&format!("(block (br_table 1 0 (i32.const {index}))) (call $see (i32.const 1))"));
        returns(&format!(
            "(drop (block (result i32) (block (result i32)
                (br_table 0 1 0 (i32.const 6) (i32.const {index}))) (i32.add (i32.const 1))))"
        ));
    }
    // A function with results: its own block is one of the labels.
    assert_eq!(
        check(
            r#"(func $f (param i32) (result i32 i64)
                  (block (result i32 i64)
                    (br_table 0 1 (i32.const 1) (i64.const 2) (local.get 0)))
                  (call $see (i32.const 0)))
               (func (export "main")
                  (call $f (i32.const 0)) drop drop (call $f (i32.const 1)) drop drop)"#
        ),
        End::Returned
    );
}

#[test]
fn code_that_can_not_be_reached() {
    returns("(block (br 0) (loop (if (i32.const 1) (then nop) (else nop))) (drop) (br_if 0))");
    returns("(if (i32.const 1) (then (br 0) (block (nop)) nop) (else (unreachable) nop)) nop");
    returns("(block (br 0) (drop (memory.grow)) (call $see) (memory.fill) (return)) nop");
    returns("(block (br_table 0 0 (i32.const 1)) (drop (i32.add)) (call $use)) nop");
    returns(
        "(block (block (br 1) (if (result i32) (then (i32.const 1)) (else (i32.const 2))) drop)) nop",
    );
}

#[test]
fn traps() {
    let traps = |body: &str| {
        let end = check(&format!(r#"(func (export "main") (local i32) {body})"#));
        assert!(matches!(end, End::Trap(_)), "{end:?}");
    };
    traps("unreachable");
    traps("nop unreachable nop");
    traps("(call $see (i32.const 0)) (drop (i32.load (i32.const -1))) (nop) (nop)");
    traps("(drop (i32.div_u (i32.const 1) (i32.const 0))) (call $see (i32.const 0))");
    traps("(drop (i64.div_s (i64.const -9223372036854775808) (i64.const -1))) nop nop");
    traps("(block (br_if 0 (i32.const 0)) (unreachable)) nop");
    traps("(i64.store (i32.const 65529) (i64.const 1)) nop nop");
    // The length is paid before the range is looked at.
    traps("(memory.fill (i32.const 65535) (i32.const 0) (i32.const 70)) nop");
    traps("(memory.copy (i32.const 0) (i32.const -1) (i32.const 70)) nop");
}

#[test]
fn host_functions_that_end_it() {
    let ends = |body: &str| {
        let end = check(&format!(r#"(func (export "main") {body})"#));
        assert!(matches!(end, End::Ended(..)), "{end:?}");
    };
    ends("(call $finish (i32.const 0) (i32.const 32)) unreachable");
    ends("(call $see (i32.const 0)) (call $finish (i32.const 0) (i32.const 0)) nop nop nop");
    let failed = check(r#"(func (export "main") (call $use (i64.const -1)))"#);
    assert_eq!(failed, End::HostFailure);
}

#[test]
fn functions() {
    let returns = |fields: &str| assert_eq!(check(fields), End::Returned);
    returns(
        r#"(func $f (param i32 i64) (result i64 i32)
              (local i64 i32)
              (local.set 2 (i64.add (local.get 1) (i64.const 1)))
              (local.get 2) (local.tee 3 (i32.add (local.get 0) (i32.const 2))))
           (func (export "main") (call $f (i32.const 1) (i64.const 2)) call $see drop)"#,
    );
    // Called again by itself, through results of each kind.
    returns(
        r#"(func $fib (param i64) (result i64)
              (if (i64.lt_u (local.get 0) (i64.const 2)) (then (return (local.get 0))))
              (i64.add (call $fib (i64.sub (local.get 0) (i64.const 1)))
                       (call $fib (i64.sub (local.get 0) (i64.const 2)))))
           (func (export "main") (call $see (i32.wrap_i64 (call $fib (i64.const 6)))))"#,
    );
    // A host function, and one of its own, through the table; a slot is empty, another of other type.
    let table = |index: u32| {
        format!(
            r#"(type $t (func (param i32)))
               (table 5 funcref) (elem (i32.const 0) $see $own $other)
               (func $own (param i32) (call $see (i32.add (local.get 0) (i32.const 1))))
               (func $other)
               (func (export "main")
                  (call_indirect (type $t) (i32.const 1) (i32.const {index}))
                  (call $see (i32.const 7)))"#
        )
    };
    returns(&table(0));
    returns(&table(1));
    for index in [2, 3, 4, 5, u32::MAX] {
        assert!(matches!(check(&table(index)), End::Trap(_)), "{index}");
    }
    // `main` is called by another, and is in the table.
    returns(
        r#"(table 1 funcref) (elem (i32.const 0) $main) (global $n (mut i32) (i32.const 0))
           (func $main (export "main") (export "again")
              (global.set $n (i32.add (global.get $n) (i32.const 1)))
              (call $see (global.get $n))
              (if (i32.lt_u (global.get $n) (i32.const 4)) (then (call $main)))
              (if (i32.lt_u (global.get $n) (i32.const 7))
                (then (call_indirect (i32.const 0)))))"#,
    );
    // Two equal types, by either of which a function may be called.
    returns(
        r#"(type $a (func (param i32) (result i32))) (type $b (func (param i32) (result i32)))
           (table funcref (elem $f))
           (func $f (type $a) (block (type $b) (local.get 0) (drop)) (i32.const 1))
           (func (export "main") (drop (call_indirect (type $b) (i32.const 1) (i32.const 0))))"#
            .replace(
                "(block (type $b) (local.get 0) (drop)) (i32.const 1)",
                "(local.get 0) (block (type $b))",
            )
            .as_str(),
    );
}

/// Recursion of each kind, as deep as the length of the input: the deepest that returns is what the frames say,
/// and one more ends by our count under both meters.
#[test]
fn recursion() {
    // A parameter, two operands and what each call takes; in `main` one operand.
    let frame = 3 + limits::CALL_SLOTS;
    let calls = (limits::STACK.value - 1 - limits::CALL_SLOTS) / frame;
    let next = "(i32.sub (local.get 0) (i32.const 1))";
    let calling = |name: &str, call: &str| {
        format!("(func ${name} (param i32) (if (local.get 0) (then {call} (nop))))")
    };
    let direct = calling("f", &format!("(call $f {next})"));
    let mutual =
        calling("f", &format!("(call $g {next})")) + &calling("g", &format!("(call $f {next})"));
    let table = format!(
        "(type $t (func (param i32))) (table funcref (elem $f)) {}",
        calling("f", &format!("(call_indirect (type $t) {next} (i32.const 0))"))
    );
    // Calls whose results are those of the caller, which could be jumps, but are not.
    let tail = format!(
        "(func $f (param i32) (if (i32.eqz (local.get 0)) (then (return))) (call $f {next}))"
    );
    let returned = format!(
        "(func $g (param i32) (result i32)
           (if (i32.eqz (local.get 0)) (then (return (i32.const 7)))) (return (call $g {next})))
         (func $f (param i32) (drop (call $g (local.get 0))))"
    );
    for (name, fields, deepest) in [
        ("direct", direct, calls - 1),
        ("mutual", mutual, calls - 1),
        ("table", table, calls - 1),
        ("tail", tail, calls - 1),
        // `f` is a call more, of a parameter and an operand: 10 slots.
        ("return", returned, (limits::STACK.value - 19) / frame - 1),
    ] {
        let code = wat::parse_str(format!(
            r#"(module (import "ethereum" "getCallDataSize" (func $depth (result i32)))
                 (memory (export "memory") 1) {fields} (func (export "main") (call $f (call $depth))))"#
        ))
        .unwrap_or_else(|error| panic!("{name}: {error}"));
        let program = Program::new(&code, Schedule::cycles()).unwrap();
        let end = |depth: u32| {
            let setting = Setting::with_input(&vec![0; depth as usize]);
            let compared = program.compare(&setting, GAS);
            compared.unwrap_or_else(|why| panic!("{name}, {depth} deep: {why}")).run.end
        };
        assert_eq!(end(deepest), End::Returned, "{name}");
        assert_eq!(end(deepest + 1), End::StackOverflow, "{name}");
        assert_eq!(end(10 * deepest), End::StackOverflow, "{name}");
    }
}

#[test]
fn memory_growth() {
    returns("(drop (memory.grow (i32.const 0))) (call $see (memory.size))");
    returns("(drop (memory.grow (i32.const 1))) (call $see (memory.size))");
    returns("(call $see (memory.grow (i32.const 512))) (call $see (memory.size))");
    returns("(call $see (memory.grow (i32.const -1))) nop (call $see (memory.size))");
    let bounded = |delta: i32| {
        let text = format!(
            r#"(module (import "ethereum" "getCaller" (func $see (param i32)))
               (memory (export "memory") 0 2)
               (func (export "main")
                 (call $see (memory.grow (i32.const 1)))
                 (call $see (memory.grow (i32.const {delta})))
                 (call $see (memory.size))))"#
        );
        let program = Program::new(&wat::parse_str(text).unwrap(), Schedule::cycles()).unwrap();
        program.sweep(&Setting::default(), GAS, 1_000).unwrap();
        program.compare(&Setting::default(), GAS).unwrap().run
    };
    assert_eq!(bounded(1).events.last().unwrap().arguments, [2]);
    assert_eq!(bounded(2).events.last().unwrap().arguments, [1]);
    assert_eq!(bounded(-1).events.last().unwrap().arguments, [1]);
}

#[test]
fn initial_pages() {
    for pages in [0, 1, 2, 5, 50] {
        let code = format!(r#"(module (memory (export "memory") {pages}) (func (export "main")))"#);
        let program = Program::new(&wat::parse_str(code).unwrap(), Schedule::cycles()).unwrap();
        let gas = 2_000_000 * PARTICLES;
        program.sweep(&Setting::default(), gas, 10).unwrap();
        let cost = program.compare(&Setting::default(), gas).unwrap().cost;
        assert_eq!(cost, i64::max(pages - 1, 0) * 2_048 * PARTICLES);
    }
}

#[test]
fn lengths() {
    for length in [0, 1, 31, 32, 33, 64, 65, 1_000] {
        returns(&format!("(memory.fill (i32.const 5) (i32.const 1) (i32.const {length})) nop"));
        returns(&format!("(memory.copy (i32.const 9) (i32.const 1) (i32.const {length})) nop"));
    }
    for length in [0, 1, 2, 3, 4] {
        assert_eq!(
            check(&format!(
                r#"(data $d "abcd")
                   (func (export "main")
                     (memory.init $d (i32.const 1) (i32.const 0) (i32.const {length}))
                     (data.drop $d) nop
                     (memory.init $d (i32.const 1) (i32.const 0) (i32.const 0)))"#
            )),
            End::Returned
        );
        assert_eq!(
            check(&format!(
                r#"(table $t 10 20 funcref) (elem $e func $f $f $f $f) (func $f)
                   (func (export "main")
                     (table.init $t $e (i32.const 2) (i32.const 0) (i32.const {length}))
                     (table.copy (i32.const 4) (i32.const 2) (i32.const {length}))
                     (table.fill (i32.const 0) (ref.func $f) (i32.const {length}))
                     (call $see (table.grow (ref.null func) (i32.const {length})))
                     (call $see (table.grow (ref.func $f) (i32.const 11)))
                     (call $see (table.grow (ref.func $f) (i32.const -1)))
                     (call $see (table.size))
                     (table.set (i32.const 0) (table.get (i32.const 2)))
                     (call $see (ref.is_null (table.get (i32.const 0))))
                     (elem.drop $e))"#
            )),
            End::Returned
        );
    }
}

#[test]
fn a_length_is_paid_before_anything_is_done() {
    // 4 GiB would cost more than there is: out of gas, and not out of range.
    let end = check(
        r#"(func (export "main")
              (memory.fill (i32.const 0) (i32.const 0) (i32.const -1)))"#,
    );
    assert_eq!(end, End::OutOfGas);
}
