//! How values are written in a recording: bytes as hex with `0x`, numbers of 256 bits as decimal
//! strings, enumerations by name. For `#[serde(with = "...")]`.

use crate::{AccessStatus, Address, Bytes32, CallKind, Revision, StatusCode, StorageStatus};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

/// Bytes of any number.
pub(crate) mod bytes {
    use super::*;

    pub(crate) fn serialize<S: Serializer>(bytes: &[u8], to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&hex(bytes))
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<u8>, D::Error> {
        let text = String::deserialize(from)?;
        digits(&text)
            .and_then(|digits| hex::decode(digits).ok())
            .ok_or_else(|| D::Error::custom(format!("`{}` is not hex with 0x", clip(&text))))
    }
}

/// Bytes, or null.
pub(crate) mod optional_bytes {
    use super::*;

    pub(crate) fn serialize<S: Serializer>(
        bytes: &Option<Vec<u8>>,
        to: S,
    ) -> Result<S::Ok, S::Error> {
        bytes.as_deref().map(hex).serialize(to)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<Option<Vec<u8>>, D::Error> {
        #[derive(Deserialize)]
        struct Hex(#[serde(with = "bytes")] Vec<u8>);
        Ok(Option::<Hex>::deserialize(from)?.map(|hex| hex.0))
    }
}

/// An address or a word, in full length.
pub(crate) mod fixed {
    use super::*;

    pub(crate) fn serialize<T: Fixed, S: Serializer>(value: &T, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&hex(value.as_ref()))
    }

    pub(crate) fn deserialize<'de, T: Fixed, D: Deserializer<'de>>(from: D) -> Result<T, D::Error> {
        let text = String::deserialize(from)?;
        let mut value = T::default();
        let length = value.as_ref().len() * 2;
        digits(&text)
            .and_then(|digits| hex::decode_to_slice(digits, value.as_mut()).ok())
            .map(|()| value)
            .ok_or_else(|| {
                D::Error::custom(format!("`{}` is not 0x and {length} hex digits", clip(&text)))
            })
    }
}

/// A list of words.
pub(crate) mod words {
    use super::*;

    #[derive(Serialize, Deserialize)]
    struct Word(#[serde(with = "fixed")] Bytes32);

    pub(crate) fn serialize<S: Serializer>(words: &[Bytes32], to: S) -> Result<S::Ok, S::Error> {
        to.collect_seq(words.iter().copied().map(Word))
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<Vec<Bytes32>, D::Error> {
        Ok(Vec::<Word>::deserialize(from)?.into_iter().map(|word| word.0).collect())
    }
}

/// A number of 256 bits. Few readers of JSON keep such a number, so it is a string.
pub(crate) mod number {
    use super::*;
    use crate::U256;

    pub(crate) fn serialize<S: Serializer>(number: &U256, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(number)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<U256, D::Error> {
        let text = String::deserialize(from)?;
        let is_decimal = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        U256::from_dec_str(&text).ok().filter(|_| is_decimal).ok_or_else(|| {
            D::Error::custom(format!("`{}` is not a whole number below 2^256", clip(&text)))
        })
    }
}

/// One of an enumeration, by name.
pub(crate) mod name {
    use super::*;

    pub(crate) fn serialize<T: Named, S: Serializer>(value: &T, to: S) -> Result<S::Ok, S::Error> {
        let (_, name) = T::names()
            .iter()
            .find(|(known, _)| known == value)
            .unwrap_or_else(|| unreachable!("every value has a name"));
        to.serialize_str(name)
    }

    pub(crate) fn deserialize<'de, T: Named, D: Deserializer<'de>>(from: D) -> Result<T, D::Error> {
        let text = String::deserialize(from)?;
        let found = T::names().iter().find(|(_, name)| *name == text);
        found.map(|(value, _)| *value).ok_or_else(|| {
            let names: Vec<&str> = T::names().iter().map(|(_, name)| *name).collect();
            D::Error::custom(format!("`{}` is none of {}", clip(&text), names.join(", ")))
        })
    }
}

/// Bytes of a fixed number.
pub(crate) trait Fixed: Default + AsRef<[u8]> + AsMut<[u8]> {}
impl Fixed for Address {}
impl Fixed for Bytes32 {}

/// An enumeration whose values have names.
pub(crate) trait Named: Copy + PartialEq + 'static {
    /// Every value with its name.
    fn names() -> &'static [(Self, &'static str)];
}

impl Named for Revision {
    fn names() -> &'static [(Self, &'static str)] {
        &Self::ALL
    }
}

impl Named for StatusCode {
    fn names() -> &'static [(Self, &'static str)] {
        &Self::ALL
    }
}

impl Named for CallKind {
    fn names() -> &'static [(Self, &'static str)] {
        &[
            (Self::Call, "CALL"),
            (Self::DelegateCall, "DELEGATECALL"),
            (Self::CallCode, "CALLCODE"),
            (Self::Create, "CREATE"),
            (Self::Create2, "CREATE2"),
        ]
    }
}

impl Named for StorageStatus {
    fn names() -> &'static [(Self, &'static str)] {
        &[
            (Self::Assigned, "ASSIGNED"),
            (Self::Added, "ADDED"),
            (Self::Deleted, "DELETED"),
            (Self::Modified, "MODIFIED"),
            (Self::DeletedAdded, "DELETED_ADDED"),
            (Self::ModifiedDeleted, "MODIFIED_DELETED"),
            (Self::DeletedRestored, "DELETED_RESTORED"),
            (Self::AddedDeleted, "ADDED_DELETED"),
            (Self::ModifiedRestored, "MODIFIED_RESTORED"),
        ]
    }
}

impl Named for AccessStatus {
    fn names() -> &'static [(Self, &'static str)] {
        &[(Self::Cold, "COLD"), (Self::Warm, "WARM")]
    }
}

/// Bytes as hex with `0x`.
pub(crate) fn hex(bytes: &[u8]) -> String {
    format!("0x{}", hex::encode(bytes))
}

fn digits(text: &str) -> Option<&str> {
    text.strip_prefix("0x")
}

/// The beginning of a text, for a message that is to fit on a line.
pub(super) fn clip(text: &str) -> String {
    const LONGEST: usize = 80;
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}...", &text[..end]),
        None => text.to_owned(),
    }
}
