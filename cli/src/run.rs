//! `hebe run`: one message to one contract.

use crate::{
    Mistake, block,
    contract_file::{self, Section},
    estimate, machine,
    output::{Lines, Printout, document, exit_code, report_json, report_lines},
    values::{self, Bytes},
    watch::{self, Recorded},
};
use hebe_host::{Address, Fees, Revision, U256};
use hebe_testing::{Account, Chain, Transaction, state_file};
use std::{collections::BTreeMap, path::PathBuf};

/// Run a contract, with an in-memory chain behind it.
///
/// CONTRACT is put at the recipient's address, in place of code that may be there, and called; with
/// --create it is init code. It can be left out when the recipient has code in the state file.
#[derive(clap::Args)]
#[command(
    after_help = "Exit code: 0 the contract succeeded; 1 it reverted or failed; 2 the question itself \
                  was wrong, and nothing was run or stored; or --record could not be done."
)]
pub(crate) struct Arguments {
    /// The contract: WebAssembly binary or text, or hex of the code, known by the content; `-` is
    /// standard input
    contract: Option<PathBuf>,

    /// Call data
    #[arg(long, value_name = "HEX", value_parser = values::bytes, default_value = "",
          hide_default_value = true, conflicts_with = "create")]
    input: Bytes,

    /// Wei to send along, decimal or hex with 0x
    #[arg(long, value_name = "NUMBER", value_parser = values::number, default_value = "0")]
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

    /// Who sends the message; has 1,000,000 ether if it does not exist yet
    #[arg(long, value_name = "ADDRESS", value_parser = values::address, default_value = SENDER)]
    sender: Address,

    /// Who receives the message
    #[arg(long, value_name = "ADDRESS", value_parser = values::address, default_value = RECIPIENT,
          conflicts_with = "create")]
    recipient: Address,

    /// Make a static call, which changes nothing, the state file included
    #[arg(long = "static", conflicts_with_all = ["create", "value"])]
    is_static: bool,

    /// The Ethereum revision whose prices and functions hold
    #[arg(long, value_name = "NAME", default_value_t = Revision::Byzantium)]
    revision: Revision,

    /// Keep the accounts in this JSON file between runs; it is made when it does not exist
    #[arg(long, value_name = "FILE")]
    state: Option<PathBuf>,

    /// Use this EVMC library (ABI 12) instead of the VM built in
    #[arg(long, value_name = "LIB[,OPTION=VALUE...]")]
    vm: Option<String>,

    /// Set an option of the VM; can be given several times
    #[arg(long = "set", value_name = "OPTION=VALUE", value_parser = values::option)]
    options: Vec<(String, String)>,

    /// Record the message with all that decides it, for `hebe replay`
    #[arg(long, value_name = "FILE")]
    record: Option<PathBuf>,

    #[command(flatten)]
    trace: watch::Trace,

    /// Find the least gas limit with which the run succeeds, at most --gas. Changes nothing, not even the
    /// state file
    #[arg(long, conflicts_with_all = ["trace", "record"])]
    estimate: bool,

    #[command(flatten)]
    block: block::Block,

    /// Print one JSON document
    #[arg(long)]
    json: bool,
}

const SENDER: &str = "0x00000000000000000000000000000000000a11ce";
const RECIPIENT: &str = "0x000000000000000000000000000000000000c0de";

/// 1,000,000 ether in wei.
const SENDERS_BALANCE: u128 = 1_000_000_000_000_000_000_000_000;

