//! Solidity: `solc` 0.8.20 from npm, the last compiler with an ewasm backend (0.8.21 removed it).
//!
//! The backend is half done; docs/writing-contracts.md says what works. A compiler of our own from
//! Yul would be another language here.

use crate::toolchain::{Compiler, Toolchain, output};
use crate::{Problem, Sample, npm, read_text};
use serde_json::{Value, json};
use std::{path::PathBuf, process::Command};

/// The optimiser's standard sequence makes invalid WebAssembly; these steps make valid code, and less of
/// it than none.
const OPTIMISER_STEPS: &str = "gvifTOLMRulcVUf";

struct Solidity {
    solc: PathBuf,
}

pub(crate) fn toolchain() -> Result<Toolchain, Problem> {
    let (folder, number) = npm::package("solc", "Solidity")?;
    Ok(Toolchain {
        version: format!("solc {number}"),
        compiler: Box::new(Solidity { solc: folder.join("solc.js") }),
    })
}

impl Compiler for Solidity {
    fn compile(&self, sample: &Sample) -> Result<Vec<u8>, Problem> {
        let source = read_text(&sample.source())?;
        let problem = |text: &str| Problem(format!("{}: {text}", sample.source));
        let asked = json!({
            "language": "Solidity",
            "sources": { &sample.source: { "content": source } },
            "settings": {
                "viaIR": true,
                "optimizer": {
                    "enabled": true,
                    "details": { "yul": true, "yulDetails": { "optimizerSteps": OPTIMISER_STEPS } }
                },
                "metadata": { "appendCBOR": false },
                // Without the text, solc silently gives no binary.
                "outputSelection": { "*": { "*": ["ewasm.wasm", "ewasm.wast"] } }
            }
        });
        let mut command = Command::new("node");
        command.arg(&self.solc).arg("--standard-json");
        let text = output(&mut command, asked.to_string().as_bytes())?;
        // The compiler greets first.
        let text = text.get(text.find('{').unwrap_or(0)..).unwrap_or_default();
        let answer: Value = serde_json::from_str(text)
            .map_err(|error| problem(&format!("solc's answer is no JSON: {error}")))?;
        let mut errors = answer["errors"].as_array().into_iter().flatten();
        if let Some(error) = errors.find(|error| error["severity"] == "error") {
            let message = error["formattedMessage"].as_str().unwrap_or("solc failed");
            return Err(problem(&message.lines().collect::<Vec<_>>().join(" ")));
        }
        let contracts = answer["contracts"][&sample.source].as_object();
        let mut binaries = contracts.into_iter().flatten().filter_map(|(_, contract)| {
            contract["ewasm"]["wasm"].as_str().filter(|hex| !hex.is_empty())
        });
        match (binaries.next(), binaries.next()) {
            (Some(binary), None) => hex::decode(binary)
                .map_err(|error| problem(&format!("solc's answer is no hex: {error}"))),
            (None, _) => Err(problem("solc gave no WebAssembly")),
            (Some(_), Some(_)) => Err(problem("the file must have one contract, not several")),
        }
    }
}
