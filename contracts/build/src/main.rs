//! `cargo run -p hebe-contracts -- build | check | list`.

#![forbid(unsafe_code)]

use clap::{Parser, Subcommand};
use hebe_contracts::{
    Built, Language, Manifest, Problem, Sample, Toolchain, abi_path, build, samples, toolchain,
    write,
};
use std::{fs, process::ExitCode};

/// Build the sample contracts. Nothing is installed: what is missing is named, with the way to get it.
#[derive(Parser)]
#[command(
    name = "hebe-contracts",
    max_term_width = 100,
    after_help = "Exit code: 0 all went well; 1 a contract could not be built, or differs from the \
                  manifest; 2 a toolchain is missing, or the question itself was wrong."
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Build contracts, check that the VM takes them, and write contracts/wasm and its manifest.
    Build(Names),
    /// Build contracts and compare them with the manifest; write nothing.
    Check(Names),
    /// Show the contracts, and which toolchains are here.
    List,
}

#[derive(clap::Args)]
struct Names {
    /// The contracts; all if none is named.
    names: Vec<String>,
    /// Only contracts in this language.
    #[arg(long, value_enum)]
    language: Option<Choice>,
    /// Leave out languages whose toolchain is not here, and say which.
    #[arg(long)]
    available: bool,
}

const LANGUAGES: [Language; 4] =
    [Language::Rust, Language::C, Language::AssemblyScript, Language::Solidity];

#[derive(Clone, Copy, clap::ValueEnum)]
enum Choice {
    Rust,
    C,
    Assemblyscript,
    Solidity,
}

impl Names {
    fn samples(&self) -> Result<Vec<Sample>, Vec<Problem>> {
        let language = self.language.map(|choice| match choice {
            Choice::Rust => Language::Rust,
            Choice::C => Language::C,
            Choice::Assemblyscript => Language::AssemblyScript,
            Choice::Solidity => Language::Solidity,
        });
        let mut chosen = samples(&self.names).map_err(|problem| vec![problem])?;
        chosen.retain(|sample| language.is_none_or(|language| sample.language == language));
        if self.available {
            for language in LANGUAGES {
                let is_wanted = chosen.iter().any(|sample| sample.language == language);
                if is_wanted && let Err(problem) = toolchain(language, None) {
                    eprintln!("hebe-contracts: left out: {problem}");
                    chosen.retain(|sample| sample.language != language);
                }
            }
        }
        Ok(chosen)
    }
}

fn main() -> ExitCode {
    let answer = match Cli::parse().command {
        Command::Build(names) => run_build(&names),
        Command::Check(names) => run_check(&names),
        Command::List => list(),
    };
    match answer {
        Ok(code) => code,
        Err(problems) => {
            for problem in problems {
                eprintln!("hebe-contracts: {problem}");
            }
            ExitCode::from(2)
        }
    }
}

type Answer = Result<ExitCode, Vec<Problem>>;

fn one<T>(result: Result<T, Problem>) -> Result<T, Vec<Problem>> {
    result.map_err(|problem| vec![problem])
}

/// Builds and says so; `None`, after the reasons, if a contract could not be built.
fn compile(chosen: &[Sample], manifest: &Manifest) -> Result<Option<Vec<Built>>, Vec<Problem>> {
    let mut begun = 0;
    let result = build(chosen, manifest, |sample: &Sample, _: &Toolchain| {
        begun += 1;
        eprintln!("[{begun}/{}] {} ({})", chosen.len(), sample.name, sample.language);
    });
    match result {
        Ok(built) => Ok(Some(built)),
        // Nothing was begun, so it is the toolchains.
        Err(problems) if begun == 0 => Err(problems),
        Err(problems) => {
            for problem in problems {
                eprintln!("hebe-contracts: {problem}");
            }
            Ok(None)
        }
    }
}

fn run_build(names: &Names) -> Answer {
    let chosen = names.samples()?;
    let manifest = one(Manifest::read())?;
    let Some(built) = compile(&chosen, &manifest)? else {
        eprintln!("hebe-contracts: nothing was written");
        return Ok(ExitCode::from(1));
    };
    one(write(&built, &one(samples(&[]))?))?;
    println!("{:<18} {:<14} {:>8}  {:<8} source", "contract", "language", "bytes", "before");
    for Built { entry, .. } in &built {
        let before = manifest.entry(&entry.name);
        let before = match before {
            Some(before) if before.sha256 == entry.sha256 => "same".to_owned(),
            Some(before) => before.size.to_string(),
            None => "new".to_owned(),
        };
        let (name, language, size) = (&entry.name, entry.language, entry.size);
        println!("{name:<18} {language:<14} {size:>8}  {before:<8} {}", entry.source);
        if let Some(warning) = hebe_host::size_warning(size) {
            println!("{:<18} {warning}", "");
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn run_check(names: &Names) -> Answer {
    let chosen = names.samples()?;
    let manifest = one(Manifest::read())?;
    let Some(built) = compile(&chosen, &manifest)? else {
        return Ok(ExitCode::from(1));
    };
    let mut differ = false;
    for Built { entry, abi, .. } in &built {
        let name = &entry.name;
        let recorded = fs::read_to_string(abi_path(name)).ok();
        let verdict = match manifest.entry(name) {
            Some(_) if *abi != recorded => Err("has another interface: build it".to_owned()),
            None => Err("is not in the manifest: build it".to_owned()),
            Some(before) if before.sha256 == entry.sha256 => Ok("same".to_owned()),
            Some(before) if before.toolchain != entry.toolchain => Ok(format!(
                "can't be compared: here is {}; the manifest has {}",
                entry.toolchain, before.toolchain
            )),
            Some(before) => Err(format!(
                "differs, though the toolchain is the same: {} bytes, {} in the manifest; build it",
                entry.size, before.size
            )),
        };
        differ |= verdict.is_err();
        println!("{name:<18} {}", verdict.unwrap_or_else(|verdict| verdict));
    }
    Ok(ExitCode::from(u8::from(differ)))
}

fn list() -> Answer {
    let manifest = one(Manifest::read())?;
    println!("{:<18} {:<14} {:<8} {:>8}  source", "contract", "language", "entry", "bytes");
    for sample in one(samples(&[]))? {
        let Sample { name, language, source, entry, .. } = sample;
        let size = manifest.entry(&name).map_or("-".to_owned(), |entry| entry.size.to_string());
        let entry = format!("{entry:?}").to_lowercase();
        println!("{name:<18} {language:<14} {entry:<8} {size:>8}  {source}");
    }
    println!();
    for language in LANGUAGES {
        match toolchain(language, None) {
            Ok(toolchain) => println!("{language:<14} {}", toolchain.version),
            Err(problem) => println!("{language:<14} {problem}"),
        }
    }
    Ok(ExitCode::SUCCESS)
}
