//! What the SDK encodes and decodes is Solidity's ABI, as another library (alloy's) understands it.
//!
//! Values are generated for types of every shape. Both must encode them to the same bytes; the SDK must read back what was
//! encoded; and of bytes that were changed, whatever the SDK takes alloy must take for the same value. Not the other way
//! round: the SDK refuses what is not as it should be (a `bool` of 2), where alloy may look away.

use alloy_dyn_abi::{DynSolType, DynSolValue};
use hebe_sdk::{
    Address, I256, U256,
    abi::{self, Bytes, Decode, Encode, FixedBytes},
};
use proptest::{collection::vec, prelude::*, sample::Index};
use std::fmt::Debug;

/// A type of the SDK, how to draw one, and what it is for alloy.
trait Type: Encode + Decode + Clone + PartialEq + Debug {
    fn any() -> BoxedStrategy<Self>;
    fn to_alloy(&self) -> DynSolValue;
}

/// A number's big-endian bytes as alloy's word, with copies of `filler` in front.
fn word(bytes: &[u8], filler: u8) -> [u8; 32] {
    let mut word = [filler; 32];
    word[32 - bytes.len()..].copy_from_slice(bytes);
    word
}

macro_rules! numbers {
    ($($type:ty => $bits:literal),*; $value:ident, $from:path) => {
        $(
            impl Type for $type {
                fn any() -> BoxedStrategy<Self> {
                    let edge = prop_oneof![Just(<$type>::MIN), Just(<$type>::MAX), Just(1)];
                    prop_oneof![3 => any::<$type>(), 1 => edge].boxed()
                }

                fn to_alloy(&self) -> DynSolValue {
                    #[allow(unused_comparisons, reason = "of the types without a sign")]
                    let filler = if *self < 0 { 0xff } else { 0 };
                    let word = word(&self.to_be_bytes(), filler);
                    DynSolValue::$value($from(word), $bits)
                }
            }
        )*
    };
}

fn uint(word: [u8; 32]) -> alloy_primitives::U256 {
    alloy_primitives::U256::from_be_bytes(word)
}

fn int(word: [u8; 32]) -> alloy_primitives::I256 {
    alloy_primitives::I256::from_be_bytes(word)
}

numbers! { u8 => 8, u16 => 16, u32 => 32, u64 => 64, u128 => 128; Uint, uint }
numbers! { i8 => 8, i16 => 16, i32 => 32, i64 => 64, i128 => 128; Int, int }

impl Type for U256 {
    fn any() -> BoxedStrategy<Self> {
        any::<[u64; 4]>().prop_map(Self).boxed()
    }

    fn to_alloy(&self) -> DynSolValue {
        DynSolValue::Uint(uint(self.to_big_endian()), 256)
    }
}

impl Type for I256 {
    fn any() -> BoxedStrategy<Self> {
        let edge = prop_oneof![Just(Self::MIN), Just(Self::MAX), Just(-Self::ONE)];
        prop_oneof![3 => U256::any().prop_map(Self::from_bits), 1 => edge].boxed()
    }

    fn to_alloy(&self) -> DynSolValue {
        DynSolValue::Int(int(self.to_bits().to_big_endian()), 256)
    }
}

impl Type for bool {
    fn any() -> BoxedStrategy<Self> {
        any::<Self>().boxed()
    }

    fn to_alloy(&self) -> DynSolValue {
        DynSolValue::Bool(*self)
    }
}

impl Type for Address {
    fn any() -> BoxedStrategy<Self> {
        any::<[u8; 20]>().prop_map(Self).boxed()
    }

    fn to_alloy(&self) -> DynSolValue {
        DynSolValue::Address(self.0.into())
    }
}

impl<const N: usize> Type for FixedBytes<N> {
    fn any() -> BoxedStrategy<Self> {
        any::<[u8; N]>().prop_map(Self).boxed()
    }

    fn to_alloy(&self) -> DynSolValue {
        let mut word = [0; 32];
        word[..N].copy_from_slice(&self.0);
        DynSolValue::FixedBytes(word.into(), N)
    }
}

impl Type for Bytes {
    fn any() -> BoxedStrategy<Self> {
        vec(any::<u8>(), 0..70).prop_map(Self).boxed()
    }

    fn to_alloy(&self) -> DynSolValue {
        DynSolValue::Bytes(self.0.clone())
    }
}

impl Type for String {
    fn any() -> BoxedStrategy<Self> {
        ".{0,40}".boxed()
    }

    fn to_alloy(&self) -> DynSolValue {
        DynSolValue::String(self.clone())
    }
}

impl<T: Type + 'static> Type for Vec<T> {
    fn any() -> BoxedStrategy<Self> {
        vec(T::any(), 0..5).boxed()
    }

    fn to_alloy(&self) -> DynSolValue {
        DynSolValue::Array(self.iter().map(T::to_alloy).collect())
    }
}

impl<T: Type + 'static, const N: usize> Type for [T; N] {
    fn any() -> BoxedStrategy<Self> {
        vec(T::any(), N).prop_map(|vec| vec.try_into().expect("as many as asked for")).boxed()
    }

    fn to_alloy(&self) -> DynSolValue {
        DynSolValue::FixedArray(self.iter().map(T::to_alloy).collect())
    }
}

