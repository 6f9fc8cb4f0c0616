//! Are all imports functions that exist, under their exact type?

use crate::broken::{Broken, limit};
use crate::import::type_text;
use crate::{ExternKind, ImportSignature, Reason, limits, suggest};
use wasmparser::{Import, ImportSectionReader, TypeRef, types::TypesRef};

/// For each import its index in `known`.
pub(crate) fn check(
    section: &ImportSectionReader<'_>,
    types: TypesRef<'_>,
    known: &[ImportSignature],
) -> Result<Vec<usize>, Broken> {
    section
        .clone()
        .into_imports_with_offsets()
        .map(|import| {
            let (offset, import) = import?;
            limit(limits::NAME, import.module.len(), offset)?;
            limit(limits::NAME, import.name.len(), offset)?;
            find(&import, types, known).map_err(|reason| Broken::rule(reason, offset))
        })
        .collect()
}

fn find(
    import: &Import<'_>,
    types: TypesRef<'_>,
    known: &[ImportSignature],
) -> Result<usize, Reason> {
    let (module, name) = (import.module, import.name);
    // A kind of import of its own, which the validator takes whether its proposal is allowed or not.
    if let TypeRef::FuncExact(_) = import.ty {
        let detail = "import of a function of an exact type".into();
        return Err(Reason::FeatureDisabled { proposal: "custom descriptors", detail });
    }
    let TypeRef::Func(ty) = import.ty else {
        let kind = kind(&import.ty);
        return Err(Reason::ImportNotAFunction { module: module.into(), name: name.into(), kind });
    };
    let Some(index) = known.iter().position(|row| row.name == name && row.module == module) else {
        return Err(unknown(module, name, known));
    };
    let ty = types[types.core_type_at_in_module(ty)].unwrap_func();
    if known[index].has_type(ty) {
        return Ok(index);
    }
    Err(Reason::ImportType {
        module: module.into(),
        name: name.into(),
        found: type_text(ty.params(), ty.results()).into(),
        expected: known[index].type_text().into(),
    })
}

fn unknown(module: &str, name: &str, known: &[ImportSignature]) -> Reason {
    let suggestion = suggest::nearest(known, module, name);
    let (module_text, name) = (module.into(), name.into());
    if known.iter().any(|row| row.module == module) {
        Reason::UnknownImport { module: module_text, name, suggestion }
    } else {
        let modules = suggest::modules(known);
        Reason::UnknownImportModule { module: module_text, name, suggestion, modules }
    }
}

fn kind(ty: &TypeRef) -> ExternKind {
    match ty {
        TypeRef::Func(_) | TypeRef::FuncExact(_) => ExternKind::Function,
        TypeRef::Table(_) => ExternKind::Table,
        TypeRef::Memory(_) => ExternKind::Memory,
        TypeRef::Global(_) => ExternKind::Global,
        TypeRef::Tag(_) => ExternKind::Tag,
    }
}
