//! BLAKE2b's compression function, with the number of rounds left to the caller.
//!
//! Written here because the crates of BLAKE2 fix the number of rounds and keep the function to
//! themselves. After RFC 7693, section 3.2.

use crate::{Answer, input::array};

/// The compression function F of BLAKE2b (precompile 9, EIP-152). Input: rounds (4 bytes,
/// big-endian), state `h` (64 bytes), message `m` (128), offset `t` (16), all little-endian words of 8
/// bytes, and the final flag `f`. Output: the new state, 64 bytes.
pub fn blake2f(input: &[u8]) -> Answer {
    if input.len() != 213 {
        return Err("input must have 213 bytes");
    }
    let last = match input[212] {
        0 => false,
        1 => true,
        _ => return Err("the final flag must be 0 or 1"),
    };
    let rounds = u32::from_be_bytes(array(input, 0));
    let word = |offset| u64::from_le_bytes(array(input, offset));
    let state = core::array::from_fn(|index| word(4 + 8 * index));
    let message = core::array::from_fn(|index| word(68 + 8 * index));
    let state = compress(rounds, state, &message, [word(196), word(204)], last);
    Ok(state.iter().flat_map(|word| word.to_le_bytes()).collect())
}

/// The initialization vector: SHA-512's, the fractions of the square roots of the first 8 primes.
const IV: [u64; 8] = [
    0x6a09_e667_f3bc_c908,
    0xbb67_ae85_84ca_a73b,
    0x3c6e_f372_fe94_f82b,
    0xa54f_f53a_5f1d_36f1,
    0x510e_527f_ade6_82d1,
    0x9b05_688c_2b3e_6c1f,
    0x1f83_d9ab_fb41_bd6b,
    0x5be0_cd19_137e_2179,
];

/// The order of the message's words in each round; the eleventh round begins anew.
const SIGMA: [[u8; 16]; 10] = [
    [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
    [14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3],
    [11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4],
    [7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8],
    [9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13],
    [2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9],
    [12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11],
    [13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10],
    [6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5],
    [10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0],
];

fn compress(
    rounds: u32,
    state: [u64; 8],
    message: &[u64; 16],
    offset: [u64; 2],
    last: bool,
) -> [u64; 8] {
    let mut v = [0; 16];
    v[..8].copy_from_slice(&state);
    v[8..].copy_from_slice(&IV);
    v[12] ^= offset[0];
    v[13] ^= offset[1];
    if last {
        v[14] = !v[14];
    }
    for order in SIGMA.iter().cycle().take(rounds as usize) {
        let m = |index: usize| message[order[index] as usize];
        mix(&mut v, [0, 4, 8, 12], m(0), m(1));
        mix(&mut v, [1, 5, 9, 13], m(2), m(3));
        mix(&mut v, [2, 6, 10, 14], m(4), m(5));
        mix(&mut v, [3, 7, 11, 15], m(6), m(7));
        mix(&mut v, [0, 5, 10, 15], m(8), m(9));
        mix(&mut v, [1, 6, 11, 12], m(10), m(11));
        mix(&mut v, [2, 7, 8, 13], m(12), m(13));
        mix(&mut v, [3, 4, 9, 14], m(14), m(15));
    }
    core::array::from_fn(|index| state[index] ^ v[index] ^ v[index + 8])
}

/// RFC 7693's function G.
#[inline(always)]
fn mix(v: &mut [u64; 16], [a, b, c, d]: [usize; 4], x: u64, y: u64) {
    v[a] = v[a].wrapping_add(v[b]).wrapping_add(x);
    v[d] = (v[d] ^ v[a]).rotate_right(32);
    v[c] = v[c].wrapping_add(v[d]);
    v[b] = (v[b] ^ v[c]).rotate_right(24);
    v[a] = v[a].wrapping_add(v[b]).wrapping_add(y);
    v[d] = (v[d] ^ v[a]).rotate_right(16);
    v[c] = v[c].wrapping_add(v[d]);
    v[b] = (v[b] ^ v[c]).rotate_right(63);
}
