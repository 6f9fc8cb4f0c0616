//! Running a module under the oracle, on wasmi.

use super::host::{Event, Exit, Host, Setting};
use super::instrument::{Instrumented, ORACLE};
use super::prices::Prices;
use hebe_gas::limits;
use std::hash::{DefaultHasher, Hasher};
use wasmi::{
    Caller, CompilationMode, Config, Engine, Error, Extern, Func, FuncType, Instance, Module,
    Store, TrapCode, Val,
};

/// What a run did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// The host functions that were called.
    pub events: Vec<Event>,
    /// How it ended.
    pub end: End,
    /// What is left of the gas, in particles: nothing after a failure.
    pub gas_left: i64,
    /// A hash of the memory after it, unless it failed.
    pub memory: Option<u64>,
}

/// How a run ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    /// `main` returned.
    Returned,
    /// A host function ended it: its name and the output.
    Ended(String, Vec<u8>),
    /// An instruction trapped.
    Trap(TrapCode),
    /// The gas did not suffice.
    OutOfGas,
    /// The stack did not suffice, by our own count.
    StackOverflow,
    /// A host function was called in a wrong way.
    HostFailure,
    /// The interpreter did something that no contract may see.
    Fault(String),
}

impl From<Exit> for End {
    fn from(exit: Exit) -> Self {
        match exit {
            Exit::Ended(by, output) => Self::Ended(by, output),
            Exit::OutOfGas => Self::OutOfGas,
            Exit::Failed => Self::HostFailure,
        }
    }
}

/// The interpreter, with limits of its own that are far above ours: the oracle's module needs more
/// of it than the real one.
pub(super) fn engine() -> Engine {
    let mut config = Config::default();
    config
        .compilation_mode(CompilationMode::LazyTranslation)
        .set_max_recursion_depth(1_000_000)
        .set_max_stack_height(1 << 26)
        .set_max_cached_stacks(4)
        .wasm_multi_memory(false)
        .wasm_tail_call(false)
        .wasm_extended_const(false);
    Engine::new(&config)
}

/// What the functions that a module imports find in the store.
struct State<'p> {
    host: Host,
    /// Gas and stack left. Only the oracle keeps them here.
    gas: i64,
    stack: i64,
    /// The stack left before each call that has not returned.
    callers: Vec<i64>,
    prices: &'p Prices,
    max_pages: u32,
    max_elements: u32,
    /// What was left after each charge that was not free, if wanted.
    charges: Option<Vec<i64>>,
    end: Option<End>,
}

impl State<'_> {
    fn charge(&mut self, particles: i64) -> Result<(), Error> {
        if particles > self.gas {
            return Err(self.exit(End::OutOfGas));
        }
        self.gas -= particles;
        if particles > 0
            && let Some(charges) = &mut self.charges
        {
            charges.push(self.gas);
        }
        Ok(())
    }

    /// Unwinds the interpreter.
    fn exit(&mut self, end: End) -> Error {
        self.end = Some(end);
        Error::i32_exit(0)
    }
}

/// Runs the oracle's module. Gives what was left after each charge, too.
pub(super) fn run_oracle(
    engine: &Engine,
    instrumented: &Instrumented,
    prices: &Prices,
    setting: &Setting,
    gas: i64,
    charges: bool,
) -> (Run, Vec<i64>) {
    let mut store = Store::new(
        engine,
        State {
            host: Host::new(setting),
            gas,
            stack: limits::STACK.value.into(),
            callers: Vec::new(),
            prices,
            max_pages: instrumented.max_pages,
            max_elements: instrumented.max_elements,
            charges: charges.then(Vec::new),
            end: None,
        },
    );
    let result = store.data_mut().charge(instrumented.start).and_then(|()| {
        let instance = instantiate(&mut store, &instrumented.module)?;
        let main = instance.get_typed_func::<(), ()>(&store, "main")?;
        main.call(&mut store, ())?;
        Ok((instance, store.data().gas))
    });
    let charges = store.data_mut().charges.take().unwrap_or_default();
    (finish(store, result), charges)
}

fn finish(mut store: Store<State<'_>>, result: Result<(Instance, i64), Error>) -> Run {
    let (end, gas_left, memory) = match result {
        Ok((instance, gas)) => {
            let memory = instance.get_memory(&store, "memory").expect("it is exported");
            (End::Returned, gas, Some(hash(memory.data(&store))))
        }
        Err(error) => match (store.data_mut().end.take(), error.as_trap_code()) {
            (Some(end), _) => {
                let gas = if matches!(end, End::Ended(..)) { store.data().gas } else { 0 };
                (end, gas, None)
            }
            (None, Some(TrapCode::StackOverflow | TrapCode::OutOfSystemMemory)) | (None, None) => {
                (End::Fault(error.to_string()), 0, None)
            }
            (None, Some(code)) => (End::Trap(code), 0, None),
        },
    };
    let events = std::mem::take(&mut store.data_mut().host.events);
    Run { events, end, gas_left, memory }
}

