//! Runs what `prepare` made, on wasmi, with host functions that write down what they see.

// Each suite uses its part.
#![allow(dead_code)]

use crate::common::{IMPORTS, RULES, accepts_bytes, wasm};
use hebe_gas::{HEBE, Metering, OUT_OF_GAS, Rules, STACK_OVERFLOW, Schedule, ValueType, limits};
use wasmi::{Caller, Config, Engine, Error, Func, FuncType, Linker, Module, Store, Val, ValType};

/// How a run ended.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Ended {
    Returned,
    OutOfGas,
    StackOverflow,
    /// With the engine's words.
    Trapped(String),
}

/// A call of a host function.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Seen {
    pub(crate) name: &'static str,
    pub(crate) arguments: Vec<i64>,
    /// The gas that is left, in particles.
    pub(crate) gas: i64,
    /// The stack that is left, in slots.
    pub(crate) stack: u32,
}

pub(crate) struct Ran {
    pub(crate) ended: Ended,
    /// Meaningless unless it returned.
    pub(crate) used_particles: i64,
    pub(crate) seen: Vec<Seen>,
}

/// Runs a module, metered by `flat`.
pub(crate) fn run(wat: &str, gas: i64) -> Ran {
    run_as(wat, Metering::Execution(Schedule::flat()), gas)
}

/// Runs a module's `main` with so much gas.
pub(crate) fn run_as(wat: &str, metering: Metering<'_>, gas: i64) -> Ran {
    let rules = Rules { metering: Some(metering), ..RULES };
    run_code(&accepts_bytes(&wasm(wat), &rules).rewrite().code, gas)
}

/// Runs a module that `prepare` has made.
pub(crate) fn run_code(code: &[u8], gas: i64) -> Ran {
    let mut config = Config::default();
    let stack = limits::STACK.value as usize;
    config
        .set_max_recursion_depth(stack / limits::CALL_SLOTS as usize + 2)
        .set_max_stack_height(stack * 16);
    let engine = Engine::new(&config);
    let module = Module::new(&engine, code).unwrap();
    let mut store = Store::new(&engine, Vec::<Seen>::new());
    let mut linker = Linker::new(&engine);
    for row in IMPORTS {
        let params = row.params.iter().map(value_type).chain([ValType::I64, ValType::I32]);
        let results = row.results.iter().map(value_type).chain([ValType::I64]);
        let (params, results): (Vec<_>, Vec<_>) = (params.collect(), results.collect());
        let ty = FuncType::new(params, results);
        let name = row.name;
        let body = move |mut caller: Caller<'_, Vec<Seen>>, given: &[Val], results: &mut [Val]| {
            let [arguments @ .., Val::I64(gas), Val::I32(stack)] = given else {
                panic!("{name}: {given:?}")
            };
            let seen = Seen {
                name,
                arguments: arguments.iter().map(number).collect(),
                gas: *gas,
                stack: stack.cast_unsigned(),
            };
            caller.data_mut().push(seen);
            let [.., left] = results else { panic!("no result") };
            *left = Val::I64(*gas);
            Ok(())
        };
        linker.define(row.module, name, Func::new(&mut store, ty, body)).unwrap();
    }
    for name in [OUT_OF_GAS, STACK_OVERFLOW] {
        let stop = move || -> Result<(), Error> { Err(Error::new(name)) };
        linker.define(HEBE, name, Func::wrap(&mut store, stop)).unwrap();
    }
    let instance = linker.instantiate_and_start(&mut store, &module).unwrap();
    let main = instance.get_typed_func::<(i64, i32), i64>(&store, "main").unwrap();
    let particles = gas.checked_mul(10_000).unwrap();
    let stack = limits::STACK.value.cast_signed();
    let (ended, left) = match main.call(&mut store, (particles, stack)) {
        Ok(left) => (Ended::Returned, left),
        Err(error) => match error.to_string() {
            text if text == OUT_OF_GAS => (Ended::OutOfGas, 0),
            text if text == STACK_OVERFLOW => (Ended::StackOverflow, 0),
            text => (Ended::Trapped(text), 0),
        },
    };
    Ran { ended, used_particles: particles - left, seen: store.into_data() }
}

fn value_type(ty: &ValueType) -> ValType {
    match ty {
        ValueType::I32 => ValType::I32,
        ValueType::I64 => ValType::I64,
    }
}

fn number(value: &Val) -> i64 {
    match value {
        Val::I32(value) => (*value).into(),
        Val::I64(value) => *value,
        other => panic!("{other:?}"),
    }
}
