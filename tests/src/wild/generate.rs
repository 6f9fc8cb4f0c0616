//! Contracts made of any bytes.
//!
//! Each is valid, ends by itself, and shows what it did: loops and calls spend fuel that `main` begins
//! with, and functions end by adding their locals to a sum, which is given to `finish` with the globals,
//! the table and the memory.

mod body;
mod control;
mod values;

use super::choices::Choices;
use super::module::{Code, Function, Module, NULL, Segment, Signature, index, push};
use crate::oracle;
use body::Body;
use wasm_encoder::{Instruction as I, MemArg, ValType};

/// The functions that every module imports, with their types.
const IMPORTS: [(&str, &[ValType], &[ValType]); 6] = [
    ("finish", &[ValType::I32, ValType::I32], &[]),
    ("getCallDataSize", &[], &[ValType::I32]),
    ("callDataCopy", &[ValType::I32, ValType::I32, ValType::I32], &[]),
    ("storageStore", &[ValType::I32, ValType::I32], &[]),
    ("getBlockNumber", &[], &[ValType::I64]),
    ("getGasLeft", &[], &[ValType::I64]),
];
const FINISH: u32 = 0;
const GET_CALL_DATA_SIZE: u32 = 1;
const CALL_DATA_COPY: u32 = 2;
const STORAGE_STORE: u32 = 3;
const GET_BLOCK_NUMBER: u32 = 4;
const GET_GAS_LEFT: u32 = 5;

// The globals that every module has.
/// What is left for loops and calls.
const FUEL: u32 = 0;
/// What functions add their locals to.
const SUM: u32 = 1;

/// Elements of the table, of which each is there from the start.
const ELEMENTS: u32 = 8;

/// Bytes for [`generate`] that depend on `seed` alone, at least some hundreds.
pub fn bytes_of_seed(seed: u64) -> Vec<u8> {
    let mut bytes = oracle::bytes_of_seed(seed);
    for more in 1.. {
        if bytes.len() > 600 {
            break;
        }
        bytes.extend(oracle::bytes_of_seed(seed | more << 56));
    }
    bytes
}

/// A contract made of these bytes. The same bytes make the same contract.
pub fn generate(bytes: &[u8]) -> Module {
    let mut generator = Generator { choices: Choices::new(bytes), module: Module::default() };
    generator.fields();
    // Each has its share of the bytes, so that one function changes where a byte does.
    let mut bytes = std::mem::replace(&mut generator.choices, Choices::new(&[]));
    for function in 0..generator.module.functions.len() {
        generator.choices = bytes.split_off(generator.module.functions.len() - function);
        generator.function(function);
    }
    generator.module
}

/// A module that is being made.
struct Generator<'a> {
    choices: Choices<'a>,
    module: Module,
}

impl Generator<'_> {
    /// All but the bodies of functions.
    fn fields(&mut self) {
        for (name, params, results) in IMPORTS {
            let ty = self.module.type_index(&Signature::new(params, results));
            self.module.imports.push((name, ty));
        }
        let functions = 2 + self.choices.below(5);
        for _ in 0..functions {
            let signature = self.signature();
            let ty = self.module.type_index(&signature);
            self.module.functions.push(Function { ty, locals: Vec::new(), body: Vec::new() });
        }
        self.module.main = index(IMPORTS.len() + functions);
        let ty = self.module.type_index(&Signature::default());
        self.module.functions.push(Function { ty, locals: Vec::new(), body: Vec::new() });

        let pages = 1 + index(self.choices.below(2));
        let maximum = (!self.choices.one_in(4)).then_some(pages + 2);
        self.module.memory = (pages, maximum);
        let fuel = 20 + self.choices.below(200) as u64;
        self.module.globals = vec![(ValType::I32, fuel), (ValType::I64, 0)];
        for _ in 0..self.choices.below(5) {
            let ty = self.ty();
            let value = match ty {
                ValType::I32 | ValType::I64 => self.choices.number(),
                _ => self.reference(),
            };
            self.module.globals.push((ty, value));
        }
        let maximum = (!self.choices.one_in(3)).then_some(ELEMENTS + 3);
        self.module.table = Some((ELEMENTS, maximum));
        for (offset, length) in [(Some(0), ELEMENTS as usize), (None, 3), (None, 2)] {
            let items = (0..length).map(|_| self.reference()).collect();
            self.module.elements.push(Segment { offset, items });
        }
        for offset in [Some(16), None] {
            let items = (0..24).map(|_| self.choices.below(256)).map(byte).collect();
            self.module.data.push(Segment { offset, items });
        }
    }

    /// A function of the module's own, seldom nothing.
    fn reference(&mut self) -> u64 {
        if self.choices.one_in(8) {
            return NULL;
        }
        (IMPORTS.len() + self.choices.below(self.module.functions.len() - 1)) as u64
    }

    /// What a function or a block takes and gives: seldom much.
    fn signature(&mut self) -> Signature {
        let many = self.choices.one_in(12);
        let params = self.choices.below(if many { 40 } else { 5 });
        let results = self.choices.below(if many { 16 } else { 4 });
        let mut types = |count| (0..count).map(|_| self.ty()).collect();
        Signature { params: types(params), results: types(results) }
    }

    fn ty(&mut self) -> ValType {
        use ValType::{I32, I64};
        self.choices.pick(&[I32, I64, I32, I64, I32, I64, I32, ValType::FUNCREF])
    }

    /// Fills in a function's locals and its body.
    fn function(&mut self, place: usize) {
        let is_main = place + 1 == self.module.functions.len();
        let many = self.choices.one_in(16);
        let locals = self.choices.below(if many { 100 } else { 8 });
        let locals: Vec<ValType> = (0..locals).map(|_| self.ty()).collect();
        let ty = self.module.functions[place].ty;
        let mut body = Body::new(self, ty, &locals, is_main);
        body.enter();
        body.steps();
        body.finish_function();
        let code = body.into_code();
        let body = if is_main { self.main(code) } else { code };
        let function = &mut self.module.functions[place];
        (function.locals, function.body) = (locals, body);
    }

    /// `main`: what it does, and then all that can be seen of it.
    fn main(&mut self, code: Vec<Code>) -> Vec<Code> {
        let ty = self.module.type_index(&Signature::default());
        let mut main = vec![Code::Block(super::Kind::Block, ty, code)];
        let mut address = 0;
        let mut show = |values: &[I<'static>], store: fn(MemArg) -> I<'static>| {
            main.push(I::I32Const(0).into());
            main.extend(values.iter().cloned().map(Code::Plain));
            main.push(store(MemArg { offset: address, align: 0, memory_index: 0 }).into());
            address += 8;
        };
        for (global, (ty, _)) in (0..).zip(&self.module.globals) {
            let get = I::GlobalGet(global);
            match *ty {
                ValType::I32 => show(&[get], I::I32Store),
                ValType::I64 => show(&[get], I::I64Store),
                _ => show(&[get, I::RefIsNull], I::I32Store8),
            }
        }
        for element in 0..ELEMENTS {
            let at = push(ValType::I32, element.into());
            show(&[at, I::TableGet(0), I::RefIsNull], I::I32Store8);
        }
        show(&[I::TableSize(0)], I::I32Store);
        show(&[I::MemorySize(0)], I::I32Store);
        let length = push(ValType::I32, u64::from(self.module.memory.0) << 16);
        main.extend([I::I32Const(0), length, I::Call(FINISH)].map(Code::Plain));
        main
    }
}

fn byte(number: usize) -> u8 {
    u8::try_from(number).expect("it is below 256")
}
