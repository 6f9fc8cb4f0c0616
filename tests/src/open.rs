//! Which VM runs contracts, and with which options.

use crate::Machine;
use hebe_evmc::{LoadedVm, parse_config};
use hebe_vm::{Options, Vm};

/// How many instructions a message may execute where they cost nothing: seconds of the interpreter, and
/// far more than a block's gas would pay for.
const INSTRUCTION_BOUND: u32 = 1_000_000_000;

/// A VM with its options set.
pub struct Opened {
    /// What runs contracts.
    pub machine: Box<dyn Machine + Send + Sync>,
    /// Those of the defaults that it does not take, as `name=value`.
    pub refused: Vec<String>,
}

/// Opens the VM built in or an EVMC library (`LIB[,option=value...]`), and sets its options: `defaults`,
/// what stands behind the library's name, and `options`, of which the last ones hold. Defaults need not be taken.
///
/// A VM that has the option `instruction_bound` gets it, of 1,000,000,000, where nobody sets another one. In
/// another VM, nothing ends a loop whose instructions cost nothing.
///
/// # Errors
///
/// A sentence says what is wrong with the library or an option.
pub fn open<'a>(
    library: Option<&'a str>,
    defaults: &[(&str, &str)],
    options: &'a [(String, String)],
) -> Result<Opened, String> {
    let mut given: Vec<(&str, &str)> = Vec::new();
    let mut vm = match library {
        None => Opening::BuiltIn(Box::default()),
        Some(library) => {
            let (path, config) = parse_config(library);
            given.extend(config);
            Opening::Library(path, LoadedVm::load(path).map_err(|error| error.to_string())?)
        }
    };
    given.extend(options.iter().map(|(name, value)| (name.as_str(), value.as_str())));

    let _ = vm.set("instruction_bound", &INSTRUCTION_BOUND.to_string());
    let mut refused = Vec::new();
    let is_given = |name| given.iter().any(|(given, _)| *given == name);
    for (name, value) in defaults.iter().filter(|(name, _)| !is_given(*name)) {
        if vm.set(name, value).is_err() {
            refused.push(format!("{name}={value}"));
        }
    }
    for (name, value) in given {
        vm.set(name, value)?;
    }
    Ok(Opened { machine: vm.machine(), refused })
}

/// The VM built in, with these options set, first to last, and the bound of [`open`].
///
/// # Errors
///
/// A sentence says what is wrong with an option.
pub fn built_in<'a>(options: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Vm, String> {
    let mut given = Options::default();
    let bound = INSTRUCTION_BOUND.to_string();
    given.set("instruction_bound", &bound).map_err(|error| error.to_string())?;
    for (name, value) in options {
        given.set(name, value).map_err(|error| error.to_string())?;
    }
    Ok(Vm::new(given))
}

/// A VM whose options are being set.
enum Opening<'a> {
    BuiltIn(Box<Options>),
    /// With its path.
    Library(&'a str, LoadedVm),
}

impl Opening<'_> {
    fn set(&mut self, name: &str, value: &str) -> Result<(), String> {
        match self {
            Self::BuiltIn(options) => options.set(name, value).map_err(|error| error.to_string()),
            Self::Library(path, vm) => {
                vm.set_option(name, value).map_err(|refused| format!("{path}: {refused}"))
            }
        }
    }

    fn machine(self) -> Box<dyn Machine + Send + Sync> {
        match self {
            Self::BuiltIn(options) => Box::new(Vm::new(*options)),
            Self::Library(_, vm) => Box::new(vm),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{check, library_path};
    use hebe_host::Revision;

    fn owned(options: &[(&str, &str)]) -> Vec<(String, String)> {
        options.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    /// What an option is, as a recording tells it.
    fn option(opened: &Opened, name: &str) -> String {
        let case = check("");
        opened.machine.subject(Revision::Byzantium, &case.message(), &[]).options[name].clone()
    }

    #[test]
    fn the_last_who_sets_an_option_is_right() {
        let library = library_path().display().to_string();
        for path in [None, Some(library.as_str())] {
            let defaults = [("metering", "off"), ("speed", "fast"), ("engine", "compiler")];
            let opened = open(path, &defaults, &owned(&[("engine", "interpreter")])).unwrap();
            assert_eq!(opened.refused, ["speed=fast"]);
            assert_eq!(option(&opened, "metering"), "off");
            assert_eq!(option(&opened, "engine"), "interpreter");
            assert_eq!(option(&opened, "instruction_bound"), "1000000000");
            let opened = open(path, &[("instruction_bound", "6")], &[]).unwrap();
            assert_eq!(option(&opened, "instruction_bound"), "6");
        }
        let with_engine = format!("{library},engine=interpreter");
        let opened = open(Some(&with_engine), &[("engine", "compiler")], &[]).unwrap();
        assert_eq!(option(&opened, "engine"), "interpreter");
        let shadow = owned(&[("engine", "shadow")]);
        assert_eq!(option(&open(Some(&with_engine), &[], &shadow).unwrap(), "engine"), "shadow");
    }

    #[test]
    fn what_can_not_be_set_is_told() {
        let library = library_path().display().to_string();
        let problem = |path: Option<&str>, options: &[(&str, &str)]| {
            open(path, &[], &owned(options)).err().unwrap()
        };
        assert!(problem(None, &[("speed", "1")]).starts_with("there is no option `speed`"));
        assert!(problem(None, &[("instruction_bound", "4294967296")]).contains("up to 4294967295"));
        let expected = format!("{library}: it has no option `speed`");
        assert_eq!(problem(Some(&library), &[("speed", "1")]), expected);
        assert_eq!(problem(Some(&format!("{library},speed=1")), &[]), expected);
        assert!(problem(Some("./no.so"), &[]).starts_with("./no.so can't be opened"));
    }
}
