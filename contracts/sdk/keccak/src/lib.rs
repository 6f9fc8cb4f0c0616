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
        }
    }
}
