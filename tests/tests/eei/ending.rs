//! How a contract ends its frame.

use crate::environment::data_at;
use hebe_host::{StatusCode, U256};
use hebe_testing::{Check, OTHER, RECIPIENT, check, check_code, module};

#[test]
fn a_contract_that_just_returns_succeeds_with_nothing() {
    check("").gas(0).succeeds(&[]).uses(0).asks(&[]);
}

#[test]
fn finish_and_revert_give_output_and_end_the_frame() {
    let body = "(i32.store (i32.const 0) (i32.const 0x04030201))";
    check(&format!("{body} (call $finish (i32.const 1) (i32.const 2)) (unreachable)"))
        .succeeds(&[2, 3])
        .uses(0);
    check(&format!("{body} (call $revert (i32.const 1) (i32.const 2)) (unreachable)"))
        .reverts(&[2, 3])
        .uses(0);
}

#[test]
fn a_whole_memory_can_be_output() {
    check("(call $finish (i32.const 0) (i32.const 65536))").succeeds(&[0; 65_536]);
    check("(call $finish (i32.const 0) (i32.const 65537))").fails(StatusCode::InvalidMemoryAccess);
}

fn self_destruct() -> Check {
    check_code(module(
        "(call $selfDestruct (i32.const 0)) (unreachable)",
        &data_at(0, OTHER.as_bytes()),
    ))
}

/// EIP-161: only what is sent to nobody creates an account.
#[test]
fn self_destruct_costs_more_when_it_creates_an_account() {
    let exists = format!("account_exists {OTHER:x}");
    let balance = format!("get_balance {RECIPIENT:x}");
    let destructs = format!("selfdestruct {RECIPIENT:x} {OTHER:x}");
    self_destruct().succeeds(&[]).uses(5_000).asks(&[&exists, &balance, &destructs]);
    let rich = |case: Check| case.host(|host| host.balances.insert(RECIPIENT, U256::one()));
    rich(self_destruct()).succeeds(&[]).uses(30_000).asks(&[&exists, &balance, &destructs]);
    rich(self_destruct()).gas(29_999).fails(StatusCode::OutOfGas).asks(&[&exists, &balance]);
    rich(self_destruct())
        .host(|host| host.accounts.insert(OTHER))
        .succeeds(&[])
        .uses(5_000)
        .asks(&[&exists, &destructs]);
}

#[test]
fn only_the_first_self_destruct_refunds() {
    self_destruct().host(|host| host.first_selfdestruct = true).succeeds(&[]).refunds(24_000);
    self_destruct().succeeds(&[]).refunds(0);
}
