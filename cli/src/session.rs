//! A chain in a state file, on which contracts are deployed and talked to: what `hebe deploy`, `send` and `call`
//! have in common.

use crate::{
    Mistake, call,
    call::{DEFAULT_REVISION, SENDERS_BALANCE},
    machine, values, watch,
};
use hebe_host::{Address, Fees, Revision, U256};
use hebe_testing::{
    Account, Chain, Machine, Report, Transaction,
    harness::{Names, When, address_of, check_name},
    state_file::{self, LastBlock, Lock, StateFile},
};
use std::{env, path::PathBuf};

/// The state file of a project.
const STATE_FILE: &str = "hebe.json";

/// Seconds from a block to the next, where nobody says otherwise: a slot of Ethereum's.
const SLOT: i64 = 12;

/// The chain, and what runs it.
#[derive(clap::Args)]
pub(crate) struct Place {
    /// The chain's file [default: hebe.json, of the project that the folder belongs to]
    #[arg(long, value_name = "FILE", help_heading = "Chain")]
    state: Option<PathBuf>,

    /// Talk to the node at this address instead, over Ethereum's JSON-RPC: `hebe node`, or any other
    #[arg(long, value_name = "URL", help_heading = "Chain",
          conflicts_with_all = ["state", "timestamp", "block_number", "vm", "options", "trace"])]
    pub(crate) rpc: Option<String>,

    /// Sign with this key, instead of having the node sign [default: $HEBE_PRIVATE_KEY, where it is set]
    #[arg(long, value_name = "HEX", requires = "rpc", help_heading = "Chain")]
    pub(crate) private_key: Option<String>,

    /// The Ethereum revision whose prices and functions hold
    #[arg(long, value_name = "NAME", default_value_t = DEFAULT_REVISION, help_heading = "Chain")]
    revision: Revision,

    /// The block's time: seconds since 1970, or from the last block on, such as +90, +15m, +2h, +1d [default: +12]
    #[arg(long, value_name = "TIME", value_parser = values::time, help_heading = "Chain")]
    timestamp: Option<When>,

    /// The block's number, or +NUMBER from the last one on [default: +1]
    #[arg(long, value_name = "NUMBER", value_parser = values::when, help_heading = "Chain")]
    block_number: Option<When>,

    /// Use this EVMC library (ABI 12) instead of the VM built in
    #[arg(long, value_name = "LIB[,OPTION=VALUE...]", help_heading = "Machine")]
    vm: Option<String>,

    /// Set an option of the VM; can be given several times
    #[arg(long = "set", value_name = "OPTION=VALUE", value_parser = values::option,
          help_heading = "Machine")]
    options: Vec<(String, String)>,

    #[command(flatten)]
    trace: watch::Trace,

    /// Print one JSON document
    #[arg(long)]
    pub(crate) json: bool,
}

/// What somebody gives along with a message.
#[derive(clap::Args)]
pub(crate) struct Sending {
    /// Who sends it, by name or address. A name that is new becomes an account with 1,000,000 ether. With --rpc also a
    /// number: which of the node's accounts; the first one, where you say nothing
    #[arg(long, value_name = "ACCOUNT", default_value = "sender")]
    pub(crate) from: String,

    /// Wei to send along, or an amount with a unit, such as '0.5 ether'
    #[arg(long, value_name = "AMOUNT", value_parser = values::wei, default_value = "0")]
    pub(crate) value: U256,

    /// Gas that may be used [default: 100,000,000; with --rpc what the node estimates]
    #[arg(long, value_name = "NUMBER", allow_negative_numbers = true,
          value_parser = clap::value_parser!(i64).range(0..))]
    pub(crate) gas: Option<i64>,
}

impl Sending {
    /// Gas that may be used on a chain in a file, where it costs nothing.
    pub(crate) fn gas(&self) -> i64 {
        self.gas.unwrap_or(100_000_000)
    }
}

/// A chain that was opened.
pub(crate) struct Session {
    path: PathBuf,
    /// Held until the end, by who may change something.
    _lock: Option<Lock>,
    pub(crate) chain: Chain,
    pub(crate) names: Names,
    machine: Box<dyn Machine + Send + Sync>,
    /// What is to be said beside the answer.
    pub(crate) notes: Vec<String>,
}

impl Place {
    /// Opens the chain for a transaction, in a block behind the last one.
    ///
    /// # Errors
    ///
    /// A [`Mistake`] about the file, the block or the VM.
    pub(crate) fn open(&self) -> Result<Session, Mistake> {
        let path = self.path();
        let lock = call::lock(&path)?;
        let next = |when: Option<When>, step| when.unwrap_or(When::Later(step));
        let when = (next(self.block_number, 1), next(self.timestamp, SLOT));
        self.session(path, Some(lock), when)
    }

