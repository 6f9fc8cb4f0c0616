//! The `hebe` command: runs contracts, checks them, and shows the library at work.
//!
//! Every command gives a [`Printout`](output::Printout), or a [`Mistake`]: what is wrong with what was
//! asked, for standard error.

#![forbid(unsafe_code)]

mod abi;
mod bench;
mod block;
mod build;
mod cache;
mod calibrate;
mod call;
mod check;
mod colour;
mod conform;
mod contract_file;
mod demo;
mod deploy;
mod estimate;
mod gas;
mod machine;
mod meter;
mod new;
mod node;
mod output;
mod remote;
mod replay;
mod run;
mod session;
mod shell;
mod statetest;
mod talk;
mod test;
mod token;
mod values;
mod watch;

use clap::{Parser, Subcommand};
use std::process::ExitCode;

/// What is wrong with what was asked: a sentence for standard error. The exit code is 2.
#[derive(Debug, PartialEq, Eq)]
struct Mistake(String);

/// Run and check WebAssembly contracts for Ethereum.
#[derive(Parser)]
#[command(
    version,
    max_term_width = 100,
    after_help = "Exit code: 0 all went well; 1 a contract failed or is not valid; 2 the question \
                  itself was wrong."
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Abi(abi::Arguments),
    Build(build::Arguments),
    Deploy(Box<deploy::Arguments>),
    Send(Box<talk::SendArguments>),
    Call(Box<talk::CallArguments>),
    Run(Box<run::Arguments>),
    Replay(replay::Arguments),
    Bench(Box<bench::Arguments>),
    Cache(cache::Arguments),
    Calibrate(calibrate::Arguments),
    Check(check::Arguments),
    Conform(conform::Arguments),
    Demo(demo::Arguments),
    Gas(gas::Arguments),
    Meter(meter::Arguments),
    New(new::Arguments),
    Node(Box<node::Arguments>),
    Statetest(statetest::Arguments),
    Test(test::Arguments),
    Completions(shell::CompletionArguments),
    Man(shell::ManArguments),
}

fn main() -> ExitCode {
    let words: Vec<String> =
        std::env::args_os().map(|word| word.to_string_lossy().into_owned()).collect();
    if let Some(Mistake(sentence)) = watch::misplaced_file(&words) {
        eprintln!("hebe: {sentence}");
        return ExitCode::from(2);
    }
    let answer = match Cli::parse().command {
        Command::Abi(arguments) => abi::abi(&arguments),
        Command::Build(arguments) => build::build(&arguments),
        Command::Deploy(arguments) => deploy::deploy(&arguments),
        Command::Send(arguments) => talk::send(&arguments),
        Command::Call(arguments) => talk::call(&arguments),
        Command::Run(arguments) => run::run(&arguments),
        Command::Replay(arguments) => replay::replay(&arguments),
        Command::Bench(arguments) => bench::bench(&arguments),
        Command::Cache(arguments) => cache::cache(&arguments),
        Command::Calibrate(arguments) => calibrate::calibrate(&arguments),
        Command::Check(arguments) => check::check(&arguments),
        Command::Conform(arguments) => conform::conform(&arguments),
        Command::Demo(arguments) => demo::demo(&arguments),
        Command::Gas(arguments) => gas::gas(&arguments),
        Command::Meter(arguments) => meter::meter(&arguments),
        Command::New(arguments) => new::new(&arguments),
        Command::Node(arguments) => node::node(&arguments),
        Command::Statetest(arguments) => statetest::statetest(&arguments),
        Command::Test(arguments) => test::test(&arguments),
        Command::Completions(arguments) => Ok(shell::completions::<Cli>(&arguments)),
        Command::Man(arguments) => shell::man::<Cli>(&arguments),
    };
    match answer.and_then(|printout| printout.print()) {
        Ok(code) => code,
        Err(Mistake(sentence)) => {
            eprintln!("hebe: {sentence}");
            ExitCode::from(2)
        }
    }
}
