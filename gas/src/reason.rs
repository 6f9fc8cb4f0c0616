//! What can be wrong with a module, in words.

use crate::{ExternKind, limits::Limit};
use std::borrow::Cow;

/// What can be wrong with a module: one variant for each rule.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reason {
    /// It does not begin with `\0asm` and a version.
    BadMagic,
    /// It begins as WebAssembly does, and then has a version that is not 1.
    BadVersion {
        /// The four bytes after the magic, little-endian.
        found: u32,
    },
    /// Its bytes cannot be read as WebAssembly. The text says why.
    Malformed(Box<str>),
    /// It can be read, and breaks a rule of WebAssembly's validation. The text says which.
    Invalid(Box<str>),
    /// It uses floating point: a type, an instruction, or a conversion.
    Float,
    /// It uses a WebAssembly proposal that [`Features`](crate::Features) leaves out.
    FeatureDisabled {
        /// The proposal's usual name.
        proposal: &'static str,
        /// What of it was found.
        detail: Box<str>,
    },
    /// It imports from a module that doesn't exist here.
    UnknownImportModule {
        /// The import's module name.
        module: Box<str>,
        /// The import's field name.
        name: Box<str>,
        /// The import that was probably meant, as `module.name`.
        suggestion: Option<Box<str>>,
        /// The modules that exist, with commas between.
        modules: Box<str>,
    },
    /// It imports something that its module doesn't have.
    UnknownImport {
        /// The import's module name.
        module: Box<str>,
        /// The import's field name.
        name: Box<str>,
        /// The import that was probably meant, as `module.name`.
        suggestion: Option<Box<str>>,
    },
    /// It imports a function that only later revisions of the chain have. Found by who knows them, not by
    /// [`prepare`](crate::prepare).
    ImportNotYet {
        /// The import's module name.
        module: Box<str>,
        /// The import's field name.
        name: Box<str>,
        /// The first revision that has it.
        since: &'static str,
        /// The revision that it was held against.
        here: &'static str,
    },
    /// It imports a function under another type than its own.
    ImportType {
        /// The import's module name.
        module: Box<str>,
        /// The import's field name.
        name: Box<str>,
        /// The type that the module gives, such as `(i32) -> ()`.
        found: Box<str>,
        /// The only type allowed.
        expected: Box<str>,
    },
    /// It imports something that is not a function.
    ImportNotAFunction {
        /// The import's module name.
        module: Box<str>,
        /// The import's field name.
        name: Box<str>,
        /// What it is.
        kind: ExternKind,
    },
    /// It has no export `main`.
    MissingMain,
    /// Its export `main` is not a function.
    MainNotFunction {
        /// What it is.
        kind: ExternKind,
    },
    /// Its `main` has parameters or results.
    MainType {
        /// The type, such as `(i32) -> ()`.
        found: Box<str>,
    },
    /// It has no export `memory`.
    MissingMemoryExport,
    /// Its export `memory` is not a memory.
    MemoryExportNotMemory {
        /// What it is.
        kind: ExternKind,
    },
    /// It exports something beside `main` and `memory`, and the rules are strict.
    ExtraExport {
        /// The export's name.
        name: Box<str>,
        /// What it is.
        kind: ExternKind,
    },
    /// It defines no memory.
    NoMemory,
    /// It defines more than one memory.
    SeveralMemories {
        /// How many.
        found: u32,
    },
    /// It defines more than one table.
    SeveralTables {
        /// How many.
        found: u32,
    },
    /// It has a start function.
    StartFunction,
    /// A constant expression is not a single constant, `ref.null` or `ref.func`.
    ConstantExpression(Box<str>),
    /// An active data segment lies, wholly or in part, outside the initial memory.
    DataSegmentOutOfBounds {
        /// Index of the segment.
        segment: u32,
        /// Where it would end, in bytes.
        end: u64,
        /// The initial memory, in bytes.
        size: u64,
    },
    /// An active element segment lies, wholly or in part, outside the initial table.
    ElementSegmentOutOfBounds {
        /// Index of the segment.
        segment: u32,
        /// Where it would end, in elements.
        end: u64,
        /// The initial table, in elements.
        size: u64,
    },
    /// There is more of something than a contract may have.
    Limit {
        /// The limit.
        limit: Limit,
        /// How much there is, in the limit's unit.
        found: u64,
    },
    /// It is valid, but what metering for its deployment makes of it is not.
    Metered(Box<Reason>),
}

