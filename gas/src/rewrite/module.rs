//! A module with other functions in it, section by section.
//!
//! What differs between the ways to meter is a [`Form`]; what is the same is here: functions move up
//! for the imports that are put in before them, so every function index is written anew, wherever it
//! is. Their order stays.

use super::{constants, names};
use crate::analysis::{Analysis, Function, Point};
use crate::limits;
use crate::rewrite::bounded;
use crate::validate::Valid;
use std::ops::Range;
use wasm_encoder::{
    Encode, EntityType, ExportKind, ExportSection, ImportSection, Section, SectionId,
};
use wasmparser::{
    Chunk, ExportSectionReader, ExternalKind, FuncType, FunctionSectionReader, ImportSectionReader,
    Parser, Payload, TypeRef,
};

/// What is known of the functions of a module, from its first sections.
#[derive(Default)]
pub(crate) struct Signatures {
    /// The types of the module.
    pub(crate) types: Vec<FuncType>,
    /// For each imported function the index of its type.
    pub(crate) imported: Vec<u32>,
    /// For each function of the module's own the index of its type.
    pub(crate) own: Vec<u32>,
    /// The function that is exported as `main`.
    pub(crate) main: Option<u32>,
    /// The function that is imported as `ethereum.useGas`.
    pub(crate) use_gas: Option<u32>,
}

impl Signatures {
    pub(crate) fn read(code: &[u8]) -> wasmparser::Result<Self> {
        let mut found = Self::default();
        for_each_section(code, |payload, _| {
            match payload {
                Payload::TypeSection(types) => {
                    for ty in types.into_iter_err_on_gc_types() {
                        found.types.push(ty?);
                    }
                }
                Payload::ImportSection(imports) => {
                    for import in imports.into_imports() {
                        let import = import?;
                        if let TypeRef::Func(ty) = import.ty {
                            if (import.module, import.name) == super::deployed::USE_GAS {
                                found.use_gas = u32::try_from(found.imported.len()).ok();
                            }
                            found.imported.push(ty);
                        }
                    }
                }
                Payload::FunctionSection(functions) => {
                    found.own = functions.into_iter().collect::<Result<_, _>>()?;
                }
                Payload::ExportSection(exports) => {
                    for export in exports {
                        let export = export?;
                        if export.kind == ExternalKind::Func && export.name == "main" {
                            found.main = Some(export.index);
                        }
                    }
                }
                _ => {}
            }
            Ok(())
        })?;
        Ok(found)
    }

    /// How many functions are imported.
    pub(crate) fn imports(&self) -> u32 {
        count(self.imported.len())
    }

    /// How many functions there are.
    pub(crate) fn functions(&self) -> u32 {
        count(self.imported.len() + self.own.len())
    }

    /// The index of the type of a function.
    pub(crate) fn type_of(&self, function: u32) -> Option<u32> {
        let function = function as usize;
        let own = || self.own.get(function - self.imported.len());
        self.imported.get(function).or_else(own).copied()
    }
}

/// How function indices move.
#[derive(Clone, Copy)]
pub(crate) struct Shift {
    /// Imported functions stay where they are.
    pub(crate) imported: u32,
    /// Others go up by this.
    pub(crate) added: u32,
}

impl Shift {
    pub(crate) fn function(self, index: u32) -> u32 {
        if index < self.imported { index } else { index + self.added }
    }
}

