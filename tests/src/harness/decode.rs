//! Decodes Solidity's encoding for reading, within bounds.
//!
//! Data says by itself how long its arrays are and where they lie, so a few bytes can point at each other again and
//! again: 12.9 KB decode to a gigabyte of nested arrays. No encoding that a compiler makes reads a word twice, so
//! here no more words are read than there are.

use alloy_dyn_abi::{DynSolType, DynSolValue};
use alloy_primitives::{B256, I256, U256};

/// Bytes of a word.
const WORD: usize = 32;

/// The values of these types that are encoded in `data`; nothing where they are not. What lies between and behind them
/// is not looked at, nor is padding.
pub(super) fn decode(types: &[DynSolType], data: &[u8]) -> Option<Vec<DynSolValue>> {
    let words_left = data.len().div_ceil(WORD);
    Decoder { data, words_left }.sequence(types.iter(), 0)
}

struct Decoder<'a> {
    data: &'a [u8],
    words_left: usize,
}

impl Decoder<'_> {
    /// Values one after the other, whose offsets count from `frame`.
    fn sequence<'t>(
        &mut self,
        types: impl Iterator<Item = &'t DynSolType>,
        frame: usize,
    ) -> Option<Vec<DynSolValue>> {
        let mut at = frame;
        let mut values = Vec::new();
        for ty in types {
            let place = if is_dynamic(ty) {
                let offset = self.size(at)?;
                at = at.checked_add(WORD)?;
                frame.checked_add(offset)?
            } else {
                let place = at;
                at = at.checked_add(size(ty)?)?;
                place
            };
            values.push(self.value(ty, place)?);
        }
        Some(values)
    }

    /// A value that begins at `at`.
    fn value(&mut self, ty: &DynSolType, at: usize) -> Option<DynSolValue> {
        Some(match ty {
            DynSolType::Bool => match U256::from_be_bytes(self.word(at)?.0) {
                U256::ZERO => DynSolValue::Bool(false),
                U256::ONE => DynSolValue::Bool(true),
                _ => return None,
            },
            DynSolType::Uint(bits) => {
                let number = U256::from_be_bytes(self.word(at)?.0);
                (number.bit_len() <= *bits).then_some(DynSolValue::Uint(number, *bits))?
            }
            DynSolType::Int(bits) => {
                let number = I256::from_raw(U256::from_be_bytes(self.word(at)?.0));
                (number.bits() as usize <= *bits).then_some(DynSolValue::Int(number, *bits))?
            }
            DynSolType::Address => {
                let word = self.word(at)?;
                word[..12].iter().all(|byte| *byte == 0).then_some(())?;
                DynSolValue::Address(alloy_primitives::Address::from_word(word))
            }
            DynSolType::FixedBytes(size) => DynSolValue::FixedBytes(self.word(at)?, *size),
            DynSolType::Bytes => DynSolValue::Bytes(self.bytes(at)?),
            DynSolType::String => match String::from_utf8(self.bytes(at)?) {
                Ok(text) => DynSolValue::String(text),
                // Shown as the bytes that they are.
                Err(error) => DynSolValue::Bytes(error.into_bytes()),
            },
            DynSolType::Array(ty) => {
                let count = self.size(at)?;
                // Each element reads a word at least; of those that read none there could be any number.
                (count <= self.words_left && size(ty)? > 0).then_some(())?;
                let elements = std::iter::repeat_n(&**ty, count);
                DynSolValue::Array(self.sequence(elements, at.checked_add(WORD)?)?)
            }
            DynSolType::FixedArray(ty, count) => {
                (*count <= self.words_left).then_some(())?;
                DynSolValue::FixedArray(self.sequence(std::iter::repeat_n(&**ty, *count), at)?)
            }
            DynSolType::Tuple(types) => DynSolValue::Tuple(self.sequence(types.iter(), at)?),
            _ => return None,
        })
    }

    fn word(&mut self, at: usize) -> Option<B256> {
        self.words_left = self.words_left.checked_sub(1)?;
        self.data.get(at..at.checked_add(WORD)?).map(B256::from_slice)
    }

    /// A number that fits into the memory that there could be.
    fn size(&mut self, at: usize) -> Option<usize> {
        U256::from_be_bytes(self.word(at)?.0).try_into().ok()
    }

    fn bytes(&mut self, at: usize) -> Option<Vec<u8>> {
        let length = self.size(at)?;
        self.words_left = self.words_left.checked_sub(length / WORD)?;
        let begin = at.checked_add(WORD)?;
        self.data.get(begin..begin.checked_add(length)?).map(<[u8]>::to_vec)
    }
}

