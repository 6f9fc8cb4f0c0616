//! What Ethereum's precompiles compute, as contracts, and functions that have no precompile.
//!
//! Each function takes the same input as the precompile of its name and gives the same output. Where
//! the precompile fails, and takes all gas, the function gives a reason, and the contract reverts
//! with it. The functions are plain Rust without a standard library, so that the host can run the same
//! source natively; a contract is one line in `src/bin/` that names a function.
//!
//! The mathematics is that of well-kept crates; here is only how input is read and what is refused.

#![no_std]

extern crate alloc;

mod blake2f;
mod bn128;
mod ecrecover;
mod ed25519;
#[cfg(target_family = "wasm")]
pub mod guest;
mod hashes;
mod input;
mod modexp;

pub use blake2f::blake2f;
pub use bn128::{bn128_add, bn128_mul, bn128_pairing};
pub use ecrecover::ecrecover;
pub use ed25519::ed25519_verify;
pub use hashes::{blake2b, keccak256, ripemd160, sha1, sha256};
pub use modexp::modexp;

use alloc::vec::Vec;

/// What a function gives: the output, or why the input is wrong.
pub type Answer = Result<Vec<u8>, &'static str>;

/// A function by the name of its contract.
pub type Function = fn(&[u8]) -> Answer;

/// All functions, by the names of their contracts.
pub const FUNCTIONS: &[(&str, Function)] = &[
    ("keccak256", keccak256),
    ("ecrecover", ecrecover),
    ("sha256", sha256),
    ("ripemd160", ripemd160),
    ("modexp", modexp),
    ("bn128_add", bn128_add),
    ("bn128_mul", bn128_mul),
    ("bn128_pairing", bn128_pairing),
    ("blake2f", blake2f),
    ("blake2b", blake2b),
    ("sha1", sha1),
    ("ed25519_verify", ed25519_verify),
];

/// Makes a function of this crate a contract: input is the call data, output is what it finishes with.
#[macro_export]
macro_rules! contract {
    ($function:ident) => {
        /// What the VM calls.
        #[cfg(target_family = "wasm")]
        #[unsafe(no_mangle)]
        pub extern "C" fn main() {
            $crate::guest::answer($crate::$function)
        }
    };
}
