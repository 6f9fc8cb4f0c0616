//! What the page shows in lists, some at a time: blocks, transactions, accounts.

use super::{Arguments, Methods, answer, forms};
use crate::{
    block::{Block, Mined},
    fail::{Fail, revert_reason},
    forms::{ToAlloy, ToChain},
    genesis,
    ledger::Ledger,
    node::Node,
    print,
    transactions::Sent,
};
use alloy_consensus::Transaction;
use alloy_eips::BlockId;
use alloy_primitives::{Address, B256, U256};
use hebe_host::StatusCode;
use hebe_testing::{Account, harness::Names};
use serde_json::{Value, json};

/// How many rows a list has at the most, and where nobody says how many.
const MAX_ROWS: u64 = 1_000;

/// How many blocks and transactions are looked at for one list.
const MAX_SCANNED: usize = 500_000;

/// How long a text is in a row, in characters.
const MAX_TEXT: usize = 400;

pub(super) const METHODS: Methods = &[
    ("hebe_status", |node, _| Ok(status(node))),
    ("hebe_blocks", |node, arguments| {
        let before: Option<u64> = arguments.optional("before")?;
        let count = count(arguments)?;
        let ledger = node.read();
        let behind_newest = ledger.history.number() + 1;
        let end = before.map_or(behind_newest, |before| before.min(behind_newest));
        let numbers = (end.saturating_sub(count)..end).rev();
        Ok(numbers.filter_map(|number| ledger.history.block(number)).map(|it| head(it)).collect())
    }),
    ("hebe_block", |node, arguments| {
        let id: BlockId = arguments.next("block")?;
        let start: usize = arguments.optional("start")?.unwrap_or(0);
        let count = count(arguments)?;
        let ledger = node.read();
        let Some(block) = ledger.known(id) else { return Ok(Value::Null) };
        let end = start.saturating_add(usize::try_from(count).unwrap_or(usize::MAX));
        let end = end.min(block.transactions.len());
        let rows = (start..end).map(|index| mined_row(&block, index, &ledger.names));
        let mut value = head(&block);
        value["header"] = answer(forms::header(&block))?;
        value["rows"] = rows.collect();
        Ok(value)
    }),
    ("hebe_transactions", |node, arguments| {
        let before: Option<(u64, usize)> = arguments.optional("before")?;
        let count = count(arguments)?;
        let account: Option<Address> = arguments.optional("account")?;
        Ok(newest_first(&node.read(), before, count, account))
    }),
    ("hebe_pending", |node, arguments| {
        let count = usize::try_from(count(arguments)?).unwrap_or(usize::MAX);
        let ledger = node.read();
        let rows = ledger.pool.iter().take(count).map(|waiting| row(waiting, &ledger.names));
        Ok(json!({ "count": ledger.pool.len(), "rows": rows.collect::<Vec<_>>() }))
    }),
    ("hebe_find", |node, arguments| {
        let text: String = arguments.next("text")?;
        Ok(find(&node.read(), text.trim()))
    }),
    ("hebe_accounts", |node, arguments| {
        let which: Option<String> = arguments.optional("which")?;
        let start: usize = arguments.optional("start")?.unwrap_or(0);
        let count = usize::try_from(count(arguments)?).unwrap_or(usize::MAX);
        accounts(node, which.as_deref(), start, count)
    }),
];

/// What is shown of the whole chain, and told to those who watch it.
pub(super) fn status(node: &Node) -> Value {
    let ledger = node.read();
    let newest = ledger.history.newest();
    json!({
        "client": crate::config::CLIENT_VERSION,
        "chainId": node.config.chain_id,
        "revision": node.config.revision.to_string(),
        "block": newest.number(),
        "hash": newest.header.hash(),
        "timestamp": newest.header.timestamp,
        "gasLimit": ledger.gas_limit,
        "nextBaseFee": ledger.next_base_fee(),
        "pending": ledger.pool.len(),
        "automine": ledger.automine,
        "blockTime": ledger.block_time,
    })
}

