//! The Ethereum Environment Interface, function by function, on every machine.
//!
//! A failure here means that a contract sees or pays something else than the interface says: if the
//! change was meant, it is a change of consensus, and needs a revision or a new major version.
//!
//! Metering is off, so that the gas used is the sum of the interface's fees to the unit.

mod calls;
mod create;
mod data;
mod debug;
mod ending;
mod environment;
mod imports;
mod later;
mod rows;
mod state;
mod systematic;
