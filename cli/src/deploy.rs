//! `hebe deploy`: a contract, from its file to the chain.

use crate::{
    Mistake, contract_file,
    contract_file::{Contract, Section},
    output::{Printout, Reading, document, exit_code, hex, report_json, thousands},
    remote,
    session::{Place, Sending},
    talk,
};
use hebe_testing::{
    Report, Transaction,
    contract_file::deploying,
    create_address,
    harness::{Names, Value, abi, check_name},
};
use std::path::{Path, PathBuf};

/// Deploy a contract on the chain in hebe.json.
///
/// A contract with a constructor is its own init code: it runs, with ARGUMENTS, and leaves itself. Any other is put
/// in place as it is. Its interface is kept with it, so that `hebe send` and `hebe call` know its functions.
#[derive(clap::Args)]
#[command(
    after_help = "Examples:\n  hebe deploy counter.wasm 5\n  hebe deploy auction.wasm '\"Sothebys\"' --as house --from alice\n\n\
                  Exit code: 0 it is deployed; 1 its creation reverted or failed; 2 the question itself was wrong, \
                  and nothing was run."
)]
pub(crate) struct Arguments {
    /// The contract: WebAssembly binary or text, or hex of the code
    pub(crate) contract: PathBuf,

    /// The constructor's arguments
    #[arg(value_name = "ARGUMENTS", allow_negative_numbers = true)]
    arguments: Vec<String>,

    /// What the contract is to be called [default: the file's name]
    #[arg(long = "as", value_name = "NAME")]
    name: Option<String>,

    /// The types of the constructor's arguments, such as '(string,uint256)', where the interface doesn't say
    #[arg(long, value_name = "TYPES")]
    constructor: Option<String>,

    /// The code is init code: run it, and take what it finishes with
    #[arg(long)]
    init: bool,

    /// Append this code to the init code, in the custom section `runtime`, for it to deploy
    #[arg(long, value_name = "FILE", conflicts_with_all = ["constructor", "arguments"])]
    runtime: Option<PathBuf>,

    /// The contract's interface: an ABI or an artifact as JSON [default: the one in CONTRACT, or beside it]
    #[arg(long, value_name = "FILE")]
    abi: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) sending: Sending,

    #[command(flatten)]
    pub(crate) place: Place,
}

/// Runs the command.
///
/// # Errors
///
/// A [`Mistake`]; then the chain is as it was.
pub(crate) fn deploy(arguments: &Arguments) -> Result<Printout, Mistake> {
    let contract = contract_file::load(&arguments.contract, arguments.abi.as_deref())?;
    if let Some(url) = &arguments.place.rpc {
        return remote::deploy(url, arguments, contract);
    }
    let mut session = arguments.place.open()?;
    let from = session.sender(&arguments.sending.from)?;
    let name = arguments.name()?;
    if let Ok(other) = session.names.address(&name) {
        if session.chain.state.code(other).is_empty() {
            return Err(Mistake(format!(
                "--as: `{name}` is an account already, and no contract ({other:?})"
            )));
        }
        session.notes.push(format!("{name} was {other:?}"));
    }
    let transaction = Transaction {
        from,
        to: None,
        input: init_code(arguments, &contract, &session.names)?,
        value: arguments.sending.value,
        gas: arguments.sending.gas(),
        is_static: false,
    };
    let next = create_address(from, session.chain.state.nonce(from));
    let before = session.names.clone();
    session.names.define(&name, next);
    if let Some(interface) = contract.interface {
        session.names.describe(next, interface);
    }
    let report = session.run(&transaction);
    let shown = session.names.clone();
    if report.created.is_none() {
        // What was not created has no name.
        session.names = before;
    }
    session.save()?;

    let reading = Reading::of(&shown, None);
    let size = report.created.map(|address| session.chain.state.code(address).len());
    let text = deployed(&report, reading, &name, size, arguments.place.json, None);
    Ok(Printout { text, problems: session.notes, code: exit_code(report.status) })
}

/// What came of a deployment: of the contract called `name`, whose code has `size` bytes, where it is there. A node's
/// transaction has a hash.
pub(crate) fn deployed(
    report: &Report,
    reading: Reading<'_>,
    name: &str,
    size: Option<usize>,
    json: bool,
    transaction: Option<&str>,
) -> String {
    if json {
        let mut object = report_json(report, reading);
        object["name"] = name.into();
        object["code_bytes"] = size.into();
        if let Some(hash) = transaction {
            object["transaction"] = hash.into();
        }
        return document(&object);
    }
    let first = match (report.created, size) {
        (Some(address), Some(size)) => format!(
            "{name}   {}   {} gas   {} bytes\n",
            hex(&address[..]),
            thousands(report.gas_used),
            thousands(size)
        ),
        _ => talk::ended(report, reading),
    };
    first + &talk::events(report, reading)
}

impl Arguments {
    /// What the contract is to be called.
    ///
    /// # Errors
    ///
    /// A [`Mistake`] where that is no name.
    pub(crate) fn name(&self) -> Result<String, Mistake> {
        let name = match &self.name {
            Some(name) => name.clone(),
            None => name_of(&self.contract)?,
        };
        check_name(&name).map_err(|problem| Mistake(format!("--as: {problem}")))?;
        Ok(name)
    }
}

/// The name of a contract that is not given one: its file's.
fn name_of(path: &Path) -> Result<String, Mistake> {
    let stem = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let stem = stem.split('.').next().unwrap_or_default();
    check_name(stem)
        .map(|()| stem.to_owned())
        .map_err(|_| Mistake(format!("`{stem}` can't be a contract's name: say one with --as")))
}

/// What creates the contract.
///
/// # Errors
///
/// A [`Mistake`] about the constructor's arguments.
pub(crate) fn init_code(
    arguments: &Arguments,
    contract: &Contract,
    names: &Names,
) -> Result<Vec<u8>, Mistake> {
    let file = arguments.contract.display();
    let Contract { code, interface } = contract;
    if let Some(runtime) = &arguments.runtime {
        let runtime = contract_file::load(runtime, None)?.code;
        return contract_file::with_section(code, Section::Runtime, &runtime);
    }
    let declared = match &arguments.constructor {
        Some(types) => {
            let function = abi::function(&format!("constructor{types}")).map_err(|_| {
                Mistake(format!(
                    "--constructor: `{types}` is no list of types, such as `(uint256,address)`"
                ))
            })?;
            Some(function.inputs)
        }
        None => {
            let constructor = interface.as_ref().and_then(|interface| interface.constructor());
            constructor.map(|constructor| constructor.inputs.clone())
        }
    };
    let values: Result<Vec<Value>, String> =
        arguments.arguments.iter().map(|text| Value::parse(text)).collect();
    let values = values.map_err(Mistake)?;
    match declared {
        Some(parameters) => {
            let wrong = |problem| Mistake(format!("the constructor of {file}: {problem}"));
            let encoded = abi::arguments(&parameters, &values, names).map_err(wrong)?;
            contract_file::with_section(code, Section::Arguments, &encoded)
        }
        None if !values.is_empty() => {
            let why = match interface {
                Some(_) => "its interface has no constructor",
                None => {
                    "its interface is not known: say the types with --constructor, as in --constructor '(string)'"
                }
            };
            Err(Mistake(format!("{file} takes no arguments: {why}")))
        }
        None if arguments.init => Ok(code.clone()),
        None => deploying(code).map_err(Mistake),
    }
}
