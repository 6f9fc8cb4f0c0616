//! Putting a call of the oracle before every single instruction.

use super::prices::Prices;
use hebe_gas::{Unit, limits};
use std::convert::Infallible;
use wasm_encoder::reencode::{Error, Reencode};
use wasm_encoder::{
    CodeSection, DataCountSection, DataSection, ElementSection, EntityType, ExportSection,
    Function, FunctionSection, GlobalSection, ImportSection, Instruction, MemorySection, Module,
    TableSection, TypeSection, ValType,
};
use wasmparser::{
    BlockType, DataKind, ElementItems, FrameKind, FuncToValidate, FuncValidator, FunctionBody,
    MemoryType, Operator, Parser, Payload, TableType, ValidPayload, Validator, ValidatorResources,
    WasmFeatures, WasmModuleResources,
};

/// The module name under which the functions below are imported.
pub(super) const ORACLE: &str = "oracle";

/// The functions of the oracle, in the order in which they are imported after the module's own.
#[derive(Clone, Copy)]
enum Call {
    /// `charge(particles: i64)`: pays for an instruction.
    Charge,
    /// `enter(slots: i32)`: a function has been entered.
    Enter,
    /// `call()`: a function is about to be called. The height of the stack is remembered.
    Calling,
    /// `back()`: it has returned. The height is as it was.
    Back,
    /// `grow_memory(delta: i32, size: i32) -> i32`: pays for `memory.grow`; gives back `delta`.
    GrowMemory,
    /// `grow_table(delta: i32, size: i32) -> i32`: pays for `table.grow`; gives back `delta`.
    GrowTable,
    /// `bytes(length: i32) -> i32`: pays for so many bytes of memory; gives back `length`.
    Bytes,
    /// `elements(length: i32) -> i32`: pays for so many elements of a table; gives back `length`.
    Elements,
}

const CALLS: [(Call, &str, &[ValType], &[ValType]); 8] = [
    (Call::Charge, "charge", &[ValType::I64], &[]),
    (Call::Enter, "enter", &[ValType::I32], &[]),
    (Call::Calling, "call", &[], &[]),
    (Call::Back, "back", &[], &[]),
    (Call::GrowMemory, "grow_memory", &[ValType::I32, ValType::I32], &[ValType::I32]),
    (Call::GrowTable, "grow_table", &[ValType::I32, ValType::I32], &[ValType::I32]),
    (Call::Bytes, "bytes", &[ValType::I32], &[ValType::I32]),
    (Call::Elements, "elements", &[ValType::I32], &[ValType::I32]),
];

/// A module with the oracle's calls in it.
pub(super) struct Instrumented {
    /// The module, translated.
    pub(super) module: wasmi::Module,
    /// What it costs to start it, in particles.
    pub(super) start: i64,
    /// To how many pages its memory may grow.
    pub(super) max_pages: u32,
    /// To how many elements its table may grow.
    pub(super) max_elements: u32,
    /// What the instructions of its most expensive function cost, each counted once: no stretch
    /// costs more.
    pub(super) longest_stretch: i64,
}

/// Instruments `code`, which is valid.
pub(super) fn instrument(
    code: &[u8],
    prices: &Prices,
    engine: &wasmi::Engine,
) -> Result<Instrumented, Box<dyn std::error::Error>> {
    let mut oracle = Oracle {
        prices,
        code,
        own_imports: 0,
        start: prices.of(Unit::Start, 1),
        max_pages: limits::MEMORY.value,
        max_elements: limits::TABLE_ELEMENTS.value,
        longest_stretch: 0,
    };
    let code = oracle.module()?;
    Ok(Instrumented {
        module: wasmi::Module::new(engine, code)?,
        start: oracle.start,
        max_pages: oracle.max_pages,
        max_elements: oracle.max_elements,
        longest_stretch: oracle.longest_stretch,
    })
}

struct Oracle<'a> {
    prices: &'a Prices,
    code: &'a [u8],
    /// How many functions the module imports itself. All others move up.
    own_imports: u32,
    start: i64,
    max_pages: u32,
    max_elements: u32,
    longest_stretch: i64,
}

