//! Values as people write them: in a test file, or in Rust.

use super::{Names, nesting};
use crate::state_file::parse_u256;
use alloy_dyn_abi::{DynSolType, DynSolValue};
use alloy_primitives::{B256, I256};
use hebe_host::{Address, Bytes32, U256};

/// A value that has no type yet. The signature that it goes with says what is to become of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// A whole number: decimal, or hex with `0x`; perhaps with a sign.
    Number(String),
    /// Text: a number, an address or an account's name, bytes in hex, or a string.
    Text(String),
    /// True or false.
    Boolean(bool),
    /// The elements of an array or a tuple.
    List(Vec<Value>),
}

/// A list of [`Value`]s: `values!["bob", 100, true]`.
#[macro_export]
macro_rules! values {
    ($($value:expr),* $(,)?) => {
        ::std::vec::Vec::<$crate::harness::Value>::from([$($crate::harness::Value::from($value)),*])
    };
}

macro_rules! from_number {
    ($($number:ty),*) => {$(
        impl From<$number> for Value {
            fn from(number: $number) -> Self {
                Self::Number(number.to_string())
            }
        }
    )*};
}
from_number!(u8, u16, u32, u64, u128, usize, i8, i16, i32, i64, i128, U256);

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<bool> for Value {
    fn from(boolean: bool) -> Self {
        Self::Boolean(boolean)
    }
}

impl From<Address> for Value {
    fn from(address: Address) -> Self {
        Self::Text(hex(&address[..]))
    }
}

impl From<Bytes32> for Value {
    fn from(word: Bytes32) -> Self {
        Self::Text(hex(&word[..]))
    }
}

impl From<&[u8]> for Value {
    fn from(bytes: &[u8]) -> Self {
        Self::Text(hex(bytes))
    }
}

impl<const N: usize> From<[Value; N]> for Value {
    fn from(values: [Value; N]) -> Self {
        Self::List(values.into())
    }
}

impl From<Vec<Value>> for Value {
    fn from(values: Vec<Value>) -> Self {
        Self::List(values)
    }
}

impl Value {
    /// A value as it is written on a command line: a number, an amount, an account, bytes in hex as they are;
    /// `true` and `false`; a string with or without quotes; lists as `[1, 2]` or `(1, 2)`.
    ///
    /// # Errors
    ///
    /// A sentence about brackets or quotes that are not closed.
    pub fn parse(text: &str) -> Result<Self, String> {
        Self::parse_inside(text, 0)
    }

    /// A value that lies in so many others.
    fn parse_inside(text: &str, depth: usize) -> Result<Self, String> {
        let text = text.trim();
        if text.starts_with('"') {
            return serde_json::from_str(text)
                .map(Self::Text)
                .map_err(|_| format!("`{text}` is not a string: its quotes are not closed"));
        }
        let inside = [('[', ']'), ('(', ')')]
            .iter()
            .find_map(|&(open, close)| Some((text.strip_prefix(open)?, close)));
        match (inside, text) {
            (Some((rest, close)), _) => {
                let unclosed =
                    || format!("`{text}` is not a list: `{close}` is missing at its end");
                if depth >= nesting::DEEPEST {
                    return Err(format!("more than {} lists lie in each other", nesting::DEEPEST));
                }
                let inside = rest.strip_suffix(close).ok_or_else(unclosed)?;
                let pieces = pieces(inside).ok_or_else(unclosed)?;
                let values: Result<_, _> =
                    pieces.into_iter().map(|piece| Self::parse_inside(piece, depth + 1)).collect();
                values.map(Self::List)
            }
            (None, "true") => Ok(Self::Boolean(true)),
            (None, "false") => Ok(Self::Boolean(false)),
            (None, text) => Ok(Self::Text(text.to_owned())),
        }
    }

