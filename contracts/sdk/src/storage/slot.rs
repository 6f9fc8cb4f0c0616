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

    fn clear(&mut self) {
        self.set_word(&[0; 32]);
    }
}

impl<T: Value> Slot<T> {
    /// Reads it. What was never written is zero.
    pub fn get(&self) -> T {
        let word = if T::BYTES == 32 {
            load(&self.place.slot)
        } else {
            unpack(&load(&self.place.slot), self.place.offset, T::BYTES, T::ALIGNMENT)
        };
        match T::from_word(&word) {
            Some(value) => value,
            None => of_another_type(),
        }
    }

    /// Writes it. If it shares its slot, the slot is read first.
    pub fn set(&mut self, value: T) {
        self.set_word(&value.to_word());
    }

    /// Writes the value that is this word.
    fn set_word(&mut self, value: &Word) {
        if T::BYTES == 32 {
            store(&self.place.slot, value);
        } else {
            store_part(&self.place, T::BYTES, T::ALIGNMENT, value);
        }
    }
}

#[cold]
#[inline(never)]
fn of_another_type() -> ! {
    revert("storage holds a value of another type")
}

/// Writes a value beside others in its slot.
#[inline(never)]
fn store_part(place: &Place, bytes: usize, alignment: Alignment, value: &Word) {
    store(&place.slot, &pack(load(&place.slot), place.offset, bytes, alignment, value));
}

/// Where the first of a value's bytes is in a word of storage.
fn start(offset: u8, bytes: usize) -> usize {
    32 - bytes - usize::from(offset)
}

/// Where the first of a value's bytes is in its word.
const fn start_in_word(bytes: usize, alignment: Alignment) -> usize {
    match alignment {
        Alignment::Left => 0,
        Alignment::Right | Alignment::RightSigned => 32 - bytes,
    }
}

/// Copies so many bytes from one word's place to another's.
///
/// By iterators, as the rest of the library does where a range could be outside: an index would bring the text of its
/// panic, and what formats numbers in it, into every contract.
fn copy(from: &Word, from_start: usize, to: &mut Word, to_start: usize, count: usize) {
    for (to, from) in to.iter_mut().skip(to_start).zip(from.iter().skip(from_start)).take(count) {
        *to = *from;
    }
}

/// The word that a value of so many bytes is, out of the word of storage that it has a part of. One function for all types.
#[inline(never)]
fn unpack(stored: &Word, offset: u8, bytes: usize, alignment: Alignment) -> Word {
    let start = start(offset, bytes);
    let is_negative = alignment == Alignment::RightSigned
        && stored.get(start).is_some_and(|first| *first >= 0x80);
    let mut word = [if is_negative { 0xff } else { 0 }; 32];
    copy(stored, start, &mut word, start_in_word(bytes, alignment), bytes);
    word
}

/// The word of storage with a value in its place.
fn pack(mut stored: Word, offset: u8, bytes: usize, alignment: Alignment, value: &Word) -> Word {
    copy(value, start_in_word(bytes, alignment), &mut stored, start(offset, bytes), bytes);
    stored
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::abi::FixedBytes;

    fn there_and_back<T: Value + PartialEq + core::fmt::Debug>(value: T, offset: u8, bytes: &[u8]) {
        let stored = pack([0x55; 32], offset, T::BYTES, T::ALIGNMENT, &value.to_word());
        let range = start(offset, T::BYTES)..start(offset, T::BYTES) + T::BYTES;
        assert_eq!(&stored[range.clone()], bytes);
        for (index, byte) in stored.iter().enumerate() {
            assert!(range.contains(&index) || *byte == 0x55, "a neighbour was changed");
        }
        assert_eq!(T::from_word(&unpack(&stored, offset, T::BYTES, T::ALIGNMENT)), Some(value));
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
