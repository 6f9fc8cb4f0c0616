//! A struct laid out in storage.

use crate::{json, signature::camel_case};
use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{Error, Fields, GenericArgument, ItemStruct, Member, PathArguments, Result, Type};

pub(crate) fn expand(item: ItemStruct) -> Result<TokenStream> {
    if matches!(item.fields, Fields::Unnamed(_)) {
        return Err(Error::new_spanned(&item.fields, "fields need names"));
    }
    item.fields.iter().try_for_each(|field| check(&field.ty))?;
    let ident = &item.ident;
    let written = item.fields.iter().zip(item.fields.members()).map(|(field, member)| {
        let name = match &member {
            Member::Named(ident) => camel_case(ident),
            Member::Unnamed(index) => index.index.to_string(),
        };
        let ty = field.ty.to_token_stream().to_string();
        (name, ty.replace(char::is_whitespace, ""))
    });
    let section = json::section(&[json::storage(&ident.to_string(), written)]);
    let members: Vec<_> = item.fields.members().collect();
    let types: Vec<_> = item.fields.iter().map(|field| &field.ty).collect();
    let indices = 0..members.len();
    let count = members.len();
    let (generics, type_generics, clause) = item.generics.split_for_impl();
    Ok(quote! {
        #item
        #section

        impl #generics ::hebe_sdk::storage::Layout for #ident #type_generics #clause {
            const BYTES: usize = 32 * ::hebe_sdk::storage::slots::<#count>(
                [#(<#types as ::hebe_sdk::storage::Layout>::BYTES),*],
            );

            #[allow(unused_variables, reason = "a struct without fields is nowhere")]
            fn at(place: ::hebe_sdk::storage::Place) -> Self {
                const PLACES: [(u32, u8); #count] = ::hebe_sdk::storage::place_fields(
                    [#(<#types as ::hebe_sdk::storage::Layout>::BYTES),*],
                );
                Self {
                    #(#members: ::hebe_sdk::storage::Layout::at(place.field(PLACES[#indices]))),*
                }
            }

            fn clear(&mut self) {
                #(::hebe_sdk::storage::Layout::clear(&mut self.#members);)*
            }
        }
    })
}

/// Values: what a `Slot` holds.
const VALUES: &[&str] = &[
    "bool",
    "u8",
    "u16",
    "u32",
    "u64",
    "u128",
    "i8",
    "i16",
    "i32",
    "i64",
    "i128",
    "U256",
    "I256",
    "Address",
    "FixedBytes",
];

/// Tells a type that can't be stored where it stands, and what to write in its place. What has another name is left to
/// the compiler.
fn check(ty: &Type) -> Result<()> {
    let Type::Path(path) = ty else {
        return match ty {
            Type::Array(array) => check(&array.elem),
            _ => Ok(()),
        };
    };
    let Some(last) = path.path.segments.last() else { return Ok(()) };
    let name = last.ident.to_string();
    let arguments: Vec<&Type> = match &last.arguments {
        PathArguments::AngleBracketed(list) => list
            .args
            .iter()
            .filter_map(|it| if let GenericArgument::Type(ty) = it { Some(ty) } else { None })
            .collect(),
        _ => Vec::new(),
    };
    let shown = ty.to_token_stream().to_string().replace(' ', "");
    let instead = match (name.as_str(), &arguments[..]) {
        ("String" | "Bytes", _) => "`Text`".to_owned(),
        ("Vec", [element]) => format!("`Array<{}>`", place(element)),
        ("Slot", [value]) => match base(value).as_str() {
            "String" | "str" | "Bytes" => "`Text`".to_owned(),
            "Vec" | "Array" | "Mapping" | "Text" => format!("`{}`", place(value)),
            _ => return Ok(()),
        },
        ("Mapping", [_, value]) | ("Array", [value]) => return check(value),
        (value, _) if VALUES.contains(&value) => format!("`Slot<{shown}>`"),
        _ => return Ok(()),
    };
    Err(Error::new_spanned(ty, format!("`{shown}` can't be stored: write {instead}")))
}

/// The name of a type without its parameters.
fn base(ty: &Type) -> String {
    match ty {
        Type::Path(path) => path.path.segments.last().map(|it| it.ident.to_string()),
        Type::Reference(reference) => return base(&reference.elem),
        _ => None,
    }
    .unwrap_or_default()
}

/// How something of this type is stored, as well as that is known.
fn place(ty: &Type) -> String {
    let shown = ty.to_token_stream().to_string().replace(' ', "");
    match base(ty).as_str() {
        "String" | "str" | "Bytes" => "Text".to_owned(),
        name if VALUES.contains(&name) => format!("Slot<{shown}>"),
        "Vec" => match ty {
            Type::Path(path) => match path.path.segments.last().map(|it| &it.arguments) {
                Some(PathArguments::AngleBracketed(list)) => match list.args.first() {
                    Some(GenericArgument::Type(element)) => format!("Array<{}>", place(element)),
                    _ => shown,
                },
                _ => shown,
            },
            _ => shown,
        },
        _ => shown,
    }
}
