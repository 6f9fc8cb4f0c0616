//! A module that can be written as bytes and evaluated as it is.

use wasm_encoder::{
    BlockType, CodeSection, ConstExpr, DataCountSection, DataSection, ElementSection, Elements,
    EntityType, ExportKind, ExportSection, FunctionSection, GlobalSection, GlobalType,
    ImportSection, Instruction, MemorySection, MemoryType, RefType, TableSection, TableType,
    TypeSection, ValType,
};

/// What a value of type funcref is that refers to nothing; any other is the index of a function.
pub const NULL: u64 = u64::MAX;

/// Parameters and results of a function or a block.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Signature {
    /// What it takes.
    pub params: Vec<ValType>,
    /// What it gives.
    pub results: Vec<ValType>,
}

impl Signature {
    /// A signature.
    pub fn new(params: &[ValType], results: &[ValType]) -> Self {
        Self { params: params.into(), results: results.into() }
    }
}

/// How a block begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `block`: a branch to it leaves it.
    Block,
    /// `loop`: a branch to it begins it again.
    Loop,
}

/// A piece of a function.
#[derive(Clone, Debug)]
pub enum Code {
    /// An instruction that opens or closes no block.
    Plain(Instruction<'static>),
    /// A block or a loop, whose signature is one of the module's types.
    Block(Kind, u32, Vec<Code>),
    /// An `if`, of which the second part may be missing.
    If(u32, Vec<Code>, Option<Vec<Code>>),
}

impl From<Instruction<'static>> for Code {
    fn from(instruction: Instruction<'static>) -> Self {
        Self::Plain(instruction)
    }
}

/// A function of the module's own.
#[derive(Clone, Debug)]
pub struct Function {
    /// Which of the module's types it has.
    pub ty: u32,
    /// The locals beside its parameters.
    pub locals: Vec<ValType>,
    /// Its instructions.
    pub body: Vec<Code>,
}

/// A segment of functions, or of nulls, for the table.
#[derive(Clone, Debug)]
pub struct Segment<T> {
    /// Where it is put before anything runs; a passive one is put nowhere.
    pub offset: Option<u32>,
    /// What is in it.
    pub items: Vec<T>,
}

/// A module: a contract once its `main` is one.
#[derive(Clone, Debug, Default)]
pub struct Module {
    /// Signatures of functions and blocks.
    pub types: Vec<Signature>,
    /// Functions that are imported from `ethereum`, and their types.
    pub imports: Vec<(&'static str, u32)>,
    /// Functions of its own.
    pub functions: Vec<Function>,
    /// Which of all functions is `main`.
    pub main: u32,
    /// Pages of memory, and how many there may be.
    pub memory: (u32, Option<u32>),
    /// Elements of the table, and how many there may be.
    pub table: Option<(u32, Option<u32>)>,
    /// Globals, all of which may change: type and first value.
    pub globals: Vec<(ValType, u64)>,
    /// Segments for the table, each of functions or nulls.
    pub elements: Vec<Segment<u64>>,
    /// Segments for the memory.
    pub data: Vec<Segment<u8>>,
}

impl Module {
    /// The index of this type, which is added where it is new.
    pub fn type_index(&mut self, signature: &Signature) -> u32 {
        let place = self.types.iter().position(|ty| ty == signature).unwrap_or_else(|| {
            self.types.push(signature.clone());
            self.types.len() - 1
        });
        index(place)
    }

    /// The type of a function, imported or not.
    pub fn type_of(&self, function: u32) -> u32 {
        let function = function as usize;
        match self.imports.get(function) {
            Some((_, ty)) => *ty,
            None => self.functions[function - self.imports.len()].ty,
        }
    }

    /// The module in bytes.
    pub fn encode(&self) -> Vec<u8> {
        let mut module = wasm_encoder::Module::new();
        let mut types = TypeSection::new();
        for ty in &self.types {
            types.ty().function(ty.params.iter().copied(), ty.results.iter().copied());
        }
        let mut imports = ImportSection::new();
        for (name, ty) in &self.imports {
            imports.import("ethereum", name, EntityType::Function(*ty));
        }
        let mut functions = FunctionSection::new();
        for function in &self.functions {
            functions.function(function.ty);
        }
        let mut tables = TableSection::new();
        if let Some((minimum, maximum)) = self.table {
            tables.table(TableType {
                element_type: RefType::FUNCREF,
                table64: false,
                minimum: minimum.into(),
                maximum: maximum.map(u64::from),
                shared: false,
            });
        }
        let mut memories = MemorySection::new();
        memories.memory(MemoryType {
            minimum: self.memory.0.into(),
            maximum: self.memory.1.map(u64::from),
            memory64: false,
            shared: false,
            page_size_log2: None,
        });
        let mut globals = GlobalSection::new();
        for (ty, value) in &self.globals {
            let ty_of = GlobalType { val_type: *ty, mutable: true, shared: false };
            globals.global(ty_of, &constant(*ty, *value));
        }
        let mut exports = ExportSection::new();
        exports.export("main", ExportKind::Func, self.main);
        exports.export("memory", ExportKind::Memory, 0);
        let mut code = CodeSection::new();
        for function in &self.functions {
            code.function(&self.encode_function(function));
        }
        module.section(&types).section(&imports).section(&functions).section(&tables);
        module.section(&memories).section(&globals).section(&exports);
        module.section(&self.encode_elements());
        if !self.data.is_empty() {
            module.section(&DataCountSection { count: index(self.data.len()) });
        }
        module.section(&code).section(&self.encode_data());
        module.finish()
    }

