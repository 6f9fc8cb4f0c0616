//! Code that is metered once, when it is deployed.
//!
//! The form of the ewasm Sentinel: at the start of each stretch a call of `ethereum.useGas` with its
//! cost, rounded up to whole gas. The result is an ordinary contract, but for a mark: a custom section in
//! front that says by which schedule it was metered. What is metered loses any mark that it had, so no
//! contract can give itself one on its way into the state.

use super::constants::{function_type, value_type};
use super::module::{Form, Shift, Signatures, ToWrite, count, maxima, rewrite};
use crate::analysis::{Point, What};
use crate::validate::Valid;
use crate::{PARTICLES_PER_GAS, Schedule, Unit};
use wasm_encoder::{BlockType, CustomSection, Encode, InstructionSink, Section};
use wasmparser::{FuncType, ValType};

/// The function by which deployed code pays, `(i64) -> ()`: its module and its name.
pub(crate) const USE_GAS: (&str, &str) = ("ethereum", "useGas");

const I32: u8 = 0x7f;
const I64: u8 = 0x7e;

/// `code` with calls of [`USE_GAS`] in it.
pub(crate) fn deployed(code: &[u8], valid: &Valid, schedule: &Schedule) -> Vec<u8> {
    let rewritten = Signatures::read(code).and_then(|signatures| {
        let form = Deployed::new(valid, &signatures, schedule);
        let mut rewritten = rewrite(code, valid, &signatures, &form, schedule)?;
        rewritten.splice(HEADER_BYTES..HEADER_BYTES, mark(schedule));
        Ok(rewritten)
    });
    rewritten.unwrap_or_else(|error| unreachable!("a valid module can be read: {error}"))
}

/// Whether `code` was metered by `schedule` and stored in that form.
pub(crate) fn is_marked(code: &[u8], schedule: &Schedule) -> bool {
    code.get(HEADER_BYTES..).is_some_and(|sections| sections.starts_with(&mark(schedule)))
}

/// The custom section that says by which schedule a contract was metered.
fn mark(schedule: &Schedule) -> Vec<u8> {
    let title = schedule.title();
    let section = CustomSection { name: "hebe.metered".into(), data: title.as_bytes().into() };
    let mut bytes = Vec::new();
    section.append_to(&mut bytes);
    bytes
}

/// The magic and the version.
const HEADER_BYTES: usize = 8;

/// Whole gas, rounded up.
fn whole_gas(particles: u64) -> i64 {
    particles.div_ceil(PARTICLES_PER_GAS.into()).cast_signed()
}

struct Deployed<'a> {
    signatures: &'a Signatures,
    schedule: &'a Schedule,
    /// The function to call, and whether it is a new import.
    use_gas: u32,
    imports_use_gas: bool,
    use_gas_type: u32,
    /// The type of the function that grows memory.
    grow_type: u32,
    /// Types that are added to the module's: of `useGas`, and of the function that grows memory.
    added_types: Vec<&'static [&'static [u8]; 2]>,
    /// The function that grows the memory, if there is one.
    memory_grow: Option<u32>,
    max_pages: u32,
    max_elements: u32,
}

