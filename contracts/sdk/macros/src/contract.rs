//! An `impl` whose public functions can be called from outside.

use crate::{
    json,
    signature::{Function, Receiver, selector, take},
    types::assertions,
};
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use std::collections::BTreeMap;
use syn::{
    Error, Ident, ImplItem, ItemImpl, Path, Result, Token, Visibility, parenthesized,
    parse::{Parse, ParseStream},
    punctuated::Punctuated,
};

/// What else goes in the interface's JSON: `events(A, B), errors(C)`.
#[derive(Default)]
pub(crate) struct Lists {
    events: Vec<Path>,
    errors: Vec<Path>,
}

impl Parse for Lists {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let mut lists = Self::default();
        while !input.is_empty() {
            let name: Ident = input.parse()?;
            let content;
            parenthesized!(content in input);
            let paths = Punctuated::<Path, Token![,]>::parse_terminated(&content)?;
            match name.to_string().as_str() {
                "events" => lists.events.extend(paths),
                "errors" => lists.errors.extend(paths),
                _ => {
                    return Err(Error::new_spanned(
                        name,
                        "expected `events(...)` or `errors(...)`",
                    ));
                }
            }
            if !input.is_empty() {
                input.parse::<Token![,]>()?;
            }
        }
        Ok(lists)
    }
}

/// What the functions are for.
#[derive(Default)]
struct Parts {
    constructor: Option<(Function, bool)>,
    receive: Option<Ident>,
    fallback: Option<Ident>,
    functions: Vec<(Function, bool)>,
}

impl Parts {
    /// Sorts the functions, and takes the attributes off that are ours.
    fn of(item: &mut ItemImpl) -> Result<Self> {
        let mut parts = Self::default();
        for item in &mut item.items {
            let ImplItem::Fn(method) = item else { continue };
            let attributes = &mut method.attrs;
            let payable = take(attributes, "payable");
            let special = ["constructor", "receive", "fallback"].map(|name| take(attributes, name));
            let ident = method.sig.ident.clone();
            match special {
                [true, ..] => {
                    let function = Function::new(&method.sig, attributes)?;
                    if function.receiver != Receiver::Writes || !function.results.is_empty() {
                        return Err(Error::new_spanned(
                            &method.sig,
                            "a constructor takes `&mut self` and gives nothing",
                        ));
                    }
                    set_once(&mut parts.constructor, (function, payable), &ident)?;
                }
                [_, true, _] => set_once(&mut parts.receive, ident.clone(), &ident)?,
                [_, _, true] => set_once(&mut parts.fallback, ident.clone(), &ident)?,
                _ if matches!(method.vis, Visibility::Public(_)) => {
                    let function = Function::new(&method.sig, attributes)?;
                    parts.functions.push((function, payable));
                }
                _ if payable => {
                    return Err(Error::new_spanned(
                        ident,
                        "only a `pub` function can be called with wei",
                    ));
                }
                _ => {}
            }
        }
        Ok(parts)
    }

    fn check_selectors(&self) -> Result<()> {
        let mut seen = BTreeMap::new();
        for (function, _) in &self.functions {
            // Of names with structs in them, the compiler sees to it: a selector that is there twice is a pattern
            // that can't be reached.
            let Some(signature) = function.signature().known() else { continue };
            let code = selector(&function.signature()).to_string();
            if let Some(other) = seen.insert(code, signature.clone()) {
                return Err(Error::new_spanned(
                    &function.ident,
                    format!(
                        "`{signature}` has the selector of `{other}`; give it another `#[abi_name]`"
                    ),
                ));
            }
        }
        Ok(())
    }
}

fn set_once<T>(place: &mut Option<T>, value: T, ident: &Ident) -> Result<()> {
    match place.replace(value) {
        None => Ok(()),
        Some(_) => Err(Error::new_spanned(ident, "a contract has one of these")),
    }
}

