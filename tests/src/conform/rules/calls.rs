//! Messages that code sends.

use crate::{
    ScriptedHost,
    asm::asm,
    conform::subject::{CALLER, Kind, OTHER, OWN, Program, Subject, message},
};
use hebe_host::{
    Address, Bytes32, CallKind, CallResult, Host, HostResult, Message, StatusCode, U256,
    create_address, create2_address,
};
use std::collections::VecDeque;

/// A host whose next call ends so.
fn answering(
    status: StatusCode,
    gas_left: i64,
    output: &[u8],
    create_address: Address,
) -> ScriptedHost {
    let result =
        CallResult { status, gas_left, gas_refund: 0, output: output.to_vec(), create_address };
    let mut host = ScriptedHost { call_results: VecDeque::from([result]), ..Default::default() };
    host.balances.insert(OWN, 1_000_000.into());
    host.accounts.extend([OWN, CALLER]);
    host.codes.insert(OWN, vec![0]);
    host.tx_context.block_number = 1;
    host
}

/// Calls the sender with 10,000 gas, a value of 1 and the input 0x07, and finishes with the result as a word: 1 where it
/// succeeded.
const CALL: &str = "7 0 MSTORE8 0 0 1 0 1 CALLER 10000 CALL 0 MSTORE 32 0 RETURN";
/// The same with the interface, whose result is 0 where it succeeded; so it finishes with that byte's opposite.
const WASM_CALL: &str = "(i32.store8 (i32.const 0) (i32.const 7)) (call $getCaller (i32.const 100))
    (i32.store8 (i32.const 150) (i32.const 1))
    (i32.store8 (i32.const 231) (i32.eqz (call $call (i64.const 10000)
        (i32.const 100) (i32.const 150) (i32.const 0) (i32.const 1))))
    (call $finish (i32.const 200) (i32.const 32))";
const CALL_PROGRAM: Program = Program { evm: CALL, wasm: WASM_CALL };

fn word(number: u64) -> Bytes32 {
    Bytes32::from_low_u64_be(number)
}

/// What a program finished with, and the only message that it sent.
fn sent(
    subject: &Subject,
    program: Program,
    message: &Message<'_>,
    host: ScriptedHost,
) -> Result<Option<(Vec<u8>, crate::scripted::Sent)>, String> {
    let Some(ran) = subject.succeeds_with(program, message, host)? else { return Ok(None) };
    let count = ran.host.sent.len();
    let mut messages = ran.host.sent.into_iter();
    match (messages.next(), count) {
        (Some(only), 1) => Ok(Some((ran.result.output, only))),
        _ => Err(format!("the host got {count} messages, not 1")),
    }
}

/// Says what is different from what had to come.
fn same<T: PartialEq + std::fmt::Debug>(what: &str, came: &T, expected: &T) -> Result<(), String> {
    if came == expected { Ok(()) } else { Err(format!("{what} was {came:?}, not {expected:?}")) }
}

pub(super) fn a_call_is_sent(subject: &Subject) -> Result<(), String> {
    let host = answering(StatusCode::Success, 0, b"", Address::zero());
    let Some((output, message)) = sent(subject, CALL_PROGRAM, &message(), host)? else {
        return Ok(());
    };
    same("the kind of a call", &message.kind, &CallKind::Call)?;
    same("its recipient", &message.recipient, &CALLER)?;
    same("its sender", &message.sender, &OWN)?;
    same("its value", &message.value, &U256::one())?;
    same("its input", &message.input, &vec![7])?;
    same("its depth", &message.depth, &1)?;
    same("its flag static", &message.is_static, &false)?;
    // EIP-150 and the stipend of a call with value.
    same("its gas", &message.gas, &12_300)?;
    same("the result of a call that succeeds", &output, &word(1).0.to_vec())
}

