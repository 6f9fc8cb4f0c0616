//! What scripts import: the module `spectest`, what was registered, and in rewritten modules the two
//! ways out.

use hebe_gas::{HEBE, OUT_OF_GAS, STACK_OVERFLOW};
use wasmi::{
    Engine, Error, Func, FuncType, Global, Linker, Memory, MemoryType, Mutability, Nullable,
    RefType, Store, Table, TableType, Val, ValType,
};

/// How a rewritten module says that its stack is used up.
pub(crate) const STACK_OVERFLOW_EXIT: i32 = 1;
/// How it says so of its gas, which never happens here.
const OUT_OF_GAS_EXIT: i32 = 2;

/// A linker with all that scripts may rely on (the specification's interpreter documents it). In a
/// rewritten world, functions take gas and height behind their parameters and give gas back.
pub(crate) fn linker(engine: &Engine, store: &mut Store<()>, rewritten: bool) -> Linker<()> {
    let mut linker = Linker::new(engine);
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
    let table = Table::new(&mut *store, table, Nullable::<wasmi::Func>::Null.into());
    define("spectest", "table", table.expect("it is small").into());
    let memory = Memory::new(&mut *store, MemoryType::new(1, Some(2)));
    define("spectest", "memory", memory.expect("it is small").into());
    let out_of_gas = Func::wrap(&mut *store, || Err::<(), _>(Error::i32_exit(OUT_OF_GAS_EXIT)));
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