    /// The value as one of this type.
    ///
    /// # Errors
    ///
    /// A sentence that says what such a value looks like.
    pub fn typed(&self, ty: &DynSolType, names: &Names) -> Result<DynSolValue, String> {
        let wrong = |form: &str| Err(format!("{self} is not {form}"));
        match (ty, self) {
            (DynSolType::Bool, Self::Boolean(boolean)) => Ok(DynSolValue::Bool(*boolean)),
            (DynSolType::Bool, _) => wrong("a bool: true or false"),
            (DynSolType::Uint(bits), Self::Number(text) | Self::Text(text)) => {
                Ok(DynSolValue::Uint(uint(text, *bits)?, *bits))
            }
            (DynSolType::Int(bits), Self::Number(text) | Self::Text(text)) => {
                Ok(DynSolValue::Int(int(text, *bits)?, *bits))
            }
            (DynSolType::Uint(_) | DynSolType::Int(_), _) => wrong("a whole number"),
            (DynSolType::Address, Self::Text(text)) => {
                Ok(DynSolValue::Address(names.address(text)?.0.into()))
            }
            (DynSolType::Address, _) => wrong("an address: a name, or 0x and 40 hex digits"),
            (DynSolType::FixedBytes(size), Self::Text(text)) => {
                let bytes = bytes(text)?;
                if bytes.len() != *size {
                    return Err(format!(
                        "{self} has {} bytes, and bytes{size} has {size}",
                        bytes.len()
                    ));
                }
                let mut word = B256::ZERO;
                word[..*size].copy_from_slice(&bytes);
                Ok(DynSolValue::FixedBytes(word, *size))
            }
            (DynSolType::Bytes, Self::Text(text)) => Ok(DynSolValue::Bytes(bytes(text)?)),
            (DynSolType::FixedBytes(_) | DynSolType::Bytes, _) => {
                wrong("bytes: 0x and hex digits, in quotes")
            }
            (DynSolType::String, Self::Text(text)) => Ok(DynSolValue::String(text.clone())),
            (DynSolType::String, _) => wrong("a string in quotes"),
            (DynSolType::Array(ty), Self::List(values)) => {
                let values: Result<_, _> =
                    values.iter().map(|value| value.typed(ty, names)).collect();
                Ok(DynSolValue::Array(values?))
            }
            (DynSolType::FixedArray(ty, size), Self::List(values)) if values.len() == *size => {
                let values: Result<_, _> =
                    values.iter().map(|value| value.typed(ty, names)).collect();
                Ok(DynSolValue::FixedArray(values?))
            }
            (DynSolType::Tuple(types), Self::List(values)) if values.len() == types.len() => {
                let pairs = values.iter().zip(types);
                let values: Result<_, _> =
                    pairs.map(|(value, ty)| value.typed(ty, names)).collect();
                Ok(DynSolValue::Tuple(values?))
            }
            (DynSolType::Array(_), _) => wrong("a list [...]"),
            (DynSolType::FixedArray(_, size), _) => wrong(&format!("a list of {size} values")),
            (DynSolType::Tuple(types), _) => wrong(&format!("a list of {} values", types.len())),
            (other, _) => Err(format!("values of type {other} can't be written")),
        }
    }

    /// The value as a word of storage or a topic: a number, 32 bytes in hex, an account, a boolean.
    ///
    /// # Errors
    ///
    /// A sentence that says what a word looks like.
    pub fn word(&self, names: &Names) -> Result<Bytes32, String> {
        match self {
            Self::Boolean(boolean) => Ok(Bytes32::from_low_u64_be(u64::from(*boolean))),
            Self::Text(text) if names.is_known(text) => Ok(names.address(text)?.into()),
            Self::Number(text) | Self::Text(text) => match number(text) {
                Ok(number) => Ok(Bytes32(number.to_big_endian())),
                Err(_) if text.starts_with(|first: char| first.is_alphabetic()) => Err(format!(
                    "{self} is neither a word (a number, or 0x and hex digits) nor an account"
                )),
                Err(problem) => Err(problem),
            },
            Self::List(_) => Err("a list is not a word".to_owned()),
        }
    }
}

impl std::fmt::Display for Value {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Number(text) => f.write_str(text),
            Self::Text(text) => write!(f, "`{text}`"),
            Self::Boolean(boolean) => write!(f, "{boolean}"),
            Self::List(values) => {
                let texts: Vec<String> = values.iter().map(ToString::to_string).collect();
                write!(f, "[{}]", texts.join(", "))
            }
        }
    }
}

