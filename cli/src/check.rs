//! `hebe check`: is it a valid contract, and if not, why? Of EVM bytecode it says that it is that: any bytes are.

use crate::{
    Mistake, contract_file,
    output::{Lines, Printout, document, thousands},
};
use clap::ValueEnum;
use hebe_gas::{
    Exports, Features, Prepared, Profile, Reason, Rejected, Rules, Size, is_wasm, prepare,
};
use hebe_host::{Fault, HostModule, Interface, Revision, size_warning};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// Check whether contracts are valid, and say why not.
#[derive(clap::Args)]
#[command(after_help = "Exit code: 0 all are valid; 1 some are not; 2 some could not be read.")]
pub(crate) struct Arguments {
    /// The contracts: WebAssembly binary or text, or hex of the code, known by the content; `-` is
    /// standard input
    #[arg(required = true)]
    files: Vec<PathBuf>,

    /// Which WebAssembly a contract may use: `mvp` is the original ewasm's
    #[arg(long, value_enum, default_value_t = FeatureSet::Default)]
    features: FeatureSet,

    /// What a contract may export beside `main` and `memory`: `strict` is nothing
    #[arg(long, value_enum, default_value_t = ExportRule::Tolerant)]
    exports: ExportRule,

    /// The Ethereum revision whose functions may be imported
    #[arg(long, value_name = "NAME", default_value_t = Revision::LATEST)]
    revision: Revision,

    /// Allow imports of the module `debug`
    #[arg(long)]
    debug: bool,

    /// Take nothing but WebAssembly: what does not begin with its magic, as a damaged file may, is not valid instead of EVM
    /// bytecode
    #[arg(long)]
    wasm: bool,

    /// Print one JSON document
    #[arg(long)]
    json: bool,
}

#[derive(Clone, Copy, ValueEnum)]
enum FeatureSet {
    Default,
    Mvp,
}

#[derive(Clone, Copy, ValueEnum)]
enum ExportRule {
    Tolerant,
    Strict,
}

/// Runs the command.
///
/// # Errors
///
/// A [`Mistake`] about the options; files that can't be read are in the printout.
pub(crate) fn check(arguments: &Arguments) -> Result<Printout, Mistake> {
    let modules: &[&HostModule] = match arguments.debug {
        true => &[&HostModule::ETHEREUM, &HostModule::DEBUG],
        false => &[&HostModule::ETHEREUM],
    };
    let interface = Interface::new(arguments.revision, modules)
        .ok_or_else(|| Mistake(Fault::UnsupportedRevision(arguments.revision).to_string()))?;
    let rules = rules(arguments, &interface);

    let (mut lines, mut documents) = (Lines::default(), Vec::new());
    let (mut problems, mut code) = (Vec::new(), 0);
    for path in &arguments.files {
        let name = path.display().to_string();
        let (worst, document) = match contract_file::read(path) {
            Err(Mistake(problem)) => {
                problems.push(problem.clone());
                (2, json!({ "file": name, "problem": problem }))
            }
            Ok(code) if !arguments.wasm && !is_wasm(&code) => {
                bytecode_lines(path, &code, &mut lines);
                (0, bytecode_json(&name, &code))
            }
            Ok(code) => match prepare(&code, &rules).map_err(|why| interface.explain(why)) {
                Ok(contract) => {
                    valid_lines(path, &contract, &rules, &mut lines);
                    (0, valid_json(&name, &contract, &rules))
                }
                Err(rejected) => {
                    let hint = match &rejected.reason {
                        Reason::UnknownImportModule { module, .. } if &**module == "debug" => {
                            "; --debug allows the module `debug`"
                        }
                        _ => "",
                    };
                    lines.title(format!("{name}: not valid: {rejected}{hint}"));
                    (1, rejected_json(&name, code.len(), &rejected))
                }
            },
        };
        code = code.max(worst);
        documents.push(document);
    }
    let text = match arguments.json {
        true => document(&json!({ "files": documents })),
        false => lines.text(),
    };
    Ok(Printout { text, problems, code })
}

