//! The options of a VM, and what follows from them. [`rows`] is the table of their names and values, [`values`] how these
//! are read.

mod rows;
mod values;

pub use rows::{OPTIONS, OptionRow};

use crate::{cache::disk::DiskCache, engine::Traps, watch::Watchers};
use hebe_gas::{Exports, Features, Metering, Profile, Rules, Schedule};
use hebe_host::{Address, HostModule, Interface, Revision, trace::TraceSink};
use std::{
    collections::BTreeMap,
    hash::{Hash, Hasher},
    num::NonZeroU32,
    sync::Arc,
};

/// How a VM behaves. Made by [`Options::set`] from names and values, as clients give them.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// What decides whether code is valid and what it means.
    pub(crate) meaning_options: MeaningOptions,
    /// What runs contracts.
    pub(crate) engine: EngineChoice,
    /// How many threads compile.
    pub(crate) compile_threads: CompileThreads,
    /// How compiled code traps.
    pub(crate) traps: Traps,
    /// What becomes of code that is not WebAssembly.
    pub(crate) evm1_mode: Evm1Mode,
    /// The longest init code that a contract can create another one with, in bytes; none is what the
    /// revision says.
    pub(crate) max_init_code_size: Option<usize>,
    /// The bound of the cache.
    pub(crate) cache_size: CacheSize,
    /// Where compiled code is kept for other processes.
    pub(crate) cache_dir: Option<Arc<DiskCache>>,
    /// The bound of that.
    pub(crate) cache_dir_size: CacheDirSize,
    /// Code that runs instead of what the client gives, by the contract's address.
    pub(crate) replacements: BTreeMap<Address, Arc<[u8]>>,
    /// Who watches what runs.
    pub(crate) watchers: Watchers,
    /// The values that were given, by name.
    given: BTreeMap<String, String>,
}

/// The options that change what a contract is; they are part of the cache's key.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct MeaningOptions {
    pub(crate) features: Features,
    pub(crate) exports: Exports,
    pub(crate) debug: bool,
    pub(crate) mode: MeteringMode,
    pub(crate) schedule: ScheduleChoice,
    /// How many instructions a message may execute where they cost nothing.
    pub(crate) instruction_bound: Option<NonZeroU32>,
}

/// What instructions cost.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) enum MeteringMode {
    /// What the schedule says, whenever they are executed.
    #[default]
    Execution,
    /// Nothing: only the EEI's fees are charged.
    Off,
    /// What the contract pays by itself, having been metered when it was deployed.
    Deployment,
}

/// One of the schedules that have a name, by which it is told from others.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ScheduleChoice(pub(crate) &'static Schedule);

impl Default for ScheduleChoice {
    fn default() -> Self {
        Self(&Schedule::all()[0])
    }
}

impl PartialEq for ScheduleChoice {
    fn eq(&self, other: &Self) -> bool {
        self.0.name() == other.0.name()
    }
}

impl Eq for ScheduleChoice {}

impl Hash for ScheduleChoice {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.name().hash(state);
    }
}

/// Where code stands in a contract's life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Stage {
    /// It creates a contract.
    Init,
    /// It is a contract's, in the state.
    Stored,
}

/// Everything that decides what code means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Meaning {
    pub(crate) revision: Revision,
    pub(crate) options: MeaningOptions,
    pub(crate) stage: Stage,
}

/// What runs contracts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum EngineChoice {
    /// The interpreter at first, and the compiler for what is run much.
    #[default]
    Auto,
    /// The interpreter.
    Interpreter,
    /// The compiler, before the first run.
    Compiler,
    /// The interpreter, and the compiler held against it.
    Shadow,
}

/// How many threads compile, at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct CompileThreads(pub(crate) usize);

impl Default for CompileThreads {
    fn default() -> Self {
        Self(1)
    }
}

/// What becomes of code that is not WebAssembly.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Evm1Mode {
    /// It runs as EVM bytecode.
    #[default]
    Evm,
    /// It fails.
    Reject,
    /// The client is asked to run it.
    Fallback,
    /// A contract makes Wasm of it.
    Evm2Wasm,
    /// A contract has an interpreter of it.
    RunEvm,
}

