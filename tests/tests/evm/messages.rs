//! What bytecode sends, and what it makes of the answer.

use super::asm::{deploying, returning};
use hebe_host::{Address, Bytes32, CallKind, CallResult, DELEGATION, Revision, StatusCode, U256};
use hebe_testing::{Check, OTHER, RECIPIENT, SENDER, check_code, contract};

use Revision::*;

fn other() -> String {
    format!("0x{}", hex::encode(OTHER))
}

/// A case whose next message ends so.
fn answered(code: &str, status: StatusCode, gas_left: i64, output: &[u8]) -> Check {
    check_code(returning(code)).host(|host| {
        host.accounts.insert(OTHER);
        host.balances.insert(RECIPIENT, 5.into());
        host.call_results.push_back(CallResult {
            status,
            gas_left,
            gas_refund: if status == StatusCode::Success { 7 } else { 0 },
            output: output.to_vec(),
            create_address: if status == StatusCode::Success { OTHER } else { Address::zero() },
        });
    })
}

fn word(number: u64) -> [u8; 32] {
    U256::from(number).to_big_endian()
}

#[test]
fn each_kind_of_call_has_its_accounts() {
    let other = other();
    for (name, kind, is_static, recipient, sender, value) in [
        ("CALL", CallKind::Call, false, OTHER, RECIPIENT, 5),
        ("CALLCODE", CallKind::CallCode, false, RECIPIENT, RECIPIENT, 5),
        ("DELEGATECALL", CallKind::DelegateCall, false, RECIPIENT, SENDER, 3),
        ("STATICCALL", CallKind::Call, true, OTHER, RECIPIENT, 0),
    ] {
        let value_argument = if name.starts_with("CALL") { "5" } else { "" };
        let code = format!("0xab 0 MSTORE8 0 0 2 0 {value_argument} {other} 5000 {name}");
        let ran = answered(&code, StatusCode::Success, 100, &[]).value(3).succeeds(&word(1));
        let ran = ran.refunds(7);
        let sent = &ran.host.sent[0];
        assert_eq!(
            (sent.kind, sent.is_static, sent.is_delegated),
            (kind, is_static, false),
            "{name}"
        );
        assert_eq!((sent.recipient, sent.sender, sent.value), (recipient, sender, value.into()));
        assert_eq!((sent.code_address, sent.depth, &sent.input[..]), (OTHER, 1, &[0xab, 0][..]));
        // The stipend comes on top.
        assert_eq!(sent.gas, if value == 5 { 7_300 } else { 5_000 }, "{name}");
    }
}

#[test]
fn static_mode_goes_on() {
    let code = format!("0 0 0 0 0 {} 5000 CALL", other());
    let ran = answered(&code, StatusCode::Success, 0, &[]).is_static().succeeds(&word(1));
    assert!(ran.host.sent[0].is_static);
}

#[test]
fn the_answer_is_in_memory_and_return_data() {
    let call = |rest: &str| format!("2 1 0 0 0 {} 5000 CALL POP {rest}", other());
    let output = [1, 2, 3];
    let first = "0 MLOAD 0xe0 2 EXP SWAP1 DIV";
    for status in [StatusCode::Success, StatusCode::Revert] {
        answered(&call(first), status, 0, &output).succeeds(&word(0x0001_0200));
        answered(&call("RETURNDATASIZE"), status, 0, &output).succeeds(&word(3));
        let copied = "3 0 0 RETURNDATACOPY 0 MLOAD 0xe8 2 EXP SWAP1 DIV";
        answered(&call(copied), status, 0, &output).succeeds(&word(0x01_0203));
    }
    for (status, result) in
        [(StatusCode::Success, 1), (StatusCode::Revert, 0), (StatusCode::OutOfGas, 0)]
    {
        let code = format!("0 0 0 0 0 {} 5000 CALL", other());
        answered(&code, status, 0, &[]).succeeds(&word(result));
    }
}

#[test]
fn gas_that_is_left_comes_back() {
    // Pushes and the call, what it was given; and the return.
    let code = format!("0 0 0 0 0 {} 5000 CALL", other());
    let rest = 7 * 3 + 700 + (3 + 3 + 3) + 2 * 3;
    answered(&code, StatusCode::Success, 4_000, &[]).succeeds(&word(1)).uses(rest + 1_000);
    answered(&code, StatusCode::Revert, 4_000, &[]).succeeds(&word(0)).uses(rest + 1_000);
    answered(&code, StatusCode::OutOfGas, 0, &[]).succeeds(&word(0)).uses(rest + 5_000);
}

/// All but one 64th of what is left, however much is asked for (EIP-150); before, what was not there could not be given.
#[test]
fn a_64th_stays() {
    let code = format!("0 0 0 0 0 {} 0 NOT CALL", other());
    let ran = answered(&code, StatusCode::Success, 0, &[]).gas(64_000 + 724).run();
    assert_eq!(ran.host.sent[0].gas, 63_000);
    answered(&code, StatusCode::Success, 0, &[]).at(Homestead).fails(StatusCode::OutOfGas);
}