fn rules<'a>(arguments: &Arguments, interface: &'a Interface) -> Rules<'a> {
    let features = match arguments.features {
        FeatureSet::Default => Features::Default,
        FeatureSet::Mvp => Features::Mvp,
    };
    let exports = match arguments.exports {
        ExportRule::Tolerant => Exports::Tolerant,
        ExportRule::Strict => Exports::Strict,
    };
    Rules {
        features,
        profile: Profile::Contract { exports },
        imports: interface.signatures(),
        metering: None,
    }
}

fn valid_lines(path: &Path, contract: &Prepared, rules: &Rules<'_>, lines: &mut Lines) {
    lines.title(format!("{}: valid", path.display()));
    let size = thousands(contract.original_size());
    let functions = counted(functions(contract), "function");
    lines.add("  size", format!("{size} bytes, {functions}"));
    if let Some(warning) = size_warning(contract.original_size()) {
        lines.add("", warning);
    }
    lines.add("  imports", list(import_names(contract, rules)));
    let exports = contract.exports().map(|export| format!("{} ({})", export.name, export.kind));
    lines.add("  exports", list(exports));
    let Size { initial, maximum } = contract.memory();
    let pages = counted(initial, "page");
    lines.add("  memory", format!("{pages} of 64 KiB, at most {}", thousands(maximum)));
    if let Some(Size { initial, maximum }) = contract.table() {
        let elements = counted(initial, "element");
        lines.add("  table", format!("{elements}, at most {}", thousands(maximum)));
    }
}

fn bytecode_lines(path: &Path, code: &[u8], lines: &mut Lines) {
    lines.title(format!("{}: EVM bytecode", path.display()));
    lines.add("  size", format!("{} bytes", thousands(code.len())));
    if let Some(warning) = bytecode_warning(code) {
        lines.add("", warning);
    }
}

fn bytecode_json(name: &str, code: &[u8]) -> Value {
    let mut document = json!({ "file": name, "valid": true, "kind": "evm", "size": code.len() });
    if let Some(warning) = bytecode_warning(code) {
        document["warning"] = warning.into();
    }
    document
}

/// What can't be deployed as it is.
fn bytecode_warning(code: &[u8]) -> Option<&'static str> {
    let reserved = "it begins with ef, which no new contract can since London (EIP-3541)";
    code.starts_with(&[0xef]).then_some(reserved)
}

fn functions(contract: &Prepared) -> u32 {
    u32::try_from(contract.functions().len()).unwrap_or(u32::MAX)
}

fn valid_json(name: &str, contract: &Prepared, rules: &Rules<'_>) -> Value {
    let size = |size: Size| json!({ "initial": size.initial, "maximum": size.maximum });
    let exports = contract
        .exports()
        .map(|export| json!({ "name": export.name, "kind": export.kind.to_string() }));
    let mut document = json!({
        "file": name,
        "valid": true,
        "kind": "wasm",
        "size": contract.original_size(),
        "functions": functions(contract),
        "imports": import_names(contract, rules).collect::<Vec<_>>(),
        "exports": exports.collect::<Vec<_>>(),
        "memory": size(contract.memory()),
        "table": contract.table().map(size),
    });
    if let Some(warning) = size_warning(contract.original_size()) {
        document["size_warning"] = warning.into();
    }
    document
}

fn rejected_json(name: &str, size: usize, rejected: &Rejected) -> Value {
    json!({
        "file": name,
        "valid": false,
        "size": size,
        "reason": {
            "code": rejected.code(),
            "what": rejected.what(),
            "mend": rejected.mend(),
            "offset": rejected.offset,
            "function": rejected.function,
            "function_name": rejected.function_name,
        },
    })
}

/// The imports, first to last, as `module.name`.
fn import_names<'a>(
    contract: &'a Prepared,
    rules: &'a Rules<'_>,
) -> impl Iterator<Item = String> + 'a {
    contract.imports().iter().map(|row| {
        let import = &rules.imports[*row];
        format!("{}.{}", import.module, import.name)
    })
}

/// A number of things: `1 page`, `2 pages`.
fn counted(number: u32, thing: &str) -> String {
    format!("{} {thing}{}", thousands(number), if number == 1 { "" } else { "s" })
}

fn list(names: impl Iterator<Item = String>) -> String {
    let names: Vec<String> = names.collect();
    if names.is_empty() { "none".to_owned() } else { names.join(", ") }
}
