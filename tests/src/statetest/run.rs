//! How a case runs, and what is said of it.

use super::format::{Block, Case, Expected, Network, StateTest};
use crate::{
    Account, Chain, Execution, InvalidTransaction, Machine, Report, TransactionRules, keccak256,
    logs_hash, state_root,
};
use hebe_host::{
    Address, Bytes32, Fault, Host, Message, Revision, StatusCode, TxContext, U256,
    recording::Subject,
};
use std::{cell::Cell, collections::BTreeMap, fmt};

/// How many blocks back hashes are known (Yellow Paper, appendix H, BLOCKHASH).
const KNOWN_BLOCK_HASHES: i64 = 256;

/// What is up to whoever runs the tests.
#[derive(Clone, Copy, Debug, Default)]
pub struct Settings {
    /// See [`Chain::ewasm_system_contracts`].
    pub ewasm_system_contracts: bool,
    /// See [`Chain::allows_sender_code`].
    pub allows_sender_code: bool,
}

/// A machine of which is known whether it was to run bytecode and refused to (`evm1mode`, and VMs that run nothing but
/// WebAssembly).
struct Watched<'a> {
    machine: &'a dyn Machine,
    met_other_code: Cell<bool>,
}

impl Machine for Watched<'_> {
    fn execute(
        &self,
        revision: Revision,
        message: &Message<'_>,
        code: &[u8],
        host: &mut dyn Host,
    ) -> Execution {
        let execution = self.machine.execute(revision, message, code, host);
        let refuses = [StatusCode::Rejected, StatusCode::ContractValidationFailure];
        if !hebe_gas::is_wasm(code) && refuses.contains(&execution.result.status) {
            self.met_other_code.set(true);
        }
        execution
    }

    fn subject(&self, revision: Revision, message: &Message<'_>, code: &[u8]) -> Subject {
        self.machine.subject(revision, message, code)
    }
}

/// What is said of a case.
#[derive(Clone, Debug)]
pub enum Verdict {
    /// All is as expected.
    Passed(Ran),
    /// Something differs.
    Failed(Ran, Vec<Difference>),
    /// It is not for this chain; why. So is what differs after the VM refused code that is not
    /// WebAssembly.
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
        if TransactionRules::of(revision).is_none() {
            return Verdict::Skipped(Fault::UnsupportedRevision(revision).to_string());
        }
        if let Some(why) = machine.lacks(revision) {
            return Verdict::Skipped(why.to_string());
        }
        let mut chain = Chain::new(revision, self.pre.clone());
        self.network.apply(&case.fork, &mut chain);
        self.block.apply(&mut chain);
        chain.ewasm_system_contracts = settings.ewasm_system_contracts;
        chain.allows_sender_code = settings.allows_sender_code;

        let machine = Watched { machine, met_other_code: Cell::new(false) };
        let report = self
            .transaction
            .transaction(case.indexes)
            .and_then(|transaction| chain.transact(&machine, &transaction));
        // Whoever made the tests paid the coinbase nothing where there was nothing to pay, and so it is there before EIP-161.
        if report.is_err() && revision < Revision::SpuriousDragon {
            chain.state.keep_empty_accounts(true);
            chain.state.touch(self.block.coinbase);
        }
        if let Ok(Report { status, reason, .. }) = &report
            && is_fault(*status)
        {
            let why = reason.as_deref().map(|why| format!(": {why}")).unwrap_or_default();
            return Verdict::Error(format!("the VM gave up with {status}{why}"));
        }
        let ran = Ran {
            state_root: state_root(chain.state.accounts()),
            logs_hash: logs_hash(report.as_ref().map_or(&[][..], |report| &report.logs)),
            accounts: chain.state.to_map(),
            report,
        };
        let differences = ran.differences(&case.expected);
        if differences.is_empty() {
            Verdict::Passed(ran)
        } else if machine.met_other_code.get() {
            Verdict::Skipped("the VM does not run its code, which is not WebAssembly".to_owned())
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

impl Network {
    fn apply(&self, fork: &str, chain: &mut Chain) {
        if let Some(chain_id) = self.chain_id {
            chain.context.chain_id = chain_id;
        }
        chain.blob_schedule = self.blob_schedules.get(fork).copied();
    }
}

/// What clients take where a test does not say what is burned.
const DEFAULT_BASE_FEE: u64 = 10;

impl Block {
    /// Makes it the chain's block. The hash of a block before it is that of its number in decimal, as
    /// clients have it in state tests.
    fn apply(&self, chain: &mut Chain) {
        // Each stands in for the other, in files that are for one side of Paris only.
        let (earlier, later) = match chain.revision >= Revision::Paris {
            true => (self.random, self.difficulty),
            false => (self.difficulty, self.random),
        };
        chain.context = TxContext {
            block_coinbase: self.coinbase,
            block_number: self.number,
            block_timestamp: self.timestamp,
            block_gas_limit: self.gas_limit,
            block_prev_randao: earlier.or(later).unwrap_or_default(),
            block_base_fee: match chain.revision >= Revision::London {
                true => self.base_fee.unwrap_or(DEFAULT_BASE_FEE.into()),
                false => U256::zero(),
            },
            ..chain.context.clone()
        };
        chain.set_excess_blob_gas(self.excess_blob_gas.unwrap_or(0));
        let first = self.number.saturating_sub(KNOWN_BLOCK_HASHES).max(0);
        chain.block_hashes = (first..self.number)
            .map(|number| (number, keccak256(number.to_string().as_bytes())))
            .collect();
    }
}
