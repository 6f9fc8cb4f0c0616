//! Running a module of the real meter in the interpreter.

use super::host::{Host, Setting};
use super::imports;
use super::run::{End, Run, hash};
use hebe_gas::Prepared;
use hebe_host::{Exit, Failure, Trap};
use hebe_vm::plain::{Imports, Instance, Module, Running};
use std::sync::Arc;
use wasmi::TrapCode;

/// A metered module in the interpreter.
pub(crate) struct Interpreted {
    module: Module,
    prepared: Arc<Prepared>,
}

impl Interpreted {
    pub(super) fn new(prepared: &Arc<Prepared>) -> Self {
        Self::from_module(Module::new(prepared.clone()), prepared)
    }

    /// Of this module, of which functions need not be what they were.
    pub(crate) fn from_module(module: Module, prepared: &Arc<Prepared>) -> Self {
        Self { module, prepared: prepared.clone() }
    }

    /// Runs `main` with so much `gas`, in particles.
    pub(super) fn run(&self, setting: &Setting, gas: i64) -> Run {
        let main = self.prepared.module().main.expect("it is exported");
        self.run_function(main, &mut [], setting, gas)
    }

    /// Runs a function, by its index among all. Its arguments are the first of the `slots`, where its results go.
    pub(crate) fn run_function(
        &self,
        function: u32,
        slots: &mut [u64],
        setting: &Setting,
        gas: i64,
    ) -> Run {
        let prepared = &self.prepared;
        let mut calls = Calls { host: Host::new(setting), prepared, end: None };
        let mut left = gas.cast_unsigned();
        let ended = match left.checked_sub(prepared.start_particles()) {
            Some(rest) => {
                left = rest;
                self.call(function, slots, &mut left, &mut calls)
            }
            None => Err(Failure::OutOfGas.into()),
        };
        let gas_left = left.cast_signed();
        let (end, gas_left, memory) = match (ended, calls.end.take()) {
            (Ok(memory), _) => (End::Returned, gas_left, Some(memory)),
            (Err(_), Some(end @ End::Ended(..))) => (end, gas_left, None),
            (Err(_), Some(end)) => (end, 0, None),
            (Err(exit), None) => (why(&exit), 0, None),
        };
        Run { events: calls.host.events, end, gas_left, memory }
    }

    /// Gives a hash of the memory.
    fn call(
        &self,
        function: u32,
        slots: &mut [u64],
        left: &mut u64,
        calls: &mut Calls<'_>,
    ) -> Result<u64, Exit> {
        let mut instance = Instance::new(&self.module, Vec::new())?;
        instance.call(function, slots, left, calls)?;
        Ok(hash(instance.memory().bytes()))
    }
}

/// The functions that the module imports.
struct Calls<'a> {
    host: Host,
    prepared: &'a Prepared,
    end: Option<End>,
}

impl Imports for Calls<'_> {
    fn call(
        &mut self,
        import: usize,
        instance: &mut Running<'_>,
        slots: &mut [u64],
        gas: &mut u64,
    ) -> Result<(), Exit> {
        let row = imports()[self.prepared.imports()[import]];
        let arguments = &slots[..row.params.len()];
        let memory = instance.memory();
        let all = memory.range(0, u32::try_from(memory.bytes().len()).expect("it is small"));
        let bytes = memory.slice_mut(all.expect("it is all of it"));
        match self.host.call(row.name, arguments, gas.cast_signed(), bytes) {
            Ok((value, left)) => {
                *gas = left.cast_unsigned();
                if let ([_], Some(slot)) = (row.results, slots.first_mut()) {
                    *slot = value;
                }
                Ok(())
            }
            Err(exit) => {
                self.end = Some(exit.into());
                // It only has to end.
                Err(Failure::Unreachable.into())
            }
        }
    }
}

/// How a run ended that no function of the host ended.
fn why(exit: &Exit) -> End {
    let Exit::Failure(failure) = exit else { return End::Fault(format!("{exit:?}")) };
    End::Trap(match failure {
        Failure::OutOfGas => return End::OutOfGas,
        Failure::StackOverflow => return End::StackOverflow,
        Failure::Unreachable => TrapCode::UnreachableCodeReached,
        Failure::InvalidMemoryAccess => TrapCode::MemoryOutOfBounds,
        Failure::Trap(trap) => match trap {
            Trap::DivisionByZero => TrapCode::IntegerDivisionByZero,
            Trap::IntegerOverflow => TrapCode::IntegerOverflow,
            Trap::TableOutOfBounds => TrapCode::TableOutOfBounds,
            Trap::IndirectCallToNull => TrapCode::IndirectCallToNull,
            Trap::BadSignature => TrapCode::BadSignature,
        },
        other => return End::Fault(other.to_string()),
    })
}
