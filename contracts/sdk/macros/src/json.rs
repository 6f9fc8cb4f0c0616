//! The interface's JSON, entry by entry. Nothing in it needs escaping: names are identifiers.

use crate::{
    signature::{Function, Receiver},
    types::AbiType,
};

/// A parameter or result, with its name.
fn typed(name: &str, abi: &AbiType, indexed: Option<bool>) -> String {
    let components = if abi.components.is_empty() {
        String::new()
    } else {
        format!(",\"components\":{}", list(abi.components.iter().map(|part| typed("", part, None))))
    };
    let indexed = indexed.map(|indexed| format!(",\"indexed\":{indexed}")).unwrap_or_default();
    format!("{{\"name\":\"{name}\",\"type\":\"{}\"{components}{indexed}}}", abi.json_name)
}

fn list(items: impl Iterator<Item = String>) -> String {
    format!("[{}]", items.collect::<Vec<_>>().join(","))
}

fn inputs(function: &Function) -> String {
    list(
        function
            .parameters
            .iter()
            .map(|(ident, _, abi)| typed(&crate::signature::camel_case(ident), abi, None)),
    )
}

/// The entry of a function.
pub(crate) fn function(function: &Function, payable: bool) -> String {
    let mutability = match function.receiver {
        _ if payable => "payable",
        Receiver::Writes => "nonpayable",
        Receiver::Reads => "view",
        Receiver::None => "pure",
    };
    let outputs = list(function.results.iter().map(|(_, abi)| typed("", abi, None)));
    format!(
        "{{\"type\":\"function\",\"name\":\"{}\",\"inputs\":{},\"outputs\":{outputs},\"stateMutability\":\"{mutability}\"}}",
        function.name,
        inputs(function),
    )
}

/// The entry of a constructor.
pub(crate) fn constructor(function: &Function, payable: bool) -> String {
    let mutability = if payable { "payable" } else { "nonpayable" };
    format!(
        "{{\"type\":\"constructor\",\"inputs\":{},\"stateMutability\":\"{mutability}\"}}",
        inputs(function)
    )
}

/// The entry of `receive` or `fallback`.
pub(crate) fn unnamed(kind: &str) -> String {
    format!("{{\"type\":\"{kind}\",\"stateMutability\":\"payable\"}}")
}

/// The entry of an event or error.
pub(crate) fn record<'a>(
    kind: &str,
    name: &str,
    fields: impl Iterator<Item = (String, &'a AbiType, Option<bool>)>,
) -> String {
    let inputs = list(fields.map(|(name, abi, indexed)| typed(&name, abi, indexed)));
    let anonymous = if kind == "event" { ",\"anonymous\":false" } else { "" };
    format!("{{\"type\":\"{kind}\",\"name\":\"{name}\",\"inputs\":{inputs}{anonymous}}}")
}
