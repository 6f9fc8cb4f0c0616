//! A broken rule, before anybody has asked for words.
//!
//! Valid modules are the common case, so the checks hand on what they have at hand; what the
//! validator's messages mean and what the function is called is found out here, after a refusal.

use crate::{Reason, Rejected, Rules, limits, limits::Limit};
use wasmparser::{
    BinaryReader, Error, FromReader, KnownCustom, Name, Parser, Payload, SectionLimited,
    WasmFeatures,
};

/// A broken rule: one of ours, or one of WebAssembly's.
pub(crate) enum Broken {
    Rule { reason: Reason, offset: usize },
    Wasm(Error),
    InFunction { broken: Box<Broken>, index: u32 },
}

impl From<Error> for Broken {
    fn from(error: Error) -> Self {
        Self::Wasm(error)
    }
}

impl Broken {
    pub(crate) fn rule(reason: Reason, offset: usize) -> Self {
        Self::Rule { reason, offset }
    }

    /// Says in which function it is.
    pub(crate) fn in_function(self, index: u32) -> Self {
        Self::InFunction { broken: Box::new(self), index }
    }

    /// Says where: at the item of `section` with this index.
    pub(crate) fn at_item<'a, T: FromReader<'a>>(
        self,
        section: &SectionLimited<'a, T>,
        index: u32,
    ) -> Self {
        let item = section.clone().into_iter_with_offsets().flatten().nth(index as usize);
        match (self, item) {
            (Self::Rule { reason, .. }, Some((offset, _))) => Self::Rule { reason, offset },
            (broken, _) => broken,
        }
    }

    /// The refusal of `code` by `rules`, in words.
    pub(crate) fn explain(self, code: &[u8], rules: &Rules<'_>) -> Rejected {
        match self {
            Self::Rule { reason, offset } => {
                Rejected { reason, offset, function: None, function_name: None }
            }
            Self::Wasm(error) => {
                let (reason, offset) =
                    (classify(&error, code, rules.features.wasm()), error.offset());
                // A type belongs to nobody's code; who has it is where an author looks.
                let function =
                    if reason == Reason::Float { function_of_type(code, offset) } else { None };
                let function_name = function.and_then(|index| function_name(code, index));
                Rejected { reason, offset, function, function_name }
            }
            Self::InFunction { broken, index } => Rejected {
                function: Some(index),
                function_name: function_name(code, index),
                ..broken.explain(code, rules)
            },
        }
    }
}

/// Refuses more of something than a contract may have.
pub(crate) fn limit(limit: Limit, found: impl TryInto<u64>, offset: usize) -> Result<(), Broken> {
    let found = found.try_into().unwrap_or(u64::MAX);
    if limit.is_exceeded_by(found) {
        return Err(Broken::rule(Reason::Limit { limit, found }, offset));
    }
    Ok(())
}

/// Proposals by the validator's flag for them. A flag of two proposals comes after its parts.
const PROPOSALS: &[(WasmFeatures, &str)] = &[
    (WasmFeatures::MUTABLE_GLOBAL, "mutable globals"),
    (WasmFeatures::SIGN_EXTENSION, "sign extension"),
    (WasmFeatures::MULTI_VALUE, "multi-value"),
    (WasmFeatures::BULK_MEMORY_OPT, "bulk memory"),
    (WasmFeatures::BULK_MEMORY, "bulk memory"),
    (WasmFeatures::CALL_INDIRECT_OVERLONG, "reference types"),
    (WasmFeatures::REFERENCE_TYPES, "reference types"),
    (WasmFeatures::GC_TYPES, "reference types (beyond funcref)"),
    (WasmFeatures::FUNCTION_REFERENCES, "typed function references"),
    (WasmFeatures::GC, "garbage collection"),
    (WasmFeatures::CUSTOM_DESCRIPTORS, "custom descriptors"),
    (WasmFeatures::SIMD, "SIMD"),
    (WasmFeatures::RELAXED_SIMD, "relaxed SIMD"),
    (WasmFeatures::THREADS, "threads"),
    (WasmFeatures::SHARED_EVERYTHING_THREADS, "shared-everything threads"),
    (WasmFeatures::TAIL_CALL, "tail calls"),
    (WasmFeatures::EXCEPTIONS, "exceptions"),
    (WasmFeatures::LEGACY_EXCEPTIONS, "exceptions (legacy)"),
    (WasmFeatures::STACK_SWITCHING, "stack switching"),
    (WasmFeatures::MULTI_MEMORY, "multi-memory"),
    (WasmFeatures::MEMORY64, "memory64"),
    (WasmFeatures::MEMORY_CONTROL, "memory control"),
    (WasmFeatures::CUSTOM_PAGE_SIZES, "custom page sizes"),
    (WasmFeatures::EXTENDED_CONST, "extended constant expressions"),
    (WasmFeatures::WIDE_ARITHMETIC, "wide arithmetic"),
    (WasmFeatures::COMPACT_IMPORTS, "compact imports"),
];

