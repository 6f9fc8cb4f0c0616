//! What a contract keeps: a struct of fields, laid out in slots of 32 bytes as Solidity lays them out.
//!
//! | Rust | Solidity |
//! |---|---|
//! | [`Slot<T>`] of a [`Value`](crate::abi::Value) | a value; small ones that follow each other share a slot |
//! | [`Mapping<K, V>`] | `mapping(K => V)` |
//! | [`Array<V>`], `[V; N]` | `V[]`, `V[N]` |
//! | [`Text`] | `string`, `bytes` |
//! | a struct with `#[storage]` | a struct |
//!
//! Fields are handles: they know where something is, and read or write it only when asked. A function that takes `&self` can
//! only read.

mod array;
mod mapping;
mod place;
mod slot;
mod text;

pub use array::Array;
pub use mapping::{Key, Mapping};
pub use place::{Place, place_fields, slots};
pub use slot::Slot;
pub use text::Text;

use crate::{Word, raw};
use core::{
    marker::PhantomData,
    ops::{Deref, DerefMut},
};

/// What can be a field: something with a fixed size in storage, and a handle for it.
pub trait Layout {
    /// Bytes that it takes: below 32 it shares a slot, otherwise it has slots of its own, 32 bytes each.
    const BYTES: usize;

    /// The handle of what is at this place.
    fn at(place: Place) -> Self;

    /// Writes zeros where something is stored, as Solidity's `delete` does: every field of a struct, every element of an
    /// array and its length. A mapping does not know its keys and keeps what is in it.
    fn clear(&mut self);
}

/// Reads a slot. What was never written is zero.
pub fn load(slot: &Word) -> Word {
    let mut value = [0; 32];
    // SAFETY: 32 bytes are read and 32 written.
    unsafe { raw::storage_load(slot.as_ptr(), value.as_mut_ptr()) };
    value
}

/// Writes a slot.
pub fn store(slot: &Word, value: &Word) {
    // SAFETY: 32 bytes are read of each.
    unsafe { raw::storage_store(slot.as_ptr(), value.as_ptr()) }
}

/// Reads a slot of transient storage, which is empty when a transaction begins (EIP-1153). From Cancun on.
pub fn load_transient(slot: &Word) -> Word {
    let mut value = [0; 32];
    // SAFETY: 32 bytes are read and 32 written.
    unsafe { raw::transient_load(slot.as_ptr(), value.as_mut_ptr()) };
    value
}

/// Writes a slot of transient storage. From Cancun on.
pub fn store_transient(slot: &Word, value: &Word) {
    // SAFETY: 32 bytes are read of each.
    unsafe { raw::transient_store(slot.as_ptr(), value.as_ptr()) }
}

/// A handle that can only read.
pub struct Ref<'a, V>(V, PhantomData<&'a ()>);

/// A handle that can read and write.
pub struct RefMut<'a, V>(V, PhantomData<&'a mut ()>);

impl<V> Deref for Ref<'_, V> {
    type Target = V;

    fn deref(&self) -> &V {
        &self.0
    }
}

impl<V> Deref for RefMut<'_, V> {
    type Target = V;

    fn deref(&self) -> &V {
        &self.0
    }
}

impl<V> DerefMut for RefMut<'_, V> {
    fn deref_mut(&mut self) -> &mut V {
        &mut self.0
    }
}