impl Reencode for Oracle<'_> {
    type Error = Infallible;

    fn function_index(&mut self, index: u32) -> Result<u32, Error> {
        let ours = u32::try_from(CALLS.len()).expect("they are few");
        Ok(if index < self.own_imports { index } else { index + ours })
    }

    fn memory_type(&mut self, memory: MemoryType) -> Result<wasm_encoder::MemoryType, Error> {
        let limit = u64::from(limits::MEMORY.value);
        let maximum = memory.maximum.map_or(limit, |declared| declared.min(limit));
        let initial = u32::try_from(memory.initial).expect("it is at most the limit");
        self.start += self.prices.pages(initial.saturating_sub(1));
        self.max_pages = u32::try_from(maximum).expect("it is at most the limit");
        Ok(wasm_encoder::MemoryType {
            minimum: memory.initial,
            maximum: Some(maximum),
            memory64: false,
            shared: false,
            page_size_log2: None,
        })
    }

    fn table_type(&mut self, table: TableType) -> Result<wasm_encoder::TableType, Error> {
        let limit = u64::from(limits::TABLE_ELEMENTS.value);
        let maximum = table.maximum.map_or(limit, |declared| declared.min(limit));
        self.max_elements = u32::try_from(maximum).expect("it is at most the limit");
        self.pay(Unit::Item, u32::try_from(table.initial).expect("it is at most the limit"));
        Ok(wasm_encoder::TableType {
            element_type: self.ref_type(table.element_type)?,
            minimum: table.initial,
            maximum: Some(maximum),
            table64: false,
            shared: false,
        })
    }
}

impl Oracle<'_> {
    /// The whole module, section by section.
    fn module(&mut self) -> Result<Vec<u8>, Error> {
        let (mut types, mut imports) = (TypeSection::new(), ImportSection::new());
        let (mut functions, mut tables) = (FunctionSection::new(), TableSection::new());
        let (mut memories, mut globals) = (MemorySection::new(), GlobalSection::new());
        let (mut exports, mut elements) = (ExportSection::new(), ElementSection::new());
        let (mut bodies, mut data) = (CodeSection::new(), DataSection::new());
        let mut data_count = None;
        let mut validator = Validator::new_with_features(WasmFeatures::default());
        for payload in Parser::new(0).parse_all(self.code) {
            let payload = payload?;
            if let ValidPayload::Func(function, body) = validator.payload(&payload)? {
                bodies.function(&self.body(function, &body)?);
                continue;
            }
            match payload {
                Payload::TypeSection(section) => self.parse_type_section(&mut types, section)?,
                Payload::ImportSection(section) => {
                    self.own_imports = section.count();
                    self.pay(Unit::Import, section.count());
                    self.parse_import_section(&mut imports, section)?;
                }
                Payload::FunctionSection(section) => {
                    self.parse_function_section(&mut functions, section)?;
                }
                Payload::TableSection(section) => self.parse_table_section(&mut tables, section)?,
                Payload::MemorySection(section) => {
                    self.parse_memory_section(&mut memories, section)?;
                }
                Payload::GlobalSection(section) => {
                    self.pay(Unit::Global, section.count());
                    self.parse_global_section(&mut globals, section)?;
                }
                Payload::ExportSection(section) => {
                    self.parse_export_section(&mut exports, section)?;
                }
                Payload::ElementSection(section) => {
                    self.pay(Unit::Segment, section.count());
                    for segment in section.clone() {
                        self.pay(
                            Unit::Item,
                            match segment?.items {
                                ElementItems::Functions(items) => items.count(),
                                ElementItems::Expressions(_, items) => items.count(),
                            },
                        );
                    }
                    self.parse_element_section(&mut elements, section)?;
                }
                Payload::DataCountSection { count, .. } => {
                    data_count = Some(DataCountSection { count });
                }
                Payload::DataSection(section) => {
                    self.pay(Unit::Segment, section.count());
                    for segment in section.clone() {
                        let segment = segment?;
                        if let DataKind::Active { .. } = segment.kind {
                            let bytes = u32::try_from(segment.data.len()).expect("code is small");
                            self.pay(Unit::Data, bytes.div_ceil(32));
                        }
                    }
                    self.parse_data_section(&mut data, section)?;
                }
                _ => {}
            }
        }
        for (_, name, params, results) in CALLS {
            imports.import(ORACLE, name, EntityType::Function(types.len()));
            types.ty().function(params.iter().copied(), results.iter().copied());
        }
        let mut module = Module::new();
        module.section(&types).section(&imports).section(&functions).section(&tables);
        module.section(&memories).section(&globals).section(&exports).section(&elements);
        if let Some(data_count) = data_count {
            module.section(&data_count);
        }
        module.section(&bodies).section(&data);
        Ok(module.finish())
    }

    /// A function: what it needs of the stack, then each instruction after its price.
    fn body(
        &mut self,
        function: FuncToValidate<ValidatorResources>,
        body: &FunctionBody<'_>,
    ) -> Result<Function, Error> {
        let Frame { slots, cleared, values } = frame(function, body)?;
        let slots = slots + limits::CALL_SLOTS;
        let mut out = self.new_function_with_parsed_locals(body)?;
        out.instruction(&Instruction::I32Const(slots.cast_signed()));
        self.call(&mut out, Call::Enter);
        let mut stretch: i64 = 0;
        // Locals are cleared before the first instruction.
        let mut entry = self.prices.of(Unit::Local, cleared as usize);
        for (operator, values) in body.get_operators_reader()?.into_iter().zip(values) {
            let operator = operator?;
            let price = self.prices.instruction_in(&operator, self.max_pages)
                + self.prices.of(Unit::Value, values)
                + std::mem::take(&mut entry);
            stretch = stretch.saturating_add(price);
            out.instruction(&Instruction::I64Const(price));
            self.call(&mut out, Call::Charge);
            self.charge_length(&mut out, &operator);
            let is_call = matches!(operator, Operator::Call { .. } | Operator::CallIndirect { .. });
            if is_call {
                self.call(&mut out, Call::Calling);
            }
            out.instruction(&self.instruction(operator)?);
            if is_call {
                self.call(&mut out, Call::Back);
            }
        }
        self.longest_stretch = self.longest_stretch.max(stretch);
        Ok(out)
    }

    /// What is paid by a length that is known only when the instruction runs. It is on top of the
    /// operand stack in each of these.
    fn charge_length(&mut self, out: &mut Function, operator: &Operator<'_>) {
        match operator {
            Operator::MemoryGrow { .. } => {
                out.instruction(&Instruction::MemorySize(0));
                self.call(out, Call::GrowMemory);
            }
            Operator::TableGrow { table } => {
                out.instruction(&Instruction::TableSize(*table));
                self.call(out, Call::GrowTable);
            }
            Operator::MemoryCopy { .. }
            | Operator::MemoryFill { .. }
            | Operator::MemoryInit { .. } => self.call(out, Call::Bytes),
            Operator::TableCopy { .. }
            | Operator::TableFill { .. }
            | Operator::TableInit { .. } => self.call(out, Call::Elements),
            _ => {}
        }
    }

    /// Adds to the price of the start.
    fn pay(&mut self, unit: Unit, number: u32) {
        self.start += self.prices.of(unit, number as usize);
    }

    fn call(&self, out: &mut Function, call: Call) {
        out.instruction(&Instruction::Call(self.own_imports + call as u32));
    }
}

