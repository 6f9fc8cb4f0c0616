//! The life of a call.

use crate::system_contract::Substitute;
use crate::{
    cache::{Cache, Entry},
    compiler,
    engine::Engine,
    interpreter::Interpreter,
    options::{EngineChoice, Evm1Mode, Meaning, MeteringMode, OptionError, Options, Stage},
    tiers::{Background, Contract, Counts},
};
use hebe_gas::{
    PARTICLES_PER_GAS, Prepared, Rejected, Schedule, Unit, is_wasm, meter_deployed, prepare,
};
use hebe_host::{
    Exit, Failure, Fault, Frame, Host, Interface, MAX_DEPTH, Message, Outcome, Revision,
    trace::Tracer,
};
use std::sync::Arc;

/// A virtual machine. Cheap to clone; clones share their engine and their cache.
#[derive(Clone)]
pub struct Vm {
    options: Arc<Options>,
    /// What contracts may import, for each revision that has prices.
    interfaces: Arc<[Interface]>,
    pub(crate) engine: Arc<dyn Engine>,
    cache: Arc<Cache>,
    background: Arc<Background>,
    counts: Arc<Counts>,
}

impl Vm {
    /// A VM with these options.
    pub fn new(options: Options) -> Self {
        Self::with_interpreter(options, Arc::new(Interpreter))
    }

    /// A VM with these options, which interprets with this engine.
    pub(crate) fn with_interpreter(options: Options, engine: Arc<dyn Engine>) -> Self {
        let counts = Arc::default();
        Self {
            interfaces: interfaces(&options),
            engine,
            cache: Arc::new(Cache::new(options.cache_size.0)),
            background: background(&options, &counts),
            counts,
            options: Arc::new(options),
        }
    }

    /// Sets an option by name. Calls that already run go on with the old one.
    ///
    /// # Errors
    ///
    /// [`OptionError`]; then the VM keeps its setting.
    pub fn set_option(&mut self, name: &str, value: &str) -> Result<(), OptionError> {
        let mut options = Options::clone(&self.options);
        options.set(name, value)?;
        let (old, new) = (&self.options, &options);
        // What is compiled belongs to one way to trap.
        let is_elsewhere =
            new.cache_dir.as_ref().map(Arc::as_ptr) != old.cache_dir.as_ref().map(Arc::as_ptr);
        if new.cache_size != old.cache_size || new.traps != old.traps || is_elsewhere {
            self.cache = Arc::new(Cache::new(options.cache_size.0));
        }
        if new.compile_threads != old.compile_threads || new.traps != old.traps {
            self.background = background(&options, &self.counts);
        }
        self.interfaces = interfaces(&options);
        self.options = Arc::new(options);
        Ok(())
    }

    /// The options.
    pub fn options(&self) -> &Options {
        &self.options
    }

    /// What compiling stored code is thought to take, of what it may take: beyond 1 it stays interpreted. `None` where
    /// it is no contract of `revision`, or this build has no compiler.
    pub fn compile_effort(&self, revision: Revision, code: &[u8]) -> Option<f64> {
        let interface = self.interface(revision).ok()?;
        compiler::effort(&self.prepare(interface, code, Stage::Stored).ok()?)
    }

    /// What is kept of contracts.
    pub(crate) fn cache(&self) -> &Cache {
        &self.cache
    }

    /// What is counted.
    pub(crate) fn counts(&self) -> &Counts {
        &self.counts
    }

    /// Whether something becomes of EVM bytecode, here or by the client: in every `evm1mode` but `reject`.
    pub fn takes_evm1(&self) -> bool {
        self.options.evm1_mode != Evm1Mode::Reject
    }

    /// Whether code is EVM bytecode that runs here.
    pub(crate) fn runs_as_bytecode(&self, code: &[u8]) -> bool {
        self.options.evm1_mode == Evm1Mode::Evm && !is_wasm(code)
    }

    /// Runs `message` with `code`, which is the code in the state (for a creation, the init code), on
    /// `host`.
    ///
    /// # Errors
    ///
    /// A [`Fault`] means that there is no outcome that a chain could agree on.
    pub fn execute(
        &self,
        revision: Revision,
        message: &Message<'_>,
        code: &[u8],
        host: &mut dyn Host,
    ) -> Result<Outcome, Fault> {
        let watchers = &self.options.watchers;
        if watchers.is_empty() {
            self.execute_unwatched(revision, message, code, host, None)
        } else {
            self.execute_watched(watchers, revision, message, code, host)
        }
    }

    /// [`Vm::execute`], told to `tracer`.
    pub(crate) fn execute_unwatched(
        &self,
        revision: Revision,
        message: &Message<'_>,
        code: &[u8],
        host: &mut dyn Host,
        tracer: Option<&Tracer<'_>>,
    ) -> Result<Outcome, Fault> {
        match self.options.engine {
            EngineChoice::Shadow => self.run_shadowed(revision, message, code, host, tracer),
            engine => self.run(engine, revision, message, code, host, tracer),
        }
    }

