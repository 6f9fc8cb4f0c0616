//! Does the module export what its profile asks for?

use crate::broken::{Broken, limit};
use crate::import::type_text;
use crate::{Exports, ExternKind, Profile, Reason, limits};
use wasmparser::{Export, ExportSectionReader, types::TypesRef};

/// Which of the exports that a contract must have are there.
#[derive(Default)]
pub(crate) struct Found {
    main: bool,
    memory: bool,
}

impl Found {
    /// Refuses a module, which ends at `end`, that lacks one.
    pub(crate) fn finish(&self, end: usize) -> Result<(), Broken> {
        if !self.main {
            return Err(Broken::rule(Reason::MissingMain, end));
        }
        if !self.memory {
            return Err(Broken::rule(Reason::MissingMemoryExport, end));
        }
        Ok(())
    }
}

/// Checks every export. The validator has seen them: indices exist, and names occur once.
pub(crate) fn check(
    section: &ExportSectionReader<'_>,
    types: TypesRef<'_>,
    profile: Profile,
) -> Result<Found, Broken> {
    let mut found = Found::default();
    for export in section.clone().into_iter_with_offsets() {
        let (offset, export) = export?;
        limit(limits::NAME, export.name.len(), offset)?;
        if let Profile::Contract { exports } = profile {
            check_one(&export, types, exports, &mut found)
                .map_err(|reason| Broken::rule(reason, offset))?;
        }
    }
    Ok(found)
}

fn check_one(
    export: &Export<'_>,
    types: TypesRef<'_>,
    exports: Exports,
    found: &mut Found,
) -> Result<(), Reason> {
    let kind = ExternKind::from(export.kind);
    match (export.name, kind) {
        ("main", ExternKind::Function) => {
            found.main = true;
            let ty = types[types.core_function_at(export.index)].unwrap_func();
            if ty.params().is_empty() && ty.results().is_empty() {
                return Ok(());
            }
            Err(Reason::MainType { found: type_text(ty.params(), ty.results()).into() })
        }
        ("main", kind) => Err(Reason::MainNotFunction { kind }),
        ("memory", ExternKind::Memory) => {
            found.memory = true;
            Ok(())
        }
        ("memory", kind) => Err(Reason::MemoryExportNotMemory { kind }),
        (name, kind) => match exports {
            Exports::Tolerant => Ok(()),
            Exports::Strict => Err(Reason::ExtraExport { name: name.into(), kind }),
        },
    }
}
