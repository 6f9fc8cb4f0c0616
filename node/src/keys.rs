//! The accounts that the node signs for.

use crate::fail::Fail;
use alloy_consensus::{SignableTransaction, TxEnvelope, TypedTransaction};
use alloy_dyn_abi::eip712::{Eip712Types, TypedData};
use alloy_primitives::{Address, B256, Signature};
use alloy_signer::SignerSync;
use alloy_signer_local::{MnemonicBuilder, PrivateKeySigner, coins_bip39::English};
use std::collections::BTreeMap;

/// How many types lie in each other in typed data at the most.
const MAX_TYPE_DEPTH: usize = 64;

/// How many types there are at the most in typed data's, each counted as often as it is named.
const MAX_TYPES: usize = 100_000;

/// Keys derived from a mnemonic (BIP-39), on Ethereum's path (BIP-44: m/44'/60'/0'/0/i).
#[derive(Clone, Debug, Default)]
pub(crate) struct Keys(Vec<PrivateKeySigner>);

impl Keys {
    /// The first `count` keys of a mnemonic.
    ///
    /// # Errors
    ///
    /// A sentence about the mnemonic.
    pub(crate) fn of(mnemonic: &str, count: u32) -> Result<Self, String> {
        let parent = MnemonicBuilder::<English>::default().phrase(mnemonic).build_parent_key();
        let parent = parent.map_err(|error| format!("the mnemonic can't be used: {error}"))?;
        let key = |index| parent.child(index).map(|child| child.signer());
        let keys: Result<_, _> = (0..count).map(key).collect();
        keys.map(Self).map_err(|error| format!("the mnemonic can't be used: {error}"))
    }

    /// The accounts, first to last.
    pub(crate) fn addresses(&self) -> impl Iterator<Item = Address> {
        self.0.iter().map(|key| key.address())
    }

    /// The accounts, with their secret keys.
    pub(crate) fn pairs(&self) -> impl Iterator<Item = (Address, B256)> {
        self.0.iter().map(|key| (key.address(), key.to_bytes()))
    }

    /// Whether the node can sign for an account.
    pub(crate) fn has(&self, address: Address) -> bool {
        self.addresses().any(|own| own == address)
    }

    fn key(&self, address: Address) -> Result<&PrivateKeySigner, Fail> {
        self.0.iter().find(|key| key.address() == address).ok_or_else(|| {
            Fail::refused(format!("unknown account: the node has no key of {address}; impersonate it, or send what you have signed"))
        })
    }

    /// Signs a transaction.
    ///
    /// # Errors
    ///
    /// A [`Fail`] where the node has no such key.
    pub(crate) fn sign(
        &self,
        address: Address,
        transaction: TypedTransaction,
    ) -> Result<TxEnvelope, Fail> {
        let signature = self.hash(address, transaction.signature_hash())?;
        Ok(transaction.into_signed(signature).into())
    }

    /// Signs a text as EIP-191 has it.
    ///
    /// # Errors
    ///
    /// As of [`Keys::sign`].
    pub(crate) fn message(&self, address: Address, message: &[u8]) -> Result<Signature, Fail> {
        self.key(address)?.sign_message_sync(message).map_err(broken)
    }

    /// Signs typed data (EIP-712).
    ///
    /// # Errors
    ///
    /// As of [`Keys::sign`], and where the data doesn't fit its types.
    pub(crate) fn typed_data(&self, address: Address, data: &TypedData) -> Result<Signature, Fail> {
        check_types(data)?;
        let hash = data
            .eip712_signing_hash()
            .map_err(|error| Fail::params(format!("the typed data can't be hashed: {error}")))?;
        self.hash(address, hash)
    }

    fn hash(&self, address: Address, hash: B256) -> Result<Signature, Fail> {
        self.key(address)?.sign_hash_sync(&hash).map_err(broken)
    }
}

/// Checks what the types of typed data become, before that is built: hashing goes down into each type, and writes out a type
/// wherever it is named. A request could have more of them in each other than a stack can hold, or twenty lines that name a
/// type twice each and become a million.
fn check_types(data: &TypedData) -> Result<(), Fail> {
    let types = Eip712Types::from(&data.resolver);
    measure(&types, &data.primary_type, 0, &mut BTreeMap::new())?;
    Ok(())
}

/// What a type becomes: how deep it is, and how many types are in it, itself among them. `known` has those that were measured.
fn measure<'a>(
    types: &'a Eip712Types,
    name: &'a str,
    above: usize,
    known: &mut BTreeMap<&'a str, (usize, usize)>,
) -> Result<(usize, usize), Fail> {
    let wrong = |problem: &str| Fail::params(format!("the typed data can't be hashed: {problem}"));
    let root = name.split('[').next().unwrap_or_default();
    let arrays = name.matches('[').count();
    let too_deep = || {
        wrong(&format!(
            "more than {MAX_TYPE_DEPTH} types lie in each other, or one lies in itself (circular dependency)"
        ))
    };
    if above + arrays >= MAX_TYPE_DEPTH {
        return Err(too_deep());
    }
    let (depth, count) = match known.get(root) {
        Some(measured) => *measured,
        None => {
            let (mut depth, mut count) = (0, 1_usize);
            for property in types.get(root).into_iter().flatten() {
                let (inner, more) =
                    measure(types, property.type_name(), above + arrays + 1, known)?;
                depth = depth.max(inner);
                count = count.saturating_add(more);
            }
            known.insert(root, (depth + 1, count));
            (depth + 1, count)
        }
    };
    if above + arrays + depth > MAX_TYPE_DEPTH {
        return Err(too_deep());
    }
    let count = count.saturating_add(arrays);
    if count > MAX_TYPES {
        return Err(wrong(&format!("its types become more than {MAX_TYPES}")));
    }
    Ok((arrays + depth, count))
}

fn broken(error: alloy_signer::Error) -> Fail {
    Fail::internal(format!("the node could not sign: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The accounts that Anvil and Hardhat begin with.
    #[test]
    fn the_well_known_accounts() {
        let keys = Keys::of(crate::config::MNEMONIC, 2).unwrap();
        let pairs: Vec<_> =
            keys.pairs().map(|(address, key)| (address.to_string(), key.to_string())).collect();
        assert_eq!(pairs[0].0, "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266");
        assert_eq!(
            pairs[0].1,
            "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80"
        );
        assert_eq!(pairs[1].0, "0x70997970C51812dc3A010C7d01b50e0d17dc79C8");
        assert!(Keys::of("test test", 1).unwrap_err().starts_with("the mnemonic can't be used"));
    }
}
