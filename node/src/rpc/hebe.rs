//! What no other node has: contracts by what they are, transactions for reading, recordings.

use super::{Arguments, Methods, answer, develop, lists::account_row, reading};
use crate::{
    fail::Fail,
    forms::{ToAlloy, ToChain},
    inside,
    ledger::Ledger,
    node::Node,
};
use alloy_primitives::{Address, B256, keccak256};
use hebe_testing::harness::{Interface, Names, Value as Given, abi, check_name};
use serde_json::{Value, json};
use wasmparser::{Parser, Payload};

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
    ("hebe_transaction", reading::transaction),
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
    ("hebe_dumpState", |node, _| Ok(develop::state(node, &node.read()))),
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
