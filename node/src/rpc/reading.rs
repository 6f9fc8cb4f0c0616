//! A transaction for reading: its calls as a tree, decoded, and what it changed.

use super::{
    Arguments,
    lists::{cut, kind},
};
use crate::{
    fail::Fail,
    forms::{ToAlloy, ToChain},
    node::Node,
    print, trace,
};
use alloy_primitives::{B256, Bytes, U256};
use alloy_rpc_types_trace::geth::{CallFrame, CallLogFrame};
use hebe_host::Bytes32;
use hebe_testing::{
    Log, Report,
    harness::{Names, abi, layout::SlotNames},
};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// How many calls of a transaction are shown, and how many of its events, words and balances.
const MAX_SHOWN: usize = 5_000;

/// How long a decoded call, result or event is, in characters.
const MAX_TEXT: usize = 4_000;

/// How many words are tried as keys of mappings.
const MAX_KEYS: usize = 200;

/// A transaction for reading: the tree of its calls, what it logged, and what it changed.
pub(super) fn transaction(node: &Node, arguments: &mut Arguments) -> Result<Value, Fail> {
    let hash: B256 = arguments.next("hash")?;
    let (mut chain, paid) = node.read().before_transaction(node, &hash)?;
    let names = node.read().names.clone();
    let (frame, report) = trace::calls(node, &mut chain, &paid, &names)?;
    let tree = Tree { names: &names, chain: &chain };
    let balances = report.balances.iter().take(MAX_SHOWN).map(|(address, change)| {
        json!({
            "account": address.to_alloy(),
            "name": names.of(*address),
            "before": change.before.to_alloy(),
            "after": change.after.to_alloy(),
        })
    });
    Ok(json!({
        "hash": hash,
        "status": report.status.to_string(),
        "reason": report.reason,
        "gasUsed": report.gas_used,
        "call": tree.call(&frame, &mut MAX_SHOWN.clone()),
        "storage": storage(&frame, &report, &names),
        "balances": balances.collect::<Vec<_>>(),
        "changedWords": report.storage.len(),
    }))
}

/// The words that a transaction changed, by the names that a storage layout gives them.
fn storage(frame: &CallFrame, report: &Report, names: &Names) -> Value {
    let mut keys: BTreeSet<Bytes32> = (0..16).map(Bytes32::from_low_u64_be).collect();
    keys.extend(names.iter().map(|(_, address)| Bytes32::from(address)));
    mapping_keys(frame, &mut keys);
    let keys: Vec<Bytes32> = keys.into_iter().collect();
    let changes = report.storage.iter().take(MAX_SHOWN).map(|change| {
        let layout = names.interface(change.account).and_then(|interface| interface.layout());
        json!({
            "account": change.account.to_alloy(),
            "name": names.of(change.account),
            "key": change.key.to_alloy(),
            "slot": layout.and_then(|layout| SlotNames::new(layout, names, &keys).name(change.key)),
            "before": change.word.before.to_alloy(),
            "after": change.word.after.to_alloy(),
        })
    });
    changes.collect()
}

/// Words that may be keys of mappings: who takes part, and what is in call data and logs.
fn mapping_keys(frame: &CallFrame, keys: &mut BTreeSet<Bytes32>) {
    if keys.len() >= MAX_KEYS {
        return;
    }
    let addresses = [Some(frame.from), frame.to].into_iter().flatten();
    keys.extend(addresses.map(|address| Bytes32::from(address.to_chain())));
    let mut take = |data: &[u8]| {
        keys.extend(data.chunks_exact(32).take(16).map(Bytes32::from_slice));
    };
    take(frame.input.get(4..).unwrap_or_default());
    for log in &frame.logs {
        take(log.data.as_ref().map_or(&[], |data| &data[..]));
        log.topics.iter().flatten().for_each(|topic| take(&topic[..]));
    }
    frame.calls.iter().for_each(|call| mapping_keys(call, keys));
}

/// How calls are shown.
struct Tree<'a> {
    names: &'a Names,
    chain: &'a hebe_testing::Chain,
}

impl Tree<'_> {
    /// A call with those inside of it, as long as some are `left` to be shown.
    fn call(&self, frame: &CallFrame, left: &mut usize) -> Value {
        let names = self.names;
        let to = frame.to.unwrap_or_default().to_chain();
        let is_creation = frame.typ.starts_with("CREATE");
        let selector = frame.input.first_chunk::<4>().copied();
        let function =
            selector.and_then(|selector| names.function(to, selector)).filter(|_| !is_creation);
        let output = frame.output.clone().unwrap_or_default();
        let returned = function
            .filter(|_| frame.error.is_none())
            .and_then(|function| abi::show_parameters(&output, &function.outputs, names));
        let text =
            if is_creation { String::new() } else { print::call_text(names, to, &frame.input) };
        let mut take = |there: usize| {
            let shown = there.min(*left);
            *left -= shown;
            shown
        };
        let (events, calls) = (take(frame.logs.len()), take(frame.calls.len()));
        let events = frame.logs.iter().take(events).map(|log| event(log, names));
        let events: Vec<_> = events.collect();
        let calls: Vec<_> =
            frame.calls.iter().take(calls).map(|call| self.call(call, left)).collect();
        json!({
            "type": frame.typ,
            "from": frame.from,
            "fromName": names.of(frame.from.to_chain()),
            "to": frame.to,
            "toName": names.of(to),
            "kind": kind(&self.chain.state.code(to)),
            "value": frame.value.unwrap_or(U256::ZERO),
            "gas": frame.gas,
            "gasUsed": frame.gas_used,
            "text": cut(&text, MAX_TEXT),
            "input": short(&frame.input),
            "output": short(&output),
            "returned": returned.map(|returned| cut(&returned, MAX_TEXT)),
            "error": frame.error,
            "reason": frame.revert_reason.as_deref().map(|reason| cut(reason, MAX_TEXT)),
            "omitted": frame.logs.len() - events.len() + frame.calls.len() - calls.len(),
            "events": events,
            "calls": calls,
        })
    }
}

/// An event; `position` is the number of calls before it.
fn event(log: &CallLogFrame, names: &Names) -> Value {
    let topics = log.topics.iter().flatten();
    let address = log.address.unwrap_or_default().to_chain();
    let data = log.data.clone().unwrap_or_default();
    let own = Log {
        address,
        topics: topics.map(|topic| topic.to_chain()).collect(),
        data: data.to_vec(),
    };
    json!({
        "account": log.address,
        "name": names.of(address),
        "text": abi::log_text(&own, &[], names).map(|text| cut(&text, MAX_TEXT)),
        "topics": log.topics,
        "data": short(&data),
        "position": log.position,
    })
}

/// Bytes, as far as somebody would read them.
fn short(bytes: &Bytes) -> String {
    const SHOWN: usize = 256;
    match bytes.len() {
        0..=SHOWN => bytes.to_string(),
        all => format!("{}… ({all} bytes)", bytes.slice(..SHOWN)),
    }
}
