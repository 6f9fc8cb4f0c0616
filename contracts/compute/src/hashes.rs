//! The hashes, of any input.

use crate::{Answer, input::short_word};
use sha2::Digest;

/// Keccak-256 as Ethereum uses it. 32 bytes. It has no precompile; the EVM has an instruction.
pub fn keccak256(input: &[u8]) -> Answer {
    Ok(sha3::Keccak256::digest(input).to_vec())
}

/// SHA-256 (precompile 2). 32 bytes.
pub fn sha256(input: &[u8]) -> Answer {
    Ok(sha2::Sha256::digest(input).to_vec())
}

/// RIPEMD-160 (precompile 3). 12 zero bytes and the hash.
pub fn ripemd160(input: &[u8]) -> Answer {
    Ok(short_word(&ripemd::Ripemd160::digest(input).into()))
}

/// BLAKE2b-512 without a key. 64 bytes. It has no precompile: [`blake2f`](crate::blake2f) is one step of it.
pub fn blake2b(input: &[u8]) -> Answer {
    Ok(blake2::Blake2b512::digest(input).to_vec())
}

/// SHA-1, which has no precompile. 12 zero bytes and the hash, as with RIPEMD-160.
pub fn sha1(input: &[u8]) -> Answer {
    Ok(short_word(&sha1::Sha1::digest(input).into()))
}
