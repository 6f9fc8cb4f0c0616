//! The kinds of things that modules import and export.

use std::fmt;

/// What an import or export is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ExternKind {
    /// A function.
    Function,
    /// A table.
    Table,
    /// A memory.
    Memory,
    /// A global.
    Global,
    /// An exception's tag; no valid contract has one.
    Tag,
}

impl From<wasmparser::ExternalKind> for ExternKind {
    fn from(kind: wasmparser::ExternalKind) -> Self {
        use wasmparser::ExternalKind as Wasm;
        match kind {
            Wasm::Func | Wasm::FuncExact => Self::Function,
            Wasm::Table => Self::Table,
            Wasm::Memory => Self::Memory,
            Wasm::Global => Self::Global,
            Wasm::Tag => Self::Tag,
        }
    }
}

impl fmt::Display for ExternKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Function => "function",
            Self::Table => "table",
            Self::Memory => "memory",
            Self::Global => "global",
            Self::Tag => "tag",
        })
    }
}