    /// Opens the chain for a question, in the last block.
    ///
    /// # Errors
    ///
    /// As for [`Place::open`].
    pub(crate) fn open_to_ask(&self) -> Result<Session, Mistake> {
        let last = When::Later(0);
        let when = (self.block_number.unwrap_or(last), self.timestamp.unwrap_or(last));
        self.session(self.path(), None, when)
    }

    fn session(
        &self,
        path: PathBuf,
        lock: Option<Lock>,
        (number, time): (When, When),
    ) -> Result<Session, Mistake> {
        let mut options = self.options.clone();
        options.extend(self.trace.option()?);
        let machine = machine::open(self.vm.as_deref(), &options)?;
        if self.vm.is_none() && Fees::of(self.revision).is_none() {
            let revision = self.revision;
            return Err(Mistake(format!(
                "nothing can run at revision {revision}: it has no prices yet"
            )));
        }
        let state = state_file::load_or_new(&path).map_err(|error| Mistake(error.to_string()))?;
        let notes = Vec::from_iter(state.made_under_another(machine.schedule().as_deref()));
        let StateFile { accounts, names, block, .. } = state;
        let last = block.unwrap_or(LastBlock { number: 0, timestamp: 0 });
        let mut chain = Chain::new(self.revision, accounts);
        let wrong = |option: &str, problem| Mistake(format!("{option}: {problem}"));
        chain.context.block_number =
            number.after(last.number).map_err(|problem| wrong("--block-number", problem))?;
        chain.context.block_timestamp =
            time.after(last.timestamp).map_err(|problem| wrong("--timestamp", problem))?;
        Ok(Session { path, _lock: lock, chain, names, machine, notes })
    }

    /// The file: the one that is named, or that of the project.
    fn path(&self) -> PathBuf {
        match &self.state {
            Some(path) => path.clone(),
            None => project_file(),
        }
    }
}

/// The state file in this folder or the nearest one above that has one; else beside the nearest `Cargo.toml`; else
/// in this folder.
fn project_file() -> PathBuf {
    let here = env::current_dir().unwrap_or_default();
    let nearest = |name: &str| here.ancestors().find(|folder| folder.join(name).is_file());
    match nearest(STATE_FILE).or_else(|| nearest("Cargo.toml")) {
        Some(folder) if folder != here => folder.join(STATE_FILE),
        _ => PathBuf::from(STATE_FILE),
    }
}

impl Session {
    /// The account that sends: one that is there, or a new one with money.
    ///
    /// # Errors
    ///
    /// A [`Mistake`] where the text is neither an address nor can be a name.
    pub(crate) fn sender(&mut self, from: &str) -> Result<Address, Mistake> {
        let is_new_name = !self.names.is_known(from) && !from.starts_with("0x");
        if is_new_name {
            check_name(from).map_err(|problem| Mistake(format!("--from: {problem}")))?;
            self.names.define(from, address_of(from));
        }
        let address = values::account("--from", from, &self.names)?;
        if !self.chain.state.exists(address) {
            let account = Account { balance: SENDERS_BALANCE.into(), ..Account::default() };
            self.chain.state.insert(address, account);
            if from != "sender" {
                self.notes.push(format!("{from} is new: {address:?} has 1,000,000 ether"));
            }
        }
        Ok(address)
    }

    /// The account that is meant.
    ///
    /// # Errors
    ///
    /// A [`Mistake`] that says which names there are.
    pub(crate) fn account(&self, text: &str) -> Result<Address, Mistake> {
        if self.names.iter().next().is_none() && !text.starts_with("0x") {
            return Err(Mistake(format!(
                "there is no `{text}`: {} has no accounts yet; `hebe deploy` puts a contract there",
                self.path.display()
            )));
        }
        self.names.address(text).map_err(Mistake)
    }

    /// Runs a transaction.
    pub(crate) fn run(&mut self, transaction: &Transaction) -> Report {
        self.chain.run(self.machine.as_ref(), transaction)
    }

    /// Writes the chain back, with the block of the transaction.
    ///
    /// # Errors
    ///
    /// A [`Mistake`] that names the file.
    pub(crate) fn save(&self) -> Result<(), Mistake> {
        let context = &self.chain.context;
        let state = StateFile {
            accounts: self.chain.state.to_map(),
            names: self.names.clone(),
            block: Some(LastBlock {
                number: context.block_number,
                timestamp: context.block_timestamp,
            }),
            schedule: self.machine.schedule(),
        };
        state_file::save(&self.path, &state).map_err(|error| Mistake(error.to_string()))
    }
}
