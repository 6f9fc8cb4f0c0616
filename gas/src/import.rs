//! What a contract may import, as data.

use std::fmt;

/// A value type that a host function can take or give. Contracts have no floats, and references
/// don't cross the boundary, so these two are all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ValueType {
    /// A 32-bit integer; its sign is the reader's business.
    I32,
    /// A 64-bit integer; its sign is the reader's business.
    I64,
}

impl fmt::Display for ValueType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::I32 => "i32",
            Self::I64 => "i64",
        })
    }
}

/// A function that a contract may import, with the only type under which it may do so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ImportSignature {
    /// The import's module name, such as `ethereum`.
    pub module: &'static str,
    /// The import's field name, such as `getCallDataSize`.
    pub name: &'static str,
    /// Types of the parameters, first to last.
    pub params: &'static [ValueType],
    /// Types of the results: none or one.
    pub results: &'static [ValueType],
}
