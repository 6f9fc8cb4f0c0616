//! Which type of the ABI a Rust type is. The macro sees names only, so what it finds is asserted in the code that it makes, where the type is
//! known.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{Error, Expr, ExprLit, GenericArgument, Lit, PathArguments, Result, Type};

/// A type of the ABI.
pub(crate) struct AbiType {
    /// As signatures name it.
    pub(crate) name: Name,
    /// As JSON names it: tuples are `tuple`, and tell their parts apart.
    pub(crate) json_name: String,
    pub(crate) components: Vec<AbiType>,
    /// The struct that it is, or that it is an array of.
    pub(crate) structure: Option<String>,
}

/// A name of which some parts are known only where types are: those of structs.
#[derive(Clone, Default)]
pub(crate) struct Name(Vec<Part>);

#[derive(Clone)]
enum Part {
    Text(String),
    Of(Box<Type>),
}

impl Name {
    pub(crate) fn text(text: impl Into<String>) -> Self {
        Self(vec![Part::Text(text.into())])
    }

    pub(crate) fn then(mut self, other: Self) -> Self {
        self.0.extend(other.0);
        self
    }

    /// The names with commas between them.
    pub(crate) fn list<'a>(names: impl Iterator<Item = &'a Name>) -> Self {
        names.enumerate().fold(Self::default(), |list, (index, name)| {
            let list = if index > 0 { list.then(Self::text(",")) } else { list };
            list.then(name.clone())
        })
    }

    /// The whole name, if the macro can know it.
    pub(crate) fn known(&self) -> Option<String> {
        let texts = self.0.iter().map(|part| match part {
            Part::Text(text) => Some(text.as_str()),
            Part::Of(_) => None,
        });
        texts.collect()
    }

    /// The name, as code that is run while compiling.
    pub(crate) fn code(&self) -> TokenStream {
        let parts = self.0.iter().map(|part| match part {
            Part::Text(text) => quote!(.then(#text)),
            Part::Of(ty) => quote!(.then(<#ty as ::hebe_sdk::abi::AbiType>::NAME.as_str())),
        });
        quote!(::hebe_sdk::constant::Name::new("")#(#parts)*)
    }
}

impl AbiType {
    fn plain(name: impl Into<String>) -> Self {
        let name = name.into();
        let json_name = name.clone();
        Self { json_name, name: Name::text(name), components: Vec::new(), structure: None }
    }

    fn array(self, suffix: &str) -> Self {
        Self {
            name: self.name.then(Name::text(suffix)),
            json_name: self.json_name + suffix,
            ..self
        }
    }

    /// A struct, which has `#[derive(Abi)]`, or else does not compile.
    fn structure(ty: &syn::TypePath, name: String) -> Self {
        let path = Type::Path(ty.clone());
        Self {
            name: Name(vec![Part::Of(Box::new(path))]),
            json_name: "tuple".into(),
            components: Vec::new(),
            structure: Some(name),
        }
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
                let list = Name::list(components.iter().map(|part| &part.name));
                let name = Name::text("(").then(list).then(Name::text(")"));
                Ok(Self { name, json_name: "tuple".into(), components, structure: None })
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
            // Somebody's own type: whether it is one of the ABI is known where it is.
            (name, None)
                if segment.arguments.is_empty()
                    && name.starts_with(|first: char| first.is_ascii_uppercase())
                    && !["Vec", "FixedBytes", "Option", "Box"].contains(&name) =>
            {
                Ok(Self::structure(path, name.to_owned()))
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
         Bytes, String, structs with #[derive(Abi)], and of these Vec<T>, [T; N] and tuples",
    )
}

/// Code that does not compile unless each type has the name that was found.
pub(crate) fn assertions<'a>(
    types: impl IntoIterator<Item = (&'a Type, &'a AbiType)>,
) -> TokenStream {
    let checks = types.into_iter().filter_map(|(ty, abi)| {
        let name = abi.name.known()?;
        let ty = match ty {
            Type::Reference(reference) => &*reference.elem,
            other => other,
        };
        let message = format!("the type is not the SDK's, which is `{name}` in the ABI");
        Some(quote! {
            const _: () = ::core::assert!(<#ty as ::hebe_sdk::abi::AbiType>::NAME.is(#name), #message);
        })
    });
    quote! { #(#checks)* }
}
