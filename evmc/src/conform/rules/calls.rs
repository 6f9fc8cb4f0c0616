//! Calls: what is sent, and what becomes of the answer.

use super::super::{
    Check, Code, Rule, Subject,
    evm::{Evm, op},
    host::{Sent, ended},
    programs::{OTHER, RECIPIENT, SENDER, address},
    scene::{GAS, Hex, Scene, Verdict},
};
use hebe_host::{Address, Bytes32, CallKind, CallResult, Revision, StatusCode, U256};

pub(super) const RULES: &[Rule] = &[
    Rule::must("call", "evmc.h, evmc_message",
        "A call is sent with its kind, addresses, value, input and gas, one deeper.",
        Check::Each(call)),
    Rule::must("callcode", "evmc.h, evmc_message::code_address (ABI 9: destination)",
        "CALLCODE is sent for the caller's own account, with the address of the code.",
        Check::Evm(|subject| sends(subject, CallKind::CallCode, op::CALLCODE, true))),
    Rule::must("delegatecall", "EIP-7; evmc.h, EVMC_DELEGATECALL",
        "DELEGATECALL is sent for the caller's own account, with the caller's own sender and value.",
        Check::Evm(|subject| sends(subject, CallKind::DelegateCall, op::DELEGATECALL, false))),
    Rule::must("staticcall", "EIP-214; evmc.h, EVMC_STATIC",
        "STATICCALL is sent as a CALL with the flag STATIC.",
        Check::Evm(|subject| sends(subject, CallKind::Call, op::STATICCALL, false))),
    Rule::must("call-returns", "evmc.h, evmc_call_fn; EIP-211",
        "After a call, code gets whether it went well, and its output where it succeeded or reverted.",
        Check::Each(returns)),
    Rule::must("call-output-in-memory", "Yellow Paper, appendix H",
        "A call's output goes into memory as far as the caller wants it, and no farther than there is of it.",
        Check::Evm(output_in_memory)),
    Rule::must("call-gas-back", "evmc.h, evmc_result::gas_left",
        "Gas that a nested call has left comes back.", Check::Evm(gas_back)),
    Rule::must("call-all-but-one-64th", "EIP-150",
        "Whoever asks for all gas gives all but one 64th of it.", Check::Evm(all_but_one_64th)),
    Rule::must("call-stipend", "Yellow Paper, appendix G",
        "A call that sends value costs 9,000 and gives 2,300 gas on top.", Check::Evm(stipend)),
    Rule::must("call-new-account", "EIP-161; evmc.h, evmc_account_exists_fn",
        "A call that sends value to an account that does not exist costs 25,000 more.",
        Check::Evm(new_account)),
    Rule::must("call-refund", "evmc.h, evmc_result::gas_refund",
        "The refund of a nested call is part of the caller's, and a failed one's is not.",
        Check::Evm(refund)).abis(10..=18),
    Rule::must("call-depth", "Yellow Paper, 8; evmc.h, evmc_message::depth",
        "At depth 1,024 a call fails and its gas comes back; the host is not asked.",
        Check::Each(depth)),
    Rule::must("call-kinds-depth", "Yellow Paper, 8",
        "At depth 1,024 no kind of call is sent, and at depth 1,023 each is.", Check::Evm(kinds_depth)),
    Rule::must("call-balance", "Yellow Paper, 8; evmc.h, evmc_call_fn",
        "A call that sends more than there is fails, and the caller goes on; the host is not asked.",
        Check::Each(balance)),
    Rule::must("call-delegation", "EIP-7702; EVMC 12, EVMC_DELEGATED",
        "A call of an account that has delegated is sent with the delegate's code address and the flag DELEGATED.",
        Check::Evm(delegation)).since(Revision::Prague),
];

/// Calls [`OTHER`] with this gas and the input `in`.
fn program(opcode: u8, value: Option<u64>, gas: u64) -> Evm {
    let code = Evm::new().store(b"in").zeros(2).number(2).number(30);
    let code = value.into_iter().fold(code, Evm::number);
    code.push(&OTHER.0).number(gas).op(opcode)
}

fn plain() -> Sent {
    Sent {
        kind: CallKind::Call,
        is_static: false,
        is_delegated: false,
        depth: 1,
        gas: 50_000,
        recipient: OTHER,
        sender: RECIPIENT,
        input: b"in".to_vec(),
        value: U256::zero(),
        create2_salt: Bytes32::zero(),
        code_address: OTHER,
    }
}