/// What has to be known of a function before it is instrumented.
struct Frame {
    /// Parameters, locals and the deepest operand stack.
    slots: u32,
    /// Locals that are zero at first.
    cleared: u32,
    /// How many values each instruction carries.
    values: Vec<usize>,
}

fn frame(
    function: FuncToValidate<ValidatorResources>,
    body: &FunctionBody<'_>,
) -> Result<Frame, Error> {
    let mut validator = function.into_validator(Default::default());
    let parameters = validator.len_locals();
    let mut reader = body.get_binary_reader();
    validator.read_locals(&mut reader)?;
    let locals = validator.len_locals();
    let (mut deepest, mut values) = (0, Vec::new());
    let mut operators = body.get_operators_reader()?;
    while !operators.eof() {
        let (operator, offset) = operators.read_with_offset()?;
        values.push(carried(&validator, &operator));
        validator.op(offset, &operator)?;
        deepest = deepest.max(validator.operand_stack_height());
    }
    Ok(Frame { slots: locals + deepest, cleared: locals - parameters, values })
}

/// How many values a call passes and gets, a branch carries, or a block takes.
fn carried(validator: &FuncValidator<ValidatorResources>, operator: &Operator<'_>) -> usize {
    let signature = |ty: u32| {
        let ty = validator.resources().sub_type_at(ty).expect("it is valid").unwrap_func();
        (ty.params().len(), ty.results().len())
    };
    let of_block = |ty: BlockType| match ty {
        BlockType::Empty => (0, 0),
        BlockType::Type(_) => (0, 1),
        BlockType::FuncType(ty) => signature(ty),
    };
    let label = |depth: u32| {
        // Past the end only in code that can't be reached.
        let Some(frame) = validator.get_control_frame(depth as usize) else { return 0 };
        let (params, results) = of_block(frame.block_type);
        if frame.kind == FrameKind::Loop { params } else { results }
    };
    match operator {
        Operator::Block { blockty } | Operator::Loop { blockty } | Operator::If { blockty } => {
            of_block(*blockty).0
        }
        Operator::Br { relative_depth } | Operator::BrIf { relative_depth } => {
            label(*relative_depth)
        }
        Operator::BrTable { targets } => label(targets.default()),
        Operator::Return => label(validator.control_stack_height() - 1),
        Operator::Call { function_index } => {
            let ty = validator.resources().type_index_of_function(*function_index);
            let (params, results) = signature(ty.expect("it is valid"));
            params + results
        }
        Operator::CallIndirect { type_index, .. } => {
            let (params, results) = signature(*type_index);
            params + results
        }
        _ => 0,
    }
}