impl Reason {
    /// A short name that never changes, for programs.
    pub fn code(&self) -> &'static str {
        match self {
            Self::BadMagic => "bad-magic",
            Self::BadVersion { .. } => "bad-version",
            Self::Malformed(_) => "malformed",
            Self::Invalid(_) => "invalid",
            Self::Float => "float",
            Self::FeatureDisabled { .. } => "feature-disabled",
            Self::UnknownImportModule { .. } => "unknown-import-module",
            Self::UnknownImport { .. } => "unknown-import",
            Self::ImportNotYet { .. } => "import-not-yet",
            Self::ImportType { .. } => "import-type",
            Self::ImportNotAFunction { .. } => "import-not-a-function",
            Self::MissingMain => "missing-main",
            Self::MainNotFunction { .. } => "main-not-a-function",
            Self::MainType { .. } => "main-type",
            Self::MissingMemoryExport => "missing-memory-export",
            Self::MemoryExportNotMemory { .. } => "memory-export-not-a-memory",
            Self::ExtraExport { .. } => "extra-export",
            Self::NoMemory => "no-memory",
            Self::SeveralMemories { .. } => "several-memories",
            Self::SeveralTables { .. } => "several-tables",
            Self::StartFunction => "start-function",
            Self::ConstantExpression(_) => "constant-expression",
            Self::DataSegmentOutOfBounds { .. } => "data-segment-out-of-bounds",
            Self::ElementSegmentOutOfBounds { .. } => "element-segment-out-of-bounds",
            Self::Limit { .. } => "limit",
            Self::Metered(_) => "metered",
        }
    }

    /// What is wrong, without where and without how to mend it. Names come from the module, so they
    /// are escaped: no control character gets through.
    pub fn what(&self) -> String {
        match self {
            Self::BadMagic => "it is not a WebAssembly binary: it does not begin with 00 61 73 6d \
                               and a version"
                .to_owned(),
            Self::BadVersion { found } => {
                format!("the version of the binary format is {found:#x}; it must be 1")
            }
            Self::Malformed(text) => format!("malformed: {}", escape(text)),
            Self::Invalid(text) => format!("invalid: {}", escape(text)),
            Self::Float => "floating point is not deterministic".to_owned(),
            Self::FeatureDisabled { proposal, detail } => {
                format!("the {proposal} proposal is not allowed: {}", escape(detail))
            }
            Self::UnknownImportModule { module, name, .. } => {
                format!("import {}: there is no such module", full_name(module, name))
            }
            Self::UnknownImport { module, name, .. } => {
                format!("import {}: there is no such function", full_name(module, name))
            }
            Self::ImportNotYet { module, name, since, here } => format!(
                "import {}: {here} does not have it; {since} is the first revision that does",
                full_name(module, name)
            ),
            Self::ImportType { module, name, found, expected } => format!(
                "import {} has type {found}; it must be {expected}",
                full_name(module, name)
            ),
            Self::ImportNotAFunction { module, name, kind } => {
                format!("import {} is a {kind}; only functions exist", full_name(module, name))
            }
            Self::MissingMain => "there is no export `main`".to_owned(),
            Self::MainNotFunction { kind } => {
                format!("the export `main` is a {kind}; it must be a function")
            }
            Self::MainType { found } => {
                format!("the export `main` has type {found}; it must be () -> ()")
            }
            Self::MissingMemoryExport => "there is no export `memory`".to_owned(),
            Self::MemoryExportNotMemory { kind } => {
                format!("the export `memory` is a {kind}; it must be the memory")
            }
            Self::ExtraExport { name, kind } => format!(
                "the {kind} `{}` is exported; only `main` and `memory` may be",
                escape(name)
            ),
            Self::NoMemory => "there is no memory".to_owned(),
            Self::SeveralMemories { found } => {
                format!("there are {found} memories; there must be one")
            }
            Self::SeveralTables { found } => {
                format!("there are {found} tables; there may be one")
            }
            Self::StartFunction => "there is a start function".to_owned(),
            Self::ConstantExpression(text) => escape(text),
            Self::DataSegmentOutOfBounds { segment, end, size } => format!(
                "data segment {segment} ends at byte {end}, outside the initial memory of {size} \
                 bytes"
            ),
            Self::ElementSegmentOutOfBounds { segment, end, size } => format!(
                "element segment {segment} ends at element {end}, outside the initial table of \
                 {size} elements"
            ),
            Self::Limit { limit, found } => format!(
                "{}: {found}, where the limit is {} {}",
                limit.name, limit.value, limit.unit
            ),
            Self::Metered(reason) => format!("once it is metered: {}", reason.what()),
        }
    }

    /// How to mend it, where there is more to say than the reverse of [`Reason::what`].
    pub fn mend(&self) -> Option<Cow<'static, str>> {
        let text = match self {
            Self::BadVersion { found: 0x1_000d } => {
                "this is a component; give the core module in it"
            }
            Self::Float => "use integers or fixed-point numbers",
            Self::FeatureDisabled { .. } => "have the compiler leave this proposal out",
            Self::UnknownImportModule { suggestion: None, modules, .. } => {
                return Some(format!("functions can be imported from {modules}").into());
            }
            Self::UnknownImportModule { suggestion: Some(known), .. }
            | Self::UnknownImport { suggestion: Some(known), .. } => {
                return Some(format!("import {known}").into());
            }
            Self::ImportNotAFunction { kind: ExternKind::Memory, .. } | Self::NoMemory => {
                "define one memory and export it as `memory`"
            }
            Self::ImportNotAFunction { .. } => "define it in the module itself",
            Self::MissingMain => "export a function `main` without parameters and results",
            Self::MainType { .. } => {
                "read the input with callDataCopy, and return with finish or revert"
            }
            Self::MissingMemoryExport => "export the memory as `memory`",
            Self::ExtraExport { .. } => "export nothing but `main` and `memory`",
            Self::StartFunction => "call it from `main` instead",
            Self::ConstantExpression(_) => "use a single constant, ref.null or ref.func",
            Self::DataSegmentOutOfBounds { .. } => "make the initial memory larger",
            Self::ElementSegmentOutOfBounds { .. } => "make the initial table larger",
            _ => return None,
        };
        Some(text.into())
    }
}

fn full_name(module: &str, name: &str) -> String {
    format!("{}.{}", escape(module), escape(name))
}

fn escape(text: &str) -> String {
    text.escape_debug().to_string()
}
