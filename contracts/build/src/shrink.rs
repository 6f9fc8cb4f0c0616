//! What a contract doesn't need is left out.

use crate::Problem;
use wasm_encoder::{Module, RawSection};
use wasmparser::{ExternalKind, Parser, Payload};

/// Sections that compilers leave for debuggers and linkers. Others may be part of the contract: init
/// code carries its runtime in one.
const TOOL_SECTIONS: &[&str] =
    &["name", "producers", "target_features", "sourceMappingURL", "linking", "dylink.0"];

/// The section in which the SDK's macro leaves the interface.
const ABI_SECTION: &str = "abi";

/// A module with nothing in it that a contract doesn't need.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Shrunk {
    pub(crate) code: Vec<u8>,
    /// The interface's JSON, if it was in there.
    pub(crate) abi: Option<String>,
}

/// The module without tools' custom sections, and without exports that a contract doesn't have.
pub(crate) fn shrink(code: &[u8]) -> Result<Shrunk, Problem> {
    let mut module = Module::new();
    let mut abi = None;
    for payload in Parser::new(0).parse_all(code) {
        let payload = payload.map_err(problem)?;
        match &payload {
            Payload::CustomSection(section) if section.name() == ABI_SECTION => {
                abi = Some(String::from_utf8_lossy(section.data()).into_owned());
            }
            Payload::CustomSection(section)
                if TOOL_SECTIONS.contains(&section.name())
                    || section.name().starts_with(".debug") => {}
            Payload::ExportSection(section) => {
                let mut exports = wasm_encoder::ExportSection::new();
                for export in section.clone() {
                    let export = export.map_err(problem)?;
                    match (export.name, export.kind) {
                        ("main", ExternalKind::Func) => {
                            exports.export("main", wasm_encoder::ExportKind::Func, export.index);
                        }
                        ("memory", ExternalKind::Memory) => {
                            exports.export(
                                "memory",
                                wasm_encoder::ExportKind::Memory,
                                export.index,
                            );
                        }
                        _ => {}
                    }
                }
                module.section(&exports);
            }
            payload => {
                if let Some((id, range)) = payload.as_section() {
                    module.section(&RawSection { id, data: &code[range] });
                }
            }
        }
    }
    Ok(Shrunk { code: module.finish(), abi })
}

fn problem(error: wasmparser::BinaryReaderError) -> Problem {
    Problem(format!("the compiler made no WebAssembly: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_encoder::{CustomSection, Section};

    /// A module with main, memory, another export, and these custom sections.
    fn module(custom: &[&'static str]) -> Vec<u8> {
        let mut code = wat::parse_str(
            r#"(module (func (export "main")) (memory (export "memory") 1)
                (func (export "__data_end")))"#,
        )
        .expect("the text is right");
        for name in custom {
            CustomSection { name: (*name).into(), data: (&[1, 2, 3]).into() }.append_to(&mut code);
        }
        code
    }

    #[test]
    fn only_what_a_contract_needs_is_left() {
        let shrunk = shrink(&module(&["name", "runtime", ".debug_info"])).unwrap();
        let text = String::from_utf8_lossy(&shrunk.code);
        assert!(text.contains("runtime"), "a contract may need its own sections");
        assert!(!text.contains("name") && !text.contains("debug") && !text.contains("__data_end"));
        assert_eq!(shrink(&shrunk.code).unwrap(), shrunk, "nothing is left to leave out");
        // It is a module still, and has its section of exports.
        assert!(text.contains("main") && text.contains("memory"));
    }

    #[test]
    fn the_interface_is_taken_out() {
        let shrunk = shrink(&module(&["abi"])).unwrap();
        assert_eq!(shrunk.abi.as_deref(), Some("\u{1}\u{2}\u{3}"));
        assert_eq!(shrunk.code, shrink(&module(&[])).unwrap().code);
    }

    #[test]
    fn what_is_no_module_is_refused() {
        assert!(shrink(b"\0asm").is_err());
        assert!(shrink(b"#!/bin/sh").is_err());
    }
}
