//! EVM bytecode, written opcode by opcode.

/// Opcodes under the names of the Yellow Paper and the EIPs.
#[allow(missing_docs)]
pub(super) mod op {
    pub(crate) const STOP: u8 = 0x00;
    pub(crate) const ADD: u8 = 0x01;
    pub(crate) const SHL: u8 = 0x1b;
    pub(crate) const CLZ: u8 = 0x1e;
    pub(crate) const ADDRESS: u8 = 0x30;
    pub(crate) const BALANCE: u8 = 0x31;
    pub(crate) const ORIGIN: u8 = 0x32;
    pub(crate) const CALLER: u8 = 0x33;
    pub(crate) const CALLVALUE: u8 = 0x34;
    pub(crate) const CALLDATALOAD: u8 = 0x35;
    pub(crate) const CALLDATASIZE: u8 = 0x36;
    pub(crate) const CALLDATACOPY: u8 = 0x37;
    pub(crate) const CODESIZE: u8 = 0x38;
    pub(crate) const CODECOPY: u8 = 0x39;
    pub(crate) const GASPRICE: u8 = 0x3a;
    pub(crate) const EXTCODESIZE: u8 = 0x3b;
    pub(crate) const EXTCODECOPY: u8 = 0x3c;
    pub(crate) const RETURNDATASIZE: u8 = 0x3d;
    pub(crate) const RETURNDATACOPY: u8 = 0x3e;
    pub(crate) const EXTCODEHASH: u8 = 0x3f;
    pub(crate) const BLOCKHASH: u8 = 0x40;
    pub(crate) const COINBASE: u8 = 0x41;
    pub(crate) const TIMESTAMP: u8 = 0x42;
    pub(crate) const NUMBER: u8 = 0x43;
    pub(crate) const PREVRANDAO: u8 = 0x44;
    pub(crate) const GASLIMIT: u8 = 0x45;
    pub(crate) const CHAINID: u8 = 0x46;
    pub(crate) const SELFBALANCE: u8 = 0x47;
    pub(crate) const BASEFEE: u8 = 0x48;
    pub(crate) const BLOBHASH: u8 = 0x49;
    pub(crate) const BLOBBASEFEE: u8 = 0x4a;
    pub(crate) const POP: u8 = 0x50;
    pub(crate) const MLOAD: u8 = 0x51;
    pub(crate) const MSTORE: u8 = 0x52;
    pub(crate) const MSTORE8: u8 = 0x53;
    pub(crate) const SLOAD: u8 = 0x54;
    pub(crate) const SSTORE: u8 = 0x55;
    pub(crate) const JUMP: u8 = 0x56;
    pub(crate) const JUMPDEST: u8 = 0x5b;
    pub(crate) const TLOAD: u8 = 0x5c;
    pub(crate) const TSTORE: u8 = 0x5d;
    pub(crate) const MCOPY: u8 = 0x5e;
    pub(crate) const PUSH0: u8 = 0x5f;
    pub(crate) const PUSH1: u8 = 0x60;
    pub(crate) const LOG0: u8 = 0xa0;
    pub(crate) const CREATE: u8 = 0xf0;
    pub(crate) const CALL: u8 = 0xf1;
    pub(crate) const CALLCODE: u8 = 0xf2;
    pub(crate) const RETURN: u8 = 0xf3;
    pub(crate) const DELEGATECALL: u8 = 0xf4;
    pub(crate) const CREATE2: u8 = 0xf5;
    pub(crate) const STATICCALL: u8 = 0xfa;
    pub(crate) const REVERT: u8 = 0xfd;
    pub(crate) const INVALID: u8 = 0xfe;
    pub(crate) const SELFDESTRUCT: u8 = 0xff;
}

/// Bytecode that grows at its end.
#[derive(Clone, Debug, Default)]
pub(super) struct Evm(Vec<u8>);

impl Evm {
    /// No code yet.
    pub(super) fn new() -> Self {
        Self::default()
    }

    /// An opcode.
    pub(super) fn op(mut self, opcode: u8) -> Self {
        self.0.push(opcode);
        self
    }

    /// From 1 to 32 bytes onto the stack, as a big-endian number.
    pub(super) fn push(mut self, bytes: &[u8]) -> Self {
        let more = u8::try_from(bytes.len() - 1).unwrap_or(31).min(31);
        self.0.push(op::PUSH1 + more);
        self.0.extend(&bytes[..=usize::from(more)]);
        self
    }

    /// A number onto the stack, in as few bytes as it has.
    pub(super) fn number(self, number: u64) -> Self {
        let bytes = number.to_be_bytes();
        let zeros = bytes.iter().take_while(|byte| **byte == 0).count().min(7);
        self.push(&bytes[zeros..])
    }

    /// Several zeros onto the stack.
    pub(super) fn zeros(self, count: usize) -> Self {
        (0..count).fold(self, |code, _| code.number(0))
    }

    /// At most 32 bytes into memory: they end where its first word does.
    pub(super) fn store(self, bytes: &[u8]) -> Self {
        if bytes.is_empty() { self } else { self.push(bytes).number(0).op(op::MSTORE) }
    }

    /// Ends with the word on top of the stack as its output.
    pub(super) fn give_top(self) -> Vec<u8> {
        self.number(0).op(op::MSTORE).give(32)
    }

    /// Ends with the first bytes of memory as its output.
    pub(super) fn give(self, size: u64) -> Vec<u8> {
        self.number(size).number(0).op(op::RETURN).0
    }

    /// The code.
    pub(super) fn code(self) -> Vec<u8> {
        self.0
    }
}

/// Ends by `RETURN` or `REVERT` with this output, which stands at the code's end.
pub(super) fn ends_with(opcode: u8, output: &[u8]) -> Vec<u8> {
    let size = u16::try_from(output.len()).unwrap_or(u16::MAX).to_be_bytes();
    let head = |start: u8| {
        let copy = Evm::new().push(&size).push(&[start]).number(0).op(op::CODECOPY);
        copy.push(&size).number(0).op(opcode).code()
    };
    let start = u8::try_from(head(0).len()).unwrap_or(u8::MAX);
    [&head(start), output].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_as_short_as_can_be() {
        let code = Evm::new().number(0).number(0xff).number(0x100).number(u64::MAX).code();
        let expected = [0x60, 0, 0x60, 0xff, 0x61, 1, 0, 0x67];
        assert_eq!(code, [&expected[..], &[0xff; 8]].concat());
        assert_eq!(Evm::new().push(&[7; 32]).code()[0], 0x7f);
    }

    #[test]
    fn an_output_stands_behind_the_code() {
        let expected = b"\x61\0\x02\x60\x0e\x60\0\x39\x61\0\x02\x60\0\xf3ab";
        assert_eq!(ends_with(op::RETURN, b"ab"), expected);
    }
}
