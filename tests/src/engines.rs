//! The engines held against each other.

use crate::{
    ScriptedHost, check_code,
    oracle::{generate, reveal_memory},
};
use hebe_host::{CallResult, Message, Revision, StatusCode};
use hebe_vm::Vm;
use std::sync::LazyLock;

/// What was found out about a contract by [`compare_engines`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnginesCompared {
    /// How it ended with gas for some thousands of instructions.
    pub status: StatusCode,
    /// How many runs were compared.
    pub runs: usize,
    /// How many of them ran out of gas.
    pub out_of_gas: usize,
    /// Whether its memory was compared too.
    pub memory: bool,
}

/// The VMs that are compared, by the name of their schedule.
static VMS: LazyLock<Vec<[Vm; 2]>> = LazyLock::new(|| {
    let vm = |engine, schedule| {
        let mut vm = Vm::default();
        let options =
            [("engine", engine), ("schedule", schedule), ("cache_size", "4M"), ("debug", "true")];
        for (name, value) in options {
            vm.set_option(name, value).expect("it is an option");
        }
        vm
    };
    ["measured", "flat"]
        .map(|schedule| [vm("interpreter", schedule), vm("compiler", schedule)])
        .into()
});

/// Makes a contract of `bytes`, or takes them as one, and runs it on the interpreter and as native code, with
/// several gas limits, again and again in the same instance. Status, gas, output, memory and all that the
/// host sees must be the same. `None` when no valid contract comes of the bytes.
///
/// # Errors
///
/// What differs.
pub fn compare_engines(bytes: &[u8]) -> Result<Option<EnginesCompared>, String> {
    let generated = || generate(bytes).ok();
    let code = if hebe_gas::is_wasm(bytes) { Some(bytes.to_vec()) } else { generated() };
    let Some(code) = code else { return Ok(None) };
    let revealed = reveal_memory(&code);
    let memory = revealed.is_some();
    let code = revealed.unwrap_or(code);
    let pair = bytes.len();
    let gas = if pair.is_multiple_of(2) { 3_000 } else { 100_000 };
    let input: Vec<u8> = bytes.iter().take(64).copied().collect();
    let compared = compare_contract(&code, &input, vms(pair), gas)?;
    Ok(compared.map(|(compared, _)| EnginesCompared { memory, ..compared }))
}

/// The interpreter and the compiler; even pairs have the schedule `measured`, odd ones `flat`, which costs
/// some two hundred times as much.
pub(crate) fn vms(pair: usize) -> &'static [Vm] {
    &VMS[pair % VMS.len()]
}

/// Runs a contract on all these VMs, as [`compare_engines`] does. Gives how it ended with all the gas, too;
/// `None` when it is no valid contract.
///
/// # Errors
///
/// What differs.
pub(crate) fn compare_contract(
    code: &[u8],
    input: &[u8],
    vms: &[Vm],
    gas: i64,
) -> Result<Option<(EnginesCompared, CallResult)>, String> {
    let compare = |gas| {
        let mut runs: Vec<_> = vms.iter().map(|vm| run(vm, code, input, gas)).collect();
        if runs.iter().all(|run| *run == runs[0]) {
            return Ok(runs.swap_remove(0).0);
        }
        let told: Vec<_> = runs.iter().map(told).collect();
        Err(format!("with {gas} gas, interpreter and compiler:\n  {}", told.join("\n  ")))
    };
    let full = compare(gas)?;
    if full.status == StatusCode::ContractValidationFailure {
        return Ok(None);
    }
    let used = gas - full.gas_left;
    let mut compared =
        EnginesCompared { status: full.status, runs: 1, out_of_gas: 0, memory: false };
    for less in [used - 1, used, used / 2, used / 3, used / 5, 1, 0] {
        if (0..=gas).contains(&less) {
            let result = compare(less)?;
            compared.runs += 1;
            compared.out_of_gas += usize::from(result.status == StatusCode::OutOfGas);
        }
    }
    // Whatever the runs before left behind must not be seen.
    let again = compare(gas)?;
    if again != full {
        return Err(format!("the same again ended otherwise: {again:?} after {full:?}"));
    }
    Ok(Some((compared, full)))
}

/// How it ended, and what the host has seen of it.
fn run(vm: &Vm, code: &[u8], input: &[u8], gas: i64) -> (CallResult, ScriptedHost) {
    let mut host = ScriptedHost::default();
    let message = check_code(Vec::new()).gas(gas).message();
    let message = Message { input, ..message };
    let outcome = vm.execute(Revision::Byzantium, &message, code, &mut host);
    (outcome.into(), host)
}

fn told((result, host): &(CallResult, ScriptedHost)) -> String {
    let CallResult { status, gas_left, gas_refund, output, .. } = result;
    let asked = &host.asked;
    let output = hex::encode(output.iter().copied().take(256).collect::<Vec<_>>());
    format!("{status}, {gas_left} gas left, refund {gas_refund}, output {output}…, asked {asked:?}")
}
