//! wasmi, another interpreter.

use super::{EXHAUSTED, Failure, OUT_OF_GAS_TEXT, Value, World};
use hebe_gas::{HEBE, OUT_OF_GAS, Prepared, STACK_OVERFLOW, limits};
use std::sync::Arc;
use wasmi::{
    Config, Engine, Error, Func, FuncType, Global, Instance, Linker, Memory, MemoryType, Module,
    Mutability, Nullable, RefType, Store, Table, TableType, TrapCode, Val, ValType,
};

/// How a rewritten module says that its stack is used up.
const STACK_OVERFLOW_EXIT: i32 = 1;

/// Modules in the interpreter.
pub(crate) struct Wasmi {
    store: Store<()>,
    linker: Linker<()>,
}

impl World for Wasmi {
    type Instance = Instance;

    fn new(rewritten: bool) -> Self {
        let mut config = Config::default();
        config.floats(false).set_max_recursion_depth(limits::STACK.value as usize / 8 + 1);
        config.set_max_stack_height(limits::STACK.value as usize * 16);
        let mut store = Store::new(&Engine::new(&config), ());
        let linker = spectest(&mut store, rewritten);
        Self { store, linker }
    }

    fn instantiate(&mut self, module: &Arc<Prepared>) -> Result<Instance, Failure> {
        let code = module.rewrite().code;
        let module = Module::new(self.store.engine(), &code).map_err(failure)?;
        self.linker.instantiate_and_start(&mut self.store, &module).map_err(failure)
    }

    fn register(&mut self, name: &str, instance: Instance) -> Result<(), Failure> {
        let linked = self.linker.instance(&mut self.store, name, instance);
        linked.map(|_| ()).map_err(failure)
    }

    fn call(
        &mut self,
        instance: &Instance,
        name: &str,
        arguments: &[Value],
    ) -> Option<Result<Vec<Value>, Failure>> {
        let function = instance.get_func(&self.store, name)?;
        let ty = function.ty(&self.store);
        let mut results: Vec<_> = ty.results().iter().map(|ty| Val::default_for_ty(*ty)).collect();
        let arguments = arguments.iter().map(|value| match value {
            Value::I32(value) => Val::I32(*value),
            Value::I64(value) => Val::I64(*value),
            Value::Null | Value::Function => Val::FuncRef(Nullable::Null),
        });
        let arguments: Vec<_> = arguments.collect();
        let called = function.call(&mut self.store, &arguments, &mut results);
        Some(called.map(|()| results.iter().map(value).collect()).map_err(failure))
    }

    fn global(&mut self, instance: &Instance, name: &str) -> Option<Value> {
        let global = instance.get_global(&self.store, name)?;
        Some(value(&global.get(&self.store)))
    }
}

fn value(value: &Val) -> Value {
    match value {
        Val::I32(value) => Value::I32(*value),
        Val::I64(value) => Value::I64(*value),
        Val::FuncRef(reference) if reference.is_null() => Value::Null,
        Val::FuncRef(_) => Value::Function,
        other => unreachable!("contracts have no {other:?}"),
    }
}

fn failure(error: Error) -> Failure {
    let trap: &[_] = match error.as_trap_code() {
        _ if error.i32_exit_status() == Some(STACK_OVERFLOW_EXIT) => EXHAUSTED,
        Some(TrapCode::UnreachableCodeReached) => &["unreachable"],
        Some(TrapCode::MemoryOutOfBounds) => &["out of bounds memory access"],
        // A call of what is outside of the table is an undefined element.
        Some(TrapCode::TableOutOfBounds) => &["undefined element", "out of bounds table access"],
        Some(TrapCode::IndirectCallToNull) => &["uninitialized element"],
        Some(TrapCode::IntegerDivisionByZero) => &["integer divide by zero"],
        Some(TrapCode::IntegerOverflow) => &["integer overflow"],
        Some(TrapCode::BadSignature) => &["indirect call type mismatch"],
        Some(TrapCode::StackOverflow) => EXHAUSTED,
        _ => &[],
    };
    Failure { trap, text: error.to_string() }
}

/// A linker with all that scripts may rely on, and in rewritten worlds the two ways out.
fn spectest(store: &mut Store<()>, rewritten: bool) -> Linker<()> {
    let mut linker = Linker::new(store.engine());
    linker.allow_shadowing(true);
    let mut define = |module: &str, name: &str, item: wasmi::Extern| {
        linker.define(module, name, item).expect("shadowing is allowed");
    };
    for (name, params) in
        [("print", vec![]), ("print_i32", vec![ValType::I32]), ("print_i64", vec![ValType::I64])]
    {
        define("spectest", name, silent(store, params, rewritten).into());
    }
    for (name, value) in [("global_i32", Val::I32(666)), ("global_i64", Val::I64(666))] {
        define("spectest", name, Global::new(&mut *store, value, Mutability::Const).into());
    }
    let table = TableType::new(RefType::Func, 10, Some(20));
    let table = Table::new(&mut *store, table, Nullable::<Func>::Null.into());
    define("spectest", "table", table.expect("it is small").into());
    let memory = Memory::new(&mut *store, MemoryType::new(1, Some(2)));
    define("spectest", "memory", memory.expect("it is small").into());
    let out_of_gas = Func::wrap(&mut *store, || Err::<(), _>(Error::new(OUT_OF_GAS_TEXT)));
    define(HEBE, OUT_OF_GAS, out_of_gas.into());
    let overflow = Func::wrap(&mut *store, || Err::<(), _>(Error::i32_exit(STACK_OVERFLOW_EXIT)));
    define(HEBE, STACK_OVERFLOW, overflow.into());
    linker
}

/// A function that takes `params` and prints nothing.
fn silent(store: &mut Store<()>, mut params: Vec<ValType>, rewritten: bool) -> Func {
    if !rewritten {
        return Func::new(store, FuncType::new(params, []), |_, _, _| Ok(()));
    }
    let gas = params.len();
    params.extend([ValType::I64, ValType::I32]);
    Func::new(store, FuncType::new(params, [ValType::I64]), move |_, params, results| {
        results[0] = params[gas].clone();
        Ok(())
    })
}
