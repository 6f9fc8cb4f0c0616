//! Contracts that no compiler would make.
//!
//! Engines are tested with what compilers emit, and are wrong elsewhere: with values that wait on the
//! operand stack while a block runs over them, with several values through a `br_table`, with code that
//! can't be reached. A [`Module`] is such a contract as a tree; [`generate`] makes one of any bytes;
//! [`evaluate`] says what it does by the specification, without any engine; and [`compare_wild`] holds
//! the engines against each other and against that.

mod choices;
mod compare;
mod evaluate;
mod generate;
mod module;

pub use compare::{WildCompared, compare_wild};
pub use evaluate::{End, evaluate, evaluate_function};
pub use generate::{bytes_of_seed, generate};
pub use module::{Code, Function, Kind, Module, NULL, Segment, Signature};
