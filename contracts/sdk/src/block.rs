//! The block that a call is part of, and the transaction.

use crate::{Address, U256, Word, raw};

/// Number of the block.
pub fn number() -> u64 {
    // SAFETY: takes no pointer.
    unsafe { raw::get_block_number() }.cast_unsigned()
}

/// Seconds since 1970, as the block's producer says.
pub fn timestamp() -> u64 {
    // SAFETY: takes no pointer.
    unsafe { raw::get_block_timestamp() }.cast_unsigned()
}

/// Gas that the block's transactions may use together.
pub fn gas_limit() -> u64 {
    // SAFETY: takes no pointer.
    unsafe { raw::get_block_gas_limit() }.cast_unsigned()
}

/// Who is paid for the block.
pub fn coinbase() -> Address {
    let mut address = Address::ZERO;
    // SAFETY: 20 bytes are written.
    unsafe { raw::get_block_coinbase(address.0.as_mut_ptr()) };
    address
}

/// Difficulty of the block; from Paris on the beacon chain's random value.
pub fn difficulty() -> U256 {
    let mut number = [0; 32];
    // SAFETY: 32 bytes are written.
    unsafe { raw::get_block_difficulty(number.as_mut_ptr()) };
    U256::from_little_endian(&number)
}

/// The beacon chain's random value: Paris's name for [`difficulty`]. From Paris on.
pub fn prev_randao() -> U256 {
    // SAFETY: 32 bytes are written.
    number_of(|result| unsafe { raw::get_prev_randao(result) })
}

/// Number of the chain (EIP-155), by which its transactions are told from other chains'. From Istanbul on.
pub fn chain_id() -> U256 {
    // SAFETY: 32 bytes are written.
    number_of(|result| unsafe { raw::get_chain_id(result) })
}

/// Wei that is burned for a gas (EIP-1559). From London on.
pub fn base_fee() -> U256 {
    // SAFETY: 32 bytes are written.
    number_of(|result| unsafe { raw::get_base_fee(result) })
}

/// Wei for a unit of blob gas (EIP-7516). From Cancun on.
pub fn blob_base_fee() -> U256 {
    // SAFETY: 32 bytes are written.
    number_of(|result| unsafe { raw::get_blob_base_fee(result) })
}

/// Versioned hash of one of the transaction's blobs (EIP-4844); of one that it does not have, zero. From
/// Cancun on.
pub fn blob_hash(index: u32) -> Word {
    let mut hash = [0; 32];
    // SAFETY: 32 bytes are written.
    unsafe { raw::get_blob_hash(index.cast_signed(), hash.as_mut_ptr()) };
    hash
}

/// The number of 256 bits that `write` writes to the 32 bytes that it is given.
fn number_of(write: impl FnOnce(*mut u8)) -> U256 {
    let mut number = [0; 32];
    write(number.as_mut_ptr());
    U256::from_little_endian(&number)
}

/// Hash of one of the last 256 blocks; of any other, `None`.
pub fn hash(number: u64) -> Option<Word> {
    let mut hash = [0; 32];
    // SAFETY: 32 bytes are written.
    let result = unsafe { raw::get_block_hash(number.cast_signed(), hash.as_mut_ptr()) };
    (result == 0).then_some(hash)
}

/// Who signed the transaction. Not who calls: that is [`message::sender`](crate::message::sender).
pub fn origin() -> Address {
    let mut address = Address::ZERO;
    // SAFETY: 20 bytes are written.
    unsafe { raw::get_tx_origin(address.0.as_mut_ptr()) };
    address
}

/// Wei that the transaction pays for a gas.
pub fn gas_price() -> u128 {
    let mut number = [0; 16];
    // SAFETY: 16 bytes are written.
    unsafe { raw::get_tx_gas_price(number.as_mut_ptr()) };
    u128::from_le_bytes(number)
}

/// An account's balance in wei. More than 128 bits end the call.
pub fn balance(account: Address) -> u128 {
    let mut number = [0; 16];
    // SAFETY: 20 bytes are read and 16 written.
    unsafe { raw::get_external_balance(account.0.as_ptr(), number.as_mut_ptr()) };
    u128::from_le_bytes(number)
}

/// The contract's own balance in wei, for less than [`balance`] asks. More than 128 bits end the call.
/// From Istanbul on.
pub fn own_balance() -> u128 {
    let mut number = [0; 16];
    // SAFETY: 16 bytes are written.
    unsafe { raw::get_self_balance(number.as_mut_ptr()) };
    u128::from_le_bytes(number)
}

/// Keccak-256 of an account's code; zero where there is no account (EIP-1052). From Constantinople on.
pub fn code_hash(account: Address) -> Word {
    let mut hash = [0; 32];
    // SAFETY: 20 bytes are read and 32 written.
    unsafe { raw::get_external_code_hash(account.0.as_ptr(), hash.as_mut_ptr()) };
    hash
}

/// Bytes of an account's code; 0 where it has none.
pub fn code_size(account: Address) -> usize {
    // SAFETY: 20 bytes are read.
    unsafe { raw::get_external_code_size(account.0.as_ptr()) }
}

/// An account's code.
pub fn code(account: Address) -> alloc::vec::Vec<u8> {
    let mut code = alloc::vec![0; code_size(account)];
    // SAFETY: 20 bytes are read, and as many written as the vector has.
    unsafe { raw::external_code_copy(account.0.as_ptr(), code.as_mut_ptr(), 0, code.len()) };
    code
}
