//! Values that wait on the operand stack while a block runs over them, in every combination.
//!
//! What waits × what comes over it × what happens inside × what is read after: each combination is a
//! function of a few instructions. The evaluator of [`wild`](hebe_testing::wild) says what each must leave
//! behind, and the engines must agree with it, value for value. A failure names the combination.
//!
//! wasmi runs them too, as a third voice. It is wrong in many, always in ways that are known: each of its
//! mistakes must be explained by one of [`known::FAULTS`], and how many there are of each is printed.

mod cases;
mod known;
mod run;

use cases::{Case, cases};
use run::{PATHS, Slot, expected, packed, run_engine, run_wasmi};
use std::{collections::BTreeMap, panic, thread};

/// The engines that must be right in all of them.
const ENGINES: &[&str] = &["interpreter", "compiler"];

/// How many functions a module has for the engines. What they leave behind fits into a page.
const PACKED: usize = 300;

#[test]
fn engines_have_the_values_of_every_combination() {
    let cases: Vec<Case> = cases().collect();
    assert!(cases.len() > 20_000, "only {} combinations", cases.len());
    let vms: Vec<_> = ENGINES.iter().map(|engine| (*engine, run::vm(engine))).collect();
    let mut wrong = Vec::new();
    for together in cases.chunks(PACKED) {
        let module = packed(together);
        let code = module.encode();
        let expected = expected(&module);
        for (engine, vm) in &vms {
            let found = run_engine(vm, &code);
            assert_eq!(found.len(), expected.len(), "{engine}");
            let slots = expected.chunks(PATHS).zip(found.chunks(PATHS));
            for (case, (expected, found)) in together.iter().zip(slots) {
                if expected != found {
                    wrong.push(format!(
                        "{engine}, {case}:\n  expected {expected:x?}\n  found    {found:x?}"
                    ));
                }
            }
        }
    }
    println!("{} combinations on {ENGINES:?}", cases.len());
    tell(&wrong);
}

#[test]
fn the_mistakes_of_wasmi_are_known() {
    let mut counts: BTreeMap<_, usize> = known::FAULTS.iter().map(|(name, _)| (*name, 0)).collect();
    let (mut panics, mut wrong) = (0, Vec::new());
    // Its panics are counted, and nobody wants to read them.
    let (others, here) = (panic::take_hook(), thread::current().id());
    panic::set_hook(Box::new(move |info| {
        if thread::current().id() != here {
            others(info);
        }
    }));
    for case in cases() {
        let module = packed(std::slice::from_ref(&case));
        let expected: Vec<Slot> = expected(&module);
        let found = run_wasmi(&module.encode());
        panics += usize::from(found.is_none());
        if found.is_some_and(|found| found == expected) {
            continue;
        }
        match known::explains(&case).and_then(|fault| counts.get_mut(fault)) {
            Some(count) => *count += 1,
            None => wrong.push(format!("wasmi is wrong in a new way: {case}")),
        }
    }
    drop(panic::take_hook());
    println!("wasmi is wrong where {counts:#?}, and panics in {panics} of these");
    tell(&wrong);
    assert!(counts.values().all(|count| *count > 0), "a fault explains nothing: {counts:?}");
}

/// Fails with the first few of what is wrong.
#[track_caller]
fn tell(wrong: &[String]) {
    let first: Vec<_> = wrong.iter().take(5).map(String::as_str).collect();
    assert!(wrong.is_empty(), "{} are wrong, such as\n{}", wrong.len(), first.join("\n"));
}
