//! What there is of a contract by now, and what it gets next.
//!
//! A [contract] begins in the interpreter. What is run much gets [hot](heat) and is compiled in the [background]; the
//! next call finds the native code. Instances that have run [wait](idle) for their next call.

mod background;
mod contract;
mod counts;
mod heat;
pub(crate) mod idle;

pub(crate) use background::Background;
pub(crate) use contract::{COMPILE_BYTES, Contract};
pub(crate) use counts::Counts;