/// How many bytes of prepared contracts are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct CacheSize(pub(crate) u64);

impl Default for CacheSize {
    /// 64 MiB, which is about a thousand contracts of 4 KiB.
    fn default() -> Self {
        Self(64 << 20)
    }
}

/// How many bytes of compiled code are kept on disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct CacheDirSize(pub(crate) u64);

impl Default for CacheDirSize {
    /// 1 GiB, which is some ten thousand contracts.
    fn default() -> Self {
        Self(1 << 30)
    }
}

/// An option could not be set.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OptionError {
    /// There is no such option.
    #[error("there is no option `{0}`; there are {names}", names = names())]
    UnknownName(String),
    /// The option can't have this value.
    #[error("option `{name}`: {problem}")]
    InvalidValue {
        /// The option's name, as it was given.
        name: String,
        /// What is wrong with the value.
        problem: String,
    },
}

fn names() -> String {
    OPTIONS.iter().map(|row| row.name).collect::<Vec<_>>().join(", ")
}

impl Options {
    /// Sets the option `name`.
    ///
    /// # Errors
    ///
    /// [`OptionError`]; then nothing has changed.
    pub fn set(&mut self, name: &str, value: &str) -> Result<(), OptionError> {
        let (prefix, key) = match name.split_once(':') {
            Some((prefix, key)) => (prefix, Some(key)),
            None => (name, None),
        };
        let row = OPTIONS
            .iter()
            .find(|row| match row.name.split_once(":<") {
                Some((row_prefix, _)) => key.is_some() && row_prefix == prefix,
                None => row.name == name,
            })
            .ok_or_else(|| OptionError::UnknownName(name.to_owned()))?;
        (row.set)(self, key.unwrap_or_default(), value)
            .map_err(|problem| OptionError::InvalidValue { name: name.to_owned(), problem })?;
        self.given.insert(name.to_owned(), value.to_owned());
        Ok(())
    }

    /// Has everything that contracts call told to `sink`.
    pub fn trace_to(&mut self, sink: Arc<dyn TraceSink>) {
        self.watchers.trace = Some(sink);
    }

    /// The options that a recording keeps, defaults too: those may change with the version.
    pub(crate) fn to_record(&self) -> BTreeMap<String, String> {
        let value = |row: &OptionRow| match self.given.get(row.name) {
            Some(value) => Some(value.clone()),
            None if row.default.is_empty() => None,
            None => Some(row.default.to_owned()),
        };
        let kept = OPTIONS.iter().filter(|row| row.is_recorded);
        let mut kept: BTreeMap<String, String> =
            kept.filter_map(|row| Some((row.name.to_owned(), value(row)?))).collect();
        // Under another version of its schedule a recording would end otherwise.
        kept.insert("schedule".into(), self.schedule().named_version());
        kept
    }

    /// The schedule of prices that messages pay by, as `name@version`; none where instructions cost nothing.
    pub fn schedule_in_force(&self) -> Option<String> {
        match self.meaning_options.mode {
            MeteringMode::Off => None,
            MeteringMode::Execution | MeteringMode::Deployment => {
                Some(self.schedule().named_version())
            }
        }
    }

    /// The bound on a message's instructions, in the mode that has one: where they cost nothing.
    pub(crate) fn instruction_bound(&self) -> Option<NonZeroU32> {
        match self.meaning_options.mode {
            MeteringMode::Off => self.meaning_options.instruction_bound,
            MeteringMode::Execution | MeteringMode::Deployment => None,
        }
    }

