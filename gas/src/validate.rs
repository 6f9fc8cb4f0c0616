//! Is this module a valid contract? Section by section, in the order of the binary.
//!
//! For each section: first how much of it there is (before anything is allocated for it), then the
//! rules of WebAssembly (wasmparser's validator), then ours. The first broken rule ends it.

use crate::analysis::{Analyser, Functions};
use crate::broken::{Broken, limit};
use crate::limits::{self, Limit, steps};
use crate::module::Module as Sections;
use crate::rewrite::{Edit, bounded, declared_memory, declared_table};
use crate::{Profile, Reason, Rules, Schedule, body, encoding, exports, imports, segments};
use std::ops::Range;
use wasmparser::{
    BinaryReader, Chunk, ExportSectionReader, FuncValidatorAllocations, FunctionBody,
    FunctionSectionReader, GlobalSectionReader, ImportSectionReader, MemorySectionReader,
    MemoryType, Parser, Payload, TableSectionReader, TableType, TypeRef, TypeSectionReader,
    Validator,
};

/// What is known of a valid module, for the steps after.
#[derive(Clone, Debug)]
pub(crate) struct Valid {
    /// What its sections say.
    pub(crate) sections: Sections,
    /// For each imported function its index in [`Rules::imports`].
    pub(crate) imports: Vec<usize>,
    /// The memory, as declared. Every contract has one.
    pub(crate) memory: Option<MemoryType>,
    /// The table, as declared.
    pub(crate) table: Option<TableType>,
    /// What has to change in the binary, in its order.
    pub(crate) edits: Vec<Edit>,
    /// What is known of its functions, and what is to be charged where.
    pub(crate) functions: Functions,
}

/// Checks `code` against `rules`, and analyses it by the prices of `schedule`.
pub(crate) fn validate(
    code: &[u8],
    rules: &Rules<'_>,
    schedule: &Schedule,
) -> Result<Valid, Broken> {
    limit(limits::CODE, code.len(), 0)?;
    check_header(code)?;
    let mut module = Module::new(rules, schedule, code.len());
    let mut parser = Parser::new(0);
    parser.set_features(rules.features.wasm());
    let mut position = 0;
    loop {
        let chunk = parser.parse(&code[position..], true)?;
        let Chunk::Parsed { consumed, payload } = chunk else {
            unreachable!("the parser was told that this is all there is");
        };
        // What was consumed of a section other than code is the whole of it, header included.
        let section = position..position + consumed;
        position = section.end;
        match payload {
            Payload::TypeSection(types) => module.types(code, &types)?,
            Payload::ImportSection(imports) => module.imports(&imports)?,
            Payload::FunctionSection(functions) => module.functions(&functions)?,
            Payload::TableSection(tables) => module.tables(code, &tables, section)?,
            Payload::MemorySection(memories) => module.memories(&memories, section)?,
            Payload::GlobalSection(globals) => module.globals(code, &globals)?,
            Payload::ExportSection(exports) => module.exports(&exports)?,
            Payload::StartSection { func, range } => {
                if rules.profile != Profile::Script {
                    return Err(Broken::rule(Reason::StartFunction, range.start));
                }
                module.validator.start_section(func, &range)?;
                module.sections.start = Some(func);
            }
            Payload::ElementSection(elements) => {
                let start = elements.range().start;
                limit(limits::ELEMENT_SEGMENTS, elements.count(), start)?;
                module.take_steps(elements.count(), steps::ELEMENT_SEGMENT, start)?;
                module.validator.element_section(&elements)?;
                segments::check_elements(code, &elements, module.table.as_ref(), rules)?;
                module.sections.add_elements(&elements)?;
                module.take_steps(module.sections.element_count(), steps::ELEMENT, start)?;
            }
            Payload::DataCountSection { count, range } => {
                segments::check_data_count(count, &range, rules.features)?;
                module.validator.data_count_section(count, &range)?;
            }
            Payload::CodeSectionEntry(body) => module.body(code, &body)?,
            Payload::DataSection(data) => {
                limit(limits::DATA_SEGMENTS, data.count(), data.range().start)?;
                module.take_steps(data.count(), steps::DATA_SEGMENT, data.range().start)?;
                module.validator.data_section(&data)?;
                segments::check_data(code, &data, module.memory.as_ref(), rules)?;
                module.sections.add_data(&data)?;
            }
            Payload::CustomSection(custom) => {
                limit(limits::NAME, custom.name().len(), section.start)?;
                if custom.name() != "name" {
                    module.edits.push(Edit::remove(section));
                }
            }
            Payload::End(offset) => {
                module.validator.end(offset)?;
                return module.finish(offset);
            }
            // The version, the start of the code section, and sections of proposals, which the
            // validator refuses.
            other => drop(module.validator.payload(&other)?),
        }
    }
}

