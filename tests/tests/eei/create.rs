//! The creation of contracts, from both sides: the function, and the message it makes.

use crate::environment::data_at;
use hebe_host::{Address, Bytes32, CallKind, CallResult, StatusCode, U256};
use hebe_testing::{Check, OTHER, RECIPIENT, Sent, check, check_code, contract, module};

/// A contract that creates one from 3 bytes of init code, and returns the function's result and the
/// 20 bytes that the address goes to, which hold 5s before.
fn creating(value: u128) -> Check {
    let body = "(i32.store8 (i32.const 100) (call $create
            (i32.const 32) (i32.const 64) (i32.const 3) (i32.const 101)))
         (call $finish (i32.const 100) (i32.const 21))";
    let data =
        data_at(32, &value.to_le_bytes()) + &data_at(64, &[7, 8, 9]) + &data_at(101, &[5; 20]);
    check_code(module(body, &data))
}

fn answering(case: Check, status: StatusCode, gas_left: i64) -> Check {
    let result =
        CallResult { status, gas_left, gas_refund: 0, output: vec![1, 2], create_address: OTHER };
    case.host(|host| host.call_results.push_back(result))
}

fn with_balance(case: Check, balance: impl Into<U256>) -> Check {
    case.host(|host| host.balances.insert(RECIPIENT, balance.into()))
}

/// The output of [`creating`].
fn output(result: u8, address: [u8; 20]) -> Vec<u8> {
    [result].into_iter().chain(address).collect()
}

#[test]
fn the_address_is_written_on_success_only() {
    answering(creating(0), StatusCode::Success, 0).succeeds(&output(0, OTHER.0));
    answering(creating(0), StatusCode::Revert, 0).succeeds(&output(2, [5; 20]));
    answering(creating(0), StatusCode::Failure, 0).succeeds(&output(1, [5; 20]));
}

#[test]
fn the_message_is_the_interfaces() {
    let ran = answering(
        with_balance(creating(3), 3).depth(7).value(55).gas(32_000 + 6_400),
        StatusCode::Success,
        0,
    )
    .succeeds(&output(0, OTHER.0));
    let message = Sent {
        kind: CallKind::Create,
        is_static: false,
        is_delegated: false,
        depth: 8,
        gas: 6_300,
        recipient: Address::zero(),
        sender: RECIPIENT,
        input: vec![7, 8, 9],
        value: 3.into(),
        create2_salt: Bytes32::zero(),
        code_address: Address::zero(),
    };
    assert_eq!(ran.host.sent, [message]);
    ran.uses(32_000 + 6_300);
}

#[test]
fn gas_that_is_left_comes_back() {
    answering(creating(0).gas(32_000 + 6_400), StatusCode::Success, 300).run().uses(32_000 + 6_000);
}

#[test]
fn what_can_not_be_paid_fails_the_creation_and_not_the_frame() {
    let ran = with_balance(creating(100), 99).succeeds(&output(1, [5; 20])).uses(32_000);
    assert!(ran.host.sent.is_empty());
    for value in [0, 1] {
        with_balance(creating(value), U256::from(u128::MAX) + 1)
            .fails(StatusCode::ArgumentOutOfRange);
    }
}

#[test]
fn a_frame_at_depth_1024_can_not_create() {
    with_balance(creating(0), U256::MAX)
        .depth(1024)
        .succeeds(&output(1, [5; 20]))
        .uses(32_000)
        .asks(&[]);
}

/// After a success there is none; after anything else it is the output.
#[test]
fn return_data_is_that_of_a_failed_creation() {
    let body = "(drop (call $create (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0)))
        (i32.store (i32.const 0) (call $getReturnDataSize)) (call $finish (i32.const 0) (i32.const 4))";
    for (status, size) in
        [(StatusCode::Success, 0), (StatusCode::Revert, 2), (StatusCode::Failure, 2)]
    {
        answering(check(body), status, 0).succeeds(&[size, 0, 0, 0]);
    }
}

/// A message that creates: the init code runs, and what it finishes with is the contract.
fn created(output: &[u8]) -> Check {
    let body = format!("(call $finish (i32.const 0) (i32.const {}))", output.len());
    check_code(module(&body, &data_at(0, output))).kind(CallKind::Create)
}

#[test]
fn a_created_contract_must_be_valid() {
    let valid = contract("");
    created(&valid).succeeds(&valid).uses(0);
    created(&valid[..valid.len() - 1]).fails(StatusCode::ContractValidationFailure);
    created(b"\0asm\x02\0\0\0").fails(StatusCode::ContractValidationFailure);
    created(b"\0asm\x01\0\0\0").fails(StatusCode::ContractValidationFailure);
    created(&valid).kind(CallKind::Create2).succeeds(&valid);
    created(&valid[..valid.len() - 1])
        .kind(CallKind::Create2)
        .fails(StatusCode::ContractValidationFailure);
}

#[test]
fn what_is_not_wasm_is_the_clients_to_judge() {
    for output in [&b""[..], b"\0asm", b"\0asm\x01\0\0", b"\x60\x00\x60\x00\xf3\0\0\0\0"] {
        created(output).succeeds(output);
    }
}

#[test]
fn init_code_that_reverts_may_return_anything() {
    let body = "(call $revert (i32.const 0) (i32.const 8))";
    check_code(module(body, &data_at(0, b"\0asm\x02\0\0\0")))
        .kind(CallKind::Create)
        .reverts(b"\0asm\x02\0\0\0");
}

/// A plain call may return anything too.
#[test]
fn a_call_is_not_a_creation() {
    created(b"\0asm\x02\0\0\0").kind(CallKind::Call).succeeds(b"\0asm\x02\0\0\0");
}
