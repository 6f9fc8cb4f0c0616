//! EVM bytecode: instructions by revision, messages between both kinds of contracts, code that means ill, and random
//! bytecode held against the crate `revm` driven directly.
//!
//! What is written down here was worked out by hand from the Yellow Paper and the EIPs. Ethereum's own tests are run by
//! `state_tests`.

mod against_revm;
mod asm;
mod gas;
mod hostile;
mod instructions;
mod messages;
mod nesting;
#[path = "../twins/specs.rs"]
mod specs;
mod system_contracts;
