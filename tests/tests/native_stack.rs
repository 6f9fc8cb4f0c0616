//! What a contract does, however often and however deeply, takes none of the native stack.
//!
//! A hostile loop or recursion that took some would end the process. On the interpreter that is so in every profile: it is one
//! loop, and calls between a contract's functions are no calls of ours. So an import finds the native stack
//! where the first call of an import found it, to the byte; and whole contracts run on a small thread.

use hebe_gas::{Features, Metering, Prepared, Profile, Rules, Schedule, prepare};
use hebe_host::{Exit, StatusCode};
use hebe_testing::{Machine, check_code, machines, module};
use hebe_vm::{
    Vm,
    plain::{Imports, Instance, Module, Running},
};
use std::{cell::Cell, hint::black_box, sync::Arc, thread};

/// Room for a message's way to the interpreter, which unoptimised is a few tens of KiB, and for the host.
const STACK_BYTES: usize = 256 << 10;

/// At 16 bytes for an instruction, which is the least that a call leaves, half of this is too much
/// for the stack and for a fresh segment of the executor's.
const TURNS: u32 = 600_000;

/// Instructions in a loop.
const CHUNK: u32 = 24;

/// What the instructions need.
const FIELDS: &str = r#"(type $void (func)) (table 2 funcref) (elem (i32.const 0) func $nothing)
    (elem $elements func $nothing)
    (global $gi32 (mut i32) (i32.const 0)) (global $gi64 (mut i64) (i64.const 0))
    (data $data "abcd") (func $nothing) (func $same (param i32) (result i32) (local.get 0))
    (func $other (param i32) (result i32) (i32.add (call $same (local.get 0)) (i32.const 1)))"#;

/// Instructions that leave nothing on the stack, of every kind that contracts may use. `$i` and `$l`
/// are an i32 and an i64 that change.
fn instructions() -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for (ty, local, constant) in [("i32", "$i", "(i32.const 7)"), ("i64", "$l", "(i64.const 7)")] {
        for operator in [
            "add", "sub", "mul", "div_s", "div_u", "rem_s", "rem_u", "and", "or", "xor", "shl",
            "shr_s", "shr_u", "rotl", "rotr", "eq", "ne", "lt_s", "lt_u", "gt_s", "gt_u", "le_s",
            "le_u", "ge_s", "ge_u",
        ] {
            all.push(format!("(drop ({ty}.{operator} (local.get {local}) {constant}))"));
            all.push(format!(
                "(drop ({ty}.{operator} {constant} ({ty}.or (local.get {local}) ({ty}.const 1))))"
            ));
        }
        for operator in ["clz", "ctz", "popcnt", "eqz", "extend8_s", "extend16_s"] {
            all.push(format!("(drop ({ty}.{operator} (local.get {local})))"));
        }
        for width in ["", "8_s", "8_u", "16_s", "16_u"] {
            all.push(format!(
                "(drop ({ty}.load{width} (i32.and (local.get $i) (i32.const 0xff))))"
            ));
        }
        for width in ["", "8", "16"] {
            all.push(format!(
                "({ty}.store{width} (i32.and (local.get $i) (i32.const 0xff)) (local.get {local}))"
            ));
        }
        all.push(format!("(drop (select (local.get {local}) {constant} (local.get $i)))"));
        all.push(format!("(global.set $g{ty} ({ty}.add (global.get $g{ty}) {constant}))"));
    }
    all.extend(
        [
            "(drop (i64.extend_i32_s (local.get $i)))",
            "(drop (i64.extend_i32_u (local.get $i)))",
            "(drop (i64.extend32_s (local.get $l)))",
            "(drop (i32.wrap_i64 (local.get $l)))",
            "(drop (i64.load32_s (i32.const 8)))",
            "(i64.store32 (i32.const 8) (local.get $l))",
            "(block (br_if 0 (local.get $i)) (nop))",
            "(block (block (block (br_table 0 1 2 (i32.rem_u (local.get $i) (i32.const 4))))))",
            "(if (local.get $i) (then (nop)) (else (nop)))",
            "(call $nothing)",
            "(drop (call $same (local.get $i)))",
            "(call_indirect (type $void) (i32.const 0))",
            "(drop (memory.size))",
            "(drop (memory.grow (i32.const 0)))",
            "(memory.fill (i32.const 64) (i32.const 1) (i32.const 16))",
            "(memory.copy (i32.const 64) (i32.const 96) (i32.const 16))",
            "(memory.init $data (i32.const 64) (i32.const 0) (i32.const 4))",
            "(table.set (i32.const 1) (ref.func $nothing))",
            "(drop (ref.is_null (table.get (i32.const 1))))",
            "(drop (table.size))",
            "(drop (table.grow (ref.null func) (i32.const 0)))",
            "(table.init $elements (i32.const 1) (i32.const 0) (i32.const 0))",
            "(drop (call $other (local.get $i)))",
            "(table.fill (i32.const 1) (ref.null func) (i32.const 1))",
            "(table.copy (i32.const 1) (i32.const 0) (i32.const 1))",
        ]
        .map(str::to_owned),
    );
    all
}

