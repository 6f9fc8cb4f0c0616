//! `hebe send` and `hebe call`: talking to contracts on the chain in hebe.json.

use crate::{
    Mistake,
    output::{Printout, Reading, document, exit_code, hex, report_json, status, thousands},
    remote,
    session::{Place, Sending, Session},
    values,
};
use alloy_json_abi::Function;
use hebe_host::{Address, StatusCode};
use hebe_testing::{
    Report, Transaction,
    harness::{Interface, Names, Value, abi},
};
use std::path::PathBuf;

/// What is asked of whom.
#[derive(clap::Args)]
pub(crate) struct Question {
    /// The contract or account, by name or address
    pub(crate) to: String,

    /// The function: its signature, or its name where only one function has it. Where the contract's interface is not
    /// known, a signature, perhaps with what it returns: 'count() returns (uint256)'
    function: Option<String>,

    /// Its arguments: numbers, amounts such as '1 ether', names of accounts, 0x…, true, '"text"', '[1, 2]'
    #[arg(value_name = "ARGUMENTS", allow_negative_numbers = true)]
    arguments: Vec<String>,

    /// Call data, instead of a function
    #[arg(long, value_name = "HEX", value_parser = values::bytes, conflicts_with = "function")]
    input: Option<values::Bytes>,

    /// The contract's interface: an ABI or an artifact as JSON [default: the one that it was deployed with]
    #[arg(long, value_name = "FILE")]
    abi: Option<PathBuf>,
}

/// Send a transaction to a contract on the chain in hebe.json.
///
/// The chain moves on by a block, whether the transaction succeeds or not.
#[derive(clap::Args)]
#[command(
    after_help = "Examples:\n  hebe send counter 'add(uint256)' 5 --from alice\n  hebe send house bid 0 --from bob --value '0.5 ether'\n  \
                  hebe send alice --value '1 ether'\n\n\
                  Exit code: 0 it succeeded; 1 it reverted or failed; 2 the question itself was wrong, and nothing \
                  was run."
)]
pub(crate) struct SendArguments {
    #[command(flatten)]
    question: Question,

    #[command(flatten)]
    sending: Sending,

    #[command(flatten)]
    place: Place,
}

/// Ask a contract on the chain in hebe.json. Changes nothing.
///
/// The answer alone is printed, as of the last block.
#[derive(clap::Args)]
#[command(
    after_help = "Examples:\n  hebe call counter 'count()'\n  hebe call token balanceOf alice\n\n\
                  Exit code: 0 it answered; 1 it reverted or failed; 2 the question itself was wrong, and nothing \
                  was run."
)]
pub(crate) struct CallArguments {
    #[command(flatten)]
    question: Question,

    #[command(flatten)]
    sending: Sending,

    #[command(flatten)]
    place: Place,
}

/// Runs `hebe send`.
///
/// # Errors
///
/// A [`Mistake`]; then the chain is as it was.
pub(crate) fn send(arguments: &SendArguments) -> Result<Printout, Mistake> {
    let SendArguments { question, sending, place } = arguments;
    if let Some(url) = &place.rpc {
        return remote::send(url, question, sending, place);
    }
    let mut session = place.open()?;
    let (transaction, function) = question.transaction(&mut session, sending, false)?;
    let report = session.run(&transaction);
    session.save()?;
    let reading = Reading::of(&session.names, function.as_ref());
    let text = sent(&report, reading, place.json, None);
    let notes = std::mem::take(&mut session.notes);
    Ok(Printout { text, problems: notes, code: exit_code(report.status) })
}

/// Runs `hebe call`.
///
/// # Errors
///
/// A [`Mistake`].
pub(crate) fn call(arguments: &CallArguments) -> Result<Printout, Mistake> {
    let CallArguments { question, sending, place } = arguments;
    if let Some(url) = &place.rpc {
        return remote::call(url, question, sending, place);
    }
    let mut session = place.open_to_ask()?;
    // What follows is for this question alone: nobody has to know of a sender that is made for it.
    let problems = std::mem::take(&mut session.notes);
    let (transaction, function) = question.transaction(&mut session, sending, true)?;
    let report = session.run(&transaction);
    let reading = Reading::of(&session.names, function.as_ref());
    Ok(Printout { problems, ..answered(&report, reading, place.json) })
}

