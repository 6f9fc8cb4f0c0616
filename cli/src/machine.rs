//! Which VM runs a contract: the one built in, or a library.

use crate::Mistake;
use hebe::LoadedVm;
use hebe_testing::Machine;
use hebe_vm::{Options, Vm};

/// How many instructions a message may execute where they cost nothing: seconds of the interpreter, and
/// far more than a block's gas would pay for.
const INSTRUCTION_BOUND: u32 = 1_000_000_000;

/// The VM to use, with its options set. `library` is `LIB[,option=value...]`.
///
/// # Errors
///
/// A [`Mistake`] says what is wrong with the library or the option.
pub(crate) fn open(
    library: Option<&str>,
    options: &[(String, String)],
) -> Result<Box<dyn Machine>, Mistake> {
    match library {
        Some(library) => {
            let mut vm =
                LoadedVm::load_with_options(library).map_err(|error| Mistake(error.to_string()))?;
            for (name, value) in options {
                vm.set_option(name, value)
                    .map_err(|refused| Mistake(format!("{}: {refused}", vm.name())))?;
            }
            Ok(Box::new(vm))
        }
        None => {
            let mut given = Options::default();
            given.bound_instructions(INSTRUCTION_BOUND);
            for (name, value) in options {
                given.set(name, value).map_err(|error| Mistake(error.to_string()))?;
            }
            Ok(Box::new(Vm::new(given)))
        }
    }
}
