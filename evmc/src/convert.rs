//! What the C structures mean: from EVMC's types to those of `hebe_host`, and back.

use crate::{
    abi::*,
    pointers::{self, BadArray},
};
use hebe_host::{
    AccessStatus, Address, Bytes32, CallKind, Message, StatusCode, StorageStatus, TxContext, U256,
};

pub(crate) fn address(c: evmc_address) -> Address {
    Address(c.bytes)
}

pub(crate) fn address_to_c(address: Address) -> evmc_address {
    evmc_address { bytes: address.0 }
}

pub(crate) fn bytes32(c: evmc_bytes32) -> Bytes32 {
    Bytes32(c.bytes)
}

pub(crate) fn bytes32_to_c(word: Bytes32) -> evmc_bytes32 {
    evmc_bytes32 { bytes: word.0 }
}

pub(crate) fn u256(c: evmc_uint256be) -> U256 {
    U256::from_big_endian(&c.bytes)
}

pub(crate) fn u256_to_c(number: U256) -> evmc_uint256be {
    evmc_uint256be { bytes: number.to_big_endian() }
}

/// A C `bool`: a byte that is 0 or 1.
pub(crate) fn boolean(c: u8) -> Option<bool> {
    match c {
        0 => Some(false),
        1 => Some(true),
        _ => None,
    }
}

pub(crate) fn storage_status(c: evmc_storage_status) -> Option<StorageStatus> {
    Some(match c {
        EVMC_STORAGE_ASSIGNED => StorageStatus::Assigned,
        EVMC_STORAGE_ADDED => StorageStatus::Added,
        EVMC_STORAGE_DELETED => StorageStatus::Deleted,
        EVMC_STORAGE_MODIFIED => StorageStatus::Modified,
        EVMC_STORAGE_DELETED_ADDED => StorageStatus::DeletedAdded,
        EVMC_STORAGE_MODIFIED_DELETED => StorageStatus::ModifiedDeleted,
        EVMC_STORAGE_DELETED_RESTORED => StorageStatus::DeletedRestored,
        EVMC_STORAGE_ADDED_DELETED => StorageStatus::AddedDeleted,
        EVMC_STORAGE_MODIFIED_RESTORED => StorageStatus::ModifiedRestored,
        _ => return None,
    })
}

pub(crate) fn storage_status_to_c(status: StorageStatus) -> evmc_storage_status {
    match status {
        StorageStatus::Assigned => EVMC_STORAGE_ASSIGNED,
        StorageStatus::Added => EVMC_STORAGE_ADDED,
        StorageStatus::Deleted => EVMC_STORAGE_DELETED,
        StorageStatus::Modified => EVMC_STORAGE_MODIFIED,
        StorageStatus::DeletedAdded => EVMC_STORAGE_DELETED_ADDED,
        StorageStatus::ModifiedDeleted => EVMC_STORAGE_MODIFIED_DELETED,
        StorageStatus::DeletedRestored => EVMC_STORAGE_DELETED_RESTORED,
        StorageStatus::AddedDeleted => EVMC_STORAGE_ADDED_DELETED,
        StorageStatus::ModifiedRestored => EVMC_STORAGE_MODIFIED_RESTORED,
    }
}

pub(crate) fn access_status(c: evmc_access_status) -> Option<AccessStatus> {
    match c {
        EVMC_ACCESS_COLD => Some(AccessStatus::Cold),
        EVMC_ACCESS_WARM => Some(AccessStatus::Warm),
        _ => None,
    }
}

pub(crate) fn access_status_to_c(status: AccessStatus) -> evmc_access_status {
    match status {
        AccessStatus::Cold => EVMC_ACCESS_COLD,
        AccessStatus::Warm => EVMC_ACCESS_WARM,
    }
}

/// A message that can't be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum BadMessage {
    /// A kind that EVMC has and ewasm has not: the client may run it elsewhere.
    #[error("EVMC_EOFCREATE is for EVM code only")]
    EofCreate,
    #[error("its kind is {0}, which EVMC 12 does not have")]
    Kind(i32),
    /// A flag may forbid something, so one that is not known can't be ignored.
    #[error("its flags are {0:#x}, and EVMC 12 has only 0x1 and 0x2")]
    Flags(u32),
    #[error("its depth is {0}, below 0")]
    Depth(i32),
    #[error("its gas is {0}, below 0")]
    Gas(i64),
    #[error("its input is {0}")]
    Input(BadArray),
}

impl BadMessage {
    /// What a client is answered.
    pub(crate) fn status(self) -> StatusCode {
        match self {
            Self::EofCreate => StatusCode::Rejected,
            _ => StatusCode::InternalError,
        }
    }
}

