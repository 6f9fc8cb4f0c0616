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

mod body;

use super::Rewritten;
use super::constants::{function_type, value_type};
use super::module::{Form, Shift, Signatures, ToWrite, count, maxima, rewrite};
use crate::validate::Valid;
use crate::{Schedule, Unit};
use body::Body;
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

const I32: u8 = 0x7f;
const I64: u8 = 0x7e;

/// `code` with gas and stack threaded through it.
pub(crate) fn threaded(code: &[u8], valid: &Valid, schedule: &Schedule) -> Rewritten {
    let rewritten = Signatures::read(code).and_then(|signatures| {
        let form = Threaded::new(valid, &signatures, schedule);
        let code = rewrite(code, valid, &signatures, &form, schedule)?;
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
    fn new(valid: &Valid, signatures: &'a Signatures, schedule: &'a Schedule) -> Self {
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
        let charged_growth = valid.functions.grows_memory && schedule.unit(Unit::Page) > 0;
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
            .i64_const(self.schedule.unit(Unit::Page).into())
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

    fn body(&self, out: &mut Vec<u8>, code: &[u8], body: &ToWrite<'_>) {
        let gas = count(self.signatures.types[body.ty as usize].params().len());
        Body::new(self, out, body, gas).write(code, self.blocks[body.ty as usize]);
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
