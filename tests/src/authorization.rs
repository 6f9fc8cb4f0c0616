//! How an account delegates to another one's code (EIP-7702).

use crate::{State, keccak256, rules::TransactionRules};
use alloy_rlp::{Encodable, Header};
use hebe_host::{Address, U256};
use k256::ecdsa::{RecoveryId, Signature, VerifyingKey};
use std::sync::Arc;

/// What the code of an account that has delegated begins with; an address follows.
const PREFIX: [u8; 3] = [0xef, 0x01, 0x00];

/// What a signed authorisation begins with.
const MAGIC: u8 = 0x05;

/// What an account agrees to: that this address's code is its own.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Authorization {
    /// The chain that it holds on; 0 is any.
    pub chain_id: U256,
    /// Whose code it is to be; zero takes back what was agreed to before.
    pub address: Address,
    /// The account's nonce then.
    pub nonce: u64,
    /// The signature's parity, 0 or 1.
    pub y_parity: U256,
    /// The signature's first number.
    pub r: U256,
    /// The signature's second number.
    pub s: U256,
}

impl Authorization {
    /// Who has signed it; `None` where the signature is none, or is not the only one of its kind (EIP-2).
    pub fn authority(&self) -> Option<Address> {
        let parity = u8::try_from(self.y_parity).ok().filter(|parity| *parity <= 1)?;
        let signature =
            Signature::from_scalars(self.r.to_big_endian(), self.s.to_big_endian()).ok()?;
        if signature.normalize_s().is_some() {
            return None;
        }
        let id = RecoveryId::from_byte(parity)?;
        let hash = self.signing_hash();
        let key = VerifyingKey::recover_from_prehash(&hash, &signature, id).ok()?;
        // The first byte says that the point is not compressed.
        let point = key.to_encoded_point(false);
        point.as_bytes().get(1..).map(|coordinates| keccak256(coordinates).into())
    }

    /// What is signed: keccak256(MAGIC || rlp([chain_id, address, nonce])).
    fn signing_hash(&self) -> [u8; 32] {
        let chain_id = self.chain_id.to_big_endian();
        // Numbers have no leading zeros.
        let start = chain_id.iter().position(|byte| *byte != 0).unwrap_or(chain_id.len());
        let chain_id = &chain_id[start..];
        let payload_length = chain_id.length() + self.address.0.length() + self.nonce.length();
        let mut signed = vec![MAGIC];
        Header { list: true, payload_length }.encode(&mut signed);
        chain_id.encode(&mut signed);
        self.address.0.encode(&mut signed);
        self.nonce.encode(&mut signed);
        keccak256(&signed).0
    }
}

/// The account that this code delegates to, if it does.
pub(crate) fn delegate(code: &[u8]) -> Option<Address> {
    match code.strip_prefix(&PREFIX) {
        Some(address) if address.len() == 20 => Some(Address::from_slice(address)),
        _ => None,
    }
}

/// Does what accounts have agreed to, one after the other; what does not hold is passed over. Gives the gas to
/// be refunded.
pub(crate) fn apply(
    state: &mut State,
    rules: &TransactionRules,
    chain_id: U256,
    authorizations: &[Authorization],
) -> u64 {
    let applied = authorizations.iter().filter_map(|one| apply_one(state, chain_id, one));
    applied.filter(|existed| *existed).count() as u64 * rules.authorization_refund
}

