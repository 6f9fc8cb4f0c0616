//! `hebe run`: one message to one contract.

use crate::{
    Mistake,
    block::Block,
    call::{self, Call, Ready},
    estimate, machine,
    output::{Lines, Printout, Reading, document, exit_code, report_json, report_lines},
    values,
    watch::{self, Recorded},
};
use hebe_gas::is_wasm;
use hebe_host::{Fault, Fees};
use hebe_testing::{
    TransactionRules,
    state_file::{self, LastBlock, StateFile},
};
use std::path::PathBuf;

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
    #[command(flatten)]
    call: Call,

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

    /// Print one JSON document
    #[arg(long)]
    json: bool,

    // Last, since it begins a heading.
    #[command(flatten)]
    block: Block,
}

/// Runs the command.
///
/// # Errors
///
/// A [`Mistake`]; then the state file is as it was.
pub(crate) fn run(arguments: &Arguments) -> Result<Printout, Mistake> {
    let mut options = arguments.options.clone();
    options.extend(arguments.trace.option()?);
    let init_code = arguments.call.max_init_code_size();
    let defaults: Vec<_> = init_code.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let machine = machine::open_with(arguments.vm.as_deref(), &defaults, &options)?.machine;
    // Whoever only looks needs no lock: every file is whole.
    let changes = !arguments.call.is_static() && !arguments.estimate;
    let lock = match &arguments.state {
        Some(path) if changes => Some(call::lock(path)?),
        _ => None,
    };
    let state = match &arguments.state {
        Some(path) if path.try_exists().unwrap_or(true) => call::state(path)?,
        _ => StateFile::default(),
    };
    let kept = state.names.clone();
    let mut problems = Vec::from_iter(state.made_under_another(machine.schedule().as_deref()));
    let ready = arguments.call.set_up(state, &arguments.block)?;
    let Ready { mut chain, transaction, names, last } = ready;
    let revision = chain.revision;
    let code = match transaction.to {
        Some(to) => chain.state.code(to),
        None => transaction.input.as_slice().into(),
    };
    // Bytecode runs at every revision that is final, Wasm at those that have prices.
    let runs = match is_wasm(&code) {
        true => Fees::of(revision).is_some(),
        false => TransactionRules::of(revision).is_some(),
    };
    if arguments.vm.is_none() && !runs {
        return Err(Mistake(Fault::UnsupportedRevision(revision).to_string()));
    }
    let reading = Reading::new(&names, &transaction);
    if arguments.estimate {
        let machine = machine.as_ref();
        return Ok(estimate::answer(&mut chain, machine, &transaction, reading, arguments.json));
    }
    let (report, problem) = match &arguments.record {
        None => (chain.run(machine.as_ref(), &transaction), None),
        Some(path) => {
            let recorded = Recorded::new(machine.as_ref(), path)?;
            (chain.run(&recorded, &transaction), recorded.problem())
        }
    };
    if let Some(path) = &arguments.state
        && !arguments.call.is_static()
    {
        let block = last.map(|_| LastBlock {
            number: chain.context.block_number,
            timestamp: chain.context.block_timestamp,
        });
        let accounts = chain.state.to_map();
        // The interface of a file that is only tried is not kept.
        let names = kept.clone();
        let schedule = machine.schedule();
        state_file::save(path, &StateFile { accounts, names, block, schedule })
            .map_err(|error| Mistake(error.to_string()))?;
    }
    drop(lock);
    let text = if arguments.json {
        document(&report_json(&report, reading))
    } else {
        let mut lines = Lines::default();
        report_lines(&report, reading, &mut lines);
        lines.text()
    };
    // Whoever wants a recording must not take it for granted.
    let code = if problem.is_some() { 2 } else { exit_code(report.status) };
    problems.extend(problem);
    Ok(Printout { text, problems, code })
}
