//! From a wasmi call of an import to a row of the interface.

use super::Running;
use hebe_gas::ValueType::{self, I32, I64};
use hebe_host::{Fault, GuestMemory, HostFunction};
use wasmi::{Caller, Error, Func, FuncType, Store, Val, ValType};

/// Makes `function` callable from wasmi.
///
/// The shapes that the EEI uses get a typed function, which wasmi calls without allocating; any
/// other shape works too, and costs an allocation a call.
pub(super) fn host_function<'r, 'f>(
    store: &mut Store<Running<'r, 'f>>,
    function: &'static HostFunction,
) -> Func {
    macro_rules! shapes {
        ($( ($($name:ident: $wasm:ident $native:ty),*) -> ($($result:ident $native_result:ty)?) )*) => {
            match (function.params, function.results) {
                $( ([$($wasm),*], [$($result)?]) => Func::wrap(
                    store,
                    move |mut caller: Caller<'_, Running<'r, 'f>>, $($name: $native),*| -> Result<shapes!(@result $($native_result)?), Error> {
                        let _raw = call(function, &mut caller, &[$($name.raw()),*])?;
                        Ok(shapes!(@value _raw $($native_result)?))
                    },
                ), )*
                _ => untyped(store, function),
            }
        };
        (@result) => { () };
        (@result $native:ty) => { $native };
        (@value $raw:ident) => { () };
        (@value $raw:ident $native:ty) => { <$native>::from_raw($raw) };
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
    let types = |types: &[ValueType]| -> Vec<ValType> {
        types
            .iter()
            .map(|ty| match ty {
                I32 => ValType::I32,
                I64 => ValType::I64,
            })
            .collect()
    };
    let ty = FuncType::new(types(function.params), types(function.results));
    Func::new(store, ty, move |mut caller: Caller<'_, Running<'r, 'f>>, params, results| {
        let args: Vec<u64> = params
            .iter()
            .map(|value| match value {
                Val::I32(value) => value.cast_unsigned().into(),
                Val::I64(value) => value.cast_unsigned(),
                other => unreachable!("the type was checked, and has no {other:?}"),
            })
            .collect();
        let raw = call(function, &mut caller, &args)?;
        if let [result] = results {
            *result = match function.results {
                [I32] => Val::I32(u32::from_raw(raw).cast_signed()),
                _ => Val::I64(raw.cast_signed()),
            };
        }
        Ok(())
    })
}

/// Calls the row, and leaves its [`Exit`](hebe_host::Exit) where [`super::why`] finds it.
fn call(
    function: &HostFunction,
    caller: &mut Caller<'_, Running<'_, '_>>,
    args: &[u64],
) -> Result<u64, Error> {
    let result = match caller.data().memory {
        Some(memory) => {
            let (mut bytes, running) = memory.data_and_store_mut(&mut *caller);
            let memory: &mut dyn GuestMemory = &mut bytes;
            function.call(running.frame, memory, args)
        }
        None => Err(Fault::Engine("an import was called before there was a memory".into()).into()),
    };
    result.map_err(|exit| {
        caller.data_mut().exit = Some(exit);
        Error::i32_exit(0)
    })
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