pub(super) fn other_kinds_are_sent(subject: &Subject) -> Result<(), String> {
    if subject.kind == Kind::Wasm {
        return Ok(());
    }
    let outer = Message { value: 5.into(), ..message() };
    let static_call = Program { evm: "0 0 0 0 CALLER 10000 STATICCALL", wasm: "" };
    let delegate_call = Program { evm: "0 0 0 0 CALLER 10000 DELEGATECALL", wasm: "" };
    let callcode = Program { evm: "0 0 0 0 1 CALLER 10000 CALLCODE", wasm: "" };
    let host = || answering(StatusCode::Success, 0, b"", Address::zero());
    if let Some((_, it)) = sent(subject, static_call, &outer, host())? {
        same("the kind of a STATICCALL", &it.kind, &CallKind::Call)?;
        same("its flag static", &it.is_static, &true)?;
        same("its recipient", &it.recipient, &CALLER)?;
        same("its value", &it.value, &U256::zero())?;
    }
    if let Some((_, it)) = sent(subject, delegate_call, &outer, host())? {
        same("the kind of a DELEGATECALL", &it.kind, &CallKind::DelegateCall)?;
        same("its recipient", &it.recipient, &OWN)?;
        same("its code address", &it.code_address, &CALLER)?;
        same("its sender", &it.sender, &CALLER)?;
        same("its value", &it.value, &5.into())?;
    }
    if let Some((_, it)) = sent(subject, callcode, &outer, host())? {
        same("the kind of a CALLCODE", &it.kind, &CallKind::CallCode)?;
        same("its recipient", &it.recipient, &OWN)?;
        same("its code address", &it.code_address, &CALLER)?;
        same("its sender", &it.sender, &OWN)?;
        same("its value", &it.value, &U256::one())?;
    }
    Ok(())
}

pub(super) fn keep_a_64th(subject: &Subject) -> Result<(), String> {
    const ALL: Program = Program {
        evm: "0 0 0 0 0 CALLER GAS CALL",
        wasm: "(call $getCaller (i32.const 100))
            (drop (call $call (i64.const 0x7fffffffffffffff)
                (i32.const 100) (i32.const 150) (i32.const 0) (i32.const 0)))",
    };
    let host = answering(StatusCode::Success, 0, b"", Address::zero());
    let outer = message();
    let Some(ran) = subject.succeeds_with(ALL, &outer, host)? else { return Ok(()) };
    let Some(message) = ran.host.sent.first() else {
        return Err("the host got no message".to_owned());
    };
    // The rest is at least a 64th of what there was at the call.
    let kept = ran.result.gas_left;
    if kept < message.gas / 64 || message.gas < outer.gas / 2 {
        return Err(format!("of {} gas, {} was sent and {kept} kept", outer.gas, message.gas));
    }
    Ok(())
}

pub(super) fn return_data_comes_back(subject: &Subject) -> Result<(), String> {
    const RETURN: Program = Program {
        evm: "0 0 0 0 0 CALLER 10000 CALL POP RETURNDATASIZE 0 0 RETURNDATACOPY RETURNDATASIZE 0 RETURN",
        wasm: "(call $getCaller (i32.const 100))
            (drop (call $call (i64.const 10000)
                (i32.const 100) (i32.const 150) (i32.const 0) (i32.const 0)))
            (call $returnDataCopy (i32.const 0) (i32.const 0) (call $getReturnDataSize))
            (call $finish (i32.const 0) (call $getReturnDataSize))",
    };
    for status in [StatusCode::Success, StatusCode::Revert] {
        let host = answering(status, 5_000, b"what came back", Address::zero());
        subject.gives("return data", RETURN, &message(), host, b"what came back")?;
    }
    // The callee's gas comes back, too: 5,000 of 10,000.
    let spent = |left| {
        let host = answering(StatusCode::Success, left, b"", Address::zero());
        let ran = subject.succeeds(RETURN, host)?;
        Ok::<_, String>(ran.map(|ran| ran.result.gas_left))
    };
    if let (Some(none), Some(half)) = (spent(0)?, spent(5_000)?) {
        same("the gas that came back from a call", &(half - none), &5_000)?;
    }
    Ok(())
}

