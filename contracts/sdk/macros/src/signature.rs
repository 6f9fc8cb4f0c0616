//! A function as others see it: its name, the types of its parameters, its selector.

use crate::types::{AbiType, Name};
use proc_macro2::TokenStream;
use quote::quote;
use sha3::{Digest, Keccak256};
use syn::{
    Attribute, Error, Expr, ExprLit, FnArg, Ident, Lit, Meta, Pat, Result, ReturnType, Token, Type,
    punctuated::Punctuated,
};

/// Whether a function writes, reads, or does neither.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Receiver {
    Writes,
    Reads,
    None,
}

/// A function with types of the ABI.
pub(crate) struct Function {
    pub(crate) ident: Ident,
    /// Its name outside.
    pub(crate) name: String,
    pub(crate) receiver: Receiver,
    pub(crate) parameters: Vec<(Ident, Type, AbiType)>,
    /// One for each element of a tuple.
    pub(crate) results: Vec<(Type, AbiType)>,
    /// What the results are called; empty where nobody says.
    pub(crate) result_names: Vec<String>,
    /// Whether the function gives a tuple (of nothing, too), which is its results as they are.
    pub(crate) gives_tuple: bool,
}

impl Function {
    pub(crate) fn new(signature: &syn::Signature, attributes: &mut Vec<Attribute>) -> Result<Self> {
        if let Some(generic) = signature.generics.params.first() {
            return Err(Error::new_spanned(
                generic,
                "a function that is called from outside has no parameters of types",
            ));
        }
        let mut receiver = Receiver::None;
        let mut parameters = Vec::new();
        for input in &signature.inputs {
            match input {
                FnArg::Receiver(this) if this.reference.is_none() => {
                    return Err(Error::new_spanned(
                        this,
                        "take `&self` to read, or `&mut self` to write",
                    ));
                }
                FnArg::Receiver(this) if this.mutability.is_some() => receiver = Receiver::Writes,
                FnArg::Receiver(_) => receiver = Receiver::Reads,
                FnArg::Typed(parameter) => {
                    let Pat::Ident(pattern) = &*parameter.pat else {
                        return Err(Error::new_spanned(
                            &parameter.pat,
                            "a parameter needs a plain name",
                        ));
                    };
                    let ty = (*parameter.ty).clone();
                    if let Type::Reference(reference) = &ty {
                        return Err(Error::new_spanned(
                            reference,
                            "take arguments by value, such as `String` and `Bytes`",
                        ));
                    }
                    let abi = AbiType::of(&ty)?;
                    parameters.push((pattern.ident.clone(), ty, abi));
                }
            }
        }
        let (results, gives_tuple) = match &signature.output {
            ReturnType::Default => (Vec::new(), true),
            ReturnType::Type(_, ty) => match &**ty {
                Type::Tuple(tuple) => (tuple.elems.iter().cloned().collect(), true),
                Type::Never(_) => (Vec::new(), true),
                other => (vec![other.clone()], false),
            },
        };
        let results = results
            .into_iter()
            .map(|ty| AbiType::of(&ty).map(|abi| (ty, abi)))
            .collect::<Result<Vec<_>>>()?;
        let result_names = returns(attributes, results.len())?;
        Ok(Self {
            ident: signature.ident.clone(),
            result_names,
            name: abi_name(attributes)?.unwrap_or_else(|| camel_case(&signature.ident)),
            receiver,
            parameters,
            results,
            gives_tuple,
        })
    }

    pub(crate) fn signature(&self) -> Name {
        signature(&self.name, self.parameters.iter().map(|(_, _, abi)| abi))
    }
}

/// Takes `#[returns(bidder, amount)]` out of a function's attributes: what its results are called.
fn returns(attributes: &mut Vec<Attribute>, count: usize) -> Result<Vec<String>> {
    let Some(index) = attributes.iter().position(|one| one.path().is_ident("returns")) else {
        return Ok(Vec::new());
    };
    let attribute = attributes.remove(index);
    let names = attribute.parse_args_with(Punctuated::<Ident, Token![,]>::parse_terminated)?;
    if names.len() != count {
        return Err(Error::new_spanned(
            attribute,
            format!(
                "the function has {count} results: name each of them, as in `#[returns(bidder, amount)]`"
            ),
        ));
    }
    Ok(names.iter().map(camel_case).collect())
}

/// Takes `#[abi_name = "..."]` out of a function's attributes.
fn abi_name(attributes: &mut Vec<Attribute>) -> Result<Option<String>> {
    let Some(index) = attributes.iter().position(|one| one.path().is_ident("abi_name")) else {
        return Ok(None);
    };
    match attributes.remove(index).meta {
        Meta::NameValue(pair) => match pair.value {
            Expr::Lit(ExprLit { lit: Lit::Str(name), .. }) => Ok(Some(name.value())),
            other => Err(Error::new_spanned(other, "write a text")),
        },
        other => Err(Error::new_spanned(other, "write `#[abi_name = \"...\"]`")),
    }
}

/// Takes an attribute without arguments out of a function's. Gives whether it was there.
pub(crate) fn take(attributes: &mut Vec<Attribute>, name: &str) -> bool {
    let count = attributes.len();
    attributes.retain(|attribute| !attribute.path().is_ident(name));
    attributes.len() < count
}

/// A signature, such as `transfer(address,uint256)`.
pub(crate) fn signature<'a>(name: &str, types: impl Iterator<Item = &'a AbiType>) -> Name {
    let list = Name::list(types.map(|abi| &abi.name));
    Name::text(format!("{name}(")).then(list).then(Name::text(")"))
}

/// The first four bytes of a signature's hash, as code: an array.
pub(crate) fn selector(signature: &Name) -> TokenStream {
    match signature.known() {
        Some(signature) => {
            let [a, b, c, d, ..]: [u8; 32] = Keccak256::digest(signature).into();
            quote!([#a, #b, #c, #d])
        }
        None => {
            let name = signature.code();
            quote!(::hebe_sdk::constant::selector(#name))
        }
    }
}

/// The Keccak-256 of a signature, as code: an array.
pub(crate) fn hash(signature: &Name) -> TokenStream {
    match signature.known() {
        Some(signature) => {
            let hash: [u8; 32] = Keccak256::digest(signature).into();
            quote!([#(#hash),*])
        }
        None => {
            let name = signature.code();
            quote!(::hebe_sdk::constant::hash(#name))
        }
    }
}

/// `balance_of` as `balanceOf`. Underscores in front stay.
pub(crate) fn camel_case(ident: &Ident) -> String {
    let name = ident.to_string();
    let name = name.strip_prefix("r#").unwrap_or(&name);
    let front = name.len() - name.trim_start_matches('_').len();
    let mut out = name[..front].to_owned();
    for (index, word) in name[front..].split('_').enumerate() {
        let mut letters = word.chars();
        match letters.next() {
            Some(first) if index > 0 => out.extend(first.to_uppercase().chain(letters)),
            Some(first) => out.extend([first].into_iter().chain(letters)),
            None => {}
        }
    }
    out
}
