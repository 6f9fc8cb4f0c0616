//! The node itself, and what waits.

use super::{Methods, answer, forms, quantity};
use crate::{forms::ToAlloy, ledger::Ledger, node::Node, transactions::Sent};
use alloy_consensus::Transaction as _;
use alloy_primitives::{Address, Bytes, keccak256};
use alloy_rpc_types_eth::Transaction;
use alloy_rpc_types_txpool::{TxpoolContent, TxpoolInspect, TxpoolInspectSummary, TxpoolStatus};
use serde_json::{Value, json};
use std::{collections::BTreeMap, sync::Arc};

pub(super) const METHODS: Methods = &[
    ("web3_clientVersion", |node, _| answer(&node.config.client_version)),
    ("web3_sha3", |_, arguments| answer(keccak256(arguments.next::<Bytes>("data")?))),
    ("net_version", |node, _| Ok(node.config.chain_id.to_string().into())),
    ("net_listening", |_, _| Ok(true.into())),
    ("net_peerCount", |_, _| Ok(quantity(0))),
    ("eth_chainId", |node, _| Ok(quantity(node.config.chain_id))),
    ("eth_networkId", |node, _| Ok(node.config.chain_id.to_string().into())),
    ("eth_syncing", |_, _| Ok(false.into())),
    ("eth_mining", |node, _| Ok((node.block_time().is_some() || node.read().automine).into())),
    ("eth_hashrate", |_, _| Ok(quantity(0))),
    ("eth_protocolVersion", |_, _| Ok("0x41".into())),
    ("eth_coinbase", |node, _| answer(node.read().chain.context.block_coinbase.to_alloy())),
    ("eth_accounts", |node, _| answer(accounts(node))),
    ("eth_requestAccounts", |node, _| answer(accounts(node))),
    ("rpc_modules", |_, _| {
        let names = [
            "anvil", "debug", "eth", "evm", "hardhat", "hebe", "net", "personal", "rpc", "txpool",
            "web3",
        ];
        Ok(names.into_iter().map(|name| (name.to_owned(), Value::from("1.0"))).collect())
    }),
    ("txpool_status", |node, _| {
        let ledger = node.read();
        let (pending, queued) = split(&ledger);
        answer(TxpoolStatus { pending: pending.len() as u64, queued: queued.len() as u64 })
    }),
    ("txpool_content", |node, _| answer(content(&node.read()))),
    ("txpool_contentFrom", |node, arguments| {
        let address: Address = arguments.next("address")?;
        answer(content(&node.read()).remove_from(&address))
    }),
    ("txpool_inspect", |node, _| {
        let ledger = node.read();
        let (pending, queued) = split(&ledger);
        let inspect = |list| {
            by_sender(list, |transaction| {
                TxpoolInspectSummary::from_tx(transaction.inner().clone())
            })
        };
        answer(TxpoolInspect { pending: inspect(pending), queued: inspect(queued) })
    }),
    ("hardhat_metadata", metadata),
    ("anvil_metadata", metadata),
];

fn metadata(node: &Node, _: &mut super::Arguments) -> Result<Value, crate::fail::Fail> {
    let ledger = node.read();
    let newest = ledger.history.newest();
    Ok(json!({
        "clientVersion": node.config.client_version,
        "chainId": node.config.chain_id,
        "instanceId": ledger.history.block(0).map(|block| block.header.hash()),
        "latestBlockNumber": newest.number(),
        "latestBlockHash": newest.header.hash(),
        "snapshots": {},
    }))
}

fn accounts(node: &Node) -> Vec<Address> {
    let own = node.keys.addresses();
    let ledger = node.read();
    own.chain(ledger.impersonated.iter().copied()).collect()
}

/// What waits: what could be in the next block, and what waits for a nonce.
fn split(ledger: &Ledger) -> (Vec<&Arc<Sent>>, Vec<&Arc<Sent>>) {
    let mut ends: BTreeMap<Address, u64> = BTreeMap::new();
    ledger.pool.iter().partition(|transaction| {
        let sender = transaction.signer();
        let end = *ends.entry(sender).or_insert_with(|| ledger.pending_nonce(sender));
        transaction.nonce() < end
    })
}

fn by_sender<T>(
    list: Vec<&Arc<Sent>>,
    form: impl Fn(&Sent) -> T,
) -> BTreeMap<Address, BTreeMap<String, T>> {
    let mut senders: BTreeMap<Address, BTreeMap<String, T>> = BTreeMap::new();
    for transaction in list {
        let nonces = senders.entry(transaction.signer()).or_default();
        nonces.insert(transaction.nonce().to_string(), form(transaction));
    }
    senders
}

fn content(ledger: &Ledger) -> TxpoolContent<Transaction> {
    let base_fee = Some(ledger.next_base_fee());
    let (pending, queued) = split(ledger);
    let form = |list| by_sender(list, |transaction| forms::pending(transaction, base_fee));
    TxpoolContent { pending: form(pending), queued: form(queued) }
}