pub(crate) fn expand(lists: Lists, mut item: ItemImpl) -> Result<TokenStream> {
    forgotten(&item)?;
    let parts = Parts::of(&mut item)?;
    parts.check_selectors()?;
    let contract = &item.self_ty;
    let constructor = parts.constructor.iter().map(|(function, _)| function);
    let functions = parts.functions.iter().map(|(function, _)| function);
    let checks: TokenStream = functions
        .chain(constructor)
        .flat_map(|function| {
            let parameters = assertions(function.parameters.iter().map(|(_, ty, abi)| (ty, abi)));
            let results = assertions(function.results.iter().map(|(ty, abi)| (ty, abi)));
            [parameters, results]
        })
        .collect();
    let creation = expand_creation(&parts);
    let receive = parts.receive.iter().map(|name| {
        quote! {
            contract.#name();
            ::hebe_sdk::message::finish(&[]);
        }
    });
    let selectors: Vec<_> =
        (0..parts.functions.len()).map(|number| format_ident!("SELECTOR_{number}")).collect();
    let codes = parts.functions.iter().map(|(function, _)| selector(&function.signature()));
    let arms = parts
        .functions
        .iter()
        .zip(&selectors)
        .map(|((function, payable), selector)| expand_arm(function, *payable, selector));
    let (asked, otherwise) = match &parts.fallback {
        Some(name) => (
            quote!(data.first_chunk().copied().map(u32::from_be_bytes)),
            quote! {
                {
                    let output = contract.#name(&data);
                    ::hebe_sdk::message::finish(&output)
                }
            },
        ),
        None => (
            quote!(Some(::hebe_sdk::entry::selector(&data))),
            quote!(::hebe_sdk::entry::unknown_function()),
        ),
    };
    let section = json::section(&entries(&parts, contract));
    let (events, errors) = (&lists.events, &lists.errors);
    let listed = quote! {
        #(const _: &str = <#events as ::hebe_sdk::event::Event>::JSON;)*
        #(const _: &str = <#errors as ::hebe_sdk::revert::CustomError>::JSON;)*
    };
    Ok(quote! {
        #item

        #checks
        #listed

        impl #contract {
            /// Answers the message.
            #[allow(unused_mut, reason = "a contract that only reads does not change itself")]
            #[allow(dead_code, reason = "in a native build nobody calls it")]
            fn answer_message() -> ! {
                let data = ::hebe_sdk::message::data();
                let mut contract =
                    <Self as ::hebe_sdk::storage::Layout>::at(::hebe_sdk::storage::Place::ROOT);
                if data.is_empty() {
                    if ::hebe_sdk::entry::is_creation() {
                        #creation
                    }
                    #(#receive)*
                }
                #(const #selectors: u32 = u32::from_be_bytes(#codes);)*
                #[deny(unreachable_patterns, reason = "two functions have the same selector")]
                match #asked {
                    #(#arms)*
                    _ => #otherwise
                }
            }
        }

        #section

        /// Where the VM begins.
        #[cfg(target_arch = "wasm32")]
        #[unsafe(no_mangle)]
        extern "C" fn main() {
            <#contract>::answer_message()
        }
    })
}

/// What happens when the contract is created.
fn expand_creation(parts: &Parts) -> TokenStream {
    let refuse = quote!(::hebe_sdk::entry::refuse_value(););
    let Some((constructor, payable)) = &parts.constructor else {
        return quote!(#refuse ::hebe_sdk::entry::Creation::new().finish(););
    };
    let refuse = if *payable { quote!() } else { refuse };
    let name = &constructor.ident;
    let (names, types): (Vec<_>, Vec<_>) =
        constructor.parameters.iter().map(|(name, ty, _)| (name, ty)).unzip();
    quote! {
        #refuse
        let creation = ::hebe_sdk::entry::Creation::new();
        let (#(#names,)*): (#(#types,)*) = creation.arguments();
        contract.#name(#(#names),*);
        creation.finish()
    }
}

/// What happens when a function is called.
fn expand_arm(function: &Function, payable: bool, selector: &Ident) -> TokenStream {
    let refuse = if payable { quote!() } else { quote!(::hebe_sdk::entry::refuse_value();) };
    let name = &function.ident;
    let (names, types): (Vec<_>, Vec<_>) =
        function.parameters.iter().map(|(name, ty, _)| (name, ty)).unzip();
    let arguments = if names.is_empty() {
        quote!()
    } else {
        quote! {
            let mut arguments = ::hebe_sdk::entry::arguments(&data);
            #(let #names: #types = ::hebe_sdk::entry::argument(&mut arguments);)*
        }
    };
    let call = match function.receiver {
        Receiver::None => quote!(Self::#name(#(#names),*)),
        Receiver::Reads | Receiver::Writes => quote!(contract.#name(#(#names),*)),
    };
    let result = if function.gives_tuple { call } else { quote!((#call,)) };
    quote! {
        Some(#selector) => {
            #refuse
            #arguments
            ::hebe_sdk::entry::answer(&#result)
        }
    }
}

/// The entries of the interface, and which struct is the contract.
fn entries(parts: &Parts, contract: &syn::Type) -> Vec<String> {
    let constructor =
        parts.constructor.iter().map(|(function, payable)| json::constructor(function, *payable));
    let functions =
        parts.functions.iter().map(|(function, payable)| json::function(function, *payable));
    let receive = parts.receive.iter().map(|_| json::unnamed("receive"));
    let fallback = parts.fallback.iter().map(|_| json::unnamed("fallback"));
    let name = match contract {
        syn::Type::Path(path) => path.path.segments.last().map(|last| last.ident.to_string()),
        _ => None,
    };
    let contract = name.iter().map(|name| json::contract(name));
    constructor.chain(functions).chain(receive).chain(fallback).chain(contract).collect()
}

/// A struct that is built and dropped at once: an event that nobody emits, or an error that nobody reverts with.
fn forgotten(item: &ItemImpl) -> Result<()> {
    struct Search(Result<()>);

    impl<'a> syn::visit::Visit<'a> for Search {
        fn visit_stmt(&mut self, statement: &'a syn::Stmt) {
            if let syn::Stmt::Expr(syn::Expr::Struct(built), Some(_)) = statement
                && self.0.is_ok()
            {
                let name = built.path.segments.last().map(|last| last.ident.to_string());
                let name = name.unwrap_or_default();
                self.0 = Err(Error::new_spanned(
                    built,
                    format!(
                        "`{name}` is built and dropped: an event is written with `{name} {{ .. }}.emit();`, an error \
                         ends the call with `{name} {{ .. }}.revert()`"
                    ),
                ));
            }
            syn::visit::visit_stmt(self, statement);
        }
    }

    let mut search = Search(Ok(()));
    syn::visit::Visit::visit_item_impl(&mut search, item);
    search.0
}
