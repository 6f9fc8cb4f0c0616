//! Which type of the ABI a Rust type is. The macro sees names only, so what it finds is asserted in the code that it makes, where the type is
//! known.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{Error, Expr, ExprLit, GenericArgument, Lit, PathArguments, Result, Type};

/// A type of the ABI.
pub(crate) struct AbiType {
    /// As signatures name it.
    pub(crate) name: String,
    /// As JSON names it: tuples are `tuple`, and tell their parts apart.
    pub(crate) json_name: String,
    pub(crate) components: Vec<AbiType>,
}

impl AbiType {
    fn plain(name: impl Into<String>) -> Self {
        let name = name.into();
        Self { json_name: name.clone(), name, components: Vec::new() }
    }

    fn array(self, suffix: &str) -> Self {
        Self { name: self.name + suffix, json_name: self.json_name + suffix, ..self }
    }

    /// The type of the ABI that a Rust type is.
    pub(crate) fn of(ty: &Type) -> Result<Self> {
        match ty {
            Type::Reference(reference) => Self::of(&reference.elem),
            Type::Paren(inner) => Self::of(&inner.elem),
            Type::Array(array) => {
                Ok(Self::of(&array.elem)?.array(&format!("[{}]", number(&array.len)?)))
            }
            Type::Tuple(tuple) => {
                let components = tuple.elems.iter().map(Self::of).collect::<Result<Vec<_>>>()?;
                let names: Vec<_> = components.iter().map(|part| part.name.as_str()).collect();
                let name = format!("({})", names.join(","));
                Ok(Self { name, json_name: "tuple".into(), components })
            }
            Type::Path(path) => Self::of_path(path),
            other => Err(unknown(other)),
        }
    }

    fn of_path(path: &syn::TypePath) -> Result<Self> {
        let segment = path.path.segments.last().ok_or_else(|| unknown(path))?;
        let argument = match &segment.arguments {
            PathArguments::AngleBracketed(list) if list.args.len() == 1 => list.args.first(),
            _ => None,
        };
        let name = segment.ident.to_string();
        match (name.as_str(), argument) {
            ("bool", None) => Ok(Self::plain("bool")),
            ("Address", None) => Ok(Self::plain("address")),
            ("U256", None) => Ok(Self::plain("uint256")),
            ("I256", None) => Ok(Self::plain("int256")),
            ("String" | "str", None) => Ok(Self::plain("string")),
            ("Bytes", None) => Ok(Self::plain("bytes")),
            ("FixedBytes", Some(GenericArgument::Const(length))) => {
                Ok(Self::plain(format!("bytes{}", number(length)?)))
            }
            ("Vec", Some(GenericArgument::Type(element))) => Ok(Self::of(element)?.array("[]")),
            ("u8" | "u16" | "u32" | "u64" | "u128", None) => {
                Ok(Self::plain(name.replace('u', "uint")))
            }
            ("i8" | "i16" | "i32" | "i64" | "i128", None) => {
                Ok(Self::plain(name.replace('i', "int")))
            }
            _ => Err(unknown(path)),
        }
    }
}

fn number(expression: &Expr) -> Result<usize> {
    match expression {
        Expr::Lit(ExprLit { lit: Lit::Int(number), .. }) => number.base10_parse(),
        other => {
            Err(Error::new_spanned(other, "write the number itself: a macro can't look it up"))
        }
    }
}

fn unknown(tokens: &impl ToTokens) -> Error {
    Error::new_spanned(
        tokens,
        "not a type of the ABI. There are bool, u8 to u128, U256, i8 to i128, I256, Address, FixedBytes<N>, \
         Bytes, String, and of these Vec<T>, [T; N] and tuples",
    )
}

/// Code that does not compile unless each type has the name that was found.
pub(crate) fn assertions<'a>(
    types: impl IntoIterator<Item = (&'a Type, &'a AbiType)>,
) -> TokenStream {
    let checks = types.into_iter().map(|(ty, abi)| {
        let name = &abi.name;
        let ty = match ty {
            Type::Reference(reference) => &*reference.elem,
            other => other,
        };
        let message = format!("the type is not the SDK's, which is `{name}` in the ABI");
        quote! {
            const _: () = ::core::assert!(<#ty as ::hebe_sdk::abi::AbiType>::NAME.is(#name), #message);
        }
    });
    quote! { #(#checks)* }
}