/// What the validator means. It types only missing features, so the rest goes by its messages; its
/// version is pinned, and tests hold each message that is read here.
fn classify(error: &Error, code: &[u8], features: WasmFeatures) -> Reason {
    let message = error.message();
    let floats = WasmFeatures::FLOATS.union(WasmFeatures::SATURATING_FLOAT_TO_INT);
    if let Some(missing) = error.missing_wasm_feature() {
        if floats.contains(missing) {
            return Reason::Float;
        }
        if missing == WasmFeatures::EXTENDED_CONST || message.starts_with(NOT_CONSTANT) {
            return Reason::ConstantExpression(message.into());
        }
        let known = PROPOSALS.iter().find(|(flag, _)| *flag == missing);
        return Reason::FeatureDisabled {
            proposal: known.map_or("a later", |(_, name)| name),
            detail: message.into(),
        };
    }
    if message.starts_with(NOT_CONSTANT) {
        return Reason::ConstantExpression(message.into());
    }
    // Built without its `simd` feature, the validator does not know the prefix 0xfd.
    if message.starts_with("unexpected SIMD opcode") {
        return Reason::FeatureDisabled { proposal: "SIMD", detail: message.into() };
    }
    // Our own limits are lower than the validator's. Where it reads the item as a whole, its limit
    // is met first.
    let beyond = match message {
        "function params size is out of bounds" => Some((limits::PARAMETERS, error.offset())),
        "function returns size is out of bounds" => Some((limits::RESULTS, error.offset())),
        "string size out of bounds" => Some((limits::NAME, leb_start(code, error.offset()))),
        _ => None,
    };
    if let Some((limit, at)) = beyond
        && let Ok(found) = read_u32(code, at)
    {
        return Reason::Limit { limit, found: found.into() };
    }
    match read_all(code, features) {
        Err(read) if read.offset() == error.offset() && read.message() == message => {
            Reason::Malformed(message.into())
        }
        _ => Reason::Invalid(message.into()),
    }
}

/// How the validator begins every message about an instruction that is not constant.
const NOT_CONSTANT: &str = "constant expression required";

/// The `u32` encoded at `offset`.
pub(crate) fn read_u32(code: &[u8], offset: usize) -> wasmparser::Result<u32> {
    BinaryReader::new(code.get(offset..).unwrap_or_default(), offset).read_var_u32()
}

/// Where the LEB128 number begins whose last byte is at `last`.
fn leb_start(code: &[u8], last: usize) -> usize {
    let continued = |at: &usize| code.get(*at).is_some_and(|byte| byte & 0x80 != 0);
    (last.saturating_sub(4)..last).rev().take_while(continued).last().unwrap_or(last)
}

/// Reads a module without validating it: what fails here is malformed, what passes is not.
fn read_all(code: &[u8], features: WasmFeatures) -> wasmparser::Result<()> {
    fn items<'a, T: FromReader<'a>>(section: SectionLimited<'a, T>) -> wasmparser::Result<()> {
        section.into_iter().try_for_each(|item| item.map(drop))
    }
    let mut parser = Parser::new(0);
    parser.set_features(features);
    for payload in parser.parse_all(code) {
        match payload? {
            Payload::TypeSection(section) => items(section)?,
            Payload::ImportSection(section) => items(section)?,
            Payload::FunctionSection(section) => items(section)?,
            Payload::TableSection(section) => items(section)?,
            Payload::MemorySection(section) => items(section)?,
            Payload::GlobalSection(section) => items(section)?,
            Payload::ExportSection(section) => items(section)?,
            Payload::ElementSection(section) => items(section)?,
            Payload::DataSection(section) => items(section)?,
            Payload::CodeSectionEntry(body) => {
                let mut operators = body.get_operators_reader()?;
                while !operators.eof() {
                    operators.read()?;
                }
                operators.finish()?;
            }
            _ => {}
        }
    }
    Ok(())
}

/// The first function whose type is at this place in the section of types, imports counted.
fn function_of_type(code: &[u8], offset: usize) -> Option<u32> {
    let (mut wanted, mut imported) = (None, 0_u32);
    for payload in Parser::new(0).parse_all(code).map_while(Result::ok) {
        match payload {
            Payload::TypeSection(types) if types.range().contains(&offset) => {
                let places = types.into_iter_with_offsets().map_while(Result::ok);
                wanted = places.take_while(|(place, _)| *place <= offset).count().checked_sub(1);
            }
            Payload::ImportSection(imports) => {
                let imports = imports.into_imports().map_while(Result::ok);
                let functions = imports.filter(|it| matches!(it.ty, wasmparser::TypeRef::Func(_)));
                imported = u32::try_from(functions.count()).ok()?;
            }
            Payload::FunctionSection(functions) => {
                let wanted = wanted?;
                let mut types = functions.into_iter().map_while(Result::ok);
                let place = types.position(|ty| ty as usize == wanted)?;
                return u32::try_from(place).ok()?.checked_add(imported);
            }
            _ => {}
        }
    }
    None
}

/// The name that the name section gives to a function, if there is one that can be read.
fn function_name(code: &[u8], index: u32) -> Option<Box<str>> {
    let names =
        Parser::new(0).parse_all(code).map_while(Result::ok).filter_map(|payload| match payload {
            Payload::CustomSection(section) => match section.as_known() {
                KnownCustom::Name(names) => Some(names),
                _ => None,
            },
            _ => None,
        });
    let mut functions = names
        .flat_map(|names| names.into_iter().map_while(Result::ok))
        .filter_map(|names| match names {
            Name::Function(functions) => Some(functions),
            _ => None,
        })
        .flat_map(|functions| functions.into_iter().map_while(Result::ok));
    let name = functions.find(|naming| naming.index == index)?.name;
    let end = name.floor_char_boundary(limits::NAME.value as usize);
    Some(name[..end].into())
}
