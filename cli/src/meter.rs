//! `hebe meter`: the form in which a contract is stored where it is metered when it is deployed.

use crate::{Mistake, contract_file, output::Printout};
use hebe_gas::{Exports, Features, Metering, Profile, Rules, Schedule, meter_deployed};
use hebe_host::{HostModule, Interface, Revision};
use hebe_testing::files;
use std::{
    io::{self, Write as _},
    path::{Path, PathBuf},
};
use wasmparser::{Operator, Parser, Payload, TypeRef};

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

    /// What instructions cost: `measured`, `cycles`, `flat`, or a file as `hebe gas --text` prints it
    #[arg(long, value_name = "NAME|FILE", default_value_t = Schedule::measured().name().to_owned())]
    schedule: String,

    /// Meter what is metered already: it pays for its charges, and then pays them
    #[arg(long)]
    again: bool,

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
    if !arguments.again && is_metered(&code) {
        let problems = vec![format!(
            "{name} is metered already: every function begins with a charge; --again puts in another one"
        )];
        return Ok(Printout { text: String::new(), problems, code: 1 });
    }
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

/// Whether each function begins by calling the import `ethereum.useGas` with a constant, as metering leaves it.
fn is_metered(code: &[u8]) -> bool {
    let mut use_gas = None;
    let mut functions = 0_u32;
    let mut metered = 0;
    let mut bodies = 0;
    for payload in Parser::new(0).parse_all(code) {
        match payload {
            Ok(Payload::ImportSection(imports)) => {
                for import in imports.into_imports().flatten() {
                    if matches!(import.ty, TypeRef::Func(_)) {
                        if (import.module, import.name) == ("ethereum", "useGas") {
                            use_gas = Some(functions);
                        }
                        functions += 1;
                    }
                }
            }
            Ok(Payload::CodeSectionEntry(body)) => {
                bodies += 1;
                let mut operators = body.get_operators_reader().into_iter().flatten();
                let first = (operators.next(), operators.next());
                if let (
                    Some(Ok(Operator::I64Const { .. })),
                    Some(Ok(Operator::Call { function_index })),
                ) = first
                    && use_gas == Some(function_index)
                {
                    metered += 1;
                }
            }
            _ => {}
        }
    }
    bodies > 0 && metered == bodies
}

/// Writes a whole file or nothing. A reader of standard output may go away when it has enough.
fn write(path: &Path, content: &[u8]) -> io::Result<()> {
    if path.to_str() != Some("-") {
        return files::replace(path, content);
    }
    let mut out = io::stdout().lock();
    match out.write_all(content).and_then(|()| out.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        written => written,
    }
}
