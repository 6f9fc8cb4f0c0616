//! wasmi and wasmtime as they are: the contract as it was written, without metering, in an instance that was there
//! before, on imports that do as little as they can.
//!
//! What is measured is the call of `main` alone. In between, memory and globals are put back, since a contract lives
//! for one call.

use crate::measure::{Measured, clock};
use std::{
    fmt,
    time::{Duration, Instant},
};

/// The contract has ended itself.
#[derive(Clone, Copy, Debug)]
struct Finished;

impl fmt::Display for Finished {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("it has finished")
    }
}

impl std::error::Error for Finished {}
impl ::wasmi::errors::HostError for Finished {}

/// The contract, its mutable globals exported as `global0`, `global1` and so on, so that they can be put back. Nothing
/// else is changed.
fn with_globals_exported(code: &[u8]) -> (Vec<u8>, usize) {
    let text = wasmprinter::print_bytes(code).expect("it is a contract");
    let mutable: Vec<usize> = text
        .lines()
        .filter(|line| line.trim_start().starts_with("(global"))
        .enumerate()
        .filter(|(_, line)| line.contains("(mut "))
        .map(|(index, _)| index)
        .collect();
    let exports: String = mutable
        .iter()
        .enumerate()
        .map(|(number, index)| format!("(export \"global{number}\" (global {index}))"))
        .collect();
    let end = text.rfind(')').expect("it is a module");
    let code = wat::parse_str(format!("{}{exports})", &text[..end])).expect("it is a module still");
    (code, mutable.len())
}

/// How large the parts of a memory are that are put back, or not.
const PART: usize = 4_096;

/// The parts of memory that a run has changed.
fn changed(before: &[u8], after: &[u8]) -> Vec<usize> {
    assert_eq!(before.len(), after.len(), "a memory that grows can't be put back");
    let starts = (0..before.len()).step_by(PART);
    starts.filter(|start| before[*start..*start + PART] != after[*start..*start + PART]).collect()
}

