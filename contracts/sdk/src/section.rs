//! The interface's JSON in the binary, where the feature `abi-section` asks for it.

/// Puts a contract's interface in the section `abi`.
#[cfg(all(target_arch = "wasm32", feature = "abi-section"))]
#[doc(hidden)]
#[macro_export]
macro_rules! abi_section {
    ($contract:ty) => {
        const _: () = {
            const TEXT: &str = <$contract>::ABI;

            #[used]
            #[unsafe(link_section = "abi")]
            static SECTION: [u8; TEXT.len()] = match TEXT.as_bytes().first_chunk() {
                ::core::option::Option::Some(bytes) => *bytes,
                ::core::option::Option::None => ::core::panic!("it has this length"),
            };
        };
    };
}

/// Puts nothing anywhere.
#[cfg(not(all(target_arch = "wasm32", feature = "abi-section")))]
#[doc(hidden)]
#[macro_export]
macro_rules! abi_section {
    ($contract:ty) => {};
}