fn call(subject: &Subject, code: Code) -> Verdict {
    let vm = subject.vm()?;
    for (value, stipend) in [(0, 0), (7, 2_300)] {
        for depth in [0, 5] {
            let mut scene = Scene::new(code, code.calls(value));
            scene.message.depth = depth;
            scene.succeeds(&vm)?;
            let gas = 50_000 + stipend;
            let wanted = Sent { value: value.into(), gas, depth: depth + 1, ..plain() };
            scene.equal("the message that is sent", &wanted, scene.sent()?)?;
        }
    }
    Ok(())
}

fn sends(subject: &Subject, kind: CallKind, opcode: u8, has_value: bool) -> Verdict {
    let mut scene = Scene::evm(program(opcode, has_value.then_some(0), 50_000).code());
    scene.message.value = 9.into();
    scene.succeeds(&subject.vm()?)?;
    let sent = plain();
    let wanted = match opcode {
        op::CALLCODE => Sent { kind, recipient: RECIPIENT, ..sent },
        op::DELEGATECALL => {
            Sent { kind, recipient: RECIPIENT, sender: SENDER, value: 9.into(), ..sent }
        }
        _ => Sent { kind, is_static: true, ..sent },
    };
    scene.equal("the message that is sent", &wanted, scene.sent()?)
}

fn returns(subject: &Subject, code: Code) -> Verdict {
    let vm = subject.vm()?;
    let failed_in_wasm = |status| if status == StatusCode::Revert { 2 } else { 1 };
    for (status, output) in [
        (StatusCode::Success, &b"nested output"[..]),
        (StatusCode::Success, b""),
        (StatusCode::Revert, b"reason"),
        (StatusCode::Failure, b""),
        (StatusCode::OutOfGas, b""),
        (StatusCode::PrecompileFailure, b""),
    ] {
        let mut scene = Scene::new(code, code.calls(0));
        scene.host.callee = Box::new(move |_| ended(status, 0, output));
        let first = match (status, code) {
            (StatusCode::Success, _) => code.answer(true),
            (_, Code::Evm) => code.answer(false),
            (status, Code::Wasm) => failed_in_wasm(status),
        };
        scene.gives(&vm, &[&[first], output].concat())?;
    }
    Ok(())
}

fn output_in_memory(subject: &Subject) -> Verdict {
    let vm = subject.vm()?;
    for (output, wanted) in [(&b"ab"[..], *b"ab\xff\xff\xff"), (b"abcdef", *b"abcd\xff")] {
        // Four bytes of output are wanted at 0.
        let code = Evm::new().push(&[0xff; 32]).number(0).op(op::MSTORE).number(4).zeros(4);
        let code = code.push(&OTHER.0).number(0).op(op::CALL).give(5);
        let mut scene = Scene::evm(code);
        scene.host.callee = Box::new(|message| ended(StatusCode::Success, message.gas, output));
        let result = scene.succeeds(&vm)?;
        scene.equal("memory", Hex(&wanted), Hex(&result.output))?;
    }
    Ok(())
}

/// What seven words on the stack and a warm account cost.
const CALL: i64 = 7 * 3 + 100;

/// A call with this gas and value, and nothing else.
fn bare(value: u64, gas: u64) -> Vec<u8> {
    Evm::new().zeros(4).number(value).push(&OTHER.0).number(gas).op(op::CALL).code()
}

fn gas_back(subject: &Subject) -> Verdict {
    let vm = subject.vm()?;
    for (status, left, used) in [
        (StatusCode::Success, 4_000, 6_000),
        (StatusCode::Revert, 4_000, 6_000),
        (StatusCode::Success, 10_000, 0),
        (StatusCode::OutOfGas, 0, 10_000),
    ] {
        let mut scene = Scene::evm(bare(0, 10_000));
        scene.host.callee = Box::new(move |_| ended(status, left, b""));
        let result = scene.succeeds(&vm)?;
        let what =
            format!("the gas used, where the nested call ended as {status} with {left} gas,");
        scene.equal(&what, CALL + used, GAS - result.gas_left)?;
    }
    Ok(())
}

fn all_but_one_64th(subject: &Subject) -> Verdict {
    let vm = subject.vm()?;
    for gas in [GAS, 1_000, i64::MAX] {
        let mut scene = Scene::evm(bare(0, u64::MAX));
        scene.message.gas = gas;
        scene.succeeds(&vm)?;
        let rest = gas - CALL;
        scene.equal("the gas that is sent", rest - rest / 64, scene.sent()?.gas)?;
    }
    Ok(())
}