    /// The segments; and one that declares all functions, so that each may be referred to.
    fn encode_elements(&self) -> ElementSection {
        let mut section = ElementSection::new();
        for segment in &self.elements {
            let items: Vec<_> =
                segment.items.iter().map(|item| constant(ValType::FUNCREF, *item)).collect();
            let items = Elements::Expressions(RefType::FUNCREF, items.into());
            match segment.offset {
                Some(offset) => section.active(None, &constant(ValType::I32, offset.into()), items),
                None => section.passive(items),
            };
        }
        let all: Vec<u32> = (0..index(self.imports.len() + self.functions.len())).collect();
        section.declared(Elements::Functions(all.into()));
        section
    }

    fn encode_data(&self) -> DataSection {
        let mut section = DataSection::new();
        for Segment { offset, items } in &self.data {
            let items = items.iter().copied();
            match offset {
                Some(offset) => section.active(0, &constant(ValType::I32, (*offset).into()), items),
                None => section.passive(items),
            };
        }
        section
    }

    fn encode_function(&self, function: &Function) -> wasm_encoder::Function {
        let mut into =
            wasm_encoder::Function::new_with_locals_types(function.locals.iter().copied());
        self.encode_code(&function.body, &mut into);
        into.instruction(&Instruction::End);
        into
    }

    fn encode_code(&self, code: &[Code], into: &mut wasm_encoder::Function) {
        for piece in code {
            match piece {
                Code::Plain(instruction) => {
                    into.instruction(instruction);
                    continue;
                }
                Code::Block(kind, ty, body) => {
                    let ty = self.block_type(*ty);
                    into.instruction(&match kind {
                        Kind::Block => Instruction::Block(ty),
                        Kind::Loop => Instruction::Loop(ty),
                    });
                    self.encode_code(body, into);
                }
                Code::If(ty, then, other) => {
                    into.instruction(&Instruction::If(self.block_type(*ty)));
                    self.encode_code(then, into);
                    if let Some(other) = other {
                        into.instruction(&Instruction::Else);
                        self.encode_code(other, into);
                    }
                }
            }
            into.instruction(&Instruction::End);
        }
    }

    /// The short form, where there is one.
    fn block_type(&self, ty: u32) -> BlockType {
        let Signature { params, results } = &self.types[ty as usize];
        match (&params[..], &results[..]) {
            ([], []) => BlockType::Empty,
            ([], [result]) => BlockType::Result(*result),
            _ => BlockType::FunctionType(ty),
        }
    }
}

/// An index or a number of items as modules have it.
pub(crate) fn index(number: usize) -> u32 {
    u32::try_from(number).expect("there are not so many")
}

/// The low half, which is what an i32 is.
pub(crate) fn low(value: u64) -> u32 {
    u32::try_from(value & u64::from(u32::MAX)).expect("it is the low half")
}

/// An expression that gives `value`.
fn constant(ty: ValType, value: u64) -> ConstExpr {
    match ty {
        ValType::I32 => ConstExpr::i32_const(low(value).cast_signed()),
        ValType::I64 => ConstExpr::i64_const(value.cast_signed()),
        _ if value == NULL => ConstExpr::ref_null(wasm_encoder::HeapType::FUNC),
        _ => ConstExpr::ref_func(low(value)),
    }
}

/// An instruction that puts `value` on the operand stack.
pub(crate) fn push(ty: ValType, value: u64) -> Instruction<'static> {
    match ty {
        ValType::I32 => Instruction::I32Const(low(value).cast_signed()),
        ValType::I64 => Instruction::I64Const(value.cast_signed()),
        _ if value == NULL => Instruction::RefNull(wasm_encoder::HeapType::FUNC),
        _ => Instruction::RefFunc(low(value)),
    }
}