/// What can't begin costs nothing, and the stipend comes back with the gas.
#[test]
fn what_can_not_begin() {
    let poor = format!("0 0 0 0 6 {} 5000 CALL RETURNDATASIZE ADD", other());
    let case = answered(&poor, StatusCode::Success, 0, &[]);
    let ran = case.succeeds(&word(0)).uses(7 * 3 + 700 + 9_000 - 2_300 + 2 + 3 + 9 + 6);
    assert!(ran.host.sent.is_empty());
    let create = "0 0 6 CREATE RETURNDATASIZE ADD";
    let ran = answered(create, StatusCode::Success, 0, &[]).succeeds(&word(0));
    assert!(ran.uses(3 * 3 + 32_000 + 2 + 3 + 9 + 6).host.sent.is_empty());
    for code in [format!("0 0 0 0 0 {} 5000 CALL", other()), "0 0 0 CREATE".to_owned()] {
        let deepest = answered(&code, StatusCode::Success, 0, &[]).depth(1024);
        assert!(deepest.succeeds(&word(0)).host.sent.is_empty());
        let ran = answered(&code, StatusCode::Success, 0, &[]).depth(1023).run();
        assert_eq!(ran.host.sent[0].depth, 1024);
    }
    check_code(vec![0x5b]).depth(1025).fails(StatusCode::CallDepthExceeded);
}

/// To send value costs, and to send it where nobody is costs more; before EIP-161 to call there did.
#[test]
fn value_and_new_accounts() {
    let call = |value: u64| format!("0 0 0 0 {value} 0x77 0 CALL");
    let base = |revision| 7 * 3 + 15 + if revision < TangerineWhistle { 40 } else { 700 };
    for (revision, value, more) in [
        (Homestead, 0, 25_000),
        (Homestead, 1, 25_000 + 9_000),
        (SpuriousDragon, 0, 0),
        (SpuriousDragon, 1, 25_000 + 9_000),
    ] {
        let case = answered(&call(value), StatusCode::OutOfGas, 0, &[]).at(revision);
        case.succeeds(&word(0)).uses(base(revision) + more);
    }
}

/// The account's code says to whom it has delegated; access to that one is paid for (EIP-7702).
#[test]
fn delegation() {
    let delegate = Address::repeat_byte(0x33);
    let code = [DELEGATION, &delegate.0].concat();
    let call = format!("0 0 0 0 0 {} 5000 CALL", other());
    let case = |revision| {
        let case = answered(&call, StatusCode::Success, 5_000, &[]).at(revision);
        case.host(|host| host.codes.insert(OTHER, code.clone()))
    };
    let rest = 7 * 3 + (3 + 3 + 3) + 2 * 3;
    let ran = case(Prague).succeeds(&word(1)).uses(rest + 2_600 + 2_600);
    let sent = &ran.host.sent[0];
    assert_eq!((sent.is_delegated, sent.recipient, sent.code_address), (true, OTHER, delegate));
    let warm = case(Prague).host(|host| host.warm_accounts.insert(delegate));
    warm.succeeds(&word(1)).uses(rest + 2_600 + 100);
    let ran = case(Cancun).succeeds(&word(1)).uses(rest + 2_600);
    assert!(!ran.host.sent[0].is_delegated);
    // What the account itself is asked for is the delegation.
    let size = check_code(returning(&format!("{} EXTCODESIZE", other()))).at(Prague);
    size.host(|host| host.codes.insert(OTHER, code.clone())).succeeds(&word(23));
}

#[test]
fn creations() {
    let created = Bytes32::from(OTHER).0;
    let code = "0xab 0 MSTORE8 2 0 5 CREATE";
    let ran = answered(code, StatusCode::Success, 100, b"code").succeeds(&created);
    let sent = &ran.host.sent[0];
    assert_eq!((sent.kind, sent.sender, sent.value), (CallKind::Create, RECIPIENT, 5.into()));
    assert_eq!((&sent.input[..], sent.depth), (&[0xab, 0][..], 1));

    let code = "9 2 0 5 CREATE2";
    let ran = answered(code, StatusCode::Success, 100, b"code").at(Constantinople);
    let ran = ran.succeeds(&created);
    assert_eq!(ran.host.sent[0].create2_salt, Bytes32(word(9)));

    // Code is no return data, and what a creation reverts with is (EIP-211).
    let size = "0 0 0 CREATE POP RETURNDATASIZE";
    answered(size, StatusCode::Success, 0, b"code").succeeds(&word(0));
    answered(size, StatusCode::Revert, 0, b"why").succeeds(&word(3));
    answered("0 0 0 CREATE", StatusCode::Revert, 0, b"why").succeeds(&word(0));
}

/// Init code of more than 49,152 bytes fails from Shanghai on, and each word costs 2 (EIP-3860).
#[test]
fn init_code_is_limited() {
    let create = |length: u64| format!("{length} 0 0 CREATE");
    answered(&create(49_153), StatusCode::Success, 0, &[]).at(Paris).run();
    answered(&create(49_152), StatusCode::Success, 0, &[]).at(Shanghai).run();
    answered(&create(49_153), StatusCode::Success, 0, &[]).at(Shanghai).fails(StatusCode::OutOfGas);
}

/// What init code gives: bytecode is the client's to judge, WebAssembly is validated.
#[test]
fn either_kind_creates_either() {
    let wasm = contract("");
    let invalid = b"\0asm\x01\0\0\0";
    let create = |code: Vec<u8>| check_code(code).kind(CallKind::Create);
    create(deploying(&wasm)).succeeds(&wasm);
    create(deploying(invalid)).fails(StatusCode::ContractValidationFailure);
    for bytecode in [&b"\xfe"[..], b"\xef\0", b"\0asm", b""] {
        create(deploying(bytecode)).succeeds(bytecode);
    }
    let by_wasm = contract(
        "(i32.store8 (i32.const 0) (i32.const 0xfe)) (call $finish (i32.const 0) (i32.const 1))",
    );
    create(by_wasm).succeeds(b"\xfe");
    // There are no Wasm contracts before Byzantium.
    let early = create(deploying(&wasm)).at(Homestead).run();
    assert_eq!(early.result.status, StatusCode::Rejected);
}
