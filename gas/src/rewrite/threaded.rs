//! Gas and stack that travel with each call.
//!
//! Every function takes, after its parameters, the gas and the stack that are left, and gives back,
//! after its results, the gas that is left. Gas comes last so that operands stay where they are. A
//! function is
//!
//! ```text
//! block                          ;; stack overflow
//!   block                        ;; out of gas
//!     <br_if stack overflow: the stack is less than the frame; take the frame from it>
//!     block (its results)        ;; what a branch out of the function leads to
//!       <its code, with charges: br_if out of gas: the gas is less; take the charge from it>
//!     end
//!     <gas> return
//!   end
//!   call $out_of_gas  unreachable
//! end
//! call $stack_overflow  unreachable
//! ```
//!
//! so a charge is a comparison, a branch that is not taken, and a subtraction. To subtract first and then
//! look for a negative number is shorter in WebAssembly, but Cranelift makes up to five instructions of it: a
//! copy, the subtraction, a test, the branch, and often the subtraction again. It is done where a call has
//! left the gas on the operand stack, and where a length is charged. Branches of the original code need no
//! change, since the blocks are outside of theirs.

use super::Rewritten;
use super::constants::{FUNCREF, function_type, value_type};
use super::module::{Form, Shift, Signatures, count, leb, maxima, rewrite};
use crate::analysis::{Analysis, Function, Point, What};
use crate::validate::Valid;
use crate::{Schedule, limits};
use wasm_encoder::{BlockType, Encode, InstructionSink};
use wasmparser::FuncType;

/// The module from which a metered module imports how it ends when its gas or its stack does.
pub const HEBE: &str = "hebe";

/// The import that is called, and must not return, when the gas does not suffice.
pub const OUT_OF_GAS: &str = "out_of_gas";

/// The import that is called, and must not return, when the stack does not suffice.
pub const STACK_OVERFLOW: &str = "stack_overflow";

/// The export that stands for a start function, which only specification scripts have: after
/// instantiation it is to be called like any other.
pub const START: &str = "hebe.start";

/// What the exports that stand for the module's own mutable globals begin with; their number from 0 on
/// follows.
pub const GLOBAL: &str = "hebe.global.";

const UNREACHABLE: u8 = 0x00;
const BLOCK: u8 = 0x02;
const END: u8 = 0x0b;
const BR_IF: u8 = 0x0d;
const RETURN: u8 = 0x0f;
const CALL: u8 = 0x10;
const LOCAL_GET: u8 = 0x20;
const LOCAL_SET: u8 = 0x21;
const LOCAL_TEE: u8 = 0x22;
const I32_CONST: u8 = 0x41;
const I64_CONST: u8 = 0x42;
const I32_LT_S: u8 = 0x48;
const I64_LT_S: u8 = 0x53;
const I32_SUB: u8 = 0x6b;
const I64_SUB: u8 = 0x7d;
const I32: u8 = 0x7f;
const I64: u8 = 0x7e;

/// `code` with gas and stack threaded through it.
pub(crate) fn threaded(
    code: &[u8],
    valid: &Valid,
    analysis: &Analysis,
    schedule: &Schedule,
) -> Rewritten {
    let rewritten = Signatures::read(code).and_then(|signatures| {
        let form = Threaded::new(valid, analysis, &signatures, schedule);
        let code = rewrite(code, valid, analysis, &signatures, &form)?;
        Ok(Rewritten {
            code,
            exported_globals: form.exported_globals().map(<[u32]>::len).map(count),
        })
    });
    rewritten.unwrap_or_else(|error| unreachable!("a valid module can be read: {error}"))
}

struct Threaded<'a> {
    signatures: &'a Signatures,
    schedule: &'a Schedule,
    /// For each type the block type that gives its results.
    blocks: Vec<BlockType>,
    /// How many types have been added for blocks.
    block_types: Vec<u32>,
    /// The index of the function that grows the memory, if there is one.
    memory_grow: Option<u32>,
    max_pages: u32,
    max_elements: u32,
    out_of_gas: u32,
}

