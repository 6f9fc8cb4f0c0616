//! Messages to other contracts, and the creation of contracts.

use super::environment::narrow;
use crate::{
    Address, Args, Bytes32, CallKind, CallResult, Exit, Failure, Frame, GuestMemory, HostFault,
    MAX_DEPTH, Message, StatusCode, U256,
};

/// What `call` and `create` give to the contract (EEI specification).
const SUCCESS: u64 = 0;
const FAILURE: u64 = 1;
const REVERT: u64 = 2;

pub(super) fn call(
    frame: &mut Frame<'_>,
    memory: &mut dyn GuestMemory,
    args: Args<'_>,
) -> Result<u64, Exit> {
    let target = memory.read_address(args.u32(1))?;
    let value = U256::from(memory.read_u128(args.u32(2))?);
    let input = read_data(memory, args.u32(3), args.u32(4))?;
    if !value.is_zero() {
        frame.forbid_static()?;
    }
    let this = *frame.message();
    send(
        frame,
        args.i64(0),
        Message {
            kind: CallKind::Call,
            recipient: target,
            sender: this.recipient,
            input,
            value,
            code_address: target,
            ..this
        },
    )
}

pub(super) fn call_code(
    frame: &mut Frame<'_>,
    memory: &mut dyn GuestMemory,
    args: Args<'_>,
) -> Result<u64, Exit> {
    let target = memory.read_address(args.u32(1))?;
    let value = U256::from(memory.read_u128(args.u32(2))?);
    let input = read_data(memory, args.u32(3), args.u32(4))?;
    let this = *frame.message();
    send(
        frame,
        args.i64(0),
        Message {
            kind: CallKind::CallCode,
            sender: this.recipient,
            input,
            value,
            code_address: target,
            ..this
        },
    )
}

pub(super) fn call_delegate(
    frame: &mut Frame<'_>,
    memory: &mut dyn GuestMemory,
    args: Args<'_>,
) -> Result<u64, Exit> {
    let target = memory.read_address(args.u32(1))?;
    let input = read_data(memory, args.u32(2), args.u32(3))?;
    let this = *frame.message();
    send(
        frame,
        args.i64(0),
        Message { kind: CallKind::DelegateCall, input, code_address: target, ..this },
    )
}

pub(super) fn call_static(
    frame: &mut Frame<'_>,
    memory: &mut dyn GuestMemory,
    args: Args<'_>,
) -> Result<u64, Exit> {
    let target = memory.read_address(args.u32(1))?;
    let input = read_data(memory, args.u32(2), args.u32(3))?;
    let this = *frame.message();
    send(
        frame,
        args.i64(0),
        Message {
            kind: CallKind::Call,
            is_static: true,
            recipient: target,
            sender: this.recipient,
            input,
            value: U256::zero(),
            code_address: target,
            ..this
        },
    )
}

pub(super) fn create(
    frame: &mut Frame<'_>,
    memory: &mut dyn GuestMemory,
    args: Args<'_>,
) -> Result<u64, Exit> {
    let value = U256::from(memory.read_u128(args.u32(0))?);
    let result = memory.range(args.u32(3), 20)?;
    frame.set_return_data(Vec::new());
    if frame.message().depth >= MAX_DEPTH || !can_pay(frame, value)? {
        return Ok(FAILURE);
    }
    let init_code = read_data(memory, args.u32(1), args.u32(2))?;
    let gas = all_but_one_64th(frame.gas_left());
    let this = frame.message();
    let message = Message {
        kind: CallKind::Create,
        is_static: false,
        depth: this.depth + 1,
        gas: whole_gas(gas),
        recipient: Address::zero(),
        sender: this.recipient,
        input: init_code,
        value,
        create2_salt: Bytes32::zero(),
        code_address: Address::zero(),
    };
    let created = deliver(frame, &message, gas)?;
    if created.status == StatusCode::Success {
        memory.slice_mut(result).copy_from_slice(created.create_address.as_bytes());
    } else {
        frame.set_return_data(created.output);
    }
    Ok(result_code(created.status))
}

