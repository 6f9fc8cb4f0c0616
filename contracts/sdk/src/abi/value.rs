//! Types that fit in a word: the same in an encoding, in storage, in topics and as keys of mappings.

use super::{AbiType, Decode, Encode, Malformed, Reader};
use crate::{Address, I256, U256, Word, constant::Name, event::Topic};
use alloc::vec::Vec;

/// Which end of a word a value's bytes are at, and what the other end holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Alignment {
    /// At the end, zeros in front.
    Right,
    /// At the end, copies of the sign in front.
    RightSigned,
    /// At the beginning.
    Left,
}

/// A type that fits in a word.
pub trait Value: Copy + Decode + Encode {
    /// Bytes that it has, 1 to 32; so many of them share a slot of storage.
    const BYTES: usize;

    /// Where in a word they are.
    const ALIGNMENT: Alignment = Alignment::Right;

    /// The value as a word.
    fn to_word(self) -> Word;

    /// The value of a word, if it is one of this type.
    fn from_word(word: &Word) -> Option<Self>;
}

/// The last `N` bytes, if only zeros stand in front.
pub(crate) fn word_to_array<const N: usize>(word: &Word) -> Option<[u8; N]> {
    let (front, value) = word.split_last_chunk()?;
    front.iter().all(|byte| *byte == 0).then_some(*value)
}

/// A limb with its bytes the other way round. A function of its own: WebAssembly has no instruction for it, and what it takes
/// is 60 bytes wherever it is generated.
#[inline(never)]
fn swap(limb: u64) -> u64 {
    limb.swap_bytes()
}

/// The word of a number, lowest limb first. One function for numbers of all sizes.
#[inline(never)]
fn limbs_to_word(limbs: [u64; 4]) -> Word {
    let mut word = [0; 32];
    for (bytes, limb) in word.as_chunks_mut().0.iter_mut().rev().zip(limbs) {
        *bytes = swap(limb).to_le_bytes();
    }
    word
}

/// The limbs of a word, lowest first.
#[inline(never)]
fn word_to_limbs(word: &Word) -> [u64; 4] {
    let mut limbs = [0; 4];
    // Without an index: one that could be outside brings all that formats numbers into the contract.
    for (bytes, limb) in word.as_chunks().0.iter().rev().zip(&mut limbs) {
        *limb = swap(u64::from_le_bytes(*bytes));
    }
    limbs
}

fn number_to_word(number: u128) -> Word {
    limbs_to_word([number as u64, (number >> 64) as u64, 0, 0])
}

/// The number of a word, if it has room in 128 bits.
fn word_to_number(word: &Word) -> Option<u128> {
    match word_to_limbs(word) {
        [low, high, 0, 0] => Some(u128::from(high) << 64 | u128::from(low)),
        _ => None,
    }
}

/// Everything else that a [`Value`] is.
macro_rules! value_traits {
    ($type:ty, $name:expr $(, $parameter:ident)?) => {
        impl$(<const $parameter: usize>)? AbiType for $type {
            const NAME: Name = $name;
        }

        impl$(<const $parameter: usize>)? Encode for $type {
            fn encode(&self, out: &mut Vec<u8>) {
                out.extend_from_slice(&self.to_word());
            }
        }

        impl$(<const $parameter: usize>)? Decode for $type {
            fn decode(reader: &mut Reader<'_>) -> Result<Self, Malformed> {
                Self::from_word(reader.word()?).ok_or(Malformed)
            }
        }

        impl$(<const $parameter: usize>)? Topic for $type {
            fn topic(&self) -> Word {
                self.to_word()
            }
        }
    };
}
pub(super) use value_traits;

macro_rules! unsigned {
    ($($type:ty),*) => {
        $(
            impl Value for $type {
                const BYTES: usize = size_of::<Self>();

                fn to_word(self) -> Word {
                    number_to_word(self.into())
                }

                fn from_word(word: &Word) -> Option<Self> {
                    word_to_number(word)?.try_into().ok()
                }
            }

            value_traits! { $type, Name::new("uint").then_number(size_of::<$type>() * 8) }
        )*
    };
}

unsigned!(u8, u16, u32, u64, u128);

macro_rules! signed {
    ($($type:ty),*) => {
        $(
            impl Value for $type {
                const BYTES: usize = size_of::<Self>();
                const ALIGNMENT: Alignment = Alignment::RightSigned;

                fn to_word(self) -> Word {
                    let mut word = [if self < 0 { 0xff } else { 0 }; 32];
                    word[32 - Self::BYTES..].copy_from_slice(&self.to_be_bytes());
                    word
                }

                fn from_word(word: &Word) -> Option<Self> {
                    let value = Self::from_be_bytes(*word.last_chunk()?);
                    (value.to_word() == *word).then_some(value)
                }
            }

            value_traits! { $type, Name::new("int").then_number(size_of::<$type>() * 8) }
        )*
    };
}

signed!(i8, i16, i32, i64, i128);

impl Value for U256 {
    const BYTES: usize = 32;

    fn to_word(self) -> Word {
        limbs_to_word(self.0)
    }

    fn from_word(word: &Word) -> Option<Self> {
        Some(Self(word_to_limbs(word)))
    }
}

value_traits! { U256, Name::new("uint256") }

impl Value for I256 {
    const BYTES: usize = 32;
    const ALIGNMENT: Alignment = Alignment::RightSigned;

    fn to_word(self) -> Word {
        self.to_bits().to_word()
    }

    fn from_word(word: &Word) -> Option<Self> {
        U256::from_word(word).map(Self::from_bits)
    }
}

value_traits! { I256, Name::new("int256") }

impl Value for bool {
    const BYTES: usize = 1;

    fn to_word(self) -> Word {
        u8::from(self).to_word()
    }

    fn from_word(word: &Word) -> Option<Self> {
        match u8::from_word(word)? {
            0 => Some(false),
            1 => Some(true),
            _ => None,
        }
    }
}

value_traits! { bool, Name::new("bool") }

impl Value for Address {
    const BYTES: usize = 20;

    fn to_word(self) -> Word {
        let mut word = [0; 32];
        word[12..].copy_from_slice(&self.0);
        word
    }

    fn from_word(word: &Word) -> Option<Self> {
        word_to_array(word).map(Self)
    }
}

value_traits! { Address, Name::new("address") }
