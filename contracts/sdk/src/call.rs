//! Calling other contracts, and making new ones.

use crate::{
    Address, Word,
    abi::{self, Decode, Encode},
    block, raw, revert,
};
use alloc::{vec, vec::Vec};

/// A call of another contract that is being put together.
///
/// Whatever is not said: no value, and all gas that may be passed on, which is all but a 64th.
#[derive(Clone, Copy, Debug)]
pub struct Call {
    address: Address,
    value: u128,
    gas: i64,
}

/// Why a call or a creation did not succeed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CallError {
    /// It reverted, with this output.
    Reverted(Vec<u8>),
    /// It failed: out of gas, a trap, not enough balance, or nested too deeply.
    Failed,
    /// It succeeded, and its output is not what its signature promises; or there is no contract.
    BadAnswer,
}

impl CallError {
    /// Reverts with the same output, or says what happened.
    pub fn revert(&self) -> ! {
        match self {
            Self::Reverted(output) => revert::revert_with(output),
            Self::Failed => revert::revert("a call failed"),
            Self::BadAnswer => revert::revert("a called contract gave a wrong answer"),
        }
    }
}

/// What comes of a call.
pub trait OrRevert<T> {
    /// The answer; a call that did not succeed reverts this one too, with the same output.
    fn or_revert(self) -> T;
}

impl<T> OrRevert<T> for Result<T, CallError> {
    fn or_revert(self) -> T {
        self.unwrap_or_else(|error| error.revert())
    }
}

impl Call {
    /// A call of this contract.
    pub fn to(address: Address) -> Self {
        Self { address, value: 0, gas: i64::MAX }
    }

    /// Sends wei along.
    pub fn value(self, value: u128) -> Self {
        Self { value, ..self }
    }

    /// Passes on at most this much gas.
    pub fn gas(self, gas: u64) -> Self {
        Self { gas: gas.try_into().unwrap_or(i64::MAX), ..self }
    }

    /// Calls it.
    ///
    /// # Errors
    ///
    /// A [`CallError`].
    pub fn send(self, data: &[u8]) -> Result<Vec<u8>, CallError> {
        let value = self.value.to_le_bytes();
        // SAFETY: 20 bytes of address, 16 of value and the slice's are read.
        answer(unsafe {
            raw::call(self.gas, self.address.0.as_ptr(), value.as_ptr(), data.as_ptr(), data.len())
        })
    }

    /// Calls it so that it can change nothing. No value is sent.
    ///
    /// # Errors
    ///
    /// A [`CallError`].
    pub fn ask(self, data: &[u8]) -> Result<Vec<u8>, CallError> {
        // SAFETY: 20 bytes of address and the slice's are read.
        answer(unsafe {
            raw::call_static(self.gas, self.address.0.as_ptr(), data.as_ptr(), data.len())
        })
    }

    /// Runs its code as if it were this contract's: with this storage, sender and value.
    ///
    /// # Errors
    ///
    /// A [`CallError`].
    pub fn delegate(self, data: &[u8]) -> Result<Vec<u8>, CallError> {
        // SAFETY: 20 bytes of address and the slice's are read.
        answer(unsafe {
            raw::call_delegate(self.gas, self.address.0.as_ptr(), data.as_ptr(), data.len())
        })
    }
}

/// Output of the last call, or of the last creation that did not succeed.
pub fn return_data() -> Vec<u8> {
    // SAFETY: takes no pointer.
    let mut data = vec![0; unsafe { raw::get_return_data_size() }];
    // SAFETY: as many bytes are written as the vector has.
    unsafe { raw::return_data_copy(data.as_mut_ptr(), 0, data.len()) };
    data
}

#[inline(never)]
fn answer(result: i32) -> Result<Vec<u8>, CallError> {
    match result {
        0 => Ok(return_data()),
        2 => Err(CallError::Reverted(return_data())),
        _ => Err(CallError::Failed),
    }
}

/// Calls a function by its selector: what an `interface` is made of. A function that may change something is sent,
/// another is only asked.
#[doc(hidden)]
pub fn function<T: Decode>(
    call: Call,
    changes: bool,
    selector: [u8; 4],
    arguments: &impl Encode,
) -> Result<T, CallError> {
    let mut data = Vec::from(selector);
    arguments.encode(&mut data);
    let output = if changes { call.send(&data) } else { call.ask(&data) }?;
    // An account without code answers everything with success and nothing.
    if output.is_empty() && block::code_size(call.address) == 0 {
        return Err(CallError::BadAnswer);
    }
    abi::decode(&output).map_err(|_| CallError::BadAnswer)
}

/// Makes a contract of init code, and sends it wei.
///
/// # Errors
///
/// A [`CallError`].
pub fn create(init_code: &[u8], value: u128) -> Result<Address, CallError> {
    let mut address = Address::ZERO;
    let value = value.to_le_bytes();
    // SAFETY: 16 bytes of value and the slice's are read, 20 written.
    let result = unsafe {
        raw::create(value.as_ptr(), init_code.as_ptr(), init_code.len(), address.0.as_mut_ptr())
    };
    answer(result).map(|_| address)
}

/// Creates a contract at an address that comes from this contract's, the salt and the init code (EIP-1014),
/// so that it is known before. From Constantinople on.
///
/// # Errors
///
/// A [`CallError`], also where there is a contract at that address already.
pub fn create2(init_code: &[u8], value: u128, salt: &Word) -> Result<Address, CallError> {
    let mut address = Address::ZERO;
    let value = value.to_le_bytes();
    let (code, length) = (init_code.as_ptr(), init_code.len());
    // SAFETY: 16 bytes of value, the slice's and 32 of the salt are read, 20 written.
    let result = unsafe {
        raw::create2(value.as_ptr(), code, length, salt.as_ptr(), address.0.as_mut_ptr())
    };
    answer(result).map(|_| address)
}