/// Sends the message of one of the four calls; depth and gas of `message` are set here.
fn send(frame: &mut Frame<'_>, requested: i64, message: Message<'_>) -> Result<u64, Exit> {
    let fees = frame.fees();
    frame.charge(fees.call)?;
    frame.set_return_data(Vec::new());
    if frame.message().depth >= MAX_DEPTH {
        return Ok(FAILURE);
    }
    let mut stipend = 0;
    if moves_value(&message) {
        frame.charge(fees.call_value)?;
        if !can_pay(frame, message.value)? {
            return Ok(FAILURE);
        }
        if message.kind == CallKind::Call && !frame.host().account_exists(message.recipient)? {
            frame.charge(fees.call_new_account)?;
        }
        stipend = fees.call_stipend;
    }
    let gas = requested.cast_unsigned().min(all_but_one_64th(frame.gas_left()));
    let message = Message { depth: message.depth + 1, gas: whole_gas(gas + stipend), ..message };
    let answer = deliver(frame, &message, gas)?;
    frame.set_return_data(answer.output);
    Ok(result_code(answer.status))
}

/// Takes `gas` for the message, has the chain run it, and gives back what it did not use. The
/// message's own gas may be more: the stipend is a gift.
fn deliver(frame: &mut Frame<'_>, message: &Message<'_>, gas: u64) -> Result<CallResult, Exit> {
    frame.charge(gas)?;
    let answer = frame.host().call(message)?;
    check(message, &answer)?;
    frame.give_back(answer.gas_left.cast_unsigned());
    if answer.status == StatusCode::Success {
        frame.refund(answer.gas_refund)?;
    }
    Ok(answer)
}

/// A result that can't be is the client's fault, and so is one that is no outcome: if a nested
/// message could not be run, nobody knows how this one would have ended.
fn check(message: &Message<'_>, answer: &CallResult) -> Result<(), HostFault> {
    if !(0..=message.gas).contains(&answer.gas_left) {
        let (left, gas) = (answer.gas_left, message.gas);
        return Err(HostFault(format!("answered call with {left} gas left of {gas}").into()));
    }
    if u32::try_from(answer.output.len()).is_err() {
        return Err(HostFault("answered call with more than 4 GiB of output".into()));
    }
    match answer.status {
        StatusCode::InternalError | StatusCode::Rejected | StatusCode::OutOfMemory => {
            Err(HostFault(format!("could not run a call: {}", answer.status).into()))
        }
        _ => Ok(()),
    }
}

/// The data of a call or create; where it is does not matter when there is none.
fn read_data(memory: &dyn GuestMemory, offset: u32, length: u32) -> Result<&[u8], Failure> {
    if length == 0 { Ok(&[]) } else { memory.read(offset, length) }
}

/// A delegate call carries its caller's value along, but nothing moves.
fn moves_value(message: &Message<'_>) -> bool {
    message.kind != CallKind::DelegateCall && !message.value.is_zero()
}

/// Whether this contract has `value` to give.
fn can_pay(frame: &mut Frame<'_>, value: U256) -> Result<bool, Exit> {
    let address = frame.message().recipient;
    let balance = narrow(frame.host().get_balance(address)?)?;
    Ok(value <= U256::from(balance))
}

/// The most gas that a message can be given (EIP-150).
fn all_but_one_64th(gas_left: u64) -> u64 {
    gas_left - gas_left / 64
}

/// Gas as messages carry it. A frame never has more than `i64::MAX`, so only a stipend on top of that
/// is lost here.
fn whole_gas(gas: u64) -> i64 {
    i64::try_from(gas).unwrap_or(i64::MAX)
}

fn result_code(status: StatusCode) -> u64 {
    match status {
        StatusCode::Success => SUCCESS,
        StatusCode::Revert => REVERT,
        _ => FAILURE,
    }
}
