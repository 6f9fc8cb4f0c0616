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

impl ValueType {
    fn is(self, other: wasmparser::ValType) -> bool {
        other
            == match self {
                Self::I32 => wasmparser::ValType::I32,
                Self::I64 => wasmparser::ValType::I64,
            }
    }
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

impl ImportSignature {
    /// The type as text: `(i32, i32) -> ()`.
    pub fn type_text(&self) -> String {
        type_text(self.params, self.results)
    }

    /// Whether `ty` is exactly this function's type.
    pub(crate) fn has_type(&self, ty: &wasmparser::FuncType) -> bool {
        same(self.params, ty.params()) && same(self.results, ty.results())
    }
}

fn same(ours: &[ValueType], theirs: &[wasmparser::ValType]) -> bool {
    ours.len() == theirs.len() && ours.iter().zip(theirs).all(|(ours, theirs)| ours.is(*theirs))
}

/// A function type as text: `(i32, i32) -> ()`.
pub(crate) fn type_text<T: fmt::Display>(params: &[T], results: &[T]) -> String {
    let list = |types: &[T]| types.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    format!("({}) -> ({})", list(params), list(results))
}
