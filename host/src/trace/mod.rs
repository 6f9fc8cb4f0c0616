//! Tracing: what a contract calls, told while it runs.
//!
//! A [`TraceSink`] is told of each message when it begins and ends, and of each call of a host function
//! when it is over. [`JsonTrace`] writes that as lines of JSON (docs/trace.md). Every engine hands its
//! calls to [`HostFunction::call`](crate::HostFunction::call), which is where they are seen; without a sink
//! that costs one branch.

mod json;
mod tracer;

pub use json::JsonTrace;
pub use tracer::Tracer;

use crate::{CallResult, Exit, HostFunction, Message, recording::HostCall};

/// Who is told what runs. Shared by all threads that run messages; whatever goes wrong must stay inside.
pub trait TraceSink: Send + Sync {
    /// A message begins with so many bytes of code. Gives it a number, by which its other events are
    /// known: messages of several threads may mingle.
    fn begin(&self, message: &Message<'_>, code_bytes: usize) -> u64;

    /// A host function was called and is over. Messages that it sent have begun and ended before.
    fn call(&self, call: &TracedCall<'_>);

    /// EVM bytecode executed an instruction that asks the chain, and it is over. Messages that it sent have begun and
    /// ended before.
    fn instruction(&self, instruction: &TracedInstruction<'_>);

    /// The message has ended, perhaps for a reason that somebody knows.
    fn end(&self, message: u64, depth: u32, result: &CallResult, reason: Option<&str>);
}

/// A call of a host function.
pub struct TracedCall<'a> {
    /// The message whose contract called.
    pub message: u64,
    /// The message's depth: how many are below it.
    pub depth: u32,
    /// The function.
    pub function: &'a HostFunction,
    /// Its arguments, one for each parameter; an i32 is extended with zeros.
    pub arguments: &'a [u64],
    /// Its result, 0 where it has none; or how it ended the message.
    pub result: &'a Result<u64, Exit>,
    /// Gas left when it was called, in whole units.
    pub gas: u64,
    /// Gas left when it was over.
    pub gas_after: u64,
    /// What was asked of the chain meanwhile.
    pub host_calls: &'a [HostCall],
}

/// An instruction of EVM bytecode that asked the chain.
pub struct TracedInstruction<'a> {
    /// The message whose contract executed it.
    pub message: u64,
    /// The message's depth: how many are below it.
    pub depth: u32,
    /// Its name, as the Yellow Paper and EIPs have it.
    pub name: &'static str,
    /// Where it is in the code, in bytes.
    pub offset: usize,
    /// Gas left before it.
    pub gas: u64,
    /// Gas left when it was over.
    pub gas_after: u64,
    /// What was asked of the chain meanwhile.
    pub host_calls: &'a [HostCall],
}