/// Whether an offset stands in the place of such a value.
fn is_dynamic(ty: &DynSolType) -> bool {
    match ty {
        DynSolType::Bytes | DynSolType::String | DynSolType::Array(_) => true,
        DynSolType::FixedArray(ty, _) => is_dynamic(ty),
        DynSolType::Tuple(types) => types.iter().any(is_dynamic),
        _ => false,
    }
}

/// Bytes that a value takes in its place.
fn size(ty: &DynSolType) -> Option<usize> {
    match ty {
        DynSolType::FixedArray(ty, count) => size(ty)?.checked_mul(*count),
        DynSolType::Tuple(types) => {
            types.iter().try_fold(0_usize, |sum, ty| sum.checked_add(size(ty)?))
        }
        _ => Some(WORD),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn ty(name: &str) -> DynSolType {
        DynSolType::parse(name).unwrap()
    }

    fn word(number: u64) -> [u8; 32] {
        U256::from(number).to_be_bytes()
    }

    #[test]
    fn arrays_that_point_at_each_other_are_not_followed() {
        // An array of offsets, all to the next level: each level multiplies what comes out.
        let mut data = word(32).to_vec();
        for _ in 0..3 {
            data.extend(word(100));
            data.extend((0..100).flat_map(|_| word(100 * 32)));
        }
        data.extend(word(100));
        data.extend((0..100).flat_map(word));
        assert!(data.len() < 13_000);
        assert_eq!(decode(&[ty("uint256[][][][]")], &data), None);
    }

    #[test]
    fn data_that_lies_is_refused() {
        for (name, data) in [
            ("uint256", &word(1)[..31]),
            ("bool", &word(2)),
            ("uint8", &word(256)),
            ("bytes", &word(32)),
            ("string", &[word(32), word(u64::MAX)].concat()),
            ("uint256[]", &[word(32), word(u64::MAX)].concat()),
            ("uint256[]", &[[0xff; 32], word(0)].concat()),
            ("uint256[9999999999][9999999999]", &word(0)),
        ] {
            assert_eq!(decode(&[ty(name)], data), None, "{name}");
        }
    }

    #[test]
    fn bytes_that_are_no_text_are_shown_as_bytes() {
        let mut data = [word(32), word(1)].concat();
        data.extend([0xff; 32]);
        assert_eq!(decode(&[ty("string")], &data), Some(vec![DynSolValue::Bytes(vec![0xff])]));
    }

    fn value() -> impl Strategy<Value = DynSolValue> {
        let leaf = prop_oneof![
            any::<bool>().prop_map(DynSolValue::Bool),
            any::<u64>().prop_map(|it| DynSolValue::Uint(U256::from(it), 64)),
            any::<i64>().prop_map(|it| DynSolValue::Int(it.try_into().unwrap(), 64)),
            any::<[u8; 20]>().prop_map(|it| DynSolValue::Address(it.into())),
            any::<[u8; 32]>().prop_map(|it| DynSolValue::FixedBytes(it.into(), 32)),
            proptest::collection::vec(any::<u8>(), 0..70).prop_map(DynSolValue::Bytes),
            ".{0,40}".prop_map(DynSolValue::String),
        ];
        leaf.prop_recursive(3, 24, 4, |inner| {
            prop_oneof![
                (inner.clone(), 0..4_usize).prop_map(|(it, count)| DynSolValue::Array(vec![
                    it;
                    count
                        .max(
                            1
                        )
                ])),
                (inner.clone(), 1..4_usize)
                    .prop_map(|(it, count)| DynSolValue::FixedArray(vec![it; count])),
                proptest::collection::vec(inner, 1..4).prop_map(DynSolValue::Tuple),
            ]
        })
    }

    proptest! {
        /// What is encoded is decoded, within the bound.
        #[test]
        fn encodings_are_read(values in proptest::collection::vec(value(), 0..4)) {
            let types: Vec<_> = values.iter().map(|it| it.as_type().unwrap()).collect();
            let data = DynSolValue::Tuple(values.clone()).abi_encode_params();
            prop_assert_eq!(decode(&types, &data), Some(values));
        }

        /// Whatever the data is, an answer comes.
        #[test]
        fn nothing_panics(data in proptest::collection::vec(any::<u8>(), 0..300)) {
            for name in ["uint256[][]", "(string,bytes)[]", "uint8[3][]", "int8", "string[2]"] {
                let _ = decode(&[ty(name)], &data);
            }
        }
    }
}
