//! On what tests run: every engine that there is, or a library.

use crate::{Machine, open};
use hebe_vm::OPTIONS;
use std::{path::PathBuf, sync::Arc};

/// What a VM is told that tests run on, where nobody says otherwise: what a contract prints is for its author.
const DEFAULTS: &[(&str, &str)] = &[("debug", "true")];

/// Something that runs contracts, and what it is called.
#[derive(Clone)]
pub struct Engine {
    name: String,
    machine: Arc<dyn Machine + Send + Sync>,
}

impl Engine {
    /// The names of the engines built in: the values of the VM's option `engine`, apart from `auto`,
    /// which stands for the others.
    pub fn names() -> Vec<&'static str> {
        let row = OPTIONS.iter().find(|row| row.name == "engine");
        let values = row.map_or("", |row| row.values);
        values.split(" | ").filter(|value| *value != "auto").collect()
    }

    /// One engine built in.
    ///
    /// # Errors
    ///
    /// A sentence, where there is no such engine or an option is wrong.
    pub fn built_in(name: &str, options: &[(String, String)]) -> Result<Self, String> {
        let engine = ("engine".to_owned(), name.to_owned());
        let opened = open(None, DEFAULTS, &[options, &[engine]].concat())?;
        Ok(Self { name: name.to_owned(), machine: opened.machine.into() })
    }

    /// An EVMC library: `LIB[,option=value...]`, then with these options.
    ///
    /// # Errors
    ///
    /// A sentence, where the library can't be loaded or refuses an option.
    pub fn library(library: &str, options: &[(String, String)]) -> Result<Self, String> {
        let opened = open(Some(library), DEFAULTS, options)?;
        let path = library.split(',').next().unwrap_or(library);
        Ok(Self { name: path.to_owned(), machine: opened.machine.into() })
    }

    /// What it is called: the value of the option `engine`, or the library's path.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What runs the code.
    pub(super) fn machine(&self) -> &dyn Machine {
        self.machine.as_ref()
    }
}

/// Which engines something is run on. Their results are compared with each other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct On {
    /// Engines that are built in, by the value of the option `engine`.
    pub built_in: Vec<String>,
    /// EVMC libraries: `LIB[,option=value...]`.
    pub libraries: Vec<String>,
    /// Where the first of them traces to: a file, or `-` for standard error. All trace alike.
    pub trace: Option<String>,
    /// A file that the first of them traces to, for a tree of calls to be made of each step. It is instead of `trace`.
    pub tree: Option<PathBuf>,
}

impl On {
    /// All engines that are built in.
    pub fn every() -> Self {
        let built_in = Engine::names().into_iter().map(str::to_owned).collect();
        Self { built_in, libraries: Vec::new(), trace: None, tree: None }
    }

    /// The interpreter alone. The engines agree, so this is what a test of a contract needs.
    pub fn interpreter() -> Self {
        Self { built_in: vec!["interpreter".to_owned()], ..Self::every() }
    }

    /// What tests in Rust run on where they don't say: the interpreter alone in a debug build, where the compiler is
    /// not optimised and takes minutes, and all engines in a release build. `HEBE_ENGINES=all`, or a list such as
    /// `HEBE_ENGINES=interpreter,compiler`, says otherwise.
    pub fn usual() -> Self {
        match std::env::var("HEBE_ENGINES") {
            Ok(all) if all == "all" => Self::every(),
            Ok(list) if !list.is_empty() => {
                Self { built_in: list.split(',').map(str::to_owned).collect(), ..Self::every() }
            }
            _ if cfg!(debug_assertions) => Self::interpreter(),
            _ => Self::every(),
        }
    }

    /// And a library.
    pub fn and_library(mut self, library: impl Into<String>) -> Self {
        self.libraries.push(library.into());
        self
    }

    /// The engines, with these options of the VM.
    ///
    /// # Errors
    ///
    /// A sentence, where there is no such engine or library, or an option is wrong.
    pub fn engines(&self, options: &[(String, String)]) -> Result<Vec<Engine>, String> {
        let tree = self.tree.as_ref().map(|path| path.display().to_string());
        let trace = tree.iter().chain(&self.trace).take(1);
        let trace = trace.map(|to| ("trace".to_owned(), to.clone()));
        let traced: Vec<(String, String)> = options.iter().cloned().chain(trace).collect();
        let options = |number: usize| if number == 0 { &traced } else { options };
        let built_in = self.built_in.iter().map(|name| (true, name));
        let libraries = self.libraries.iter().map(|library| (false, library));
        let all = built_in.chain(libraries).enumerate();
        all.map(|(number, (is_built_in, name))| match is_built_in {
            true => Engine::built_in(name, options(number)),
            false => Engine::library(name, options(number)),
        })
        .collect()
    }
}

impl std::fmt::Debug for Engine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Engine({})", self.name)
    }
}
