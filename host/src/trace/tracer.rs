//! How one message is followed.

use super::{TraceSink, TracedCall, TracedInstruction};
use crate::{
    Args, CallResult, Exit, Frame, GuestMemory, HostFunction, Message,
    recording::{CallLog, HostCall},
};
use std::{cell::RefCell, mem};

/// Follows one message for a [`TraceSink`]. Its frame tells it of host functions; as the log of a
/// [`Recorder`](crate::recording::Recorder) around the message's host it learns what these ask.
pub struct Tracer<'a> {
    sink: &'a dyn TraceSink,
    message: u64,
    depth: u32,
    /// Questions of the host function that runs.
    host_calls: RefCell<Vec<HostCall>>,
}

impl<'a> Tracer<'a> {
    /// Tells `sink` that `message` begins, with so many bytes of code.
    pub fn begin(sink: &'a dyn TraceSink, message: &Message<'_>, code_bytes: usize) -> Self {
        let number = sink.begin(message, code_bytes);
        Self { sink, message: number, depth: message.depth, host_calls: RefCell::default() }
    }

    /// Tells that the message has ended.
    pub fn end(self, result: &CallResult, reason: Option<&str>) {
        self.sink.end(self.message, self.depth, result, reason);
    }

    /// Tells of an instruction of EVM bytecode that asked the chain, and is over.
    pub fn instruction(&self, name: &'static str, offset: usize, gas: u64, gas_after: u64) {
        let host_calls = mem::take(&mut *self.host_calls.borrow_mut());
        self.sink.instruction(&TracedInstruction {
            message: self.message,
            depth: self.depth,
            name,
            offset,
            gas,
            gas_after,
            host_calls: &host_calls,
        });
    }

    /// Calls a host function and tells of it.
    pub(crate) fn follow(
        &self,
        function: &HostFunction,
        frame: &mut Frame<'_>,
        memory: &mut dyn GuestMemory,
        arguments: &[u64],
    ) -> Result<u64, Exit> {
        let gas = frame.gas_left();
        let result = function.act(frame, memory, Args::new(arguments));
        let host_calls = mem::take(&mut *self.host_calls.borrow_mut());
        self.sink.call(&TracedCall {
            message: self.message,
            depth: self.depth,
            function,
            arguments,
            result: &result,
            gas,
            gas_after: frame.gas_left(),
            host_calls: &host_calls,
        });
        result
    }
}

impl CallLog for &Tracer<'_> {
    fn note(&mut self, call: HostCall) {
        self.host_calls.borrow_mut().push(call);
    }
}
