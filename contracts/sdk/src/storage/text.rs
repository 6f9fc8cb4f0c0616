//! Strings in storage, of bytes or characters.

use super::{Layout, Place, load, store};
use crate::{
    Word,
    abi::{Value, word_to_array},
    keccak256,
    revert::revert,
};
use alloc::{string::String, vec::Vec};

/// A string, at most 2^31 - 1 bytes. Up to 31 bytes are in the slot, with twice the length behind them; with more, the slot has twice the length
/// plus one, and the bytes are from `keccak256(slot)` on.
pub struct Text {
    slot: Word,
}

impl Layout for Text {
    const BYTES: usize = 32;

    fn at(place: Place) -> Self {
        Self { slot: place.slot }
    }

    fn clear(&mut self) {
        self.set_bytes(&[]);
    }
}

impl Text {
    /// Its bytes.
    pub fn bytes(&self) -> Vec<u8> {
        let word = load(&self.slot);
        let length = length(&word);
        if length < 32 {
            return Vec::from(word.get(..length).unwrap_or_default());
        }
        // Whole words, of which the last is cut.
        let words = length.div_ceil(32);
        let mut bytes = Vec::with_capacity(words * 32);
        let first = self.first();
        for index in 0..words {
            bytes.extend_from_slice(&load(&first.slots_behind(index as u32)));
        }
        bytes.truncate(length);
        bytes
    }

    /// Its characters. Reverts if they are not UTF-8.
    pub fn get(&self) -> String {
        String::from_utf8(self.bytes()).unwrap_or_else(|_| revert("a stored text is not UTF-8"))
    }

    /// Writes characters.
    pub fn set(&mut self, text: &str) {
        self.set_bytes(text.as_bytes());
    }

    /// Writes bytes, and clears what is left of longer ones.
    pub fn set_bytes(&mut self, bytes: &[u8]) {
        let words = |length: usize| if length < 32 { 0 } else { length.div_ceil(32) };
        let old = words(length(&load(&self.slot)));
        let new = words(bytes.len());
        let first = self.first();
        if new == 0 {
            let mut word = first_word(bytes);
            word[31] = bytes.len() as u8 * 2;
            store(&self.slot, &word);
        } else {
            store(&self.slot, &(bytes.len() as u32 * 2 + 1).to_word());
            for (index, chunk) in bytes.chunks(32).enumerate() {
                store(&first.slots_behind(index as u32), &first_word(chunk));
            }
        }
        for index in new..old {
            store(&first.slots_behind(index as u32), &[0; 32]);
        }
    }

    fn first(&self) -> Place {
        Place::slot(keccak256(&[&self.slot]))
    }
}

/// The first 32 bytes, with zeros behind what is shorter. Nothing here can be outside of a word, and so nothing brings the
/// texts of such panics into a contract.
fn first_word(bytes: &[u8]) -> Word {
    let mut word = [0; 32];
    for (to, from) in word.iter_mut().zip(bytes) {
        *to = *from;
    }
    word
}

/// The length that a string's slot tells.
fn length(word: &Word) -> usize {
    let length = if word[31] & 1 == 0 {
        u32::from(word[31]) / 2
    } else {
        word_to_array(word).map_or(u32::MAX, u32::from_be_bytes) / 2
    };
    let long = word[31] & 1 == 1;
    if long != (length >= 32) || length == u32::MAX / 2 {
        revert("storage holds no string");
    }
    length as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths() {
        let mut word = [0; 32];
        assert_eq!(length(&word), 0);
        word[31] = 62;
        assert_eq!(length(&word), 31);
        assert_eq!(length(&65_u32.to_word()), 32);
        assert_eq!(length(&2001_u32.to_word()), 1000);
    }

    #[test]
    #[should_panic(expected = "reverted")]
    fn a_length_that_cannot_be() {
        length(&[0xff; 32]);
    }
}