/// What stands between the commas of a list; nothing, where brackets or quotes are not closed.
fn pieces(inside: &str) -> Option<Vec<&str>> {
    let (mut pieces, mut begin, mut depth) = (Vec::new(), 0, 0_usize);
    let (mut is_quoted, mut is_escaped) = (false, false);
    for (at, letter) in inside.char_indices() {
        match letter {
            _ if is_escaped => is_escaped = false,
            '\\' if is_quoted => is_escaped = true,
            '"' => is_quoted = !is_quoted,
            _ if is_quoted => {}
            '[' | '(' => depth += 1,
            ']' | ')' => depth = depth.checked_sub(1)?,
            ',' if depth == 0 => {
                pieces.push(&inside[begin..at]);
                begin = at + 1;
            }
            _ => {}
        }
    }
    if depth > 0 || is_quoted {
        return None;
    }
    if !(pieces.is_empty() && inside.trim().is_empty()) {
        pieces.push(&inside[begin..]);
    }
    Some(pieces)
}

/// Bytes in hex, with `0x`.
///
/// # Errors
///
/// A sentence about the text.
pub fn bytes(text: &str) -> Result<Vec<u8>, String> {
    let start: String = text.chars().take(40).collect();
    let digits = text
        .strip_prefix("0x")
        .ok_or_else(|| format!("`{start}` is not bytes: they are written 0x and hex digits"))?;
    hex::decode(digits).map_err(|error| format!("`{start}` is not hex: {error}"))
}

/// A whole number of at most 256 bits: decimal (with `_` where one likes), hex with `0x`, or with a unit
/// of money behind it: `1.5 ether`, `20 gwei`, `1 wei`.
///
/// # Errors
///
/// A sentence about the text.
pub fn number(text: &str) -> Result<U256, String> {
    let plain = text.replace('_', "");
    let plain = plain.strip_prefix('+').unwrap_or(&plain);
    let Some((amount, unit)) = plain.split_once(' ') else { return parse_u256(plain) };
    let decimals = match unit.trim() {
        "wei" => 0,
        "gwei" => 9,
        "ether" => 18,
        other => return Err(format!("`{text}`: {other} is none of wei, gwei, ether")),
    };
    let (whole, fraction) = amount.split_once('.').unwrap_or((amount, ""));
    if fraction.len() > decimals {
        return Err(format!("`{text}` is not a whole number of wei"));
    }
    if whole.is_empty() || whole.starts_with("0x") {
        return Err(format!("`{text}` is not an amount, such as 1.5 ether"));
    }
    parse_u256(&format!("{whole}{fraction:0<decimals$}")).map_err(|problem| {
        let cause = if problem.contains("too large") { "is too large" } else { "is not an amount" };
        format!("`{text}` {cause}")
    })
}

/// A time or a number of blocks: as it is, or from the last one on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// At this one.
    At(i64),
    /// So much later.
    Later(i64),
}

impl When {
    /// What it comes to after `last`.
    ///
    /// # Errors
    ///
    /// A sentence, where it is before `last`, which no chain goes back to, or past 2^63-1.
    pub fn after(self, last: i64) -> Result<i64, String> {
        match self {
            Self::At(it) if it < last => {
                Err(format!("{it} is before {last}, where the chain is: a chain doesn't go back"))
            }
            Self::At(it) => Ok(it),
            Self::Later(by) => {
                last.checked_add(by).ok_or_else(|| format!("{last} + {by} is past 2^63-1"))
            }
        }
    }
}

/// A number of blocks or seconds: `100`, or with `+` in front, from the last one on.
///
/// # Errors
///
/// A sentence about the text.
pub fn when(text: &str) -> Result<When, String> {
    let number = |text: &str| -> Result<i64, String> {
        let number = number(text)?;
        i64::try_from(number).map_err(|_| format!("{text} is too large: at most {}", i64::MAX))
    };
    match text.strip_prefix('+') {
        Some(rest) => number(rest).map(When::Later),
        None => number(text).map(When::At),
    }
}