/// A way to meter: what it makes of functions.
pub(crate) trait Form {
    /// How function indices move.
    fn shift(&self) -> Shift;
    /// The type section's content: how many types, and these.
    fn types(&self, out: &mut Vec<u8>) -> u32;
    /// The index of the type that functions of type `ty` get.
    fn function_type(&self, ty: u32) -> u32;
    /// The functions that are imported beside those of the module, as module, name and type.
    fn imports(&self) -> Vec<(&'static str, &'static str, u32)>;
    /// Functions that are put in at the end, each with its name, its type and its body.
    fn functions(&self) -> Vec<(&'static str, u32, Vec<u8>)>;
    /// The function that is exported in place of this one, which is called `name`.
    fn export(&self, name: &str, function: u32) -> u32;
    /// Writes the body of a function, whose type is `ty`.
    fn body(&self, out: &mut Vec<u8>, code: &[u8], function: &Function, points: &[Point], ty: u32);
    /// The new index of a local.
    fn local(&self, function: u32, local: u32) -> Option<u32>;
}

/// Writes `code` anew in another form.
pub(crate) fn rewrite(
    code: &[u8],
    valid: &Valid,
    analysis: &Analysis,
    signatures: &Signatures,
    form: &impl Form,
) -> wasmparser::Result<Vec<u8>> {
    let mut module = Rewriting {
        code,
        valid,
        analysis,
        signatures,
        form,
        out: Vec::with_capacity(2 * code.len() + 512),
        types: false,
        imports: false,
        exports: false,
    };
    module.out.extend_from_slice(&code[..8]);
    for_each_section(code, |payload, range| module.section(payload, range))?;
    // Of a module that has no such sections, for there is nothing after them.
    module.first_sections();
    module.own_exports();
    Ok(module.out)
}

struct Rewriting<'a, F> {
    code: &'a [u8],
    valid: &'a Valid,
    analysis: &'a Analysis,
    signatures: &'a Signatures,
    form: &'a F,
    out: Vec<u8>,
    /// Which of the sections that are put in if need be are written.
    types: bool,
    imports: bool,
    exports: bool,
}

impl<F: Form> Rewriting<'_, F> {
    fn section(&mut self, payload: Payload<'_>, range: Range<usize>) -> wasmparser::Result<()> {
        let shift = self.form.shift();
        match payload {
            Payload::CustomSection(custom) => {
                if let wasmparser::KnownCustom::Name(reader) = custom.as_known() {
                    names::rewrite(&mut self.out, reader, self.signatures, self.form);
                }
                return Ok(());
            }
            Payload::TypeSection(_) => {
                self.type_section();
                return Ok(());
            }
            Payload::ImportSection(imports) => {
                self.type_section();
                return self.import_section(Some(imports));
            }
            _ => self.first_sections(),
        }
        match payload {
            Payload::FunctionSection(functions) => self.function_section(functions)?,
            Payload::TableSection(_) => self.maximum(range),
            Payload::MemorySection(_) => self.maximum(range),
            Payload::GlobalSection(globals) => {
                constants::globals(&mut self.out, globals, self.code, shift)?;
            }
            Payload::ExportSection(exports) => self.export_section(Some(exports))?,
            // It could not keep its type; the embedder calls it.
            Payload::StartSection { .. } => self.own_exports(),
            Payload::ElementSection(elements) => {
                self.own_exports();
                constants::elements(&mut self.out, elements, self.code, shift)?;
            }
            Payload::CodeSectionStart { .. } => {
                self.own_exports();
                self.code_section();
            }
            _ => {
                self.own_exports();
                self.out.extend_from_slice(&self.code[range]);
            }
        }
        Ok(())
    }

    /// The sections that stand first.
    fn first_sections(&mut self) {
        self.type_section();
        // Without a section there is nothing to read that could fail.
        let _ = self.import_section(None);
    }

    fn type_section(&mut self) {
        if std::mem::replace(&mut self.types, true) {
            return;
        }
        let mut types = Vec::new();
        let count = self.form.types(&mut types);
        section(&mut self.out, SectionId::Type, count, &types);
    }

    fn import_section(
        &mut self,
        section: Option<ImportSectionReader<'_>>,
    ) -> wasmparser::Result<()> {
        if std::mem::replace(&mut self.imports, true) {
            return Ok(());
        }
        let mut imports = ImportSection::new();
        for import in section.into_iter().flat_map(ImportSectionReader::into_imports) {
            let import = import?;
            let ty = match import.ty {
                TypeRef::Func(ty) => EntityType::Function(self.form.function_type(ty)),
                other => constants::entity(&other),
            };
            imports.import(import.module, import.name, ty);
        }
        for (module, name, ty) in self.form.imports() {
            imports.import(module, name, EntityType::Function(ty));
        }
        if !imports.is_empty() {
            imports.append_to(&mut self.out);
        }
        Ok(())
    }

    fn function_section(&mut self, _: FunctionSectionReader<'_>) -> wasmparser::Result<()> {
        let added = self.form.functions();
        let own = self.signatures.own.iter().map(|ty| self.form.function_type(*ty));
        let mut types = Vec::new();
        for ty in own.chain(added.iter().map(|(_, ty, _)| *ty)) {
            ty.encode(&mut types);
        }
        let functions = count(self.signatures.own.len() + added.len());
        section(&mut self.out, SectionId::Function, functions, &types);
        Ok(())
    }

    /// A section whose maximum is bounded by ours, if it has none that is smaller.
    fn maximum(&mut self, range: Range<usize>) {
        match self.valid.edits.iter().find(|edit| edit.section == range) {
            Some(edit) => self.out.extend_from_slice(&edit.replacement),
            None => self.out.extend_from_slice(&self.code[range]),
        }
    }

    /// The export section, if there is none but something to export.
    fn own_exports(&mut self) {
        // Without a section there is nothing to read that could fail.
        let _ = self.export_section(None);
    }

    fn export_section(
        &mut self,
        section: Option<ExportSectionReader<'_>>,
    ) -> wasmparser::Result<()> {
        if std::mem::replace(&mut self.exports, true) {
            return Ok(());
        }
        let mut exports = ExportSection::new();
        for export in section.into_iter().flatten() {
            let export = export?;
            let (kind, index) = match export.kind {
                ExternalKind::Func | ExternalKind::FuncExact => {
                    (ExportKind::Func, self.form.export(export.name, export.index))
                }
                ExternalKind::Table => (ExportKind::Table, export.index),
                ExternalKind::Memory => (ExportKind::Memory, export.index),
                ExternalKind::Global => (ExportKind::Global, export.index),
                ExternalKind::Tag => (ExportKind::Tag, export.index),
            };
            exports.export(export.name, kind, index);
        }
        if let Some(start) = self.valid.start {
            exports.export(super::START, ExportKind::Func, self.form.shift().function(start));
        }
        if !exports.is_empty() {
            exports.append_to(&mut self.out);
        }
        Ok(())
    }

    fn code_section(&mut self) {
        let added = self.form.functions();
        let functions = &self.analysis.functions;
        let mut bodies = Vec::with_capacity(2 * self.code.len());
        let mut body = Vec::new();
        for (function, ty) in functions.iter().zip(&self.signatures.own) {
            body.clear();
            let points = &self.analysis.points[function.points.clone()];
            self.form.body(&mut body, self.code, function, points, *ty);
            body.as_slice().encode(&mut bodies);
        }
        for (_, _, body) in &added {
            body.as_slice().encode(&mut bodies);
        }
        section(&mut self.out, SectionId::Code, count(functions.len() + added.len()), &bodies);
    }
}

