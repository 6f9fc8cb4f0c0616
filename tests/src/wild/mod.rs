//! Contracts that no compiler would make.
//!
//! Engines are tested with what compilers emit, and are wrong elsewhere: with values that wait on the
//! operand stack while a block runs over them, with several values through a `br_table`, with code that
//! can't be reached. A [`Module`] is such a contract as a tree; [`evaluate`] says what it does by
//! the specification, without any engine.

mod evaluate;
mod module;

pub use evaluate::{End, evaluate, evaluate_function};
pub use module::{Code, Function, Kind, Module, NULL, Segment, Signature};
