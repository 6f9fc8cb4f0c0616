//! One message to one contract, as it is asked for on the command line, and the chain around it.

use crate::{
    Mistake,
    block::Block,
    contract_file::{self, Contract, Section},
    values::{self, Bytes},
};
use hebe_host::{Address, Revision, U256};
use hebe_testing::{
    Account, Chain, Transaction, create_address,
    harness::{Interface, Names},
    state_file::{self, StateFile},
};
use std::path::{Path, PathBuf};

/// The message.
#[derive(clap::Args)]
pub(crate) struct Call {
    /// The contract: WebAssembly binary or text, or hex of the code, known by the content; `-` is
    /// standard input
    contract: Option<PathBuf>,

    /// Call data
    #[arg(long, value_name = "HEX", value_parser = values::bytes, default_value = "",
          hide_default_value = true, conflicts_with = "create")]
    input: Bytes,

    /// Wei to send along, or an amount with a unit, such as '1.5 ether'
    #[arg(long, value_name = "AMOUNT", value_parser = values::wei, default_value = "0")]
    value: U256,

    /// Gas that may be used
    #[arg(long, value_name = "NUMBER", default_value_t = 10_000_000, allow_negative_numbers = true,
          value_parser = clap::value_parser!(i64).range(0..))]
    gas: i64,

    /// Create a contract: CONTRACT is init code, and what it finishes with is the new contract
    #[arg(long, requires = "contract")]
    create: bool,

    /// Append this code to the init code, in the custom section `runtime`, for it to deploy
    #[arg(long, value_name = "FILE", requires = "create")]
    runtime: Option<PathBuf>,

    /// Append these bytes to the init code, in the custom section `arguments`, for its constructor
    #[arg(long, value_name = "HEX", value_parser = values::bytes, requires = "create",
          conflicts_with = "runtime")]
    arguments: Option<Bytes>,

    /// The contract's interface: an ABI or an artifact as JSON [default: the one in CONTRACT, or beside it]
    #[arg(long, value_name = "FILE")]
    abi: Option<PathBuf>,

    /// Who sends the message, by address or by its name in the state file; has 1,000,000 ether if it does not exist yet
    #[arg(long, value_name = "ACCOUNT", default_value = SENDER)]
    sender: String,

    /// Who receives the message, by address or by its name in the state file
    #[arg(long, value_name = "ACCOUNT", default_value = RECIPIENT, conflicts_with = "create")]
    recipient: String,

    /// Make a static call, which changes nothing, the state file included
    #[arg(long = "static", conflicts_with_all = ["create", "value"])]
    is_static: bool,

    /// How large a new contract may be, in bytes, instead of what the revision says; init code may be twice as
    /// long
    #[arg(long, value_name = "BYTES")]
    max_code_size: Option<usize>,

    /// The Ethereum revision whose prices and functions hold
    #[arg(long, value_name = "NAME", default_value_t = DEFAULT_REVISION)]
    revision: Revision,
}

/// The revision that holds where nobody names one.
pub(crate) const DEFAULT_REVISION: Revision = Revision::LATEST;

const SENDER: &str = "0x00000000000000000000000000000000000a11ce";
const RECIPIENT: &str = "0x000000000000000000000000000000000000c0de";

/// 1,000,000 ether in wei.
pub(crate) const SENDERS_BALANCE: u128 = 1_000_000_000_000_000_000_000_000;

impl Call {
    /// The revision whose rules hold.
    pub(crate) fn revision(&self) -> Revision {
        self.revision
    }

    /// The option of the VM that goes with the chain's `max_code_size`, where that was given.
    pub(crate) fn max_init_code_size(&self) -> Option<(&'static str, String)> {
        let twice = self.max_code_size?.saturating_mul(2);
        Some(("max_initcode_size", twice.to_string()))
    }

    /// Whether nothing is to be changed.
    pub(crate) fn is_static(&self) -> bool {
        self.is_static
    }

    /// What to call the contract.
    pub(crate) fn title(&self) -> String {
        match &self.contract {
            Some(path) if path == Path::new("-") => "standard input".to_owned(),
            Some(path) => path.display().to_string(),
            None => self.recipient.clone(),
        }
    }

