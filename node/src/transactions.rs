//! Transactions as they come over the wire, and as the chain takes them.

use crate::{fail::Fail, forms::ToChain, signer};
use alloy_consensus::{
    EnvKzgSettings, Signed, Transaction, TxEip4844Variant, TxEnvelope, transaction::Recovered,
};
use alloy_eips::{
    eip2718::Decodable2718,
    eip2930::{AccessList, AccessListItem},
    eip7702::SignedAuthorization,
};
use hebe_testing::{AccessListEntry, Authorization, Blobs, PaidTransaction, Price};

/// A transaction with its sender, who has signed it or is impersonated. It has no blobs with it, only their hashes.
pub(crate) type Sent = Recovered<TxEnvelope>;

/// The longest transaction that is read, in bytes, its blobs not counted. Creating a contract of a megabyte takes as much
/// init code.
pub(crate) const MAX_TRANSACTION_BYTES: usize = 4 << 20;

/// Reads a transaction as `eth_sendRawTransaction` has it; its blobs are checked and left out.
///
/// # Errors
///
/// A [`Fail`] about its form, its blobs or its signature.
pub(crate) fn decode(bytes: &[u8]) -> Result<Sent, Fail> {
    if bytes.is_empty() {
        return Err(Fail::params("the transaction is empty"));
    }
    let mut rest = bytes;
    let envelope = TxEnvelope::decode_2718(&mut rest)
        .map_err(|error| Fail::params(format!("the transaction can't be decoded: {error}")))?;
    if !rest.is_empty() {
        return Err(Fail::params(format!("{} bytes are behind the transaction", rest.len())));
    }
    let sender = signer::of(&envelope).ok_or_else(|| {
        Fail::refused("invalid sender: the signature is none, or is not the only one of its kind")
    })?;
    let envelope = match envelope {
        TxEnvelope::Eip4844(signed) => match signed.tx() {
            TxEip4844Variant::TxEip4844(_) => {
                return Err(Fail::refused("missing sidecar in blob transaction"));
            }
            TxEip4844Variant::TxEip4844WithSidecar(with_blobs) => {
                with_blobs
                    .validate_blob(EnvKzgSettings::Default.get())
                    .map_err(|error| Fail::refused(format!("invalid blobs: {error}")))?;
                without_blobs(TxEnvelope::Eip4844(signed))
            }
        },
        other => other,
    };
    if envelope.input().len() > MAX_TRANSACTION_BYTES {
        return Err(Fail::refused(format!(
            "oversized data: {} bytes, and a transaction has at most {MAX_TRANSACTION_BYTES}",
            envelope.input().len()
        )));
    }
    Ok(Recovered::new_unchecked(envelope, sender))
}

/// The same transaction without the blobs that may come with it.
pub(crate) fn without_blobs(envelope: TxEnvelope) -> TxEnvelope {
    match envelope {
        TxEnvelope::Eip4844(signed) => {
            let (transaction, signature, hash) = signed.into_parts();
            let transaction: TxEip4844Variant = TxEip4844Variant::TxEip4844(transaction.into());
            TxEnvelope::Eip4844(Signed::new_unchecked(transaction, signature, hash))
        }
        other => other,
    }
}

/// A transaction as the chain takes it.
pub(crate) fn paid(
    transaction: &impl Transaction,
    sender: alloy_primitives::Address,
) -> PaidTransaction {
    let price = match transaction.is_dynamic_fee() {
        true => Price::Market {
            max_fee: transaction.max_fee_per_gas().into(),
            priority_fee: transaction.max_priority_fee_per_gas().unwrap_or_default().into(),
        },
        false => Price::Gas(transaction.gas_price().unwrap_or_default().into()),
    };
    let access_list = transaction.access_list().map(access_list);
    let blobs = transaction.blob_versioned_hashes().map(|hashes| Blobs {
        max_fee: transaction.max_fee_per_blob_gas().unwrap_or_default().into(),
        hashes: hashes.iter().map(|hash| hash.to_chain()).collect(),
    });
    let authorizations = transaction.authorization_list().map(authorizations);
    PaidTransaction {
        sender: sender.to_chain(),
        nonce: transaction.nonce(),
        price,
        gas_limit: transaction.gas_limit(),
        to: transaction.to().map(ToChain::to_chain),
        value: transaction.value().to_chain(),
        data: transaction.input().to_vec(),
        access_list,
        blobs,
        authorizations,
    }
}

/// An access list as the chain takes it.
pub(crate) fn access_list(list: &AccessList) -> Vec<AccessListEntry> {
    let entry = |entry: &AccessListItem| AccessListEntry {
        address: entry.address.to_chain(),
        keys: entry.storage_keys.iter().map(|key| key.to_chain()).collect(),
    };
    list.iter().map(entry).collect()
}

/// Authorisations as the chain takes them.
pub(crate) fn authorizations(list: &[SignedAuthorization]) -> Vec<Authorization> {
    let one = |one: &SignedAuthorization| Authorization {
        chain_id: one.chain_id.to_chain(),
        address: one.address.to_chain(),
        nonce: one.nonce,
        y_parity: one.y_parity().into(),
        r: one.r().to_chain(),
        s: one.s().to_chain(),
    };
    list.iter().map(one).collect()
}

/// A gas limit, as messages have it.
pub(crate) fn whole_gas(limit: u64) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}
