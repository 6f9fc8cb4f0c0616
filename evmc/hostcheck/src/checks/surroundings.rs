//! Transaction, block and logs.

use crate::probe::{Checked, Probe};
use hebe_host::{Bytes32, Revision};

pub(super) fn context_stays(probe: &mut Probe<'_>) -> Checked {
    let (first, second) = (probe.context()?, probe.context()?);
    if first == second {
        Ok(())
    } else {
        Err(format!("get_tx_context answered {first:?}, and then {second:?}"))
    }
}

pub(super) fn context_is_plausible(probe: &mut Probe<'_>) -> Checked {
    let context = probe.context()?;
    let numbers = [
        ("block_number", context.block_number),
        ("block_timestamp", context.block_timestamp),
        ("block_gas_limit", context.block_gas_limit),
    ];
    if let Some((name, number)) = numbers.into_iter().find(|(_, number)| *number < 0) {
        return Err(format!("{name} is {number}, below 0"));
    }
    let amounts = [
        ("tx_gas_price", context.tx_gas_price),
        ("block_base_fee", context.block_base_fee),
        ("blob_base_fee", context.blob_base_fee),
        ("chain_id", context.chain_id),
    ];
    if let Some((name, amount)) = amounts.into_iter().find(|(_, amount)| amount.bits() > 128) {
        return Err(format!("{name} is {amount}, more than 128 bits: is it little-endian?"));
    }
    if context.chain_id.is_zero() && probe.revision >= Revision::Istanbul {
        return Err("chain_id is 0".to_owned());
    }
    // VERSIONED_HASH_VERSION_KZG (EIP-4844).
    match context.blob_hashes.iter().find(|hash| hash.0[0] != 1) {
        Some(hash) => Err(format!("a blob hash begins with {:#04x}, not 0x01", hash.0[0])),
        None => Ok(()),
    }
}

pub(super) fn sender_signed(probe: &mut Probe<'_>) -> Checked {
    let (origin, sender) = (probe.context()?.tx_origin, probe.message.sender);
    if origin == sender {
        Ok(())
    } else {
        Err(format!("the message at depth 0 is from {sender:?}, and tx_origin is {origin:?}"))
    }
}

/// The 256 blocks before the current one have hashes, and no other.
pub(super) fn old_hashes_are_zero(probe: &mut Probe<'_>) -> Checked {
    let current = probe.context()?.block_number;
    let outside =
        [current, current.saturating_add(1), current.saturating_sub(257), i64::MAX, -1, i64::MIN];
    for number in outside {
        let hash = probe.block_hash(number)?;
        if !hash.is_zero() {
            return Err(format!("at block {current}, get_block_hash({number}) is {hash:?}, not 0"));
        }
    }
    Ok(())
}

/// Nothing comes back, so all there is to see is that the host bears it.
pub(super) fn logs_are_taken(probe: &mut Probe<'_>) -> Checked {
    let topics = [1, 2, 3, 4].map(Bytes32::repeat_byte);
    for count in 0..=4 {
        probe.log(b"", &topics[..count])?;
        probe.log(&[7; 10_000], &topics[..count])?;
    }
    Ok(())
}
