//! The macros of `hebe-sdk`, which documents them where it gives them out.

mod contract;
mod interface;
mod json;
mod record;
mod signature;
mod storage;
mod types;

use proc_macro::TokenStream;
use syn::parse_macro_input;

/// Makes a contract of an `impl`: its public functions can be called from outside.
///
/// A function `fn balance_of(&self, owner: Address) -> U256` is `balanceOf(address)` outside. `&self` makes it a `view` in the
/// interface's JSON, no `self` at all `pure`; with `&mut self` it may write. A tuple as its result is several results. Wei that comes
/// along is refused, and so are call data for no function and malformed arguments, each with a reason.
///
/// On functions:
///
/// - `#[constructor]` runs once, when the contract is created;
/// - `#[payable]` takes wei;
/// - `#[receive]`, `fn(&mut self)`, is called with no data at all, usually to send wei, which it takes;
/// - `#[fallback]`, `fn(&mut self, data: &[u8]) -> Vec<u8>`, is called when no other function is meant, and takes wei;
/// - `#[returns(bidder, amount)]` names the results, for the interface;
/// - `#[abi_name = "safeTransferFrom"]` gives another name, for functions that differ in their parameters only.
///
/// `hebe build` puts the interface into the binary, as JSON. Events and errors of the package are in it by themselves;
/// `#[contract(events(Transfer), errors(TooMuch))]` only says so.
#[proc_macro_attribute]
pub fn contract(arguments: TokenStream, item: TokenStream) -> TokenStream {
    let lists = parse_macro_input!(arguments as contract::Lists);
    let item = parse_macro_input!(item as syn::ItemImpl);
    contract::expand(lists, item).unwrap_or_else(syn::Error::into_compile_error).into()
}

/// Lays out a struct in storage, in the order of its fields, as Solidity does.
#[proc_macro_attribute]
pub fn storage(_: TokenStream, item: TokenStream) -> TokenStream {
    let item = parse_macro_input!(item as syn::ItemStruct);
    storage::expand(item).unwrap_or_else(syn::Error::into_compile_error).into()
}

/// Makes a struct of a trait, to call contracts that have its functions: `Erc20(address).transfer(to, amount)`.
///
/// Functions that take `&self` are called statically. The results are `Result<_, CallError>`.
#[proc_macro_attribute]
pub fn interface(_: TokenStream, item: TokenStream) -> TokenStream {
    let item = parse_macro_input!(item as syn::ItemTrait);
    interface::expand(item).unwrap_or_else(syn::Error::into_compile_error).into()
}

/// Makes an event of a struct. Up to three fields can be `#[indexed]`.
#[proc_macro_derive(Event, attributes(indexed))]
pub fn event(item: TokenStream) -> TokenStream {
    let item = parse_macro_input!(item as syn::DeriveInput);
    record::event(item).unwrap_or_else(syn::Error::into_compile_error).into()
}

/// Makes a struct something that functions take and give: a tuple of its fields, which have their names in the interface.
#[proc_macro_derive(Abi)]
pub fn abi(item: TokenStream) -> TokenStream {
    let item = parse_macro_input!(item as syn::DeriveInput);
    record::abi(item).unwrap_or_else(syn::Error::into_compile_error).into()
}

/// Makes an error of a struct, to revert with.
#[proc_macro_derive(CustomError)]
pub fn custom_error(item: TokenStream) -> TokenStream {
    let item = parse_macro_input!(item as syn::DeriveInput);
    record::error(item).unwrap_or_else(syn::Error::into_compile_error).into()
}
