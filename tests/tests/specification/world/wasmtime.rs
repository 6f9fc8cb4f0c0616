//! The compiler.

use super::{EXHAUSTED, Failure, OUT_OF_GAS_TEXT, Value, World};
use hebe_gas::{HEBE, OUT_OF_GAS, Prepared, STACK_OVERFLOW};
use hebe_testing::oracle::native_config;
use std::sync::Arc;
use wasmtime::{
    Engine, Error, Extern, Func, FuncType, Global, GlobalType, Instance, Linker, Memory,
    MemoryType, Module, Mutability, Ref, RefType, Store, Table, TableType, Trap, Val, ValType,
};

/// Modules as native code.
pub(crate) struct Wasmtime {
    store: Store<()>,
    linker: Linker<()>,
}

/// More native stack than our own count of slots lets a module use.
pub(crate) const STACK_BYTES: usize = 16 << 20;

impl World for Wasmtime {
    type Instance = Instance;

    fn new(rewritten: bool) -> Self {
        let config = native_config(STACK_BYTES);
        let engine = Engine::new(&config).expect("there is a compiler");
        let mut store = Store::new(&engine, ());
        let linker = spectest(&mut store, rewritten).expect("shadowing is allowed");
        Self { store, linker }
    }

    fn instantiate(&mut self, module: &Arc<Prepared>) -> Result<Instance, Failure> {
        let code = module.rewrite().code;
        let module = Module::new(self.store.engine(), &code).map_err(failure)?;
        self.linker.instantiate(&mut self.store, &module).map_err(failure)
    }

    fn register(&mut self, name: &str, instance: Instance) -> Result<(), Failure> {
        self.linker.instance(&mut self.store, name, instance).map(|_| ()).map_err(failure)
    }

    fn call(
        &mut self,
        instance: &Instance,
        name: &str,
        arguments: &[Value],
    ) -> Option<Result<Vec<Value>, Failure>> {
        let function = instance.get_func(&mut self.store, name)?;
        let mut results = vec![Val::I32(0); function.ty(&self.store).results().len()];
        let arguments = arguments.iter().map(|value| match value {
            Value::I32(value) => Val::I32(*value),
            Value::I64(value) => Val::I64(*value),
            Value::Null | Value::Function => Val::FuncRef(None),
        });
        let arguments: Vec<_> = arguments.collect();
        let called = function.call(&mut self.store, &arguments, &mut results);
        Some(called.map(|()| results.iter().map(value).collect()).map_err(failure))
    }

    fn global(&mut self, instance: &Instance, name: &str) -> Option<Value> {
        let global = instance.get_global(&mut self.store, name)?;
        Some(value(&global.get(&mut self.store)))
    }
}

fn value(value: &Val) -> Value {
    match value {
        Val::I32(value) => Value::I32(*value),
        Val::I64(value) => Value::I64(*value),
        Val::FuncRef(None) => Value::Null,
        Val::FuncRef(Some(_)) => Value::Function,
        other => unreachable!("contracts have no {other:?}"),
    }
}

/// A rewritten module's stack is used up.
#[derive(Debug, thiserror::Error)]
#[error("stack overflow")]
struct StackOverflow;

fn failure(error: Error) -> Failure {
    let trap: &[_] = match error.downcast_ref::<Trap>() {
        _ if error.is::<StackOverflow>() => EXHAUSTED,
        Some(Trap::UnreachableCodeReached) => &["unreachable"],
        Some(Trap::MemoryOutOfBounds) => &["out of bounds memory access"],
        // A call of what is outside of the table is an undefined element.
        Some(Trap::TableOutOfBounds) => &["undefined element", "out of bounds table access"],
        Some(Trap::IndirectCallToNull) => &["uninitialized element"],
        Some(Trap::IntegerDivisionByZero) => &["integer divide by zero"],
        Some(Trap::IntegerOverflow) => &["integer overflow"],
        Some(Trap::BadSignature) => &["indirect call type mismatch"],
        Some(Trap::StackOverflow) => EXHAUSTED,
        _ => &[],
    };
    Failure { trap, text: format!("{error:#}") }
}

/// A linker with all that scripts may rely on, and in rewritten worlds the two ways out.
fn spectest(store: &mut Store<()>, rewritten: bool) -> wasmtime::Result<Linker<()>> {
    let mut linker = Linker::new(store.engine());
    linker.allow_shadowing(true);
    for (name, params) in
        [("print", vec![]), ("print_i32", vec![ValType::I32]), ("print_i64", vec![ValType::I64])]
    {
        let silent = silent(store, params, rewritten);
        linker.define(&mut *store, "spectest", name, silent)?;
    }
    for (name, ty, value) in
        [("global_i32", ValType::I32, Val::I32(666)), ("global_i64", ValType::I64, Val::I64(666))]
    {
        let global = Global::new(&mut *store, GlobalType::new(ty, Mutability::Const), value)?;
        linker.define(&mut *store, "spectest", name, global)?;
    }
    let table = TableType::new(RefType::FUNCREF, 10, Some(20));
    let table = Table::new(&mut *store, table, Ref::Func(None))?;
    linker.define(&mut *store, "spectest", "table", table)?;
    let memory = Memory::new(&mut *store, MemoryType::new(1, Some(2)))?;
    linker.define(&mut *store, "spectest", "memory", Extern::Memory(memory))?;
    linker.func_wrap(HEBE, OUT_OF_GAS, || Err::<(), _>(Error::msg(OUT_OF_GAS_TEXT)))?;
    linker.func_wrap(HEBE, STACK_OVERFLOW, || Err::<(), _>(Error::new(StackOverflow)))?;
    Ok(linker)
}

/// A function that takes `params` and prints nothing.
fn silent(store: &mut Store<()>, mut params: Vec<ValType>, rewritten: bool) -> Func {
    let engine = store.engine().clone();
    if !rewritten {
        return Func::new(store, FuncType::new(&engine, params, []), |_, _, _| Ok(()));
    }
    let gas = params.len();
    params.extend([ValType::I64, ValType::I32]);
    let ty = FuncType::new(&engine, params, [ValType::I64]);
    Func::new(store, ty, move |_, params, results| {
        results[0] = params[gas];
        Ok(())
    })
}
