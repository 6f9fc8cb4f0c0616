//! The `hebe` command from outside: what it prints, its exit codes, and what it leaves alone.

mod abi;
mod bench;
mod cache;
mod calibrate;
mod check;
mod conform;
mod demo;
mod faults;
mod gas;
mod mistakes;
mod new;
mod node;
mod readme;
mod replay;
mod run;
mod shell;
mod statetest;
mod support;
mod talk;
mod test;
mod wrong_input;