/// How many rows somebody wants.
fn count(arguments: &mut Arguments) -> Result<u64, Fail> {
    let count: Option<u64> = arguments.optional("count")?;
    Ok(count.unwrap_or(MAX_ROWS).min(MAX_ROWS))
}

/// A block as a row.
fn head(block: &Block) -> Value {
    json!({
        "number": block.number(),
        "hash": block.header.hash(),
        "timestamp": block.header.timestamp,
        "transactions": block.transactions.len(),
        "gasUsed": block.header.gas_used,
        "gasLimit": block.header.gas_limit,
    })
}

/// A transaction as a row, wherever it is.
fn row(transaction: &Sent, names: &Names) -> Value {
    let (from, to) = (transaction.signer(), transaction.to());
    let call = to.map(|to| print::call_text(names, to.to_chain(), transaction.input()));
    json!({
        "hash": transaction.tx_hash(),
        "from": from,
        "fromName": names.of(from.to_chain()),
        "to": to,
        "toName": to.and_then(|to| names.of(to.to_chain())),
        "value": transaction.value(),
        "nonce": transaction.nonce(),
        "type": u8::from(transaction.tx_type()),
        "gas": transaction.gas_limit(),
        "dataBytes": transaction.input().len(),
        // Its first character is the point between the contract and the function.
        "call": call.map(|call| cut(call.strip_prefix('.').unwrap_or(&call), MAX_TEXT)),
    })
}

/// A block's transaction as a row.
fn mined_row(block: &Block, index: usize, names: &Names) -> Value {
    let Some(mined) = block.transactions.get(index) else { return Value::Null };
    let mut value = row(&mined.transaction, names);
    let Mined { outcome, .. } = mined;
    value["block"] = block.number().into();
    value["blockHash"] = json!(block.header.hash());
    value["index"] = index.into();
    value["timestamp"] = block.header.timestamp.into();
    value["gasUsed"] = outcome.gas_used.into();
    value["price"] = json!(U256::from(outcome.price));
    value["created"] = json!(outcome.created);
    value["createdName"] = json!(outcome.created.and_then(|it| names.of(it.to_chain())));
    value["status"] = match outcome.status {
        StatusCode::Success => "ok",
        StatusCode::Revert => "reverted",
        _ => "failed",
    }
    .into();
    value["reason"] = match outcome.status {
        StatusCode::Success => Value::Null,
        StatusCode::Revert if outcome.output.is_empty() => Value::Null,
        StatusCode::Revert => {
            let reason = revert_reason(&outcome.output, names);
            let reason = reason.unwrap_or_else(|| outcome.output.to_string());
            cut(&reason, MAX_TEXT).into()
        }
        status => cut(&crate::question::words(status, outcome.reason.as_deref()), MAX_TEXT).into(),
    };
    value
}

/// Transactions from the newest on, or from one before: those of an account, or all. `next` is where the list goes on.
fn newest_first(
    ledger: &Ledger,
    before: Option<(u64, usize)>,
    count: u64,
    account: Option<Address>,
) -> Value {
    let is_wanted = |mined: &Mined| {
        account.is_none_or(|account| {
            mined.transaction.signer() == account
                || mined.transaction.to() == Some(account)
                || mined.outcome.created == Some(account)
        })
    };
    let newest = ledger.history.number();
    let (first, mut end) = before.unwrap_or((newest, usize::MAX));
    let mut rows = Vec::new();
    let mut scanned = 0;
    let mut next = Value::Null;
    'blocks: for number in (0..=first.min(newest)).rev() {
        let Some(block) = ledger.history.block(number) else { continue };
        let limit = block.transactions.len().min(if number == first { end } else { usize::MAX });
        for index in (0..limit).rev() {
            scanned += 1;
            let is_wanted = is_wanted(&block.transactions[index]);
            // One more is looked for, to know whether there is one.
            if scanned > MAX_SCANNED || (is_wanted && rows.len() as u64 == count) {
                next = json!([number, index + 1]);
                break 'blocks;
            }
            if is_wanted {
                rows.push(mined_row(block, index, &ledger.names));
            }
        }
        scanned += 1;
        end = usize::MAX;
    }
    json!({ "rows": rows, "next": next })
}