impl<'a> Threaded<'a> {
    fn new(
        valid: &Valid,
        analysis: &Analysis,
        signatures: &'a Signatures,
        schedule: &'a Schedule,
    ) -> Self {
        let types = &signatures.types;
        // After the types of the module and those of its functions comes the one of our imports.
        let mut next = 2 * count(types.len()) + 1;
        let mut block_types = Vec::new();
        let block = |(index, ty): (u32, &FuncType)| match (ty.params(), ty.results()) {
            (_, []) => BlockType::Empty,
            (_, [result]) => BlockType::Result(match value_type(*result) {
                I32 => wasm_encoder::ValType::I32,
                I64 => wasm_encoder::ValType::I64,
                _ => wasm_encoder::ValType::FUNCREF,
            }),
            ([], _) => BlockType::FunctionType(index),
            _ => {
                block_types.push(index);
                next += 1;
                BlockType::FunctionType(next - 1)
            }
        };
        let blocks = (0..).zip(types).map(block).collect();
        let charged_growth = analysis.grows_memory && schedule.page() > 0;
        let (max_pages, max_elements) = maxima(valid);
        Self {
            signatures,
            schedule,
            blocks,
            block_types,
            memory_grow: charged_growth.then(|| signatures.functions() + ADDED_IMPORTS),
            max_pages,
            max_elements,
            out_of_gas: signatures.imports(),
        }
    }

    fn types_of_module(&self) -> u32 {
        count(self.signatures.types.len())
    }

    fn stack_overflow(&self) -> u32 {
        self.out_of_gas + 1
    }

    /// The globals that are exported; `None` where their names are taken.
    fn exported_globals(&self) -> Option<&[u32]> {
        (!self.signatures.global_is_taken).then_some(&self.signatures.mutable_globals)
    }

    /// The body of the function that grows the memory: `(pages: i32, gas: i64) -> (i32, i64)`. A
    /// growth beyond the maximum costs nothing, and fails. Inlined it would make code grow by more
    /// than an engine takes.
    fn memory_grow(&self) -> Vec<u8> {
        let (pages, gas) = (0, 1);
        let mut body = vec![0];
        InstructionSink::new(&mut body)
            .local_get(pages)
            .i32_const(self.max_pages.cast_signed())
            .memory_size(0)
            .i32_sub()
            .i32_le_u()
            .if_(BlockType::Empty)
            .local_get(gas)
            .local_get(pages)
            .i64_extend_i32_u()
            .i64_const(self.schedule.page().into())
            .i64_mul()
            .i64_sub()
            .local_tee(gas)
            .i64_const(0)
            .i64_lt_s()
            .if_(BlockType::Empty)
            .call(self.out_of_gas)
            .unreachable()
            .end()
            .end()
            .local_get(pages)
            .memory_grow(0)
            .local_get(gas)
            .end();
        body
    }
}

/// `out_of_gas` and `stack_overflow`.
const ADDED_IMPORTS: u32 = 2;