/// Runs the command.
///
/// # Errors
///
/// A [`Mistake`]; then the state file is as it was.
pub(crate) fn run(arguments: &Arguments) -> Result<Printout, Mistake> {
    let mut options = arguments.options.clone();
    options.extend(arguments.trace.option()?);
    let machine = machine::open(arguments.vm.as_deref(), &options)?;
    if arguments.vm.is_none() && Fees::of(arguments.revision).is_none() {
        let name = arguments.revision;
        return Err(Mistake(format!("nothing can run at revision {name}: it has no prices yet")));
    }
    let mut chain = Chain::new(arguments.revision, accounts(arguments)?);
    arguments.block.apply(&mut chain.context);
    add_sender(&mut chain, arguments.sender);
    let transaction = transaction(arguments, &mut chain)?;
    if arguments.estimate {
        return Ok(estimate::answer(&mut chain, machine.as_ref(), &transaction, arguments.json));
    }
    let (report, problem) = match &arguments.record {
        None => (chain.run(machine.as_ref(), &transaction), None),
        Some(path) => {
            let recorded = Recorded::new(machine.as_ref(), path)?;
            (chain.run(&recorded, &transaction), recorded.problem())
        }
    };
    if let Some(path) = &arguments.state
        && !arguments.is_static
    {
        state_file::save(path, chain.state.accounts())
            .map_err(|error| Mistake(error.to_string()))?;
    }
    let text = if arguments.json {
        document(&report_json(&report))
    } else {
        let mut lines = Lines::default();
        report_lines(&report, &mut lines);
        lines.text()
    };
    // Whoever wants a recording must not take it for granted.
    let code = if problem.is_some() { 2 } else { exit_code(report.status) };
    Ok(Printout { text, problems: Vec::from_iter(problem), code })
}

fn accounts(arguments: &Arguments) -> Result<BTreeMap<Address, Account>, Mistake> {
    match &arguments.state {
        Some(path) if path.try_exists().unwrap_or(true) => {
            state_file::load(path).map_err(|error| Mistake(error.to_string()))
        }
        _ => Ok(BTreeMap::new()),
    }
}

fn add_sender(chain: &mut Chain, sender: Address) {
    if !chain.state.exists(sender) {
        let balance = SENDERS_BALANCE.into();
        chain.state.insert(sender, Account { balance, ..Account::default() });
    }
}

/// The transaction that was asked for. A contract to be called is put in its place on the chain.
fn transaction(arguments: &Arguments, chain: &mut Chain) -> Result<Transaction, Mistake> {
    let code = arguments.contract.as_deref().map(contract_file::read).transpose()?;
    let transaction = Transaction {
        from: arguments.sender,
        to: (!arguments.create).then_some(arguments.recipient),
        input: arguments.input.0.clone(),
        value: arguments.value,
        gas: arguments.gas,
        is_static: arguments.is_static,
    };
    match code {
        Some(init_code) if arguments.create => {
            Ok(Transaction { input: with_what_it_carries(init_code, arguments)?, ..transaction })
        }
        Some(code) => {
            install(chain, arguments.recipient, code);
            Ok(transaction)
        }
        None if chain.state.code(arguments.recipient).is_empty() => Err(Mistake(format!(
            "there is no contract to run: name a file, or with --state and --recipient an account \
             that has code ({:?} has none)",
            arguments.recipient
        ))),
        None => Ok(transaction),
    }
}

/// Init code with the runtime or the arguments that were given.
fn with_what_it_carries(init_code: Vec<u8>, arguments: &Arguments) -> Result<Vec<u8>, Mistake> {
    match (&arguments.runtime, &arguments.arguments) {
        (Some(runtime), _) => {
            let runtime = contract_file::read(runtime)?;
            contract_file::with_section(&init_code, Section::Runtime, &runtime)
        }
        (None, Some(Bytes(content))) => {
            contract_file::with_section(&init_code, Section::Arguments, content)
        }
        (None, None) => Ok(init_code),
    }
}

/// Puts code at an address. The account keeps what else it has.
fn install(chain: &mut Chain, address: Address, code: Vec<u8>) {
    let account = chain.state.account(address).cloned().unwrap_or_default();
    // A contract's nonce begins at 1 (EIP-161).
    let nonce = account.nonce.max(1);
    chain.state.insert(address, Account { code: code.into(), nonce, ..account });
}
