//! A trace as lines of JSON. docs/trace.md says what the fields are.

use super::{TraceSink, TracedCall, TracedInstruction};
use crate::{
    CallKind, CallResult, Exit, Message, StatusCode, U256,
    recording::{HostCall, form},
};
use hebe_gas::ValueType;
use serde::{Serialize, ser::SerializeSeq};
use std::{
    fmt,
    io::{self, Write},
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

/// Writes a trace, a line at a time.
pub struct JsonTrace {
    out: Mutex<Out>,
    /// The number of the next message.
    next: AtomicU64,
}

struct Out {
    writer: Box<dyn Write + Send>,
    /// What errors call it.
    name: String,
    has_failed: bool,
}

impl JsonTrace {
    /// A trace that goes to `writer`. When that fails, standard error is told once, with `name`, and the
    /// rest of the trace is lost.
    pub fn new(writer: impl Write + Send + 'static, name: impl Into<String>) -> Self {
        let out = Out { writer: Box::new(writer), name: name.into(), has_failed: false };
        Self { out: Mutex::new(out), next: AtomicU64::new(0) }
    }

    fn write(&self, line: &Line<'_>) {
        // Only a line that was half written could be behind a poisoned lock.
        let mut out = self.out.lock().unwrap_or_else(PoisonError::into_inner);
        if !out.has_failed
            && let Err(error) = out.write(line)
        {
            out.has_failed = true;
            let name = &out.name;
            // In a client's process, standard error may be closed.
            let _ = writeln!(io::stderr(), "hebe: can't write the trace to {name}: {error}");
        }
    }
}

impl Out {
    /// Writes a line in one piece, so that a file that several processes append to stays readable.
    fn write(&mut self, line: &Line<'_>) -> io::Result<()> {
        let mut text = serde_json::to_vec(line)?;
        text.push(b'\n');
        self.writer.write_all(&text)?;
        self.writer.flush()
    }
}

impl fmt::Debug for JsonTrace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JsonTrace").finish_non_exhaustive()
    }
}

impl TraceSink for JsonTrace {
    fn begin(&self, message: &Message<'_>, code_bytes: usize) -> u64 {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        self.write(&Line::Begin {
            message: number,
            depth: message.depth,
            kind: message.kind,
            is_static: message.is_static,
            is_delegated: message.is_delegated,
            from: form::hex(&message.sender[..]),
            to: form::hex(&message.recipient[..]),
            contract: form::hex(&message.contract()[..]),
            value: message.value,
            gas: message.gas,
            input: form::hex(message.input),
            code_bytes,
        });
        number
    }

    fn call(&self, call: &TracedCall<'_>) {
        let (result, ends) = match call.result {
            Ok(result) => {
                let first = call.function.results.first();
                (first.map(|ty| Value { ty: *ty, raw: *result }), None)
            }
            Err(Exit::Finish(_)) => (None, Some("finish".to_owned())),
            Err(Exit::Revert(_)) => (None, Some("revert".to_owned())),
            Err(Exit::Failure(failure)) => (None, Some(failure.to_string())),
            Err(Exit::Fault(fault)) => (None, Some(fault.to_string())),
        };
        self.write(&Line::Call {
            message: call.message,
            depth: call.depth,
            function: call.function.name,
            arguments: Values(call.function.params, call.arguments),
            result,
            gas: call.gas,
            gas_after: call.gas_after,
            ends,
            host: call.host_calls,
        });
    }

    fn instruction(&self, instruction: &TracedInstruction<'_>) {
        self.write(&Line::Instruction {
            message: instruction.message,
            depth: instruction.depth,
            instruction: instruction.name,
            offset: instruction.offset,
            gas: instruction.gas,
            gas_after: instruction.gas_after,
            host: instruction.host_calls,
        });
    }

    fn end(&self, message: u64, depth: u32, result: &CallResult, reason: Option<&str>) {
        self.write(&Line::End {
            message,
            depth,
            status: result.status,
            gas_left: result.gas_left,
            gas_refund: result.gas_refund,
            output: form::hex(&result.output),
            reason,
        });
    }
}

#[derive(Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
enum Line<'a> {
    Begin {
        message: u64,
        depth: u32,
        #[serde(with = "form::name")]
        kind: CallKind,
        #[serde(rename = "static")]
        is_static: bool,
        #[serde(rename = "delegated", skip_serializing_if = "std::ops::Not::not")]
        is_delegated: bool,
        from: String,
        to: String,
        contract: String,
        #[serde(with = "form::number")]
        value: U256,
        gas: i64,
        input: String,
        code_bytes: usize,
    },
    Call {
        message: u64,
        depth: u32,
        function: &'static str,
        arguments: Values<'a>,
        result: Option<Value>,
        gas: u64,
        gas_after: u64,
        ends: Option<String>,
        host: &'a [HostCall],
    },
    Instruction {
        message: u64,
        depth: u32,
        instruction: &'static str,
        offset: usize,
        gas: u64,
        gas_after: u64,
        host: &'a [HostCall],
    },
    End {
        message: u64,
        depth: u32,
        #[serde(with = "form::name")]
        status: StatusCode,
        gas_left: i64,
        gas_refund: i64,
        output: String,
        reason: Option<&'a str>,
    },
}

/// A value of WebAssembly: an i32 as an unsigned number, which offsets and lengths are; an i64 as a
/// signed one.
struct Value {
    ty: ValueType,
    raw: u64,
}

impl Serialize for Value {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self.ty {
            ValueType::I32 => to.serialize_u64(self.raw),
            ValueType::I64 => to.serialize_i64(self.raw.cast_signed()),
        }
    }
}

/// Values by their types.
struct Values<'a>(&'a [ValueType], &'a [u64]);

impl Serialize for Values<'_> {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut list = to.serialize_seq(Some(self.1.len()))?;
        for (ty, raw) in self.0.iter().zip(self.1) {
            list.serialize_element(&Value { ty: *ty, raw: *raw })?;
        }
        list.end()
    }
}