/// The same for both engines, whose interfaces are alike: how a module is instantiated, and how a function of the host
/// ends the contract.
macro_rules! raw_engine {
    ($engine:ident, $instantiate:ident, $finished:expr) => {
        pub(crate) mod $engine {
            use super::*;
            use ::$engine::{
                Caller, Engine, Error, Global, Linker, Memory, Module, Store, TypedFunc, Val,
            };

            /// A call of `main`, again and again, and what the first one finished with.
            pub(crate) fn calls(
                engine: &Engine,
                fuel: Option<u64>,
                code: &[u8],
                input: &[u8],
            ) -> (Measured, Vec<u8>) {
                let (code, globals) = with_globals_exported(code);
                let module = Module::new(engine, &code[..]).expect("it is right");
                let mut instance = Instance::new(&module, input);
                let mut first = First::of(&mut instance, globals);
                instance.call(fuel);
                let output = instance.store.data().output.clone();
                first.learn(&instance);
                let clock = clock();
                let measured = move |times| {
                    (0..times)
                        .map(|_| {
                            first.put_back(&mut instance);
                            instance.call(fuel).saturating_sub(clock)
                        })
                        .sum()
                };
                (Box::new(measured), output)
            }

            /// The first call of a contract: from its bytes to its end.
            pub(crate) fn first_calls(engine: Engine, code: &[u8], input: &[u8]) -> Measured {
                let (code, input) = (code.to_vec(), input.to_vec());
                crate::measure::repeated(move || {
                    let module = Module::new(&engine, &code[..]).expect("it is right");
                    Instance::new(&module, &input).call(None)
                })
            }

            /// What the imports know.
            struct Host {
                input: Vec<u8>,
                memory: Option<Memory>,
                /// What the contract finished with.
                output: Vec<u8>,
            }

            struct Instance {
                instance: ::$engine::Instance,
                store: Store<Host>,
                main: TypedFunc<(), ()>,
                memory: Memory,
            }

            impl Instance {
                fn new(module: &Module, input: &[u8]) -> Self {
                    let engine = module.engine();
                    let host = Host { input: input.to_vec(), memory: None, output: Vec::new() };
                    let mut store = Store::new(engine, host);
                    let linker = linker(engine).expect("the names differ");
                    // Enough for what an instance takes to begin.
                    let _ = store.set_fuel(u64::MAX);
                    let instance = linker.$instantiate(&mut store, module).expect("it is right");
                    let main = instance.get_typed_func(&mut store, "main").expect("it is there");
                    let memory = instance.get_memory(&mut store, "memory").expect("it is there");
                    store.data_mut().memory = Some(memory);
                    Self { instance, store, main, memory }
                }

                /// Calls `main`: how long it took.
                fn call(&mut self, fuel: Option<u64>) -> Duration {
                    if let Some(fuel) = fuel {
                        self.store.set_fuel(fuel).expect("it counts fuel");
                    }
                    let begin = Instant::now();
                    let ended = self.main.call(&mut self.store, ());
                    let took = begin.elapsed();
                    if let Err(error) = ended {
                        assert!(error.downcast_ref::<Finished>().is_some(), "{error:?}");
                    }
                    took
                }
            }

            /// The first state of an instance.
            struct First {
                globals: Vec<(Global, Val)>,
                memory: Vec<u8>,
                /// The parts of memory that have to be put back.
                parts: Vec<usize>,
            }

            impl First {
                fn of(instance: &mut Instance, globals: usize) -> Self {
                    let store = &mut instance.store;
                    let globals = (0..globals).map(|number| {
                        let name = format!("global{number}");
                        let global =
                            instance.instance.get_global(&mut *store, &name).expect("it is there");
                        let first = global.get(&mut *store);
                        (global, first)
                    });
                    let globals = globals.collect();
                    Self {
                        globals,
                        memory: instance.memory.data(&*store).to_vec(),
                        parts: Vec::new(),
                    }
                }

                /// Learns what a call changes.
                fn learn(&mut self, instance: &Instance) {
                    self.parts = changed(&self.memory, instance.memory.data(&instance.store));
                }

                fn put_back(&self, instance: &mut Instance) {
                    let store = &mut instance.store;
                    for (global, first) in &self.globals {
                        global.set(&mut *store, first.clone()).expect("it is mutable");
                    }
                    let memory = instance.memory.data_mut(&mut *store);
                    for start in &self.parts {
                        let part = *start..*start + PART;
                        memory[part.clone()].copy_from_slice(&self.memory[part]);
                    }
                }
            }

            /// The imports that the contracts of the table have.
            fn linker(engine: &Engine) -> Result<Linker<Host>, Box<dyn std::error::Error>> {
                fn parts<'a>(caller: &'a mut Caller<'_, Host>) -> (&'a mut [u8], &'a mut Host) {
                    let memory =
                        caller.data().memory.expect("it is there before anything is called");
                    memory.data_and_store_mut(caller)
                }
                /// Puts a value into memory.
                fn put<const BYTES: usize>(
                    mut caller: Caller<'_, Host>,
                    at: u32,
                    value: [u8; BYTES],
                ) {
                    let (memory, _) = parts(&mut caller);
                    memory[at as usize..][..BYTES].copy_from_slice(&value);
                }
                let mut linker = Linker::new(engine);
                let from = "ethereum";
                linker.func_wrap(from, "getCallDataSize", |caller: Caller<'_, Host>| {
                    u32::try_from(caller.data().input.len()).expect("it is short")
                })?;
                linker.func_wrap(
                    from,
                    "callDataCopy",
                    |mut caller: Caller<'_, Host>, to: u32, at: u32, length: u32| {
                        let (memory, host) = parts(&mut caller);
                        let length = length as usize;
                        memory[to as usize..][..length]
                            .copy_from_slice(&host.input[at as usize..][..length]);
                    },
                )?;
                linker.func_wrap(from, "getCallValue", |caller: Caller<'_, Host>, to: u32| {
                    put(caller, to, [0; 16]);
                })?;
                for name in ["getCaller", "getAddress"] {
                    linker.func_wrap(from, name, |caller: Caller<'_, Host>, to: u32| {
                        put(caller, to, [2; 20]);
                    })?;
                }
                linker.func_wrap(
                    from,
                    "storageLoad",
                    |caller: Caller<'_, Host>, _: u32, to: u32| {
                        let mut one = [0; 32];
                        one[31] = 1;
                        put(caller, to, one);
                    },
                )?;
                linker.func_wrap(from, "storageStore", |_: Caller<'_, Host>, _: u32, _: u32| {})?;
                linker.func_wrap(
                    from,
                    "log",
                    |_: Caller<'_, Host>,
                     _: u32,
                     _: u32,
                     _: u32,
                     _: u32,
                     _: u32,
                     _: u32,
                     _: u32| {},
                )?;
                linker.func_wrap(
                    from,
                    "finish",
                    |mut caller: Caller<'_, Host>, at: u32, length: u32| {
                        let (memory, host) = parts(&mut caller);
                        host.output.clear();
                        host.output.extend_from_slice(&memory[at as usize..][..length as usize]);
                        Err::<(), Error>($finished)
                    },
                )?;
                linker.func_wrap(from, "revert", |_: Caller<'_, Host>, _: u32, _: u32| -> () {
                    panic!("it has reverted")
                })?;
                Ok(linker)
            }
        }
    };
}

raw_engine!(wasmi, instantiate_and_start, Error::host(Finished));
raw_engine!(wasmtime, instantiate, Error::new(Finished));