pub(super) fn that_fail_push_zero(subject: &Subject) -> Result<(), String> {
    for status in [
        StatusCode::Failure,
        StatusCode::Revert,
        StatusCode::OutOfGas,
        StatusCode::InsufficientBalance,
        StatusCode::CallDepthExceeded,
        StatusCode::PrecompileFailure,
    ] {
        let host = answering(status, 0, b"", Address::zero());
        let what = format!("the result of a call that ends with {status}");
        subject.gives(&what, CALL_PROGRAM, &message(), host, &word(0).0)?;
    }
    Ok(())
}

/// The result is zero, and the host has heard nothing.
fn is_not_sent(
    subject: &Subject,
    message: &Message<'_>,
    host: ScriptedHost,
    why: &str,
) -> Result<(), String> {
    let Some(ran) = subject.succeeds_with(CALL_PROGRAM, message, host)? else { return Ok(()) };
    if ran.result.output != word(0).0 {
        return Err(format!("a call {why} gave 0x{}, not 0", hex::encode(ran.result.output)));
    }
    if !ran.host.sent.is_empty() {
        return Err(format!("a call {why} was sent to the host"));
    }
    Ok(())
}

pub(super) fn end_at_depth_1024(subject: &Subject) -> Result<(), String> {
    let host = answering(StatusCode::Success, 0, b"", Address::zero());
    is_not_sent(subject, &Message { depth: 1024, ..message() }, host, "at depth 1024")
}

pub(super) fn need_the_balance(subject: &Subject) -> Result<(), String> {
    let mut host = answering(StatusCode::Success, 0, b"", Address::zero());
    host.balances.clear();
    is_not_sent(subject, &message(), host, "with more value than there is")
}

pub(super) fn static_mode_forbids(subject: &Subject) -> Result<(), String> {
    let forbidden = [
        Program { evm: "1 1 SSTORE", wasm: "(call $storageStore (i32.const 0) (i32.const 32))" },
        Program {
            evm: "0 0 LOG0",
            wasm: "(call $log (i32.const 0) (i32.const 1) (i32.const 0)
                (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0))",
        },
        Program {
            evm: "0 0 0 CREATE",
            wasm: "(drop (call $create (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 100)))",
        },
        CALL_PROGRAM,
        Program { evm: "CALLER SELFDESTRUCT", wasm: "(call $selfDestruct (i32.const 0))" },
    ];
    for program in forbidden {
        let Some(code) = subject.code(program) else { continue };
        let host = answering(StatusCode::Success, 0, b"", Address::zero());
        let before = host.storage.clone();
        let ran = subject.run(&code, &Message { is_static: true, ..message() }, host)?;
        let what = if subject.kind == Kind::Evm { program.evm } else { program.wasm };
        if matches!(ran.result.status, StatusCode::Success | StatusCode::Revert) {
            return Err(format!("`{what}` ended with {} in a static call", ran.result.status));
        }
        let host = ran.host;
        let is_changed = host.storage != before
            || !host.logs.is_empty()
            || !host.sent.is_empty()
            || host.asked.iter().any(|asked| asked.starts_with("selfdestruct"));
        if is_changed {
            return Err(format!("`{what}` changed the state in a static call"));
        }
    }
    Ok(())
}

pub(super) fn static_mode_is_inherited(subject: &Subject) -> Result<(), String> {
    const PLAIN: Program = Program {
        evm: "0 0 0 0 0 CALLER 10000 CALL",
        wasm: "(call $getCaller (i32.const 100))
            (drop (call $call (i64.const 10000)
                (i32.const 100) (i32.const 150) (i32.const 0) (i32.const 0)))",
    };
    let host = answering(StatusCode::Success, 0, b"", Address::zero());
    let outer = Message { is_static: true, ..message() };
    match sent(subject, PLAIN, &outer, host)? {
        Some((_, message)) => {
            same("the flag static of a call in a static call", &message.is_static, &true)
        }
        None => Ok(()),
    }
}

