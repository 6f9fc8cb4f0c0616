//! From samples to checked binaries.

use crate::{
    Entry, Language, Manifest, Problem, Sample, Toolchain, abi_path,
    manifest::{replace_file, sha256},
    path,
    shrink::{Shrunk, shrink},
    toolchain,
};
use hebe_gas::{Exports, Features, Metering, Profile, Rules, Schedule, prepare};
use hebe_host::{HostModule, Interface as Imports, Revision};
use hebe_testing::harness::Interface;
use std::collections::BTreeMap;

/// A contract that was built, and is valid.
pub struct Built {
    /// What the manifest says of it.
    pub entry: Entry,
    /// The binary.
    pub code: Vec<u8>,
    /// The interface as JSON, of contracts that are written with the SDK.
    pub abi: Option<String>,
}

/// Builds `samples` with the toolchains that are installed, those that `recorded` names where there is
/// a choice. `progress` hears what is built next. Nothing is written.
///
/// # Errors
///
/// All [`Problem`]s: toolchains that are missing, before anything is built; else the contracts that
/// could not be built.
pub fn build(
    samples: &[Sample],
    recorded: &Manifest,
    mut progress: impl FnMut(&Sample, &Toolchain),
) -> Result<Vec<Built>, Vec<Problem>> {
    let toolchains = toolchains(samples, recorded)?;
    let mut built = Vec::new();
    let mut problems = Vec::new();
    for sample in samples {
        let toolchain = &toolchains[&sample.language];
        progress(sample, toolchain);
        match build_one(sample, toolchain) {
            Ok(one) => built.push(one),
            Err(problem) => problems.push(problem),
        }
    }
    if problems.is_empty() { Ok(built) } else { Err(problems) }
}

fn toolchains(
    samples: &[Sample],
    recorded: &Manifest,
) -> Result<BTreeMap<Language, Toolchain>, Vec<Problem>> {
    let mut found = BTreeMap::new();
    let mut problems = Vec::new();
    for sample in samples {
        if !sample.source().exists() {
            let (name, source) = (&sample.name, &sample.source);
            problems.push(Problem(format!("{name}: contracts/{source} does not exist")));
        }
    }
    let languages: std::collections::BTreeSet<_> =
        samples.iter().map(|sample| sample.language).collect();
    for language in languages {
        let before = recorded.contract.iter().find(|entry| entry.language == language);
        match toolchain(language, before.map(|entry| entry.toolchain.as_str())) {
            Ok(toolchain) => {
                found.insert(language, toolchain);
            }
            Err(problem) => problems.push(problem),
        }
    }
    if problems.is_empty() { Ok(found) } else { Err(problems) }
}

fn build_one(sample: &Sample, toolchain: &Toolchain) -> Result<Built, Problem> {
    let of = |problem: Problem| Problem(format!("{}: {problem}", sample.name));
    let Shrunk { code, abi } = shrink(&toolchain.compiler.compile(sample)?).map_err(of)?;
    let abi = abi.map(|lines| pretty(&lines)).transpose().map_err(of)?;
    check(&code).map_err(of)?;
    let entry = Entry {
        name: sample.name.clone(),
        language: sample.language,
        source: sample.source.clone(),
        entry: sample.entry,
        toolchain: toolchain.version.clone(),
        size: code.len(),
        sha256: sha256(&code),
    };
    Ok(Built { entry, code, abi })
}

/// The interface with an entry a line, for people and their diffs.
fn pretty(lines: &str) -> Result<String, Problem> {
    let interface = Interface::parse(lines.as_bytes())
        .map_err(|problem| Problem(format!("the interface in it is wrong: {problem}")))?;
    let document = interface.to_json();
    let entries = document["abi"].as_array().cloned().unwrap_or_default();
    let lines: Vec<String> = entries.iter().map(|entry| format!("  {entry}")).collect();
    Ok(format!("[\n{}\n]\n", lines.join(",\n")))
}

/// Whether the VM would take the contract, at the latest revision.
fn check(code: &[u8]) -> Result<(), Problem> {
    let interface = Imports::new(Revision::LATEST, &[&HostModule::ETHEREUM])
        .expect("the latest revision has prices");
    let schedule = Schedule::measured();
    let rules = Rules {
        features: Features::Default,
        profile: Profile::Contract { exports: Exports::Strict },
        imports: interface.signatures(),
        metering: Some(Metering::Execution(schedule)),
    };
    prepare(code, &rules)
        .map(drop)
        .map_err(|rejected| interface.explain(rejected))
        .map_err(|rejected| Problem(format!("is not a valid contract: {rejected}")))
}

/// Puts the binaries and their rows of the manifest in place, each file as a whole. Rows and files of
/// contracts that `samples` (all there are) no longer has are removed.
///
/// # Errors
///
/// A [`Problem`] if a file can't be written.
pub fn write(built: &[Built], samples: &[Sample]) -> Result<(), Problem> {
    let mut manifest = Manifest::read()?;
    for one in built {
        replace_file(&path(&one.entry.name), &one.code)?;
        if let Some(abi) = &one.abi {
            replace_file(&abi_path(&one.entry.name), abi.as_bytes())?;
        }
        manifest.put(one.entry.clone());
    }
    let is_sample = |name: &str| samples.iter().any(|sample| sample.name == name);
    for gone in manifest.contract.iter().filter(|entry| !is_sample(&entry.name)) {
        // They may be gone already, and not every contract has an interface.
        let _ = std::fs::remove_file(path(&gone.name));
        let _ = std::fs::remove_file(abi_path(&gone.name));
    }
    manifest.contract.retain(|entry| is_sample(&entry.name));
    manifest.write()
}
