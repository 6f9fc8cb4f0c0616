//! The meter held against an oracle that charges before every single instruction.
//!
//! A failure here means that gas is not what the design says it is: either the stretches are charged
//! wrongly, or a rewritten module does something else than the original. The message has the first
//! difference. A generated module is found again by the number of its seed.

mod contracts;
mod generated;
mod shapes;
