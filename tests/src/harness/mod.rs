//! The harness for authors of contracts: tests that read like a story, in TOML files or in Rust, on every engine.

pub mod abi;
mod chain;
mod closest;
mod decode;
mod engines;
mod expectation;
mod interface;
mod lanes;
pub mod layout;
mod names;
mod nesting;
pub mod script;
mod sdk_interface;
mod signature;
mod slot;
mod tree;
mod value;

pub use chain::{Asked, Done, TestChain, Who, built};
pub use closest::closest;
pub use engines::{Engine, On};
pub use expectation::{Expectation, ExpectedLog, Mismatch, Seen, Sign, Subject, mismatches};
pub use interface::Interface;
pub use lanes::Lanes;
pub use names::{Names, address_of, check_name};
pub use script::{StepResult, TestFile, TestResult};
pub use slot::slot;
pub use tree::tree;
pub use value::{Value, When, bytes, number, time, when};
