//! Another contract's functions, to call.

use crate::{
    signature::{Function, Receiver, selector},
    types::assertions,
};
use proc_macro2::TokenStream;
use quote::quote;
use syn::{Error, ItemTrait, Result, TraitItem};

pub(crate) fn expand(item: ItemTrait) -> Result<TokenStream> {
    let (ident, visibility, documentation) = (&item.ident, &item.vis, &item.attrs);
    let mut methods = TokenStream::new();
    let mut checks = TokenStream::new();
    for item in item.items {
        let TraitItem::Fn(mut method) = item else {
            return Err(Error::new_spanned(item, "an interface has functions only"));
        };
        if let Some(body) = &method.default {
            return Err(Error::new_spanned(body, "the other contract has the body"));
        }
        let function = Function::new(&method.sig, &mut method.attrs)?;
        if function.receiver == Receiver::None {
            return Err(Error::new_spanned(
                &method.sig,
                "take `&self` to ask, or `&mut self` to let it change something",
            ));
        }
        checks.extend(assertions(function.parameters.iter().map(|(_, ty, abi)| (ty, abi))));
        checks.extend(assertions(function.results.iter().map(|(ty, abi)| (ty, abi))));
        methods.extend(expand_method(&function, &method.attrs));
    }
    Ok(quote! {
        #(#documentation)*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #visibility struct #ident(pub ::hebe_sdk::Address);

        impl #ident {
            #methods
        }

        #checks
    })
}

fn expand_method(function: &Function, attributes: &[syn::Attribute]) -> TokenStream {
    let Function { ident, gives_tuple, .. } = function;
    let names = function.parameters.iter().map(|(name, ..)| name);
    let arguments = function.parameters.iter().map(|(name, ty, _)| quote!(#name: #ty));
    let results: Vec<_> = function.results.iter().map(|(ty, _)| ty).collect();
    let selector = selector(&function.signature());
    let changes = function.receiver == Receiver::Writes;
    let receiver = if changes { quote!(&mut self) } else { quote!(&self) };
    let (result, unwrap) = if *gives_tuple {
        (quote!((#(#results,)*)), quote!())
    } else {
        (quote!(#(#results)*), quote!(.map(|(result,)| result)))
    };
    let signature =
        format!("Calls `{}`.", function.signature().known().unwrap_or_else(|| ident.to_string()));
    let documentation = if attributes.iter().any(|one| one.path().is_ident("doc")) {
        quote!(#(#attributes)*)
    } else {
        quote!(#(#attributes)* #[doc = #signature])
    };
    quote! {
        #documentation
        #[allow(dead_code, reason = "who writes an interface down need not call all of it")]
        pub fn #ident(#receiver, #(#arguments),*) -> ::core::result::Result<#result, ::hebe_sdk::call::CallError> {
            ::hebe_sdk::call::function::<(#(#results,)*)>(
                ::hebe_sdk::call::Call::to(self.0),
                #changes,
                const { #selector },
                &(#(#names,)*),
            )#unwrap
        }
    }
}