impl<'a> Deployed<'a> {
    fn new(valid: &Valid, signatures: &'a Signatures, schedule: &'a Schedule) -> Self {
        let mut added_types: Vec<&'static [&'static [u8]; 2]> = Vec::new();
        let mut type_index = |wanted: &'static [&'static [u8]; 2]| {
            let known = signatures.types.iter().position(|ty| is(ty, wanted));
            count(known.unwrap_or_else(|| {
                added_types.push(wanted);
                signatures.types.len() + added_types.len() - 1
            }))
        };
        let use_gas_type = type_index(&[&[I64], &[]]);
        let charged_growth = valid.functions.grows_memory && schedule.unit(Unit::Page) > 0;
        let grow_type = if charged_growth { type_index(&[&[I32], &[I32]]) } else { 0 };
        let imports_use_gas = signatures.use_gas.is_none();
        let next = signatures.functions() + u32::from(imports_use_gas);
        let (max_pages, max_elements) = maxima(valid);
        Self {
            signatures,
            schedule,
            use_gas: signatures.use_gas.unwrap_or_else(|| signatures.imports()),
            imports_use_gas,
            use_gas_type,
            grow_type,
            memory_grow: charged_growth.then_some(next),
            added_types,
            max_pages,
            max_elements,
        }
    }

    /// The body of the function that grows the memory: `(pages: i32) -> (i32)`. A growth beyond the
    /// maximum costs nothing, and fails.
    fn memory_grow(&self) -> Vec<u8> {
        let pages = 0;
        let mut body = vec![0];
        let mut instructions = InstructionSink::new(&mut body);
        instructions
            .local_get(pages)
            .i32_const(self.max_pages.cast_signed())
            .memory_size(0)
            .i32_sub()
            .i32_le_u()
            .if_(BlockType::Empty);
        self.use_gas_for(&mut instructions, pages, 1, self.schedule.unit(Unit::Page));
        instructions.end().local_get(pages).memory_grow(0).end();
        body
    }

    /// Pays `price` for each `unit` of the number in `local`, rounded up.
    fn use_gas_for(
        &self,
        instructions: &mut InstructionSink<'_>,
        local: u32,
        unit: i64,
        price: u32,
    ) {
        let particles = i64::from(PARTICLES_PER_GAS);
        instructions.local_get(local).i64_extend_i32_u();
        if unit > 1 {
            instructions.i64_const(unit - 1).i64_add().i64_const(unit).i64_div_u();
        }
        // As unsigned numbers these have room for both.
        instructions
            .i64_const(price.into())
            .i64_mul()
            .i64_const(particles - 1)
            .i64_add()
            .i64_const(particles)
            .i64_div_u()
            .call(self.use_gas);
    }

    fn point(&self, out: &mut Vec<u8>, point: &Point, original: &[u8], aside: u32) {
        let mut instructions = InstructionSink::new(out);
        match point.what {
            What::Stretch(0) | What::Unreachable(_) => {}
            What::Stretch(cost) => {
                instructions.i64_const(whole_gas(cost)).call(self.use_gas);
            }
            What::Call { function } => {
                instructions.call(self.shift().function(function));
            }
            What::RefFunc { function } => {
                instructions.ref_func(self.shift().function(function));
            }
            What::MemoryGrow if self.memory_grow.is_some() => {
                instructions.call(self.memory_grow.unwrap_or_default());
            }
            What::TableGrow => {
                instructions
                    .local_tee(aside)
                    .i32_const(self.max_elements.cast_signed())
                    .table_size(0)
                    .i32_sub()
                    .i32_le_u()
                    .if_(BlockType::Empty);
                self.use_gas_for(&mut instructions, aside, 1, self.schedule.unit(Unit::Element));
                instructions.end().local_get(aside);
                out.extend_from_slice(original);
            }
            What::Bytes | What::Elements => {
                let (unit, price) = match point.what {
                    What::Bytes => (32, self.schedule.unit(Unit::Word)),
                    _ => (1, self.schedule.unit(Unit::Element)),
                };
                instructions.local_set(aside);
                self.use_gas_for(&mut instructions, aside, unit, price);
                instructions.local_get(aside);
                out.extend_from_slice(original);
            }
            What::Local { .. } | What::Return | What::CallIndirect { .. } | What::MemoryGrow => {
                out.extend_from_slice(original);
            }
        }
    }
}

/// Whether `ty` has these parameters and results.
fn is(ty: &FuncType, [params, results]: &[&[u8]; 2]) -> bool {
    let same =
        |types: &[ValType], bytes: &[u8]| types.iter().map(|ty| value_type(*ty)).eq(bytes.to_vec());
    same(ty.params(), params) && same(ty.results(), results)
}

impl Form for Deployed<'_> {
    fn shift(&self) -> Shift {
        Shift { imported: self.signatures.imports(), added: u32::from(self.imports_use_gas) }
    }

    fn types(&self, out: &mut Vec<u8>) -> u32 {
        for ty in &self.signatures.types {
            let values =
                |types: &[ValType]| -> Vec<u8> { types.iter().map(|ty| value_type(*ty)).collect() };
            function_type(out, values(ty.params()).into_iter(), values(ty.results()).into_iter());
        }
        for [params, results] in &self.added_types {
            function_type(out, params.iter().copied(), results.iter().copied());
        }
        count(self.signatures.types.len() + self.added_types.len())
    }

    fn function_type(&self, ty: u32) -> u32 {
        ty
    }

    fn imports(&self) -> Vec<(&'static str, &'static str, u32)> {
        let (module, name) = USE_GAS;
        if self.imports_use_gas { vec![(module, name, self.use_gas_type)] } else { Vec::new() }
    }

    fn functions(&self) -> Vec<(&'static str, u32, Vec<u8>)> {
        let mut functions = Vec::new();
        if self.memory_grow.is_some() {
            functions.push(("hebe.memory.grow", self.grow_type, self.memory_grow()));
        }
        functions
    }

    fn export(&self, _: &str, function: u32) -> u32 {
        self.shift().function(function)
    }

    fn body(&self, out: &mut Vec<u8>, code: &[u8], body: &ToWrite<'_>) {
        let ToWrite { function, analysed, points, .. } = *body;
        let (locals, aside) = (&function.declared, function.locals);
        (locals.groups + u32::from(analysed.has_lengths)).encode(out);
        out.extend_from_slice(&code[locals.range.clone()]);
        if analysed.has_lengths {
            out.extend([1, I32]);
        }
        let mut done = function.instructions.start;
        for point in points {
            let at = point.at as usize;
            out.extend_from_slice(&code[done..at]);
            done = at + usize::from(point.size);
            self.point(out, point, &code[at..done], aside);
            if let What::Unreachable(length) = point.what {
                done += length as usize;
            }
        }
        out.extend_from_slice(&code[done..function.instructions.end]);
    }

    fn local(&self, _: u32, local: u32) -> Option<u32> {
        Some(local)
    }
}
