//! A value in storage.

use super::{Layout, Place, load, store};
use crate::{
    Word,
    abi::{Alignment, Value},
    revert::revert,
};
use core::marker::PhantomData;

/// A value in storage, alone in its slot or beside others.
pub struct Slot<T> {
    place: Place,
    value: PhantomData<T>,
}

impl<T: Value> Layout for Slot<T> {
    const BYTES: usize = T::BYTES;

    fn at(place: Place) -> Self {
        Self { place, value: PhantomData }
    }
}

impl<T: Value> Slot<T> {
    /// Reads it. What was never written is zero.
    pub fn get(&self) -> T {
        let word = load(&self.place.slot);
        match T::from_word(&unpack::<T>(&word, self.place.offset)) {
            Some(value) => value,
            None => revert("storage holds a value of another type"),
        }
    }

    /// Writes it. If it shares its slot, the slot is read first.
    pub fn set(&mut self, value: T) {
        let word = if T::BYTES == 32 {
            value.to_word()
        } else {
            pack(load(&self.place.slot), self.place.offset, value)
        };
        store(&self.place.slot, &word);
    }
}

/// Where a value's bytes are in a word of storage.
fn bytes<T: Value>(offset: u8) -> core::ops::Range<usize> {
    let end = 32 - usize::from(offset);
    end - T::BYTES..end
}

/// The word that a value is, out of the word of storage that it has a part of.
fn unpack<T: Value>(stored: &Word, offset: u8) -> Word {
    if T::BYTES == 32 {
        return *stored;
    }
    let bytes = &stored[bytes::<T>(offset)];
    let filler = if T::ALIGNMENT == Alignment::RightSigned && bytes[0] >= 0x80 { 0xff } else { 0 };
    let mut word = [filler; 32];
    match T::ALIGNMENT {
        Alignment::Left => word[..T::BYTES].copy_from_slice(bytes),
        Alignment::Right | Alignment::RightSigned => {
            word[32 - T::BYTES..].copy_from_slice(bytes);
        }
    }
    word
}

/// The word of storage with a value in its place.
fn pack<T: Value>(mut stored: Word, offset: u8, value: T) -> Word {
    let word = value.to_word();
    let source = match T::ALIGNMENT {
        Alignment::Left => &word[..T::BYTES],
        Alignment::Right | Alignment::RightSigned => &word[32 - T::BYTES..],
    };
    stored[bytes::<T>(offset)].copy_from_slice(source);
    stored
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::abi::FixedBytes;

    fn there_and_back<T: Value + PartialEq + core::fmt::Debug>(value: T, offset: u8, bytes: &[u8]) {
        let stored = pack([0x55; 32], offset, value);
        let range = super::bytes::<T>(offset);
        assert_eq!(&stored[range.clone()], bytes);
        for (index, byte) in stored.iter().enumerate() {
            assert!(range.contains(&index) || *byte == 0x55, "a neighbour was changed");
        }
        assert_eq!(T::from_word(&unpack::<T>(&stored, offset)), Some(value));
    }

    #[test]
    fn values_beside_others() {
        there_and_back(true, 0, &[1]);
        there_and_back(true, 31, &[1]);
        there_and_back(0x1234_u16, 7, &[0x12, 0x34]);
        there_and_back(-2_i32, 28, &[0xff, 0xff, 0xff, 0xfe]);
        there_and_back(2_i32, 3, &[0, 0, 0, 2]);
        there_and_back(FixedBytes(*b"abc"), 5, b"abc");
        there_and_back(crate::Address([7; 20]), 12, &[7; 20]);
    }
}
