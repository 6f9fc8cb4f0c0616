//! How a contract begins and ends: what `#[contract]` puts around its functions.
//!
//! A contract is deployed as it is: the same bytes are the init code and the contract. Call data that is empty, at an
//! address that has no code yet, is the creation: then the constructor runs, and the contract gives back its own
//! code. (An address whose contract is being created has no code; every other time it has.) Calls with data never ask.
//!
//! Arguments of a constructor are appended to the code as a custom section, which WebAssembly ignores, and cut off again:
//!
//! | bytes | what |
//! |---|---|
//! | `00` | section ID 0: custom |
//! | LEB128, unsigned | size of all that follows |
//! | `09` `61 72 67 75 6d 65 6e 74 73` | the section's name: its length, "arguments" |
//! | n bytes | the arguments, encoded |
//! | 4 bytes, little-endian | n |

use crate::{
    abi::{self, Decode, Encode, Reader},
    block, message, raw,
    revert::revert,
};
use alloc::{vec, vec::Vec};

const NAME: &[u8] = b"\x09arguments";

/// The function that call data asks for.
pub fn selector(data: &[u8]) -> u32 {
    match data.first_chunk() {
        Some(selector) => u32::from_be_bytes(*selector),
        None => revert("the call data is shorter than a selector"),
    }
}

/// The arguments in call data, to be read one by one with [`argument`].
pub fn arguments(data: &[u8]) -> Reader<'_> {
    Reader::new(data.get(4..).unwrap_or_default())
}

/// The next argument. Reverts if it is not there, or not of its type.
#[inline(never)]
pub fn argument<T: Decode>(reader: &mut Reader<'_>) -> T {
    match reader.element() {
        Ok(argument) => argument,
        Err(_) => malformed(),
    }
}

#[cold]
#[inline(never)]
fn malformed() -> ! {
    revert("the arguments are malformed or too short")
}

/// Ends the call well, with an encoded answer.
pub fn answer(value: &impl Encode) -> ! {
    message::finish(&abi::encode(value))
}

/// Reverts if wei came along.
#[inline(never)]
pub fn refuse_value() {
    if message::value() != 0 {
        revert("the function takes no value");
    }
}

/// Reverts: there is no function that the call data asks for.
#[cold]
#[inline(never)]
pub fn unknown_function() -> ! {
    revert("unknown function")
}

/// Whether this message creates the contract. Asks the host, at the price of another account's code.
pub fn is_creation() -> bool {
    block::code_size(message::recipient()) == 0
}

/// The code that is being deployed.
pub struct Creation {
    /// The contract itself: up to the section, or all.
    contract: &'static [u8],
    /// Nothing if there is no section.
    arguments: &'static [u8],
}

impl Creation {
    /// Reads it.
    #[expect(clippy::new_without_default, reason = "it reads the code")]
    pub fn new() -> Self {
        // SAFETY: takes no pointer.
        let mut code = vec![0; unsafe { raw::get_code_size() }];
        // SAFETY: as many bytes are written as the vector has.
        unsafe { raw::code_copy(code.as_mut_ptr(), 0, code.len()) };
        // Memory is never given back.
        let code = code.leak();
        let (contract, arguments) = split(code).unwrap_or((code, &[]));
        Self { contract, arguments }
    }

    /// The constructor's arguments.
    pub fn arguments<T: Decode>(&self) -> T {
        match abi::decode(self.arguments) {
            Ok(arguments) => arguments,
            Err(_) => revert("the constructor's arguments are missing or malformed"),
        }
    }

    /// Ends the creation well: the code without the arguments is the contract.
    pub fn finish(&self) -> ! {
        message::finish(self.contract)
    }
}

/// Code with a constructor's arguments, ready to be deployed.
pub fn with_arguments(code: &[u8], arguments: &impl Encode) -> Vec<u8> {
    let arguments = abi::encode(arguments);
    let mut out = Vec::from(code);
    out.push(0);
    let mut size = NAME.len() + arguments.len() + 4;
    while size >= 0x80 {
        out.push(size as u8 | 0x80);
        size >>= 7;
    }
    out.push(size as u8);
    out.extend_from_slice(NAME);
    out.extend_from_slice(&arguments);
    out.extend_from_slice(&(arguments.len() as u32).to_le_bytes());
    out
}

/// The contract and the arguments, if code ends with a section of them.
fn split(code: &[u8]) -> Option<(&[u8], &[u8])> {
    let (front, length) = code.split_last_chunk()?;
    let length = u32::from_le_bytes(*length) as usize;
    let (front, arguments) = front.split_at_checked(front.len().checked_sub(length)?)?;
    let mut front = front.strip_suffix(NAME)?;
    // The size, read from its end: the last byte has the highest bits, and is the only one without a mark.
    let (mut size, mut mark) = (0, 0);
    loop {
        let (last, before) = front.split_last()?;
        if *last & 0x80 != mark || size >> 25 != 0 {
            break;
        }
        size = size << 7 | usize::from(*last & 0x7f);
        (front, mark) = (before, 0x80);
    }
    let contract = front.strip_suffix(&[0])?;
    (size == NAME.len() + length + 4).then_some((contract, arguments))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_are_found_and_cut_off() {
        for count in [0, 1, 3, 200, 600] {
            let code = with_arguments(b"\0asm", &(alloc::vec![7_u8; count],));
            let (contract, arguments) = split(&code).unwrap();
            assert_eq!(contract, b"\0asm");
            let (values,): (Vec<u8>,) = abi::decode(arguments).unwrap();
            assert_eq!(values, alloc::vec![7; count]);
        }
    }

    #[test]
    fn other_code_is_left_alone() {
        let good = with_arguments(b"\0asm", &(1_u8,));
        assert_eq!(split(b""), None);
        assert_eq!(split(b"\0asm\x01\0\0\0"), None);
        for index in good.len() - 47..good.len() {
            let mut code = good.clone();
            code[index] ^= 1;
            let is_argument = (good.len() - 36..good.len() - 4).contains(&index);
            assert_eq!(split(&code).is_some(), is_argument, "{index}");
        }
        for end in 0..good.len() {
            assert_eq!(split(&good[..end]), None);
        }
    }
}
