//! From the interpreter to native code, while contracts run.

use super::vm;
use hebe_host::{CallKind, Revision, StatusCode};
use hebe_testing::{ScriptedHost, check_code, contract, module};
use hebe_vm::Vm;
use std::{sync::Barrier, thread, time::Duration};

/// A contract that works for a while, and whose answer depends on its input and its number.
fn busy(number: u32, turns: u32) -> Vec<u8> {
    contract(&format!(
        "(local $i i32) (local $acc i64)
         (call $callDataCopy (i32.const 0) (i32.const 0) (i32.const 8))
         (local.set $acc (i64.load (i32.const 0)))
         (loop
            (local.set $acc (i64.add (i64.mul (local.get $acc) (i64.const 3)) (i64.const {number})))
            (br_if 0 (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const {turns}))))
         (i64.store (i32.const 0) (local.get $acc))
         (call $finish (i32.const 0) (i32.const 8))"
    ))
}

fn answer(number: u32, turns: u32, input: u64) -> Vec<u8> {
    let step = |acc: u64, _| acc.wrapping_mul(3).wrapping_add(number.into());
    (0..turns).fold(input, step).to_le_bytes().to_vec()
}

/// Eight threads call the same contracts while these become native code.
#[test]
fn nothing_changes_while_native_code_takes_over() {
    const TURNS: u32 = 3_000;
    let vm = vm(&[("compile_threads", "2")]);
    let codes: Vec<_> = (0..6).map(|number| busy(number, TURNS)).collect();
    let gas_left = check_code(codes[0].clone()).input(&[0; 8]).on(&vm).result.gas_left;
    let start = Barrier::new(8);
    thread::scope(|scope| {
        for thread in 0..8u64 {
            let (vm, codes, start) = (&vm, &codes, &start);
            scope.spawn(move || {
                start.wait();
                // Until all are native code, and for a while then.
                let mut after = 0;
                for round in 0.. {
                    for (number, code) in (0..).zip(codes) {
                        let input = thread << 32 | round;
                        let case = check_code(code.clone()).input(&input.to_le_bytes());
                        let result = case.on(vm).result;
                        assert_eq!(result.status, StatusCode::Success);
                        assert_eq!(result.output, answer(number, TURNS, input));
                        assert_eq!(result.gas_left, gas_left);
                    }
                    after += u32::from(vm.compiled_contracts() == 6);
                    if after == 20 {
                        break;
                    }
                }
            });
        }
    });
    assert_eq!(vm.compiled_contracts(), 6, "each is compiled once");
}

/// Many threads want the same contract as native code at once.
#[test]
fn a_contract_is_compiled_once() {
    let vm = vm(&[("engine", "compiler")]);
    let code = busy(7, 10);
    let start = Barrier::new(8);
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                start.wait();
                let result = check_code(code.clone()).input(&[0; 8]).on(&vm).result;
                assert_eq!(result.output, answer(7, 10, 0));
            });
        }
    });
    assert_eq!(vm.compiled_contracts(), 1);
}

/// What another process has compiled is native code from the first call on, though nothing compiles here; gas
/// and output are the same.
#[test]
fn code_on_disk_is_native_at_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("cache").display().to_string();
    let auto = || vm(&[("compile_threads", "0"), ("cache_dir", &path)]);
    let run = |vm: &Vm, number| {
        let result = check_code(busy(number, 10)).input(&[1; 8]).on(vm).result;
        (result.status, result.gas_left, result.output)
    };
    let interpreting = auto();
    let interpreted = run(&interpreting, 7);
    assert_eq!(interpreting.compiled_contracts(), 0, "there is nothing yet");
    let compiling = vm(&[("engine", "compiler"), ("cache_dir", &path)]);
    assert_eq!(run(&compiling, 7), interpreted);

    let reading = auto();
    assert_eq!(run(&reading, 7), interpreted);
    assert_eq!(reading.compiled_contracts(), 1);
    run(&reading, 8);
    assert_eq!(reading.compiled_contracts(), 1, "this one is not there");
    let asked_not_to = vm(&[("engine", "interpreter"), ("cache_dir", &path)]);
    assert_eq!(run(&asked_not_to, 7), interpreted);
    assert_eq!(asked_not_to.compiled_contracts(), 0);
}

/// A contract that was deployed is native code before long, without having run.
#[test]
fn what_is_deployed_is_compiled_once_it_is_called() {
    let vm = vm(&[]);
    let deployed = busy(1, 1_000);
    let data: String = deployed.iter().map(|byte| format!("\\{byte:02x}")).collect();
    let init = module(
        &format!("(call $finish (i32.const 0) (i32.const {}))", deployed.len()),
        &format!("(data (i32.const 0) \"{data}\")"),
    );
    let created = check_code(init).kind(CallKind::Create).on(&vm).result;
    assert_eq!((created.status, created.output), (StatusCode::Success, deployed.clone()));
    thread::sleep(Duration::from_millis(200));
    assert_eq!(vm.compiled_contracts(), 0, "the client may still refuse it");
    while vm.compiled_contracts() == 0 {
        check_code(deployed.clone()).input(&[0; 8]).gas(10_000_000).on(&vm);
    }
}

#[test]
fn without_threads_nothing_is_compiled() {
    for options in [[("compile_threads", "0")], [("engine", "interpreter")]] {
        let vm = vm(&options);
        for _ in 0..5 {
            let result =
                check_code(busy(1, 1_000_000)).input(&[0; 8]).gas(10_000_000).on(&vm).result;
            assert_eq!(result.output, answer(1, 1_000_000, 0));
        }
        assert_eq!(vm.compiled_contracts(), 0);
    }
}

/// A VM goes while its threads have work.
#[test]
fn destroying_a_vm_ends_its_threads() {
    for _ in 0..5 {
        let vm = vm(&[("compile_threads", "3")]);
        for number in 0..40 {
            check_code(busy(number, 20_000)).input(&[0; 8]).gas(10_000_000).on(&vm);
        }
        drop(vm);
    }
}

/// What native code gives under `shadow` is what the interpreter gives.
#[test]
fn a_shadow_reports_no_difference() {
    let vm = vm(&[("engine", "shadow"), ("debug", "true")]);
    for body in [
        "(call $getCaller (i32.const 0)) (call $storageStore (i32.const 0) (i32.const 32)) (call $finish (i32.const 0) (i32.const 64))",
        "(i64.store (i32.const 0) (call $getGasLeft)) (call $revert (i32.const 0) (i32.const 8))",
        "(call $log (i32.const 0) (i32.const 9) (i32.const 1) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0)) (unreachable)",
        "(i64.store (i32.const 0) (call $getBlockTimestamp)) (i64.store (i32.const 8) (call $getBlockNumber)) (call $finish (i32.const 0) (i32.const 16))",
        "(drop (call $call (i64.const 1000) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 3))) (call $storageLoad (i32.const 0) (i32.const 32))",
        "(call $useGas (i64.const 999999999))",
        "(call $print64 (i64.const 1)) (loop (br 0))",
        "(drop (memory.grow (i32.const 3))) (call $selfDestruct (i32.const 0))",
    ] {
        let mut host = ScriptedHost::default();
        let case = check_code(contract(body));
        let outcome = vm.execute(Revision::Byzantium, &case.message(), &contract(body), &mut host);
        let alone = case.on(&super::vm(&[("engine", "interpreter"), ("debug", "true")])).result;
        assert_eq!(hebe_host::CallResult::from(outcome), alone, "{body}");
        assert!(vm.compiled_contracts() > 0);
    }
    assert_eq!(vm.shadow_differences(), 0);
}
