//! What a contract can ask about its message, the transaction, the block, and balances.

use crate::{Args, Exit, Failure, Frame, GuestMemory, U256};

/// How many of the last blocks' hashes can be asked for (Yellow Paper, appendix H, BLOCKHASH).
const BLOCK_HASHES: i64 = 256;

pub(super) fn use_gas(
    _: &mut Frame<'_>,
    _: &mut dyn GuestMemory,
    _: Args<'_>,
) -> Result<u64, Exit> {
    Ok(0) // The fee is all there is to it.
}

pub(super) fn get_gas_left(
    frame: &mut Frame<'_>,
    _: &mut dyn GuestMemory,
    _: Args<'_>,
) -> Result<u64, Exit> {
    Ok(frame.gas_left())
}

pub(super) fn get_address(
    frame: &mut Frame<'_>,
    memory: &mut dyn GuestMemory,
    args: Args<'_>,
) -> Result<u64, Exit> {
    memory.write(args.u32(0), frame.message().recipient.as_bytes())?;
    Ok(0)
}

pub(super) fn get_caller(
    frame: &mut Frame<'_>,
    memory: &mut dyn GuestMemory,
    args: Args<'_>,
) -> Result<u64, Exit> {
    memory.write(args.u32(0), frame.message().sender.as_bytes())?;
    Ok(0)
}

pub(super) fn get_call_value(
    frame: &mut Frame<'_>,
    memory: &mut dyn GuestMemory,
    args: Args<'_>,
) -> Result<u64, Exit> {
    let result = memory.range(args.u32(0), 16)?;
    let value = narrow(frame.message().value)?;
    memory.slice_mut(result).copy_from_slice(&value.to_le_bytes());
    Ok(0)
}

pub(super) fn get_external_balance(
    frame: &mut Frame<'_>,
    memory: &mut dyn GuestMemory,
    args: Args<'_>,
) -> Result<u64, Exit> {
    let address = memory.read_address(args.u32(0))?;
    let result = memory.range(args.u32(1), 16)?;
    let balance = narrow(frame.host().get_balance(address)?)?;
    memory.slice_mut(result).copy_from_slice(&balance.to_le_bytes());
    Ok(0)
}

pub(super) fn get_tx_origin(
    frame: &mut Frame<'_>,
    memory: &mut dyn GuestMemory,
    args: Args<'_>,
) -> Result<u64, Exit> {
    let result = memory.range(args.u32(0), 20)?;
    memory.slice_mut(result).copy_from_slice(frame.tx_context()?.tx_origin.as_bytes());
    Ok(0)
}

pub(super) fn get_tx_gas_price(
    frame: &mut Frame<'_>,
    memory: &mut dyn GuestMemory,
    args: Args<'_>,
) -> Result<u64, Exit> {
    let result = memory.range(args.u32(0), 16)?;
    let price = narrow(frame.tx_context()?.tx_gas_price)?;
    memory.slice_mut(result).copy_from_slice(&price.to_le_bytes());
    Ok(0)
}

pub(super) fn get_block_coinbase(
    frame: &mut Frame<'_>,
    memory: &mut dyn GuestMemory,
    args: Args<'_>,
) -> Result<u64, Exit> {
    let result = memory.range(args.u32(0), 20)?;
    memory.slice_mut(result).copy_from_slice(frame.tx_context()?.block_coinbase.as_bytes());
    Ok(0)
}

pub(super) fn get_block_difficulty(
    frame: &mut Frame<'_>,
    memory: &mut dyn GuestMemory,
    args: Args<'_>,
) -> Result<u64, Exit> {
    let result = memory.range(args.u32(0), 32)?;
    let difficulty = frame.tx_context()?.block_prev_randao.to_little_endian();
    memory.slice_mut(result).copy_from_slice(&difficulty);
    Ok(0)
}

pub(super) fn get_block_number(
    frame: &mut Frame<'_>,
    _: &mut dyn GuestMemory,
    _: Args<'_>,
) -> Result<u64, Exit> {
    Ok(frame.tx_context()?.block_number.cast_unsigned())
}

pub(super) fn get_block_timestamp(
    frame: &mut Frame<'_>,
    _: &mut dyn GuestMemory,
    _: Args<'_>,
) -> Result<u64, Exit> {
    Ok(frame.tx_context()?.block_timestamp.cast_unsigned())
}

pub(super) fn get_block_gas_limit(
    frame: &mut Frame<'_>,
    _: &mut dyn GuestMemory,
    _: Args<'_>,
) -> Result<u64, Exit> {
    Ok(frame.tx_context()?.block_gas_limit.cast_unsigned())
}

/// Gives 0 and writes the hash, or gives 1 and writes nothing.
pub(super) fn get_block_hash(
    frame: &mut Frame<'_>,
    memory: &mut dyn GuestMemory,
    args: Args<'_>,
) -> Result<u64, Exit> {
    let number = args.i64(0);
    let result = memory.range(args.u32(1), 32)?;
    let current = frame.tx_context()?.block_number;
    let oldest = current.saturating_sub(BLOCK_HASHES).max(0);
    if !(oldest..current).contains(&number) {
        return Ok(1);
    }
    let hash = frame.host().get_block_hash(number)?;
    if hash.is_zero() {
        return Ok(1);
    }
    memory.slice_mut(result).copy_from_slice(hash.as_bytes());
    Ok(0)
}

/// The EEI gives amounts of wei as 128-bit numbers.
pub(super) fn narrow(value: U256) -> Result<u128, Failure> {
    value.try_into().map_err(|_| Failure::ArgumentOutOfRange)
}
