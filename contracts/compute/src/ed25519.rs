//! Signatures of Ed25519, with the interface that EIP-665 proposed.

use crate::Answer;
use ed25519_dalek::{Signature, Verifier, VerifyingKey};

/// Whether a signature is right (no precompile; EIP-665). Input: message, public key, 32 bytes each,
/// signature, 64 bytes. Output: 4 bytes, 0 if the signature is right, else 1. Any other length of
/// input is refused.
///
/// What is right is what RFC 8032 and ZIP 215 disagree on: this is the crate's `verify`, without
/// cofactor, `s` below the group's order, as RFC 8032 permits.
pub fn ed25519_verify(input: &[u8]) -> Answer {
    let Some((message, key, signature)) = split(input) else {
        return Err("input must have 128 bytes");
    };
    let right = VerifyingKey::from_bytes(key)
        .is_ok_and(|key| key.verify(message, &Signature::from_bytes(signature)).is_ok());
    Ok([0, 0, 0, u8::from(!right)].to_vec())
}

fn split(input: &[u8]) -> Option<(&[u8; 32], &[u8; 32], &[u8; 64])> {
    let (message, rest) = input.split_first_chunk()?;
    let (key, rest) = rest.split_first_chunk()?;
    Some((message, key, rest.try_into().ok()?))
}
