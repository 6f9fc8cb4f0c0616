//! The interface's JSON, entry by entry. Nothing in it needs escaping: names are identifiers.

use crate::{
    signature::{Function, Receiver},
    types::AbiType,
};
use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::LitByteStr;

/// A parameter or result, with its name.
fn typed(name: &str, abi: &AbiType, indexed: Option<bool>) -> String {
    let components = if abi.components.is_empty() {
        String::new()
    } else {
        format!(",\"components\":{}", list(abi.components.iter().map(|part| typed("", part, None))))
    };
    let suffix = abi.json_name.trim_start_matches("tuple");
    let structure = abi.structure.as_ref();
    let structure = structure.map(|name| format!(",\"internalType\":\"struct {name}{suffix}\""));
    let structure = structure.unwrap_or_default();
    let indexed = indexed.map(|indexed| format!(",\"indexed\":{indexed}")).unwrap_or_default();
    format!(
        "{{\"name\":\"{name}\",\"type\":\"{}\"{components}{structure}{indexed}}}",
        abi.json_name
    )
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
    let names = function.result_names.iter().map(String::as_str).chain(std::iter::repeat(""));
    let outputs =
        list(function.results.iter().zip(names).map(|((_, abi), name)| typed(name, abi, None)));
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

/// A struct of the ABI. It is no entry of the interface: tools put its parts where it is used.
pub(crate) fn structure<'a>(
    name: &str,
    fields: impl Iterator<Item = (String, &'a AbiType)>,
) -> String {
    let components = list(fields.map(|(name, abi)| typed(&name, abi, None)));
    format!("{{\"type\":\"struct\",\"name\":\"{name}\",\"components\":{components}}}")
}

/// A struct in storage, its fields with their types as the author wrote them. Tools make the layout of these.
pub(crate) fn storage(name: &str, fields: impl Iterator<Item = (String, String)>) -> String {
    let fields = list(fields.map(|(name, ty)| format!("[\"{name}\",\"{ty}\"]")));
    format!("{{\"type\":\"storage\",\"name\":\"{name}\",\"fields\":{fields}}}")
}

/// Which of the structs in storage the contract is.
pub(crate) fn contract(name: &str) -> String {
    format!("{{\"type\":\"contract\",\"name\":\"{name}\"}}")
}

/// The code that puts lines into the binary's section for tools.
pub(crate) fn section(lines: &[String]) -> TokenStream {
    let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
    let bytes = LitByteStr::new(text.as_bytes(), Span::call_site());
    quote!(::hebe_sdk::abi_section!(#bytes);)
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
