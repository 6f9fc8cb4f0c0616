//! What the sections of a valid module say, as engines need it.
//!
//! Filled in section by section while a module is validated, so nobody reads the binary a second time to run
//! it. Only modules of the specification's scripts import anything but functions, have a start function, or
//! have segments whose place is not a constant.

use std::{collections::HashMap, ops::Range};
use wasmparser::{
    ConstExpr, DataKind, DataSectionReader, ElementItems, ElementKind, ElementSectionReader,
    ExportSectionReader, ExternalKind, FuncType, FunctionSectionReader, GlobalSectionReader,
    ImportSectionReader, Operator, TypeRef, ValType, types::TypesRef,
};

/// The sections of a valid module, by the specification's names for what is in them.
#[derive(Clone, Debug, Default)]
pub struct Module {
    /// The types, all of functions.
    pub types: Vec<FunctionType>,
    /// For each function, imported ones first, the index of its type.
    pub functions: Vec<u32>,
    /// How many of [`Module::functions`] are imported.
    pub imported_functions: u32,
    /// The globals, imported ones first.
    pub globals: Vec<Global>,
    /// The element segments.
    pub elements: Vec<ElementSegment>,
    /// The data segments.
    pub data: Vec<DataSegment>,
    /// The function that is exported as `main`. Every contract has one.
    pub main: Option<u32>,
    /// The start function, which no contract has.
    pub start: Option<u32>,
}

/// The type of a function.
#[derive(Clone, Debug)]
pub struct FunctionType {
    /// The types of its parameters.
    pub params: Box<[Type]>,
    /// The types of its results.
    pub results: Box<[Type]>,
    /// The index of the first type that has the same parameters and results.
    pub identity: u32,
}

impl FunctionType {
    /// How many parameters and how many results it has.
    pub(crate) fn counts(&self) -> [u32; 2] {
        [&self.params, &self.results].map(|types| u32::try_from(types.len()).unwrap_or(u32::MAX))
    }
}

/// The type of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Type {
    /// A 32-bit integer.
    I32,
    /// A 64-bit integer.
    I64,
    /// A reference to a function, or none.
    FuncRef,
}

/// A global.
#[derive(Clone, Copy, Debug)]
pub struct Global {
    /// The type of its value.
    pub ty: Type,
    /// Whether it can be set.
    pub is_mutable: bool,
    /// Its first value; `None` where it is imported.
    pub first: Option<Constant>,
}

/// The value of a constant expression.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Constant {
    /// A number; an i32 is zero-extended.
    Number(u64),
    /// No function.
    Null,
    /// The function of this index.
    Function(u32),
    /// What the imported global of this index holds.
    Global(u32),
}

/// An element segment.
#[derive(Clone, Debug)]
pub struct ElementSegment {
    /// When it is used.
    pub mode: SegmentMode,
    /// Its elements.
    pub items: Box<[Constant]>,
}

/// A data segment.
#[derive(Clone, Debug)]
pub struct DataSegment {
    /// When it is used.
    pub mode: SegmentMode,
    /// Where in the code its bytes are.
    pub bytes: Range<usize>,
}

/// When a segment is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SegmentMode {
    /// When the module is instantiated; it is put at this place.
    Active(Constant),
    /// When an instruction names it.
    Passive,
    /// Never: it only declares which functions `ref.func` may name.
    Declared,
}

impl Module {
    /// The type of a function.
    pub fn type_of(&self, function: u32) -> Option<&FunctionType> {
        self.types.get(*self.functions.get(function as usize)? as usize)
    }

    /// How many elements all segments have.
    pub(crate) fn element_count(&self) -> u32 {
        let elements: usize = self.elements.iter().map(|segment| segment.items.len()).sum();
        u32::try_from(elements).unwrap_or(u32::MAX)
    }

    pub(crate) fn add_types(&mut self, count: u32, types: TypesRef<'_>) {
        let mut known: HashMap<&FuncType, u32> = HashMap::new();
        self.types.extend((0..count).map(|index| {
            let ty: &FuncType = types[types.core_type_at_in_module(index)].unwrap_func();
            let identity = *known.entry(ty).or_insert(index);
            FunctionType { params: list(ty.params()), results: list(ty.results()), identity }
        }));
    }

