//! The table of options: names, values and meanings.

use super::{
    CacheDirSize, CacheSize, CompileThreads, EngineChoice, Evm1Mode, MeteringMode, Options,
    ScheduleChoice,
    values::{bytes, one_of, open_trace, replace_code, whole_number},
};
use crate::{cache::disk::DiskCache, compiler, engine::Traps, watch::Folder};
use hebe_gas::{Exports, Features, Schedule};
use std::{num::NonZeroU32, path::Path, sync::Arc};

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
    pub(super) set: fn(&mut Options, key: &str, value: &str) -> Result<(), String>,
}

/// The options, as they are documented and set.
pub const OPTIONS: &[OptionRow] = &[
    OptionRow {
        name: "engine",
        values: if compiler::IS_BUILT {
            "auto | interpreter | compiler | shadow"
        } else {
            "auto | interpreter"
        },
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
            let engine = one_of(value, &choices)?;
            if matches!(engine, EngineChoice::Compiler | EngineChoice::Shadow)
                && !compiler::IS_BUILT
            {
                return Err(format!(
                    "`{value}` needs the compiler, and this build has none: it was built without the feature `compiler`"
                ));
            }
            options.engine = engine;
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
            options.meaning_options.schedule = ScheduleChoice(schedule);
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
        values: "evm | fallback | reject | evm2wasm | runevm",
        default: "evm",
        purpose: "what becomes of code that is not WebAssembly: it runs as EVM bytecode, or the client is asked to \
                  run it, or it fails, or a system contract says what runs in its place",
        is_recorded: true,
        set: |options, _, value| {
            let choices = [
                ("evm", Evm1Mode::Evm),
                ("fallback", Evm1Mode::Fallback),
                ("reject", Evm1Mode::Reject),
                ("evm2wasm", Evm1Mode::Evm2Wasm),
                ("runevm", Evm1Mode::RunEvm),
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

/// More are of no use, and cost.
const MOST_THREADS: usize = 64;
