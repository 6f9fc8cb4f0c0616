//! EVM bytecode: everything that is not WebAssembly, with `evm1mode=evm`.
//!
//! The instructions are those of revm's interpreter, which knows nothing of chains. `world.rs` is the chain as it sees
//! it, over the same [`Host`] that Wasm contracts have, and `instructions.rs` says which instructions ask it. `run.rs` is
//! one message: what the bytecode asks to be called goes through the host, so that either kind of contract calls the
//! other. `rules.rs` has what differs between revisions, `bytecode.rs` what is kept of a contract, `memory.rs` and
//! `spare.rs` where it works.
//!
//! Not in here: precompiled contracts, deposits and what Ethereum asks of a new contract's code. They are the client's.

mod bytecode;
mod instructions;
mod memory;
mod rules;
mod run;
mod spare;
mod status;
mod world;

pub(crate) use bytecode::Analysed;

use crate::Vm;
use hebe_host::{Failure, Fault, Host, MAX_DEPTH, Message, Outcome, Revision, trace::Tracer};
use rules::Rules;
use std::sync::Arc;
use world::World;

impl Vm {
    /// Runs a message whose code is EVM bytecode.
    pub(crate) fn run_bytecode(
        &self,
        revision: Revision,
        message: &Message<'_>,
        code: &[u8],
        host: &mut dyn Host,
        tracer: Option<&Tracer<'_>>,
    ) -> Result<Outcome, Fault> {
        let rules = Rules::of(revision).ok_or(Fault::UnsupportedRevision(revision))?;
        let gas = message.checked_gas(code)?;
        if message.depth > MAX_DEPTH {
            return Ok(Outcome::Failure(Failure::CallDepthExceeded));
        }
        if code.is_empty() {
            return Ok(Outcome::Success {
                gas_left: message.gas,
                gas_refund: 0,
                output: Vec::new(),
            });
        }
        let analysed = match message.is_create() {
            // Most init code runs once; its price covers the analysis (EIP-3860).
            true => Arc::new(Analysed::new(code)),
            false => self.cache().get_or_analyse(code)?,
        };
        let mut world = World::new(rules, message, host, tracer);
        if let Some(max_size) = self.options().max_init_code_size {
            world.limit_init_code(max_size);
        }
        run::run(&analysed, gas, &mut world)
    }
}
