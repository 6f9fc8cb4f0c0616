//! From bytes to a [`Prepared`] module.

use crate::validate::validate;
use crate::{Prepared, Rejected, Rules, rewrite};

/// Checks `code` against `rules` and makes it ready for an engine.
///
/// Time and memory are linear in the size of `code`, whatever it holds, and no code makes it panic.
///
/// ```
/// use hebe_gas::{Exports, Features, Profile, Rules, prepare};
///
/// let rules = Rules {
///     features: Features::Default,
///     profile: Profile::Contract { exports: Exports::Tolerant },
///     imports: &[],
/// };
/// let code = wat::parse_str(r#"(module (func (export "main")) (memory (export "memory") 1))"#)?;
/// assert_eq!(prepare(&code, &rules)?.memory().initial, 1);
///
/// let code = wat::parse_str(r#"(module (memory (export "memory") 1))"#)?;
/// assert_eq!(prepare(&code, &rules).unwrap_err().code(), "missing-main");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
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
