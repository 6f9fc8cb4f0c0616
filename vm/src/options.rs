//! The options of a VM: one table of names, values and meanings.

use crate::{
    cache::disk::DiskCache,
    compiler::Traps,
    watch::{Folder, Watchers},
};
use hebe_gas::{Exports, Features, Metering, Profile, Rules, Schedule, is_wasm, limits, prepare};
use hebe_host::{
    Address, HostModule, Interface, Revision,
    trace::{JsonTrace, TraceSink},
};
use std::{
    collections::BTreeMap,
    fs::{self, OpenOptions},
    io,
    num::NonZeroU32,
    path::Path,
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
    pub(crate) schedule: ScheduleName,
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

/// The name of a schedule that exists.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct ScheduleName(pub(crate) &'static str);

impl Default for ScheduleName {
    fn default() -> Self {
        Self(Schedule::all()[0].name())
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

/// More are of no use, and cost.
const MOST_THREADS: usize = 64;

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

/// An option: what it is called, what it can be, and what that means.
pub struct OptionRow {
    /// The name; the part in angle brackets, if any, is the client's to fill in.
    pub name: &'static str,
    /// The values that it can have.
    pub values: &'static str,
    /// The value that it has when nobody sets it; empty where there is none.
    pub default: &'static str,
    /// What it is for.
    pub purpose: &'static str,
    /// Whether it can matter to how a message ends, so that recordings keep it.
    pub is_recorded: bool,
    set: fn(&mut Options, key: &str, value: &str) -> Result<(), String>,
}

/// The options, as they are documented and set.
pub const OPTIONS: &[OptionRow] = &[
    OptionRow {
        name: "engine",
        values: "auto | interpreter | compiler | shadow",
        default: "auto",
        purpose: "what runs contracts; it never changes an outcome",
        is_recorded: true,
        set: |options, _, value| {
            let choices = [
                ("auto", EngineChoice::Auto),
                ("interpreter", EngineChoice::Interpreter),
                ("compiler", EngineChoice::Compiler),
                ("shadow", EngineChoice::Shadow),
            ];
            options.engine = one_of(value, &choices)?;
            Ok(())
        },
    },
    OptionRow {
        name: "compile_threads",
        values: "a number up to 64; 0 compiles nothing in the background",
        default: "1",
        purpose: "how many threads compile what is run much (`engine=auto`)",
        is_recorded: false,
        set: |options, _, value| {
            let number = whole_number(value)
                .and_then(|number| usize::try_from(number).ok())
                .filter(|number| *number <= MOST_THREADS)
                .ok_or_else(|| {
                    format!("`{value}` is not a number of threads up to {MOST_THREADS}")
                })?;
            options.compile_threads = CompileThreads(number);
            Ok(())
        },
    },
    OptionRow {
        name: "traps",
        values: "signals | explicit",
        default: "signals",
        purpose: "how compiled code notices a trap: by signals of the processor, for which a handler is \
                  installed in the process, or by checks, for processes that handle signals themselves",
        is_recorded: false,
        set: |options, _, value| {
            let choices = [("signals", Traps::Signals), ("explicit", Traps::Explicit)];
            options.traps = one_of(value, &choices)?;
            Ok(())
        },
    },
    OptionRow {
        name: "metering",
        values: "execution | deployment | true | off | false",
        default: "execution",
        purpose: "when instructions are paid: as they are executed, by code that was metered when it \
                  was deployed (`true` is the same), or not at all (`false`; for trusted code and the \
                  ewasm test suite, since nothing ends a loop)",
        is_recorded: true,
        set: |options, _, value| {
            let choices = [
                ("execution", MeteringMode::Execution),
                ("deployment", MeteringMode::Deployment),
                ("true", MeteringMode::Deployment),
                ("off", MeteringMode::Off),
                ("false", MeteringMode::Off),
            ];
            options.meaning_options.mode = one_of(value, &choices)?;
            Ok(())
        },
    },
    OptionRow {
        name: "instruction_bound",
        values: "a number up to 4294967295; 0 is no bound",
        default: "",
        purpose: "how many instructions a message may execute where they cost nothing (`metering=off`, and \
                  with `deployment` code that was not metered); one that executes more ends as \
                  INTERNAL_ERROR, for no chain can agree on it",
        is_recorded: true,
        set: |options, _, value| {
            let bound =
                whole_number(value).and_then(|number| u32::try_from(number).ok()).ok_or_else(
                    || format!("`{value}` is not a number of instructions up to {}", u32::MAX),
                )?;
            options.meaning_options.instruction_bound = NonZeroU32::new(bound);
            Ok(())
        },
    },
    OptionRow {
        name: "schedule",
        values: "measured | cycles | flat",
        default: "measured",
        purpose: "what instructions cost",
        is_recorded: true,
        set: |options, _, value| {
            let names: Vec<_> =
                Schedule::all().iter().map(|schedule| (schedule.name(), schedule)).collect();
            let (name, version) = value.split_once('@').unwrap_or((value, ""));
            let schedule = one_of(name, &names)?;
            let known = schedule.version().to_string();
            if value.contains('@') && version != known {
                return Err(format!(
                    "`{name}` has version {known} here, and `{version}` is asked for: gas would differ"
                ));
            }
            options.meaning_options.schedule = ScheduleName(schedule.name());
            Ok(())
        },
    },
    OptionRow {
        name: "features",
        values: "default | mvp",
        default: "default",
        purpose: "which WebAssembly a contract may use",
        is_recorded: true,
        set: |options, _, value| {
            let choices = [("default", Features::Default), ("mvp", Features::Mvp)];
            options.meaning_options.features = one_of(value, &choices)?;
            Ok(())
        },
    },
    OptionRow {
        name: "exports",
        values: "tolerant | strict",
        default: "tolerant",
        purpose: "whether a contract may export more than `main` and `memory`",
        is_recorded: true,
        set: |options, _, value| {
            let choices = [("tolerant", Exports::Tolerant), ("strict", Exports::Strict)];
            options.meaning_options.exports = one_of(value, &choices)?;
            Ok(())
        },
    },
    OptionRow {
        name: "evm1mode",
        values: "evm | fallback | reject",
        default: "evm",
        purpose: "what becomes of code that is not WebAssembly: it runs as EVM bytecode, or the client is asked to \
                  run it, or it fails",
        is_recorded: true,
        set: |options, _, value| {
            if let "evm2wasm" | "runevm" = value {
                return Err(format!(
                    "`{value}` is not there: bytecode is not handed to a system contract; `evm` runs it"
                ));
            }
            let choices = [
                ("evm", Evm1Mode::Evm),
                ("fallback", Evm1Mode::Fallback),
                ("reject", Evm1Mode::Reject),
            ];
            options.evm1_mode = one_of(value, &choices)?;
            Ok(())
        },
    },
    OptionRow {
        name: "max_initcode_size",
        values: "bytes, or with one of the suffixes K, M, G (KiB, MiB, GiB)",
        default: "49152",
        purpose: "how long the init code may be that a contract creates another one with, from Shanghai on \
                  (EIP-3860); twice what the chain allows for a contract's code",
        is_recorded: true,
        set: |options, _, value| {
            options.max_init_code_size = Some(usize::try_from(bytes(value)?).unwrap_or(usize::MAX));
            Ok(())
        },
    },
    OptionRow {
        name: "debug",
        values: "false | true",
        default: "false",
        purpose: "whether contracts may import the module `debug`, which prints to standard error",
        is_recorded: true,
        set: |options, _, value| {
            options.meaning_options.debug = one_of(value, &[("false", false), ("true", true)])?;
            Ok(())
        },
    },
    OptionRow {
        name: "cache_size",
        values: "bytes, or with one of the suffixes K, M, G (KiB, MiB, GiB); 0 keeps nothing",
        default: "64M",
        purpose: "how much memory prepared contracts may take",
        is_recorded: false,
        set: |options, _, value| {
            options.cache_size = CacheSize(bytes(value)?);
            Ok(())
        },
    },
    OptionRow {
        name: "cache_dir",
        values: "a folder",
        default: "",
        purpose: "where compiled code is kept for other processes, and found again; whoever can write \
                  there can have the process run any code",
        is_recorded: false,
        set: |options, _, value| {
            let cache = DiskCache::open(Path::new(value), options.cache_dir_size.0)
                .map_err(|error| format!("{value}: {error}"))?;
            options.cache_dir = Some(Arc::new(cache));
            Ok(())
        },
    },
    OptionRow {
        name: "cache_dir_size",
        values: "bytes, or with one of the suffixes K, M, G (KiB, MiB, GiB)",
        default: "1G",
        purpose: "how much that folder may hold; what was not used for longest goes first",
        is_recorded: false,
        set: |options, _, value| {
            let size = bytes(value)?;
            if let Some(cache) = &options.cache_dir {
                let cache = DiskCache::open(cache.path(), size)
                    .map_err(|error| format!("{}: {error}", cache.path().display()))?;
                options.cache_dir = Some(Arc::new(cache));
            }
            options.cache_dir_size = CacheDirSize(size);
            Ok(())
        },
    },
    OptionRow {
        name: "trace",
        values: "a file, or - for standard error",
        default: "",
        purpose: "where to append a line of JSON for each message and each call of a host function",
        is_recorded: false,
        set: |options, _, value| {
            options.trace_to(Arc::new(open_trace(value)?));
            Ok(())
        },
    },
    OptionRow {
        name: "record",
        values: "a folder",
        default: "",
        purpose: "where to put a recording of each message, to be run again by `hebe replay`",
        is_recorded: false,
        set: |options, _, value| {
            let folder =
                Folder::open(Path::new(value)).map_err(|error| format!("{value}: {error}"))?;
            options.watchers.recordings = Some(Arc::new(folder));
            Ok(())
        },
    },
    OptionRow {
        name: "sys:<sentinel | evm2wasm | runevm | address>",
        values: "a file with a valid contract (WebAssembly binary)",
        default: "",
        purpose: "code to run at an address instead of the client's",
        is_recorded: false,
        set: replace_code,
    },
];

/// The ewasm system contracts that `sys:` knows by name; addresses as ewasm gave them.
const ALIASES: [(&str, u64); 3] = [("sentinel", 0x0a), ("evm2wasm", 0x0b), ("runevm", 0x0c)];

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
        let schedule = self.schedule();
        kept.insert("schedule".into(), format!("{}@{}", schedule.name(), schedule.version()));
        kept
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
        let ScheduleName(name) = self.meaning_options.schedule;
        Schedule::by_name(name).unwrap_or_else(|| unreachable!("only names that exist are set"))
    }
}

/// A trace at the end of a file.
fn open_trace(value: &str) -> Result<JsonTrace, String> {
    if value == "-" {
        return Ok(JsonTrace::new(io::stderr(), "standard error"));
    }
    match OpenOptions::new().append(true).create(true).open(value) {
        Ok(file) => Ok(JsonTrace::new(file, value)),
        Err(error) => Err(format!("{value}: {error}")),
    }
}

/// The choice that `value` names.
fn one_of<T: Copy>(value: &str, choices: &[(&str, T)]) -> Result<T, String> {
    choices.iter().find(|(name, _)| *name == value).map(|(_, choice)| *choice).ok_or_else(|| {
        let names: Vec<&str> = choices.iter().map(|(name, _)| *name).collect();
        format!("`{value}` is none of {}", names.join(", "))
    })
}

/// A number in decimal digits, without a sign.
fn whole_number(text: &str) -> Option<u64> {
    text.parse().ok().filter(|_| text.bytes().all(|byte| byte.is_ascii_digit()))
}

/// A number of bytes, perhaps with a suffix.
fn bytes(value: &str) -> Result<u64, String> {
    let (number, shift) = match value.char_indices().last() {
        Some((end, 'K' | 'k')) => (&value[..end], 10),
        Some((end, 'M' | 'm')) => (&value[..end], 20),
        Some((end, 'G' | 'g')) => (&value[..end], 30),
        _ => (value, 0),
    };
    whole_number(number)
        .and_then(|number| number.checked_mul(1 << shift))
        .filter(|bytes| *bytes <= MAX_CACHE_BYTES)
        .ok_or_else(|| format!("`{value}` is not a number of bytes up to 1024G, such as 64M"))
}

/// More than any machine of today would give to a cache.
const MAX_CACHE_BYTES: u64 = 1 << 40;

/// `sys:`: reads the file at once, so that a bad one is noticed here and not in a call.
fn replace_code(options: &mut Options, key: &str, value: &str) -> Result<(), String> {
    let address = match ALIASES.iter().find(|(alias, _)| *alias == key) {
        Some((_, address)) => Address::from_low_u64_be(*address),
        None => parse_address(key).ok_or_else(|| {
            format!(
                "`{key}` is neither sentinel, evm2wasm or runevm nor an address of 40 hex digits"
            )
        })?,
    };
    let code = read_code(Path::new(value)).map_err(|error| format!("{value}: {error}"))?;
    if !is_wasm(&code) {
        return Err(format!("{value} is not a WebAssembly binary"));
    }
    let interface = Interface::new(Revision::LATEST, options.modules());
    let interface = interface.unwrap_or_else(|| unreachable!("the latest revision has prices"));
    prepare(&code, &options.rules(&interface, Stage::Stored))
        .map_err(|rejected| format!("{value}: {}", interface.explain(rejected)))?;
    options.replacements.insert(address, code.into());
    Ok(())
}

/// The contents of a file that can hold a contract. What is no file, or too large, is not read: a
/// device or a pipe would keep the client waiting.
fn read_code(path: &Path) -> io::Result<Vec<u8>> {
    let metadata = fs::metadata(path)?;
    if !metadata.is_file() {
        return Err(io::Error::other("it is not a file"));
    }
    if limits::CODE.is_exceeded_by(metadata.len()) {
        return Err(io::Error::other(format!("it is longer than {} bytes", limits::CODE.value)));
    }
    fs::read(path)
}

fn parse_address(text: &str) -> Option<Address> {
    let digits = text.strip_prefix("0x").unwrap_or(text);
    let mut bytes = [0; 20];
    hex::decode_to_slice(digits, &mut bytes).ok()?;
    Some(Address::from(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

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
    fn ways_to_run_bytecode_that_are_not_there_are_named() {
        for name in ["evm2wasm", "runevm"] {
            let told = refused("evm1mode", name);
            assert!(told.contains(&format!("`{name}` is not there")), "{told}");
        }
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