/// Reads a message. Its `code` is left alone: a VM is given the code apart from it, a host finds it
/// by itself.
///
/// # Safety
///
/// `input_data` must fit [`pointers::array`] with `input_size` for `'a`.
pub(crate) unsafe fn message<'a>(c: &evmc_message) -> Result<Message<'a>, BadMessage> {
    let kind = match c.kind {
        EVMC_CALL => CallKind::Call,
        EVMC_DELEGATECALL => CallKind::DelegateCall,
        EVMC_CALLCODE => CallKind::CallCode,
        EVMC_CREATE => CallKind::Create,
        EVMC_CREATE2 => CallKind::Create2,
        EVMC_EOFCREATE => return Err(BadMessage::EofCreate),
        other => return Err(BadMessage::Kind(other)),
    };
    if c.flags & !(EVMC_STATIC | EVMC_DELEGATED) != 0 {
        return Err(BadMessage::Flags(c.flags));
    }
    if c.gas < 0 {
        return Err(BadMessage::Gas(c.gas));
    }
    // SAFETY: the caller's promise.
    let input = unsafe { pointers::array(c.input_data, c.input_size) };
    Ok(Message {
        kind,
        is_static: c.flags & EVMC_STATIC != 0,
        is_delegated: c.flags & EVMC_DELEGATED != 0,
        depth: u32::try_from(c.depth).map_err(|_| BadMessage::Depth(c.depth))?,
        gas: c.gas,
        recipient: address(c.recipient),
        sender: address(c.sender),
        input: input.map_err(BadMessage::Input)?,
        value: u256(c.value),
        create2_salt: match kind {
            CallKind::Create2 => bytes32(c.create2_salt),
            _ => Bytes32::zero(),
        },
        code_address: address(c.code_address),
    })
}

/// The message for C, which borrows `message.input`. `None` where the depth does not fit.
pub(crate) fn message_to_c(message: &Message<'_>) -> Option<evmc_message> {
    Some(evmc_message {
        kind: match message.kind {
            CallKind::Call => EVMC_CALL,
            CallKind::DelegateCall => EVMC_DELEGATECALL,
            CallKind::CallCode => EVMC_CALLCODE,
            CallKind::Create => EVMC_CREATE,
            CallKind::Create2 => EVMC_CREATE2,
        },
        flags: (if message.is_static { EVMC_STATIC } else { 0 })
            | (if message.is_delegated { EVMC_DELEGATED } else { 0 }),
        depth: i32::try_from(message.depth).ok()?,
        gas: message.gas,
        recipient: address_to_c(message.recipient),
        sender: address_to_c(message.sender),
        input_data: pointers::pointer_to(message.input),
        input_size: message.input.len(),
        value: u256_to_c(message.value),
        create2_salt: bytes32_to_c(message.create2_salt),
        code_address: address_to_c(message.code_address),
        code: std::ptr::null(),
        code_size: 0,
    })
}

/// Reads the transaction's context; its init codes are of no use to an ewasm contract.
///
/// # Safety
///
/// `blob_hashes` must fit [`pointers::array`] with `blob_hashes_count` during the call.
pub(crate) unsafe fn tx_context(c: &evmc_tx_context) -> Result<TxContext, BadArray> {
    // SAFETY: the caller's promise.
    let blob_hashes = unsafe { pointers::array(c.blob_hashes, c.blob_hashes_count) }?;
    Ok(TxContext {
        tx_gas_price: u256(c.tx_gas_price),
        tx_origin: address(c.tx_origin),
        block_coinbase: address(c.block_coinbase),
        block_number: c.block_number,
        block_timestamp: c.block_timestamp,
        block_gas_limit: c.block_gas_limit,
        block_prev_randao: u256(c.block_prev_randao),
        chain_id: u256(c.chain_id),
        block_base_fee: u256(c.block_base_fee),
        blob_base_fee: u256(c.blob_base_fee),
        blob_hashes: blob_hashes.iter().copied().map(bytes32).collect(),
    })
}

