//! Which VM runs a contract: the one built in, or a library.

use crate::Mistake;
use hebe::{LoadedVm, OptionRefused, parse_config};
use hebe_host::recording::Subject;
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

/// The VM to replay a message with: with the options of its recording, and on top of them `options`. What
/// it does not take of the recording's is given too, in words.
///
/// # Errors
///
/// A [`Mistake`] says what is wrong with the library or with `options`.
pub(crate) fn for_recording(
    library: Option<&str>,
    subject: &Subject,
    options: &[(String, String)],
) -> Result<(Box<dyn Machine>, Vec<String>), Mistake> {
    let set_anyway = |name: &String| options.iter().any(|(set, _)| set == name);
    let recorded = subject.options.iter().filter(|(name, _)| !set_anyway(name));
    let mut refused = Vec::new();
    let Some(library) = library else {
        let mut given = Options::default();
        given.bound_instructions(INSTRUCTION_BOUND);
        for (name, value) in recorded {
            if given.set(name, value).is_err() {
                refused.push(format!("{name}={value}"));
            }
        }
        for (name, value) in options {
            given.set(name, value).map_err(|error| Mistake(error.to_string()))?;
        }
        if let Some(code) = &subject.replacement {
            given.replace(subject.message.borrow().contract(), code);
        }
        return Ok((Box::new(Vm::new(given)), refused));
    };
    let (path, config) = parse_config(library);
    let mut vm = LoadedVm::load(path).map_err(|error| Mistake(error.to_string()))?;
    let config: Vec<_> = config.into_iter().collect();
    for (name, value) in recorded {
        if !config.iter().any(|(set, _)| set == name) && vm.set_option(name, value).is_err() {
            refused.push(format!("{name}={value}"));
        }
    }
    let options = options.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    for (name, value) in config.into_iter().chain(options) {
        vm.set_option(name, value).map_err(|problem| Mistake(format!("{path}: {problem}")))?;
    }
    if let Some(code) = &subject.replacement {
        let contract = subject.message.borrow().contract();
        let name = format!("sys:{contract:?}");
        let file = tempfile::NamedTempFile::new()
            .and_then(|file| std::fs::write(file.path(), code).map(|()| file))
            .map_err(|error| Mistake(format!("can't write a temporary file: {error}")))?;
        // A VM that has the option reads the file at once.
        if vm.set_option(&name, &file.path().display().to_string()).is_err() {
            refused.push(format!("{name} with the code in the recording"));
        }
    }
    Ok((Box::new(vm), refused))
}
