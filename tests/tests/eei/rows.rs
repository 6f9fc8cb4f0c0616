//! Each function with arguments that are right, written down from the interface's specification
//! and not from the code.

/// A function and a right call of it.
pub(crate) struct Row {
    /// Its name.
    pub(crate) name: &'static str,
    /// Arguments with which it does what it is for.
    pub(crate) args: &'static [i64],
    /// Which arguments are offsets into memory, and of how many bytes.
    pub(crate) pointers: &'static [(usize, Length)],
    /// What this call costs.
    pub(crate) fee: i64,
    /// Whether static mode forbids it.
    pub(crate) changes_state: bool,
}

/// The length of what a pointer points to.
#[derive(Clone, Copy)]
pub(crate) enum Length {
    /// So many bytes.
    Bytes(i64),
    /// As many bytes as this argument says, and none are allowed to be out of bounds either.
    Argument(usize),
    /// As many bytes as this argument says; if none, the pointer does not matter.
    DataArgument(usize),
}

use Length::{Argument, Bytes, DataArgument};

const fn row(
    name: &'static str,
    args: &'static [i64],
    pointers: &'static [(usize, Length)],
    fee: i64,
) -> Row {
    Row { name, args, pointers, fee, changes_state: false }
}

const fn changing(
    name: &'static str,
    args: &'static [i64],
    pointers: &'static [(usize, Length)],
    fee: i64,
) -> Row {
    Row { name, args, pointers, fee, changes_state: true }
}

/// The 33 functions. Memory is zero, so addresses, keys and values are; call data and return data
/// are empty, and the code is longer than 32 bytes.
#[rustfmt::skip] // A row is a line.
pub(crate) const ROWS: &[Row] = &[
    row("useGas", &[77], &[], 77),
    row("getAddress", &[0], &[(0, Bytes(20))], 2),
    row("getExternalBalance", &[0, 32], &[(0, Bytes(20)), (1, Bytes(16))], 400),
    row("getBlockHash", &[0, 0], &[(1, Bytes(32))], 800),
    row("call", &[0, 0, 32, 64, 8], &[(1, Bytes(20)), (2, Bytes(16)), (3, DataArgument(4))], 700),
    row("callDataCopy", &[0, 0, 0], &[(0, Argument(2))], 3),
    row("getCallDataSize", &[], &[], 2),
    row("callCode", &[0, 0, 32, 64, 8], &[(1, Bytes(20)), (2, Bytes(16)), (3, DataArgument(4))], 700),
    row("callDelegate", &[0, 0, 64, 8], &[(1, Bytes(20)), (2, DataArgument(3))], 700),
    row("callStatic", &[0, 0, 64, 8], &[(1, Bytes(20)), (2, DataArgument(3))], 700),
    changing("storageStore", &[0, 32], &[(0, Bytes(32)), (1, Bytes(32))], 5_000),
    row("storageLoad", &[0, 32], &[(0, Bytes(32)), (1, Bytes(32))], 200),
    row("getCaller", &[0], &[(0, Bytes(20))], 2),
    row("getCallValue", &[0], &[(0, Bytes(16))], 2),
    row("codeCopy", &[0, 0, 32], &[(0, Argument(2))], 3 + 3),
    row("getCodeSize", &[], &[], 2),
    row("getBlockCoinbase", &[0], &[(0, Bytes(20))], 2),
    changing("create", &[0, 32, 8, 64], &[(0, Bytes(16)), (1, DataArgument(2)), (3, Bytes(20))], 32_000),
    row("getBlockDifficulty", &[0], &[(0, Bytes(32))], 2),
    row("externalCodeCopy", &[0, 32, 0, 0], &[(0, Bytes(20)), (1, Argument(3))], 700),
    row("getExternalCodeSize", &[0], &[(0, Bytes(20))], 700),
    row("getGasLeft", &[], &[], 2),
    row("getBlockGasLimit", &[], &[], 2),
    row("getTxGasPrice", &[0], &[(0, Bytes(16))], 2),
    changing("log", &[0, 33, 4, 64, 96, 128, 160],
        &[(0, Argument(1)), (3, Bytes(32)), (4, Bytes(32)), (5, Bytes(32)), (6, Bytes(32))], 375 + 4 * 375 + 33 * 8),
    row("getBlockNumber", &[], &[], 2),
    row("getTxOrigin", &[0], &[(0, Bytes(20))], 2),
    row("finish", &[0, 32], &[(0, Argument(1))], 0),
    row("revert", &[0, 32], &[(0, Argument(1))], 0),
    row("getReturnDataSize", &[], &[], 2),
    row("returnDataCopy", &[0, 0, 0], &[(0, Argument(2))], 3),
    changing("selfDestruct", &[0], &[(0, Bytes(20))], 5_000),
    row("getBlockTimestamp", &[], &[], 2),
];
