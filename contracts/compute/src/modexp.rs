//! Powers modulo a number of any size.

use crate::{Answer, input::array, input::bytes};
use alloc::{vec, vec::Vec};
use num_bigint::BigUint;

/// `base ^ exponent mod modulus` (precompile 5, EIP-198). Input: the lengths of the three, a word each,
/// and the three, big-endian; what is missing is zero. Output: as long as the modulus; zeros if the
/// modulus is 0 or 1.
///
/// Lengths above 1 MiB are refused: no gas buys what they would cost.
pub fn modexp(input: &[u8]) -> Answer {
    let base_length = length(input, 0)?;
    let exponent_length = length(input, 32)?;
    let modulus_length = length(input, 64)?;
    // Nothing to give back, whatever the exponent.
    if modulus_length == 0 {
        return Ok(Vec::new());
    }
    let base = BigUint::from_bytes_be(&bytes(input, 96, base_length));
    let exponent = bytes(input, 96 + base_length, exponent_length);
    let exponent = BigUint::from_bytes_be(&exponent);
    let modulus = bytes(input, 96 + base_length + exponent_length, modulus_length);
    let modulus = BigUint::from_bytes_be(&modulus);

    let mut output = vec![0; modulus_length];
    if modulus > BigUint::from(1u8) {
        let power = base.modpow(&exponent, &modulus).to_bytes_be();
        output[modulus_length - power.len()..].copy_from_slice(&power);
    }
    Ok(output)
}

fn length(input: &[u8], offset: usize) -> Result<usize, &'static str> {
    let word: [u8; 32] = array(input, offset);
    let small = u64::from_be_bytes(array(&word, 24));
    if word[..24] != [0; 24] || small > 1 << 20 {
        return Err("length is above 1 MiB");
    }
    Ok(small as usize)
}