/// What came of a transaction. A node's has a hash.
pub(crate) fn sent(
    report: &Report,
    reading: Reading<'_>,
    json: bool,
    transaction: Option<&str>,
) -> String {
    if !json {
        return ended(report, reading) + &events(report, reading);
    }
    let mut object = report_json(report, reading);
    if let Some(hash) = transaction {
        object["transaction"] = hash.into();
    }
    document(&object)
}

/// What a question was answered.
pub(crate) fn answered(report: &Report, reading: Reading<'_>, json: bool) -> Printout {
    let text = if json {
        document(&report_json(report, reading))
    } else if report.status == StatusCode::Success {
        let returned = reading.returns(report.status, &report.output);
        let returned = returned.unwrap_or_else(|| hex(&report.output));
        format!("{returned}\n")
    } else {
        ended(report, reading)
    };
    Printout { text, problems: Vec::new(), code: exit_code(report.status) }
}

impl Question {
    /// The message, and the function that it calls.
    fn transaction(
        &self,
        session: &mut Session,
        sending: &Sending,
        is_static: bool,
    ) -> Result<(Transaction, Option<Function>), Mistake> {
        let to = session.account(&self.to)?;
        let from = session.sender(&sending.from)?;
        let is_contract = !session.chain.state.code(to).is_empty();
        if !is_contract && is_static {
            return Err(Mistake(format!("{} is no contract: there is no code at {to:?}", self.to)));
        }
        let (input, function) = self.input(to, is_contract, &mut session.names)?;
        let transaction = Transaction {
            from,
            to: Some(to),
            input,
            value: sending.value,
            gas: sending.gas(),
            is_static,
        };
        Ok((transaction, function))
    }

    /// The call data, and the function that it calls.
    ///
    /// # Errors
    ///
    /// A [`Mistake`] about the contract, the function or its arguments.
    pub(crate) fn input(
        &self,
        to: Address,
        is_contract: bool,
        names: &mut Names,
    ) -> Result<(Vec<u8>, Option<Function>), Mistake> {
        if let Some(abi) = &self.abi {
            names.describe(to, Interface::load(abi).map_err(Mistake)?);
        }
        if !is_contract && (self.function.is_some() || self.input.is_some()) {
            return Err(Mistake(format!("{} is no contract: there is no code at {to:?}", self.to)));
        }
        match (&self.function, &self.input) {
            (Some(text), _) => {
                let function = self.function(text, to, names)?;
                let values: Result<Vec<Value>, String> =
                    self.arguments.iter().map(|text| Value::parse(text)).collect();
                let input = values
                    .and_then(|values| abi::call_data(&function, &values, names))
                    .map_err(|problem| Mistake(format!("{}: {problem}", function.signature())))?;
                Ok((input, Some(function)))
            }
            (None, Some(input)) => Ok((input.0.clone(), None)),
            (None, None) => Ok((Vec::new(), None)),
        }
    }

    fn function(&self, text: &str, to: Address, names: &Names) -> Result<Function, Mistake> {
        match names.interface(to) {
            Some(interface) => interface.function(text, &self.to).map_err(Mistake),
            None if !text.contains('(') => Err(Mistake(format!(
                "the interface of {} is not known: write the function with its types, as in '{text}(uint256)', or \
                 name the interface's file with --abi",
                self.to
            ))),
            None => abi::function(text).map_err(Mistake),
        }
    }
}

/// How a message ended, in a line.
pub(crate) fn ended(report: &Report, reading: Reading<'_>) -> String {
    let (word, text) = match report.status {
        StatusCode::Success => {
            let returned = reading.returns(report.status, &report.output);
            let bytes = || match report.output.is_empty() {
                true => String::new(),
                false => hex(&report.output),
            };
            ("ok".to_owned(), returned.unwrap_or_else(bytes))
        }
        StatusCode::Revert => {
            let error = reading.revert(report.status, &report.output);
            let bytes = || match report.output.is_empty() {
                true => "without a reason".to_owned(),
                false => hex(&report.output),
            };
            ("REVERT".to_owned(), error.unwrap_or_else(bytes))
        }
        _ => (status(report), String::new()),
    };
    let gas = format!("{} gas", thousands(report.gas_used));
    format!("{:<60} {gas:>18}\n", format!("{word:<7} {text}").trim_end())
}

/// What was logged, a line for each event.
pub(crate) fn events(report: &Report, reading: Reading<'_>) -> String {
    report.logs.iter().map(|log| format!("emit    {}\n", reading.log(log))).collect()
}
