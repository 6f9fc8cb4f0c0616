//! A struct laid out in storage.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Error, Fields, ItemStruct, Result};

pub(crate) fn expand(item: ItemStruct) -> Result<TokenStream> {
    if matches!(item.fields, Fields::Unnamed(_)) {
        return Err(Error::new_spanned(&item.fields, "fields need names"));
    }
    let ident = &item.ident;
    let members: Vec<_> = item.fields.members().collect();
    let types: Vec<_> = item.fields.iter().map(|field| &field.ty).collect();
    let indices = 0..members.len();
    let count = members.len();
    let (generics, type_generics, clause) = item.generics.split_for_impl();
    Ok(quote! {
        #item

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
