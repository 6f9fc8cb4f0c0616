//! Contracts made of arbitrary bytes.

use super::compare::{Compared, Program, Sweep};
use super::host::{Setting, imports};
use super::prices::PARTICLES;
use arbitrary::Unstructured;
use hebe_gas::{ImportSignature, Schedule, Unit, ValueType};
use std::{convert::Infallible, fmt::Write, sync::LazyLock};
use wasm_encoder::reencode::{Error, Reencode, utils};
use wasm_encoder::{AbstractHeapType, CodeSection, ImportSection, Instruction, TypeSection};
use wasm_smith::{Config, Module};
use wasmparser::{FunctionBody, ImportSectionReader, TypeRef, TypeSectionReader};

/// What generated contracts may import: something of each kind.
const IMPORTED: &[&str] = &[
    "useGas",
    "getGasLeft",
    "getCallDataSize",
    "getReturnDataSize",
    "getBlockNumber",
    "callDataCopy",
    "getBlockHash",
    "getCaller",
    "storageLoad",
    "storageStore",
    "call",
    "finish",
    "revert",
    "print64",
];

static AVAILABLE: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let types =
        |types: &[ValueType]| types.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
    let mut text = String::from("(module");
    for ImportSignature { module, name, params, results } in imports() {
        if IMPORTED.contains(name) {
            let (params, results) = (types(params), types(results));
            let ty = format!("(param {params}) (result {results})");
            // Writing to a string can't fail.
            let _ = write!(text, "\n(import \"{module}\" \"{name}\" (func {ty}))");
        }
    }
    wat::parse_str(text + ")").expect("the text is right")
});

