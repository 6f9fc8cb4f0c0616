//! Mappings: a value for every key.

use super::{Layout, Place, Ref, RefMut};
use crate::{
    Word,
    abi::{Bytes, Value},
    keccak256,
};
use alloc::string::String;
use core::marker::PhantomData;

/// A value for every key; where nothing was written, it is zero. What is at a key is at the slot `keccak256(key . slot)`.
pub struct Mapping<K, V> {
    slot: Word,
    types: PhantomData<(fn(K), V)>,
}

impl<K: Key, V: Layout> Layout for Mapping<K, V> {
    const BYTES: usize = 32;

    fn at(place: Place) -> Self {
        Self { slot: place.slot, types: PhantomData }
    }

    /// Does nothing: a mapping does not know its keys.
    fn clear(&mut self) {}
}

impl<K: Key, V: Layout> Mapping<K, V> {
    /// What is at a key, to read.
    pub fn at(&self, key: K) -> Ref<'_, V> {
        Ref(V::at(Place::slot(key.slot(&self.slot))), PhantomData)
    }

    /// What is at a key, to write.
    pub fn at_mut(&mut self, key: K) -> RefMut<'_, V> {
        RefMut(V::at(Place::slot(key.slot(&self.slot))), PhantomData)
    }
}

/// What can be a key.
pub trait Key {
    /// The slot of what is at this key, in the mapping at `mapping`.
    fn slot(&self, mapping: &Word) -> Word;
}

impl<T: Value> Key for T {
    fn slot(&self, mapping: &Word) -> Word {
        keccak256(&[&self.to_word(), mapping])
    }
}

impl Key for String {
    fn slot(&self, mapping: &Word) -> Word {
        keccak256(&[self.as_bytes(), mapping])
    }
}

impl Key for Bytes {
    fn slot(&self, mapping: &Word) -> Word {
        keccak256(&[&self.0, mapping])
    }
}