/// The magic and the version, which the parser would take for a component's too.
fn check_header(code: &[u8]) -> Result<(), Broken> {
    if !crate::is_wasm(code) {
        return Err(Broken::rule(Reason::BadMagic, 0));
    }
    let found = BinaryReader::new(&code[4..8], 4).read_u32()?;
    if found == 1 { Ok(()) } else { Err(Broken::rule(Reason::BadVersion { found }, 4)) }
}

/// A module of which a part has been checked.
struct Module<'a> {
    rules: &'a Rules<'a>,
    /// Beside the bytes.
    most_steps: Limit,
    validator: Validator,
    /// Used again for each function.
    allocations: FuncValidatorAllocations,
    sections: Sections,
    imports: Vec<usize>,
    memory: Option<MemoryType>,
    table: Option<TableType>,
    exports: exports::Found,
    edits: Vec<Edit>,
    analyser: Analyser<false>,
}

impl<'a> Module<'a> {
    fn new(rules: &'a Rules<'a>, schedule: &Schedule, code_bytes: usize) -> Self {
        Self {
            rules,
            most_steps: match rules.profile {
                Profile::Script => Limit { value: u32::MAX, ..limits::STEPS },
                Profile::Contract { .. } => limits::most_steps(code_bytes),
            },
            validator: Validator::new_with_features(rules.features.wasm()),
            allocations: FuncValidatorAllocations::default(),
            sections: Sections::default(),
            imports: Vec::new(),
            memory: None,
            table: None,
            exports: exports::Found::default(),
            edits: Vec::new(),
            analyser: Analyser::new(schedule),
        }
    }

    /// Counts things that take so many steps each, before they are looked at.
    fn take_steps(&mut self, number: u32, each: u64, offset: usize) -> Result<(), Broken> {
        self.analyser.add_steps(number.into(), each);
        limit(self.most_steps, self.analyser.steps(), offset)
    }

    fn types(&mut self, code: &[u8], section: &TypeSectionReader<'_>) -> Result<(), Broken> {
        limit(limits::TYPES, section.count(), section.range().start)?;
        self.take_steps(section.count(), steps::TYPE, section.range().start)?;
        self.validator.type_section(section)?;
        encoding::check_types(code, section)?;
        let Some(types) = self.validator.types(0) else {
            return Ok(());
        };
        for index in 0..types.core_type_count_in_module() {
            let ty = types[types.core_type_at_in_module(index)].unwrap_func();
            let (params, results) = (ty.params().len(), ty.results().len());
            limit(limits::PARAMETERS, params, 0)
                .and_then(|()| limit(limits::RESULTS, results, 0))
                .map_err(|broken| broken.at_item(section, index))?;
        }
        self.sections.add_types(types.core_type_count_in_module(), types);
        Ok(())
    }

    fn imports(&mut self, section: &ImportSectionReader<'_>) -> Result<(), Broken> {
        limit(limits::FUNCTIONS, section.count(), section.range().start)?;
        self.validator.import_section(section)?;
        self.sections.add_imports(section)?;
        let Some(types) = self.validator.types(0) else {
            return Ok(());
        };
        if self.rules.profile != Profile::Script {
            self.imports = imports::check(section, types, self.rules.imports)?;
            return Ok(());
        }
        for import in section.clone().into_imports() {
            match import?.ty {
                TypeRef::Memory(memory) => self.memory = Some(memory),
                TypeRef::Table(table) => self.table = Some(table),
                _ => {}
            }
        }
        Ok(())
    }

