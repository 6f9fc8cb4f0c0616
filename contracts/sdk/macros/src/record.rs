//! Structs that leave the contract: events, errors, and parts of what functions take and give.

use crate::{
    json,
    signature::{camel_case, hash, selector, signature},
    types::{AbiType, assertions},
};
use proc_macro2::TokenStream;
use quote::quote;
use syn::{Data, DeriveInput, Error, Fields, Member, Result, Type};

/// A field of an event or error.
struct Field {
    member: Member,
    ty: Type,
    abi: AbiType,
    indexed: bool,
}

impl Field {
    fn name(&self) -> String {
        match &self.member {
            Member::Named(ident) => camel_case(ident),
            Member::Unnamed(_) => String::new(),
        }
    }
}

fn fields(item: &DeriveInput) -> Result<Vec<Field>> {
    let Data::Struct(data) = &item.data else {
        return Err(Error::new_spanned(&item.ident, "only a struct can be one"));
    };
    if matches!(data.fields, Fields::Unnamed(_)) {
        return Err(Error::new_spanned(
            &data.fields,
            "fields need names, for who reads the interface",
        ));
    }
    data.fields
        .iter()
        .zip(data.fields.members())
        .map(|(field, member)| {
            Ok(Field {
                member,
                ty: field.ty.clone(),
                abi: AbiType::of(&field.ty)?,
                indexed: field.attrs.iter().any(|one| one.path().is_ident("indexed")),
            })
        })
        .collect()
}

pub(crate) fn event(item: DeriveInput) -> Result<TokenStream> {
    let fields = fields(&item)?;
    let indexed: Vec<_> = fields.iter().filter(|field| field.indexed).collect();
    if indexed.len() > 3 {
        return Err(Error::new_spanned(
            &item.ident,
            "at most three fields can be indexed: a log has four topics",
        ));
    }
    let ident = &item.ident;
    let name = ident.to_string();
    let topic_hash = hash(&signature(&name, fields.iter().map(|field| &field.abi)));
    let json = json::record(
        "event",
        &name,
        fields.iter().map(|field| (field.name(), &field.abi, Some(field.indexed))),
    );
    let checks = assertions(fields.iter().map(|field| (&field.ty, &field.abi)));
    let topics = indexed.iter().map(|field| &field.member);
    let data = fields.iter().filter(|field| !field.indexed).map(|field| &field.member);
    let generics = &item.generics;
    let (generics, type_generics, clause) = generics.split_for_impl();
    let section = json::section(std::slice::from_ref(&json));
    Ok(quote! {
        #checks
        #section

        impl #generics ::hebe_sdk::event::Event for #ident #type_generics #clause {
            const TOPIC: ::hebe_sdk::Word = #topic_hash;
            const JSON: &'static str = #json;

            fn emit(&self) {
                let topics = [Self::TOPIC #(, ::hebe_sdk::event::Topic::topic(&self.#topics))*];
                ::hebe_sdk::event::emit(&topics, &(#(&self.#data,)*));
            }
        }
    })
}

pub(crate) fn error(item: DeriveInput) -> Result<TokenStream> {
    let fields = fields(&item)?;
    let ident = &item.ident;
    let name = ident.to_string();
    let selector = selector(&signature(&name, fields.iter().map(|field| &field.abi)));
    let json =
        json::record("error", &name, fields.iter().map(|field| (field.name(), &field.abi, None)));
    let checks = assertions(fields.iter().map(|field| (&field.ty, &field.abi)));
    let members = fields.iter().map(|field| &field.member);
    let (generics, type_generics, clause) = item.generics.split_for_impl();
    let section = json::section(std::slice::from_ref(&json));
    Ok(quote! {
        #checks
        #section

        impl #generics ::hebe_sdk::revert::CustomError for #ident #type_generics #clause {
            const SELECTOR: [u8; 4] = #selector;
            const JSON: &'static str = #json;

            fn encode_fields(&self, out: &mut ::hebe_sdk::abi::Data) {
                ::hebe_sdk::abi::Encode::encode(&(#(&self.#members,)*), out);
            }
        }
    })
}

/// A struct that functions take and give, as a tuple of its fields.
pub(crate) fn abi(item: DeriveInput) -> Result<TokenStream> {
    let fields = fields(&item)?;
    if fields.is_empty() || fields.len() > 12 {
        return Err(Error::new_spanned(&item.ident, "a struct of the ABI has 1 to 12 fields"));
    }
    if let Some(parameter) = item.generics.params.first() {
        return Err(Error::new_spanned(parameter, "a struct of the ABI has no parameters"));
    }
    let ident = &item.ident;
    let line =
        json::structure(&ident.to_string(), fields.iter().map(|field| (field.name(), &field.abi)));
    let section = json::section(&[line]);
    let checks = assertions(fields.iter().map(|field| (&field.ty, &field.abi)));
    let types: Vec<_> = fields.iter().map(|field| &field.ty).collect();
    let members: Vec<_> = fields.iter().map(|field| &field.member).collect();
    Ok(quote! {
        #checks
        #section

        impl ::hebe_sdk::abi::AbiType for #ident {
            const NAME: ::hebe_sdk::constant::Name =
                <(#(#types,)*) as ::hebe_sdk::abi::AbiType>::NAME;
            const DYNAMIC: bool = <(#(#types,)*) as ::hebe_sdk::abi::AbiType>::DYNAMIC;
            const HEAD: usize = <(#(#types,)*) as ::hebe_sdk::abi::AbiType>::HEAD;
        }

        impl ::hebe_sdk::abi::Encode for #ident {
            fn encode(&self, out: &mut ::hebe_sdk::abi::Data) {
                ::hebe_sdk::abi::Encode::encode(&(#(&self.#members,)*), out);
            }
        }

        impl ::hebe_sdk::abi::Decode for #ident {
            fn decode(
                reader: &mut ::hebe_sdk::abi::Reader<'_>,
            ) -> ::core::result::Result<Self, ::hebe_sdk::abi::Malformed> {
                let (#(#members,)*) =
                    <(#(#types,)*) as ::hebe_sdk::abi::Decode>::decode(reader)?;
                ::core::result::Result::Ok(Self { #(#members,)* })
            }
        }
    })
}
