//! `hebe demo`: a token, from its creation to two balances, run by the shared library as a client
//! would.

use crate::{
    Mistake, machine,
    output::{Lines, Printout, Reading, document, exit_code, hex, report_json, status, thousands},
    token::{self, Transfer},
};
use hebe_host::{Address, Revision, StatusCode, U256};
use hebe_testing::{Account, Chain, Machine, Report, Transaction};
use serde_json::{Value, json};
use std::{
    collections::BTreeMap,
    env::{
        self,
        consts::{DLL_PREFIX, DLL_SUFFIX},
    },
};

/// Deploy a token through the shared library, transfer some of it, and read both balances.
#[derive(clap::Args)]
#[command(
    after_help = "Exit code: 0 every step succeeded; 1 a step failed; 2 there is no library."
)]
pub(crate) struct Arguments {
    /// The EVMC library (ABI 12) to use; by default libhebe.so beside this program
    #[arg(long, value_name = "LIB[,OPTION=VALUE...]")]
    vm: Option<String>,

    /// Print one JSON document
    #[arg(long)]
    json: bool,
}

const ALICE: Address = Address::repeat_byte(0xa1);
const BOB: Address = Address::repeat_byte(0xb0);
const GAS: i64 = 10_000_000;
const AMOUNT: u64 = 250;

/// A step of the demonstration.
struct Step {
    /// What was asked.
    title: String,
    /// What came of it.
    report: Report,
    /// The balance, where that was asked.
    balance: Option<U256>,
}

/// Runs the command.
///
/// # Errors
///
/// A [`Mistake`] when there is no library, which says how to get it.
pub(crate) fn demo(arguments: &Arguments) -> Result<Printout, Mistake> {
    let library = match &arguments.vm {
        Some(library) => library.clone(),
        None => library_beside_us()?,
    };
    let machine = machine::open(Some(&library), &[])?;
    let steps = steps(machine.as_ref())?;
    let status = steps.last().map_or(StatusCode::Failure, |step| step.report.status);
    let text = match arguments.json {
        true => document(&json!({
            "library": library,
            "steps": steps.iter().map(step_json).collect::<Vec<_>>(),
        })),
        false => {
            let mut lines = Lines::default();
            lines.title(format!("A token on {library}"));
            for (number, step) in (1..).zip(&steps) {
                lines.title("");
                lines.title(format!("{number}. {}", step.title));
                step_lines(step, &mut lines);
            }
            lines.text()
        }
    };
    Ok(Printout { text, problems: Vec::new(), code: exit_code(status) })
}

/// The library that was built together with this program. Cargo leaves it in `deps` beside the program
/// it builds, where it is never older than the program; an installation has both in one folder, or the
/// library in `lib` beside the program's `bin`.
fn library_beside_us() -> Result<String, Mistake> {
    let name = format!("{DLL_PREFIX}hebe{DLL_SUFFIX}");
    let program = env::current_exe()
        .map_err(|error| Mistake(format!("can't find out where this program is: {error}")))?;
    let folder = program.parent().unwrap_or(&program);
    let places = [folder.join("deps"), folder.to_owned(), folder.join("../lib")];
    let found = places.iter().map(|place| place.join(&name)).find(|library| library.is_file());
    found.map(|library| library.display().to_string()).ok_or_else(|| {
        Mistake(format!(
            "there is no {name} beside {}; build it with `cargo build --release`, or name one with --vm",
            program.display()
        ))
    })
}

/// Runs one step after another, up to the first one that does not succeed.
fn steps(machine: &dyn Machine) -> Result<Vec<Step>, Mistake> {
    let alice = Account { balance: U256::exp10(18), ..Account::default() };
    let mut chain = Chain::new(Revision::LATEST, BTreeMap::from([(ALICE, alice)]));
    let mut run = |title: String, to, input, is_static| {
        let value = U256::zero();
        let transaction = Transaction { from: ALICE, to, input, value, gas: GAS, is_static };
        Step { title, report: chain.run(machine, &transaction), balance: None }
    };
    let init_code = token::init_code()?;
    let title = format!("Alice deploys the token ({} bytes of code)", thousands(init_code.len()));
    let mut steps = vec![run(title, None, init_code, false)];
    let Some(token) = steps[0].report.created else { return Ok(steps) };

    let title = format!("Alice transfers {AMOUNT} tokens to Bob");
    steps.push(run(title, Some(token), token::transfer(BOB, AMOUNT.into()), false));
    for (name, account) in [("Alice", ALICE), ("Bob", BOB)] {
        if steps.iter().any(|step| step.report.status != StatusCode::Success) {
            break;
        }
        let title = format!("{name}'s balance");
        let mut step = run(title, Some(token), token::balance_of(account), true);
        step.balance = token::amount(&step.report.output);
        steps.push(step);
    }
    Ok(steps)
}

fn step_lines(step: &Step, lines: &mut Lines) {
    let report = &step.report;
    if report.status != StatusCode::Success {
        lines.add("   status", status(report));
    }
    lines.add("   gas used", thousands(report.gas_used));
    if let Some(created) = report.created {
        lines.add("   token", hex(&created[..]));
    }
    for log in &report.logs {
        match Transfer::read(log) {
            Some(Transfer { from, to, amount }) => {
                lines.add("   Transfer", format!("{} tokens", thousands(amount)));
                lines.add("     from", name(from));
                lines.add("     to", name(to));
            }
            None => lines.add("   log", hex(&log.data)),
        }
    }
    if let Some(balance) = step.balance {
        lines.add("   balance", format!("{} tokens", thousands(balance)));
    }
}

fn name(account: Address) -> String {
    let people = [(ALICE, "Alice"), (BOB, "Bob"), (Address::zero(), "nobody: newly made")];
    let address = hex(&account[..]);
    match people.iter().find(|(theirs, _)| *theirs == account) {
        Some((_, name)) => format!("{address} ({name})"),
        None => address,
    }
}

fn step_json(step: &Step) -> Value {
    let transfers = step.report.logs.iter().filter_map(Transfer::read);
    let transfers = transfers.map(|Transfer { from, to, amount }| {
        json!({ "from": hex(&from[..]), "to": hex(&to[..]), "amount": amount.to_string() })
    });
    json!({
        "title": step.title,
        "report": report_json(&step.report, Reading::NOTHING),
        "transfers": transfers.collect::<Vec<_>>(),
        "balance": step.balance.map(|balance| balance.to_string()),
    })
}
