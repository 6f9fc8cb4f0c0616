//! Keccak-256, Ethereum's hash. The interface has no function for it, so it is computed in the contract.
//!
//! A package of its own for Cargo's profiles: this one is worth optimising for speed, the rest of the SDK for size.

#![cfg_attr(not(test), no_std)]

/// Bytes of the state that a block of input goes into.
const RATE: usize = 136;

/// The Keccak-256 of all parts, one behind the other.
#[inline(never)]
pub fn keccak256(parts: &[&[u8]]) -> [u8; 32] {
    let mut state = [0_u64; 25];
    let mut position = 0;
    for byte in parts.iter().flat_map(|part| part.iter()) {
        absorb(&mut state, position, *byte);
        position += 1;
        if position == RATE {
            permute(&mut state);
            position = 0;
        }
    }
    // Padding as Keccak had it before FIPS 202 put two bits in front.
    absorb(&mut state, position, 0x01);
    absorb(&mut state, RATE - 1, 0x80);
    permute(&mut state);

    let mut hash = [0; 32];
    for (bytes, lane) in hash.chunks_exact_mut(8).zip(state) {
        bytes.copy_from_slice(&lane.to_le_bytes());
    }
    hash
}

/// The Keccak-256 of bytes that are known while compiling. Slow, and never in a contract.
pub const fn constant_keccak256(bytes: &[u8]) -> [u8; 32] {
    let mut state = [0_u64; 25];
    let mut position = 0;
    let mut index = 0;
    while index < bytes.len() {
        state[position / 8] ^= (bytes[index] as u64) << (position % 8 * 8);
        position += 1;
        index += 1;
        if position == RATE {
            state = constant_permute(state);
            position = 0;
        }
    }
    state[position / 8] ^= 1 << (position % 8 * 8);
    state[(RATE - 1) / 8] ^= 0x80 << 56;
    state = constant_permute(state);
    let mut hash = [0; 32];
    let mut index = 0;
    while index < hash.len() {
        hash[index] = (state[index / 8] >> (index % 8 * 8)) as u8;
        index += 1;
    }
    hash
}

/// Keccak-f[1600], by FIPS 202, section 3.
const fn constant_permute(mut state: [u64; 25]) -> [u64; 25] {
    let mut lfsr = 1_u8;
    let mut round = 0;
    while round < 24 {
        // Theta.
        let mut parity = [0_u64; 5];
        let mut x = 0;
        while x < 5 {
            parity[x] = state[x] ^ state[x + 5] ^ state[x + 10] ^ state[x + 15] ^ state[x + 20];
            x += 1;
        }
        let mut lane = 0;
        while lane < 25 {
            state[lane] ^= parity[(lane + 4) % 5] ^ parity[(lane + 1) % 5].rotate_left(1);
            lane += 1;
        }
        // Rho and pi.
        let (mut x, mut y, mut current, mut step) = (1, 0, state[1], 0_u32);
        while step < 24 {
            (x, y) = (y, (2 * x + 3 * y) % 5);
            let next = state[x + 5 * y];
            state[x + 5 * y] = current.rotate_left((step + 1) * (step + 2) / 2 % 64);
            current = next;
            step += 1;
        }
        // Chi.
        let mut y = 0;
        while y < 25 {
            let row = [state[y], state[y + 1], state[y + 2], state[y + 3], state[y + 4]];
            let mut x = 0;
            while x < 5 {
                state[y + x] = row[x] ^ (!row[(x + 1) % 5] & row[(x + 2) % 5]);
                x += 1;
            }
            y += 5;
        }
        // Iota.
        let mut bit = 0;
        while bit < 7 {
            if lfsr & 1 == 1 {
                state[0] ^= 1 << ((1 << bit) - 1);
            }
            let carry = lfsr >> 7;
            lfsr = (lfsr << 1) ^ (carry * 0x71);
            bit += 1;
        }
        round += 1;
    }
    state
}

fn absorb(state: &mut [u64; 25], position: usize, byte: u8) {
    if let Some(lane) = state.get_mut(position / 8) {
        *lane ^= u64::from(byte) << (position % 8 * 8);
    }
}

/// Kept out of line: it is large, and the same everywhere.
#[inline(never)]
fn permute(state: &mut [u64; 25]) {
    keccak::Keccak::new().with_f1600(|f1600| f1600(state));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_hashes() {
        let check = |parts: &[&[u8]], expected: &str| {
            assert_eq!(hex::encode(keccak256(parts)), expected);
        };
        check(&[], "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470");
        let abc = "4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45";
        check(&[b"a", b"", b"bc"], abc);
    }

    #[test]
    fn lengths_around_a_block() {
        use sha3::{Digest, Keccak256};
        for length in [1, 7, 8, 135, 136, 137, 271, 272, 273, 1000] {
            let data: Vec<u8> = (0..length).map(|index| (index % 251) as u8).collect();
            let expected: [u8; 32] = Keccak256::digest(&data).into();
            assert_eq!(keccak256(&[&data]), expected, "{length} bytes");
            assert_eq!(constant_keccak256(&data), expected, "{length} bytes");
        }
    }
}
