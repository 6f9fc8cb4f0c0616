//! What is kept of a contract's bytecode.

use revm_interpreter::bytecode::Bytecode;

/// Bytecode, and where in it one can jump to. It means the same at every revision.
pub(crate) struct Analysed(Bytecode);

impl Analysed {
    /// Looks for the places that can be jumped to, once, byte by byte. Any bytes are bytecode: those of a delegation
    /// (EIP-7702) or of another format too, which begin with an instruction that there is not.
    pub(crate) fn new(code: &[u8]) -> Self {
        Self(Bytecode::new_legacy(code.to_vec().into()))
    }

    /// As the interpreter takes it. No bytes are copied.
    pub(super) fn bytecode(&self) -> Bytecode {
        self.0.clone()
    }

    /// What it weighs, in bytes: its own copy of the code, a bit for each byte, and what belongs to that.
    pub(crate) fn bytes(&self) -> usize {
        let code = self.0.bytes_slice().len();
        code + code / 8 + size_of::<Self>() + OTHER_BYTES
    }
}

/// Counters of references and the places of the two parts, about.
const OTHER_BYTES: usize = 256;
