//! What tools know of a contract, in its binary: lines of JSON in the custom section `abi`, where the feature
//! `abi-section` asks for them. `hebe build` makes the interface of them.

/// Puts bytes in the section `abi`. The linker joins what all macros put there.
#[cfg(all(target_arch = "wasm32", feature = "abi-section"))]
#[doc(hidden)]
#[macro_export]
macro_rules! abi_section {
    ($lines:literal) => {
        const _: () = {
            // Not `#[used]`: then the bytes would be in the contract's memory, too.
            #[unsafe(link_section = "abi")]
            static SECTION: [u8; $lines.len()] = *$lines;
        };
    };
}

/// Puts nothing anywhere.
#[cfg(not(all(target_arch = "wasm32", feature = "abi-section")))]
#[doc(hidden)]
#[macro_export]
macro_rules! abi_section {
    ($lines:literal) => {};
}
