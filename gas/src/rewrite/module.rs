//! A module with other functions in it, section by section.
//!
//! What differs between the ways to meter is a [`Form`]; what is the same is here: functions move up
//! for the imports that are put in before them, so every function index is written anew, wherever it
//! is. Their order stays.

use super::{constants, names};
use crate::Schedule;
use crate::analysis::{Analysed, Analysis, Function, Point, analyse};
use crate::limits;
use crate::rewrite::bounded;
use crate::validate::Valid;
use std::ops::Range;
use wasm_encoder::{
    Encode, EntityType, ExportKind, ExportSection, ImportSection, Section, SectionId,
};
use wasmparser::{
    Chunk, ExportSectionReader, ExternalKind, FuncType, ImportSectionReader, Parser, Payload,
    TypeRef,
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
    /// The mutable globals of the module's own.
    pub(crate) mutable_globals: Vec<u32>,
    /// Whether an export of the module's own has a name that is like those of [`super::GLOBAL`].
    pub(crate) global_is_taken: bool,
}

impl Signatures {
    pub(crate) fn read(code: &[u8]) -> wasmparser::Result<Self> {
        let mut found = Self::default();
        let mut imported_globals = 0;
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
                        imported_globals += u32::from(matches!(import.ty, TypeRef::Global(_)));
                    }
                }
                Payload::FunctionSection(functions) => {
                    found.own = functions.into_iter().collect::<Result<_, _>>()?;
                }
                Payload::GlobalSection(globals) => {
                    for (index, global) in (imported_globals..).zip(globals) {
                        if global?.ty.mutable {
                            found.mutable_globals.push(index);
                        }
                    }
                }
                Payload::ExportSection(exports) => {
                    for export in exports {
                        let export = export?;
                        found.global_is_taken |= export.name.starts_with(super::GLOBAL);
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

/// A function whose body is to be written.
pub(crate) struct ToWrite<'a> {
    pub(crate) function: &'a Function,
    pub(crate) analysed: &'a Analysed,
    /// Its points.
    pub(crate) points: &'a [Point],
    /// The index of its type.
    pub(crate) ty: u32,
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
    /// The globals that are exported beside what the module exports, as [`super::GLOBAL`].
    fn globals(&self) -> &[u32] {
        &[]
    }
    /// Writes the body of a function.
    fn body(&self, out: &mut Vec<u8>, code: &[u8], body: &ToWrite<'_>);
    /// The new index of a local.
    fn local(&self, function: u32, local: u32) -> Option<u32>;
}

/// Writes `code` anew in another form.
pub(crate) fn rewrite(
    code: &[u8],
    valid: &Valid,
    signatures: &Signatures,
    form: &impl Form,
    schedule: &Schedule,
) -> wasmparser::Result<Vec<u8>> {
    let out = Vec::with_capacity(2 * code.len() + 512);
    let analysis = analyse(code, valid, schedule);
    let mut module = Rewriting { code, valid, analysis, signatures, form, out, next: rank::TYPE };
    module.out.extend_from_slice(&code[..8]);
    for_each_section(code, |payload, range| module.section(payload, range))?;
    module.sections_before(rank::END);
    Ok(module.out)
}

/// The order of sections.
mod rank {
    pub(super) const TYPE: u8 = 0;
    pub(super) const IMPORT: u8 = 1;
    pub(super) const FUNCTION: u8 = 2;
    pub(super) const TABLE: u8 = 3;
    pub(super) const MEMORY: u8 = 4;
    pub(super) const GLOBAL: u8 = 5;
    pub(super) const EXPORT: u8 = 6;
    pub(super) const START: u8 = 7;
    pub(super) const ELEMENT: u8 = 8;
    pub(super) const DATA_COUNT: u8 = 9;
    pub(super) const CODE: u8 = 10;
    pub(super) const DATA: u8 = 11;
    pub(super) const END: u8 = 12;
}

struct Rewriting<'a, F> {
    code: &'a [u8],
    valid: &'a Valid,
    analysis: Analysis,
    signatures: &'a Signatures,
    form: &'a F,
    out: Vec<u8>,
    /// The rank of the first section that is not written yet.
    next: u8,
}

impl<F: Form> Rewriting<'_, F> {
    fn section(&mut self, payload: Payload<'_>, range: Range<usize>) -> wasmparser::Result<()> {
        let shift = self.form.shift();
        match payload {
            Payload::CustomSection(custom) => {
                if let wasmparser::KnownCustom::Name(reader) = custom.as_known() {
                    names::rewrite(&mut self.out, reader, self.signatures, self.form);
                }
            }
            // These are written from what was read of them before.
            Payload::TypeSection(_) => self.sections_before(rank::IMPORT),
            Payload::FunctionSection(_) => self.sections_before(rank::TABLE),
            Payload::CodeSectionStart { .. } => self.sections_before(rank::DATA),
            Payload::ImportSection(imports) => {
                self.sections_before(rank::IMPORT);
                self.next = rank::FUNCTION;
                self.import_section(Some(imports))?;
            }
            Payload::TableSection(_) => {
                self.sections_before(rank::TABLE);
                self.maximum(range);
            }
            Payload::MemorySection(_) => {
                self.sections_before(rank::MEMORY);
                self.maximum(range);
            }
            Payload::GlobalSection(globals) => {
                self.sections_before(rank::GLOBAL);
                constants::globals(&mut self.out, globals, self.code, shift)?;
            }
            Payload::ExportSection(exports) => {
                self.sections_before(rank::EXPORT);
                self.next = rank::START;
                self.export_section(Some(exports))?;
            }
            // It could not keep its type; the embedder calls it.
            Payload::StartSection { .. } => self.sections_before(rank::START),
            Payload::ElementSection(elements) => {
                self.sections_before(rank::ELEMENT);
                constants::elements(&mut self.out, elements, self.code, shift)?;
            }
            Payload::DataCountSection { .. } => {
                self.sections_before(rank::DATA_COUNT);
                self.out.extend_from_slice(&self.code[range]);
            }
            _ => {
                self.sections_before(rank::DATA);
                self.out.extend_from_slice(&self.code[range]);
            }
        }
        Ok(())
    }

    /// Writes what stands before sections of this rank and is not written yet. A module may lack a
    /// section for which metering has something.
    fn sections_before(&mut self, rank: u8) {
        while self.next < rank {
            // Without a section there is nothing to read that could fail.
            match self.next {
                rank::TYPE => self.type_section(),
                rank::IMPORT => drop(self.import_section(None)),
                rank::FUNCTION => self.function_section(),
                rank::EXPORT => drop(self.export_section(None)),
                rank::CODE => self.code_section(),
                _ => {}
            }
            self.next += 1;
        }
    }

    fn type_section(&mut self) {
        let mut types = Vec::new();
        let count = self.form.types(&mut types);
        section(&mut self.out, SectionId::Type, count, &types);
    }

    fn import_section(
        &mut self,
        section: Option<ImportSectionReader<'_>>,
    ) -> wasmparser::Result<()> {
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

    fn function_section(&mut self) {
        let added = self.form.functions();
        let own = self.signatures.own.iter().map(|ty| self.form.function_type(*ty));
        let mut types = Vec::new();
        for ty in own.chain(added.iter().map(|(_, ty, _)| *ty)) {
            leb(&mut types, ty);
        }
        let functions = count(self.signatures.own.len() + added.len());
        if functions > 0 {
            section(&mut self.out, SectionId::Function, functions, &types);
        }
    }

    /// A section whose maximum is bounded by ours, if it has none that is smaller.
    fn maximum(&mut self, range: Range<usize>) {
        match self.valid.edits.iter().find(|edit| edit.section == range) {
            Some(edit) => self.out.extend_from_slice(&edit.replacement),
            None => self.out.extend_from_slice(&self.code[range]),
        }
    }

    fn export_section(
        &mut self,
        section: Option<ExportSectionReader<'_>>,
    ) -> wasmparser::Result<()> {
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
        if let Some(start) = self.valid.sections.start {
            exports.export(super::START, ExportKind::Func, self.form.shift().function(start));
        }
        for (number, global) in self.form.globals().iter().enumerate() {
            exports.export(&format!("{}{number}", super::GLOBAL), ExportKind::Global, *global);
        }
        if !exports.is_empty() {
            exports.append_to(&mut self.out);
        }
        Ok(())
    }

    /// The bodies are the bulk of a module, so they are written where they stay. The size of the
    /// section, known at its end, takes the five bytes that are the most a number may take.
    fn code_section(&mut self) {
        let added = self.form.functions();
        let functions = &self.valid.functions.functions;
        if functions.is_empty() && added.is_empty() {
            return;
        }
        self.out.push(SectionId::Code.into());
        let size_at = self.out.len();
        self.out.extend([0; 5]);
        leb(&mut self.out, count(functions.len() + added.len()));
        let mut body = Vec::new();
        for ((function, analysed), ty) in
            functions.iter().zip(&self.analysis.functions).zip(&self.signatures.own)
        {
            body.clear();
            let points = &self.analysis.points[analysed.points.clone()];
            self.form.body(&mut body, self.code, &ToWrite { function, analysed, points, ty: *ty });
            leb(&mut self.out, count(body.len()));
            self.out.extend_from_slice(&body);
        }
        for (_, _, body) in &added {
            body.as_slice().encode(&mut self.out);
        }
        let size = count(self.out.len() - size_at - 5);
        for (byte, shift) in self.out[size_at..].iter_mut().zip([0, 7, 14, 21, 28]) {
            let [low, ..] = (size >> shift).to_le_bytes();
            *byte = low & 0x7f | if shift < 28 { 0x80 } else { 0 };
        }
    }
}

/// Writes a number, most of which take a byte.
#[inline]
pub(crate) fn leb(out: &mut Vec<u8>, number: u32) {
    if let (0..0x80, [byte, ..]) = (number, number.to_le_bytes()) {
        out.push(byte);
    } else {
        number.encode(out);
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
