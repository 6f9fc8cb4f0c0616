//! `evm1mode=evm2wasm` and `evm1mode=runevm`: a system contract says what runs in the place of bytecode. Those here are small
//! stand-ins, which show the protocol.

use super::asm::asm;
use hebe_host::{Address, Revision, StatusCode, U256};
use hebe_testing::{Account, Chain, RECIPIENT, Report, SENDER, Transaction, contract, module};
use hebe_vm::Vm;
use std::{collections::BTreeMap, fs};

/// Bytecode of one instruction: what the stand-ins know is its number.
const BYTECODE: &[u8] = &[0x5b, 0x07];

fn escaped(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("\\{byte:02x}")).collect()
}

/// A contract that finishes with the last byte of the bytecode that it is asked for.
fn translated(byte: &str) -> Vec<u8> {
    contract(&format!(
        "(i32.store8 (i32.const 0) {byte}) (call $finish (i32.const 0) (i32.const 1))"
    ))
}

/// Finishes with a Wasm contract that finishes with the last byte of the input: a translator.
fn evm2wasm() -> Vec<u8> {
    // The byte is the one constant of the result that has two bytes of its own: 0x2a2a as a signed LEB128.
    let result = translated("(i32.const 0x2a2a)");
    let at = result.windows(3).position(|it| it == [0xaa, 0xd4, 0x00]).expect("it is there");
    module(
        &format!(
            "(call $callDataCopy (i32.const 1024) (i32.const 0) (call $getCallDataSize))
             (i32.store8 (i32.const {at}) (i32.or (i32.const 0x80)
               (i32.load8_u (i32.add (i32.const 1023) (call $getCallDataSize)))))
             (call $finish (i32.const 0) (i32.const {}))",
            result.len()
        ),
        &format!("(data (i32.const 0) \"{}\")", escaped(&result)),
    )
}

/// Finishes with a Wasm contract that finishes with the last byte of its code: an interpreter.
fn runevm() -> Vec<u8> {
    let interpreter = contract(
        "(call $codeCopy (i32.const 0) (i32.const 0) (call $getCodeSize))
         (call $finish (i32.sub (call $getCodeSize) (i32.const 1)) (i32.const 1))",
    );
    module(
        &format!(
            "(if (call $getCallDataSize) (then (unreachable)))
             (call $finish (i32.const 0) (i32.const {}))",
            interpreter.len()
        ),
        &format!("(data (i32.const 0) \"{}\")", escaped(&interpreter)),
    )
}

/// A message to the bytecode, with a contract at each system address.
fn run(vm: &Vm, gas: i64, system: &[u8]) -> Report {
    let code = |code: &[u8]| Account { code: code.into(), nonce: 1, ..Account::default() };
    let accounts = BTreeMap::from([
        (RECIPIENT, code(BYTECODE)),
        (Address::from_low_u64_be(0x0b), code(system)),
        (Address::from_low_u64_be(0x0c), code(system)),
        (SENDER, Account { balance: U256::exp10(18), ..Account::default() }),
    ]);
    let transaction = Transaction {
        from: SENDER,
        to: Some(RECIPIENT),
        input: b"some input".to_vec(),
        value: U256::zero(),
        gas,
        is_static: false,
    };
    Chain::new(Revision::Byzantium, accounts).run(vm, &transaction)
}

fn vm(mode: &str) -> Vm {
    let mut vm = Vm::default();
    vm.set_option("evm1mode", mode).expect("it is a mode");
    vm
}

const GAS: i64 = 1_000_000;

#[test]
fn what_the_client_has_there_says_what_runs() {
    for (mode, system) in [("evm2wasm", evm2wasm()), ("runevm", runevm())] {
        let report = run(&vm(mode), GAS, &system);
        assert_eq!(
            (report.status, &report.output[..]),
            (StatusCode::Success, &[7][..]),
            "{mode}: {:?}",
            report.reason
        );
    }
}

