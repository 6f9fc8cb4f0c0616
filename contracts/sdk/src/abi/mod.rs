//! The encoding of call data, output, events and errors: Solidity's contract ABI.
//!
//! | Rust | ABI |
//! |---|---|
//! | `u8` to `u128`, [`U256`](crate::U256) | `uint8` to `uint128`, `uint256` |
//! | `i8` to `i128`, [`I256`](crate::I256) | `int8` to `int128`, `int256` |
//! | `bool`, [`Address`](crate::Address) | `bool`, `address` |
//! | [`FixedBytes<N>`], [`Bytes`] | `bytesN`, `bytes` |
//! | `String`, `&str` (to encode only) | `string` |
//! | `Vec<T>`, `[T; N]`, `(A, B)` | `T[]`, `T[N]`, a tuple |
//!
//! Decoding is strict: a number that is too large for its type, an address with something in front, a `bool` of 2, text
//! that is not UTF-8, or an offset outside the data is [`Malformed`]. What lies between and behind the parts is not looked at.

mod bytes;
mod compound;
mod reader;
mod value;

pub use bytes::{Bytes, FixedBytes};
pub use reader::{Malformed, Reader};
pub(crate) use value::word_to_array;
pub use value::{Alignment, Value};

use crate::constant::Name;
use alloc::vec::Vec;

/// A type that the encoding knows.
pub trait AbiType {
    /// Its name in signatures.
    const NAME: Name;

    /// Whether its size depends on the value; then an offset stands in its place, and it lies behind.
    const DYNAMIC: bool = false;

    /// Bytes that it takes in its place.
    const HEAD: usize = 32;
}

/// What is encoded into.
pub type Data = Vec<u8>;

/// A type that can be encoded.
pub trait Encode: AbiType {
    /// Appends the encoding. Arguments of a function are encoded as a tuple.
    fn encode(&self, out: &mut Data);
}

/// A type that can be decoded.
pub trait Decode: AbiType + Sized {
    /// Reads the encoding.
    ///
    /// # Errors
    ///
    /// [`Malformed`].
    fn decode(reader: &mut Reader<'_>) -> Result<Self, Malformed>;
}

/// The encoding of a value, or of a tuple of arguments.
pub fn encode(value: &impl Encode) -> Vec<u8> {
    let mut out = Vec::new();
    value.encode(&mut out);
    out
}

/// The value that is encoded in `data`; what lies behind it is ignored, as Solidity does.
///
/// # Errors
///
/// [`Malformed`].
pub fn decode<T: Decode>(data: &[u8]) -> Result<T, Malformed> {
    T::decode(&mut Reader::new(data))
}

impl<T: AbiType + ?Sized> AbiType for &T {
    const NAME: Name = T::NAME;
    const DYNAMIC: bool = T::DYNAMIC;
    const HEAD: usize = T::HEAD;
}

impl<T: Encode + ?Sized> Encode for &T {
    fn encode(&self, out: &mut Data) {
        (**self).encode(out);
    }
}
