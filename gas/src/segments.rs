//! Do active segments lie inside the initial memory and table, so that instantiation can't fail?
//!
//! The validator has seen the sections: offsets are constant expressions of type i32, and as
//! extended constants are off and no global can be imported, that leaves `i32.const`.

use crate::broken::{Broken, limit, read_u32};
use crate::{Features, Profile, Reason, Rules, encoding, limits};
use std::ops::Range;
use wasmparser::{
    ConstExpr, DataKind, DataSectionReader, ElementItems, ElementKind, ElementSectionReader,
    MemoryType, Operator, TableType,
};

/// Bytes in a page of memory.
const PAGE: u64 = 64 * 1024;

/// Checks the data section against the initial memory.
pub(crate) fn check_data(
    code: &[u8],
    section: &DataSectionReader<'_>,
    memory: Option<&MemoryType>,
    rules: &Rules<'_>,
) -> Result<(), Broken> {
    let size = memory.map_or(0, |memory| memory.initial * PAGE);
    for (segment, data) in (0..).zip(section.clone()) {
        let data = data?;
        let at = data.range.start;
        check_flags(code, at, rules.features)?;
        if rules.profile == Profile::Script {
            continue;
        }
        if let DataKind::Active { offset_expr, .. } = data.kind {
            let end = u64::from(constant(&offset_expr)?) + data.data.len() as u64;
            if end > size {
                let reason = Reason::DataSegmentOutOfBounds { segment, end, size };
                return Err(Broken::rule(reason, at));
            }
        }
    }
    Ok(())
}

/// Checks the element section against the initial table.
pub(crate) fn check_elements(
    code: &[u8],
    section: &ElementSectionReader<'_>,
    table: Option<&TableType>,
    rules: &Rules<'_>,
) -> Result<(), Broken> {
    let size = table.map_or(0, |table| table.initial);
    for (segment, element) in (0..).zip(section.clone()) {
        let element = element?;
        let at = element.range.start;
        check_flags(code, at, rules.features)?;
        encoding::check_element_type(code, at, &element.kind)?;
        if rules.profile == Profile::Script {
            continue;
        }
        if let ElementKind::Active { offset_expr, .. } = element.kind {
            let length = match &element.items {
                ElementItems::Functions(items) => items.count(),
                ElementItems::Expressions(_, items) => items.count(),
            };
            let end = u64::from(constant(&offset_expr)?) + u64::from(length);
            if end > size {
                let reason = Reason::ElementSegmentOutOfBounds { segment, end, size };
                return Err(Broken::rule(reason, at));
            }
        }
    }
    Ok(())
}

/// Checks the data count section, which came with bulk memory; the validator takes it in any case.
pub(crate) fn check_data_count(
    count: u32,
    range: &Range<usize>,
    features: Features,
) -> Result<(), Broken> {
    limit(limits::DATA_SEGMENTS, count, range.start)?;
    if features == Features::Mvp {
        return Err(not_mvp("data count section", range.start));
    }
    Ok(())
}

/// In the MVP a segment begins with the index of its memory or table, which must be 0. What is there
/// are flags since bulk memory, and the validator reads them as such in any case.
fn check_flags(code: &[u8], at: usize, features: Features) -> Result<(), Broken> {
    if features == Features::Mvp && read_u32(code, at)? != 0 {
        return Err(not_mvp("segment with flags", at));
    }
    Ok(())
}

fn not_mvp(found: &str, offset: usize) -> Broken {
    Broken::rule(Reason::FeatureDisabled { proposal: "bulk memory", detail: found.into() }, offset)
}

/// The value of an offset, as an unsigned number.
fn constant(expression: &ConstExpr<'_>) -> Result<u32, Broken> {
    let mut operators = expression.get_operators_reader();
    match operators.read()? {
        Operator::I32Const { value } => Ok(value.cast_unsigned()),
        other => Err(Broken::rule(
            Reason::ConstantExpression(format!("offset {other:?} is not constant").into()),
            expression.get_binary_reader().original_position(),
        )),
    }
}
