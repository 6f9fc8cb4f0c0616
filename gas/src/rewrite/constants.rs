//! Types and constant expressions, written again with function indices that move.

use super::module::{Shift, count, section};
use wasm_encoder::{Encode, EntityType, SectionId};
use wasmparser::{
    ConstExpr, ElementItems, ElementKind, ElementSectionReader, GlobalSectionReader, Operator,
    TypeRef, ValType,
};

/// The encoding of a value type. There are three.
pub(crate) fn value_type(ty: ValType) -> u8 {
    match ty {
        ValType::I32 => 0x7f,
        ValType::I64 => 0x7e,
        _ => FUNCREF,
    }
}

/// The encoding of a reference to a function.
pub(crate) const FUNCREF: u8 = 0x70;

/// Writes the global section.
pub(crate) fn globals(
    out: &mut Vec<u8>,
    globals: GlobalSectionReader<'_>,
    code: &[u8],
    shift: Shift,
) -> wasmparser::Result<()> {
    let (number, mut content) = (globals.count(), Vec::new());
    for global in globals {
        let global = global?;
        content.extend([value_type(global.ty.content_type), u8::from(global.ty.mutable)]);
        constant(&mut content, &global.init_expr, code, shift)?;
    }
    section(out, SectionId::Global, number, &content);
    Ok(())
}

/// Writes the element section. A segment keeps its kind, in the shortest encoding that there is.
pub(crate) fn elements(
    out: &mut Vec<u8>,
    elements: ElementSectionReader<'_>,
    code: &[u8],
    shift: Shift,
) -> wasmparser::Result<()> {
    let (number, mut content) = (elements.count(), Vec::new());
    for element in elements {
        let element = element?;
        let expressions = matches!(element.items, ElementItems::Expressions(..));
        let kind = match element.kind {
            ElementKind::Active { .. } => 0,
            ElementKind::Passive => 1,
            ElementKind::Declared => 3,
        };
        content.push(kind + if expressions { 4 } else { 0 });
        match &element.kind {
            ElementKind::Active { offset_expr, .. } => {
                constant(&mut content, offset_expr, code, shift)?;
            }
            _ => content.push(if expressions { FUNCREF } else { 0 }),
        }
        match element.items {
            ElementItems::Functions(functions) => {
                functions.count().encode(&mut content);
                for function in functions {
                    shift.function(function?).encode(&mut content);
                }
            }
            ElementItems::Expressions(_, items) => {
                items.count().encode(&mut content);
                for item in items {
                    constant(&mut content, &item?, code, shift)?;
                }
            }
        }
    }
    section(out, SectionId::Element, number, &content);
    Ok(())
}

/// Writes a constant expression.
fn constant(
    out: &mut Vec<u8>,
    expression: &ConstExpr<'_>,
    code: &[u8],
    shift: Shift,
) -> wasmparser::Result<()> {
    if let Operator::RefFunc { function_index } = expression.get_operators_reader().read()? {
        out.push(0xd2);
        shift.function(function_index).encode(out);
        out.push(0x0b);
    } else {
        out.extend_from_slice(&code[expression.get_binary_reader().range()]);
    }
    Ok(())
}

/// The type of an import that is no function, which only specification scripts have.
pub(crate) fn entity(ty: &TypeRef) -> EntityType {
    match ty {
        TypeRef::Table(table) => EntityType::Table(wasm_encoder::TableType {
            element_type: wasm_encoder::RefType::FUNCREF,
            minimum: table.initial,
            maximum: table.maximum,
            table64: false,
            shared: false,
        }),
        TypeRef::Memory(memory) => EntityType::Memory(wasm_encoder::MemoryType {
            minimum: memory.initial,
            maximum: memory.maximum,
            memory64: false,
            shared: false,
            page_size_log2: None,
        }),
        TypeRef::Global(global) => EntityType::Global(wasm_encoder::GlobalType {
            val_type: match global.content_type {
                ValType::I32 => wasm_encoder::ValType::I32,
                ValType::I64 => wasm_encoder::ValType::I64,
                _ => wasm_encoder::ValType::FUNCREF,
            },
            mutable: global.mutable,
            shared: false,
        }),
        TypeRef::Func(_) | TypeRef::FuncExact(_) | TypeRef::Tag(_) => {
            unreachable!("functions are told apart before, and tags are not valid")
        }
    }
}

/// Writes a function type.
pub(crate) fn function_type(
    out: &mut Vec<u8>,
    params: impl ExactSizeIterator<Item = u8>,
    results: impl ExactSizeIterator<Item = u8>,
) {
    out.push(0x60);
    count(params.len()).encode(out);
    out.extend(params);
    count(results.len()).encode(out);
    out.extend(results);
}