macro_rules! tuples {
    ($($($type:ident $index:tt),+;)*) => {
        $(
            impl<$($type: Type + 'static),+> Type for ($($type,)+) {
                fn any() -> BoxedStrategy<Self> {
                    ($($type::any(),)+).boxed()
                }

                fn to_alloy(&self) -> DynSolValue {
                    DynSolValue::Tuple(vec![$(self.$index.to_alloy()),+])
                }
            }
        )*
    };
}

tuples! {
    A 0;
    A 0, B 1;
    A 0, B 1, C 2;
    A 0, B 1, C 2, D 3;
    A 0, B 1, C 2, D 3, E 4;
}

/// What alloy reads, where it reads anything.
fn alloy_reads<T: Type>(data: &[u8]) -> Option<DynSolValue> {
    let name = T::NAME;
    let ty = DynSolType::parse(name.as_str()).expect("the SDK's name of the type is one");
    ty.abi_decode_params(data).ok()
}

/// Checks arguments of these types: a tuple.
fn check<T: Type>(value: &T, place: Index, byte: u8, end: Index) -> Result<(), TestCaseError> {
    let expected = value.to_alloy();
    let mut data = abi::encode(value);
    prop_assert_eq!(hex::encode(&data), hex::encode(expected.abi_encode_params()));
    prop_assert_eq!(abi::decode::<T>(&data), Ok(value.clone()));
    prop_assert_eq!(alloy_reads::<T>(&data), Some(expected));

    // A byte more or less here and there, and an end that comes too early.
    if !data.is_empty() {
        let place = place.index(data.len());
        data[place] = byte;
        data.truncate(data.len() - end.index(data.len()) / 8);
        if let Ok(read) = abi::decode::<T>(&data) {
            prop_assert_eq!(
                alloy_reads::<T>(&data),
                Some(read.to_alloy()),
                "{}",
                hex::encode(&data)
            );
        }
    }
    Ok(())
}

macro_rules! types {
    ($($name:ident: $type:ty;)*) => {
        proptest! {
            #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]
            $(
                #[test]
                fn $name(
                    value in <$type>::any(),
                    place in any::<Index>(),
                    byte in prop_oneof![Just(0_u8), Just(1), Just(0x20), Just(0xff), any::<u8>()],
                    end in any::<Index>(),
                ) {
                    check::<$type>(&value, place, byte, end)?;
                }
            )*
        }
    };
}

types! {
    unsigned: (u8, u16, u32, u64, u128);
    signed: (i8, i16, i32, i64, i128);
    signed_words: (I256, Vec<I256>, i128);
    words: (U256, Address, bool, FixedBytes<1>, FixedBytes<32>);
    texts: (String, Bytes, String);
    arrays: (Vec<u16>, [Address; 3], Vec<bool>);
    arrays_of_texts: (Vec<String>, [Bytes; 2]);
    arrays_of_arrays: (Vec<Vec<i32>>, [Vec<U256>; 2], Vec<[u8; 2]>);
    tuples: ((u8, (bool, i64)), [(Address, U256); 2], Vec<(u32, FixedBytes<4>)>);
    tuples_of_texts: (u8, (String, Vec<Bytes>), Vec<(Bytes, bool)>, [(u8, String); 2]);
    one_of_each: (Address, Vec<(U256, String)>, FixedBytes<20>, Bytes, i8);
}

/// What alloy would take, and a contract had better not.
#[test]
fn what_is_not_as_it_should_be_is_refused() {
    let word = |end: &[u8]| word(end, 0).to_vec();
    assert!(abi::decode::<(bool,)>(&word(&[2])).is_err());
    assert!(abi::decode::<(u8,)>(&word(&[1, 0])).is_err());
    assert!(abi::decode::<(Address,)>(&word(&[1; 21])).is_err());
    assert!(abi::decode::<(i8,)>(&word(&[0x80])).is_err(), "128 is not -128");
    assert!(abi::decode::<(FixedBytes<4>,)>(&word(&[1])).is_err(), "it stands at the left");
    let text = [word(&[32]), word(&[1]), vec![0xff; 32]].concat();
    assert!(abi::decode::<(String,)>(&text).is_err(), "it is not UTF-8");
    assert!(abi::decode::<(Bytes,)>(&text).is_ok());
}

/// Lengths and offsets that would take all memory, or end outside of it, are refused before anything is done.
#[test]
fn absurd_lengths_are_refused() {
    let word = |number: u64| word(&number.to_be_bytes(), 0).to_vec();
    for number in [2, 1 << 20, u64::from(u32::MAX), 1 << 32, u64::MAX] {
        let data = [word(32), word(number), vec![0; 32]].concat();
        assert!(abi::decode::<(Vec<U256>,)>(&data).is_err(), "{number}");
        assert!(abi::decode::<(Vec<Vec<u8>>,)>(&data).is_err(), "{number}");
        let data = [word(number.saturating_add(64)), word(1), vec![0; 32]].concat();
        assert!(abi::decode::<(Bytes,)>(&data).is_err(), "{number}");
    }
    let data = [word(32), word(33), vec![0; 32]].concat();
    assert!(abi::decode::<(Bytes,)>(&data).is_err());
}
