//! What no other node has: contracts by what they are, transactions for reading, recordings.

use super::{
    Arguments, Methods, answer, develop,
    lists::{account_row, cut, kind},
};
use crate::{
    fail::Fail,
    forms::{ToAlloy, ToChain},
    inside,
    ledger::Ledger,
    node::Node,
    print, trace,
};
use alloy_primitives::{Address, B256, Bytes, U256, keccak256};
use alloy_rpc_types_trace::geth::{CallFrame, CallLogFrame};
use hebe_host::Bytes32;
use hebe_testing::{
    Log, Report,
    harness::{Interface, Names, Value as Given, abi, check_name, layout::SlotNames},
};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use wasmparser::{Parser, Payload};

/// How many calls of a transaction are shown, and how many of its events, words and balances.
const MAX_SHOWN: usize = 5_000;

/// How long a decoded call, result or event is, in characters.
const MAX_TEXT: usize = 4_000;

/// How many words are tried as keys of mappings.
const MAX_KEYS: usize = 200;

pub(super) const METHODS: Methods = &[
    ("hebe_setInterface", set_interface),
    ("hebe_getInterface", |node, arguments| {
        let address: Address = arguments.next("address")?;
        let ledger = node.read();
        Ok(ledger
            .names
            .interface(address.to_chain())
            .map_or(Value::Null, |interface| interface.to_json()))
    }),
    ("hebe_names", |node, _| {
        let ledger = node.read();
        let names = ledger.names.iter().map(|(name, address)| {
            json!({
                "name": name,
                "address": address.to_alloy(),
                "interface": ledger.names.interface(address).map(|interface| interface.to_json()),
            })
        });
        Ok(names.collect())
    }),
    ("hebe_contract", |node, arguments| {
        let address: Address = arguments.next("address")?;
        Ok(contract(node, &node.read(), address))
    }),
    ("hebe_transaction", transaction),
    ("hebe_recordings", |node, arguments| {
        let hash: B256 = arguments.next("hash")?;
        let (mut chain, paid) = node.read().before_transaction(node, &hash)?;
        inside::recordings(node, &mut chain, &paid)
    }),
    ("hebe_call", |node, arguments| {
        let (request, names, function) = request(node, arguments)?;
        let output = node.read().question(node, &request, None, None, None)?.call(node)?;
        let text = abi::show_parameters(&output, &function.outputs, &names);
        Ok(json!({ "output": output, "text": text }))
    }),
    ("hebe_encode", |node, arguments| {
        let (request, ..) = request(node, arguments)?;
        answer(request.input.input)
    }),
    ("hebe_dumpState", |node, _| Ok(develop::state(&node.read()))),
    ("hebe_loadState", develop::load_state),
];

fn set_interface(node: &Node, arguments: &mut Arguments) -> Result<Value, Fail> {
    let address: Address = arguments.next("address")?;
    let interface: Value = arguments.next("interface")?;
    let name: Option<String> = arguments.optional("name")?;
    let interface = Interface::from_json(&interface)
        .map_err(|problem| Fail::params(format!("interface: {problem}")))?;
    if let Some(name) = &name {
        check_name(name).map_err(|problem| Fail::params(format!("name: {problem}")))?;
    }
    node.change(|ledger, _| {
        if let Some(name) = &name {
            ledger.names.define(name, address.to_chain());
        }
        ledger.names.describe(address.to_chain(), interface);
        Ok(true.into())
    })
}

/// A contract: what it is, what it imports, and what it can be asked.
fn contract(node: &Node, ledger: &Ledger, address: Address) -> Value {
    let own = address.to_chain();
    let account = ledger.world.accounts().get(&own).cloned().unwrap_or_default();
    let interface = ledger.names.interface(own);
    let abi = interface.map(|interface| serde_json::to_value(interface.abi()).unwrap_or_default());
    let mut value = account_row(node, &ledger.names, own, &account);
    value["codeHash"] = json!(keccak256(&account.code));
    value["words"] = account.storage.len().into();
    value["imports"] = imports(&account.code).into();
    value["abi"] = abi.unwrap_or_default();
    // EIP-7702: the account runs another one's code.
    value["delegate"] = match &account.code[..] {
        [0xef, 0x01, 0x00, delegate @ ..] if delegate.len() == 20 => {
            json!(Address::from_slice(delegate))
        }
        _ => Value::Null,
    };
    value
}

/// The functions that Wasm code imports, as `module.name`.
fn imports(code: &[u8]) -> Vec<String> {
    let payloads = Parser::new(0).parse_all(code).map_while(Result::ok);
    let sections = payloads.filter_map(|payload| match payload {
        Payload::ImportSection(section) => Some(section),
        _ => None,
    });
    sections
        .flat_map(wasmparser::SectionLimited::into_imports)
        .map_while(Result::ok)
        .map(|import| format!("{}.{}", import.module, import.name))
        .collect()
}

/// What a request for a contract's function with values for reading asks: contract, function, values, and who asks.
fn request(
    node: &Node,
    arguments: &mut Arguments,
) -> Result<(alloy_rpc_types_eth::TransactionRequest, Names, alloy_json_abi::Function), Fail> {
    let address: Address = arguments.next("address")?;
    let function: String = arguments.next("function")?;
    let values: Vec<String> = arguments.optional("values")?.unwrap_or_default();
    let from: Option<Address> = arguments.optional("from")?;
    let names = node.read().names.clone();
    let own = address.to_chain();
    let function = match names.interface(own) {
        Some(interface) => interface.function(&function, &names.show(own)),
        None => abi::function(&function),
    };
    let function = function.map_err(Fail::params)?;
    let values: Result<Vec<Given>, String> = values.iter().map(|text| Given::parse(text)).collect();
    let input = values
        .and_then(|values| abi::call_data(&function, &values, &names))
        .map_err(|problem| Fail::params(format!("{}: {problem}", function.signature())))?;
    let request = alloy_rpc_types_eth::TransactionRequest {
        from: from.or_else(|| node.keys.addresses().next()),
        to: Some(address.into()),
        input: alloy_rpc_types_eth::TransactionInput::new(input.into()),
        ..Default::default()
    };
    Ok((request, names, function))
}

/// A transaction for reading: the tree of its calls, what it logged, and what it changed.
fn transaction(node: &Node, arguments: &mut Arguments) -> Result<Value, Fail> {
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