impl Form for Threaded<'_> {
    fn shift(&self) -> Shift {
        Shift { imported: self.signatures.imports(), added: ADDED_IMPORTS }
    }

    /// The types of the module, which blocks go on to use; the same with gas and stack, for functions;
    /// that of our imports; those for blocks around bodies; that of the function that grows memory.
    fn types(&self, out: &mut Vec<u8>) -> u32 {
        let types = &self.signatures.types;
        for ty in types {
            let (params, results) = (values(ty.params()), values(ty.results()));
            function_type(out, params, results);
        }
        for ty in types {
            out.push(0x60);
            count(ty.params().len() + 2).encode(out);
            out.extend(values(ty.params()).chain([I64, I32]));
            count(ty.results().len() + 1).encode(out);
            out.extend(values(ty.results()).chain([I64]));
        }
        function_type(out, [].into_iter(), [].into_iter());
        for index in &self.block_types {
            function_type(out, [].into_iter(), values(types[*index as usize].results()));
        }
        if self.memory_grow.is_some() {
            function_type(out, [I32, I64].into_iter(), [I32, I64].into_iter());
        }
        2 * self.types_of_module()
            + 1
            + count(self.block_types.len())
            + u32::from(self.memory_grow.is_some())
    }

    fn function_type(&self, ty: u32) -> u32 {
        self.types_of_module() + ty
    }

    fn imports(&self) -> Vec<(&'static str, &'static str, u32)> {
        let ty = 2 * self.types_of_module();
        vec![(HEBE, OUT_OF_GAS, ty), (HEBE, STACK_OVERFLOW, ty)]
    }

    fn functions(&self) -> Vec<(&'static str, u32, Vec<u8>)> {
        if self.memory_grow.is_none() {
            return Vec::new();
        }
        let ty = 2 * self.types_of_module() + 1 + count(self.block_types.len());
        vec![("hebe.memory.grow", ty, self.memory_grow())]
    }

    fn export(&self, _: &str, function: u32) -> u32 {
        self.shift().function(function)
    }

    fn globals(&self) -> &[u32] {
        self.exported_globals().unwrap_or_default()
    }

    fn body(&self, out: &mut Vec<u8>, code: &[u8], function: &Function, points: &[Point], ty: u32) {
        let gas = count(self.signatures.types[ty as usize].params().len());
        Body::new(self, out, function, gas).write(code, points, self.blocks[ty as usize]);
    }

    fn local(&self, function: u32, local: u32) -> Option<u32> {
        let ty = self.signatures.type_of(function)?;
        let parameters = count(self.signatures.types.get(ty as usize)?.params().len());
        if local < parameters { Some(local) } else { local.checked_add(ADDED_PARAMETERS) }
    }
}

/// Gas and stack.
const ADDED_PARAMETERS: u32 = 2;

fn values(types: &[wasmparser::ValType]) -> impl ExactSizeIterator<Item = u8> {
    types.iter().copied().map(value_type)
}

/// A body that is being written.
struct Body<'a> {
    form: &'a Threaded<'a>,
    out: &'a mut Vec<u8>,
    function: &'a Function,
    /// The local that has the gas, after the parameters.
    gas: u32,
    /// What is written often: `local.get` of the gas, and of the gas and the stack, and
    /// `local.set` of the gas.
    get_gas: Short,
    get_both: Short,
    set_gas: Short,
    /// What keeps the gas that is left, up to the label of its `br_if`.
    keep: Short,
}

/// A few bytes that are written again and again.
#[derive(Clone, Copy, Default)]
struct Short {
    bytes: [u8; 16],
    length: usize,
}

impl Short {
    fn push(mut self, byte: u8) -> Self {
        self.bytes[self.length] = byte;
        self.length += 1;
        self
    }

    /// An instruction on a local. There are at most 8,192 and a few.
    fn local(mut self, opcode: u8, mut local: u32) -> Self {
        self = self.push(opcode);
        while local >= 0x80 {
            self = self.push(local.to_le_bytes()[0] | 0x80);
            local >>= 7;
        }
        self.push(local.to_le_bytes()[0])
    }

    fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.bytes[..self.length]);
    }
}

/// Writes a number that has a sign.
#[inline]
fn signed(out: &mut Vec<u8>, mut number: i64) {
    while !(-0x40..0x40).contains(&number) {
        out.push(number.to_le_bytes()[0] | 0x80);
        number >>= 7;
    }
    out.push(number.to_le_bytes()[0] & 0x7f);
}

/// Writes the beginning of a block.
fn block(out: &mut Vec<u8>, ty: BlockType) {
    let ty = match ty {
        BlockType::Empty => 0x40,
        BlockType::Result(wasm_encoder::ValType::I32) => I32,
        BlockType::Result(wasm_encoder::ValType::I64) => I64,
        BlockType::Result(_) => FUNCREF,
        BlockType::FunctionType(index) => {
            out.push(BLOCK);
            return signed(out, index.into());
        }
    };
    out.extend_from_slice(&[BLOCK, ty]);
}

