//! What calls and creations have in common: how a message is sent, and what its answer means.

use super::environment::narrow;
use crate::{CallResult, Exit, Failure, Frame, GuestMemory, Message, StatusCode, U256};

/// What calls and creations give to the contract (EEI specification).
const SUCCESS: u64 = 0;
pub(super) const FAILURE: u64 = 1;
const REVERT: u64 = 2;

/// Takes `gas` for the message, has the chain run it, and gives back what it did not use. The
/// message's own gas may be more: the stipend is a gift.
pub(super) fn deliver(
    frame: &mut Frame<'_>,
    message: &Message<'_>,
    gas: u64,
) -> Result<CallResult, Exit> {
    frame.charge(gas)?;
    let answer = frame.host().call(message)?;
    answer.check(message)?;
    frame.give_back(answer.gas_left.cast_unsigned());
    if answer.status == StatusCode::Success {
        frame.refund(answer.gas_refund)?;
    }
    Ok(answer)
}

/// The data of a call or creation; where it is does not matter when there is none.
pub(super) fn read_data(
    memory: &dyn GuestMemory,
    offset: u32,
    length: u32,
) -> Result<&[u8], Failure> {
    if length == 0 { Ok(&[]) } else { memory.read(offset, length) }
}

/// Whether this contract has `value` to give.
pub(super) fn can_pay(frame: &mut Frame<'_>, value: U256) -> Result<bool, Exit> {
    let address = frame.message().recipient;
    let balance = narrow(frame.host().get_balance(address)?)?;
    Ok(value <= U256::from(balance))
}

/// The most gas that a message can be given (EIP-150).
pub(super) fn all_but_one_64th(gas_left: u64) -> u64 {
    gas_left - gas_left / 64
}

/// Gas as messages carry it. A frame never has more than `i64::MAX`, so only a stipend on top of that
/// is lost here.
pub(super) fn whole_gas(gas: u64) -> i64 {
    i64::try_from(gas).unwrap_or(i64::MAX)
}

pub(super) fn result_code(status: StatusCode) -> u64 {
    match status {
        StatusCode::Success => SUCCESS,
        StatusCode::Revert => REVERT,
        _ => FAILURE,
    }
}
