//! The message that this call answers.

use crate::{Address, raw};
use alloc::{vec, vec::Vec};

/// Who calls: an account that signed a transaction, or a contract.
pub fn sender() -> Address {
    let mut address = Address::ZERO;
    // SAFETY: 20 bytes are written.
    unsafe { raw::get_caller(address.0.as_mut_ptr()) };
    address
}

/// This contract; in a delegate call the one whose storage is used.
pub fn recipient() -> Address {
    let mut address = Address::ZERO;
    // SAFETY: 20 bytes are written.
    unsafe { raw::get_address(address.0.as_mut_ptr()) };
    address
}

/// Wei that came along. More than 128 bits end the call.
pub fn value() -> u128 {
    let mut number = [0; 16];
    // SAFETY: 16 bytes are written.
    unsafe { raw::get_call_value(number.as_mut_ptr()) };
    u128::from_le_bytes(number)
}

/// All of the call data.
pub fn data() -> Vec<u8> {
    // SAFETY: takes no pointer.
    let mut data = vec![0; unsafe { raw::get_call_data_size() }];
    // SAFETY: as many bytes are written as the vector has.
    unsafe { raw::call_data_copy(data.as_mut_ptr(), 0, data.len()) };
    data
}

/// Gas that is left, whole units.
pub fn gas_left() -> u64 {
    // SAFETY: takes no pointer.
    unsafe { raw::get_gas_left() }.cast_unsigned()
}

/// Ends the call well, with `output`, whatever the function's signature says.
pub fn finish(output: &[u8]) -> ! {
    // SAFETY: the slice's bytes are read.
    unsafe { raw::finish(output.as_ptr(), output.len()) }
}

/// Ends the call and the contract, and gives its balance to `beneficiary`.
pub fn self_destruct(beneficiary: Address) -> ! {
    // SAFETY: 20 bytes are read.
    unsafe { raw::self_destruct(beneficiary.0.as_ptr()) }
}
