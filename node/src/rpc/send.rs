//! Transactions on their way into a block, and what the node signs.

use super::{Arguments, Methods, answer, fees, forms};
use crate::{
    fail::Fail,
    node::Node,
    transactions::{self, Sent},
};
use alloy_consensus::{
    EnvKzgSettings, SignableTransaction, TxEip4844Variant, TxEnvelope, TypedTransaction,
    transaction::Recovered,
};
use alloy_dyn_abi::eip712::TypedData;
use alloy_eips::eip2718::Encodable2718;
use alloy_primitives::{Address, B256, Bytes, Signature, TxKind, U256, keccak256};
use alloy_rpc_types_eth::TransactionRequest;
use hebe_host::Revision;
use serde_json::Value;

pub(super) const METHODS: Methods = &[
    ("eth_sendRawTransaction", |node, arguments| {
        let bytes: Bytes = arguments.next("transaction")?;
        answer(node.send(transactions::decode(&bytes)?)?)
    }),
    ("eth_sendRawTransactionSync", |node, arguments| {
        let bytes: Bytes = arguments.next("transaction")?;
        let hash = node.send(transactions::decode(&bytes)?)?;
        let ledger = node.read();
        let mined = ledger.history.transaction(&hash);
        let receipt = mined.and_then(|(block, index, _)| forms::receipt(node, block, index));
        // EIP-7966: the number says that it waits, and the data is its hash.
        receipt.ok_or_else(|| Fail {
            code: 4,
            message: "the transaction was added to the mempool but wasn't processed: no block is made by itself now".to_owned(),
            data: Some(hash.to_string().into()),
        })
    }),
    ("eth_sendTransaction", |node, arguments| {
        let (transaction, sender) = filled(node, arguments)?;
        answer(node.send(signed(node, sender, transaction)?)?)
    }),
    ("eth_signTransaction", |node, arguments| {
        let (transaction, sender) = filled(node, arguments)?;
        answer(Bytes::from(node.keys.sign(sender, transaction)?.encoded_2718()))
    }),
    ("eth_fillTransaction", |node, arguments| {
        let (transaction, sender) = filled(node, arguments)?;
        answer(TransactionRequest::from_transaction_with_sender(transaction, sender))
    }),
    ("eth_sign", |node, arguments| {
        let address = arguments.next("address")?;
        let message: Bytes = arguments.next("message")?;
        signature(node.keys.message(address, &message)?)
    }),
    ("personal_sign", |node, arguments| {
        let message: Bytes = arguments.next("message")?;
        signature(node.keys.message(arguments.next("address")?, &message)?)
    }),
    ("eth_signTypedData", typed_data),
    ("eth_signTypedData_v3", typed_data),
    ("eth_signTypedData_v4", typed_data),
];

fn typed_data(node: &Node, arguments: &mut Arguments) -> Result<Value, Fail> {
    let address = arguments.next("address")?;
    // Some clients send it as text.
    let data: Value = arguments.next("typed data")?;
    let data: Result<TypedData, _> = match &data {
        Value::String(text) => serde_json::from_str(text),
        _ => serde_json::from_value(data),
    };
    let data = data.map_err(|error| Fail::params(format!("typed data: {error}")))?;
    signature(node.keys.typed_data(address, &data)?)
}

fn signature(signature: Signature) -> Result<Value, Fail> {
    answer(Bytes::from(signature.as_bytes().to_vec()))
}

/// The transaction that a request asks for, with all that it leaves out, and its sender.
fn filled(node: &Node, arguments: &mut Arguments) -> Result<(TypedTransaction, Address), Fail> {
    let mut request: TransactionRequest = arguments.next("transaction")?;
    let sender = match request.from {
        Some(from) => from,
        None => node
            .keys
            .addresses()
            .next()
            .ok_or_else(|| Fail::params("the request has no sender: say from"))?,
    };
    request.from = Some(sender);
    let ledger = node.read();
    if !node.keys.has(sender) && !ledger.is_impersonated(sender) {
        return Err(Fail::refused(format!(
            "unknown account: the node has no key of {sender}; impersonate it, or send what you have signed"
        )));
    }
    if request.to.is_none() {
        request.to = Some(TxKind::Create);
    }
    let nonce = request.nonce.unwrap_or_else(|| ledger.pending_nonce(sender));
    let base_fee = u128::from(ledger.next_base_fee());
    let blob_price = ledger.next_blob_price();
    drop(ledger);
    let asked = request.clone();
    request.nonce = Some(nonce);
    request.chain_id.get_or_insert(node.config.chain_id);
    request.value.get_or_insert(U256::ZERO);
    if request.gas_price.is_none() {
        if node.config.revision >= Revision::London
            && request.transaction_type.is_none_or(|ty| ty > 1)
        {
            let tip = request.max_priority_fee_per_gas;
            let tip = tip.unwrap_or_else(|| {
                request
                    .max_fee_per_gas
                    .map_or(fees::SUGGESTED_TIP, |max| max.min(fees::SUGGESTED_TIP))
            });
            request.max_priority_fee_per_gas = Some(tip);
            request.max_fee_per_gas.get_or_insert(tip.saturating_add(2 * base_fee));
        } else {
            request.gas_price = Some(base_fee + fees::SUGGESTED_TIP);
        }
    }
    if request.has_eip4844_fields() {
        request.max_fee_per_blob_gas.get_or_insert(blob_price.saturating_mul(2));
        request.populate_blob_hashes();
    }
    if request.gas.is_none() {
        let question = node.read().question(node, &asked, None, None, None)?;
        request.gas = Some(question.estimate(node)?);
    }
    request.normalize_input();
    let transaction = request.build_typed_tx().map_err(|request| {
        let missing = request.missing_keys().err().map(|(_, missing)| missing.join(", "));
        Fail::params(format!(
            "the request is no transaction: it lacks {}",
            missing.unwrap_or_default()
        ))
    })?;
    Ok((transaction, sender))
}

/// A transaction that the node signs, or somebody who is impersonated sends.
fn signed(node: &Node, sender: Address, transaction: TypedTransaction) -> Result<Sent, Fail> {
    if let TypedTransaction::Eip4844(TxEip4844Variant::TxEip4844WithSidecar(with_blobs)) =
        &transaction
    {
        with_blobs
            .validate_blob(EnvKzgSettings::Default.get())
            .map_err(|error| Fail::refused(format!("invalid blobs: {error}")))?;
    }
    let envelope: TxEnvelope = match node.keys.has(sender) {
        true => node.keys.sign(sender, transaction)?,
        false => transaction.into_signed(nobodys(sender)).into(),
    };
    Ok(Recovered::new_unchecked(transactions::without_blobs(envelope), sender))
}

/// What stands where a signature would: nobody has signed, and two senders' transactions have two hashes.
fn nobodys(sender: Address) -> Signature {
    let mark: B256 = keccak256(sender);
    Signature::new(U256::from_be_bytes(mark.0) >> 1, U256::ONE, false)
}
