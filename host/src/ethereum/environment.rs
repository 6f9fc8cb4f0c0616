//! What a contract can ask about its message, the transaction, the block, and balances.

use super::access;
use crate::{Args, Exit, Failure, Frame, GuestMemory, TxContext, U256};

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
    access::account(frame, address)?;
    let balance = narrow(frame.host().get_balance(address)?)?;
    memory.slice_mut(result).copy_from_slice(&balance.to_le_bytes());
    Ok(0)
}

pub(super) fn get_self_balance(
    frame: &mut Frame<'_>,
    memory: &mut dyn GuestMemory,
    args: Args<'_>,
) -> Result<u64, Exit> {
    let result = memory.range(args.u32(0), 16)?;
    let address = frame.message().recipient;
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

/// The difficulty; from Paris on the RANDAO value, which `getPrevRandao` is the name for (EIP-4399).
pub(super) fn get_block_difficulty(
    frame: &mut Frame<'_>,
    memory: &mut dyn GuestMemory,
    args: Args<'_>,
) -> Result<u64, Exit> {
    context_number(frame, memory, args, |context| context.block_prev_randao)
}

pub(super) fn get_chain_id(
    frame: &mut Frame<'_>,
    memory: &mut dyn GuestMemory,
    args: Args<'_>,
) -> Result<u64, Exit> {
    context_number(frame, memory, args, |context| context.chain_id)
}

pub(super) fn get_base_fee(
    frame: &mut Frame<'_>,
    memory: &mut dyn GuestMemory,
    args: Args<'_>,
) -> Result<u64, Exit> {
    context_number(frame, memory, args, |context| context.block_base_fee)
}

pub(super) fn get_blob_base_fee(
    frame: &mut Frame<'_>,
    memory: &mut dyn GuestMemory,
    args: Args<'_>,
) -> Result<u64, Exit> {
    context_number(frame, memory, args, |context| context.blob_base_fee)
}

/// Writes a number of 256 bits that the transaction's context has.
fn context_number(
    frame: &mut Frame<'_>,
    memory: &mut dyn GuestMemory,
    args: Args<'_>,
    number: fn(&TxContext) -> U256,
) -> Result<u64, Exit> {
    let result = memory.range(args.u32(0), 32)?;
    let number = number(frame.tx_context()?).to_little_endian();
    memory.slice_mut(result).copy_from_slice(&number);
    Ok(0)
}

/// The versioned hash of the transaction's blob with this number, or zero where it has no such blob
/// (EIP-4844).
pub(super) fn get_blob_hash(
    frame: &mut Frame<'_>,
    memory: &mut dyn GuestMemory,
    args: Args<'_>,
) -> Result<u64, Exit> {
    let result = memory.range(args.u32(1), 32)?;
    let hashes = &frame.tx_context()?.blob_hashes;
    let hash = hashes.get(args.u32(0) as usize).copied().unwrap_or_default();
    memory.slice_mut(result).copy_from_slice(hash.as_bytes());
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
