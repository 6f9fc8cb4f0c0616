//! What instructions cost, as a client sees it: exactness, rounding, the modes, memory, huge gas.
//!
//! Prices are those of the schedule `flat`, where sums can be done by hand: 1 gas an instruction, 14,336
//! a page; `else` and `end` are free.

use hebe_host::{CallKind, StatusCode};
use hebe_testing::{Check, Execution, check, check_code, contract, module};
use hebe_vm::Vm;

/// A VM with these options.
fn vm(options: &[(&str, &str)]) -> Vm {
    let mut vm = Vm::default();
    for (name, value) in options {
        vm.set_option(name, value).expect("the option is right");
    }
    vm
}

fn flat() -> Vm {
    vm(&[("schedule", "flat")])
}

/// The gas that a case uses when it succeeds.
#[track_caller]
fn used(case: &Check, vm: &Vm) -> i64 {
    let Execution { result, reason } = case.on(vm);
    assert_eq!(result.status, StatusCode::Success, "{reason:?}");
    case.message().gas - result.gas_left
}

#[test]
fn each_instruction_is_paid() {
    assert_eq!(used(&check(""), &flat()), 0);
    assert_eq!(used(&check("(drop (i32.const 1))"), &flat()), 2);
    assert_eq!(used(&check("(nop) (drop (i64.add (i64.const 1) (i64.const 2)))"), &flat()), 5);
    // block, i32.const, br_if and the nop behind it
    assert_eq!(used(&check("(block (br_if 0 (i32.const 0)) (nop))"), &flat()), 4);
    assert_eq!(used(&check("(block (br_if 0 (i32.const 1)) (nop))"), &flat()), 3);
    // i32.const, if, and the branch that is taken
    let body = |condition| format!("(if (i32.const {condition}) (then (nop)) (else (nop) (nop)))");
    assert_eq!(used(&check(&body(1)), &flat()), 3);
    assert_eq!(used(&check(&body(0)), &flat()), 4);
    // The function and its call.
    let code = module("(call $f)", "(func $f (nop) (nop))");
    assert_eq!(used(&check_code(code), &flat()), 3);
}

#[test]
fn a_loop_pays_for_each_turn() {
    let turns = |count: i64| {
        let body = format!(
            "(local $i i32) (loop (br_if 0 (i32.lt_u
                (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const {count}))))"
        );
        used(&check(&body), &flat())
    };
    // loop, and seven instructions a turn
    for count in [1, 2, 10, 1_000] {
        assert_eq!(turns(count), 1 + count * 7);
    }
}

/// With every gas limit below the cost it fails, and from there on it succeeds alike.
#[test]
fn every_limit_below_the_cost_is_out_of_gas() {
    let body = "(local $i i32) (loop (call $useGas (i64.const 3)) (br_if 0 (i32.lt_u
        (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 5))))
        (call $finish (i32.const 0) (i32.const 3))";
    for vm in [flat(), Vm::default(), vm(&[("metering", "off")])] {
        let cost = used(&check(body), &vm);
        for gas in 0..cost {
            assert_eq!(
                check(body).gas(gas).on(&vm).result.status,
                StatusCode::OutOfGas,
                "{gas} of {cost}"
            );
        }
        for gas in [cost, cost + 1, i64::MAX] {
            let result = check(body).gas(gas).on(&vm).result;
            assert_eq!((result.status, result.gas_left), (StatusCode::Success, gas - cost));
        }
    }
}

#[test]
fn what_a_contract_sees_is_exact() {
    let body = "(nop) (i64.store (i32.const 0) (call $getGasLeft)) (nop) (call $finish (i32.const 0) (i32.const 8))";
    let result = check(body).gas(1_000).on(&flat()).result;
    // nop, i32.const and call are executed by then, and the fee is paid; all before the store.
    let seen = u64::from_le_bytes(result.output.try_into().expect("8 bytes"));
    assert_eq!(seen, 1_000 - 3 - 2);
    // Behind it: the store, a nop, two constants and the call.
    assert_eq!(result.gas_left, 1_000 - 3 - 2 - 5);
}

#[test]
fn a_unit_that_is_begun_is_used() {
    // An addition is one cycle and a drop three: 180 particles of 10,000.
    let add = "(drop (i32.add (i32.const 1) (i32.const 2)))";
    let cycles = vm(&[("schedule", "cycles")]);
    assert_eq!(used(&check(add), &cycles), 1);
    assert_eq!(used(&check(&add.repeat(55)), &cycles), 1);
    assert_eq!(used(&check(&add.repeat(56)), &cycles), 2);
}

#[test]
fn a_counter_that_is_too_small_for_the_gas_loses_nothing() {
    for gas in [i64::MAX, i64::MAX - 1, i64::MAX / 10_000, i64::MAX / 10_000 + 1] {
        let case = check("(nop) (call $useGas (i64.const 7)) (nop)").gas(gas);
        assert_eq!(used(&case, &flat()), 1 + 2 + 7 + 1);
    }
    // A fee that the counter alone could not pay.
    let fee = i64::MAX - 1_000;
    let case = check(&format!("(call $useGas (i64.const {fee}))")).gas(i64::MAX);
    assert_eq!(used(&case, &flat()), fee + 2);
}