/// Writes a section of `items`, encoded as `content`.
pub(crate) fn section(out: &mut Vec<u8>, id: SectionId, items: u32, content: &[u8]) {
    let mut number = Vec::new();
    items.encode(&mut number);
    out.push(id.into());
    (number.len() + content.len()).encode(out);
    out.extend_from_slice(&number);
    out.extend_from_slice(content);
}

/// Numbers of things in a module, which has less than 2^32 bytes.
pub(crate) fn count(items: usize) -> u32 {
    u32::try_from(items).unwrap_or(u32::MAX)
}

/// Calls `visit` for each section and where it is; for the code section as a whole.
fn for_each_section<'a>(
    code: &'a [u8],
    mut visit: impl FnMut(Payload<'a>, Range<usize>) -> wasmparser::Result<()>,
) -> wasmparser::Result<()> {
    let mut parser = Parser::new(0);
    let mut position = 0;
    loop {
        let Chunk::Parsed { consumed, payload } = parser.parse(&code[position..], true)? else {
            return Ok(());
        };
        let start = position;
        position += consumed;
        match payload {
            Payload::Version { .. } => {}
            Payload::End(_) => return Ok(()),
            Payload::CodeSectionStart { ref range, .. } => {
                parser.skip_section();
                position = range.end;
                visit(payload, start..position)?;
            }
            payload => visit(payload, start..position)?,
        }
    }
}

/// The largest memory, in pages, and the largest table, in elements.
pub(crate) fn maxima(valid: &Valid) -> (u32, u32) {
    let memory = valid.memory.map_or(0, |memory| bounded(memory.maximum, limits::MEMORY));
    let table = valid.table.map_or(0, |table| bounded(table.maximum, limits::TABLE_ELEMENTS));
    (memory, table)
}
