//! Reading input as precompiles do: what is not there is zero.

use alloc::vec::Vec;

/// `N` bytes from `offset` on.
pub(crate) fn array<const N: usize>(input: &[u8], offset: usize) -> [u8; N] {
    let mut bytes = [0; N];
    let rest = input.get(offset..).unwrap_or_default();
    let length = rest.len().min(N);
    bytes[..length].copy_from_slice(&rest[..length]);
    bytes
}

/// `length` bytes from `offset` on.
pub(crate) fn bytes(input: &[u8], offset: usize, length: usize) -> Vec<u8> {
    let rest = input.get(offset..).unwrap_or_default();
    let mut bytes = rest[..rest.len().min(length)].to_vec();
    bytes.resize(length, 0);
    bytes
}

/// A word's last 20 bytes, as addresses and short hashes are given back.
pub(crate) fn short_word(bytes: &[u8; 20]) -> Vec<u8> {
    let mut word = [0; 32];
    word[12..].copy_from_slice(bytes);
    word.to_vec()
}
