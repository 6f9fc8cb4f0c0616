//! What a contract doesn't need is left out.

use crate::Problem;
use wasm_encoder::{Module, RawSection};
use wasmparser::{ExternalKind, Parser, Payload};

/// Sections that compilers leave for debuggers and linkers. Others may be part of the contract: init
/// code carries its runtime in one.
const TOOL_SECTIONS: &[&str] =
    &["name", "producers", "target_features", "sourceMappingURL", "linking", "dylink.0"];

/// The module without tools' custom sections, and without exports that a contract doesn't have.
pub(crate) fn shrink(code: &[u8]) -> Result<Vec<u8>, Problem> {
    let mut module = Module::new();
    for payload in Parser::new(0).parse_all(code) {
        let payload = payload.map_err(problem)?;
        match &payload {
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
    Ok(module.finish())
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
        let text = String::from_utf8_lossy(&shrunk);
        assert!(text.contains("runtime"), "a contract may need its own sections");
        assert!(!text.contains("name") && !text.contains("debug") && !text.contains("__data_end"));
        assert_eq!(shrink(&shrunk).unwrap(), shrunk, "nothing is left to leave out");
        // It is a module still, and has its section of exports.
        assert!(text.contains("main") && text.contains("memory"));
    }

    #[test]
    fn what_is_no_module_is_refused() {
        assert!(shrink(b"\0asm").is_err());
        assert!(shrink(b"#!/bin/sh").is_err());
    }
}