/// What somebody means by a number, a hash, an address or a name; null where it is nothing on this chain.
fn find(ledger: &Ledger, text: &str) -> Value {
    if let Ok(number) = text.parse::<u64>() {
        let block = ledger.history.block(number);
        return block.map_or(Value::Null, |block| json!({ "block": block.number() }));
    }
    if let Ok(hash) = text.parse::<B256>() {
        let names = &ledger.names;
        if let Some((block, index, _)) = ledger.history.transaction(&hash) {
            return json!({ "transaction": mined_row(block, index, names) });
        }
        if let Some(waiting) = ledger.pool.get(&hash) {
            return json!({ "transaction": row(waiting, names) });
        }
        let number = ledger.history.number_of(&hash);
        return number.map_or(Value::Null, |number| json!({ "block": number }));
    }
    let named = ledger.names.iter().find(|(name, _)| *name == text);
    let address = named.map(|(_, address)| address.to_alloy()).or_else(|| text.parse().ok());
    address.map_or(Value::Null, |address: Address| json!({ "account": address }))
}

fn accounts(node: &Node, which: Option<&str>, start: usize, count: usize) -> Result<Value, Fail> {
    let ledger = node.read();
    let names = &ledger.names;
    let all = ledger.world.accounts();
    let of_chain = |address: &hebe_host::Address| all.get(address).cloned().unwrap_or_default();
    let show =
        |address: hebe_host::Address, account: &Account| account_row(node, names, address, account);
    let page = |rows: &mut dyn Iterator<Item = Value>| rows.skip(start).take(count).collect();
    let is_own = |address: &hebe_host::Address| node.keys.has(address.to_alloy());
    Ok(match which {
        None => page(&mut all.iter().map(|(address, account)| show(*address, account))),
        Some("own") => page(&mut node.keys.addresses().map(|own| {
            let address = own.to_chain();
            show(address, &of_chain(&address))
        })),
        // Those with a name first, and those that each chain has last.
        Some("contracts") => {
            let is_contract = |account: &Account| !account.code.is_empty();
            let named = names.iter().filter(|(name, address)| {
                is_contract(&of_chain(address)) && names.of(*address) == Some(name)
            });
            let unnamed = |is_built_in| {
                all.iter().filter(move |(address, account)| {
                    is_contract(account)
                        && names.of(**address).is_none()
                        && genesis::has(**address) == is_built_in
                })
            };
            let named = named.map(|(_, address)| show(address, &of_chain(&address)));
            let rest = unnamed(false).chain(unnamed(true));
            let rest = rest.map(|(address, account)| show(*address, account));
            page(&mut named.chain(rest))
        }
        Some("others") => page(
            &mut all
                .iter()
                .filter(|(address, account)| account.code.is_empty() && !is_own(address))
                .map(|(address, account)| show(*address, account)),
        ),
        Some(other) => {
            return Err(Fail::params(format!(
                "there is no list `{other}`: own, contracts and others are"
            )));
        }
    })
}

/// An account as a row.
pub(super) fn account_row(
    node: &Node,
    names: &Names,
    address: hebe_host::Address,
    account: &Account,
) -> Value {
    let is_own = node.keys.has(address.to_alloy());
    let own = is_own.then(|| node.keys.addresses().position(|own| own == address.to_alloy()));
    json!({
        "address": address.to_alloy(),
        "name": names.of(address),
        "balance": account.balance.to_alloy(),
        "nonce": account.nonce,
        "kind": kind(&account.code),
        "codeBytes": account.code.len(),
        "own": own.flatten(),
        "isBuiltIn": genesis::has(address),
    })
}

/// What runs at an account.
pub(super) fn kind(code: &[u8]) -> &'static str {
    match code {
        [] => "account",
        code if code.starts_with(b"\0asm") => "wasm",
        [0xef, 0x01, 0x00, ..] => "delegated",
        _ => "evm",
    }
}

/// The beginning of a text.
pub(super) fn cut(text: &str, characters: usize) -> String {
    match text.char_indices().nth(characters) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