/// A hash of a memory. A fast one: this is most of what a comparison takes.
pub(super) fn hash(memory: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    hasher.write(memory);
    hasher.finish()
}

/// Instantiates `module` with the functions that it imports.
fn instantiate<'p>(store: &mut Store<State<'p>>, module: &Module) -> Result<Instance, Error> {
    let mut externs = Vec::new();
    for import in module.imports() {
        let (from, name) = (import.module(), import.name().to_owned());
        let Some(ty) = import.ty().func().cloned() else {
            return Err(Error::new(format!("{from}.{name} is no function")));
        };
        externs.push(match from {
            ORACLE => Extern::Func(oracle_function(store, &name)),
            _ => Extern::Func(host_function(store, name, ty)),
        });
    }
    Instance::new(store, module, &externs)
}

/// A function of the host, which finds the gas in the store.
fn host_function<'p>(store: &mut Store<State<'p>>, name: String, ty: FuncType) -> Func {
    Func::new(store, ty, move |mut caller: Caller<'_, State<'p>>, params, results| {
        let gas = caller.data().gas;
        let arguments: Vec<u64> = params.iter().map(raw).collect();
        let memory = caller.get_export("memory").and_then(Extern::into_memory);
        let memory = memory.ok_or_else(|| Error::new("there is no memory"))?;
        let (bytes, state) = memory.data_and_store_mut(&mut caller);
        let (value, gas) = match state.host.call(&name, &arguments, gas, bytes) {
            Ok(answer) => answer,
            Err(exit) => return Err(state.exit(exit.into())),
        };
        state.gas = gas;
        if let [result] = results {
            *result = match result {
                Val::I32(_) => Val::I32(low_half(value)),
                _ => Val::I64(value.cast_signed()),
            };
        }
        Ok(())
    })
}

fn raw(value: &Val) -> u64 {
    match value {
        Val::I32(value) => value.cast_unsigned().into(),
        Val::I64(value) => value.cast_unsigned(),
        other => unreachable!("no host function takes {other:?}"),
    }
}

/// An i32 of a raw number.
#[expect(clippy::cast_possible_truncation, reason = "an i32 has no upper half")]
pub(super) fn low_half(value: u64) -> i32 {
    value as i32
}

/// The function of the oracle with this name.
fn oracle_function<'p>(store: &mut Store<State<'p>>, name: &str) -> Func {
    type In<'a, 'p> = Caller<'a, State<'p>>;
    match name {
        "charge" => Func::wrap(store, |mut caller: In<'_, 'p>, particles: i64| {
            caller.data_mut().charge(particles)
        }),
        "enter" => Func::wrap(store, |mut caller: In<'_, 'p>, slots: u32| {
            let state = caller.data_mut();
            state.stack -= i64::from(slots);
            if state.stack < 0 { Err(state.exit(End::StackOverflow)) } else { Ok(()) }
        }),
        "call" => Func::wrap(store, |mut caller: In<'_, 'p>| {
            let state = caller.data_mut();
            state.callers.push(state.stack);
        }),
        "back" => Func::wrap(store, |mut caller: In<'_, 'p>| {
            let state = caller.data_mut();
            state.stack = state.callers.pop().expect("every call is announced");
        }),
        // What can't grow is not paid for: it gives -1.
        "grow_memory" => Func::wrap(store, |mut caller: In<'_, 'p>, delta: u32, size: u32| {
            let state = caller.data_mut();
            let grows = u64::from(size) + u64::from(delta) <= u64::from(state.max_pages);
            let price = if grows { state.prices.pages(delta) } else { 0 };
            state.charge(price).map(|()| delta)
        }),
        "grow_table" => Func::wrap(store, |mut caller: In<'_, 'p>, delta: u32, size: u32| {
            let state = caller.data_mut();
            let grows = u64::from(size) + u64::from(delta) <= u64::from(state.max_elements);
            let price = if grows { state.prices.elements(delta) } else { 0 };
            state.charge(price).map(|()| delta)
        }),
        "bytes" => Func::wrap(store, |mut caller: In<'_, 'p>, length: u32| {
            let state = caller.data_mut();
            state.charge(state.prices.bytes(length)).map(|()| length)
        }),
        "elements" => Func::wrap(store, |mut caller: In<'_, 'p>, length: u32| {
            let state = caller.data_mut();
            state.charge(state.prices.elements(length)).map(|()| length)
        }),
        other => unreachable!("the oracle has no function {other}"),
    }
}
