//! A second meter, to hold the real one against.
//!
//! The meter of `hebe-gas` finds stretches of instructions, pays each at its start, and threads gas
//! and stack height through parameters. This one knows nothing of that. It charges
//! before every single instruction by calling an imported function, keeps gas and height outside of
//! the module, and takes only the price of an instruction from the schedule. [`Program::compare`] runs a
//! module under both and asks for the same calls of host functions with the same arguments and the
//! same gas, and for the same end.
//!
//! One difference is allowed, because the design allows it: a stretch is paid at its start, so the
//! real meter may report out of gas where the oracle meets a trap later in the same stretch. Both
//! take all gas.
//!
//! The oracle's module runs on wasmi, the real meter's in our interpreter and as native code, over
//! host functions that are much simpler than the chain's: what they answer depends on the calls so far and on
//! nothing else.

mod compare;
mod generate;
mod host;
mod instrument;
mod interpreted;
mod native;
mod prices;
mod reveal;
mod run;

pub use compare::{Compared, Program, Sweep};
pub(crate) use interpreted::Interpreted;

pub use generate::{bytes_of_seed, compare_generated, generate};
pub use host::{Event, Setting, imports};
pub use native::native_config;
pub use prices::PARTICLES;
pub use reveal::reveal_memory;
pub use run::{End, Run};
