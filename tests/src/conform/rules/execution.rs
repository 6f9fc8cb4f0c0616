//! How code runs and ends.

use crate::{
    ScriptedHost,
    conform::subject::{Kind, Program, Subject, message},
};
use hebe_host::{Message, Revision, StatusCode};
use std::thread;

pub(super) fn of_no_code(subject: &Subject) -> Result<(), String> {
    if subject.kind == Kind::Wasm {
        return Ok(());
    }
    let ran = subject.run(&[], &message(), ScriptedHost::default())?;
    let result = ran.result;
    if (result.status, result.gas_left, result.output.len())
        != (StatusCode::Success, message().gas, 0)
    {
        return Err(format!(
            "no code ended with {}, {} gas left of {} and {} bytes of output",
            result.status,
            result.gas_left,
            message().gas,
            result.output.len()
        ));
    }
    Ok(())
}

/// Finishes with its input.
const ECHO: Program = Program {
    evm: "CALLDATASIZE 0 0 CALLDATACOPY CALLDATASIZE 0 RETURN",
    wasm: "(call $callDataCopy (i32.const 0) (i32.const 0) (call $getCallDataSize))
           (call $finish (i32.const 0) (call $getCallDataSize))",
};

pub(super) fn returns(subject: &Subject) -> Result<(), String> {
    for input in [&b""[..], b"1", b"some input"] {
        let message = Message { input, ..message() };
        subject.gives("the input", ECHO, &message, ScriptedHost::default(), input)?;
    }
    // Two results at once have their own outputs.
    let results = [&b"one"[..], b"another"].map(|input| {
        let message = Message { input, ..message() };
        subject.succeeds_with(ECHO, &message, ScriptedHost::default())
    });
    for (result, expected) in results.into_iter().zip([&b"one"[..], b"another"]) {
        if result?.is_some_and(|ran| ran.result.output != expected) {
            return Err("two outputs got mixed".to_owned());
        }
    }
    Ok(())
}

pub(super) fn reverts(subject: &Subject) -> Result<(), String> {
    const REVERT: Program = Program {
        evm: "7 0 MSTORE8 1 0 REVERT",
        wasm: "(i32.store8 (i32.const 0) (i32.const 7)) (call $revert (i32.const 0) (i32.const 1))",
    };
    let Some(code) = subject.code(REVERT) else { return Ok(()) };
    let result = subject.run(&code, &message(), ScriptedHost::default())?.result;
    if result.status != StatusCode::Revert {
        return Err(format!("a revert ended with {}", result.status));
    }
    if result.output != [7] {
        return Err(format!("a revert gave 0x{}, not 0x07", hex::encode(result.output)));
    }
    if result.gas_left == 0 {
        return Err("a revert left no gas".to_owned());
    }
    Ok(())
}

pub(super) fn with_all_gas_there_can_be(subject: &Subject) -> Result<(), String> {
    let message = Message { gas: i64::MAX, input: b"7", ..message() };
    subject.gives("the input", ECHO, &message, ScriptedHost::default(), b"7")
}

pub(super) fn of_a_large_input(subject: &Subject) -> Result<(), String> {
    const SIZE: Program = Program {
        evm: "CALLDATASIZE 0 MSTORE 4 28 RETURN",
        wasm: "(i32.store8 (i32.const 1) (i32.const 0x10))
               (if (i32.ne (call $getCallDataSize) (i32.const 0x100000)) (then (unreachable)))
               (call $finish (i32.const 0) (i32.const 4))",
    };
    let input = vec![1; 1 << 20];
    let message = Message { input: &input, ..message() };
    subject.gives(
        "the size of 1 MiB of input",
        SIZE,
        &message,
        ScriptedHost::default(),
        &[0, 0x10, 0, 0],
    )
}

pub(super) fn twice_the_same(subject: &Subject) -> Result<(), String> {
    let run = || {
        subject.succeeds_with(
            ECHO,
            &Message { input: b"same", ..message() },
            ScriptedHost::default(),
        )
    };
    let Some(first) = run()? else { return Ok(()) };
    for _ in 0..100 {
        if run()?.is_some_and(|again| again.result != first.result) {
            return Err("the same message ended in two ways".to_owned());
        }
    }
    Ok(())
}

pub(super) fn on_many_threads(subject: &Subject) -> Result<(), String> {
    thread::scope(|scope| {
        let threads: Vec<_> = (0..4_u8)
            .map(|thread| {
                scope.spawn(move || {
                    (0..50_u8).try_for_each(|round| {
                        let input = [thread, round];
                        let message = Message { input: &input, ..message() };
                        subject.gives("the input", ECHO, &message, ScriptedHost::default(), &input)
                    })
                })
            })
            .collect();
        threads.into_iter().try_for_each(|thread| {
            thread.join().unwrap_or_else(|_| Err("a thread panicked".to_owned()))
        })
    })
}

/// A number means the revision that its ABI gives it: PUSH0 is there from Shanghai on.
pub(super) fn push0_begins_with_shanghai(subject: &Subject) -> Result<(), String> {
    if subject.kind == Kind::Wasm {
        return Ok(());
    }
    for (revision, is_there) in [(Revision::Paris, false), (Revision::Shanghai, true)] {
        let result =
            subject.vm.execute(revision, &message(), &[0x5f], &mut ScriptedHost::default());
        let status = result.map_err(|fault| fault.to_string())?.status;
        if (status == StatusCode::Success) != is_there && status != StatusCode::Rejected {
            return Err(format!("PUSH0 at {revision} ended with {status}"));
        }
    }
    Ok(())
}
