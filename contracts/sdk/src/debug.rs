//! Printing, to see what a contract does while it is being written.

use core::fmt::Arguments;

/// Prints a line, as `println!` formats it: `debug!("n = {n}")`.
///
/// It is there in contracts that are built with `hebe build --debug`, and prints to standard error where they are run.
/// Otherwise nothing of it is in the contract, and what is printed is not even computed.
#[macro_export]
macro_rules! debug {
    ($($arguments:tt)+) => {
        if $crate::debug::IS_ON {
            $crate::debug::print(::core::format_args!($($arguments)+));
        }
    };
}

/// Whether [`debug!`](macro@crate::debug) prints.
pub const IS_ON: bool = cfg!(any(feature = "debug", not(target_arch = "wasm32")));

/// Prints a line.
#[doc(hidden)]
pub fn print(text: Arguments<'_>) {
    #[cfg(not(target_arch = "wasm32"))]
    std::eprintln!("{text}");
    // In any other contract there is no import of the module.
    #[cfg(all(target_arch = "wasm32", feature = "debug"))]
    {
        let text = alloc::format!("{text}");
        // SAFETY: the text's bytes are read.
        unsafe { crate::raw::print_mem(text.as_ptr(), text.len()) };
    }
    #[cfg(all(target_arch = "wasm32", not(feature = "debug")))]
    let _ = text;
}