/// A host that knows a nonce.
struct Nonce {
    host: ScriptedHost,
    nonce: u64,
}

macro_rules! passes_on {
    ($($name:ident($($argument:ident: $type:ty),*) -> $answer:ty;)*) => { $(
        fn $name(&mut self, $($argument: $type),*) -> HostResult<$answer> {
            self.host.$name($($argument),*)
        }
    )* };
}

impl Host for Nonce {
    fn get_nonce(&mut self, _: Address) -> HostResult<u64> {
        Ok(self.nonce)
    }

    passes_on! {
        account_exists(address: Address) -> bool;
        get_storage(address: Address, key: Bytes32) -> Bytes32;
        set_storage(address: Address, key: Bytes32, value: Bytes32) -> hebe_host::StorageStatus;
        get_balance(address: Address) -> U256;
        get_code_size(address: Address) -> usize;
        get_code_hash(address: Address) -> Bytes32;
        copy_code(address: Address, offset: usize, buffer: &mut [u8]) -> usize;
        selfdestruct(address: Address, beneficiary: Address) -> bool;
        call(message: &Message<'_>) -> CallResult;
        get_tx_context() -> hebe_host::TxContext;
        get_block_hash(number: i64) -> Bytes32;
        emit_log(address: Address, data: &[u8], topics: &[Bytes32]) -> ();
        access_account(address: Address) -> hebe_host::AccessStatus;
        access_storage(address: Address, key: Bytes32) -> hebe_host::AccessStatus;
        get_transient_storage(address: Address, key: Bytes32) -> Bytes32;
        set_transient_storage(address: Address, key: Bytes32, value: Bytes32) -> ();
    }
}

/// What a creation finished with, and the messages that the host got.
fn create(subject: &Subject, code: &str, nonce: u64) -> Result<(Vec<u8>, ScriptedHost), String> {
    let host = answering(StatusCode::Success, 0, b"", OTHER);
    let mut host = Nonce { host, nonce };
    let code = asm(&format!("{code} 0 MSTORE 32 0 RETURN"));
    let result = subject.vm.execute(subject.revision(), &message(), &code, &mut host);
    let result = result.map_err(|fault| fault.to_string())?;
    match result.status {
        StatusCode::Success => Ok((result.output, host.host)),
        status => Err(format!("a contract that creates one ended with {status}")),
    }
}

fn is_created(
    subject: &Subject,
    code: &str,
    kind: CallKind,
    computed: Address,
) -> Result<(), String> {
    if subject.kind == Kind::Wasm {
        return Ok(());
    }
    let (output, host) = create(subject, code, 1)?;
    let Some(message) = host.sent.first() else { return Err("the host got no message".to_owned()) };
    same("the kind of a creation", &message.kind, &kind)?;
    same("its sender", &message.sender, &OWN)?;
    same("its depth", &message.depth, &1)?;
    same("its init code", &message.input, &vec![0])?;
    let expected = if subject.abi() < 18 { OTHER } else { computed };
    same("the address of the new contract", &output, &Bytes32::from(expected).0.to_vec())?;
    if subject.abi() >= 18 {
        same("its recipient", &message.recipient, &computed)?;
    } else if kind == CallKind::Create2 {
        same("its salt", &message.create2_salt, &word(7))?;
    }
    Ok(())
}

pub(super) fn a_creation(subject: &Subject) -> Result<(), String> {
    is_created(subject, "1 0 0 CREATE", CallKind::Create, create_address(OWN, 1))
}

pub(super) fn a_salted_creation(subject: &Subject) -> Result<(), String> {
    let computed = create2_address(OWN, word(7), &[0]);
    is_created(subject, "7 1 0 0 CREATE2", CallKind::Create2, computed)
}

pub(super) fn a_creation_after_the_last_nonce(subject: &Subject) -> Result<(), String> {
    if subject.kind == Kind::Wasm {
        return Ok(());
    }
    let (output, host) = create(subject, "1 0 0 CREATE", u64::MAX)?;
    if output != word(0).0 || !host.sent.is_empty() {
        return Err("an account with the nonce 2^64 - 1 created a contract".to_owned());
    }
    Ok(())
}

/// A host that runs the message that it gets on the same VM, down to a depth.
struct Nesting<'a> {
    subject: &'a Subject,
    code: &'a [u8],
    host: ScriptedHost,
    deepest: u32,
}

