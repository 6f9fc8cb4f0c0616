//! How a case runs, and what is said of it.

use super::format::{Block, Case, Expected, StateTest};
use crate::{
    Account, Chain, InvalidTransaction, Machine, Report, TransactionRules, keccak256, logs_hash,
    state_root,
};
use hebe_host::{Address, Bytes32, Fees, StatusCode, TxContext, U256};
use std::{collections::BTreeMap, fmt};

/// How many blocks back hashes are known (Yellow Paper, appendix H, BLOCKHASH).
const KNOWN_BLOCK_HASHES: i64 = 256;

/// What is up to whoever runs the tests.
#[derive(Clone, Copy, Debug, Default)]
pub struct Settings {
    /// See [`Chain::ewasm_system_contracts`].
    pub ewasm_system_contracts: bool,
}

/// What is said of a case.
#[derive(Clone, Debug)]
pub enum Verdict {
    /// All is as expected.
    Passed(Ran),
    /// Something differs.
    Failed(Ran, Vec<Difference>),
    /// It is not for this chain; why.
    Skipped(String),
    /// It could not be run to its end, so nobody knows; why.
    Error(String),
}

/// What came of a case.
#[derive(Clone, Debug)]
pub struct Ran {
    /// The transaction's report, or why it is not valid.
    pub report: Result<Report, InvalidTransaction>,
    /// The root of the state.
    pub state_root: Bytes32,
    /// The hash of the logs.
    pub logs_hash: Bytes32,
    /// The accounts.
    pub accounts: BTreeMap<Address, Account>,
}

/// One thing that is not as expected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Difference {
    /// The state.
    StateRoot {
        /// What the test says.
        expected: Bytes32,
        /// What came of it.
        actual: Bytes32,
    },
    /// The logs.
    LogsHash {
        /// What the test says.
        expected: Bytes32,
        /// What came of it.
        actual: Bytes32,
    },
    /// The transaction should not have been valid; why not, in the words of the test.
    NotRefused(String),
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::StateRoot { expected, actual } => {
                write!(f, "state root {actual:?}, expected {expected:?}")
            }
            Self::LogsHash { expected, actual } => {
                write!(f, "logs hash {actual:?}, expected {expected:?}")
            }
            Self::NotRefused(exception) => {
                write!(f, "the transaction is valid, expected {exception}")
            }
        }
    }
}

impl StateTest {
    /// Runs one of its cases.
    pub fn run(&self, case: &Case, machine: &dyn Machine, settings: Settings) -> Verdict {
        let revision = case.revision;
        if TransactionRules::of(revision).is_none() || Fees::of(revision).is_none() {
            return Verdict::Skipped(format!("{revision} has no prices yet"));
        }
        let Some(transaction) = self.transaction.transaction(case.indexes) else {
            return Verdict::Skipped("transactions with maxFeePerGas are not known".to_owned());
        };
        let mut chain = Chain::new(revision, self.pre.clone());
        self.block.apply(&mut chain);
        chain.max_code_size = TransactionRules::of(revision).map(|rules| rules.max_code_size);
        chain.ewasm_system_contracts = settings.ewasm_system_contracts;

        let report = chain.transact(machine, &transaction);
        if let Ok(Report { status, reason, .. }) = &report
            && is_fault(*status)
        {
            let why = reason.as_deref().map(|why| format!(": {why}")).unwrap_or_default();
            return Verdict::Error(format!("the VM gave up with {status}{why}"));
        }
        let ran = Ran {
            state_root: state_root(chain.state.accounts()),
            logs_hash: logs_hash(report.as_ref().map_or(&[][..], |report| &report.logs)),
            accounts: chain.state.accounts().clone(),
            report,
        };
        let differences = ran.differences(&case.expected);
        if differences.is_empty() {
            Verdict::Passed(ran)
        } else {
            Verdict::Failed(ran, differences)
        }
    }
}

/// Whether a status is about the VM or the machine it runs on: no chain agrees on it.
fn is_fault(status: StatusCode) -> bool {
    matches!(status, StatusCode::InternalError | StatusCode::Rejected | StatusCode::OutOfMemory)
}

impl Ran {
    fn differences(&self, expected: &Expected) -> Vec<Difference> {
        let mut differences = Vec::new();
        if let (Some(exception), Ok(_)) = (&expected.exception, &self.report) {
            differences.push(Difference::NotRefused(exception.clone()));
        }
        if self.state_root != expected.state_root {
            let (expected, actual) = (expected.state_root, self.state_root);
            differences.push(Difference::StateRoot { expected, actual });
        }
        if self.logs_hash != expected.logs_hash {
            let (expected, actual) = (expected.logs_hash, self.logs_hash);
            differences.push(Difference::LogsHash { expected, actual });
        }
        differences
    }
}

impl Block {
    /// Makes it the chain's block. The hash of a block before it is that of its number in decimal, as
    /// clients have it in state tests.
    fn apply(&self, chain: &mut Chain) {
        chain.context = TxContext {
            block_coinbase: self.coinbase,
            block_number: self.number,
            block_timestamp: self.timestamp,
            block_gas_limit: self.gas_limit,
            block_prev_randao: self.prev_randao,
            chain_id: U256::one(),
            ..TxContext::default()
        };
        let first = self.number.saturating_sub(KNOWN_BLOCK_HASHES).max(0);
        chain.block_hashes = (first..self.number)
            .map(|number| (number, keccak256(number.to_string().as_bytes())))
            .collect();
    }
}
