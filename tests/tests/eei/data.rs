//! Byte strings that a contract can measure and copy.

use crate::environment::data_at;
use hebe_host::{CallResult, StatusCode};
use hebe_testing::{OTHER, check, check_code, contract, module};

const INPUT: [u8; 5] = [1, 2, 3, 4, 5];

fn returning_i32(call: &str) -> String {
    format!("(i32.store (i32.const 0) (call {call})) (call $finish (i32.const 0) (i32.const 4))")
}

/// Copies with `function`, and returns the first 8 bytes of memory.
fn copying(function: &str, result: u32, offset: u32, length: u32) -> String {
    format!(
        "(call {function} (i32.const {result}) (i32.const {offset}) (i32.const {length}))
         (call $finish (i32.const 0) (i32.const 8))"
    )
}

#[test]
fn call_data_is_measured_and_copied() {
    check(&returning_i32("$getCallDataSize")).input(&INPUT).succeeds(&[5, 0, 0, 0]).uses(2);
    check(&copying("$callDataCopy", 1, 2, 3))
        .input(&INPUT)
        .succeeds(&[0, 3, 4, 5, 0, 0, 0, 0])
        .uses(6);
    check(&copying("$callDataCopy", 0, 0, 5)).input(&INPUT).succeeds(&[1, 2, 3, 4, 5, 0, 0, 0]);
}

#[test]
fn past_the_end_of_call_data_is_an_error() {
    for (offset, length) in [(2, 4), (6, 0), (0, 6), (u32::MAX, 2), (u32::MAX, u32::MAX)] {
        let case = check(&copying("$callDataCopy", 0, offset, length)).input(&INPUT).gas(1 << 40);
        case.fails(StatusCode::InvalidMemoryAccess);
    }
    check(&copying("$callDataCopy", 0, 5, 0)).input(&INPUT).succeeds(&[0; 8]).uses(3);
}

#[test]
fn a_copy_costs_by_the_word_begun() {
    for (length, fee) in [(0, 3), (1, 6), (32, 6), (33, 9), (64, 9), (65, 12)] {
        check(&copying("$callDataCopy", 0, 0, length)).input(&[0; 65]).run().uses(fee);
    }
}

#[test]
fn code_is_that_of_the_state() {
    let code = contract(&copying("$codeCopy", 0, 0, 4));
    check_code(code).succeeds(&[0, b'a', b's', b'm', 0, 0, 0, 0]).uses(6);
    let code = contract(&returning_i32("$getCodeSize"));
    let size = u32::try_from(code.len()).unwrap();
    check_code(code).succeeds(&size.to_le_bytes()).uses(2);
    check(&copying("$codeCopy", 0, 1000, 4)).fails(StatusCode::InvalidMemoryAccess);
}

/// A contract that reads the code of [`OTHER`], whose address is at 32.
fn with_other(body: &str) -> hebe_testing::Check {
    check_code(module(body, &data_at(32, OTHER.as_bytes())))
        .host(|host| host.codes.insert(OTHER, vec![7, 8, 9]))
}

#[test]
fn external_code_is_measured_and_copied() {
    with_other(&returning_i32("$getExternalCodeSize (i32.const 32)"))
        .succeeds(&[3, 0, 0, 0])
        .asks(&[&format!("get_code_size {OTHER:x}")])
        .uses(700);
    with_other(&copying("$externalCodeCopy (i32.const 32)", 1, 1, 2))
        .succeeds(&[0, 8, 9, 0, 0, 0, 0, 0])
        .asks(&[&format!("get_code_size {OTHER:x}"), &format!("copy_code {OTHER:x} 1 2")])
        .uses(703);
}

#[test]
fn past_the_end_of_external_code_is_an_error() {
    for (offset, length) in [(2, 2), (0, 4), (4, 0), (u32::MAX, 1)] {
        with_other(&copying("$externalCodeCopy (i32.const 32)", 0, offset, length))
            .fails(StatusCode::InvalidMemoryAccess);
    }
    with_other(&copying("$externalCodeCopy (i32.const 32)", 0, 3, 0)).succeeds(&[0; 8]).uses(700);
}

/// A contract that makes a call which returns `output`, and then does `then`.
fn after_call(status: StatusCode, output: &[u8], then: &str) -> hebe_testing::Check {
    let call = "(drop (call $callStatic (i64.const 0) (i32.const 64) (i32.const 0) (i32.const 0)))";
    let result = CallResult {
        status,
        gas_left: 0,
        gas_refund: 0,
        output: output.to_vec(),
        create_address: OTHER,
    };
    check(&format!("{call} {then}")).host(|host| host.call_results.push_back(result))
}

#[test]
fn return_data_is_that_of_the_last_call() {
    for status in [StatusCode::Success, StatusCode::Revert, StatusCode::Failure] {
        after_call(status, &INPUT, &returning_i32("$getReturnDataSize"))
            .succeeds(&[5, 0, 0, 0])
            .uses(702);
        after_call(status, &INPUT, &copying("$returnDataCopy", 0, 1, 3))
            .succeeds(&[2, 3, 4, 0, 0, 0, 0, 0])
            .uses(706);
    }
    check(&returning_i32("$getReturnDataSize")).succeeds(&[0; 4]);
}

#[test]
fn past_the_end_of_return_data_is_an_error() {
    for (offset, length) in [(3, 3), (0, 6), (6, 0), (u32::MAX, 1)] {
        after_call(StatusCode::Success, &INPUT, &copying("$returnDataCopy", 0, offset, length))
            .fails(StatusCode::InvalidMemoryAccess);
    }
    check(&copying("$returnDataCopy", 0, 0, 1)).fails(StatusCode::InvalidMemoryAccess);
}
