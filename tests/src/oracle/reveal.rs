//! Making the memory of a contract its output, so that whoever runs it sees what is in it at the end.

use std::convert::Infallible;
use wasm_encoder::reencode::{Error, Reencode, utils};
use wasm_encoder::{
    CodeSection, ExportKind, ExportSection, Function, FunctionSection, Instruction,
};
use wasmparser::{
    CodeSectionReader, ExportSectionReader, FunctionSectionReader, Parser, Payload, TypeRef,
};

/// The contract with another `main`, which calls its own and then finishes with the whole memory as output.
/// `None` for one that does not import `finish`.
pub fn reveal_memory(code: &[u8]) -> Option<Vec<u8>> {
    let (mut imported, mut own) = (0, 0);
    let (mut finish, mut main) = (None, None);
    let mut types = Vec::new();
    for payload in Parser::new(0).parse_all(code) {
        match payload.ok()? {
            Payload::ImportSection(imports) => {
                for import in imports.into_imports() {
                    let import = import.ok()?;
                    if let TypeRef::Func(ty) = import.ty {
                        if import.name == "finish" {
                            finish = Some(imported);
                        }
                        types.push(ty);
                        imported += 1;
                    }
                }
            }
            Payload::FunctionSection(functions) => {
                own = functions.count();
                for ty in functions {
                    types.push(ty.ok()?);
                }
            }
            Payload::ExportSection(exports) => {
                for export in exports {
                    let export = export.ok()?;
                    if export.name == "main" {
                        main = Some(export.index);
                    }
                }
            }
            _ => {}
        }
    }
    let (finish, main) = (finish?, main?);
    let main_type = *types.get(main as usize)?;
    let mut module = wasm_encoder::Module::new();
    let mut reveal = Reveal { finish, main, main_type, added: imported + own };
    reveal.parse_core_module(&mut module, Parser::new(0), code).ok()?;
    (own > 0).then(|| module.finish())
}

struct Reveal {
    finish: u32,
    main: u32,
    main_type: u32,
    /// The index of the function that is put in.
    added: u32,
}

impl Reencode for Reveal {
    type Error = Infallible;

    fn parse_function_section(
        &mut self,
        functions: &mut FunctionSection,
        section: FunctionSectionReader<'_>,
    ) -> Result<(), Error> {
        utils::parse_function_section(self, functions, section)?;
        functions.function(self.main_type);
        Ok(())
    }

    fn parse_export_section(
        &mut self,
        exports: &mut ExportSection,
        section: ExportSectionReader<'_>,
    ) -> Result<(), Error> {
        for export in section {
            let export = export?;
            if export.name == "main" {
                exports.export("main", ExportKind::Func, self.added);
            } else {
                self.parse_export(exports, export)?;
            }
        }
        Ok(())
    }

    fn parse_code_section(
        &mut self,
        code: &mut CodeSection,
        section: CodeSectionReader<'_>,
    ) -> Result<(), Error> {
        utils::parse_code_section(self, code, section)?;
        let mut function = Function::new([]);
        function
            .instruction(&Instruction::Call(self.main))
            .instruction(&Instruction::I32Const(0))
            .instruction(&Instruction::MemorySize(0))
            .instruction(&Instruction::I32Const(16))
            .instruction(&Instruction::I32Shl)
            .instruction(&Instruction::Call(self.finish))
            .instruction(&Instruction::End);
        code.function(&function);
        Ok(())
    }
}