    /// The host modules that contracts may import from.
    pub(crate) fn modules(&self) -> &'static [&'static HostModule] {
        if self.meaning_options.debug {
            &[&HostModule::ETHEREUM, &HostModule::DEBUG]
        } else {
            &[&HostModule::ETHEREUM]
        }
    }

    /// What contracts are held against, given what they may import, and how they are metered.
    pub(crate) fn rules<'a>(&self, interface: &'a Interface, stage: Stage) -> Rules<'a> {
        let MeaningOptions { features, exports, .. } = self.meaning_options;
        let metering = Some(self.metering(stage));
        let imports = interface.signatures();
        Rules { features, profile: Profile::Contract { exports }, imports, metering }
    }

    /// How code is metered. Init code comes from anybody, so nothing that it says of itself counts.
    pub(crate) fn metering(&self, stage: Stage) -> Metering<'static> {
        match (self.meaning_options.mode, stage) {
            (MeteringMode::Off, _) if self.instruction_bound().is_some() => Metering::Counted,
            (MeteringMode::Off, _) => Metering::Off,
            (MeteringMode::Deployment, Stage::Stored) => Metering::Deployed(self.schedule()),
            (MeteringMode::Execution, _) | (MeteringMode::Deployment, Stage::Init) => {
                Metering::Execution(self.schedule())
            }
        }
    }

    /// What instructions cost.
    pub(crate) fn schedule(&self) -> &'static Schedule {
        self.meaning_options.schedule.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hebe_gas::limits;
    use std::fs;

    fn refused(name: &str, value: &str) -> String {
        Options::default().set(name, value).expect_err("it is to be refused").to_string()
    }

    #[test]
    fn every_option_takes_its_default_and_its_values() {
        for row in OPTIONS.iter().filter(|row| !row.default.is_empty()) {
            assert_eq!(Options::default().set(row.name, row.default), Ok(()), "{}", row.name);
            for value in row.values.split(" | ").filter(|value| !value.contains(' ')) {
                assert_eq!(Options::default().set(row.name, value), Ok(()), "{}={value}", row.name);
            }
            let error = refused(row.name, "nonsense");
            assert!(error.contains("`nonsense`"), "{error}");
        }
    }

    #[test]
    fn unknown_names_are_refused_with_the_known_ones() {
        for name in ["", "Engine", "engine ", "sys", "sys:", "engine:x", "cache-size"] {
            let result = Options::default().set(name, "");
            match result {
                Err(OptionError::UnknownName(_)) => {}
                // A prefix that is an option, with nothing behind it.
                Err(OptionError::InvalidValue { .. }) if name == "sys:" => {}
                other => panic!("{name}: {other:?}"),
            }
        }
        assert!(refused("fuel", "1").contains("there are engine, compile_threads,"));
    }

    #[test]
    fn sizes_may_have_a_suffix() {
        let size = |value| {
            let mut options = Options::default();
            options.set("cache_size", value).map(|()| options.cache_size.0)
        };
        assert_eq!(size("0"), Ok(0));
        assert_eq!(size("1000"), Ok(1000));
        assert_eq!(size("2K"), Ok(2 << 10));
        assert_eq!(size("3m"), Ok(3 << 20));
        assert_eq!(size("1024G"), Ok(1 << 40));
        for bad in ["", "K", "-1", "+1", "1.5M", "1 M", "1025G", "99999999999999999999G", "1T", "ß"]
        {
            assert!(size(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn replacements_are_read_at_once_and_must_be_contracts() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = |name: &str, bytes: &[u8]| {
            let path = folder.path().join(name);
            fs::write(&path, bytes).expect("a file");
            path.display().to_string()
        };
        let contract =
            wat::parse_str(r#"(module (memory (export "memory") 1) (func (export "main")))"#)
                .expect("the text is right");
        let good = file("good.wasm", &contract);

        let mut options = Options::default();
        for name in ["sys:sentinel", "sys:0x000000000000000000000000000000000000000B"] {
            assert_eq!(options.set(name, &good), Ok(()));
        }
        let addresses: Vec<u64> =
            options.replacements.keys().map(|address| address.to_low_u64_be()).collect();
        assert_eq!(addresses, [0x0a, 0x0b]);

        assert!(refused("sys:nobody", &good).contains("`nobody` is neither"));
        assert!(refused("sys:0x0b", &good).contains("40 hex digits"));
        assert!(refused("sys:runevm", "/no/such/file").contains("/no/such/file"));
        assert!(refused("sys:runevm", "/dev/zero").contains("not a file"));
        assert!(refused("sys:runevm", &file("empty", b"")).contains("not a WebAssembly binary"));
        assert!(refused("sys:runevm", &file("bad", b"\0asm\x01\0\0\0")).contains("bad"));
        let long = vec![0; limits::CODE.value as usize + 1];
        assert!(refused("sys:runevm", &file("long", &long)).contains("longer than"));
    }
}
