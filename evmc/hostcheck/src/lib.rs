//! A VM that checks the client it is loaded into.
//!
//! It runs no contract. A client that has it loaded sends it a transaction as it would send any VM one, and it asks the
//! client's host everything that EVMC lets a VM ask, with good and with absurd arguments. What the answers have to be
//! follows from EVMC, the EIPs and from what was asked before. The output is a report.
//!
//! | file | question |
//! |---|---|
//! | `vm` | what happens when the client calls? |
//! | `command` | what do the messages do that it sends itself? |
//! | `probe` | how is the host asked, and what does a check know? |
//! | `checks` | what must a host do? |
//! | `report` | how is it told? |

mod checks;
mod command;
mod probe;
mod report;
mod vm;

pub use checks::{CHECKS, Check};
pub use vm::HostCheck;
