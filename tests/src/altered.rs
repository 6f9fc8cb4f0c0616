//! Altered code in the interpreter: the check refuses it, or it is harmless.
//!
//! The machine trusts the check, so the check is what has to be attacked: [`alter`] takes a contract, changes the
//! translated code of one of its functions in a few places, and runs what is let through.

use crate::oracle::{Interpreted, PARTICLES, Run, Setting, imports};
use arbitrary::Unstructured;
use hebe_gas::{
    Exports, Features, Metering, Prepared, Profile, Rules, Schedule, is_wasm, limits, prepare,
};
use hebe_vm::plain::{Altered, Instance, Part};
use std::sync::Arc;

/// So many bytes say what is altered. Of the others the contract is made.
pub const DECISIONS: usize = 48;

/// At most so many changes are made at once.
const MOST_CHANGES: u8 = 3;

/// Enough for some thousands of instructions.
const GAS: i64 = 40 * PARTICLES;

/// What became of altered code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Became {
    /// The bytes make no contract.
    Nothing,
    /// The check refused it, with these words.
    Refused(String),
    /// It was let through, and might run for ever, since it does not pay for each of its loops or calls. It was not run.
    WithoutPay,
    /// It was run; this is how the function ended when it was called by itself.
    Ran(Run),
}

/// Makes a contract of `bytes`, alters it as the first [`DECISIONS`] of them say, and runs it if the check lets it
/// through: the altered function, and `main`. Bytes behind those that begin as WebAssembly does are the contract
/// themselves.
///
/// # Errors
///
/// What it has seen of earlier runs.
///
/// # Panics
///
/// Where assertions are on, when it leaves its frame.
pub fn alter(bytes: &[u8]) -> Result<Became, String> {
    let (decisions, rest) = bytes.split_at(bytes.len().min(DECISIONS));
    let code = if is_wasm(rest) { rest.to_vec() } else { crate::wild::generate(rest).encode() };
    let rules = Rules {
        features: Features::Default,
        profile: Profile::Contract { exports: Exports::Tolerant },
        imports: imports(),
        metering: Some(Metering::Execution(Schedule::measured())),
    };
    let Ok(prepared) = prepare(&code, &rules) else { return Ok(Became::Nothing) };
    let prepared = Arc::new(prepared);
    let mut decisions = Unstructured::new(decisions);
    let Ok((altered, own)) = altered(&prepared, &mut decisions) else { return Ok(Became::Nothing) };
    let pays = altered.pays();
    let module = match altered.checked() {
        Ok(module) => module,
        Err(why) => return Ok(Became::Refused(why)),
    };
    if !pays {
        return Ok(Became::WithoutPay);
    }
    let interpreted = Interpreted::from_module(module, &prepared);
    let main = prepared.module().main.ok_or("a contract has a main")?;
    let runs = [0x00, 0xff].map(|left_behind| {
        let setting = Setting::with_input(b"input");
        let gas = GAS + i64::try_from(prepared.start_particles()).unwrap_or(i64::MAX - GAS);
        [prepared.module().imported_functions + own, main].map(|function| {
            Instance::soil_stack(left_behind).expect("there is memory for a stack");
            // No function has more parameters, or results.
            let mut slots = vec![7; limits::PARAMETERS.value as usize];
            let run = interpreted.run_function(function, &mut slots, &setting, gas);
            let ty = prepared.module().type_of(function);
            slots.truncate(ty.map_or(0, |ty| ty.results.len()));
            (run, slots)
        })
    });
    let [run, other] = runs;
    if run != other {
        return Err(format!("it sees what earlier runs left: {run:?}, and {other:?}"));
    }
    let [(run, _), _] = run;
    Ok(Became::Ran(run))
}

/// A function of the contract, altered; and which one.
fn altered(
    prepared: &Arc<Prepared>,
    decisions: &mut Unstructured<'_>,
) -> arbitrary::Result<(Altered, u32)> {
    let functions = u32::try_from(prepared.functions().len()).unwrap_or(u32::MAX);
    let own = decisions.int_in_range(0..=functions - 1)?;
    let mut altered = Altered::new(prepared.clone(), own)
        .unwrap_or_else(|why| panic!("a contract can't be translated: {why}"));
    assert!(altered.pays(), "the translator makes code that does not pay: {own} {altered:?}");
    for _ in 0..decisions.int_in_range(1..=MOST_CHANGES)? {
        let part = *decisions.choose(&Part::ALL)?;
        let Some(last) = altered.count(part).checked_sub(1) else { continue };
        let (at, other) = (decisions.int_in_range(0..=last)?, decisions.int_in_range(0..=last)?);
        let frame: u64 = prepared.functions()[own as usize].frame.into();
        let now = altered.get(part, at);
        match decisions.int_in_range(0..=15)? {
            0 => altered.swap(at, other),
            1 => altered.cut(at),
            // What another has there.
            2..=5 => altered.set(part, at, altered.get(part, other)),
            // A little more or less.
            6..=9 => {
                let more = decisions.int_in_range(-3..=3)?;
                altered.set(part, at, now.wrapping_add_signed(more));
            }
            // A slot, or what is nearly one.
            10..=12 => altered.set(part, at, decisions.int_in_range(0..=frame + 1)?),
            // Another cost or another place of a branch.
            13 => altered.set(part, at, now ^ u64::from(decisions.arbitrary::<u8>()?) << 32),
            14 => altered.set(part, at, decisions.arbitrary()?),
            _ => {
                let edges = [u64::MAX, u64::from(u32::MAX), u64::from(u16::MAX), 1 << 31, 1 << 33];
                altered.set(part, at, *decisions.choose(&edges)?);
            }
        }
    }
    Ok((altered, own))
}
