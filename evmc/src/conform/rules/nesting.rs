//! Executions within, beside and after each other.

use super::super::{
    Check, Code, Rule, Subject,
    host::{Stage, ended},
    scene::{GAS, Scene, Verdict, message},
};
use crate::LoadedVm;
use hebe_host::{CallResult, Message, StatusCode};
use std::thread;

pub(super) const RULES: &[Rule] = &[
    Rule::must(
        "same-twice",
        "Ethereum: all nodes must agree",
        "The same execution has the same result and asks the host the same, each time and on each VM.",
        Check::Each(same_twice),
    ),
    Rule::must(
        "re-entrance",
        "evmc.h, evmc_call_fn and evmc_execute_fn: MAY be invoked multiple times",
        "A host can execute on the same VM again while it answers a call, 100 deep.",
        Check::Each(re_entrance),
    ),
    Rule::must(
        "re-entrance-on-another-vm",
        "evmc.h, evmc_call_fn",
        "A host can execute on another VM of the library while it answers a call.",
        Check::Each(other_vm),
    ),
    Rule::should(
        "deep-re-entrance",
        "Yellow Paper, 8",
        "A host can execute 1,024 deep on a thread with 32 MiB of stack.",
        Check::Each(deep),
    ),
    Rule::should(
        "threads",
        "beyond EVMC: clients do it",
        "Executions at the same time don't disturb each other.",
        Check::Each(threads),
    ),
    Rule::must(
        "after-failures",
        "evmc.h, evmc_execute_fn: MAY be invoked multiple times",
        "An execution that failed leaves the VM as it was.",
        Check::Each(after_failures),
    ),
];

fn same_twice(subject: &Subject, code: Code) -> Verdict {
    let vm = subject.vm()?;
    let programs = [
        code.gives(b"output"),
        code.reverts(b"output"),
        code.fails(),
        code.stores(),
        code.loads(),
        code.calls(1),
        code.creates(0),
        code.logs(),
    ];
    for program in programs {
        let mut first = Scene::new(code, program.clone());
        let result = first.run(&vm)?;
        let another = subject.vm()?;
        for vm in [&vm, &vm, &another] {
            let mut again = Scene::new(code, program.clone());
            let second = again.run(vm)?;
            again.equal("the result of another time", &result, &second)?;
            again.equal("what is asked another time", &first.host.asked, &again.host.asked)?;
        }
    }
    Ok(())
}

/// A host that answers calls by executing the same code one deeper, and at a depth gives the output `end`.
fn nested<'a>(vm: &'a LoadedVm, code: Code, program: &'a [u8], deepest: u32) -> Stage<'a> {
    let callee = move |message: &Message<'_>| -> CallResult {
        if message.depth >= deepest {
            return ended(StatusCode::Success, 0, b"end");
        }
        let mut host = nested(vm, code, program, deepest);
        let failed = ended(StatusCode::InternalError, 0, b"");
        let message = Message { gas: GAS, ..*message };
        let result = vm.execute(code.revision(), &message, program, &mut host).unwrap_or(failed);
        CallResult { gas_left: 0, gas_refund: 0, ..result }
    };
    Stage { callee: Box::new(callee), ..Stage::default() }
}

/// Each level gives the byte of success, and what the one below it gave.
fn descend(vm: &LoadedVm, inner: &LoadedVm, code: Code, deepest: u32) -> Verdict {
    let program = code.calls(0);
    let mut host = nested(inner, code, &program, deepest);
    let result = vm
        .execute(code.revision(), &message(), &program, &mut host)
        .map_err(|fault| format!("calls nested {deepest} deep: {fault}"))?;
    let mut wanted = vec![code.answer(true); deepest as usize];
    wanted.extend(b"end");
    if result.status != StatusCode::Success {
        return Err(format!("calls nested {deepest} deep ended as {}", result.status));
    }
    if result.output == wanted {
        Ok(())
    } else {
        Err(format!("calls nested {deepest} deep gave {:02x?}, not {wanted:02x?}", result.output))
    }
}

fn re_entrance(subject: &Subject, code: Code) -> Verdict {
    let vm = subject.vm()?;
    [1, 2, 100].into_iter().try_for_each(|depth| descend(&vm, &vm, code, depth))
}

fn other_vm(subject: &Subject, code: Code) -> Verdict {
    descend(&subject.vm()?, &subject.vm()?, code, 10)
}

fn deep(subject: &Subject, code: Code) -> Verdict {
    let vm = subject.vm()?;
    let descent = || descend(&vm, &vm, code, 1024);
    thread::scope(|scope| {
        let builder = thread::Builder::new().stack_size(32 << 20);
        let thread = builder.spawn_scoped(scope, descent).map_err(|error| error.to_string())?;
        thread.join().unwrap_or_else(|_| Err("the thread panicked".to_owned()))
    })
}

fn threads(subject: &Subject, code: Code) -> Verdict {
    const THREADS: u8 = 4;
    let vm = subject.vm()?;
    let execute = |first: u8| {
        (0..50_u8).try_for_each(|second| {
            let input = [first, second].repeat(100);
            let mut echo = Scene::new(code, code.echo());
            echo.message.input = &input;
            echo.gives(&vm, &input)?;
            let mut call = Scene::new(code, code.calls(0));
            call.host.callee = Box::new(move |_| ended(StatusCode::Success, 0, &[first, second]));
            call.gives(&vm, &[code.answer(true), first, second]).map(drop)
        })
    };
    thread::scope(|scope| {
        let threads: Vec<_> =
            (0..THREADS).map(|first| scope.spawn(move || execute(first))).collect();
        threads.into_iter().try_for_each(|thread| {
            thread.join().unwrap_or_else(|_| Err("a thread panicked".to_owned()))
        })
    })
}

fn after_failures(subject: &Subject, code: Code) -> Verdict {
    let vm = subject.vm()?;
    for program in [code.fails(), code.endless(), code.reverts(b"x")] {
        Scene::new(code, program).run(&vm)?;
        let mut after = Scene::new(code, code.echo());
        after.message.input = b"after";
        after.gives(&vm, b"after")?;
    }
    Ok(())
}
