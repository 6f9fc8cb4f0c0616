//! From bytes to a [`Prepared`] module.

use crate::schedule::FREE;
use crate::validate::validate;
use crate::{Metering, Prepared, Reason, Rejected, Rules, Schedule, rewrite};

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
///     metering: None,
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
    let schedule = rules.metering.map(|metering| metering.of_instructions(code));
    let valid = validate(code, rules, schedule.unwrap_or(&FREE))
        .map_err(|broken| broken.explain(code, rules))?;
    let of_messages = rules.metering.map_or(&FREE, Metering::of_messages);
    Ok(Prepared::new(code.into(), valid, schedule.cloned(), of_messages))
}

/// Meters `code` for good, as it is done when a contract is deployed and stored in that form.
///
/// The result is a contract by the same rules, to be run with [`Metering::Deployed`]: it calls
/// `ethereum.useGas` at the start of each stretch of code, with the cost by `schedule` rounded up to
/// whole gas, and for growth and for lengths before they act. Its first section is a custom one that says
/// so, by which it is known when it runs; code that has one already loses it. The price of its start is
/// the message's. [`Rules::metering`] is not looked at.
///
/// # Errors
///
/// [`Rejected`], also where the result is not valid: it may pass a limit that `code` does not, such as
/// the size of the code.
pub fn meter_deployed(
    code: &[u8],
    rules: &Rules<'_>,
    schedule: &Schedule,
) -> Result<Vec<u8>, Rejected> {
    let valid = validate(code, rules, schedule).map_err(|broken| broken.explain(code, rules))?;
    let metered = rewrite::deployed(code, &valid, schedule);
    match validate(&metered, rules, &FREE) {
        Ok(_) => Ok(metered),
        Err(broken) => {
            let rejected = broken.explain(&metered, rules);
            let reason = Reason::Metered(Box::new(rejected.reason));
            // Where it is in the metered code tells nobody anything.
            Err(Rejected { reason, offset: code.len(), function: None, function_name: None })
        }
    }
}

/// Whether `code` is WebAssembly rather than another kind of contract: at least 8 bytes that begin
/// with `\0asm`. With a wrong version it is WebAssembly all the same, though never valid.
pub fn is_wasm(code: &[u8]) -> bool {
    code.len() >= 8 && code.starts_with(b"\0asm")
}