    fn functions(&mut self, section: &FunctionSectionReader<'_>) -> Result<(), Broken> {
        let all = self.imports.len() + section.count() as usize;
        limit(limits::FUNCTIONS, all, section.range().start)?;
        self.take_steps(section.count(), steps::FUNCTION, section.range().start)?;
        self.validator.function_section(section)?;
        self.sections.add_functions(section)?;
        Ok(())
    }

    fn tables(
        &mut self,
        code: &[u8],
        section: &TableSectionReader<'_>,
        range: Range<usize>,
    ) -> Result<(), Broken> {
        let found = section.count();
        if found > 1 {
            return Err(Broken::rule(Reason::SeveralTables { found }, section.range().start));
        }
        self.validator.table_section(section)?;
        for table in section.clone().into_iter_with_offsets() {
            let (offset, table) = table?;
            encoding::check_type(code, offset)?;
            limit(limits::TABLE_ELEMENTS, table.ty.initial, offset)?;
            self.edits.extend(declared_table(&table.ty, range.clone()));
            self.table = Some(table.ty);
        }
        Ok(())
    }

    fn memories(
        &mut self,
        section: &MemorySectionReader<'_>,
        range: Range<usize>,
    ) -> Result<(), Broken> {
        let found = section.count();
        if found > 1 {
            return Err(Broken::rule(Reason::SeveralMemories { found }, section.range().start));
        }
        self.validator.memory_section(section)?;
        for memory in section.clone().into_iter_with_offsets() {
            let (offset, memory) = memory?;
            limit(limits::MEMORY, memory.initial, offset)?;
            self.edits.extend(declared_memory(&memory, range.clone()));
            self.memory = Some(memory);
            self.analyser.set_memory(bounded(memory.maximum, limits::MEMORY));
        }
        Ok(())
    }

    fn globals(&mut self, code: &[u8], section: &GlobalSectionReader<'_>) -> Result<(), Broken> {
        limit(limits::GLOBALS, section.count(), section.range().start)?;
        self.take_steps(section.count(), steps::GLOBAL, section.range().start)?;
        self.validator.global_section(section)?;
        for global in section.clone().into_iter_with_offsets() {
            encoding::check_type(code, global?.0)?;
        }
        self.sections.add_globals(section)?;
        Ok(())
    }

    fn exports(&mut self, section: &ExportSectionReader<'_>) -> Result<(), Broken> {
        limit(limits::EXPORTS, section.count(), section.range().start)?;
        self.take_steps(section.count(), steps::EXPORT, section.range().start)?;
        self.validator.export_section(section)?;
        let Some(types) = self.validator.types(0) else {
            return Ok(());
        };
        self.exports = exports::check(section, types, self.rules.profile)?;
        self.sections.add_exports(section)?;
        Ok(())
    }

    fn body(&mut self, code: &[u8], body: &FunctionBody<'_>) -> Result<(), Broken> {
        let function = self.validator.code_section_entry(body)?;
        let index = function.index;
        let mut validator = function.into_validator(std::mem::take(&mut self.allocations));
        let most_steps = self.most_steps;
        body::check(code, body, &mut validator, &mut self.analyser, &self.sections, most_steps)
            .map_err(|broken| broken.in_function(index))?;
        self.allocations = validator.into_allocations();
        Ok(())
    }

    fn finish(self, end: usize) -> Result<Valid, Broken> {
        if self.rules.profile != Profile::Script {
            if self.memory.is_none() {
                return Err(Broken::rule(Reason::NoMemory, end));
            }
            self.exports.finish(end)?;
        }
        Ok(Valid {
            sections: self.sections,
            imports: self.imports,
            memory: self.memory,
            table: self.table,
            edits: self.edits,
            functions: self.analyser.finish(),
        })
    }
}
