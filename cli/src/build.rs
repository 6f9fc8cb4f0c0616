//! `hebe build`: a project, made into a contract.

use crate::{
    Mistake,
    output::{Printout, document, thousands},
};
use hebe_contracts::{Compiled, Problem, Project};
use hebe_gas::{Exports, Features, Metering, Profile, Reason, Rejected, Rules, Schedule, prepare};
use hebe_host::{HostModule, Interface as Imports, Revision};
use hebe_testing::{contract_file::with_interface, files, harness::Interface};
use serde_json::{Value, json};
use std::{
    fs,
    path::{Path, PathBuf},
    time::SystemTime,
};

/// Build a contract: of a package in Rust, or of a file in C or AssemblyScript.
///
/// The binary has the contract's interface in it, and lies where the language's tools put it; beside it are
/// NAME.abi.json and NAME.storage.json. The same source gives the same bytes in any folder.
#[derive(clap::Args)]
#[command(
    after_help = "Exit code: 0 it is built; 1 what was built is not a valid contract; 2 it could not be built."
)]
pub(crate) struct Arguments {
    /// The project: a folder with Cargo.toml, or with one contract in C or AssemblyScript; or the file
    #[arg(default_value = ".")]
    path: PathBuf,

    /// Leave what the SDK's `debug!` prints in the contract
    #[arg(long)]
    debug: bool,

    /// Print one JSON document
    #[arg(long)]
    json: bool,
}

/// The most that a chain takes of a contract (EIP-170), in bytes.
const LARGEST: usize = 24_576;

/// Gas for each byte of a new contract (Gcodedeposit, Yellow Paper, appendix G).
const CODE_DEPOSIT: usize = 200;

/// Gas for a byte of a transaction that is not zero (EIP-2028), and for one that is.
const DATA: [usize; 2] = [16, 4];

/// What was built.
pub(crate) struct Built {
    pub(crate) name: String,
    /// What is deployed.
    pub(crate) code: Vec<u8>,
    pub(crate) interface: Option<Interface>,
    pub(crate) files: Vec<PathBuf>,
    toolchain: String,
}

/// Runs the command.
///
/// # Errors
///
/// A [`Mistake`] about the project or its toolchain.
pub(crate) fn build(arguments: &Arguments) -> Result<Printout, Mistake> {
    let project = Project::find(&arguments.path).map_err(mistake)?;
    match make(&project, arguments.debug)? {
        Err(refusal) => Ok(Printout { text: String::new(), problems: vec![refusal], code: 1 }),
        Ok(built) => {
            let text = if arguments.json { document(&to_json(&built)) } else { text(&built) };
            Ok(Printout { text, problems: Vec::new(), code: 0 })
        }
    }
}

/// Builds a project and writes what comes of it; inside, why it is no valid contract.
///
/// # Errors
///
/// A [`Mistake`], where it could not be built or written.
pub(crate) fn make(project: &Project, debug: bool) -> Result<Result<Built, String>, Mistake> {
    let Compiled { name, code, interface, raw, output, toolchain } =
        project.compile(debug).map_err(mistake)?;
    if let Err(rejected) = check(&code, debug) {
        // As the compiler left it, functions have names.
        let named = check(&raw, debug).err().unwrap_or(rejected);
        return Ok(Err(refusal(&name, &named, project)));
    }
    let interface = match interface {
        Some(lines) => {
            let interface = Interface::parse(lines.as_bytes());
            Some(
                interface
                    .map_err(|problem| Mistake(format!("the interface of {name}: {problem}")))?,
            )
        }
        None => written_interface(project.folder(), &name)?,
    };
    let whole = match &interface {
        Some(interface) => with_interface(&code, interface).map_err(Mistake)?,
        None => code.clone(),
    };
    let mut files = vec![output.clone()];
    let write = |path: &Path, content: &[u8]| {
        let wrong = |error| Mistake(format!("{} can't be written: {error}", path.display()));
        fs::create_dir_all(path.parent().unwrap_or(Path::new("."))).map_err(wrong)?;
        files::replace(path, content).map_err(wrong)
    };
    write(&output, &whole)?;
    if let Some(interface) = &interface {
        let document = interface.to_json();
        for (field, end) in [("abi", "abi.json"), ("storageLayout", "storage.json")] {
            if let Some(content) = document.get(field) {
                let path = output.with_extension(end);
                write(&path, format!("{content:#}\n").as_bytes())?;
                files.push(path);
            }
        }
    }
    Ok(Ok(Built { name, code, interface, files, toolchain }))
}

/// Whether the binary is older than the sources, or not there. What can't be known is not stale.
pub(crate) fn is_stale(project: &Project) -> bool {
    let Ok(output) = project.output() else { return true };
    let time = |path: &PathBuf| fs::metadata(path).and_then(|it| it.modified()).ok();
    let Some(built) = time(&output) else { return true };
    let newest: Option<SystemTime> = project.sources().iter().filter_map(time).max();
    newest.is_some_and(|newest| newest > built)
}

