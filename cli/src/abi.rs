//! `hebe abi`: which clients can load a library?

use crate::{
    Mistake,
    output::{Lines, Printout, document},
};
use hebe_evmc::{
    LoadError, LoadedVm, OptionRefused, RELEASES, Release,
    abi::{EVMC_CAPABILITY_EVM1, EVMC_CAPABILITY_EWASM, EVMC_CAPABILITY_PRECOMPILES},
};
use serde_json::{Value, json};

/// Say which of EVMC's ABIs a library speaks, and so which clients can load it.
#[derive(clap::Args)]
#[command(
    after_help = "A client can load a library of its own ABI, and no other. The table says which of \
                        Hebe's libraries that is."
)]
pub(crate) struct Arguments {
    /// The library: a file, as clients load it
    library: String,

    /// Print one JSON document
    #[arg(long)]
    json: bool,
}

/// Names of options that other VMs have. EVMC has no way to ask for a VM's options, so known names are tried.
const OPTIONS_OF_OTHERS: [&str; 6] =
    ["O", "advanced", "cgoto", "histogram", "validate_eof", "mode"];

/// Runs the command. The exit code is 1 for a library of an ABI that Hebe does not speak.
///
/// # Errors
///
/// A [`Mistake`] when the file is no EVMC library.
pub(crate) fn abi(arguments: &Arguments) -> Result<Printout, Mistake> {
    let (about, code) = match LoadedVm::load(&arguments.library) {
        Ok(mut vm) => (About::of(&mut vm), 0),
        Err(LoadError::AbiVersion { theirs, .. }) => (About::unknown(theirs), 1),
        Err(error) => return Err(Mistake(error.to_string())),
    };
    let text = match arguments.json {
        true => document(&about.json(&arguments.library)),
        false => about.text(&arguments.library),
    };
    Ok(Printout { text, problems: Vec::new(), code })
}

/// What is known of a library.
struct About {
    abi: i32,
    vm: Option<AboutVm>,
}

/// What is known of its VM, where its ABI is.
struct AboutVm {
    name: String,
    version: String,
    /// `None` where the ABI does not ask.
    capabilities: Option<Vec<&'static str>>,
    last_revision: &'static str,
    options: Vec<String>,
}

impl About {
    fn of(vm: &mut LoadedVm) -> Self {
        let bits = [
            (EVMC_CAPABILITY_EVM1, "EVM bytecode"),
            (EVMC_CAPABILITY_EWASM, "WebAssembly"),
            (EVMC_CAPABILITY_PRECOMPILES, "precompiled contracts"),
        ];
        let capabilities = vm.capabilities().map(|has| {
            bits.into_iter().filter(|(bit, _)| has & bit != 0).map(|(_, name)| name).collect()
        });
        let about = AboutVm {
            name: vm.name().to_owned(),
            version: vm.version().to_owned(),
            capabilities,
            last_revision: vm.last_revision().name(),
            options: options(vm),
        };
        Self { abi: vm.abi_version(), vm: Some(about) }
    }

    fn unknown(abi: i32) -> Self {
        Self { abi, vm: None }
    }

    fn release(&self) -> Option<&'static Release> {
        RELEASES.iter().find(|release| release.abi == self.abi)
    }

    fn json(&self, library: &str) -> Value {
        let libraries: Vec<_> = RELEASES
            .iter()
            .map(|it| json!({ "abi": it.abi, "released_with": it.with, "file": it.library }))
            .collect();
        let mut document = json!({ "library": library, "abi": self.abi });
        if let Some(vm) = &self.vm {
            document["vm"] = json!({ "name": vm.name, "version": vm.version });
            document["capabilities"] = json!(vm.capabilities);
            document["last_revision"] = vm.last_revision.into();
            document["options"] = json!(vm.options);
        }
        document["libraries"] = libraries.into();
        document
    }

    fn text(&self, library: &str) -> String {
        let mut lines = Lines::default();
        lines.add("library", library);
        match self.release() {
            Some(release) => lines.add("ABI", format!("{}, of {}", self.abi, release.with)),
            None => lines.add("ABI", format!("{}, which hebe does not speak", self.abi)),
        }
        if let Some(vm) = &self.vm {
            lines.add("VM", format!("{} {}", vm.name, vm.version));
            match &vm.capabilities {
                Some(runs) if runs.is_empty() => lines.add("runs", "nothing, by what it says"),
                Some(runs) => lines.add("runs", runs.join(", ")),
                None => lines
                    .add("runs", "all code that its client has: since ABI 18 a VM is not asked"),
            }
            lines.add("revisions", format!("up to {}", vm.last_revision));
            match vm.options[..] {
                [] => lines.add("options", "none of those that are known"),
                _ => lines.add("options", vm.options.join(", ")),
            }
        }
        lines.title("\nA client can load a library of its own ABI. Hebe's are:\n");
        for Release { abi, library, with, .. } in RELEASES {
            lines.title(format!("{:<6} {library:<20} {with}", format!("ABI {abi}")));
        }
        lines.text()
    }
}

/// The options that a VM has, of those that are known: they are tried with an empty value, which none of Hebe's takes.
fn options(vm: &mut LoadedVm) -> Vec<String> {
    let ours = hebe_vm::OPTIONS.iter().map(|row| row.name);
    let known = ours.filter(|name| !name.contains('<')).chain(OPTIONS_OF_OTHERS);
    let has = |name: &&str| {
        let answer = vm.set_option(name, "");
        matches!(answer, Ok(()) | Err(OptionRefused::InvalidValue { .. }))
    };
    known.filter(has).map(str::to_owned).collect()
}
