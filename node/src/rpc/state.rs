//! Accounts, at any block since the start.

use super::{Arguments, Methods, answer, quantity};
use crate::{
    fail::Fail,
    forms::{ToAlloy, ToChain},
    ledger::Ledger,
    node::Node,
    point::Point,
};
use alloy_eips::BlockId;
use alloy_primitives::{Address, B256, Bytes, U256};
use alloy_rpc_types_eth::{EIP1186AccountProofResponse, EIP1186StorageProof};
use alloy_serde::JsonStorageKey;
use hebe_testing::{Account, Accounts};
use serde_json::Value;

/// How many words of storage are proven in one request.
const MAX_PROOFS: usize = 1_024;

pub(super) const METHODS: Methods = &[
    ("eth_getBalance", |node, arguments| {
        let (address, accounts) = asked(node, arguments)?;
        answer(Ledger::balance(&accounts, address))
    }),
    ("eth_getTransactionCount", |node, arguments| {
        let address: Address = arguments.next("address")?;
        let ledger = node.read();
        let nonce = match ledger.point(arguments.optional("block")?)? {
            Point::Pending => ledger.pending_nonce(address),
            point => account(&ledger.accounts_at(point, node), address).nonce,
        };
        Ok(quantity(nonce))
    }),
    ("eth_getCode", |node, arguments| {
        let (address, accounts) = asked(node, arguments)?;
        answer(Bytes::copy_from_slice(&account(&accounts, address).code))
    }),
    ("eth_getStorageAt", |node, arguments| {
        let address: Address = arguments.next("address")?;
        let key: JsonStorageKey = arguments.next("key")?;
        let accounts = at(node, arguments)?;
        let word = account(&accounts, address).storage.get(&key.as_b256().to_chain()).copied();
        answer(word.unwrap_or_default().to_alloy())
    }),
    ("eth_getProof", proof),
    ("eth_getAccount", |node, arguments| {
        let address: Address = arguments.next("address")?;
        let ledger = node.read();
        let Point::Block(number) = ledger.point(arguments.optional("block")?)? else {
            return Err(Fail::refused("the pending block has no tries"));
        };
        let world = ledger.history.world_at(number, &ledger.world);
        let address = address.to_chain();
        answer(world.accounts().get(&address).map(|account| world.leaf(address, account)))
    }),
];

/// The account and the accounts that are meant.
fn asked(node: &Node, arguments: &mut Arguments) -> Result<(Address, Accounts), Fail> {
    Ok((arguments.next("address")?, at(node, arguments)?))
}

fn at(node: &Node, arguments: &mut Arguments) -> Result<Accounts, Fail> {
    let ledger = node.read();
    let point = ledger.point(arguments.optional::<BlockId>("block")?)?;
    Ok(ledger.accounts_at(point, node))
}

fn account(accounts: &Accounts, address: Address) -> Account {
    accounts.get(&address.to_chain()).cloned().unwrap_or_default()
}

fn proof(node: &Node, arguments: &mut Arguments) -> Result<Value, Fail> {
    let address: Address = arguments.next("address")?;
    let keys: Vec<JsonStorageKey> = arguments.next("keys")?;
    if keys.len() > MAX_PROOFS {
        return Err(Fail::params(format!(
            "too many keys: {}, and at most {MAX_PROOFS} are proven",
            keys.len()
        )));
    }
    let ledger = node.read();
    let Point::Block(number) = ledger.point(arguments.optional("block")?)? else {
        return Err(Fail::refused("the pending block has no tries: ask for the latest one"));
    };
    let world = ledger.history.world_at(number, &ledger.world);
    let own = address.to_chain();
    let account = world.accounts().get(&own).cloned().unwrap_or_default();
    let leaf = world.leaf(own, &account);
    let storage_proof = keys.into_iter().map(|key| {
        let word: B256 = key.as_b256();
        let value = account.storage.get(&word.to_chain()).copied().unwrap_or_default();
        EIP1186StorageProof {
            key,
            value: U256::from_be_bytes(value.0),
            proof: world.word_proof(own, word.to_chain()),
        }
    });
    answer(EIP1186AccountProofResponse {
        address,
        balance: leaf.balance,
        code_hash: leaf.code_hash,
        nonce: leaf.nonce,
        storage_hash: leaf.storage_root,
        account_proof: world.account_proof(own),
        storage_proof: storage_proof.collect(),
    })
}