    /// The life of a message, on one engine.
    pub(crate) fn run(
        &self,
        engine: EngineChoice,
        revision: Revision,
        message: &Message<'_>,
        code: &[u8],
        host: &mut dyn Host,
        tracer: Option<&Tracer<'_>>,
    ) -> Result<Outcome, Fault> {
        let running_code = self.replacement(message).unwrap_or(code);
        if self.runs_as_bytecode(running_code) {
            let outcome = self.run_bytecode(revision, message, running_code, host, tracer)?;
            return self.take_created(revision, message, outcome);
        }
        // Before anything else, as there is no Wasm at revisions without an interface.
        self.interface(revision)?;
        if !running_code.is_empty()
            && !is_wasm(running_code)
            && message.depth <= MAX_DEPTH
            && let Some(system) = self.system_contract()
        {
            message.checked_gas(running_code)?;
            let asked = self.ask_system_contract(system, revision, message, running_code, host)?;
            return match asked {
                Ok(Substitute { code: substitute, gas_left }) => {
                    let message = Message { gas: gas_left, ..*message };
                    self.run_wasm(engine, revision, &message, code, &substitute, host, tracer)
                }
                Err(failure) => Ok(Outcome::Failure(failure)),
            };
        }
        self.run_wasm(engine, revision, message, code, running_code, host, tracer)
    }

    /// The rest of it: what runs is no bytecode. `code` is what is in the state.
    #[allow(clippy::too_many_arguments)] // They are what a message is run with.
    fn run_wasm(
        &self,
        engine: EngineChoice,
        revision: Revision,
        message: &Message<'_>,
        code: &[u8],
        running_code: &[u8],
        host: &mut dyn Host,
        tracer: Option<&Tracer<'_>>,
    ) -> Result<Outcome, Fault> {
        let interface = self.interface(revision)?;
        let mut frame = Frame::new(message, code, interface.fees(), host)?;
        frame.trace(tracer);
        if let Some(max_size) = self.options.max_init_code_size {
            frame.limit_init_code(max_size);
        }
        if message.depth > MAX_DEPTH {
            return Ok(Outcome::Failure(Failure::CallDepthExceeded));
        }
        if running_code.is_empty() {
            return frame.settle(Ok(()));
        }
        if !is_wasm(running_code) {
            return self.not_wasm();
        }
        let stage = if message.is_create() { Stage::Init } else { Stage::Stored };
        // In this order, so that what can't be paid has not been done.
        let prices = self.options.metering(stage).of_messages();
        if let Err(failure) = frame.charge_particles(prices.code_particles(running_code.len())) {
            return Ok(Outcome::Failure(failure));
        }
        frame.charge_trips(prices.unit(Unit::Trip));
        let contract = match self.prepared(interface, running_code, stage)? {
            Ok(contract) => contract,
            Err(rejected) => return Ok(Outcome::Failure(Failure::Invalid(rejected))),
        };
        let ended = self.run_contract(engine, &contract, &mut frame);
        let outcome = frame.settle(ended)?;
        self.take_created(revision, message, outcome)
    }

    /// Runs a contract on an engine; with [`EngineChoice::Auto`] its past decides.
    fn run_contract(
        &self,
        engine: EngineChoice,
        contract: &Arc<Contract>,
        frame: &mut Frame<'_>,
    ) -> Result<(), Exit> {
        let ended = match engine {
            EngineChoice::Interpreter | EngineChoice::Shadow => contract.interpret(frame),
            EngineChoice::Compiler => {
                if contract.compile(self.options.traps) {
                    self.counts.compiled.add_one();
                }
                contract.run(frame)
            }
            EngineChoice::Auto => {
                let (ended, is_hot) = contract.run_and_warm(frame);
                if is_hot && !self.background.submit(contract, &self.cache) {
                    contract.cool();
                }
                ended
            }
        };
        if contract.has_grown() {
            self.cache.weigh_again(contract);
        }
        ended
    }

    /// What contracts of `revision` may import, and its prices.
    pub(crate) fn interface(&self, revision: Revision) -> Result<&Interface, Fault> {
        self.interfaces
            .iter()
            .find(|interface| interface.revision() == revision)
            .ok_or(Fault::UnsupportedRevision(revision))
    }

    /// The code that the option `sys:` puts at the contract's address. Init code is never replaced:
    /// what would run has no address yet.
    pub(crate) fn replacement(&self, message: &Message<'_>) -> Option<&[u8]> {
        if self.options.replacements.is_empty() || message.is_create() {
            return None;
        }
        self.options.replacements.get(&message.contract()).map(|code| &**code)
    }

