//! Storage and logs.

use crate::{Args, Bytes32, Exit, Failure, Frame, GuestMemory, StorageStatus};

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
    let value = frame.host().get_storage(address, key)?;
    memory.slice_mut(result).copy_from_slice(value.as_bytes());
    Ok(0)
}

/// Stores by the Byzantium rule: the fee and the refund depend on the current and the new value only.
pub(super) fn storage_store(
    frame: &mut Frame<'_>,
    memory: &mut dyn GuestMemory,
    args: Args<'_>,
) -> Result<u64, Exit> {
    let key = memory.read_bytes32(args.u32(0))?;
    let value = memory.read_bytes32(args.u32(1))?;
    let address = frame.message().recipient;
    let fees = &frame.fees().storage_store;
    if !value.is_zero() && frame.host().get_storage(address, key)?.is_zero() {
        frame.charge(fees.set)?;
    }
    match frame.host().set_storage(address, key, value)? {
        StorageStatus::Deleted | StorageStatus::ModifiedDeleted | StorageStatus::AddedDeleted => {
            frame.refund(fees.clear_refund)?;
        }
        StorageStatus::Assigned
        | StorageStatus::Added
        | StorageStatus::Modified
        | StorageStatus::DeletedAdded
        | StorageStatus::DeletedRestored
        | StorageStatus::ModifiedRestored => {}
    }
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
