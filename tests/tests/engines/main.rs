//! The interpreter and native code do the same: in generated contracts, at the end of the stack, in instances
//! that are used again, while one takes over from the other, and when one shadows the other.

mod generated;
mod instances;
mod joins;
mod panics;
mod stack;
mod tiers;

use hebe_vm::Vm;

/// The engines that must be right where an interpreter once was not.
const ALL_RIGHT: &[&str] = &["interpreter", "compiler", "auto", "shadow"];

/// The VM with these options.
fn vm(options: &[(&str, &str)]) -> Vm {
    let mut vm = Vm::default();
    for (name, value) in options {
        vm.set_option(name, value).expect("the option is right");
    }
    vm
}

/// A VM that compiles everything before its first run.
fn compiler() -> Vm {
    vm(&[("engine", "compiler")])
}
