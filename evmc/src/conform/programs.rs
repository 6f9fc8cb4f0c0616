//! The same contract in each kind of code, and the accounts and words that all rules use.

use super::{
    evm::{Evm, ends_with, op},
    wasm::{Arg, Keep, Wasm},
};
use hebe_host::{Address, Bytes32, Revision};

/// A kind of code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Code {
    /// EVM bytecode.
    Evm,
    /// WebAssembly with the Ethereum Environment Interface.
    Wasm,
}

/// The account that contracts run on. No two bytes are alike, so that a reversed copy is seen.
pub(super) const RECIPIENT: Address = address(0x10);
/// Who calls them.
pub(super) const SENDER: Address = address(0x40);
/// Another account.
pub(super) const OTHER: Address = address(0x70);
/// The account that a host creates.
pub(super) const CREATED: Address = address(0xa0);
/// A key of storage.
pub(super) const KEY: Bytes32 = word(0x11);
/// A word that a host gives or gets.
pub(super) const WORD: Bytes32 = word(0x81);

/// An address of bytes that count up.
pub(super) const fn address(first: u8) -> Address {
    let mut bytes = [first; 20];
    let mut index = 1;
    while index < bytes.len() {
        bytes[index] = bytes[index - 1] + 1;
        index += 1;
    }
    Address(bytes)
}

/// A word of bytes that count up.
pub(super) const fn word(first: u8) -> Bytes32 {
    let mut bytes = [first; 32];
    let mut index = 1;
    while index < bytes.len() {
        bytes[index] = bytes[index - 1] + 1;
        index += 1;
    }
    Bytes32(bytes)
}