#[test]
fn so_does_the_file_of_the_option() {
    let folder = tempfile::tempdir().expect("a folder");
    for (mode, system) in [("evm2wasm", evm2wasm()), ("runevm", runevm())] {
        let path = folder.path().join(mode);
        fs::write(&path, system).expect("it can be written");
        let mut vm = vm(mode);
        vm.set_option(&format!("sys:{mode}"), &path.display().to_string()).expect("it is Wasm");
        // The client has nothing there that anybody could run.
        let report = run(&vm, GAS, b"\xfe");
        assert_eq!(
            (report.status, report.output.len()),
            (StatusCode::Success, 1),
            "{mode}: {:?}",
            report.reason
        );
    }
}

/// The message pays for the system contract, which Hera ran free of charge.
#[test]
fn the_message_pays() {
    let spent = |system: Vec<u8>| {
        let report = run(&vm("evm2wasm"), GAS, &system);
        assert_eq!(report.status, StatusCode::Success, "{:?}", report.reason);
        GAS - report.gas_left
    };
    let result = translated("(i32.const 9)");
    let idle = |gas: u32| {
        module(
            &format!(
                "(call $useGas (i64.const {gas})) (call $finish (i32.const 0) (i32.const {}))",
                result.len()
            ),
            &format!("(data (i32.const 0) \"{}\")", escaped(&result)),
        )
    };
    assert_eq!(spent(idle(50_000)) - spent(idle(10_000)), 40_000);
    let report = run(&vm("evm2wasm"), 20_000, &idle(50_000));
    assert_eq!(report.status, StatusCode::OutOfGas, "{:?}", report.reason);
}

#[test]
fn what_gives_no_wasm_is_a_validation_failure() {
    let empty = contract("");
    let reverting = contract("(call $revert (i32.const 0) (i32.const 0))");
    let text = contract("(call $finish (i32.const 0) (i32.const 100))");
    let broken = module(
        "(call $finish (i32.const 0) (i32.const 8))",
        "(data (i32.const 0) \"\\00asm\\02\\00\\00\\00\")",
    );
    for mode in ["evm2wasm", "runevm"] {
        for system in [&empty, &reverting, &text, &broken] {
            let report = run(&vm(mode), GAS, system);
            assert_eq!(report.status, StatusCode::ContractValidationFailure, "{mode}");
        }
        // A client without such a contract: a call of nothing succeeds, with no output.
        assert_eq!(
            run(&vm(mode), GAS, &[]).status,
            StatusCode::ContractValidationFailure,
            "{mode}"
        );
        // One that is bytecode itself can't go through itself.
        let bytecode = asm("0 0 RETURN");
        assert_eq!(
            run(&vm(mode), GAS, &bytecode).status,
            StatusCode::ContractValidationFailure,
            "{mode}"
        );
    }
}

/// A system contract is asked statically, by nobody.
#[test]
fn it_is_asked_statically_from_the_zero_address() {
    let storing = contract("(call $storageStore (i32.const 0) (i32.const 32))");
    let report = run(&vm("evm2wasm"), GAS, &storing);
    assert_eq!(report.status, StatusCode::ContractValidationFailure);
    assert!(report.reason.unwrap().contains("evm2wasm"), "the reason names it");
    // Finishes with itself if the caller is not zero, so nothing but zero gives no Wasm.
    let asking = contract(
        "(call $getCaller (i32.const 0))
         (if (i32.eqz (i32.or (i32.load (i32.const 0)) (i32.load (i32.const 16))))
           (then (call $revert (i32.const 0) (i32.const 0))))
         (call $codeCopy (i32.const 64) (i32.const 0) (call $getCodeSize))
         (call $finish (i32.const 64) (call $getCodeSize))",
    );
    assert_eq!(run(&vm("evm2wasm"), GAS, &asking).status, StatusCode::ContractValidationFailure);
}
