//! A value of a JSON document with the way to it, so that every complaint names its field.

use hebe_host::{Address, Bytes32, U256};
use serde_json::Value;

/// A value, and where it is.
#[derive(Clone)]
pub(crate) struct Field<'a> {
    path: String,
    value: &'a Value,
}

impl<'a> Field<'a> {
    /// The field at the top, which `path` names.
    pub(crate) fn new(path: &str, value: &'a Value) -> Self {
        Self { path: path.to_owned(), value }
    }

    /// A complaint about this field.
    pub(crate) fn wrong(&self, problem: impl AsRef<str>) -> String {
        format!("{}: {}", self.path, problem.as_ref())
    }

    /// The field of an object that has to have it.
    pub(crate) fn get(&self, name: &str) -> Result<Self, String> {
        self.find(name)?.ok_or_else(|| self.wrong(format!("the field `{name}` is missing")))
    }

    /// The field of an object that may have it; null is the same as nothing.
    pub(crate) fn find(&self, name: &str) -> Result<Option<Self>, String> {
        let fields = self.value.as_object().ok_or_else(|| self.not("an object {...}"))?;
        Ok(fields.get(name).filter(|value| !value.is_null()).map(|value| self.below(name, value)))
    }

    /// Names and fields of an object.
    pub(crate) fn entries(&self) -> Result<impl Iterator<Item = (&'a String, Self)>, String> {
        let fields = self.value.as_object().ok_or_else(|| self.not("an object {...}"))?;
        Ok(fields.iter().map(|(name, value)| (name, self.below(name, value))))
    }

    /// The items of a list.
    pub(crate) fn items(&self) -> Result<impl Iterator<Item = Self>, String> {
        let items = self.value.as_array().ok_or_else(|| self.not("a list [...]"))?;
        Ok(items
            .iter()
            .enumerate()
            .map(|(index, value)| Self { path: format!("{}[{index}]", self.path), value }))
    }

    /// Whether there is nothing.
    pub(crate) fn is_null(&self) -> bool {
        self.value.is_null()
    }

    /// A text.
    pub(crate) fn text(&self) -> Result<&'a str, String> {
        self.value.as_str().ok_or_else(|| self.not("a string in quotes"))
    }

    /// A number of 256 bits: a string, in hex with `0x` or decimal, or empty for zero; or a JSON number.
    pub(crate) fn u256(&self) -> Result<U256, String> {
        match self.value {
            Value::Number(number) => {
                number.as_u64().map(U256::from).ok_or_else(|| self.not("a whole number"))
            }
            _ => number(self.text()?).map_err(|problem| self.wrong(problem)),
        }
    }

    /// Whether it is a number that `bits` bits can't hold, which tests of invalid transactions have
    /// (`0x:bigint 0x1...`).
    pub(crate) fn is_wider_than(&self, bits: usize) -> bool {
        let Some(text) = self.value.as_str() else { return false };
        let text = text.strip_prefix("0x:bigint ").unwrap_or(text);
        let Some(digits) = text.strip_prefix("0x") else { return false };
        let digits = digits.trim_start_matches('0');
        let first = digits.chars().next().and_then(|digit| digit.to_digit(16));
        digits.chars().all(|digit| digit.is_ascii_hexdigit())
            && first.is_some_and(|first| {
                (digits.len() - 1) * 4 + (32 - first.leading_zeros() as usize) > bits
            })
    }

    /// A number from 0 to 2^64-1.
    pub(crate) fn u64(&self) -> Result<u64, String> {
        let number = self.u256()?;
        number
            .try_into()
            .map_err(|_| self.wrong(format!("{number} is too large: at most {}", u64::MAX)))
    }

    /// A number from 0 to 2^63-1, as EVMC has them.
    pub(crate) fn i64(&self) -> Result<i64, String> {
        let number = self.u256()?;
        number
            .try_into()
            .map_err(|_| self.wrong(format!("{number} is too large: at most {}", i64::MAX)))
    }

    /// A place in a list.
    pub(crate) fn index(&self) -> Result<usize, String> {
        let number = self.u256()?;
        number.try_into().map_err(|_| self.wrong(format!("{number} is no place in a list")))
    }

    /// Bytes: hex, with or without `0x`. An odd digit is that of the first byte.
    pub(crate) fn bytes(&self) -> Result<Vec<u8>, String> {
        let text = self.text()?;
        let digits = text.strip_prefix("0x").unwrap_or(text);
        let zero = if digits.len() % 2 == 1 { "0" } else { "" };
        hex::decode(format!("{zero}{digits}"))
            .map_err(|error| self.wrong(format!("it is not hex: {error}")))
    }

    /// A word of 32 bytes in full length.
    pub(crate) fn word(&self) -> Result<Bytes32, String> {
        let mut word = Bytes32::zero();
        fixed_hex(self.text()?, &mut word.0).map_err(|problem| self.wrong(problem))?;
        Ok(word)
    }

    /// An address.
    pub(crate) fn address(&self) -> Result<Address, String> {
        address(self.text()?).map_err(|problem| self.wrong(problem))
    }

    fn below(&self, name: &str, value: &'a Value) -> Self {
        Self { path: format!("{}.{name}", self.path), value }
    }

    fn not(&self, what: &str) -> String {
        let mut shown = self.value.to_string();
        if let Some((end, _)) = shown.char_indices().nth(60) {
            shown.truncate(end);
            shown.push('…');
        }
        self.wrong(format!("{shown} is not {what}"))
    }
}

/// Reads an address: 40 hex digits, with or without `0x`.
pub(crate) fn address(text: &str) -> Result<Address, String> {
    let mut address = Address::zero();
    fixed_hex(text, &mut address.0)?;
    Ok(address)
}

/// Reads a number of 256 bits.
pub(crate) fn number(text: &str) -> Result<U256, String> {
    let (digits, radix) = match text.strip_prefix("0x") {
        Some(digits) => (digits, 16),
        None => (text, 10),
    };
    if !digits.chars().all(|digit| digit.is_digit(radix)) {
        return Err(format!("`{text}` is not a whole number (decimal, or hex with 0x)"));
    }
    let digits = digits.trim_start_matches('0');
    if digits.is_empty() {
        return Ok(U256::zero());
    }
    U256::from_str_radix(digits, radix)
        .map_err(|_| format!("{text} is too large: a number has at most 256 bits"))
}

fn fixed_hex(text: &str, bytes: &mut [u8]) -> Result<(), String> {
    let digits = text.strip_prefix("0x").unwrap_or(text);
    hex::decode_to_slice(digits, bytes)
        .map_err(|_| format!("`{text}` must be {} hex digits", bytes.len() * 2))
}