    /// What becomes of code that is not WebAssembly.
    fn not_wasm(&self) -> Result<Outcome, Fault> {
        match self.options.evm1_mode {
            Evm1Mode::Reject => Ok(Outcome::Failure(Failure::NotWasm)),
            Evm1Mode::Fallback => Err(Fault::NotWasm),
            Evm1Mode::Evm => unreachable!("it runs as bytecode"),
            Evm1Mode::Evm2Wasm | Evm1Mode::RunEvm => unreachable!("something runs in its place"),
        }
    }

    /// The contract, ready to run, or why it is not valid.
    fn prepared(&self, interface: &Interface, code: &[u8], stage: Stage) -> Result<Entry, Fault> {
        let options = self.options.meaning_options;
        let meaning = Meaning { revision: interface.revision(), options, stage };
        self.cache.get_or_prepare(meaning, code, |key| match self.prepare(interface, code, stage) {
            Ok(module) => {
                let functions = interface.functions();
                let imports = module.imports().iter().map(|row| functions[*row]).collect();
                let bound = self.options.instruction_bound();
                let contract =
                    Contract::new(key.clone(), Arc::new(module), imports, &*self.engine, bound)?;
                let contract = contract.kept_in(self.options.cache_dir.clone());
                if self.options.engine == EngineChoice::Auto && contract.look_up(self.options.traps)
                {
                    self.counts.compiled.add_one();
                }
                Ok(Ok(Arc::new(contract)))
            }
            Err(rejected) => Ok(Err(Arc::new(rejected))),
        })
    }

    /// Validates and meters code.
    pub(crate) fn prepare(
        &self,
        interface: &Interface,
        code: &[u8],
        stage: Stage,
    ) -> Result<Prepared, Rejected> {
        let rules = self.options.rules(interface, stage);
        prepare(code, &rules).map_err(|rejected| interface.explain(rejected))
    }

    /// Takes the contract that init code gives. It pays for its bytes, must be valid by the same rules, and is
    /// metered now where that is done when it is deployed; then it pays for what was added, too. It is not
    /// compiled before it is called: the client may refuse the deposit.
    fn take_created(
        &self,
        revision: Revision,
        message: &Message<'_>,
        outcome: Outcome,
    ) -> Result<Outcome, Fault> {
        let Outcome::Success { gas_left, gas_refund, output } = outcome else {
            return Ok(outcome);
        };
        if !message.is_create() || !is_wasm(&output) {
            return Ok(Outcome::Success { gas_left, gas_refund, output });
        }
        let interface = self.interface(revision)?;
        let prices = self.options.metering(Stage::Stored).of_messages();
        let Some(gas_left) = after_code(gas_left, prices, output.len()) else {
            return Ok(Outcome::Failure(Failure::OutOfGas));
        };
        let (output, gas_left) = match self.options.meaning_options.mode {
            MeteringMode::Deployment => {
                let rules = self.options.rules(interface, Stage::Stored);
                let metered = match meter_deployed(&output, &rules, self.options.schedule()) {
                    Ok(metered) => metered,
                    Err(rejected) => {
                        let rejected = Arc::new(interface.explain(rejected));
                        return Ok(Outcome::Failure(Failure::Invalid(rejected)));
                    }
                };
                let added = metered.len().saturating_sub(output.len());
                let Some(gas_left) = after_code(gas_left, prices, added) else {
                    return Ok(Outcome::Failure(Failure::OutOfGas));
                };
                (metered, gas_left)
            }
            MeteringMode::Execution | MeteringMode::Off => (output, gas_left),
        };
        Ok(match self.prepared(interface, &output, Stage::Stored)? {
            Ok(_) => Outcome::Success { gas_left, gas_refund, output },
            Err(rejected) => Outcome::Failure(Failure::Invalid(rejected)),
        })
    }
}

/// What is left of `gas_left` when so many bytes of code have been paid for, in whole gas; `None` where it does not
/// suffice.
fn after_code(gas_left: i64, prices: &Schedule, bytes: usize) -> Option<i64> {
    let gas = prices.code_particles(bytes).div_ceil(PARTICLES_PER_GAS.into());
    gas_left.checked_sub(i64::try_from(gas).ok()?).filter(|left| *left >= 0)
}

impl Default for Vm {
    /// A VM with default options.
    fn default() -> Self {
        Self::new(Options::default())
    }
}

fn background(options: &Options, counts: &Arc<Counts>) -> Arc<Background> {
    let most_threads = if compiler::IS_BUILT { options.compile_threads.0 } else { 0 };
    Arc::new(Background::new(most_threads, options.traps, counts.clone()))
}

fn interfaces(options: &Options) -> Arc<[Interface]> {
    Revision::ALL
        .iter()
        .filter_map(|(revision, _)| Interface::new(*revision, options.modules()))
        .collect()
}
