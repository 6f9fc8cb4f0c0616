//! What no other node has: contracts by what they are, transactions for reading, recordings.

use super::{Arguments, Methods, answer, develop};
use crate::{
    fail::Fail,
    forms::{ToAlloy, ToChain},
    inside,
    ledger::Ledger,
    node::Node,
    print, trace,
};
use alloy_primitives::{Address, B256, Bytes, U256, keccak256};
use alloy_rpc_types_trace::geth::CallFrame;
use hebe_testing::{
    Log, Report,
    harness::{Interface, Names, Value as Given, abi, check_name},
};
use serde_json::{Value, json};
use wasmparser::{Parser, Payload};

/// How many accounts are listed at the most.
const MAX_ACCOUNTS: usize = 1_000;

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
    ("hebe_accounts", |node, _| Ok(accounts(&node.read()))),
    ("hebe_contract", |node, arguments| {
        let address: Address = arguments.next("address")?;
        Ok(contract(&node.read(), address))
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

/// What runs at an account.
fn kind(code: &[u8]) -> &'static str {
    match code {
        [] => "account",
        code if code.starts_with(b"\0asm") => "wasm",
        [0xef, 0x01, 0x00, ..] => "delegated",
        _ => "evm",
    }
}

/// The accounts that there are, contracts last.
fn accounts(ledger: &Ledger) -> Value {
    let accounts = ledger.world.accounts().iter().take(MAX_ACCOUNTS);
    accounts
        .map(|(address, account)| {
            json!({
                "address": address.to_alloy(),
                "name": ledger.names.of(*address),
                "balance": account.balance.to_alloy(),
                "nonce": account.nonce,
                "kind": kind(&account.code),
                "codeBytes": account.code.len(),
            })
        })
        .collect()
}

/// A contract: what it is, what it imports, and what it can be asked.
fn contract(ledger: &Ledger, address: Address) -> Value {
    let own = address.to_chain();
    let account = ledger.world.accounts().get(&own).cloned().unwrap_or_default();
    let interface = ledger.names.interface(own);
    json!({
        "address": address,
        "name": ledger.names.of(own),
        "balance": account.balance.to_alloy(),
        "nonce": account.nonce,
        "kind": kind(&account.code),
        "codeBytes": account.code.len(),
        "codeHash": keccak256(&account.code),
        "words": account.storage.len(),
        "imports": imports(&account.code),
        "abi": interface.map(|interface| serde_json::to_value(interface.abi()).unwrap_or_default()),
    })
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
    Ok(json!({
        "hash": hash,
        "status": report.status.to_string(),
        "gasUsed": report.gas_used,
        "call": tree(&frame, &names, &chain),
        "storage": storage(&report, &names),
        "balances": report.balances.iter().map(|(address, change)| json!({
            "account": address.to_alloy(),
            "name": names.of(*address),
            "before": change.before.to_alloy(),
            "after": change.after.to_alloy(),
        })).collect::<Vec<_>>(),
    }))
}

fn storage(report: &Report, names: &Names) -> Value {
    let changes = report.storage.iter().map(|change| {
        json!({
            "account": change.account.to_alloy(),
            "name": names.of(change.account),
            "key": change.key.to_alloy(),
            "before": change.word.before.to_alloy(),
            "after": change.word.after.to_alloy(),
        })
    });
    changes.collect()
}

/// A call with those inside of it.
fn tree(frame: &CallFrame, names: &Names, chain: &hebe_testing::Chain) -> Value {
    let to = frame.to.unwrap_or_default().to_chain();
    let is_creation = frame.typ.starts_with("CREATE");
    let selector = frame.input.first_chunk::<4>().copied();
    let function =
        selector.and_then(|selector| names.function(to, selector)).filter(|_| !is_creation);
    let output = frame.output.clone().unwrap_or_default();
    let returned = function
        .filter(|_| frame.error.is_none())
        .and_then(|function| abi::show_parameters(&output, &function.outputs, names));
    let events: Vec<String> = frame
        .logs
        .iter()
        .map(|log| {
            let topics = log.topics.iter().flatten();
            let log = Log {
                address: log.address.unwrap_or_default().to_chain(),
                topics: topics.map(|topic| topic.to_chain()).collect(),
                data: log.data.clone().unwrap_or_default().to_vec(),
            };
            abi::show_log(&log, &[], names).join("\n")
        })
        .collect();
    json!({
        "type": frame.typ,
        "from": frame.from,
        "fromName": names.of(frame.from.to_chain()),
        "to": frame.to,
        "toName": names.of(to),
        "kind": kind(&chain.state.code(to)),
        "value": frame.value.unwrap_or(U256::ZERO),
        "gas": frame.gas,
        "gasUsed": frame.gas_used,
        "text": if is_creation { String::new() } else { print::call_text(names, to, &frame.input) },
        "input": short(&frame.input),
        "output": short(&output),
        "returned": returned,
        "error": frame.error,
        "reason": frame.revert_reason,
        "events": events,
        "calls": frame.calls.iter().map(|call| tree(call, names, chain)).collect::<Vec<_>>(),
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