/// Loops, which have every kind of instruction, with `each_turn` in each turn.
fn loops(turns: u32, each_turn: &str) -> Vec<String> {
    let instructions = instructions();
    let chunks = instructions.chunks(CHUNK as usize).map(|chunk| {
        let chunk = chunk.join("\n");
        format!(
            "(local $i i32) (local $l i64)
             (loop
                {each_turn}
                {chunk}
                (local.set $l (i64.add (local.get $l) (i64.const 0x100000001)))
                (br_if 0 (i32.lt_u
                    (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const {turns}))))"
        )
    });
    chunks.collect()
}

/// Functions that call themselves, or each other, with `each_call` in each call, until the stack's end.
fn recursions(each_call: &str) -> Vec<String> {
    let next = "(i32.add (local.get 0) (i32.const 1))";
    vec![
        format!("(func $f (param i32) {each_call} (call $f {next}))"),
        format!(
            "(func $f (param i32) {each_call} (call $g {next}))
             (func $g (param i32) (call $f {next}) {each_call})"
        ),
        format!(
            "(type $t (func (param i32))) (table funcref (elem $f))
             (func $f (param i32) {each_call} (call_indirect (type $t) {next} (i32.const 0)))"
        ),
    ]
}

/// Imports that look where the native stack is.
#[derive(Default)]
struct Looks {
    first: Cell<usize>,
    calls: usize,
}

impl Imports for Looks {
    #[inline(never)]
    fn call(
        &mut self,
        _import: usize,
        _instance: &mut Running<'_>,
        _slots: &mut [u64],
        _gas: &mut u64,
    ) -> Result<(), Exit> {
        let mark = 0_u8;
        let here = (&raw const *black_box(&mark)).addr();
        if self.calls == 0 {
            self.first.set(here);
        }
        self.calls += 1;
        assert_eq!(here, self.first.get(), "at call {}", self.calls);
        Ok(())
    }
}

/// Calls the last function of a module that may import `look`; gives how often it did.
fn looks(fields: &str, body: &str) -> usize {
    let text = format!(
        "(module (import \"here\" \"look\" (func $look)) (memory 1) {fields} (func {body}))"
    );
    let code = wat::parse_str(&text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    let rules = Rules {
        features: Features::Default,
        profile: Profile::Script,
        imports: &[],
        metering: Some(Metering::Execution(Schedule::flat())),
    };
    let prepared: Prepared = prepare(&code, &rules).expect("it is valid");
    // The import is the first.
    let last = u32::try_from(prepared.functions().len()).expect("there are few");
    let mut instance = Instance::new(&Module::new(Arc::new(prepared)), Vec::new())
        .unwrap_or_else(|exit| panic!("{exit:?}"));
    let (mut looks, mut gas) = (Looks::default(), u64::MAX >> 1);
    // A recursion fails at the end of the stack.
    let _ = instance.call(last, &mut [], &mut gas, &mut looks);
    looks.calls
}

#[test]
fn loops_find_the_native_stack_where_it_was() {
    let turns = 1_000;
    for body in loops(turns, "(call $look)") {
        assert_eq!(looks(FIELDS, &body), turns as usize, "{body}");
    }
}

#[test]
fn recursion_finds_the_native_stack_where_it_was() {
    for fields in recursions("(call $look)") {
        let calls = looks(&fields, "(call $f (i32.const 0))");
        assert!(calls > 2_000, "only {calls} in {fields}");
    }
}

/// The interpreter as it meters and as it does not, and everything else that runs contracts.
fn all_machines() -> Vec<(&'static str, &'static (dyn Machine + Send + Sync))> {
    static METERED: std::sync::LazyLock<Vm> = std::sync::LazyLock::new(|| {
        let mut vm = Vm::default();
        vm.set_option("engine", "interpreter").expect("it is an option");
        vm
    });
    let metered: &(dyn Machine + Send + Sync) = &*METERED;
    let others = machines().iter().map(|(name, machine)| (*name, &**machine));
    [("interpreter, metered", metered)].into_iter().chain(others).collect()
}

/// Runs a contract on a small thread, on everything.
fn ends(code: Vec<u8>, status: StatusCode) {
    let test = move || {
        for (name, machine) in all_machines() {
            let execution = check_code(code.clone()).gas(1_000_000_000_000).on(machine);
            assert_eq!(execution.result.status, status, "{name} {:?}", execution.reason);
        }
    };
    let thread = thread::Builder::new().stack_size(STACK_BYTES).spawn(test);
    thread.expect("a thread").join().expect("it ends well");
}

#[test]
fn loops_end_on_a_small_thread() {
    for body in loops(TURNS / CHUNK, "") {
        ends(module(&body, FIELDS), StatusCode::Success);
    }
}

#[test]
fn recursion_ends_on_a_small_thread() {
    for fields in recursions("(nop)") {
        ends(module("(call $f (i32.const 0))", &fields), StatusCode::StackOverflow);
    }
}