/// A time: seconds since 1970, or with `+` in front, from the last one on, where it can have units: `+90`, `+90s`,
/// `+15m`, `+2h`, `+1d`, `+1w`, `+1d12h`.
///
/// # Errors
///
/// A sentence about the text.
pub fn time(text: &str) -> Result<When, String> {
    let has_unit = text.ends_with(|last: char| last.is_ascii_alphabetic());
    let Some(rest) = text.strip_prefix('+').filter(|_| has_unit) else { return when(text) };
    let wrong =
        || format!("`{text}` is not a time, such as 1700000000, +90, +15m, +2h, +1d or +1w");
    let mut sum = 0_i64;
    let mut digits = String::new();
    for letter in rest.chars() {
        if letter.is_ascii_digit() {
            digits.push(letter);
            continue;
        }
        let unit = match letter {
            's' => 1,
            'm' => 60,
            'h' => 3_600,
            'd' => 86_400,
            'w' => 604_800,
            _ => return Err(wrong()),
        };
        let count: i64 = digits.parse().map_err(|_| wrong())?;
        digits.clear();
        sum = count.checked_mul(unit).and_then(|it| sum.checked_add(it)).ok_or_else(wrong)?;
    }
    Ok(When::Later(sum))
}

fn uint(text: &str, bits: usize) -> Result<alloy_primitives::U256, String> {
    if text.starts_with('-') {
        return Err(format!("{text} is negative, and uint{bits} is not"));
    }
    let number = number(text)?;
    if number.bits() > bits {
        return Err(format!("{text} is too large for uint{bits}"));
    }
    Ok(alloy_primitives::U256::from_be_bytes(number.to_big_endian()))
}

fn int(text: &str, bits: usize) -> Result<I256, String> {
    let (negative, magnitude) = match text.strip_prefix('-') {
        Some(rest) => (true, number(rest)?),
        None => (false, number(text)?),
    };
    let limit = U256::one() << (bits - 1);
    if magnitude > limit || (magnitude == limit && !negative) {
        return Err(format!("{text} does not fit into int{bits}"));
    }
    let raw = alloy_primitives::U256::from_be_bytes(magnitude.to_big_endian());
    let number = I256::from_raw(raw);
    Ok(if negative { number.wrapping_neg() } else { number })
}

/// Bytes as hex with `0x`.
pub(super) fn hex(bytes: &[u8]) -> String {
    format!("0x{}", hex::encode(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Value {
        Value::Text(text.to_owned())
    }

    #[test]
    fn values_of_a_command_line() {
        for (written, expected) in [
            ("5", text("5")),
            (" 1.5 ether ", text("1.5 ether")),
            ("true", Value::Boolean(true)),
            (r#""true""#, text("true")),
            (r#""a \"b\" c""#, text("a \"b\" c")),
            ("[]", Value::List(Vec::new())),
            (
                "[1, (alice, \"a,]\")]",
                values![[1.to_string().as_str().into(), [text("alice"), text("a,]")].into()]]
                    .remove(0),
            ),
        ] {
            assert_eq!(Value::parse(written), Ok(expected), "{written}");
        }
        for wrong in ["[1", "[1)", "[(1]", "\"a", "[\"a]"] {
            assert!(Value::parse(wrong).unwrap_err().contains("is not a"), "{wrong}");
        }
    }

    #[test]
    fn times() {
        for (written, expected) in [
            ("0", When::At(0)),
            ("1_000", When::At(1_000)),
            ("+100", When::Later(100)),
            ("+90s", When::Later(90)),
            ("+1d12h", When::Later(129_600)),
            ("+1w", When::Later(604_800)),
        ] {
            assert_eq!(time(written), Ok(expected), "{written}");
        }
        for wrong in ["", "+", "1d", "+d", "+1y", "-5", "+1d5", "+99999999999999999999d"] {
            assert!(time(wrong).is_err(), "{wrong}");
        }
        assert_eq!(When::Later(5).after(10), Ok(15));
        assert_eq!(When::At(10).after(10), Ok(10));
        assert!(When::At(9).after(10).unwrap_err().contains("doesn't go back"));
        assert!(When::Later(1).after(i64::MAX).is_err());
    }
}
