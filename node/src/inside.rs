//! What nobody else can show of a transaction: what its contracts ask of the chain, and recordings to run them again.

use crate::{fail::Fail, node::Node};
use hebe_host::{Host, Message, Revision, recording::Subject, trace::JsonTrace};
use hebe_testing::{Chain, Execution, Machine, PaidTransaction, record};
use hebe_vm::{Options, Vm};
use serde_json::{Value, json};
use std::{
    io::{self, Write},
    sync::{Arc, Mutex, PoisonError},
};

/// The events of a transaction, as docs/trace.md has them.
///
/// # Errors
///
/// A [`Fail`] where the transaction is not valid.
pub(crate) fn trace(
    node: &Node,
    chain: &mut Chain,
    transaction: &PaidTransaction,
) -> Result<Value, Fail> {
    let lines = Lines::default();
    let mut options: Options = node.vm.options().clone();
    options.trace_to(Arc::new(JsonTrace::new(lines.clone(), "hebeTracer")));
    chain.transact(&Vm::new(options), transaction)?;
    let text = lines.0.lock().unwrap_or_else(PoisonError::into_inner);
    let lines = text.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
    let events: Result<Vec<Value>, _> = lines.map(serde_json::from_slice).collect();
    events.map(Value::from).map_err(|error| Fail::internal(error.to_string()))
}

/// Text that is written by one and read by another.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A recording of each message of a transaction, in the order in which they end; `hebe replay` runs each again.
///
/// # Errors
///
/// As of [`trace`].
pub(crate) fn recordings(
    node: &Node,
    chain: &mut Chain,
    transaction: &PaidTransaction,
) -> Result<Value, Fail> {
    let recorder = Recording { vm: &node.vm, recordings: Mutex::default() };
    chain.transact(&recorder, transaction)?;
    Ok(Value::from(recorder.recordings.into_inner().unwrap_or_else(PoisonError::into_inner)))
}

/// The VM, with a recording of what it runs.
struct Recording<'a> {
    vm: &'a Vm,
    recordings: Mutex<Vec<Value>>,
}

impl Machine for Recording<'_> {
    fn execute(
        &self,
        revision: Revision,
        message: &Message<'_>,
        code: &[u8],
        host: &mut dyn Host,
    ) -> Execution {
        let (execution, recording) = record(self.vm, revision, message, code, host);
        let text = String::from_utf8_lossy(&recording.to_bytes()).into_owned();
        let kept = json!({
            "depth": message.depth,
            "recipient": format!("{:?}", message.recipient),
            "kind": if code.starts_with(b"\0asm") { "wasm" } else { "evm" },
            "recording": text,
        });
        self.recordings.lock().unwrap_or_else(PoisonError::into_inner).push(kept);
        execution
    }

    fn subject(&self, revision: Revision, message: &Message<'_>, code: &[u8]) -> Subject {
        Machine::subject(self.vm, revision, message, code)
    }
}