/// What they export, with memories of several sizes.
static EXPORTS: LazyLock<[Vec<u8>; 4]> = LazyLock::new(|| {
    ["1", "0 2", "2 2", "3 1000"].map(|pages| {
        let text = format!(r#"(module (func (export "main")) (memory (export "memory") {pages}))"#);
        wat::parse_str(text).expect("the text is right")
    })
});

/// Bytes for [`generate`] that depend on `seed` alone (SplitMix64), mostly few, sometimes many.
pub fn bytes_of_seed(seed: u64) -> Vec<u8> {
    let mut state = seed;
    let mut next = || {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    };
    let length = (1 << (6 + next() % 7)) + next() % 24;
    (0..length).map(|_| next().to_le_bytes()[0]).collect()
}

/// A contract made of these bytes, by the first of them with instructions that trap or without.
///
/// # Errors
///
/// When there are too few bytes.
pub fn generate(bytes: &[u8]) -> arbitrary::Result<Vec<u8>> {
    let mut bytes = Unstructured::new(bytes);
    let shape: u8 = bytes.arbitrary()?;
    let config = Config {
        available_imports: Some(AVAILABLE.clone()),
        exports: Some(EXPORTS[usize::from(shape >> 3 & 3)].clone()),
        disallow_traps: shape & 1 == 1,
        reference_types_enabled: shape & 2 == 2,
        max_instructions: if shape & 4 == 4 { 1_000 } else { 100 },
        max_funcs: 12,
        max_types: 24,
        // The exported one is beside these.
        max_memories: 0,
        max_tables: 1,
        max_table_elements: 64,
        max_data_segments: 4,
        max_element_segments: 6,
        allow_start_export: false,
        allow_floats: false,
        bulk_memory_enabled: true,
        multi_value_enabled: true,
        sign_extension_ops_enabled: true,
        custom_page_sizes_enabled: false,
        exceptions_enabled: false,
        extended_const_enabled: false,
        gc_enabled: false,
        memory64_enabled: false,
        relaxed_simd_enabled: false,
        saturating_float_to_int_enabled: false,
        simd_enabled: false,
        tail_call_enabled: false,
        threads_enabled: false,
        wide_arithmetic_enabled: false,
        ..Config::default()
    };
    let code = Module::new(config, &mut bytes)?.to_bytes();
    let mut module = wasm_encoder::Module::new();
    let mut retouch =
        Retouch { between: shape >> 5, instructions: 0, types: Vec::new(), looker: None };
    retouch
        .parse_core_module(&mut module, wasmparser::Parser::new(0), &code)
        .expect("what was generated can be read");
    Ok(module.finish())
}

/// What is done to a generated module.
///
/// The generator makes references to functions and to objects of the host, or neither. We have those
/// to functions only, so all become these.
///
/// It seldom calls a function of the host where there is one. So one that takes nothing is called
/// everywhere, since the gas left can be seen there.
struct Retouch {
    /// How many instructions are between two such calls; 0 for none.
    between: u8,
    instructions: usize,
    /// For each type whether it takes nothing and gives one thing.
    types: Vec<bool>,
    /// The function that is called.
    looker: Option<u32>,
}

impl Reencode for Retouch {
    type Error = Infallible;

    fn abstract_heap_type(
        &mut self,
        ty: wasmparser::AbstractHeapType,
    ) -> Result<AbstractHeapType, Error> {
        Ok(match ty {
            wasmparser::AbstractHeapType::Extern => AbstractHeapType::Func,
            other => other.into(),
        })
    }

    fn parse_type_section(
        &mut self,
        types: &mut TypeSection,
        section: TypeSectionReader<'_>,
    ) -> Result<(), Error> {
        for ty in section.clone().into_iter_err_on_gc_types() {
            let ty = ty?;
            self.types.push(ty.params().is_empty() && ty.results().len() == 1);
        }
        utils::parse_type_section(self, types, section)
    }

    fn parse_import_section(
        &mut self,
        imports: &mut ImportSection,
        section: ImportSectionReader<'_>,
    ) -> Result<(), Error> {
        for (function, import) in (0..).zip(section.clone().into_imports()) {
            if let TypeRef::Func(ty) = import?.ty
                && self.types[ty as usize]
            {
                self.looker = Some(function);
            }
        }
        utils::parse_import_section(self, imports, section)
    }

    fn parse_function_body(
        &mut self,
        code: &mut CodeSection,
        body: FunctionBody<'_>,
    ) -> Result<(), Error> {
        let mut function = self.new_function_with_parsed_locals(&body)?;
        let mut reader = body.get_operators_reader()?;
        while !reader.eof() {
            if let Some(looker) = self.looker
                && self.between > 0
            {
                self.instructions += 1;
                if self.instructions.is_multiple_of(usize::from(self.between)) {
                    function
                        .instruction(&Instruction::Call(looker))
                        .instruction(&Instruction::Drop);
                }
            }
            function.instruction(&self.parse_instruction(&mut reader)?);
        }
        code.function(&function);
        Ok(())
    }
}

/// Cheap pages and lengths, so that a little gas goes far; and every instruction has a price of its
/// own, so that no two can be mistaken for each other.
static DISTINCT: LazyLock<Schedule> = LazyLock::new(|| {
    let mut text = String::from("schedule = distinct\nversion = 1\n");
    for (number, unit) in (1009..).step_by(997).zip(Unit::ALL) {
        let _ = writeln!(text, "{} = {number}", unit.name());
    }
    for (number, (name, _)) in (101..).step_by(13).zip(Schedule::flat().prices()) {
        let _ = writeln!(text, "{name} = {number}");
    }
    Schedule::parse(&text).expect("every instruction has a price")
});

/// Makes a contract of `bytes` and compares its runs under both meters, with gas for some
/// thousands of instructions and with less. Bytes that begin as WebAssembly does are the contract
/// themselves. `None` when no valid contract comes of them.
///
/// # Errors
///
/// What the meters disagree about.
pub fn compare_generated(bytes: &[u8]) -> Result<Option<(Compared, Sweep)>, String> {
    let generated = || generate(bytes).ok();
    let code = if hebe_gas::is_wasm(bytes) { Some(bytes.to_vec()) } else { generated() };
    let Some(code) = code else { return Ok(None) };
    // Enough for some four thousand instructions, or, one time in eight, for four times as many.
    let (schedule, gas) = match bytes.len() % 3 {
        0 => (Schedule::measured(), 200 * PARTICLES),
        1 => (Schedule::flat(), 4_000 * PARTICLES),
        _ => (&*DISTINCT, 250 * PARTICLES),
    };
    let gas = if bytes.len().is_multiple_of(8) { gas * 4 } else { gas };
    let Ok(program) = Program::new(&code, schedule) else { return Ok(None) };
    let gas = gas + program.initial();
    let setting = Setting::with_input(&bytes[..bytes.len().min(64)]);
    let compared = program.compare(&setting, gas)?;
    let sweep = program.sweep(&setting, gas, 12)?;
    Ok(Some((compared, sweep)))
}
