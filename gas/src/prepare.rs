//! From bytes to a [`Prepared`] module.

use crate::validate::validate;
use crate::{Prepared, Rejected, Rules, rewrite};

/// Checks `code` against `rules` and makes it ready for an engine.
///
/// Time and memory are linear in the size of `code`, whatever it holds, and no code makes it panic.
///
/// # Errors
///
/// [`Rejected`] names the first broken rule and where it is broken.
pub fn prepare(code: &[u8], rules: &Rules<'_>) -> Result<Prepared, Rejected> {
    let valid = validate(code, rules).map_err(|broken| broken.explain(code, rules))?;
    // Metering will have its place here: between what is known of a valid module and its rewriting.
    let rewritten = rewrite::apply(code, &valid.edits);
    Ok(Prepared::new(rewritten, code.len(), valid))
}

/// Whether `code` is WebAssembly rather than another kind of contract: at least 8 bytes that begin
/// with `\0asm`. With a wrong version it is WebAssembly all the same, though never valid.
pub fn is_wasm(code: &[u8]) -> bool {
    code.len() >= 8 && code.starts_with(b"\0asm")
}