const PAGE: i64 = 14_336;

#[test]
fn memory_is_paid_before_it_is_there() {
    let with_pages = |pages: u32| {
        let text = format!(r#"(module (memory (export "memory") {pages}) (func (export "main")))"#);
        check_code(wat::parse_str(text).expect("the text is right")).gas(10_000_000)
    };
    assert_eq!(used(&with_pages(0), &flat()), 0);
    assert_eq!(used(&with_pages(1), &flat()), 0);
    assert_eq!(used(&with_pages(2), &flat()), PAGE);
    assert_eq!(used(&with_pages(512), &flat()), 511 * PAGE);
    assert_eq!(with_pages(2).gas(PAGE - 1).on(&flat()).result.status, StatusCode::OutOfGas);
    assert_eq!(used(&with_pages(512), &vm(&[("metering", "off")])), 0);
}

#[test]
fn growth_is_paid_before_it_happens() {
    let grow = |delta: &str| {
        check(&format!(
            "(i32.store (i32.const 0) (memory.grow (i32.const {delta})))
             (call $finish (i32.const 0) (i32.const 4))"
        ))
        .gas(100_000)
    };
    let instructions = 4 + 3;
    let outcome = |delta: &str| {
        let result = grow(delta).on(&flat()).result;
        (result.output, 100_000 - result.gas_left)
    };
    assert_eq!(outcome("0"), (vec![1, 0, 0, 0], instructions));
    assert_eq!(outcome("3"), (vec![1, 0, 0, 0], instructions + 3 * PAGE));
    // More than may be is -1, and costs nothing but the instruction; more than can be paid is not.
    assert_eq!(outcome("512"), (vec![0xff; 4], instructions));
    assert_eq!(outcome("-1"), (vec![0xff; 4], instructions));
    assert_eq!(grow("511").on(&flat()).result.status, StatusCode::OutOfGas);
    assert_eq!(used(&grow("511").gas(10_000_000), &flat()), instructions + 511 * PAGE);
}

#[test]
fn an_endless_loop_ends() {
    let endless = check("(loop (br 0))").gas(10_000);
    assert_eq!(endless.on(&flat()).result.status, StatusCode::OutOfGas);
    assert_eq!(endless.on(&Vm::default()).result.status, StatusCode::OutOfGas);
    // Moving much at once is not a way around the bound.
    let fill = |bytes| format!("(memory.fill (i32.const 0) (i32.const 0) (i32.const {bytes}))");
    // The bound is not the gas.
    let short = check("(drop (i32.const 1)) (call $useGas (i64.const 200000))");
    let mut bounded = vm(&[("metering", "off"), ("instruction_bound", "100000")]);
    let execution = endless.on(&bounded);
    assert_eq!(execution.result.status, StatusCode::InternalError);
    assert!(execution.reason.expect("it has one").contains("bound on the instructions"));
    assert_eq!(used(&short, &bounded), 200_000);
    bounded.set_option("instruction_bound", "1000").expect("it is a bound");
    assert_eq!(used(&check(&fill(6_400)), &bounded), 0);
    assert_eq!(check(&fill(64_000)).on(&bounded).result.status, StatusCode::InternalError);
    // Another bound holds for what is in the cache already.
    bounded.set_option("instruction_bound", "2").expect("it is a bound");
    assert_eq!(short.on(&bounded).result.status, StatusCode::InternalError);
    bounded.set_option("instruction_bound", "0").expect("it is none");
    assert_eq!(used(&short, &bounded), 200_000);
    // Where instructions are paid for, there is none; stored code that does not pay by itself is made to.
    for metering in ["execution", "deployment"] {
        let bounded = vm(&[("instruction_bound", "1"), ("metering", metering)]);
        assert_eq!(endless.on(&bounded).result.status, StatusCode::OutOfGas);
    }
}

/// The Sentinel rule: what is stored pays for itself.
#[test]
fn a_contract_can_be_metered_when_it_is_deployed() {
    let deployment = vm(&[("metering", "deployment"), ("schedule", "flat")]);
    let contract = contract("(drop (i32.const 1)) (nop)");
    let data: String = contract.iter().map(|byte| format!("\\{byte:02x}")).collect();
    let length = contract.len();
    let init = module(
        &format!("(call $finish (i32.const 0) (i32.const {length}))"),
        &format!("(data (i32.const 0) \"{data}\")"),
    );
    let created = check_code(init).kind(CallKind::Create).on(&deployment).result;
    assert_eq!(created.status, StatusCode::Success);
    // Two constants and a call, in the init code.
    assert_eq!(created.gas_left, 1_000_000 - 3);
    assert_ne!(created.output, contract, "it is stored in another form");
    assert_eq!(used(&check_code(created.output.clone()), &deployment), 3);
    // It costs the same fees where nothing else is charged.
    assert_eq!(used(&check_code(created.output), &vm(&[("metering", "off")])), 3);
    // What was not deployed this way is metered when it runs.
    assert_eq!(used(&check_code(contract), &deployment), 3);
}

/// Code in the state is what a contract sees of itself, whatever form of it runs.
#[test]
fn a_contract_sees_its_code_as_it_is_stored() {
    let body = "(i32.store (i32.const 0) (call $getCodeSize)) (call $codeCopy (i32.const 4) (i32.const 0) (i32.const 40))
        (call $finish (i32.const 0) (i32.const 44))";
    let code = contract(body);
    let size = u32::try_from(code.len()).expect("it is small").to_le_bytes();
    for mode in ["execution", "off", "deployment"] {
        for kind in [CallKind::Call, CallKind::Create] {
            let result = check_code(code.clone()).kind(kind).on(&vm(&[("metering", mode)])).result;
            assert_eq!(result.output[..4], size, "{mode}");
            assert_eq!(result.output[4..], code[..40], "{mode}");
        }
    }
}

/// `code`, filled up to so many bytes with a section that means nothing.
fn filled(mut code: Vec<u8>, bytes: usize) -> Vec<u8> {
    // The section's number, its size in three bytes, and the length of its name.
    let content = u32::try_from(bytes - code.len() - 4).expect("it is small");
    code.push(0);
    code.extend(
        [content | 0x80, (content >> 7) | 0x80, content >> 14].map(|part| part.to_le_bytes()[0]),
    );
    code.resize(bytes, 0);
    code
}

#[test]
fn code_is_paid_by_its_bytes_before_it_is_looked_at() {
    let vm = Vm::default();
    let status = |code: &[u8], gas| check_code(code.to_vec()).gas(gas).on(&vm).result.status;
    // 1,200 particles a byte, and 50 gas for the start. A stipend is enough for the first.
    let runs = filled(contract(""), 18_000);
    assert_eq!(status(&runs, 2_300), StatusCode::Success);
    assert_eq!(used(&check_code(runs.clone()), &vm), 18_000 * 12 / 100 + 50);
    assert_eq!(status(&runs, 2_209), StatusCode::OutOfGas);
    assert_eq!(status(&runs, 2_210), StatusCode::Success);
    // It is the same for what is no contract, warm or cold.
    let mut broken = runs;
    broken[8] = 0xff;
    for _ in 0..2 {
        assert_eq!(status(&broken, 2_159), StatusCode::OutOfGas);
        assert_eq!(status(&broken, 2_160), StatusCode::ContractValidationFailure);
    }
    let free = self::vm(&[("metering", "off")]);
    let result = check_code(broken).gas(0).on(&free).result;
    assert_eq!(result.status, StatusCode::ContractValidationFailure);
}

#[test]
fn a_creation_pays_for_the_contract_that_it_returns() {
    let create = |output: &[u8], gas, vm: &Vm| {
        let data: String = output.iter().map(|byte| format!("\\{byte:02x}")).collect();
        let body = format!("(call $finish (i32.const 0) (i32.const {}))", output.len());
        let init = module(&body, &format!("(data (i32.const 0) \"{data}\")"));
        check_code(init).kind(CallKind::Create).gas(gas).on(vm).result
    };
    const GAS: i64 = 100_000;
    let spent = |output: &[u8], vm: &Vm| GAS - create(output, GAS, vm).gas_left;
    let vm = Vm::default();
    let wasm = filled(contract(""), 10_000);
    // As many bytes that are no WebAssembly pay for being in the init code, and for nothing else.
    let mut other = wasm.clone();
    other[0] = 0xee;
    let price = 10_000 * 12 / 100;
    assert_eq!(spent(&wasm, &vm) - spent(&other, &vm), price);
    let enough = spent(&wasm, &vm);
    assert_eq!(create(&wasm, enough, &vm).status, StatusCode::Success);
    assert_eq!(create(&wasm, enough - 1, &vm).status, StatusCode::OutOfGas);
    // It is paid before it is found to be no contract.
    let mut broken = wasm;
    broken[8] = 0xff;
    assert_eq!(create(&broken, enough - 1, &vm).status, StatusCode::OutOfGas);
    assert_eq!(create(&broken, enough, &vm).status, StatusCode::ContractValidationFailure);
}

#[test]
fn the_trip_to_a_host_function_is_paid_where_its_fee_is_less() {
    let vm = Vm::default();
    let costs =
        |body: &str| used(&check(&body.repeat(1_000)), &vm) - used(&check(&body.repeat(500)), &vm);
    // Each 4,000 particles for the trip, 935 for the constant and the call, and 21 or 22 bytes of code or so.
    let nothing = costs("(call $useGas (i64.const 0))");
    let one = costs("(call $useGas (i64.const 1))");
    assert_eq!(one - nothing, 500 * 6_000 / 10_000);
    // What deployment metering puts in is such a call, and pays nothing more than its amount.
    assert_eq!(costs("(call $useGas (i64.const 2))") - one, 500);
}
