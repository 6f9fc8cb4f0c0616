//! Which VM runs a contract: the one built in, or a library.

use crate::Mistake;
use hebe::{LoadedVm, OptionRefused, parse_config};
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
) -> Result<Box<dyn Machine + Send + Sync>, Mistake> {
    open_with(library, &[], options)
}

/// The VM to use, with `defaults` in place of its own where nobody sets these options. A library that does
/// not have one of them is left as it is.
///
/// # Errors
///
/// A [`Mistake`] says what is wrong with the library or the option.
pub(crate) fn open_with(
    library: Option<&str>,
    defaults: &[(&str, &str)],
    options: &[(String, String)],
) -> Result<Box<dyn Machine + Send + Sync>, Mistake> {
    let options = options.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let Some(library) = library else {
        let mut given = Options::default();
        given.bound_instructions(INSTRUCTION_BOUND);
        for (name, value) in defaults.iter().copied().chain(options) {
            given.set(name, value).map_err(|error| Mistake(error.to_string()))?;
        }
        return Ok(Box::new(Vm::new(given)));
    };
    let (path, config) = parse_config(library);
    let mut vm = LoadedVm::load(path).map_err(|error| Mistake(error.to_string()))?;
    let refused = |path: &str, refused: OptionRefused| Mistake(format!("{path}: {refused}"));
    for (name, value) in defaults {
        match vm.set_option(name, value) {
            Ok(()) | Err(OptionRefused::InvalidName(_) | OptionRefused::NoOptions) => {}
            Err(problem) => return Err(refused(path, problem)),
        }
    }
    for (name, value) in config.into_iter().chain(options) {
        vm.set_option(name, value).map_err(|problem| refused(path, problem))?;
    }
    Ok(Box::new(vm))
}
