//! The creation of contracts.

use super::messages::{
    FAILURE, all_but_one_64th, can_pay, deliver, read_data, result_code, whole_gas,
};
use crate::{
    Address, Args, Bytes32, CallKind, Exit, Failure, Frame, GuestMemory, MAX_DEPTH, Message,
    StatusCode, U256,
};

/// `create`: value, data, length, result.
pub(super) fn create(
    frame: &mut Frame<'_>,
    memory: &mut dyn GuestMemory,
    args: Args<'_>,
) -> Result<u64, Exit> {
    send(frame, memory, args, None)
}

/// `create2`: value, data, length, salt, result (EIP-1014).
pub(super) fn create2(
    frame: &mut Frame<'_>,
    memory: &mut dyn GuestMemory,
    args: Args<'_>,
) -> Result<u64, Exit> {
    send(frame, memory, args, Some(3))
}

/// Creates a contract; `salt` is the argument that says where the salt is, and the last one is where the
/// new address goes.
fn send(
    frame: &mut Frame<'_>,
    memory: &mut dyn GuestMemory,
    args: Args<'_>,
    salt: Option<usize>,
) -> Result<u64, Exit> {
    let length = args.u32(2);
    if frame.max_init_code_size().is_some_and(|max| length as usize > max) {
        return Err(Failure::OutOfGas.into());
    }
    let value = U256::from(memory.read_u128(args.u32(0))?);
    let salt = salt.map(|index| memory.read_bytes32(args.u32(index))).transpose()?;
    let result = memory.range(args.u32(args.len() - 1), 20)?;
    frame.set_return_data(Vec::new());
    if frame.message().depth >= MAX_DEPTH || !can_pay(frame, value)? {
        return Ok(FAILURE);
    }
    let init_code = read_data(memory, args.u32(1), length)?;
    let gas = all_but_one_64th(frame.gas_left());
    let this = frame.message();
    let message = Message {
        kind: if salt.is_some() { CallKind::Create2 } else { CallKind::Create },
        is_static: false,
        is_delegated: false,
        depth: this.depth + 1,
        gas: whole_gas(gas),
        recipient: Address::zero(),
        sender: this.recipient,
        input: init_code,
        value,
        create2_salt: salt.unwrap_or_else(Bytes32::zero),
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