impl<'a> Body<'a> {
    fn new(form: &'a Threaded<'a>, out: &'a mut Vec<u8>, function: &'a Function, gas: u32) -> Self {
        let get_gas = Short::default().local(LOCAL_GET, gas);
        let get_both = get_gas.local(LOCAL_GET, gas + 1);
        let set_gas = Short::default().local(LOCAL_SET, gas);
        let keep = Short::default().local(LOCAL_TEE, gas);
        let keep = keep.push(I64_CONST).push(0).push(I64_LT_S).push(BR_IF);
        Self { form, out, function, gas, get_gas, get_both, set_gas, keep }
    }

    /// The local that has the stack that is left.
    fn stack(&self) -> u32 {
        self.gas + 1
    }

    /// The local where an operand waits.
    fn aside(&self) -> u32 {
        self.function.locals.count + ADDED_PARAMETERS
    }

    fn instructions(&mut self) -> InstructionSink<'_> {
        InstructionSink::new(self.out)
    }

    fn write(mut self, code: &[u8], points: &[Point], results: BlockType) {
        let function = self.function;
        let locals = &function.locals;
        let aside = function.calls_indirectly || function.has_lengths;
        leb(self.out, locals.groups + u32::from(aside));
        self.out.extend_from_slice(&code[locals.declared.clone()]);
        if aside {
            self.out.extend([1, I32]);
        }
        self.enter(results);
        self.code(code, points);
        self.get_gas.write(self.out);
        self.out.extend_from_slice(&[RETURN, END]);
        if function.charges {
            self.way_out(self.form.out_of_gas);
        }
        self.way_out(self.form.stack_overflow());
    }

    /// Calls a function that does not return, and closes a block.
    fn way_out(&mut self, function: u32) {
        self.out.push(CALL);
        leb(self.out, function);
        self.out.extend_from_slice(&[UNREACHABLE, END]);
    }

    /// Takes the frame from the stack that is left, and opens the block of the code.
    fn enter(&mut self, results: BlockType) {
        let (stack, charges) = (self.stack(), self.function.charges);
        let frame = self.function.frame + limits::CALL_SLOTS;
        let out = &mut *self.out;
        block(out, BlockType::Empty);
        if charges {
            block(out, BlockType::Empty);
        }
        let get_stack = Short::default().local(LOCAL_GET, stack);
        let set_stack = Short::default().local(LOCAL_SET, stack);
        get_stack.write(out);
        out.push(I32_CONST);
        signed(out, frame.into());
        out.extend_from_slice(&[I32_LT_S, BR_IF, u8::from(charges)]);
        get_stack.write(out);
        out.push(I32_CONST);
        signed(out, frame.into());
        out.push(I32_SUB);
        set_stack.write(out);
        block(out, results);
    }

    /// The code, up to its last `end`, which closes the block.
    fn code(&mut self, code: &[u8], points: &[Point]) {
        let mut done = self.function.instructions.start;
        // Whether a call has left the gas on the stack.
        let mut on_stack = false;
        for point in points {
            let at = point.at as usize;
            let continues = at == done && matches!(point.what, What::Stretch(1..));
            if on_stack && !continues {
                let gas = self.gas;
                self.instructions().local_set(gas);
                on_stack = false;
            }
            self.out.extend_from_slice(&code[done..at]);
            done = at + usize::from(point.size);
            match point.what {
                What::Stretch(0) => {}
                What::Stretch(cost) => {
                    self.charge(cost, point.depth, on_stack);
                    on_stack = false;
                }
                What::Unreachable(length) => done += length as usize,
                _ => on_stack = self.instruction(point, &code[at..done]),
            }
        }
        let end = self.function.instructions.end;
        if on_stack {
            let gas = self.gas;
            self.instructions().local_set(gas);
        }
        self.out.extend_from_slice(&code[done..end]);
    }

    /// Charges what is known beforehand. The gas is on the stack if a call has just left it there.
    fn charge(&mut self, particles: u64, depth: u16, on_stack: bool) {
        // Far below 2^63, as prices are bounded.
        let particles = particles.cast_signed();
        if on_stack {
            self.out.push(I64_CONST);
            signed(self.out, particles);
            self.out.push(I64_SUB);
            return self.pay(depth.into());
        }
        self.get_gas.write(self.out);
        self.out.push(I64_CONST);
        signed(self.out, particles);
        self.out.extend_from_slice(&[I64_LT_S, BR_IF]);
        leb(self.out, u32::from(depth) + 1);
        self.get_gas.write(self.out);
        self.out.push(I64_CONST);
        signed(self.out, particles);
        self.out.push(I64_SUB);
        self.set_gas.write(self.out);
    }

    /// Keeps the gas that is left, which is on the stack, or leaves if it is negative.
    fn pay(&mut self, depth: u32) {
        self.keep.write(self.out);
        leb(self.out, depth + 1);
    }

    /// Writes an instruction that needs attention. Whether it leaves the gas on the stack.
    fn instruction(&mut self, point: &Point, original: &[u8]) -> bool {
        let (gas, aside) = (self.gas, self.aside());
        let (form, depth) = (self.form, u32::from(point.depth));
        match point.what {
            What::Stretch(_) | What::Unreachable(_) => {}
            What::Local { opcode, index } => {
                self.out.push(opcode);
                leb(self.out, index + ADDED_PARAMETERS);
            }
            What::Return => {
                self.instructions().local_get(gas).return_();
            }
            What::RefFunc { function } => {
                self.instructions().ref_func(form.shift().function(function));
            }
            What::Call { function } => {
                let function = form.shift().function(function);
                self.get_both.write(self.out);
                self.out.push(CALL);
                leb(self.out, function);
                return true;
            }
            What::CallIndirect { ty } => {
                self.instructions().local_set(aside);
                self.get_both.write(self.out);
                self.instructions().local_get(aside).call_indirect(0, form.function_type(ty));
                return true;
            }
            What::MemoryGrow => {
                let Some(grow) = form.memory_grow else {
                    self.out.extend_from_slice(original);
                    return false;
                };
                self.instructions().local_get(gas).call(grow);
                return true;
            }
            What::TableGrow => {
                self.instructions()
                    .local_tee(aside)
                    .i32_const(form.max_elements.cast_signed())
                    .table_size(0)
                    .i32_sub()
                    .i32_le_u()
                    .if_(BlockType::Empty);
                self.charge_length(1, form.schedule.element(), depth + 1);
                self.instructions().end().local_get(aside);
                self.out.extend_from_slice(original);
            }
            What::Bytes => {
                self.instructions().local_set(aside);
                self.charge_length(32, form.schedule.word(), depth);
                self.instructions().local_get(aside);
                self.out.extend_from_slice(original);
            }
            What::Elements => {
                self.instructions().local_set(aside);
                self.charge_length(1, form.schedule.element(), depth);
                self.instructions().local_get(aside);
                self.out.extend_from_slice(original);
            }
        }
        false
    }

    /// Charges for the length that waits aside, `price` for each `unit`, rounded up. Nothing can
    /// overflow: lengths are below 2^32, prices below 2^31.
    fn charge_length(&mut self, unit: i64, price: u32, depth: u32) {
        let (gas, aside) = (self.gas, self.aside());
        let mut instructions = self.instructions();
        instructions.local_get(gas).local_get(aside).i64_extend_i32_u();
        if unit > 1 {
            instructions.i64_const(unit - 1).i64_add().i64_const(unit).i64_div_u();
        }
        instructions.i64_const(price.into()).i64_mul().i64_sub();
        self.pay(depth);
    }
}
