//! `hebe meter`: the form in which a contract is stored where it is metered when it is deployed.

use crate::{Mistake, contract_file, output::Printout};
use hebe_gas::{Exports, Features, Metering, Profile, Rules, Schedule, meter_deployed};
use hebe_host::{HostModule, Interface, Revision};
use std::{
    fs,
    io::Write as _,
    path::{Path, PathBuf},
};

/// Put calls of `ethereum.useGas` into a contract, as `metering=deployment` does when it is created.
#[derive(clap::Args)]
#[command(
    after_help = "Exit code: 0 it is metered; 1 it is not a valid contract; 2 a file can't be \
                        read or written."
)]
pub(crate) struct Arguments {
    /// The contract: WebAssembly binary or text, or hex of the code; `-` is standard input
    input: PathBuf,

    /// Where the metered contract goes; `-` is standard output
    #[arg(short, long, value_name = "OUT")]
    output: PathBuf,

    /// What instructions cost: `cycles`, `flat`, or a file as `hebe gas --text` prints it
    #[arg(long, value_name = "NAME|FILE", default_value_t = Schedule::cycles().name().to_owned())]
    schedule: String,

    /// Write WebAssembly text instead of the binary
    #[arg(long)]
    wat: bool,
}

/// Runs the command.
///
/// # Errors
///
/// A [`Mistake`] about files and options.
pub(crate) fn meter(arguments: &Arguments) -> Result<Printout, Mistake> {
    let schedule = crate::gas::schedule(&arguments.schedule)?;
    let code = contract_file::read(&arguments.input)?;
    let interface = Interface::new(Revision::LATEST, &[&HostModule::ETHEREUM])
        .unwrap_or_else(|| unreachable!("the latest revision has prices"));
    let rules = Rules {
        features: Features::Default,
        profile: Profile::Contract { exports: Exports::Tolerant },
        imports: interface.signatures(),
        metering: Some(Metering::Off),
    };
    let name = arguments.input.display();
    let metered = match meter_deployed(&code, &rules, &schedule) {
        Ok(metered) => metered,
        Err(rejected) => {
            let problems = vec![format!("{name}: not valid: {rejected}")];
            return Ok(Printout { text: String::new(), problems, code: 1 });
        }
    };
    let content = if arguments.wat {
        let text = wasmprinter::print_bytes(&metered);
        text.map_err(|error| Mistake(format!("can't print {name}: {error}")))?.into_bytes()
    } else {
        metered
    };
    write(&arguments.output, &content)
        .map_err(|error| Mistake(format!("can't write {}: {error}", arguments.output.display())))?;
    Ok(Printout { text: String::new(), problems: Vec::new(), code: 0 })
}

/// Writes a whole file or nothing: a new file takes the old one's place in one step.
fn write(path: &Path, content: &[u8]) -> std::io::Result<()> {
    if path.to_str() == Some("-") {
        let mut out = std::io::stdout().lock();
        return out.write_all(content).and_then(|()| out.flush());
    }
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    if path.exists() && !path.is_file() {
        return fs::write(path, content);
    }
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(content)?;
    file.persist(path)?;
    Ok(())
}
