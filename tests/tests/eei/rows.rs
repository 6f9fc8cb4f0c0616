//! Each function with arguments that are right, written down from the interface's specification
//! and not from the code.

use hebe_host::Revision::{self, *};

/// A function and a right call of it.
pub(crate) struct Row {
    /// Its name.
    pub(crate) name: &'static str,
    /// Arguments with which it does what it is for.
    pub(crate) args: &'static [i64],
    /// Which arguments are offsets into memory, and of how many bytes.
    pub(crate) pointers: &'static [(usize, Length)],
    /// What this call costs, from which revision on; the first is the one that the function came with. All
    /// that it accesses is accessed for the first time.
    pub(crate) fees: &'static [(Revision, i64)],
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

impl Row {
    /// The revision that the function came with.
    pub(crate) fn since(&self) -> Revision {
        self.fees[0].0
    }

    /// The revisions that have the function.
    pub(crate) fn revisions(&self) -> impl Iterator<Item = Revision> {
        Revision::SUPPORTED.into_iter().filter(|revision| *revision >= self.since())
    }

    /// What the call costs at a revision that has the function.
    pub(crate) fn fee(&self, revision: Revision) -> i64 {
        let (_, fee) =
            self.fees.iter().rfind(|(since, _)| *since <= revision).expect("it is there");
        *fee
    }
}

const fn row(
    name: &'static str,
    args: &'static [i64],
    pointers: &'static [(usize, Length)],
    fees: &'static [(Revision, i64)],
) -> Row {
    Row { name, args, pointers, fees, changes_state: false }
}

const fn changing(
    name: &'static str,
    args: &'static [i64],
    pointers: &'static [(usize, Length)],
    fees: &'static [(Revision, i64)],
) -> Row {
    Row { name, args, pointers, fees, changes_state: true }
}

/// All functions. Memory is zero, so addresses, keys and values are; call data and return data
/// are empty, and the code is longer than 32 bytes.
#[rustfmt::skip] // A row is a line.
pub(crate) const ROWS: &[Row] = &[
    row("useGas", &[77], &[], &[(Byzantium, 77)]),
    row("getAddress", &[0], &[(0, Bytes(20))], &[(Byzantium, 2)]),
    row("getExternalBalance", &[0, 32], &[(0, Bytes(20)), (1, Bytes(16))], &[(Byzantium, 400), (Istanbul, 700), (Berlin, 2_600)]),
    row("getBlockHash", &[0, 0], &[(1, Bytes(32))], &[(Byzantium, 800)]),
    row("call", &[0, 0, 32, 64, 8], &[(1, Bytes(20)), (2, Bytes(16)), (3, DataArgument(4))], &[(Byzantium, 700), (Berlin, 2_600)]),
    row("callDataCopy", &[0, 0, 0], &[(0, Argument(2))], &[(Byzantium, 3)]),
    row("getCallDataSize", &[], &[], &[(Byzantium, 2)]),
    row("callCode", &[0, 0, 32, 64, 8], &[(1, Bytes(20)), (2, Bytes(16)), (3, DataArgument(4))], &[(Byzantium, 700), (Berlin, 2_600)]),
    row("callDelegate", &[0, 0, 64, 8], &[(1, Bytes(20)), (2, DataArgument(3))], &[(Byzantium, 700), (Berlin, 2_600)]),
    row("callStatic", &[0, 0, 64, 8], &[(1, Bytes(20)), (2, DataArgument(3))], &[(Byzantium, 700), (Berlin, 2_600)]),
    changing("storageStore", &[0, 32], &[(0, Bytes(32)), (1, Bytes(32))], &[(Byzantium, 5_000), (Constantinople, 200), (Petersburg, 5_000), (Istanbul, 800), (Berlin, 2_200)]),
    row("storageLoad", &[0, 32], &[(0, Bytes(32)), (1, Bytes(32))], &[(Byzantium, 200), (Istanbul, 800), (Berlin, 2_100)]),
    row("getCaller", &[0], &[(0, Bytes(20))], &[(Byzantium, 2)]),
    row("getCallValue", &[0], &[(0, Bytes(16))], &[(Byzantium, 2)]),
    row("codeCopy", &[0, 0, 32], &[(0, Argument(2))], &[(Byzantium, 3 + 3)]),
    row("getCodeSize", &[], &[], &[(Byzantium, 2)]),
    row("getBlockCoinbase", &[0], &[(0, Bytes(20))], &[(Byzantium, 2)]),
    changing("create", &[0, 32, 8, 64], &[(0, Bytes(16)), (1, DataArgument(2)), (3, Bytes(20))], &[(Byzantium, 32_000), (Shanghai, 32_002)]),
    row("getBlockDifficulty", &[0], &[(0, Bytes(32))], &[(Byzantium, 2)]),
    row("externalCodeCopy", &[0, 32, 0, 0], &[(0, Bytes(20)), (1, Argument(3))], &[(Byzantium, 700), (Berlin, 2_600)]),
    row("getExternalCodeSize", &[0], &[(0, Bytes(20))], &[(Byzantium, 700), (Berlin, 2_600)]),
    row("getGasLeft", &[], &[], &[(Byzantium, 2)]),
    row("getBlockGasLimit", &[], &[], &[(Byzantium, 2)]),
    row("getTxGasPrice", &[0], &[(0, Bytes(16))], &[(Byzantium, 2)]),
    changing("log", &[0, 33, 4, 64, 96, 128, 160],
        &[(0, Argument(1)), (3, Bytes(32)), (4, Bytes(32)), (5, Bytes(32)), (6, Bytes(32))], &[(Byzantium, 375 + 4 * 375 + 33 * 8)]),
    row("getBlockNumber", &[], &[], &[(Byzantium, 2)]),
    row("getTxOrigin", &[0], &[(0, Bytes(20))], &[(Byzantium, 2)]),
    row("finish", &[0, 32], &[(0, Argument(1))], &[(Byzantium, 0)]),
    row("revert", &[0, 32], &[(0, Argument(1))], &[(Byzantium, 0)]),
    row("getReturnDataSize", &[], &[], &[(Byzantium, 2)]),
    row("returnDataCopy", &[0, 0, 0], &[(0, Argument(2))], &[(Byzantium, 3)]),
    changing("selfDestruct", &[0], &[(0, Bytes(20))], &[(Byzantium, 5_000), (Berlin, 7_600)]),
    row("getBlockTimestamp", &[], &[], &[(Byzantium, 2)]),
    changing("create2", &[0, 32, 8, 64, 96], &[(0, Bytes(16)), (1, DataArgument(2)), (3, Bytes(32)), (4, Bytes(20))],
        &[(Constantinople, 32_006), (Shanghai, 32_008)]),
    row("getExternalCodeHash", &[0, 32], &[(0, Bytes(20)), (1, Bytes(32))], &[(Constantinople, 400), (Istanbul, 700), (Berlin, 2_600)]),
    row("getChainId", &[0], &[(0, Bytes(32))], &[(Istanbul, 2)]),
    row("getSelfBalance", &[0], &[(0, Bytes(16))], &[(Istanbul, 5)]),
    row("getBaseFee", &[0], &[(0, Bytes(32))], &[(London, 2)]),
    row("getPrevRandao", &[0], &[(0, Bytes(32))], &[(Paris, 2)]),
    row("transientLoad", &[0, 32], &[(0, Bytes(32)), (1, Bytes(32))], &[(Cancun, 100)]),
    changing("transientStore", &[0, 32], &[(0, Bytes(32)), (1, Bytes(32))], &[(Cancun, 100)]),
    row("getBlobHash", &[0, 0], &[(1, Bytes(32))], &[(Cancun, 3)]),
    row("getBlobBaseFee", &[0], &[(0, Bytes(32))], &[(Cancun, 2)]),
];
