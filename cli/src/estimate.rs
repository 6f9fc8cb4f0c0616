//! `hebe run --estimate`: how much gas a run needs.
//!
//! What a run used is not what it needs: a nested message gets at most all but one 64th of what is left
//! (EIP-150), so its caller must have had more than both use.

use crate::output::{Lines, Printout, Reading, document, exit_code, hex, output_lines, thousands};
use hebe_host::StatusCode;
use hebe_testing::{Chain, Execution, Machine, Transaction};
use serde_json::json;

/// The answer.
struct Estimate {
    /// The run with all the gas that may be used.
    most: (i64, Execution),
    /// The run with the least gas limit, if any succeeded.
    least: Option<(i64, Execution)>,
}

/// Looks for the least gas limit, at most that of `transaction`. What the runs do to `chain` is undone.
///
/// Bisection keeps a limit that succeeds and a lower one that fails, until they are neighbours. A contract that
/// looks at its gas may succeed with less and fail with more. Then there may be a lower limit than this one; but
/// this one was tried and succeeds, and one less was tried and fails.
fn estimate(chain: &mut Chain, machine: &dyn Machine, transaction: &Transaction) -> Estimate {
    let mut run = |gas| chain.try_run(machine, &Transaction { gas, ..transaction.clone() });
    let is_good = |execution: &Execution| execution.result.status == StatusCode::Success;
    let most = (transaction.gas, run(transaction.gas));
    if !is_good(&most.1) {
        return Estimate { most, least: None };
    }
    let mut least = most.clone();
    // Without any gas nothing is bought, but a contract without code succeeds.
    let nothing = run(0);
    if is_good(&nothing) {
        return Estimate { most, least: Some((0, nothing)) };
    }
    let mut fails = 0;
    while least.0 - fails > 1 {
        let gas = fails + (least.0 - fails) / 2;
        let execution = run(gas);
        if is_good(&execution) {
            least = (gas, execution);
        } else {
            fails = gas;
        }
    }
    Estimate { most, least: Some(least) }
}

/// Runs the estimate and says what came of it.
pub(crate) fn answer(
    chain: &mut Chain,
    machine: &dyn Machine,
    transaction: &Transaction,
    reading: Reading<'_>,
    as_json: bool,
) -> Printout {
    let Estimate { most: (gas, most), least } = estimate(chain, machine, transaction);
    let used = |gas: i64, execution: &Execution| gas - execution.result.gas_left;
    let text = if as_json {
        document(&json!({
            "status": most.result.status.name(),
            "reason": most.reason,
            "gas": gas,
            "gas_used": used(gas, &most),
            "least_gas": least.as_ref().map(|(least, _)| least),
            "least_gas_used": least.as_ref().map(|(least, execution)| used(*least, execution)),
            "output": hex(&most.result.output),
            "revert": reading.revert(most.result.status, &most.result.output),
            "same_output": least.as_ref().map(|(_, least)| least.result.output == most.result.output),
        }))
    } else {
        let mut lines = Lines::default();
        match &least {
            Some((least, execution)) => {
                let used = used(*least, execution);
                lines.add("least gas", format!("{}, using {}", thousands(least), thousands(used)));
                if execution.result.output != most.result.output {
                    lines.add("", "with it, the output is not the one that all the gas gives");
                }
            }
            None => {
                let reason = most.reason.as_ref().map(|reason| format!(": {reason}"));
                let status = most.result.status;
                lines.add("status", format!("{status}{}", reason.unwrap_or_default()));
                output_lines(status, &most.result.output, reading, &mut lines);
                lines.add(
                    "least gas",
                    "not found: the run does not succeed with all the gas of --gas",
                );
            }
        }
        lines.add("gas used", format!("{} of {}", thousands(used(gas, &most)), thousands(gas)));
        lines.text()
    };
    Printout { text, problems: Vec::new(), code: exit_code(most.result.status) }
}
