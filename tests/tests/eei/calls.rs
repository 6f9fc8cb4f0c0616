//! Messages to other contracts.

use crate::environment::data_at;
use hebe_host::{Bytes32, CallKind, CallResult, StatusCode, U256};
use hebe_testing::{Check, OTHER, RECIPIENT, SENDER, Sent, check_code, module};

/// A number whose 16 bytes all differ.
const WIDE: u128 = 0x0f0e_0d0c_0b0a_0908_0706_0504_0302_0100;

/// A contract that calls [`OTHER`] with 3 bytes of data and this much value, and returns what
/// `function` gave.
fn calling(function: &str, gas: i64, value: u128) -> Check {
    let value_argument = match function {
        "call" | "callCode" => "(i32.const 32)",
        _ => "",
    };
    let body = format!(
        "(i32.store8 (i32.const 100) (call ${function}
            (i64.const {gas}) (i32.const 0) {value_argument} (i32.const 64) (i32.const 3)))
         (call $finish (i32.const 100) (i32.const 1))"
    );
    let data = data_at(0, OTHER.as_bytes())
        + &data_at(32, &value.to_le_bytes())
        + &data_at(64, &[7, 8, 9]);
    check_code(module(&body, &data)).host(|host| host.accounts.insert(OTHER))
}

/// The contract has this balance.
fn with_balance(case: Check, balance: impl Into<U256>) -> Check {
    case.host(|host| host.balances.insert(RECIPIENT, balance.into()))
}

/// The callee ends like this.
fn answering(case: Check, status: StatusCode, gas_left: i64, gas_refund: i64) -> Check {
    let result =
        CallResult { status, gas_left, gas_refund, output: Vec::new(), create_address: OTHER };
    case.host(|host| host.call_results.push_back(result))
}

#[test]
fn results_are_0_success_1_failure_2_revert() {
    for function in ["call", "callCode", "callDelegate", "callStatic"] {
        let ends = |status| answering(calling(function, 1_000, 0), status, 0, 0);
        ends(StatusCode::Success).succeeds(&[0]).uses(1_700);
        ends(StatusCode::Revert).succeeds(&[2]).uses(1_700);
        for status in [
            StatusCode::Failure,
            StatusCode::OutOfGas,
            StatusCode::WasmTrap,
            StatusCode::InsufficientBalance,
        ] {
            ends(status).succeeds(&[1]).uses(1_700);
        }
    }
}

/// The message that the only call sent.
fn sent(case: Check) -> Sent {
    let ran = answering(case, StatusCode::Success, 0, 0).succeeds(&[0]);
    let [sent] = &ran.host.sent[..] else { panic!("one message was to be sent: {ran:?}") };
    sent.clone()
}

#[test]
fn each_call_sends_its_own_kind_of_message() {
    let base = Sent {
        kind: CallKind::Call,
        is_static: false,
        is_delegated: false,
        depth: 8,
        gas: 1_000,
        recipient: OTHER,
        sender: RECIPIENT,
        input: vec![7, 8, 9],
        value: U256::zero(),
        create2_salt: Bytes32::zero(),
        code_address: OTHER,
    };
    let case = |function| calling(function, 1_000, 0).depth(7).value(55);
    assert_eq!(sent(case("call")), base);
    assert_eq!(
        sent(case("callCode")),
        Sent { kind: CallKind::CallCode, recipient: RECIPIENT, ..base.clone() }
    );
    assert_eq!(
        sent(case("callDelegate")),
        Sent {
            kind: CallKind::DelegateCall,
            recipient: RECIPIENT,
            sender: SENDER,
            value: 55.into(),
            ..base.clone()
        }
    );
    assert_eq!(sent(case("callStatic")), Sent { is_static: true, ..base });
}

#[test]
fn static_mode_is_passed_on() {
    for function in ["call", "callCode", "callDelegate", "callStatic"] {
        assert!(sent(calling(function, 1_000, 0).is_static()).is_static, "{function}");
    }
}

#[test]
fn value_is_little_endian_and_sent_with_a_stipend() {
    for function in ["call", "callCode"] {
        let case = with_balance(calling(function, 1_000, WIDE), WIDE);
        let sent = sent(case.clone());
        assert_eq!((sent.value, sent.gas), (WIDE.into(), 1_000 + 2_300), "{function}");
        // All of the callee's gas comes back when it uses none, the gift included.
        answering(case.clone(), StatusCode::Success, 3_300, 0)
            .succeeds(&[0])
            .uses(700 + 9_000 - 2_300);
        answering(case, StatusCode::Success, 0, 0).succeeds(&[0]).uses(700 + 9_000 + 1_000);
    }
}

#[test]
fn value_in_static_mode_is_a_violation_for_call_only() {
    with_balance(calling("call", 1_000, 1), 1)
        .is_static()
        .fails(StatusCode::StaticModeViolation)
        .asks(&[]);
    // Before the fee.
    calling("call", 1_000, 1).is_static().gas(0).fails(StatusCode::StaticModeViolation);
    assert_eq!(sent(with_balance(calling("callCode", 1_000, 1), 1).is_static()).value, U256::one());
}

