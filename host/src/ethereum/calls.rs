//! Messages to other contracts.

use super::{
    access,
    messages::{FAILURE, all_but_one_64th, can_pay, deliver, read_data, result_code, whole_gas},
};
use crate::{
    Address, Args, CallKind, DELEGATION, Exit, Frame, GuestMemory, MAX_DEPTH, Message, Surcharge,
    U256,
};

/// Value is sent.
pub(super) static VALUE: Surcharge =
    Surcharge { when: "when value is sent", price: |fees| fees.call_value };

/// Value is sent to an account that it brings into being.
pub(super) static NEW_ACCOUNT: Surcharge = Surcharge {
    when: "when value is sent to an account that does not exist",
    price: |fees| fees.call_new_account,
};

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

/// Sends the message of one of the four calls; depth, gas and what delegation changes of `message` are set
/// here.
fn send(frame: &mut Frame<'_>, requested: i64, message: Message<'_>) -> Result<u64, Exit> {
    let fees = frame.fees();
    let target = message.code_address;
    frame.charge(fees.call)?;
    access::account(frame, target)?;
    let delegate = delegate(frame, target)?;
    frame.set_return_data(Vec::new());
    if frame.message().depth >= MAX_DEPTH {
        return Ok(FAILURE);
    }
    let mut stipend = 0;
    if moves_value(&message) {
        frame.pay(&VALUE)?;
        if !can_pay(frame, message.value)? {
            return Ok(FAILURE);
        }
        if message.kind == CallKind::Call && !frame.host().account_exists(message.recipient)? {
            frame.pay(&NEW_ACCOUNT)?;
        }
        stipend = fees.call_stipend;
    }
    let gas = requested.cast_unsigned().min(all_but_one_64th(frame.gas_left()));
    let message = Message {
        depth: message.depth + 1,
        gas: whole_gas(gas + stipend),
        is_delegated: delegate.is_some(),
        code_address: delegate.unwrap_or(target),
        ..message
    };
    let answer = deliver(frame, &message, gas)?;
    frame.set_return_data(answer.output);
    Ok(result_code(answer.status))
}

/// The account whose code runs in place of the target's, where that has delegated to one (EIP-7702), which
/// costs as much as to access that account. Whether that one has delegated too does not matter.
fn delegate(frame: &mut Frame<'_>, target: Address) -> Result<Option<Address>, Exit> {
    if !frame.fees().delegation {
        return Ok(None);
    }
    let mut code = [0; DELEGATION.len() + 20];
    let copied = frame.host().copy_code(target, 0, &mut code)?;
    let delegate = match code.strip_prefix(DELEGATION) {
        Some(delegate) if copied == code.len() => Address::from_slice(delegate),
        _ => return Ok(None),
    };
    access::delegate(frame, delegate)?;
    Ok(Some(delegate))
}

/// A delegate call carries its caller's value along, but nothing moves.
fn moves_value(message: &Message<'_>) -> bool {
    message.kind != CallKind::DelegateCall && !message.value.is_zero()
}
