//! Running a module of the real meter as native code.

use super::host::{Host, Setting};
use super::run::{End, Run, hash, low_half};
use hebe_gas::{HEBE, OUT_OF_GAS, Prepared, STACK_OVERFLOW, limits};
use std::sync::LazyLock;
use wasmi::TrapCode;
use wasmtime::{
    Caller, Config, Engine, Error, Extern, FuncType, Linker, Module, OptLevel, Result, Store, Trap,
    Val, ValType, WasmFeatures,
};

/// Much more native stack than our own count of slots lets a module use.
const STACK_BYTES: usize = 64 << 20;

static ENGINE: LazyLock<Engine> = LazyLock::new(|| {
    Engine::new(&native_config(STACK_BYTES)).expect("the processor is known to the compiler")
});

/// Settings of a compiler whose features and optimisation are the executor's, and whose code may use so much of
/// the native stack.
pub fn native_config(stack_bytes: usize) -> Config {
    let features = WasmFeatures::MUTABLE_GLOBAL
        | WasmFeatures::SIGN_EXTENSION
        | WasmFeatures::MULTI_VALUE
        | WasmFeatures::BULK_MEMORY
        | WasmFeatures::REFERENCE_TYPES;
    let mut config = Config::new();
    config
        .cranelift_opt_level(OptLevel::Speed)
        .wasm_features(WasmFeatures::all(), false)
        .wasm_features(features, true)
        .max_wasm_stack(stack_bytes)
        .async_stack_size(stack_bytes);
    config
}

/// A metered module as native code.
pub(super) struct Native {
    module: Module,
    linker: Linker<State>,
    initial: i64,
}

/// What the functions that a module imports find in the store.
struct State {
    host: Host,
    /// What was left when a host function ended the run.
    gas: i64,
    end: Option<End>,
}

impl Native {
    /// Compiles a module.
    ///
    /// # Panics
    ///
    /// When the compiler refuses it: there must be no such contract.
    pub(super) fn new(prepared: &Prepared) -> Self {
        let module = Module::new(&ENGINE, &prepared.rewrite().code)
            .unwrap_or_else(|error| panic!("the compiler refuses the metered module: {error:#}"));
        let linker = link(&module).expect("everything that it imports can be linked");
        let initial = prepared.start_particles().try_into().expect("pages are limited");
        Self { module, linker, initial }
    }

    /// Runs it with so much `gas`, in particles.
    pub(super) fn run(&self, setting: &Setting, gas: i64) -> Run {
        let state = State { host: Host::new(setting), gas: 0, end: None };
        let mut store = Store::new(&ENGINE, state);
        let room = STACK_BYTES + (1 << 20);
        let result = stacker::maybe_grow(room, room + (1 << 20), || self.call(&mut store, gas));
        let state = store.data_mut();
        let events = std::mem::take(&mut state.host.events);
        let (end, gas_left, memory) = match (result, state.end.take()) {
            (Ok((gas, memory)), _) => (End::Returned, gas, Some(memory)),
            (Err(_), Some(end @ End::Ended(..))) => (end, state.gas, None),
            (Err(_), Some(end)) => (end, 0, None),
            (Err(error), None) => (why(&error), 0, None),
        };
        Run { events, end, gas_left, memory }
    }

    /// Gives the gas that is left, and a hash of the memory.
    fn call(&self, store: &mut Store<State>, gas: i64) -> Result<(i64, u64)> {
        if self.initial > gas {
            return Err(leave(store.data_mut(), End::OutOfGas));
        }
        let instance = self.linker.instantiate(&mut *store, &self.module)?;
        let main = instance.get_typed_func::<(i64, i32), i64>(&mut *store, "main")?;
        let stack = limits::STACK.value.cast_signed();
        let left = main.call(&mut *store, (gas - self.initial, stack))?;
        let memory = instance.get_memory(&mut *store, "memory").expect("it is exported");
        Ok((left, hash(memory.data(&*store))))
    }
}

/// Links what a module imports.
fn link(module: &Module) -> Result<Linker<State>> {
    let mut linker = Linker::new(&ENGINE);
    // What is imported twice is the same twice.
    linker.allow_shadowing(true);
    for import in module.imports() {
        let (from, name) = (import.module(), import.name());
        match (from, name) {
            (HEBE, OUT_OF_GAS) => {
                linker.func_wrap(from, name, |mut caller: Caller<'_, State>| {
                    Err::<(), _>(leave(caller.data_mut(), End::OutOfGas))
                })?;
            }
            (HEBE, STACK_OVERFLOW) => {
                linker.func_wrap(from, name, |mut caller: Caller<'_, State>| {
                    Err::<(), _>(leave(caller.data_mut(), End::StackOverflow))
                })?;
            }
            _ => {
                let ty = import.ty().unwrap_func().clone();
                host_function(&mut linker, from, name, ty)?;
            }
        }
    }
    Ok(linker)
}

/// A function of the host. Behind its arguments come gas and stack, behind its result the gas.
fn host_function(linker: &mut Linker<State>, from: &str, name: &str, ty: FuncType) -> Result<()> {
    let own_name = name.to_owned();
    let gives_i32 = matches!(ty.result(0), Some(ValType::I32));
    linker.func_new(from, name, ty, move |mut caller, params, results| {
        let [arguments @ .., Val::I64(gas), Val::I32(_)] = params else {
            unreachable!("gas and stack are added to all");
        };
        let arguments: Vec<u64> = arguments.iter().map(raw).collect();
        let memory = caller.get_export("memory").and_then(Extern::into_memory);
        let (bytes, state) = memory.expect("it is exported").data_and_store_mut(&mut caller);
        let (value, left) = match state.host.call(&own_name, &arguments, *gas, bytes) {
            Ok(answer) => answer,
            Err(exit) => {
                state.gas = *gas;
                return Err(leave(state, exit.into()));
            }
        };
        let (last, own) = results.split_last_mut().expect("the gas is given back");
        *last = Val::I64(left);
        if let [result] = own {
            *result =
                if gives_i32 { Val::I32(low_half(value)) } else { Val::I64(value.cast_signed()) };
        }
        Ok(())
    })?;
    Ok(())
}

fn raw(value: &Val) -> u64 {
    match value {
        Val::I32(value) => value.cast_unsigned().into(),
        Val::I64(value) => value.cast_unsigned(),
        other => unreachable!("no host function takes {other:?}"),
    }
}

/// Unwinds native code.
fn leave(state: &mut State, end: End) -> Error {
    state.end = Some(end);
    Error::msg("a function of the host has ended the run")
}

/// How a run ended that no function of the host ended, by the interpreter's names.
fn why(error: &Error) -> End {
    End::Trap(match error.downcast_ref::<Trap>() {
        Some(Trap::UnreachableCodeReached) => TrapCode::UnreachableCodeReached,
        Some(Trap::MemoryOutOfBounds) => TrapCode::MemoryOutOfBounds,
        Some(Trap::TableOutOfBounds) => TrapCode::TableOutOfBounds,
        Some(Trap::IndirectCallToNull) => TrapCode::IndirectCallToNull,
        Some(Trap::BadSignature) => TrapCode::BadSignature,
        Some(Trap::IntegerDivisionByZero) => TrapCode::IntegerDivisionByZero,
        Some(Trap::IntegerOverflow) => TrapCode::IntegerOverflow,
        _ => return End::Fault(format!("{error:#}")),
    })
}
