//! The interpreter.
//!
//! A function's way: it is [translated](translate) into a [code of our own](code) when it is first called, [checked](check),
//! and run by the [machine]. Charges, frames and types come from what validation found out about the same bytes, so gas
//! and stack are those of the rewritten module that the compiler gets.
//!
//! A run has an [instance] of the contract, new or put back into its first state, and a [stack](slots) that nobody else
//! has. Calls between a contract's functions use that stack alone; only a call of the host uses the native one.
//!
//! What keeps it right is that nothing is clever twice: the translator may keep operands outside of their slots, by two
//! rules, in straight code; the checking pass believes nothing of that; the machine knows nothing of it.

mod check;
mod code;
mod contract;
mod instance;
mod machine;
mod memory;
mod pairs;
mod slots;
mod table;
mod translate;

pub(crate) use code::{Instruction, Label, Op, Shape, Translated};
pub(crate) use contract::Code;
pub(crate) use instance::Instance;
pub(crate) use machine::World;
pub(crate) use slots::Stack;
pub(crate) use translate::translate;

use crate::engine::{Engine, Executable};
use hebe_gas::Prepared;
use hebe_host::{Exit, Fault, HostFunction};
use std::sync::Arc;

/// The interpreter. It has no state of its own.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Interpreter;

impl Engine for Interpreter {
    fn translate(
        &self,
        module: &Arc<Prepared>,
        imports: Vec<&'static HostFunction>,
    ) -> Result<Box<dyn Executable>, Fault> {
        Ok(Box::new(contract::Contract::new(module.clone(), imports)?))
    }
}

/// Calls the function of the module's own with this index among them, on a stack of this thread's. Arguments and results
/// are the first of `values`.
///
/// # Errors
///
/// The [`Exit`] says how it ended otherwise.
pub(crate) fn call(
    code: &Code,
    instance: &mut Instance,
    world: &mut dyn World,
    own: u32,
    values: &mut [u64],
) -> Result<(), Exit> {
    let mut stack = Stack::take()?;
    let ended = machine::run(code, instance, &mut stack, world, own, values);
    stack.give_back();
    ended
}
