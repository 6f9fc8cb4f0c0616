//! Hebe as an EVMC library, and the loader of other EVMC libraries.
//!
//! A library speaks one of EVMC's ABIs, so there is one for each: the packages in the folders beside `src` are
//! `libhebe.so` (ABI 12), `libhebe_evmc9.so` and so on. Each is a line that [`export!`]s this crate's VM for its
//! [`Abi`](abi::Abi), and they export nothing else. The crate is the other end of the same border, too, for the command
//! line and the tests: [`LoadedVm`] loads an EVMC library of any ABI the way
//! clients do and lets it run on a [`Host`](hebe_host::Host).
//!
//! It is a border post: C pointers become Rust values here and nowhere else in the project.
//!
//! | file | question |
//! |---|---|
//! | `abi` | what does C look like? |
//! | `pointers` | how is memory that C points at read? |
//! | `convert`, `result` | what do the C structures mean, and which of them can't be true? |
//! | `entry` | what happens when a client calls us? |
//! | `evmc_host` | how do we ask the client? |
//! | `loader` | which function of a library makes its VM? |
//! | `loaded` | how do we call somebody else's VM? |
//! | `callbacks` | how does that VM ask our host? |
//! | `conform` | does a library keep EVMC's rules? |
//! | `exercise` | what holds for every input? (tests and fuzzing) |
//!
//! # Promises across the border
//!
//! Both sides check what can be checked: nulls, enumerations, sizes above 1 GiB, gas. What can't be
//! checked is the other side's promise, as EVMC states it:
//!
//! - a pointer that is not null points at what its type says, and at as many bytes as the size beside
//!   it says, for the time of the call;
//! - nothing is released or destroyed twice, or used after that;
//! - callbacks are made on the thread that executes;
//! - no foreign exception unwinds through us.
//!
//! Not in here: prices, WebAssembly, what a contract may do.

// The one crate that may. Everything that a contract can influence was bounded before it comes here.
#![allow(unsafe_code)]

pub mod abi;
mod callbacks;
pub mod conform;
mod convert;
mod entry;
mod evmc_host;
#[doc(hidden)]
pub mod exercise;
mod loaded;
mod loader;
mod pointers;
mod release;
mod result;

pub use entry::{BadOption, Inner, create, create_with};
pub use evmc_host::EvmcHost;
pub use hebe_vm::Vm;
pub use loaded::{LoadedVm, OptionRefused};
pub use loader::{LoadError, parse_config};
pub use release::{RELEASES, Release};
