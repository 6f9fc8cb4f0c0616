//! Contracts for Hebe, in Rust.
//!
//! A contract is a struct that says what is stored, and an `impl` that says what can be called:
//!
//! ```
//! # #![allow(missing_docs)]
//! use hebe_sdk::prelude::*;
//!
//! #[storage]
//! pub struct Counter {
//!     count: Slot<U256>,
//! }
//!
//! #[contract]
//! impl Counter {
//!     pub fn count(&self) -> U256 {
//!         self.count.get()
//!     }
//!
//!     pub fn add(&mut self, number: U256) {
//!         let sum = self.count.get() + number;
//!         self.count.set(sum);
//!     }
//! }
//! # fn main() {}
//! ```
//!
//! [`contract`] makes of it selectors, dispatch, and the interface, which `hebe build` puts into the binary; storage and call data are laid
//! out as Solidity does, so that its tools work with such a contract. The same file that the compiler
//! writes is deployed and is then the contract: see [`entry`].
//!
//! Reading order: [`mod@storage`], [`abi`], [`message`] (who calls, with what), [`mod@revert`], [`math`], [`call`] (other contracts,
//! and making them), [`block`]; [`raw`] has the interface itself.
//!
//! Built for anything but WebAssembly, the library is an ordinary one, for tests of whatever needs no
//! chain.

#![cfg_attr(target_arch = "wasm32", no_std)]
#![cfg_attr(all(target_arch = "wasm32", hebe_build), feature(alloc_error_handler))]

extern crate alloc;
// The macros name this library as contracts do.
extern crate self as hebe_sdk;

pub mod abi;
mod address;
#[cfg(target_arch = "wasm32")]
mod allocator;
pub mod block;
pub mod call;
pub mod constant;
pub mod debug;
pub mod entry;
pub mod event;
mod int256;
pub mod math;
pub mod message;
#[allow(missing_docs, reason = "the interface's specification has them")]
pub mod raw;
pub mod revert;
mod section;
pub mod storage;

pub use address::Address;
pub use hebe_sdk_keccak::keccak256;
pub use hebe_sdk_macros::{Abi, CustomError, Event, contract, interface, storage};
pub use int256::I256;
pub use primitive_types::U256;

/// A word of storage, a topic, or one of an encoding: 32 bytes, big-endian where they are a number.
pub type Word = [u8; 32];

/// What most contracts use.
pub mod prelude {
    pub use crate::{
        Address, I256, U256, Word,
        abi::{Bytes, FixedBytes},
        block,
        call::{self, Call},
        debug,
        event::Event as _,
        math, message, require,
        revert::{CustomError as _, revert},
        storage::{Array, Mapping, Slot, Text},
    };
    pub use alloc::{string::String, vec, vec::Vec};
    pub use hebe_sdk_macros::{Abi, CustomError, Event, contract, interface, storage};
}
