//! How a contract ends its frame by its own will.

use super::access;
use crate::{Args, Exit, Frame, GuestMemory, Surcharge};

/// The balance goes to an account that it brings into being.
pub(super) static NEW_BENEFICIARY: Surcharge = Surcharge {
    when: "when a balance goes to an account that does not exist",
    price: |fees| fees.self_destruct_new_account,
};

pub(super) fn finish(
    _: &mut Frame<'_>,
    memory: &mut dyn GuestMemory,
    args: Args<'_>,
) -> Result<u64, Exit> {
    let output = memory.read(args.u32(0), args.u32(1))?;
    Err(Exit::Finish(output.to_vec()))
}

pub(super) fn revert(
    _: &mut Frame<'_>,
    memory: &mut dyn GuestMemory,
    args: Args<'_>,
) -> Result<u64, Exit> {
    let output = memory.read(args.u32(0), args.u32(1))?;
    Err(Exit::Revert(output.to_vec()))
}

/// Success without output. A beneficiary that comes into being costs extra only when something is
/// sent to it (EIP-161).
pub(super) fn self_destruct(
    frame: &mut Frame<'_>,
    memory: &mut dyn GuestMemory,
    args: Args<'_>,
) -> Result<u64, Exit> {
    let beneficiary = memory.read_address(args.u32(0))?;
    let address = frame.message().recipient;
    access::beneficiary(frame, beneficiary)?;
    if !frame.host().account_exists(beneficiary)? && !frame.host().get_balance(address)?.is_zero() {
        frame.pay(&NEW_BENEFICIARY)?;
    }
    if frame.host().selfdestruct(address, beneficiary)? {
        frame.refund(frame.fees().self_destruct_refund)?;
    }
    Err(Exit::Finish(Vec::new()))
}