/// The interface that an author has written down, for languages whose compilers know of none.
fn written_interface(folder: &Path, name: &str) -> Result<Option<Interface>, Mistake> {
    let paths = [folder.join(name).with_extension("abi.json"), folder.join("abi.json")];
    let found = paths.iter().find(|path| path.is_file());
    found.map(|path| Interface::load(path)).transpose().map_err(Mistake)
}

fn mistake(Problem(problem): Problem) -> Mistake {
    Mistake(problem)
}

fn check(code: &[u8], debug: bool) -> Result<(), Rejected> {
    let modules: &[&HostModule] = match debug {
        true => &[&HostModule::ETHEREUM, &HostModule::DEBUG],
        false => &[&HostModule::ETHEREUM],
    };
    let revisions = Revision::ALL.iter().rev();
    let imports = revisions.filter_map(|(revision, _)| Imports::new(*revision, modules)).next();
    let imports = imports.unwrap_or_else(|| unreachable!("some revision has prices"));
    let rules = Rules {
        features: Features::Default,
        profile: Profile::Contract { exports: Exports::Tolerant },
        imports: imports.signatures(),
        metering: Some(Metering::Execution(Schedule::measured())),
    };
    prepare(code, &rules).map(drop)
}

/// Why it is no contract, with where in the source that may come from.
fn refusal(name: &str, rejected: &Rejected, project: &Project) -> String {
    let mut text = format!("{name} is not a valid contract: {rejected}");
    if let Some(function) = &rejected.function_name {
        text = text.replace(&**function, &format!("{:#}", rustc_demangle::demangle(function)));
    }
    if matches!(rejected.reason, Reason::Float) {
        let places: Vec<String> = floats(project).into_iter().take(3).collect();
        if !places.is_empty() {
            text += &format!("; floats stand in {}", places.join(", "));
        }
    }
    text
}

/// Lines of the sources that have floats in them.
fn floats(project: &Project) -> Vec<String> {
    let mut places = Vec::new();
    for path in project.sources() {
        let Ok(text) = fs::read_to_string(&path) else { continue };
        for (number, line) in (1..).zip(text.lines()) {
            let code = line.split("//").next().unwrap_or_default();
            let words =
                code.split(|letter: char| !(letter.is_ascii_alphanumeric() || letter == '_'));
            if words.into_iter().any(|it| ["f32", "f64", "float", "double"].contains(&it)) {
                places.push(format!("{}:{number}", path.display()));
            }
        }
    }
    places
}

/// Gas for the code that is kept, and for its bytes in the transaction.
fn creation(code: &[u8]) -> (usize, usize) {
    let zeros = code.iter().filter(|byte| **byte == 0).count();
    (code.len() * CODE_DEPOSIT, (code.len() - zeros) * DATA[0] + zeros * DATA[1])
}

fn text(built: &Built) -> String {
    let Built { name, code, interface, files, .. } = built;
    let over = code.len().saturating_sub(LARGEST);
    let size = thousands(code.len());
    let largest = thousands(LARGEST);
    let mut text = match over {
        0 => format!("{name}   {size} bytes, of {largest} that Ethereum takes (EIP-170)\n"),
        over => format!(
            "{name}   {size} bytes: {} more than the {largest} that Ethereum takes (EIP-170), {}% of it\n",
            thousands(over),
            over * 100 / code.len()
        ),
    };
    let (deposit, data) = creation(code);
    text += &format!(
        "creation   {} gas for the code, {} for its bytes in the transaction, and what its constructor uses\n",
        thousands(deposit),
        thousands(data)
    );
    match interface {
        Some(interface) => {
            let abi = interface.abi();
            let count = |count: usize, thing: &str| {
                format!("{count} {thing}{}", if count == 1 { "" } else { "s" })
            };
            text += &format!(
                "interface  {}, {}, {}\n",
                count(abi.functions().count(), "function"),
                count(abi.events().count(), "event"),
                count(abi.errors().count(), "error")
            );
        }
        None => {
            text += "interface  not known: write it into abi.json, and it comes with the contract\n"
        }
    }
    for file in files {
        text += &format!("written    {}\n", near(file).display());
    }
    text
}

/// A path as seen from this folder, where it is in it.
fn near(path: &Path) -> &Path {
    let here = std::env::current_dir().ok().and_then(|here| here.canonicalize().ok());
    here.and_then(|here| path.strip_prefix(here).ok()).unwrap_or(path)
}

fn to_json(built: &Built) -> Value {
    let Built { name, code, interface, files, toolchain } = built;
    let (deposit, data) = creation(code);
    json!({
        "name": name,
        "bytes": code.len(),
        "bytes_over_limit": code.len().saturating_sub(LARGEST),
        "code_gas": deposit,
        "data_gas": data,
        "files": files.iter().map(|file| file.display().to_string()).collect::<Vec<_>>(),
        "abi": interface.as_ref().map(|interface| interface.to_json()["abi"].clone()),
        "toolchain": toolchain,
    })
}