impl Code {
    /// Its name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Evm => "evm",
            Self::Wasm => "wasm",
        }
    }

    /// The revision at which rules run unless they are about revisions: one that every ABI has, and VMs of this code.
    pub(super) fn revision(self) -> Revision {
        match self {
            Self::Evm => Revision::London,
            Self::Wasm => Revision::Byzantium,
        }
    }

    /// Ends well, with this output.
    pub(super) fn gives(self, output: &[u8]) -> Vec<u8> {
        self.ends(op::RETURN, "finish", output)
    }

    /// Reverts, with this output.
    pub(super) fn reverts(self, output: &[u8]) -> Vec<u8> {
        self.ends(op::REVERT, "revert", output)
    }

    fn ends(self, opcode: u8, function: &'static str, output: &[u8]) -> Vec<u8> {
        let size = i32::try_from(output.len()).unwrap_or(i32::MAX);
        match self {
            Self::Evm => ends_with(opcode, output),
            Self::Wasm => {
                let args = [Arg::I32(0), Arg::I32(size)];
                Wasm::new(output).call(function, &args, Keep::Nothing).code()
            }
        }
    }

    /// Ends well, with its input as its output.
    pub(super) fn echo(self) -> Vec<u8> {
        match self {
            Self::Evm => Evm::new()
                .op(op::CALLDATASIZE)
                .zeros(2)
                .op(op::CALLDATACOPY)
                .op(op::CALLDATASIZE)
                .number(0)
                .op(op::RETURN)
                .code(),
            Self::Wasm => {
                let size = Arg::Of("getCallDataSize", 0);
                Wasm::default()
                    .call("callDataCopy", &[Arg::I32(0), Arg::I32(0), size], Keep::Nothing)
                    .call("finish", &[Arg::I32(0), size], Keep::Nothing)
                    .code()
            }
        }
    }

    /// Runs until there is no gas.
    pub(super) fn endless(self) -> Vec<u8> {
        match self {
            Self::Evm => Evm::new().op(op::JUMPDEST).number(0).op(op::JUMP).code(),
            Self::Wasm => Wasm::default().endless().code(),
        }
    }

    /// Fails at once.
    pub(super) fn fails(self) -> Vec<u8> {
        match self {
            Self::Evm => Evm::new().op(op::INVALID).code(),
            Self::Wasm => Wasm::default().unreachable().code(),
        }
    }

    /// Stores [`WORD`] at [`KEY`].
    pub(super) fn stores(self) -> Vec<u8> {
        match self {
            Self::Evm => Evm::new().push(&WORD.0).push(&KEY.0).op(op::SSTORE).code(),
            Self::Wasm => Wasm::new([KEY.0, WORD.0].concat())
                .call("storageStore", &[Arg::I32(0), Arg::I32(32)], Keep::Nothing)
                .code(),
        }
    }

    /// Ends with the word at [`KEY`].
    pub(super) fn loads(self) -> Vec<u8> {
        match self {
            Self::Evm => Evm::new().push(&KEY.0).op(op::SLOAD).give_top(),
            Self::Wasm => Wasm::new(KEY.0)
                .call("storageLoad", &[Arg::I32(0), Arg::I32(32)], Keep::Nothing)
                .call("finish", &[Arg::I32(32), Arg::I32(32)], Keep::Nothing)
                .code(),
        }
    }

    /// Ends with the balance of [`OTHER`], big-endian in 32 bytes for EVM code, little-endian in 16 for Wasm.
    pub(super) fn asks_balance(self) -> Vec<u8> {
        match self {
            Self::Evm => Evm::new().push(&OTHER.0).op(op::BALANCE).give_top(),
            Self::Wasm => Wasm::new(OTHER.0)
                .call("getExternalBalance", &[Arg::I32(0), Arg::I32(32)], Keep::Nothing)
                .call("finish", &[Arg::I32(32), Arg::I32(16)], Keep::Nothing)
                .code(),
        }
    }

    /// Logs `log` with [`KEY`] and [`WORD`] as topics.
    pub(super) fn logs(self) -> Vec<u8> {
        match self {
            Self::Evm => Evm::new()
                .store(b"log")
                .push(&WORD.0)
                .push(&KEY.0)
                .number(3)
                .number(29)
                .op(op::LOG0 + 2)
                .code(),
            Self::Wasm => {
                let data = [&KEY.0[..], &WORD.0, b"log"].concat();
                let args = [64, 3, 2, 0, 32, 0, 0].map(Arg::I32);
                Wasm::new(data).call("log", &args, Keep::Nothing).code()
            }
        }
    }

    /// Gives its account up to [`OTHER`].
    pub(super) fn destructs(self) -> Vec<u8> {
        match self {
            Self::Evm => Evm::new().push(&OTHER.0).op(op::SELFDESTRUCT).code(),
            Self::Wasm => {
                Wasm::new(OTHER.0).call("selfDestruct", &[Arg::I32(0)], Keep::Nothing).code()
            }
        }
    }

    /// Calls [`OTHER`] with 50,000 gas, this value and the input `in`. Ends with the [`answer`](Self::answer) and what
    /// was returned.
    pub(super) fn calls(self, value: u8) -> Vec<u8> {
        match self {
            Self::Evm => Evm::new()
                .store(b"in")
                .zeros(2)
                .number(2)
                .number(30)
                .number(value.into())
                .push(&OTHER.0)
                .number(50_000)
                .op(op::CALL)
                .give_answer(),
            Self::Wasm => {
                let data = [&OTHER.0[..], &u128::from(value).to_le_bytes(), b"in"].concat();
                let [to, value, input, size] = [0, 20, 36, 2].map(Arg::I32);
                Wasm::new(data)
                    .call("call", &[Arg::I64(50_000), to, value, input, size], Keep::Byte(64))
                    .give_answer(64)
            }
        }
    }

    /// The byte that a contract gets for a call that went well, or did not.
    pub(super) fn answer(self, is_well: bool) -> u8 {
        match self {
            Self::Evm => is_well.into(),
            Self::Wasm => (!is_well).into(),
        }
    }

    /// Creates a contract with this value and the init code `00`. Ends with the new contract's address: in 32 bytes for
    /// EVM code, where no contract has a zero; in 21 for Wasm, of which the first is the [`answer`](Self::answer).
    pub(super) fn creates(self, value: u8) -> Vec<u8> {
        match self {
            Self::Evm => Evm::new()
                .store(&[0])
                .number(1)
                .number(31)
                .number(value.into())
                .op(op::CREATE)
                .give_top(),
            Self::Wasm => {
                let data = [&u128::from(value).to_le_bytes()[..], &[0]].concat();
                Wasm::new(data)
                    .call("create", &[0, 16, 1, 65].map(Arg::I32), Keep::Byte(64))
                    .call("finish", &[Arg::I32(64), Arg::I32(21)], Keep::Nothing)
                    .code()
            }
        }
    }
}

impl Evm {
    /// Ends with the number on top of the stack as a byte, and what the last call returned behind it.
    pub(super) fn give_answer(self) -> Vec<u8> {
        self.number(0)
            .op(op::MSTORE8)
            .op(op::RETURNDATASIZE)
            .number(0)
            .number(1)
            .op(op::RETURNDATACOPY)
            .op(op::RETURNDATASIZE)
            .number(1)
            .op(op::ADD)
            .number(0)
            .op(op::RETURN)
            .code()
    }
}

impl Wasm {
    /// Ends with the byte at `at`, and what the last call returned behind it.
    pub(super) fn give_answer(self, at: i32) -> Vec<u8> {
        let size = |more| Arg::Of("getReturnDataSize", more);
        self.call("returnDataCopy", &[Arg::I32(at + 1), Arg::I32(0), size(0)], Keep::Nothing)
            .call("finish", &[Arg::I32(at), size(1)], Keep::Nothing)
            .code()
    }
}
