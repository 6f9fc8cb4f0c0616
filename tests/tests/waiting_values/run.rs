//! Many functions in one module, and what they leave behind on each engine.

use super::cases::{Case, function, signature};
use hebe_host::{Message, Revision, StatusCode};
use hebe_testing::{
    ScriptedHost, check_code,
    wild::{Code, End, Function, Kind, Module, Segment, Signature, evaluate},
};
use hebe_vm::Vm;
use std::panic;
use wasm_encoder::{Instruction as I, MemArg, ValType};

/// How many ways each function is run.
pub(super) const PATHS: usize = 3;

/// Bytes that a function leaves behind: what waited, the locals, its results.
const SLOT: usize = 56;

/// Where the first slot is; before it is what functions load.
const FIRST: i32 = 64;

/// What a function left behind.
pub(super) type Slot = [u8; SLOT];

/// A module that runs the functions of all these cases in every way, and gives what they leave behind.
pub(super) fn packed(cases: &[Case]) -> Module {
    let mut module = Module {
        memory: (1, None),
        globals: vec![(ValType::I32, 0x6106_a132), (ValType::I64, 0x6106_a164_0000_0001)],
        data: vec![Segment { offset: Some(0), items: (1..=8).collect() }],
        ..Module::default()
    };
    let finish = module.type_index(&Signature::new(&[ValType::I32, ValType::I32], &[]));
    module.imports.push(("finish", finish));
    for (ty, instructions) in [
        (ValType::I32, [I::LocalGet(0), I::I32Const(3), I::I32Mul, I::I32Const(1), I::I32Add]),
        (ValType::I64, [I::LocalGet(0), I::I64Const(3), I::I64Mul, I::I64Const(1), I::I64Add]),
    ] {
        let ty = module.type_index(&Signature::new(&[ty], &[ty]));
        let body = instructions.map(Code::Plain).into();
        module.functions.push(Function { ty, locals: Vec::new(), body });
    }
    let first = index(module.imports.len() + module.functions.len());
    for case in cases {
        let function = function(case, &mut module);
        module.functions.push(function);
    }
    let count = index(cases.len());
    module.table = Some((count, None));
    let functions = (first..first + count).map(u64::from).collect();
    module.elements.push(Segment { offset: Some(0), items: functions });
    module.main = first + count;
    let main = main(&mut module, cases.len());
    module.functions.push(main);
    module
}

/// Calls each function in each way.
fn main(module: &mut Module, cases: usize) -> Function {
    const TURN: u32 = 0;
    const OUT: u32 = 1;
    const NUMBER: u32 = 2;
    const WORD: u32 = 3;
    let ways = i32::try_from(PATHS).expect("few");
    let turns = i32::try_from(cases * PATHS).expect("they fit into a page");
    let slot = i32::try_from(SLOT).expect("small");
    let place = |offset, align| MemArg { offset, align, memory_index: 0 };
    let type_index = module.type_index(&signature());
    let turn = [
        I::LocalGet(TURN),
        I::I32Const(ways),
        I::I32RemU,
        I::LocalGet(TURN),
        I::I32Const(slot),
        I::I32Mul,
        I::I32Const(FIRST),
        I::I32Add,
        I::LocalTee(OUT),
        I::LocalGet(TURN),
        I::I32Const(ways),
        I::I32DivU,
        I::CallIndirect { type_index, table_index: 0 },
        I::LocalSet(WORD),
        I::LocalSet(NUMBER),
        I::LocalGet(OUT),
        I::LocalGet(NUMBER),
        I::I64Store(place(40, 3)),
        I::LocalGet(OUT),
        I::LocalGet(WORD),
        I::I32Store(place(48, 2)),
        I::LocalGet(TURN),
        I::I32Const(1),
        I::I32Add,
        I::LocalTee(TURN),
        I::I32Const(turns),
        I::I32LtU,
        I::BrIf(0),
    ];
    let end = [I::I32Const(FIRST), I::I32Const(turns * slot), I::Call(0)];
    let ty = module.type_index(&Signature::default());
    let mut body = vec![Code::Block(Kind::Loop, ty, turn.map(Code::Plain).into())];
    body.extend(end.map(Code::Plain));
    Function { ty, locals: vec![ValType::I32, ValType::I32, ValType::I64, ValType::I32], body }
}

/// What the functions must leave behind.
pub(super) fn expected(module: &Module) -> Vec<Slot> {
    match evaluate(module, &[], u64::MAX) {
        End::Finished(output) => slots(&output),
        other => panic!("the evaluator: {other:?}"),
    }
}

pub(super) fn vm(engine: &str) -> Vm {
    let mut vm = Vm::default();
    vm.set_option("engine", engine).expect("it is an option");
    vm
}

/// What they leave behind on an engine.
pub(super) fn run_engine(vm: &Vm, code: &[u8]) -> Vec<Slot> {
    let message = Message { gas: 1_000_000_000, ..check_code(Vec::new()).message() };
    let outcome = vm.execute(Revision::Byzantium, &message, code, &mut ScriptedHost::default());
    let result = hebe_host::CallResult::from(outcome.clone());
    assert_eq!(result.status, StatusCode::Success, "{outcome:?}");
    slots(&result.output)
}

/// What they leave behind on wasmi, which gets the module as it is; nothing where it panics.
pub(super) fn run_wasmi(code: &[u8]) -> Option<Vec<Slot>> {
    panic::catch_unwind(|| interpret(code)).ok()
}

fn interpret(code: &[u8]) -> Vec<Slot> {
    let mut config = wasmi::Config::default();
    // A panic of its translator ends the process where it translates what it calls.
    config.compilation_mode(wasmi::CompilationMode::Eager);
    let engine = wasmi::Engine::new(&config);
    let module = wasmi::Module::new(&engine, code).expect("it is valid");
    let mut store = wasmi::Store::new(&engine, Vec::new());
    let mut linker = wasmi::Linker::new(&engine);
    let finish = |mut caller: wasmi::Caller<'_, Vec<u8>>, start: i32, length: i32| {
        let memory = caller.get_export("memory").and_then(wasmi::Extern::into_memory);
        let mut output = vec![0; usize::try_from(length).expect("small")];
        let start = usize::try_from(start).expect("small");
        memory.expect("it has one").read(&caller, start, &mut output).expect("it is inside");
        *caller.data_mut() = output;
    };
    linker.func_wrap("ethereum", "finish", finish).expect("it is one");
    let instance = linker.instantiate_and_start(&mut store, &module).expect("it can be linked");
    let main = instance.get_typed_func::<(), ()>(&store, "main").expect("it has one");
    main.call(&mut store, ()).expect("it returns");
    slots(store.data())
}

fn slots(output: &[u8]) -> Vec<Slot> {
    output.chunks(SLOT).map(|slot| slot.try_into().expect("slots are whole")).collect()
}

fn index(number: usize) -> u32 {
    u32::try_from(number).expect("there are not so many")
}
