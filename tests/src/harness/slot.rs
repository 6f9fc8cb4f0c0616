//! Where Solidity keeps things in storage.

use super::{Names, Value, value::bytes};
use crate::keccak256;
use hebe_host::{Bytes32, U256};

/// The key of a word of storage, from how Solidity's layout derives it:
///
/// | text | what is there |
/// |---|---|
/// | `3`, `0x…` | the word at this key |
/// | `0[alice]` | in the mapping at 0, the value of the key `alice`; a key is a number, `0x` and hex digits, an account |
/// | `1[alice][bob]` | in a mapping of mappings |
/// | `0['text']`, `0[bytes:0x…]` | a mapping whose key is a string or bytes |
/// | `2[]` | the first word of the elements of the dynamic array at 2 (its length is at 2) |
/// | `...+3` | three words further: a field of a struct, an element |
///
/// # Errors
///
/// A sentence about the part that is wrong.
pub fn slot(text: &str, names: &Names) -> Result<Bytes32, String> {
    let end = text.find(['[', '+']).unwrap_or(text.len());
    let (base, mut rest) = text.split_at(end);
    let mut key = word(base, names).map_err(|problem| format!("slot `{text}`: {problem}"))?;
    while !rest.is_empty() {
        let malformed = || format!("slot `{text}`: `{rest}` is not [key], [] or +number");
        if let Some(inside) = rest.strip_prefix('[') {
            let close = close(inside).ok_or_else(malformed)?;
            let step = &inside[..close];
            key = if step.is_empty() {
                keccak256(&key[..])
            } else {
                let step = mapping_key(step, names)
                    .map_err(|problem| format!("slot `{text}`: {problem}"))?;
                keccak256(&[&step[..], &key[..]].concat())
            };
            rest = &inside[close + 1..];
        } else {
            let inside = rest.strip_prefix('+').ok_or_else(malformed)?;
            let end = inside.find(['[', '+']).unwrap_or(inside.len());
            let offset = word(&inside[..end], names).map_err(|_| malformed())?;
            let (sum, _) = number(key).overflowing_add(number(offset));
            key = Bytes32(sum.to_big_endian());
            rest = &inside[end..];
        }
    }
    Ok(key)
}

/// Where the bracket closes; one inside quotes does not count.
fn close(inside: &str) -> Option<usize> {
    match inside.strip_prefix('\'') {
        Some(quoted) => quoted.find("']").map(|at| at + 2),
        None => inside.find(']'),
    }
}

/// A key of a mapping as it is hashed: words padded, strings and bytes as they are.
fn mapping_key(step: &str, names: &Names) -> Result<Vec<u8>, String> {
    if let Some(quoted) = step.strip_prefix('\'') {
        return Ok(quoted.trim_end_matches('\'').as_bytes().to_vec());
    }
    if let Some(raw) = step.strip_prefix("bytes:") {
        return bytes(raw);
    }
    Ok(word(step, names)?[..].to_vec())
}

fn word(text: &str, names: &Names) -> Result<Bytes32, String> {
    Value::from(text.trim()).word(names)
}

fn number(word: Bytes32) -> U256 {
    U256::from_big_endian(&word[..])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::harness::address_of;

    fn key(text: &str) -> String {
        let mut names = Names::default();
        names.define("alice", address_of("alice"));
        slot(text, &names).map(hex::encode).unwrap_or_else(|problem| problem)
    }

    fn hashed(pieces: &[&str]) -> String {
        hex::encode(keccak256(&hex::decode(pieces.concat()).unwrap()))
    }

    #[test]
    fn slots_as_solidity_lays_them_out() {
        let word = |number: u64| format!("{number:064x}");
        assert_eq!(key("3"), word(3));
        assert_eq!(key("0xff"), word(255));
        // Known: keccak256 of two zero words, and of one.
        assert_eq!(key("0[0]"), "ad3228b676f7d3cd4284a5443f17f1962b36e491b30a40b2405849e597ba5fb5");
        assert_eq!(key("0[]"), "290decd9548b62a8d60345a988386fc84ba6bc95484008f6362f93160ef3e563");
        assert_eq!(
            key("0[]+1"),
            "290decd9548b62a8d60345a988386fc84ba6bc95484008f6362f93160ef3e564"
        );
        let alice = format!("{}{}", "0".repeat(24), hex::encode(address_of("alice")));
        let inner = hashed(&[&alice, &word(1)]);
        assert_eq!(key("1[alice]"), inner);
        assert_eq!(key("1[alice][7]"), hashed(&[&word(7), &inner]));
        assert_eq!(key("2['a]b']"), hashed(&["615d62", &word(2)]));
        assert_eq!(key("2[bytes:0x615d62]"), key("2['a]b']"));
    }

    #[test]
    fn a_malformed_slot_is_told() {
        for (text, expected) in [
            ("x", "slot `x`: `x` is neither a word"),
            ("0[", "slot `0[`: `[` is not [key], [] or +number"),
            ("0[bob]", "slot `0[bob]`: `bob` is neither a word"),
            ("0[1]2", "slot `0[1]2`: `2` is not [key], [] or +number"),
            ("0+x", "slot `0+x`: `+x` is not [key], [] or +number"),
        ] {
            assert!(key(text).starts_with(expected), "{}", key(text));
        }
    }
}