fn stipend(subject: &Subject) -> Verdict {
    let vm = subject.vm()?;
    let mut scene = Scene::evm(bare(1, 5_000));
    let result = scene.succeeds(&vm)?;
    scene.equal("the gas that is sent", 7_300, scene.sent()?.gas)?;
    // All of it came back, the gift too.
    scene.equal("the gas used", CALL + 9_000 - 2_300, GAS - result.gas_left)
}

fn new_account(subject: &Subject) -> Verdict {
    let vm = subject.vm()?;
    let mut scene = Scene::evm(bare(1, 5_000));
    let exists = scene.succeeds(&vm)?.gas_left;
    scene.host.exists = false;
    let absent = scene.succeeds(&vm)?.gas_left;
    scene.equal("the gas for a new account", 25_000, exists - absent)?;
    let mut scene = Scene::evm(bare(0, 5_000));
    scene.host.exists = false;
    let result = scene.succeeds(&vm)?;
    scene.equal("the gas used without value", CALL, GAS - result.gas_left)
}

fn refund(subject: &Subject) -> Verdict {
    let vm = subject.vm()?;
    for (status, wanted) in [(StatusCode::Success, 77), (StatusCode::Revert, 0)] {
        let mut scene = Scene::evm(bare(0, 5_000));
        scene.host.callee = Box::new(move |_| CallResult {
            gas_refund: if status == StatusCode::Success { 77 } else { 0 },
            ..ended(status, 0, b"")
        });
        let result = scene.succeeds(&vm)?;
        scene.equal("the refund", wanted, result.gas_refund)?;
    }
    Ok(())
}

fn depth(subject: &Subject, code: Code) -> Verdict {
    let vm = subject.vm()?;
    let mut scene = Scene::new(code, code.calls(0));
    scene.message.depth = 1024;
    let result = scene.gives(&vm, &[code.answer(false)])?;
    scene.sent_nothing()?;
    let at_the_limit = result.gas_left;
    scene.message.depth = 1023;
    let below = scene.gives(&vm, &[code.answer(true)])?.gas_left;
    // One call gave all its gas back, the other never had it.
    let is_same = at_the_limit.abs_diff(below) < 10_000;
    scene.equal("whether the call's gas comes back", true, is_same)?;
    scene.equal("the depth of the message that is sent", 1024, scene.sent()?.depth)
}

fn kinds_depth(subject: &Subject) -> Verdict {
    let vm = subject.vm()?;
    for (opcode, value) in [
        (op::CALL, Some(0)),
        (op::CALL, Some(1)),
        (op::CALLCODE, Some(0)),
        (op::DELEGATECALL, None),
        (op::STATICCALL, None),
    ] {
        let mut scene = Scene::evm(program(opcode, value, 50_000).give_answer());
        scene.message.depth = 1024;
        scene.gives(&vm, &[0])?;
        scene.sent_nothing()?;
        scene.message.depth = 1023;
        scene.gives(&vm, &[1])?;
        scene.sent()?;
    }
    Ok(())
}

fn balance(subject: &Subject, code: Code) -> Verdict {
    let vm = subject.vm()?;
    let mut scene = Scene::new(code, code.calls(8));
    scene.host.balance = 7.into();
    scene.gives(&vm, &[code.answer(false)])?;
    scene.sent_nothing()?;
    scene.host.balance = 8.into();
    scene.gives(&vm, &[code.answer(true)])?;
    scene.sent().map(drop)
}

fn delegation(subject: &Subject) -> Verdict {
    const DELEGATE: Address = address(0xc0);
    let vm = subject.vm()?;
    for (opcode, value) in [
        (op::CALL, Some(0)),
        (op::CALLCODE, Some(0)),
        (op::DELEGATECALL, None),
        (op::STATICCALL, None),
    ] {
        let code = program(opcode, value, 50_000).code();
        let mut scene = Scene::evm(code).at(Revision::Prague);
        scene.host.codes.insert(OTHER, [&[0xef, 1, 0][..], &DELEGATE.0].concat());
        scene.succeeds(&vm)?;
        let sent = scene.sent()?;
        scene.equal("the code address that is sent", DELEGATE, sent.code_address)?;
        scene.equal("whether the flag DELEGATED is sent", true, sent.is_delegated)?;
        let recipient = if matches!(opcode, op::CALL | op::STATICCALL) { OTHER } else { RECIPIENT };
        scene.equal("the recipient that is sent", recipient, sent.recipient)?;
    }
    Ok(())
}
