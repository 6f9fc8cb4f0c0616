//! Contracts made of arbitrary bytes.

use super::compare::{Compared, Program};
use super::host::imports;
use super::prices::PARTICLES;
use arbitrary::Unstructured;
use hebe_gas::{ImportSignature, Schedule, ValueType};
use std::{convert::Infallible, fmt::Write, sync::LazyLock};
use wasm_encoder::AbstractHeapType;
use wasm_encoder::reencode::{Error, Reencode};
use wasm_smith::{Config, Module};

/// What generated contracts may import: something of each kind.
const IMPORTED: &[&str] = &[
    "useGas",
    "getGasLeft",
    "getCallDataSize",
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

static EXPORTS: LazyLock<Vec<u8>> = LazyLock::new(|| {
    wat::parse_str(r#"(module (func (export "main")) (memory (export "memory") 1))"#)
        .expect("the text is right")
});

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
        exports: Some(EXPORTS.clone()),
        disallow_traps: shape & 1 == 1,
        reference_types_enabled: shape & 2 == 2,
        max_instructions: if shape & 4 == 4 { 1_000 } else { 100 },
        max_funcs: 12,
        max_types: 24,
        max_memories: 1,
        max_memory32_bytes: 8 << 16,
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
    FunctionsOnly
        .parse_core_module(&mut module, wasmparser::Parser::new(0), &code)
        .expect("what was generated can be read");
    Ok(module.finish())
}

/// The generator makes references to functions and to objects of the host, or neither. We have those
/// to functions only, so all become these.
struct FunctionsOnly;

impl Reencode for FunctionsOnly {
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
}

/// Cheap pages and lengths, so that a little gas goes far; and every instruction has a price of its
/// own, so that no two can be mistaken for each other.
static DISTINCT: LazyLock<Schedule> = LazyLock::new(|| {
    let mut text = String::from("schedule = distinct\nversion = 1\n");
    let _ = writeln!(text, "page = 10007\nword = 1009\nelement = 2003");
    for (number, (name, _)) in (101..).step_by(13).zip(Schedule::flat().prices()) {
        let _ = writeln!(text, "{name} = {number}");
    }
    Schedule::parse(&text).expect("every instruction has a price")
});

/// Makes a contract of `bytes` and compares its runs under both meters, with gas for some ten
/// thousand instructions and with less. `None` when no valid contract comes of them.
///
/// # Errors
///
/// What the meters disagree about.
pub fn compare_generated(bytes: &[u8]) -> Result<Option<Compared>, String> {
    let Ok(code) = generate(bytes) else { return Ok(None) };
    let (schedule, gas) = match bytes.len() % 3 {
        0 => (Schedule::cycles(), 200 * PARTICLES),
        1 => (Schedule::flat(), 20_000 * PARTICLES),
        _ => (&*DISTINCT, 2_000 * PARTICLES),
    };
    let Ok(program) = Program::new(&code, schedule) else { return Ok(None) };
    let input: Vec<u8> = bytes.iter().take(64).copied().collect();
    let compared = program.compare(&input, gas)?;
    program.sweep(&input, gas, 12)?;
    Ok(Some(compared))
}