impl Host for Nesting<'_> {
    fn call(&mut self, message: &Message<'_>) -> HostResult<CallResult> {
        self.deepest = self.deepest.max(message.depth);
        if message.depth >= 100 {
            return self.host.call(message);
        }
        let (subject, code) = (self.subject, self.code);
        let inner = Message { recipient: OWN, code_address: OWN, sender: CALLER, ..*message };
        let result = subject.vm.execute(subject.revision(), &inner, code, self);
        result.map_err(|fault| hebe_host::HostFault(fault.to_string().into()))
    }

    passes_on! {
        account_exists(address: Address) -> bool;
        get_storage(address: Address, key: Bytes32) -> Bytes32;
        set_storage(address: Address, key: Bytes32, value: Bytes32) -> hebe_host::StorageStatus;
        get_balance(address: Address) -> U256;
        get_code_size(address: Address) -> usize;
        get_code_hash(address: Address) -> Bytes32;
        copy_code(address: Address, offset: usize, buffer: &mut [u8]) -> usize;
        selfdestruct(address: Address, beneficiary: Address) -> bool;
        get_tx_context() -> hebe_host::TxContext;
        get_block_hash(number: i64) -> Bytes32;
        emit_log(address: Address, data: &[u8], topics: &[Bytes32]) -> ();
        access_account(address: Address) -> hebe_host::AccessStatus;
        access_storage(address: Address, key: Bytes32) -> hebe_host::AccessStatus;
        get_transient_storage(address: Address, key: Bytes32) -> Bytes32;
        set_transient_storage(address: Address, key: Bytes32, value: Bytes32) -> ();
    }
}

/// Calls the sender with its input and finishes with its input, which each level must have kept.
pub(super) fn come_back_in(subject: &Subject) -> Result<(), String> {
    const AGAIN: Program = Program {
        evm: "CALLDATASIZE 0 0 CALLDATACOPY 0 0 CALLDATASIZE 0 0 CALLER GAS CALL POP CALLDATASIZE 0 RETURN",
        wasm: "(call $getCaller (i32.const 100))
            (call $callDataCopy (i32.const 0) (i32.const 0) (i32.const 4))
            (drop (call $call (i64.const 0x7fffffffffffffff)
                (i32.const 100) (i32.const 150) (i32.const 0) (i32.const 4)))
            (call $finish (i32.const 0) (i32.const 4))",
    };
    let Some(code) = subject.code(AGAIN) else { return Ok(()) };
    let host = answering(StatusCode::Success, 0, b"", Address::zero());
    let mut nesting = Nesting { subject, code: &code, host, deepest: 0 };
    let message = Message { gas: 1_000_000_000, input: b"mine", ..message() };
    let result = subject.vm.execute(subject.revision(), &message, &code, &mut nesting);
    let result = result.map_err(|fault| fault.to_string())?;
    same("the deepest message", &nesting.deepest, &100)?;
    same("the output of the outermost", &result.output, &b"mine".to_vec())
}

/// The host says that more gas is left than it got. A VM that believes it ends with gas out of nothing.
pub(super) fn of_a_host_that_lies(subject: &Subject) -> Result<(), String> {
    let Some(code) = subject.code(CALL_PROGRAM) else { return Ok(()) };
    let host = answering(StatusCode::Success, 1_000_000_000, b"", Address::zero());
    // What `run` refuses is a result with more gas than the message had.
    subject.run(&code, &message(), host).map(drop)
}
