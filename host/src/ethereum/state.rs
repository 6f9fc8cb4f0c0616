//! Storage and logs.

use super::access;
use crate::{Args, Bytes32, Exit, Failure, Frame, GuestMemory, StorageFees};

/// The most topics that a log can have (Yellow Paper, appendix H, LOG4).
const MAX_TOPICS: u32 = 4;

pub(super) fn storage_load(
    frame: &mut Frame<'_>,
    memory: &mut dyn GuestMemory,
    args: Args<'_>,
) -> Result<u64, Exit> {
    let key = memory.read_bytes32(args.u32(0))?;
    let result = memory.range(args.u32(1), 32)?;
    let address = frame.message().recipient;
    access::slot_to_load(frame, key)?;
    let value = frame.host().get_storage(address, key)?;
    memory.slice_mut(result).copy_from_slice(value.as_bytes());
    Ok(0)
}

/// Stores a word. What that costs depends on what was there: by gross metering on the current word, which
/// is asked for beforehand, so that nothing is stored that can't be paid; by net metering on the original
/// one too, which only the host knows, and tells by storing.
pub(super) fn storage_store(
    frame: &mut Frame<'_>,
    memory: &mut dyn GuestMemory,
    args: Args<'_>,
) -> Result<u64, Exit> {
    let key = memory.read_bytes32(args.u32(0))?;
    let value = memory.read_bytes32(args.u32(1))?;
    let address = frame.message().recipient;
    let fees = &frame.fees().storage_store;
    access::slot_to_store(frame, key)?;
    match fees {
        StorageFees::Gross { reset, set, .. } => {
            if !value.is_zero() && frame.host().get_storage(address, key)?.is_zero() {
                frame.charge(set - reset)?;
            }
            let status = frame.host().set_storage(address, key, value)?;
            frame.refund(fees.refund(status))?;
        }
        StorageFees::Net { .. } => {
            let status = frame.host().set_storage(address, key, value)?;
            frame.charge(fees.surcharge(status))?;
            frame.refund(fees.refund(status))?;
        }
    }
    Ok(0)
}

pub(super) fn transient_load(
    frame: &mut Frame<'_>,
    memory: &mut dyn GuestMemory,
    args: Args<'_>,
) -> Result<u64, Exit> {
    let key = memory.read_bytes32(args.u32(0))?;
    let result = memory.range(args.u32(1), 32)?;
    let address = frame.message().recipient;
    let value = frame.host().get_transient_storage(address, key)?;
    memory.slice_mut(result).copy_from_slice(value.as_bytes());
    Ok(0)
}

pub(super) fn transient_store(
    frame: &mut Frame<'_>,
    memory: &mut dyn GuestMemory,
    args: Args<'_>,
) -> Result<u64, Exit> {
    let key = memory.read_bytes32(args.u32(0))?;
    let value = memory.read_bytes32(args.u32(1))?;
    let address = frame.message().recipient;
    frame.host().set_transient_storage(address, key, value)?;
    Ok(0)
}

pub(super) fn log(
    frame: &mut Frame<'_>,
    memory: &mut dyn GuestMemory,
    args: Args<'_>,
) -> Result<u64, Exit> {
    let count = args.u32(2);
    if count > MAX_TOPICS {
        return Err(Failure::TooManyTopics.into());
    }
    let data = memory.read(args.u32(0), args.u32(1))?;
    let topics = (3..3 + count as usize)
        .map(|index| memory.read_bytes32(args.u32(index)))
        .collect::<Result<Vec<Bytes32>, Failure>>()?;
    let address = frame.message().recipient;
    frame.host().emit_log(address, data, &topics)?;
    Ok(0)
}
