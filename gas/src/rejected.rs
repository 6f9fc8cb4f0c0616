//! A refusal: what is wrong, where, and how to mend it.

use crate::Reason;
use std::borrow::Cow;
use std::fmt;

/// A module that is not a valid contract. As text it is one sentence: what is wrong, how to mend it,
/// and where it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rejected {
    /// What is wrong.
    pub reason: Reason,
    /// Where in the module's binary, in bytes from its start. The end of the module where something
    /// is missing.
    pub offset: usize,
    /// Index of the function it is in, imports counted, where there is one.
    pub function: Option<u32>,
    /// That function's name, where the name section has one. At most 256 bytes of it.
    pub function_name: Option<Box<str>>,
}

impl Rejected {
    /// A short name of the reason that never changes, for programs: `import-type`.
    pub fn code(&self) -> &'static str {
        self.reason.code()
    }

    /// What is wrong.
    pub fn what(&self) -> String {
        self.reason.what()
    }

    /// How to mend it, where there is more to say than the reverse of [`Rejected::what`].
    pub fn mend(&self) -> Option<Cow<'static, str>> {
        self.reason.mend()
    }
}

impl fmt::Display for Rejected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what())?;
        if let Some(mend) = self.mend() {
            write!(f, "; {mend}")?;
        }
        f.write_str(" (")?;
        if let Some(index) = self.function {
            write!(f, "function {index}")?;
            if let Some(name) = &self.function_name {
                write!(f, " `{}`", name.escape_debug())?;
            }
            f.write_str(", ")?;
        }
        write!(f, "byte {:#x})", self.offset)
    }
}

impl std::error::Error for Rejected {}
