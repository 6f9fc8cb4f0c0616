//! Byte strings that a contract can measure and copy: its input, code, return data, others' code.

use super::access;
use crate::{Args, Exit, Frame, GuestMemory, HostFault, memory::checked_range};

pub(super) fn get_call_data_size(
    frame: &mut Frame<'_>,
    _: &mut dyn GuestMemory,
    _: Args<'_>,
) -> Result<u64, Exit> {
    Ok(frame.message().input.len() as u64)
}

pub(super) fn call_data_copy(
    frame: &mut Frame<'_>,
    memory: &mut dyn GuestMemory,
    args: Args<'_>,
) -> Result<u64, Exit> {
    copy(frame.message().input, memory, args)
}

pub(super) fn get_code_size(
    frame: &mut Frame<'_>,
    _: &mut dyn GuestMemory,
    _: Args<'_>,
) -> Result<u64, Exit> {
    Ok(frame.code().len() as u64)
}

pub(super) fn code_copy(
    frame: &mut Frame<'_>,
    memory: &mut dyn GuestMemory,
    args: Args<'_>,
) -> Result<u64, Exit> {
    copy(frame.code(), memory, args)
}

pub(super) fn get_return_data_size(
    frame: &mut Frame<'_>,
    _: &mut dyn GuestMemory,
    _: Args<'_>,
) -> Result<u64, Exit> {
    Ok(frame.return_data().len() as u64)
}

pub(super) fn return_data_copy(
    frame: &mut Frame<'_>,
    memory: &mut dyn GuestMemory,
    args: Args<'_>,
) -> Result<u64, Exit> {
    copy(frame.return_data(), memory, args)
}

pub(super) fn get_external_code_size(
    frame: &mut Frame<'_>,
    memory: &mut dyn GuestMemory,
    args: Args<'_>,
) -> Result<u64, Exit> {
    let address = memory.read_address(args.u32(0))?;
    access::account(frame, address)?;
    let size = frame.host().get_code_size(address)?;
    match u32::try_from(size) {
        Ok(size) => Ok(size.into()),
        Err(_) => Err(HostFault("answered get_code_size with more than 4 GiB".into()).into()),
    }
}

/// Zero for an account that does not exist (EIP-1052).
pub(super) fn get_external_code_hash(
    frame: &mut Frame<'_>,
    memory: &mut dyn GuestMemory,
    args: Args<'_>,
) -> Result<u64, Exit> {
    let address = memory.read_address(args.u32(0))?;
    let result = memory.range(args.u32(1), 32)?;
    access::account(frame, address)?;
    let hash = frame.host().get_code_hash(address)?;
    memory.slice_mut(result).copy_from_slice(hash.as_bytes());
    Ok(0)
}

pub(super) fn external_code_copy(
    frame: &mut Frame<'_>,
    memory: &mut dyn GuestMemory,
    args: Args<'_>,
) -> Result<u64, Exit> {
    let address = memory.read_address(args.u32(0))?;
    let (offset, length) = (args.u32(2), args.u32(3));
    let result = memory.range(args.u32(1), length)?;
    access::account(frame, address)?;
    let source = checked_range(offset, length as usize, frame.host().get_code_size(address)?)?;
    let buffer = memory.slice_mut(result);
    let copied = frame.host().copy_code(address, source.start, buffer)?;
    if copied != source.len() {
        let fault = "copied another number of bytes of code than get_code_size had promised";
        return Err(HostFault(fault.into()).into());
    }
    Ok(0)
}

/// Copies from `source` by the arguments result, offset, length. Past the end of the source is an
/// error, unlike in the EVM, which gives zeros.
fn copy(source: &[u8], memory: &mut dyn GuestMemory, args: Args<'_>) -> Result<u64, Exit> {
    let (offset, length) = (args.u32(1), args.u32(2));
    let result = memory.range(args.u32(0), length)?;
    let source = &source[checked_range(offset, length as usize, source.len())?];
    memory.slice_mut(result).copy_from_slice(source);
    Ok(0)
}
