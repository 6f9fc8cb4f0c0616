//! Whatever comes through the C interface, it gets a status: the property that the fuzz target `evmc`
//! looks at longer.

#![allow(unsafe_code)] // Tests speak to the VM as C does.

mod common;

use common::{CALLER, ECHO, every_abi, wasm};
use hebe_evmc::{
    abi::*,
    exercise::{exercise, exercise_any},
};
use proptest::{collection::vec, prelude::*};

/// A contract that does a bit of everything that has an answer from the host.
const CURIOUS: &str = r#"(module
    (import "ethereum" "storageStore" (func $store (param i32 i32)))
    (import "ethereum" "storageLoad" (func $load (param i32 i32)))
    (import "ethereum" "getExternalBalance" (func $balance (param i32 i32)))
    (import "ethereum" "getExternalCodeSize" (func $code_size (param i32) (result i32)))
    (import "ethereum" "externalCodeCopy" (func $code_copy (param i32 i32 i32 i32)))
    (import "ethereum" "getTxGasPrice" (func $gas_price (param i32)))
    (import "ethereum" "getBlockHash" (func $hash (param i64 i32) (result i32)))
    (import "ethereum" "log" (func $log (param i32 i32 i32 i32 i32 i32 i32)))
    (import "ethereum" "create" (func $create (param i32 i32 i32 i32) (result i32)))
    (import "ethereum" "selfDestruct" (func $destruct (param i32)))
    (memory (export "memory") 1)
    (func (export "main")
        (call $load (i32.const 0) (i32.const 32))
        (call $store (i32.const 32) (i32.const 64))
        (call $balance (i32.const 32) (i32.const 96))
        (call $code_copy (i32.const 32) (i32.const 128) (i32.const 0)
            (i32.and (call $code_size (i32.const 32)) (i32.const 63)))
        (drop (call $hash (i64.const 1) (i32.const 0)))
        (call $gas_price (i32.const 0))
        (call $log (i32.const 0) (i32.const 9) (i32.const 2)
            (i32.const 0) (i32.const 32) (i32.const 0) (i32.const 0))
        (drop (call $create (i32.const 0) (i32.const 0) (i32.const 64) (i32.const 0)))
        (call $destruct (i32.const 32))))"#;

/// An input that runs `code`: no options, Byzantium, a plain message, then the code and the host's answers.
fn input(message: &[u8], code: &[u8], answers: &[u8]) -> Vec<u8> {
    let size = u16::try_from(code.len()).unwrap().to_le_bytes();
    [&[0, 0, 0][..], message, &size, code, answers].concat()
}

/// Wild bit, kind, flags, depth, gas of nearly 2^24, then zeros: addresses, words, an empty input.
fn plain_message(kind: u8, flags: u8) -> Vec<u8> {
    let mut message = vec![0, kind, flags, 0, 0, 0xff, 0xff, 0xff, 0];
    message.resize(9 + 20 + 20 + 32 + 32 + 20 + 1, 0);
    message
}

#[test]
fn the_simplest_inputs() {
    fn every<A: Abi>() {
        exercise::<A>(&[]);
        exercise::<A>(&[0xff; 64]);
        exercise::<A>(&[0xff; 4096]);
    }
    every_abi!(every);
}

#[test]
fn an_honest_host_is_asked_everything() {
    fn asked<A: Abi>() {
        let calls = exercise::<A>(&input(&plain_message(0, 0), &wasm(CURIOUS), &[0; 1024]));
        let expected = [
            "get_storage",
            "set_storage",
            "get_balance",
            "get_code_size",
            "copy_code",
            "get_tx_context",
            "emit_log",
            "get_balance",
            "call",
            "account_exists",
            "selfdestruct",
        ];
        for function in expected {
            assert!(calls.contains(&function), "{function} is missing in {calls:?}");
        }
        // Since ABI 18 the VM computes the address of a new contract.
        assert_eq!(calls.contains(&"get_nonce"), A::VERSION >= 18);
    }
    every_abi!(asked);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn arbitrary_bytes(data in vec(any::<u8>(), 0..2048)) {
        exercise_any(&data);
    }

    #[test]
    fn contracts_with_arbitrary_hosts(
        wat in prop::sample::select(&[ECHO, CALLER, CURIOUS][..]),
        kind in 0..5_u8,
        flags in 0..4_u8,
        abi in any::<u8>(),
        answers in vec(any::<u8>(), 0..512),
    ) {
        let input = input(&plain_message(kind, flags), &wasm(wat), &answers);
        exercise_any(&[&[abi], &input[..]].concat());
    }

    #[test]
    fn damaged_contracts(
        wat in prop::sample::select(&[ECHO, CALLER, CURIOUS][..]),
        at in any::<prop::sample::Index>(),
        byte in any::<u8>(),
        abi in any::<u8>(),
        answers in vec(any::<u8>(), 0..512),
    ) {
        let mut code = wasm(wat);
        let at = at.index(code.len());
        code[at] = byte;
        let input = input(&plain_message(0, 0), &code, &answers);
        exercise_any(&[&[abi], &input[..]].concat());
    }
}