#[test]
fn value_that_is_not_there_fails_the_call_and_not_the_frame() {
    for function in ["call", "callCode"] {
        let ran = with_balance(calling(function, 1_000, 100), 99).succeeds(&[1]).uses(700 + 9_000);
        assert!(ran.host.sent.is_empty());
        with_balance(calling(function, 1_000, 100), U256::from(u128::MAX) + 1)
            .fails(StatusCode::ArgumentOutOfRange);
    }
}

#[test]
fn value_to_nobody_pays_for_a_new_account() {
    let to_nobody =
        |function| with_balance(calling(function, 0, 1), 1).host(|host| host.accounts.clear());
    answering(to_nobody("call"), StatusCode::Success, 0, 0)
        .succeeds(&[0])
        .uses(700 + 9_000 + 25_000);
    to_nobody("call").gas(700 + 9_000 + 24_999).fails(StatusCode::OutOfGas);
    answering(to_nobody("callCode"), StatusCode::Success, 0, 0).succeeds(&[0]).uses(700 + 9_000);
    // Without value, nothing is created.
    let case = calling("call", 0, 0).host(|host| host.accounts.clear());
    answering(case, StatusCode::Success, 0, 0).succeeds(&[0]).uses(700).asks(&["call"]);
}

#[test]
fn fees_are_charged_in_their_order() {
    calling("call", 0, 1).gas(699).fails(StatusCode::OutOfGas).asks(&[]);
    with_balance(calling("call", 0, 1), 1).gas(700 + 8_999).fails(StatusCode::OutOfGas).asks(&[]);
}

/// EIP-150: all but one 64th of what is left after the fees.
#[test]
fn a_callee_gets_all_but_one_64th_at_most() {
    let given = |requested, gas| sent(calling("callStatic", requested, 0).gas(gas)).gas;
    assert_eq!(given(i64::MAX, 700 + 6_400), 6_300);
    assert_eq!(given(i64::MAX, 700 + 63), 63);
    assert_eq!(given(i64::MAX, 700 + 64), 63);
    assert_eq!(given(6_300, 700 + 6_400), 6_300);
    assert_eq!(given(6_299, 700 + 6_400), 6_299);
    assert_eq!(given(0, 700 + 6_400), 0);
    assert_eq!(given(i64::MAX, i64::MAX), {
        let left = i64::MAX - 700;
        left - left / 64
    });
}

#[test]
fn gas_that_the_callee_leaves_comes_back() {
    for status in [StatusCode::Success, StatusCode::Revert] {
        answering(calling("call", 1_000, 0), status, 400, 0).run().uses(700 + 600);
    }
}

#[test]
fn a_callees_refund_is_passed_on() {
    answering(calling("call", 1_000, 0), StatusCode::Success, 0, 4_800)
        .succeeds(&[0])
        .refunds(4_800);
    answering(calling("call", 1_000, 0), StatusCode::Success, 0, -4_800)
        .succeeds(&[0])
        .refunds(-4_800);
}

#[test]
fn requested_gas_can_not_be_negative() {
    for function in ["call", "callCode", "callDelegate", "callStatic"] {
        calling(function, -1, 0).gas(0).fails(StatusCode::ArgumentOutOfRange).asks(&[]);
    }
}

#[test]
fn a_frame_at_depth_1024_can_not_call() {
    for function in ["call", "callCode", "callDelegate", "callStatic"] {
        calling(function, 1_000, 0).depth(1024).succeeds(&[1]).uses(700).asks(&[]);
        assert_eq!(sent(calling(function, 1_000, 0).depth(1023)).depth, 1024);
    }
    // Nor is the value's fee charged then.
    calling("call", 1_000, 1).depth(1024).succeeds(&[1]).uses(700).asks(&[]);
}

#[test]
fn a_message_beyond_depth_1024_does_not_run() {
    calling("call", 0, 0).depth(1025).fails(StatusCode::CallDepthExceeded).asks(&[]);
}

/// A call that does not start empties the return data too.
#[test]
fn every_call_first_empties_the_return_data() {
    let body = "(drop (call $callStatic (i64.const 0) (i32.const 0) (i32.const 0) (i32.const 0)))
        (drop (call $call (i64.const 0) (i32.const 0) (i32.const 32) (i32.const 0) (i32.const 0)))
        (i32.store (i32.const 0) (call $getReturnDataSize)) (call $finish (i32.const 0) (i32.const 4))";
    let case = check_code(module(body, &data_at(32, &1u128.to_le_bytes()))).host(|host| {
        host.call_results.push_back(CallResult {
            status: StatusCode::Success,
            gas_left: 0,
            gas_refund: 0,
            output: vec![1, 2, 3],
            create_address: OTHER,
        });
    });
    let ran = case.succeeds(&[0; 4]);
    assert_eq!(ran.host.sent.len(), 1, "the second call has no value to send");
}

#[test]
fn a_host_that_lies_ends_the_message() {
    for (gas_left, gas) in [(-1, 1_000), (1_001, 1_000), (i64::MAX, 0), (i64::MIN, 0)] {
        answering(calling("call", gas, 0), StatusCode::Success, gas_left, 0)
            .fails(StatusCode::InternalError);
    }
    for status in [StatusCode::InternalError, StatusCode::Rejected, StatusCode::OutOfMemory] {
        answering(calling("call", 0, 0), status, 0, 0).fails(StatusCode::InternalError);
    }
}
