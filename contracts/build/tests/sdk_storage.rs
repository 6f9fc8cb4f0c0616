//! The SDK puts fields where Solidity puts them.
//!
//! `SOLIDITY` is the `storageLayout` that solc 0.8.20 gives for `layout.sol`, beside this file. What lies behind a hash, at
//! keys of mappings and in arrays, the samples' test files look up as Solidity would: `"1[alice]"`, `"1[]+2"`.

use hebe_sdk::{
    Address, U256,
    abi::FixedBytes,
    storage,
    storage::{Array, Layout, Mapping, Place, Slot, Text},
};
use std::marker::PhantomData;

/// Slot, bytes from its end, name, bytes.
const SOLIDITY: &[(u32, u8, &str, usize)] = &[
    (0, 0, "flag", 1),
    (0, 1, "owner", 20),
    (1, 0, "half", 16),
    (2, 0, "whole", 32),
    (3, 0, "small", 1),
    (4, 0, "balances", 32),
    (5, 0, "three", 32),
    (6, 0, "signed", 4),
    (6, 4, "hash", 20),
    (7, 0, "word", 32),
    (8, 0, "exact", 20),
    (8, 20, "fits", 12),
    (9, 0, "before", 2),
    (10, 0, "inner", 32),
    (11, 0, "behind", 2),
    (12, 0, "list", 32),
    (13, 0, "text", 32),
    (14, 0, "pairs", 128),
    (18, 0, "seven", 64),
    (20, 0, "last", 1),
];

/// A field that tells its place.
struct At<V>(Place, PhantomData<V>);

impl<V: Layout> Layout for At<V> {
    const BYTES: usize = V::BYTES;

    fn at(place: Place) -> Self {
        Self(place, PhantomData)
    }

    fn clear(&mut self) {}
}

#[storage]
struct Pair {
    a: Slot<u8>,
    b: Slot<U256>,
}

#[storage]
struct Small {
    a: At<Slot<u8>>,
    b: At<Slot<Address>>,
    c: At<Slot<bool>>,
}

/// Fields as in `layout.sol`; Solidity's uint40 is a type that Rust doesn't have, of as many bytes.
macro_rules! layout {
    ($($field:ident: $type:ty,)*) => {
        #[storage]
        struct All {
            $($field: At<$type>,)*
        }

        fn places() -> Vec<(Place, &'static str, usize)> {
            let all = All::at(Place::ROOT);
            vec![$((all.$field.0, stringify!($field), <$type as Layout>::BYTES)),*]
        }
    };
}

layout! {
    flag: Slot<bool>,
    owner: Slot<Address>,
    half: Slot<u128>,
    whole: Slot<U256>,
    small: Slot<u8>,
    balances: Mapping<Address, Slot<U256>>,
    three: [Slot<u64>; 3],
    signed: Slot<i32>,
    hash: Slot<FixedBytes<20>>,
    word: Slot<FixedBytes<32>>,
    exact: Slot<Address>,
    fits: Slot<FixedBytes<12>>,
    before: Slot<u16>,
    inner: Small,
    behind: Slot<u16>,
    list: Array<Slot<U256>>,
    text: Text,
    pairs: [Pair; 2],
    seven: [Slot<FixedBytes<5>>; 7],
    last: Slot<bool>,
}

#[test]
fn fields_are_where_solidity_puts_them() {
    let expected = SOLIDITY
        .iter()
        .map(|(slot, offset, name, bytes)| (Place::ROOT.field((*slot, *offset)), *name, *bytes));
    assert_eq!(places(), expected.collect::<Vec<_>>());
}

#[test]
fn a_struct_in_a_struct_begins_a_slot() {
    let all = All::at(Place::ROOT);
    let small = Small::at(all.inner.0);
    let place = |offset| Place::ROOT.field((10, offset));
    assert_eq!([small.a.0, small.b.0, small.c.0], [place(0), place(1), place(21)]);
}
