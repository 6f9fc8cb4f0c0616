//! Who signed a hash on secp256k1.

use crate::{Answer, input::array, input::short_word};
use alloc::vec::Vec;
use k256::ecdsa::{RecoveryId, Signature, VerifyingKey};
use sha3::{Digest, Keccak256};

/// The signer's address (precompile 1). Input: hash, `v` (27 or 28), `r`, `s`, a word each. Output: a
/// word with the address, or nothing if no key can have made the signature.
pub fn ecrecover(input: &[u8]) -> Answer {
    let input: [u8; 128] = array(input, 0);
    Ok(signer(&input).map_or_else(Vec::new, |address| short_word(&address)))
}

fn signer(input: &[u8; 128]) -> Option<[u8; 20]> {
    let (hash, v, signature) = (&input[..32], &input[32..64], &input[64..]);
    if v[..31] != [0; 31] {
        return None;
    }
    let mut signature = Signature::from_slice(signature).ok()?;
    let mut id = v[31].checked_sub(27).filter(|id| *id < 2)?;
    // A large `s` is another way to write the same signature; the crate takes the small one only.
    if signature.normalize_s() != signature {
        signature = signature.normalize_s();
        id ^= 1;
    }
    let id = RecoveryId::from_byte(id)?;
    let key = VerifyingKey::recover_from_prehash(hash, &signature, id).ok()?;
    let point = key.to_sec1_point(false);
    let digest = Keccak256::digest(&point.as_bytes()[1..]);
    digest[12..].try_into().ok()
}