    /// The call data.
    pub(crate) fn input(&self) -> &[u8] {
        &self.input.0
    }

    /// The transaction that was asked for, and the chain on which it runs: with the accounts of `state`, at this
    /// block, a sender who can pay, and the contract in its place.
    ///
    /// # Errors
    ///
    /// A [`Mistake`] where a contract can't be read, or there is none.
    pub(crate) fn set_up(&self, state: StateFile, block: &Block) -> Result<Ready, Mistake> {
        let StateFile { accounts, mut names, block: last, .. } = state;
        let mut chain = Chain::new(self.revision, accounts);
        chain.max_code_size = self.max_code_size;
        block.apply(&mut chain.context, last)?;
        let from = values::account("--sender", &self.sender, &names)?;
        let recipient = values::account("--recipient", &self.recipient, &names)?;
        add_sender(&mut chain, from);
        let abi = self.abi.as_deref();
        let contract = self.contract.as_deref().map(|path| contract_file::load(path, abi));
        let mut transaction = Transaction {
            from,
            to: (!self.create).then_some(recipient),
            input: self.input.0.clone(),
            value: self.value,
            gas: self.gas,
            is_static: self.is_static,
        };
        let interface = match contract.transpose()? {
            Some(Contract { code, interface }) if self.create => {
                transaction.input = self.with_what_it_carries(code)?;
                interface
            }
            Some(Contract { code, interface }) => {
                install(&mut chain, recipient, code);
                interface
            }
            None if chain.state.code(recipient).is_empty() => {
                return Err(Mistake(format!(
                    "there is no contract to run: name a file, or with --state and --recipient an account \
                     that has code ({recipient:?} has none)"
                )));
            }
            None => abi.map(Interface::load).transpose().map_err(Mistake)?,
        };
        if let Some(interface) = interface {
            let contract =
                transaction.to.unwrap_or_else(|| create_address(from, chain.state.nonce(from)));
            names.describe(contract, interface);
        }
        Ok(Ready { chain, transaction, names, last })
    }

    /// Init code with the runtime or the arguments that were given.
    fn with_what_it_carries(&self, init_code: Vec<u8>) -> Result<Vec<u8>, Mistake> {
        match (&self.runtime, &self.arguments) {
            (Some(runtime), _) => {
                let runtime = contract_file::load(runtime, None)?.code;
                contract_file::with_section(&init_code, Section::Runtime, &runtime)
            }
            (None, Some(Bytes(content))) => {
                contract_file::with_section(&init_code, Section::Arguments, content)
            }
            (None, None) => Ok(init_code),
        }
    }
}

/// All that it takes to run the message.
pub(crate) struct Ready {
    pub(crate) chain: Chain,
    pub(crate) transaction: Transaction,
    /// What accounts are called, and what contracts can be asked.
    pub(crate) names: Names,
    /// The last block in the state file.
    pub(crate) last: Option<state_file::LastBlock>,
}

/// A state file's content.
///
/// # Errors
///
/// A [`Mistake`] that names the file.
pub(crate) fn state(path: &Path) -> Result<StateFile, Mistake> {
    state_file::load(path).map_err(|error| Mistake(error.to_string()))
}

/// Takes the lock of a state file, and says so where that takes long.
///
/// # Errors
///
/// A [`Mistake`] that names the file.
pub(crate) fn lock(path: &Path) -> Result<state_file::Lock, Mistake> {
    let waits = || eprintln!("hebe: waiting for {}: another hebe is changing it", path.display());
    state_file::Lock::take(path, waits).map_err(|error| Mistake(error.to_string()))
}

/// Gives the sender money, if there is no such account yet.
pub(crate) fn add_sender(chain: &mut Chain, sender: Address) {
    if !chain.state.exists(sender) {
        let balance = SENDERS_BALANCE.into();
        chain.state.insert(sender, Account { balance, ..Account::default() });
    }
}

/// Puts code at an address. The account keeps what else it has.
fn install(chain: &mut Chain, address: Address, code: Vec<u8>) {
    let account = chain.state.account(address).cloned().unwrap_or_default();
    // A contract's nonce begins at 1 (EIP-161).
    let nonce = account.nonce.max(1);
    chain.state.insert(address, Account { code: code.into(), nonce, ..account });
}
