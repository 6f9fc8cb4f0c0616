//! The imports that the SDK for contracts declares are those that contracts are linked with. When this
//! fails, contracts/sdk/src/raw.rs or the table in host/ was changed alone.

use hebe_gas::ValueType::{self, I32, I64};
use hebe_host::{HostFunction, HostModule};
use std::{collections::BTreeMap, fs, path::Path};
use syn::{
    FnArg, ForeignItemFn, Item, LitStr, ReturnType, Token, Type,
    parse::{Parse, ParseStream},
};

/// What stands in `imports! { ... }`: a module's name and its functions.
struct Imports {
    module: String,
    functions: Vec<ForeignItemFn>,
}

impl Parse for Imports {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let module = input.parse::<LitStr>()?.value();
        input.parse::<Token![:]>()?;
        let mut functions = Vec::new();
        while !input.is_empty() {
            functions.push(input.parse()?);
        }
        Ok(Self { module, functions })
    }
}

/// A function's name in the interface, its parameters and results.
type Signature = (String, Vec<ValueType>, Vec<ValueType>);

fn signature(function: &ForeignItemFn) -> Signature {
    let name = function.attrs.iter().find_map(|attribute| match &attribute.meta {
        syn::Meta::NameValue(pair) if pair.path.is_ident("link_name") => match &pair.value {
            syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(name), .. }) => Some(name.value()),
            _ => None,
        },
        _ => None,
    });
    let params = function.sig.inputs.iter().map(|input| match input {
        FnArg::Typed(parameter) => value_type(&parameter.ty),
        FnArg::Receiver(_) => panic!("imports have no receiver"),
    });
    let results = match &function.sig.output {
        ReturnType::Type(_, ty) if !matches!(**ty, Type::Never(_)) => vec![value_type(ty)],
        _ => Vec::new(),
    };
    (name.expect("a link_name"), params.collect(), results)
}

/// The type that the compiler makes of a Rust type, for wasm32.
fn value_type(ty: &Type) -> ValueType {
    match ty {
        Type::Ptr(_) => I32,
        Type::Path(path) if path.path.is_ident("i32") || path.path.is_ident("usize") => I32,
        Type::Path(path) if path.path.is_ident("i64") => I64,
        _ => panic!("imports have pointers, i32, usize and i64"),
    }
}

fn declared(source: &str) -> BTreeMap<String, Vec<Signature>> {
    let file = syn::parse_file(source).expect("raw.rs is Rust");
    let imports = file.items.into_iter().filter_map(|item| match item {
        Item::Macro(item) if item.mac.path.is_ident("imports") => Some(item.mac),
        _ => None,
    });
    imports
        .map(|item| {
            let Imports { module, functions } = item.parse_body().expect("a list of functions");
            (module, functions.iter().map(signature).collect())
        })
        .collect()
}

#[test]
fn the_sdk_declares_the_interface_as_it_is() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../contracts/sdk/src/raw.rs");
    let declared = declared(&fs::read_to_string(path).expect("the SDK's imports"));
    assert_eq!(declared.len(), 2, "one list for each module");
    for module in [HostModule::ETHEREUM, HostModule::DEBUG] {
        let row = |function: &HostFunction| {
            (function.name.to_owned(), function.params.to_vec(), function.results.to_vec())
        };
        let mut expected: Vec<_> = module.functions.iter().map(row).collect();
        let mut found = declared[module.name].clone();
        expected.sort_by(|a, b| a.0.cmp(&b.0));
        found.sort_by(|a, b| a.0.cmp(&b.0));
        assert_eq!(found, expected, "module {}", module.name);
    }
}
