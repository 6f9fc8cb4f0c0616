//! What a valid contract is.
//!
//! [`prepare`] is the only way to make a [`Prepared`], and engines take nothing else: nobody has to
//! remember whether a module was checked. Called by `hebe-vm` before a contract runs for the first
//! time and by the command line's `check`.
//!
//! Not in here: engines, chains, EVMC, and any host function by name. What may be imported arrives
//! as a list of [`ImportSignature`]s.

#![forbid(unsafe_code)]

mod import;
mod prepare;
mod rejected;
mod rules;

pub use import::{ImportSignature, ValueType};
pub use prepare::{Prepared, prepare};
pub use rejected::{Reason, Rejected};
pub use rules::{Exports, Features, Profile, Rules};

/// Temporary, see the branch of gas.
pub fn is_wasm(code: &[u8]) -> bool {
    code.len() >= 8 && code.starts_with(b"\0asm")
}
/// Temporary.
pub mod limits {
    /// Slots.
    pub const STACK_SLOTS: usize = 65_536;
}
