//! Arrays, of a length that is stored or that is part of the type.

use super::{Layout, Place, Ref, RefMut, Slot, load, store};
use crate::{
    U256, Word,
    abi::{Value, word_to_array},
    keccak256,
    revert::revert,
};
use core::marker::PhantomData;

/// The place of an element, counted from where the first one is.
fn element<V: Layout>(first: Place, index: u32) -> Place {
    if V::BYTES < 32 {
        let per_slot = 32 / V::BYTES as u32;
        first.field((index / per_slot, (index % per_slot) as u8 * V::BYTES as u8))
    } else {
        let slots = U256::from(index) * U256::from(V::BYTES as u32 / 32);
        let (sum, _) = U256::from_big_endian(&first.slot).overflowing_add(slots);
        Place::slot(sum.to_big_endian())
    }
}

impl<V: Layout, const N: usize> Layout for [V; N] {
    const BYTES: usize = if V::BYTES < 32 { N.div_ceil(32 / V::BYTES) * 32 } else { N * V::BYTES };

    fn at(place: Place) -> Self {
        core::array::from_fn(|index| V::at(element::<V>(place, index as u32)))
    }

    fn clear(&mut self) {
        self.iter_mut().for_each(V::clear);
    }
}

/// Any number of elements, at most 2^32 - 1. The length is at the array's slot, the elements from `keccak256(slot)` on.
pub struct Array<V> {
    slot: Word,
    element: PhantomData<V>,
}

impl<V: Layout> Layout for Array<V> {
    const BYTES: usize = 32;

    fn at(place: Place) -> Self {
        Self { slot: place.slot, element: PhantomData }
    }

    fn clear(&mut self) {
        self.truncate(0);
    }
}

impl<V: Layout> Array<V> {
    /// How many elements there are.
    pub fn len(&self) -> u32 {
        match word_to_array(&load(&self.slot)) {
            Some(length) => u32::from_be_bytes(length),
            None => revert("an array's length is too large"),
        }
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// An element, to read. Reverts where there is none.
    pub fn at(&self, index: u32) -> Ref<'_, V> {
        self.check(index);
        Ref(self.handle(index), PhantomData)
    }

    /// An element, to write. Reverts where there is none.
    pub fn at_mut(&mut self, index: u32) -> RefMut<'_, V> {
        self.check(index);
        RefMut(self.handle(index), PhantomData)
    }

    /// Makes the array one longer, and gives what is new, as it was left there: zero, unless something was taken away.
    pub fn grow(&mut self) -> RefMut<'_, V> {
        let length = self.len();
        self.set_len(length.checked_add(1).unwrap_or_else(|| revert("an array is full")));
        RefMut(self.handle(length), PhantomData)
    }

    /// Takes elements away from the end until there are at most so many, and clears their places. Costs gas for each.
    pub fn truncate(&mut self, length: u32) {
        let old = self.len();
        if length >= old {
            return;
        }
        for index in length..old {
            self.handle(index).clear();
        }
        self.set_len(length);
    }

    /// Takes the last element away, if there is one, and clears its place. Gives whether there was one.
    pub fn drop_last(&mut self) -> bool {
        match self.len().checked_sub(1) {
            Some(last) => {
                self.truncate(last);
                true
            }
            None => false,
        }
    }

    fn check(&self, index: u32) {
        if index >= self.len() {
            revert("an index is not below the array's length");
        }
    }

    fn handle(&self, index: u32) -> V {
        V::at(element::<V>(Place::slot(keccak256(&[&self.slot])), index))
    }

    fn set_len(&mut self, length: u32) {
        store(&self.slot, &length.to_word());
    }
}

impl<T: Value> Array<Slot<T>> {
    /// Appends a value.
    pub fn push(&mut self, value: T) {
        self.grow().set(value);
    }

    /// Takes the last value away, if there is one, and clears its place.
    pub fn pop(&mut self) -> Option<T> {
        let last = self.len().checked_sub(1)?;
        let mut slot = self.handle(last);
        let value = slot.get();
        slot.clear();
        self.set_len(last);
        Some(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_elements_share_a_slot() {
        let places = |index| element::<Slot<u64>>(Place::ROOT, index);
        assert_eq!(places(3), Place::ROOT.field((0, 24)));
        assert_eq!(places(4), Place::ROOT.field((1, 0)));
        assert_eq!(element::<Slot<crate::Address>>(Place::ROOT, 2), Place::ROOT.field((2, 0)));
        assert_eq!(element::<[Slot<U256>; 3]>(Place::ROOT, 2), Place::ROOT.field((6, 0)));
        assert_eq!(<[Slot<u64>; 5]>::BYTES, 64);
        assert_eq!(<[Slot<U256>; 5]>::BYTES, 160);
    }
}
