//! Strings of bytes and of characters.

use super::{AbiType, Alignment, Decode, Encode, Malformed, Reader, Value, value::value_traits};
use crate::{Word, constant::Name, event::Topic, keccak256};
use alloc::{string::String, vec::Vec};

/// `N` bytes, 1 to 32: `bytesN`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FixedBytes<const N: usize>(pub [u8; N]);

impl<const N: usize> Value for FixedBytes<N> {
    const BYTES: usize = {
        assert!(0 < N && N <= 32, "there are bytes1 to bytes32");
        N
    };
    const ALIGNMENT: Alignment = Alignment::Left;

    fn to_word(self) -> Word {
        let mut word = [0; 32];
        word[..Self::BYTES].copy_from_slice(&self.0);
        word
    }

    fn from_word(word: &Word) -> Option<Self> {
        let (value, rest) = word.split_first_chunk()?;
        rest.iter().all(|byte| *byte == 0).then_some(Self(*value))
    }
}

value_traits! { FixedBytes<N>, Name::new("bytes").then_number(N), N }

/// Bytes of any number: `bytes`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bytes(pub Vec<u8>);

impl AbiType for Bytes {
    const NAME: Name = Name::new("bytes");
    const DYNAMIC: bool = true;
}

impl Encode for Bytes {
    fn encode(&self, out: &mut Vec<u8>) {
        encode_bytes(&self.0, out);
    }
}

impl Decode for Bytes {
    fn decode(reader: &mut Reader<'_>) -> Result<Self, Malformed> {
        decode_bytes(reader).map(|bytes| Self(bytes.into()))
    }
}

impl Topic for Bytes {
    fn topic(&self) -> Word {
        keccak256(&[&self.0])
    }
}

impl AbiType for str {
    const NAME: Name = Name::new("string");
    const DYNAMIC: bool = true;
}

impl Encode for str {
    fn encode(&self, out: &mut Vec<u8>) {
        encode_bytes(self.as_bytes(), out);
    }
}

impl AbiType for String {
    const NAME: Name = str::NAME;
    const DYNAMIC: bool = true;
}

impl Encode for String {
    fn encode(&self, out: &mut Vec<u8>) {
        self.as_str().encode(out);
    }
}

impl Decode for String {
    fn decode(reader: &mut Reader<'_>) -> Result<Self, Malformed> {
        str::from_utf8(decode_bytes(reader)?).map(Self::from).map_err(|_| Malformed)
    }
}

impl Topic for String {
    fn topic(&self) -> Word {
        keccak256(&[self.as_bytes()])
    }
}

/// Length, bytes, and zeros to the end of the last word.
#[inline(never)]
fn encode_bytes(bytes: &[u8], out: &mut Vec<u8>) {
    (bytes.len() as u128).encode(out);
    out.extend_from_slice(bytes);
    let padding = bytes.len().wrapping_neg() % 32;
    out.extend_from_slice([0; 32].get(..padding).unwrap_or_default());
}

fn decode_bytes<'a>(reader: &mut Reader<'a>) -> Result<&'a [u8], Malformed> {
    let length = reader.size()?;
    reader.rest().get(..length).ok_or(Malformed)
}