    pub(crate) fn add_imports(
        &mut self,
        section: &ImportSectionReader<'_>,
    ) -> wasmparser::Result<()> {
        for import in section.clone().into_imports() {
            match import?.ty {
                TypeRef::Func(ty) => self.functions.push(ty),
                TypeRef::Global(global) => self.globals.push(Global {
                    ty: global.content_type.into(),
                    is_mutable: global.mutable,
                    first: None,
                }),
                _ => {}
            }
        }
        self.imported_functions = u32::try_from(self.functions.len()).unwrap_or(u32::MAX);
        Ok(())
    }

    pub(crate) fn add_functions(
        &mut self,
        section: &FunctionSectionReader<'_>,
    ) -> wasmparser::Result<()> {
        for ty in section.clone() {
            self.functions.push(ty?);
        }
        Ok(())
    }

    pub(crate) fn add_globals(
        &mut self,
        section: &GlobalSectionReader<'_>,
    ) -> wasmparser::Result<()> {
        for global in section.clone() {
            let global = global?;
            self.globals.push(Global {
                ty: global.ty.content_type.into(),
                is_mutable: global.ty.mutable,
                first: Some(constant(&global.init_expr)?),
            });
        }
        Ok(())
    }

    pub(crate) fn add_exports(
        &mut self,
        section: &ExportSectionReader<'_>,
    ) -> wasmparser::Result<()> {
        for export in section.clone() {
            let export = export?;
            if export.kind == ExternalKind::Func && export.name == "main" {
                self.main = Some(export.index);
            }
        }
        Ok(())
    }

    pub(crate) fn add_elements(
        &mut self,
        section: &ElementSectionReader<'_>,
    ) -> wasmparser::Result<()> {
        for segment in section.clone() {
            let segment = segment?;
            let mode = match &segment.kind {
                ElementKind::Active { offset_expr, .. } => {
                    SegmentMode::Active(constant(offset_expr)?)
                }
                ElementKind::Passive => SegmentMode::Passive,
                ElementKind::Declared => SegmentMode::Declared,
            };
            let items = match segment.items {
                ElementItems::Functions(functions) => functions
                    .into_iter()
                    .map(|function| function.map(Constant::Function))
                    .collect::<Result<_, _>>()?,
                ElementItems::Expressions(_, items) => {
                    items.into_iter().map(|item| constant(&item?)).collect::<Result<_, _>>()?
                }
            };
            self.elements.push(ElementSegment { mode, items });
        }
        Ok(())
    }

    pub(crate) fn add_data(&mut self, section: &DataSectionReader<'_>) -> wasmparser::Result<()> {
        for segment in section.clone() {
            let segment = segment?;
            let mode = match &segment.kind {
                DataKind::Active { offset_expr, .. } => SegmentMode::Active(constant(offset_expr)?),
                DataKind::Passive => SegmentMode::Passive,
            };
            // The bytes are the end of the segment.
            let end = segment.range.end;
            self.data.push(DataSegment { mode, bytes: end - segment.data.len()..end });
        }
        Ok(())
    }
}

impl From<ValType> for Type {
    /// The validator lets no other type through.
    fn from(ty: ValType) -> Self {
        match ty {
            ValType::I32 => Self::I32,
            ValType::I64 => Self::I64,
            _ => Self::FuncRef,
        }
    }
}

fn list(types: &[ValType]) -> Box<[Type]> {
    types.iter().copied().map(Type::from).collect()
}

/// The value of a valid constant expression, which is one instruction.
fn constant(expression: &ConstExpr<'_>) -> wasmparser::Result<Constant> {
    Ok(match expression.get_operators_reader().read()? {
        Operator::I32Const { value } => Constant::Number(value.cast_unsigned().into()),
        Operator::I64Const { value } => Constant::Number(value.cast_unsigned()),
        Operator::RefNull { .. } => Constant::Null,
        Operator::RefFunc { function_index } => Constant::Function(function_index),
        Operator::GlobalGet { global_index } => Constant::Global(global_index),
        other => unreachable!("{other:?} is no constant expression without an extension"),
    })
}
