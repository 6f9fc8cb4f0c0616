//! The `debug` module.

use hebe_host::{HostModule, Revision, StatusCode};
use hebe_testing::{RECIPIENT, check, check_code, contract, module, pattern_word};
use hebe_vm::Vm;

#[test]
fn the_module_has_seven_functions() {
    let names: Vec<_> = HostModule::DEBUG.functions.iter().map(|function| function.name).collect();
    assert_eq!(
        names,
        [
            "print32",
            "print64",
            "printMem",
            "printMemHex",
            "printStorage",
            "printStorageHex",
            "evmTrace"
        ],
    );
}

#[test]
fn printing_costs_nothing() {
    let body = "(call $print32 (i32.const -1)) (call $print64 (i64.const 258))
        (call $printMem (i32.const 0) (i32.const 3)) (call $printMemHex (i32.const 0) (i32.const 3))
        (call $printStorage (i32.const 32)) (call $printStorageHex (i32.const 32))
        (call $evmTrace (i32.const 1) (i32.const 0x60) (i32.const 3) (i32.const -32))";
    let ran = check_code(module(body, "(data (i32.const 0) \"a\\00z\")"))
        .gas(0)
        .host(|host| host.storage.insert((RECIPIENT, Default::default()), pattern_word(0x41)))
        .succeeds(&[])
        .uses(0);
    assert_eq!(
        ran.host.lines,
        [
            "print32: 4294967295 (0xffffffff)",
            "print64: 258 (0x102)",
            "printMem: a\\x00z",
            "printMemHex: 61007a",
            "printStorage: ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\\\]^_`",
            "printStorageHex: 4142434445464748494a4b4c4d4e4f505152535455565758595a5b5c5d5e5f60",
            "evmTrace: pc 1 opcode 0x60 cost 3 sp -32",
        ],
    );
}

#[test]
fn memory_is_checked() {
    for call in [
        "$printMem (i32.const 65535) (i32.const 2)",
        "$printMemHex (i32.const -1) (i32.const 1)",
        "$printStorage (i32.const 65505)",
        "$printStorageHex (i32.const -1)",
    ] {
        check(&format!("(call {call})")).fails(StatusCode::InvalidMemoryAccess);
    }
}

#[test]
fn without_the_option_the_module_is_not_there() {
    let code = contract("(call $print32 (i32.const 1))");
    let case = check_code(code.clone());
    let outcome = case.on(&Vm::default());
    assert_eq!(outcome.result.status, StatusCode::ContractValidationFailure);
    let reason = outcome.reason.expect("it has one");
    assert!(reason.contains("debug"), "{reason}");
    assert!(hebe_host::Interface::new(Revision::Byzantium, &[&HostModule::ETHEREUM]).is_some());
}
