//! From bytes to a [`Prepared`] module.

use crate::{Reason, Rejected, Rules};
use wasmparser::{Parser, Payload, Validator};

/// A module that engines may run: checked against [`Rules`], and rewritten where these say so.
#[derive(Clone, Debug)]
pub struct Prepared {
    code: Vec<u8>,
    imports: Vec<usize>,
}

impl Prepared {
    /// The WebAssembly binary to translate. Not always the bytes given to [`prepare`].
    pub fn code(&self) -> &[u8] {
        &self.code
    }

    /// For each imported function, first to last, its index in [`Rules::imports`].
    pub fn imports(&self) -> &[usize] {
        &self.imports
    }
}

/// Checks `code` against `rules` and makes it ready for an engine.
///
/// # Errors
///
/// [`Rejected`] names the first broken rule and where it is broken.
pub fn prepare(code: &[u8], rules: &Rules<'_>) -> Result<Prepared, Rejected> {
    Validator::new().validate_all(code).map_err(invalid)?;
    let mut imports = Vec::new();
    for payload in Parser::new(0).parse_all(code) {
        if let Payload::ImportSection(section) = payload.map_err(invalid)? {
            for import in section.into_imports() {
                let import = import.map_err(invalid)?;
                let row = rules
                    .imports
                    .iter()
                    .position(|row| row.module == import.module && row.name == import.name);
                imports.push(row.ok_or_else(|| Rejected {
                    reason: Reason::Invalid(format!("unknown import {}", import.name)),
                    offset: 0,
                    function: None,
                })?);
            }
        }
    }
    Ok(Prepared { code: code.to_vec(), imports })
}

fn invalid(error: wasmparser::BinaryReaderError) -> Rejected {
    Rejected {
        reason: Reason::Invalid(error.message().to_owned()),
        offset: error.offset(),
        function: None,
    }
}
