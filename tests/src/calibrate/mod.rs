//! What does running contracts take, held against what they pay?
//!
//! A [`Row`] is a program in which one thing is nearly all of the work: an instruction, a host function, or a shape
//! of module. [`Row::measure`] says how long a gas of it takes, and how long one of the thing takes. All of a
//! schedule's prices are right when a gas takes about as long in every row.

mod bench;
mod compiling;
mod course;
mod random;
mod reasons;
mod rows;
mod search;
mod shapes;

pub use bench::{Measured, median, price, rounds_message, vm};
pub use compiling::{CompileSearch, Compiling, Peak};
pub use reasons::reason;
pub use rows::{Row, rows};
pub use search::{Found, Search};
