//! From a wasmi call of an import to a row of the interface.
//!
//! A prepared module's functions take two more parameters than their rows say, and give one more
//! result: the counter of what may still be used and the stack that is left go in, the counter comes
//! back.

use super::Running;
use hebe_gas::ValueType::{self, I32, I64};
use hebe_host::{Exit, Failure, Fault, GuestMemory, HostFunction};
use wasmi::{Caller, Error, Extern, Func, FuncType, Store, Val, ValType};

/// All that a prepared module imports: the functions of the interface, and behind them the two ways
/// out that the rewriter adds.
pub(super) fn imports(
    store: &mut Store<Running<'_, '_>>,
    functions: &[&'static HostFunction],
) -> Vec<Extern> {
    let mut imports = Vec::with_capacity(functions.len() + 2);
    for function in functions {
        imports.push(Extern::Func(host_function(store, function)));
    }
    let out_of_gas = Func::wrap(&mut *store, |mut caller: Caller<'_, Running<'_, '_>>| {
        let exit = caller.data().frame.counter_used_up();
        Err::<(), Error>(leave(&mut caller, exit))
    });
    let stack_overflow = Func::wrap(&mut *store, |mut caller: Caller<'_, Running<'_, '_>>| {
        Err::<(), Error>(leave(&mut caller, Failure::StackOverflow.into()))
    });
    imports.extend([Extern::Func(out_of_gas), Extern::Func(stack_overflow)]);
    imports
}

/// Makes `function` callable from wasmi.
///
/// The shapes that the EEI uses get a typed function, which wasmi calls without allocating; any
/// other shape works too, and costs an allocation a call.
fn host_function<'r, 'f>(
    store: &mut Store<Running<'r, 'f>>,
    function: &'static HostFunction,
) -> Func {
    macro_rules! shapes {
        ($( ($($name:ident: $wasm:ident $native:ty),*) -> ($($result:ident $native_result:ty)?) )*) => {
            match (function.params, function.results) {
                $( ([$($wasm),*], [$($result)?]) => Func::wrap(
                    store,
                    move |mut caller: Caller<'_, Running<'r, 'f>>, $($name: $native,)* counter: i64, _height: i32| -> Result<($($native_result,)? i64,), Error> {
                        let (_raw, counter) = call(function, &mut caller, &[$($name.raw()),*], counter)?;
                        Ok(($(<$native_result>::from_raw(_raw),)? counter,))
                    },
                ), )*
                _ => untyped(store, function),
            }
        };
    }
    shapes! {
        () -> (I32 u32)
        () -> (I64 u64)
        (a: I32 u32) -> ()
        (a: I64 u64) -> ()
        (a: I32 u32) -> (I32 u32)
        (a: I32 u32, b: I32 u32) -> ()
        (a: I64 u64, b: I32 u32) -> (I32 u32)
        (a: I32 u32, b: I32 u32, c: I32 u32) -> ()
        (a: I32 u32, b: I32 u32, c: I32 u32, d: I32 u32) -> ()
        (a: I32 u32, b: I32 u32, c: I32 u32, d: I32 u32) -> (I32 u32)
        (a: I64 u64, b: I32 u32, c: I32 u32, d: I32 u32) -> (I32 u32)
        (a: I64 u64, b: I32 u32, c: I32 u32, d: I32 u32, e: I32 u32) -> (I32 u32)
        (a: I32 u32, b: I32 u32, c: I32 u32, d: I32 u32, e: I32 u32, f: I32 u32, g: I32 u32) -> ()
    }
}

/// A function of any shape.
fn untyped<'r, 'f>(store: &mut Store<Running<'r, 'f>>, function: &'static HostFunction) -> Func {
    let types = |types: &[ValueType], more: &[ValType]| -> Vec<ValType> {
        let wasmi = types.iter().map(|ty| match ty {
            I32 => ValType::I32,
            I64 => ValType::I64,
        });
        wasmi.chain(more.iter().copied()).collect()
    };
    let params = types(function.params, &[ValType::I64, ValType::I32]);
    let ty = FuncType::new(params, types(function.results, &[ValType::I64]));
    Func::new(store, ty, move |mut caller: Caller<'_, Running<'r, 'f>>, params, results| {
        let raw: Vec<u64> = params
            .iter()
            .map(|value| match value {
                Val::I32(value) => value.cast_unsigned().into(),
                Val::I64(value) => value.cast_unsigned(),
                other => unreachable!("the type was checked, and has no {other:?}"),
            })
            .collect();
        let (args, counter) = raw.split_at(function.params.len());
        let (raw, counter) = call(function, &mut caller, args, counter[0].cast_signed())?;
        match results {
            [result, rest] => {
                *result = match function.results {
                    [I32] => Val::I32(u32::from_raw(raw).cast_signed()),
                    _ => Val::I64(raw.cast_signed()),
                };
                *rest = Val::I64(counter);
            }
            [rest] => *rest = Val::I64(counter),
            _ => unreachable!("the type was checked"),
        }
        Ok(())
    })
}

/// Calls the row; gives its result and the counter.
fn call(
    function: &HostFunction,
    caller: &mut Caller<'_, Running<'_, '_>>,
    args: &[u64],
    counter: i64,
) -> Result<(u64, i64), Error> {
    let result = match caller.data().memory {
        Some(memory) => {
            let (mut bytes, running) = memory.data_and_store_mut(&mut *caller);
            let memory: &mut dyn GuestMemory = &mut bytes;
            running.frame.set_counter(counter);
            function
                .call(running.frame, memory, args)
                .map(|result| (result, running.frame.counter()))
        }
        None => Err(Fault::Engine("an import was called before there was a memory".into()).into()),
    };
    result.map_err(|exit| leave(caller, exit))
}

/// Leaves the contract: puts the [`Exit`] where [`super::why`] finds it.
fn leave(caller: &mut Caller<'_, Running<'_, '_>>, exit: Exit) -> Error {
    caller.data_mut().exit = Some(exit);
    Error::i32_exit(0)
}

/// Values as rows of the interface pass them.
trait Raw {
    fn raw(self) -> u64;
    fn from_raw(raw: u64) -> Self;
}

impl Raw for u32 {
    fn raw(self) -> u64 {
        self.into()
    }

    #[expect(clippy::cast_possible_truncation, reason = "an i32 has no upper half")]
    fn from_raw(raw: u64) -> Self {
        raw as Self
    }
}

impl Raw for u64 {
    fn raw(self) -> u64 {
        self
    }

    fn from_raw(raw: u64) -> Self {
        raw
    }
}
