//! Who signed a transaction.
//!
//! To find it is most of the work of taking in a transaction: libsecp256k1 does it several times as fast as what alloy has, whose
//! answers these are held against.

use alloy_consensus::TxEnvelope;
use alloy_primitives::Address;
use secp256k1::{
    Message, Secp256k1, VerifyOnly,
    ecdsa::{RecoverableSignature, RecoveryId},
};
use std::sync::LazyLock;

static CURVE: LazyLock<Secp256k1<VerifyOnly>> = LazyLock::new(Secp256k1::verification_only);

/// The signer; nobody where the signature is none, or is not the only one of its kind (EIP-2).
pub(crate) fn of(envelope: &TxEnvelope) -> Option<Address> {
    let signature = envelope.signature();
    // The other half has a twin of each signature.
    if signature.normalize_s().is_some() {
        return None;
    }
    let parity = RecoveryId::try_from(i32::from(signature.v())).ok()?;
    let bytes = signature.as_bytes();
    let signature = RecoverableSignature::from_compact(&bytes[..64], parity).ok()?;
    let digest = Message::from_digest(envelope.signature_hash().0);
    let key = CURVE.recover_ecdsa(digest, &signature).ok()?;
    Some(Address::from_raw_public_key(&key.serialize_uncompressed()[1..]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloy_consensus::{SignableTransaction, TxEip1559, transaction::SignerRecoverable};
    use alloy_primitives::{Signature, U256};
    use alloy_signer::SignerSync;
    use alloy_signer_local::PrivateKeySigner;
    use proptest::prelude::*;

    fn signed(nonce: u64, signature: Signature) -> TxEnvelope {
        TxEip1559 { nonce, ..TxEip1559::default() }.into_signed(signature).into()
    }

    proptest! {
        #[test]
        fn it_is_who_alloy_says(key in 1_u64.., nonce: u64, change in 0..6_u8, other: [u64; 4]) {
            let key = U256::from(key).to_be_bytes::<32>();
            let signer = PrivateKeySigner::from_slice(&key).expect("it is a key");
            let transaction = TxEip1559 { nonce, ..TxEip1559::default() };
            let good = signer.sign_hash_sync(&transaction.signature_hash()).expect("it is signed");
            let order = U256::from_str_radix(
                "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141",
                16,
            )
            .expect("it is a number");
            let other = U256::from_limbs(other);
            let signature = match change {
                0 => good,
                1 => Signature::new(good.r(), order - good.s(), !good.v()),
                2 => Signature::new(good.r(), good.s(), !good.v()),
                3 => Signature::new(other, good.s(), good.v()),
                4 => Signature::new(good.r(), other >> 1, good.v()),
                _ => Signature::new(U256::ZERO, good.s(), good.v()),
            };
            let envelope = signed(nonce, signature);
            prop_assert_eq!(of(&envelope), envelope.recover_signer().ok());
            if change == 0 {
                prop_assert_eq!(of(&envelope), Some(signer.address()));
            }
        }
    }
}