/// Does what one account has agreed to, and says whether the account was there before. `None` where the
/// agreement does not hold.
fn apply_one(state: &mut State, chain_id: U256, authorization: &Authorization) -> Option<bool> {
    let Authorization { address, nonce, .. } = *authorization;
    if !authorization.chain_id.is_zero() && authorization.chain_id != chain_id {
        return None;
    }
    let next_nonce = nonce.checked_add(1)?;
    let authority = authorization.authority()?;
    state.access_account(authority);
    let code = state.code(authority);
    if !(code.is_empty() || delegate(&code).is_some()) || state.nonce(authority) != nonce {
        return None;
    }
    let existed = state.account(authority).is_some();
    let code: Arc<[u8]> = match address.is_zero() {
        true => Arc::from([]),
        false => [&PREFIX[..], &address.0].concat().into(),
    };
    state.set_code(authority, code);
    state.set_nonce(authority, next_nonce);
    Some(existed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use k256::ecdsa::SigningKey;

    const CHAIN: u64 = 1;
    const DELEGATE: Address = Address::repeat_byte(0xdd);

    fn key() -> SigningKey {
        SigningKey::from_slice(&[0x46; 32]).unwrap()
    }

    /// The account of [`key`], which is EIP-155's example.
    fn authority() -> Address {
        "9d8a62f656a8d1615c1294fd71e9cfb3e4855a4f".parse().unwrap()
    }

    fn signed(chain_id: u64, address: Address, nonce: u64) -> Authorization {
        let mut one =
            Authorization { chain_id: chain_id.into(), address, nonce, ..Authorization::default() };
        let (signature, id) = key().sign_prehash_recoverable(&one.signing_hash()).unwrap();
        one.y_parity = id.to_byte().into();
        one.r = U256::from_big_endian(&signature.r().to_bytes());
        one.s = U256::from_big_endian(&signature.s().to_bytes());
        one
    }

    fn rules() -> &'static TransactionRules {
        TransactionRules::of(hebe_host::Revision::Prague).unwrap()
    }

    #[test]
    fn who_signed_is_found() {
        let good = signed(CHAIN, DELEGATE, 7);
        assert_eq!(good.authority(), Some(authority()));
        let other = Authorization { nonce: 8, ..good.clone() };
        assert_ne!(other.authority(), Some(authority()));
        for bad in [
            Authorization { y_parity: 2.into(), ..good.clone() },
            Authorization { r: 0.into(), ..good.clone() },
            Authorization { s: 0.into(), ..good.clone() },
            Authorization { s: U256::MAX, ..good.clone() },
        ] {
            assert_eq!(bad.authority(), None, "{bad:?}");
        }
        // The same signature with the other s.
        let order: U256 =
            "0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141".parse().unwrap();
        let parity = U256::one() - good.y_parity;
        let twin = Authorization { s: order - good.s, y_parity: parity, ..good };
        assert_eq!(twin.authority(), None);
    }

    #[test]
    fn an_account_delegates_and_takes_it_back() {
        let mut state = State::default();
        assert_eq!(apply(&mut state, rules(), 1.into(), &[signed(CHAIN, DELEGATE, 0)]), 0);
        assert_eq!(delegate(&state.code(authority())), Some(DELEGATE));
        assert_eq!(state.nonce(authority()), 1);
        // It is there now, on whichever chain.
        let back = signed(0, Address::zero(), 1);
        assert_eq!(apply(&mut state, rules(), 1.into(), &[back]), 12_500);
        assert!(state.code(authority()).is_empty());
        assert_eq!(state.nonce(authority()), 2);
    }

    #[test]
    fn what_does_not_hold_is_passed_over() {
        let contract = crate::Account { code: b"x"[..].into(), ..crate::Account::default() };
        let empty = State::default();
        let taken = State::new([(authority(), contract)].into());
        for (state, one) in [
            (&empty, signed(2, DELEGATE, 0)),
            (&empty, signed(CHAIN, DELEGATE, 1)),
            (&empty, signed(CHAIN, DELEGATE, u64::MAX)),
            (&taken, signed(CHAIN, DELEGATE, 0)),
        ] {
            let mut after = state.clone();
            assert_eq!(apply(&mut after, rules(), CHAIN.into(), &[one]), 0);
            assert_eq!(after.accounts(), state.accounts());
        }
    }

    #[test]
    fn only_23_bytes_delegate() {
        let code = [&PREFIX[..], &DELEGATE.0].concat();
        assert_eq!(delegate(&code), Some(DELEGATE));
        assert_eq!(delegate(&code[..22]), None);
        assert_eq!(delegate(&[&code[..], &[0]].concat()), None);
        assert_eq!(delegate(&[]), None);
    }
}
