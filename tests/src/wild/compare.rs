//! A wild contract on every engine.

use super::{End, evaluate, generate};
use crate::engines::{EnginesCompared, compare_contract, vms};
use hebe_gas::is_wasm;
use hebe_host::{CallResult, StatusCode};

/// How many instructions are evaluated. Fuel ends a contract long before, mostly.
const INSTRUCTIONS: u64 = 200_000;

/// What was found out about a wild contract.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WildCompared {
    /// How the engines compared.
    pub engines: EnginesCompared,
    /// Whether the evaluator knew how it ends.
    pub evaluated: bool,
}

/// Makes a contract of `bytes` and runs it on the interpreter and as native code, with several gas limits.
/// Status, gas, output and all that the host sees must be the same, and with enough gas what the
/// evaluator says. The output is all that the contract has computed.
///
/// # Errors
///
/// What differs.
pub fn compare_wild(bytes: &[u8]) -> Result<WildCompared, String> {
    let module = generate(bytes);
    let code = module.encode();
    debug_assert!(is_wasm(&code), "it was encoded");
    let input: Vec<u8> = bytes.iter().take(40).copied().collect();
    let pair = bytes.len();
    let gas = if pair.is_multiple_of(2) { 100_000 } else { 10_000_000 };
    let (engines, full) = compare_contract(&code, &input, vms(pair), gas)?
        .ok_or("what was generated is not a contract")?;
    let end = evaluate(&module, &input, INSTRUCTIONS);
    let evaluated = end != End::Unknown && full.status != StatusCode::OutOfGas;
    if evaluated && !is(&full, &end) {
        let CallResult { status, output, .. } = full;
        return Err(format!(
            "the engines: {status}, output {}\nthe specification: {end:?}",
            hex::encode(output)
        ));
    }
    Ok(WildCompared { engines, evaluated })
}

/// Whether a result is this end.
fn is(result: &CallResult, end: &End) -> bool {
    let (status, output) = match end {
        End::Returned => (StatusCode::Success, &[][..]),
        End::Finished(output) => (StatusCode::Success, &output[..]),
        End::Reverted(output) => (StatusCode::Revert, &output[..]),
        End::Failed(status) => (*status, &[][..]),
        End::Unknown => return true,
    };
    result.status == status && result.output == output
}
