//! What is measured: a message on a chain.

use super::{
    figures::{Measured, Speed, Step},
    progress,
    samples::{Bound, Samples},
};
use crate::{Mistake, machine};
use hebe_host::{Fault, Host, Message, Revision, recording};
use hebe_testing::{Chain, Execution, Machine, Transaction};
use hebe_vm::{Vm, steps::Contract};
use std::{
    cell::Cell,
    hint::black_box,
    sync::Arc,
    time::{Duration, Instant},
};

/// What figures of bytecode are under, instead of an engine's name.
const EVM: &str = "EVM";

/// A message, the chain that it runs on, and the options of VMs.
pub(super) struct Subject<'a> {
    chain: Chain,
    transaction: Transaction,
    options: &'a [(String, String)],
    /// What runs: the contract's code, or init code.
    code: Arc<[u8]>,
}

impl<'a> Subject<'a> {
    /// `options` have no engine among them.
    ///
    /// # Errors
    ///
    /// A [`Mistake`] where an option is not right.
    pub(super) fn new(
        chain: Chain,
        transaction: Transaction,
        options: &'a [(String, String)],
    ) -> Result<Self, Mistake> {
        let code = match transaction.to {
            Some(contract) => chain.state.code(contract),
            None => transaction.input.clone().into(),
        };
        let subject = Self { chain, transaction, options, code };
        subject.vm("interpreter").map(|_| subject)
    }

    /// A VM that has seen nothing yet.
    ///
    /// # Errors
    ///
    /// A [`Mistake`] where an option is not right.
    pub(super) fn vm(&self, engine: &str) -> Result<Vm, Mistake> {
        let options = self.options.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        // Bytecode runs on none of the engines.
        let engine = if engine == EVM { "interpreter" } else { engine };
        machine::built_in(options.chain([("engine", engine)]))
    }

    /// Whether what runs is EVM bytecode.
    pub(super) fn is_bytecode(&self) -> bool {
        !hebe_gas::is_wasm(&self.code)
    }

    /// Runs the message and undoes it: how it ends, and how long the VM took.
    ///
    /// # Errors
    ///
    /// A [`Mistake`] where the chain did not ask the VM.
    pub(super) fn run(&mut self, vm: &Vm) -> Result<(Execution, Duration), Mistake> {
        let stopwatch = Stopwatch { vm, took: Cell::new(None) };
        let execution = self.chain.try_run(&stopwatch, &self.transaction);
        let took = stopwatch.took.get().ok_or_else(|| {
            let status = execution.result.status;
            Mistake(format!("no contract ran: the message ended as {status} before"))
        })?;
        Ok((execution, took))
    }

    /// The contract, made ready for engines; `None` where it is not valid.
    ///
    /// # Errors
    ///
    /// A [`Mistake`] where nothing can run at the chain's revision.
    pub(super) fn contract(&self) -> Result<Option<Contract>, Mistake> {
        let vm = self.vm("interpreter")?;
        self.prepare(&vm).map_err(fault)
    }

    fn prepare(&self, vm: &Vm) -> Result<Option<Contract>, Fault> {
        let is_init_code = self.transaction.to.is_none();
        Ok(vm.prepare_step(self.chain.revision, &self.code, is_init_code)?.ok())
    }

    /// Measures the steps on the way to run, and calls on `engines`, which should end as `first` did. Bytecode is no
    /// `contract` for engines: it has no such steps, and its calls are measured on [`EVM`].
    ///
    /// # Errors
    ///
    /// A [`Mistake`] where a step fails, which is a bug of ours.
    pub(super) fn measure(
        &mut self,
        contract: Option<&Contract>,
        first: &Execution,
        engines: &[String],
        bound: Bound,
    ) -> Result<Measured, Mistake> {
        let evm = [EVM.to_owned()];
        let engines = if contract.is_some() { engines } else { &evm };
        let bar = progress::bar(3 + 2 * engines.len());
        let next = |what: String| {
            bar.set_message(what);
            bar.inc(1);
        };
        let mut steps = Vec::new();
        let mut is_compiled = false;
        if let Some(contract) = contract {
            is_compiled = self.measure_steps(contract, bound, &mut steps, &next)?;
        }

        let mut speeds = Vec::new();
        for engine in engines {
            next(format!("cold call, {engine}"));
            let cold = bound.sample(|| {
                let vm = self.vm(engine)?;
                self.run(&vm).map(|(_, took)| took)
            })?;
            next(format!("warm call, {engine}"));
            let vm = self.vm(engine)?;
            let mut ends_alike = true;
            let warm = bound.sample(|| {
                let (execution, took) = self.run(&vm)?;
                ends_alike &= execution.result == first.result;
                Ok(took)
            })?;
            speeds.push(Speed { engine: engine.clone(), cold, warm, ends_alike });
        }
        bar.finish_and_clear();
        Ok(Measured {
            gas_used: self.transaction.gas - first.result.gas_left,
            code_bytes: self.code.len(),
            is_compiled,
            steps,
            speeds,
        })
    }

    /// The steps from code to native code; whether there is native code.
    fn measure_steps(
        &self,
        contract: &Contract,
        bound: Bound,
        steps: &mut Vec<Step>,
        next: &dyn Fn(String),
    ) -> Result<bool, Mistake> {
        let revision: Revision = self.chain.revision;
        let vm = self.vm("interpreter")?;
        let native_bytes = vm.compile_step(revision, contract).map_err(fault)?;
        next("prepare".to_owned());
        let samples = timed(bound, || self.prepare(&vm))?;
        steps.push(Step { name: "prepare", bytes: contract.rewritten_bytes(), samples });
        next("translate".to_owned());
        let samples = timed(bound, || vm.translate_step(revision, contract))?;
        steps.push(Step { name: "translate", bytes: contract.rewritten_bytes(), samples });
        next("compile".to_owned());
        if let Some(bytes) = native_bytes {
            let samples = timed(bound, || vm.compile_step(revision, contract))?;
            steps.push(Step { name: "compile", bytes, samples });
        }
        Ok(native_bytes.is_some())
    }
}

/// How long `step` takes; what it gives is dropped afterwards.
fn timed<T>(bound: Bound, step: impl Fn() -> Result<T, Fault>) -> Result<Samples, Mistake> {
    bound.sample(|| {
        let begin = Instant::now();
        let given = black_box(step()).map_err(fault)?;
        let took = begin.elapsed();
        drop(given);
        Ok(took)
    })
}

fn fault(fault: Fault) -> Mistake {
    Mistake(fault.to_string())
}

/// Takes the time of a message that nobody else has sent, what it sends included.
struct Stopwatch<'v> {
    vm: &'v Vm,
    took: Cell<Option<Duration>>,
}

impl Machine for Stopwatch<'_> {
    fn execute(
        &self,
        revision: Revision,
        message: &Message<'_>,
        code: &[u8],
        host: &mut dyn Host,
    ) -> Execution {
        if message.depth > 0 {
            return Machine::execute(self.vm, revision, message, code, host);
        }
        let begin = Instant::now();
        let execution = black_box(Machine::execute(self.vm, revision, message, code, host));
        self.took.set(Some(begin.elapsed()));
        execution
    }

    fn subject(
        &self,
        revision: Revision,
        message: &Message<'_>,
        code: &[u8],
    ) -> recording::Subject {
        self.vm.subject(revision, message, code)
    }
}
