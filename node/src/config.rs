//! What a node is told when it starts.

use hebe_host::Revision;
use hebe_testing::state_file::StateFile;
use std::path::PathBuf;

/// The mnemonic that Anvil and Hardhat use, so that well-known keys work. Everybody knows it.
pub const MNEMONIC: &str = "test test test test test test test test test test test junk";

/// The chain's number that Anvil and Hardhat use.
pub const CHAIN_ID: u64 = 31_337;

/// Gas of a block, in whole units, as Anvil has it.
pub const GAS_LIMIT: u64 = 30_000_000;

/// What a node calls itself, unless it is told otherwise.
pub const CLIENT_VERSION: &str = concat!("hebe/v", env!("CARGO_PKG_VERSION"));

/// How a chain begins, and how its node behaves.
#[derive(Clone, Debug)]
pub struct Config {
    /// The chain's number (EIP-155).
    pub chain_id: u64,
    /// The revision that it runs at; Byzantium or later.
    pub revision: Revision,
    /// Gas of a block, in whole units.
    pub gas_limit: u64,
    /// How large a new contract may be, in bytes, instead of what the revision says (EIP-170).
    pub max_code_size: Option<usize>,
    /// The words that the accounts' keys come from (BIP-39).
    pub mnemonic: String,
    /// How many accounts the node has keys of.
    pub accounts: u32,
    /// What each of them has at first, in ether.
    pub balance: u64,
    /// Seconds from a block to the next; without, each transaction makes a block at once.
    pub block_time: Option<u64>,
    /// The file that keeps the chain; without, it is gone when the node ends.
    pub database: Option<PathBuf>,
    /// Accounts, contracts and names that the chain begins with.
    pub state: StateFile,
    /// The first block's time, in seconds since 1970; without, the time at which it is made.
    pub time: Option<u64>,
    /// What it calls itself (`web3_clientVersion`): some tools work with nodes of certain names only.
    pub client_version: String,
    /// Options of the VM, as `name` and `value`.
    pub options: Vec<(String, String)>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            chain_id: CHAIN_ID,
            revision: Revision::Osaka,
            gas_limit: GAS_LIMIT,
            max_code_size: None,
            mnemonic: MNEMONIC.to_owned(),
            accounts: 10,
            balance: 10_000,
            block_time: None,
            database: None,
            state: StateFile::default(),
            time: None,
            client_version: CLIENT_VERSION.to_owned(),
            options: Vec::new(),
        }
    }
}