/// The context for C, which borrows `blob_hashes`: those of `context`, converted.
pub(crate) fn tx_context_to_c(
    context: &TxContext,
    blob_hashes: &[evmc_bytes32],
) -> evmc_tx_context {
    evmc_tx_context {
        tx_gas_price: u256_to_c(context.tx_gas_price),
        tx_origin: address_to_c(context.tx_origin),
        block_coinbase: address_to_c(context.block_coinbase),
        block_number: context.block_number,
        block_timestamp: context.block_timestamp,
        block_gas_limit: context.block_gas_limit,
        block_prev_randao: u256_to_c(context.block_prev_randao),
        chain_id: u256_to_c(context.chain_id),
        block_base_fee: u256_to_c(context.block_base_fee),
        blob_base_fee: u256_to_c(context.blob_base_fee),
        blob_hashes: if blob_hashes.is_empty() { std::ptr::null() } else { blob_hashes.as_ptr() },
        blob_hashes_count: blob_hashes.len(),
        initcodes: std::ptr::null(),
        initcodes_count: 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain() -> evmc_message {
        let message = Message {
            kind: CallKind::Call,
            is_static: false,
            is_delegated: false,
            depth: 3,
            gas: 1000,
            recipient: Address::repeat_byte(1),
            sender: Address::repeat_byte(2),
            input: &[],
            value: U256::from(0x0102),
            create2_salt: Bytes32::zero(),
            code_address: Address::repeat_byte(4),
        };
        message_to_c(&message).unwrap()
    }

    /// What becomes of `plain` with a change.
    fn read(change: impl FnOnce(&mut evmc_message)) -> Result<Message<'static>, BadMessage> {
        let mut c = plain();
        change(&mut c);
        // SAFETY: no test here gives a pointer that is not null, static or made for a bad size.
        unsafe { message(&c) }
    }

    #[test]
    fn messages_survive_the_way_there_and_back() {
        for kind in [
            CallKind::Call,
            CallKind::DelegateCall,
            CallKind::CallCode,
            CallKind::Create,
            CallKind::Create2,
        ] {
            let salt = if kind == CallKind::Create2 { 3 } else { 0 };
            let original = Message {
                kind,
                is_static: kind == CallKind::Call,
                is_delegated: matches!(kind, CallKind::Call | CallKind::CallCode),
                depth: 1024,
                gas: i64::MAX,
                recipient: Address::repeat_byte(1),
                sender: Address::repeat_byte(2),
                input: b"input",
                value: U256::MAX - 1,
                create2_salt: Bytes32::repeat_byte(salt),
                code_address: Address::repeat_byte(4),
            };
            let c = message_to_c(&original).unwrap();
            // SAFETY: `c` borrows the static input.
            assert_eq!(unsafe { message(&c) }, Ok(original));
        }
    }

    #[test]
    fn numbers_are_big_endian_in_c() {
        assert_eq!(plain().value.bytes[30..], [1, 2]);
    }

    #[test]
    fn malformed_messages_are_refused() {
        assert_eq!(read(|c| c.kind = 5), Err(BadMessage::EofCreate));
        assert_eq!(read(|c| c.kind = 6), Err(BadMessage::Kind(6)));
        assert_eq!(read(|c| c.kind = -1), Err(BadMessage::Kind(-1)));
        assert_eq!(read(|c| c.flags = 4), Err(BadMessage::Flags(4)));
        assert_eq!(read(|c| c.depth = -1), Err(BadMessage::Depth(-1)));
        assert_eq!(read(|c| c.gas = -1), Err(BadMessage::Gas(-1)));
        let null = BadMessage::Input(BadArray::Null(1));
        assert_eq!(read(|c| c.input_size = 1), Err(null));
        let huge = |c: &mut evmc_message| {
            c.input_data = std::ptr::dangling();
            c.input_size = usize::MAX;
        };
        assert_eq!(read(huge), Err(BadMessage::Input(BadArray::TooLarge(usize::MAX))));
    }

    #[test]
    fn each_flag_has_its_meaning() {
        for flags in 0..4 {
            let message = read(|c| c.flags = flags).unwrap();
            assert_eq!(message.is_static, flags & 1 != 0);
            assert_eq!(message.is_delegated, flags & 2 != 0);
        }
    }

    #[test]
    fn a_salt_is_for_create2_only() {
        let salted = |kind| read(|c| (c.kind, c.create2_salt.bytes) = (kind, [7; 32])).unwrap();
        assert_eq!(salted(EVMC_CREATE).create2_salt, Bytes32::zero());
        assert_eq!(salted(EVMC_CREATE2).create2_salt, Bytes32::repeat_byte(7));
    }

    #[test]
    fn enumerations_survive_the_way_there_and_back() {
        for number in 0..=8 {
            assert_eq!(storage_status(number).map(storage_status_to_c), Some(number));
        }
        assert_eq!((storage_status(-1), storage_status(9)), (None, None));
        for number in 0..=1 {
            assert_eq!(access_status(number).map(access_status_to_c), Some(number));
        }
        assert_eq!((access_status(-1), access_status(2)), (None, None));
        assert_eq!((boolean(0), boolean(1), boolean(2)), (Some(false), Some(true), None));
    }
}
