//! What an execution is given: code, input, pointers that are null, and those that are not to be looked at.

use super::super::{
    Check, Code, Rule, Subject,
    evm::{Evm, op},
    host::Stage,
    raw::{Raw, by_abi},
    scene::{GAS, Scene, Verdict},
};
use crate::abi::*;
use hebe_host::{CallKind, StatusCode};
use std::ptr;

pub(super) const RULES: &[Rule] = &[
    Rule::must(
        "empty-code",
        "evmc.h, evmc_execute_fn: code",
        "No code (a null pointer, size 0) succeeds, gives nothing and uses no gas.",
        Check::Evm(empty_code),
    ),
    Rule::must(
        "one-byte-code",
        "Yellow Paper, 9.4",
        "Code of one byte is executed: STOP succeeds, ADD finds no operands.",
        Check::Evm(one_byte),
    ),
    Rule::must(
        "null-input",
        "evmc.h, evmc_message::input_data",
        "A message without input (a null pointer, size 0) has no call data.",
        Check::Each(null_input),
    ),
    Rule::must(
        "input",
        "evmc.h, evmc_message::input_data",
        "The contract gets the input, byte by byte.",
        Check::Each(input),
    ),
    Rule::must(
        "large-input",
        "evmc.h, evmc_message::input_size",
        "An input of 1 MiB comes through.",
        Check::Each(large_input),
    ),
    Rule::must(
        "large-code",
        "EIP-3860",
        "Code of 49,152 bytes is executed to its end.",
        Check::Evm(|subject| large_code(subject, 49_152)),
    ),
    Rule::should(
        "huge-code",
        "beyond EIP-3860: before it, code had no limit",
        "Code of 1 MiB is executed to its end.",
        Check::Evm(|subject| large_code(subject, 1 << 20)),
    ),
    Rule::must(
        "code-is-a-parameter",
        "evmc.h, evmc_execute_fn: code",
        "The code is the parameter's, not that at the message's address.",
        Check::Each(code_is_a_parameter),
    ),
    Rule::should(
        "message-code",
        "EVMC 12, evmc_message::code, which VMs need not look at",
        "What the message says of the code does not matter, even where it points nowhere.",
        Check::Evm(|subject| by_abi!(message_code, subject)),
    )
    .abis(12..=18),
    Rule::must(
        "constant-arguments",
        "evmc.h, evmc_execute_fn and evmc_message: const",
        "The VM does not write into code and input.",
        Check::Each(constant),
    ),
    Rule::must(
        "create-message",
        "evmc.h, evmc_call_kind; evmc-vmtester",
        "Init code runs as other code does, for CREATE and for CREATE2.",
        Check::Each(create_message),
    ),
    Rule::must(
        "null-context",
        "evmc.h, evmc_execute_fn: context",
        "The host's context may be null.",
        Check::Evm(|subject| by_abi!(null_context, subject)),
    ),
];

fn empty_code(subject: &Subject) -> Verdict {
    let mut scene = Scene::evm([]);
    let result = scene.gives(&subject.vm()?, b"")?;
    scene.equal("gas left", GAS, result.gas_left)
}

fn one_byte(subject: &Subject) -> Verdict {
    let vm = subject.vm()?;
    let mut stop = Scene::evm([op::STOP]);
    let result = stop.gives(&vm, b"")?;
    stop.equal("gas left", GAS, result.gas_left)?;
    Scene::evm([op::ADD]).fails(&vm).map(drop)
}

fn null_input(subject: &Subject, code: Code) -> Verdict {
    Scene::new(code, code.echo()).gives(&subject.vm()?, b"").map(drop)
}

fn input(subject: &Subject, code: Code) -> Verdict {
    let vm = subject.vm()?;
    let input: Vec<u8> = (0..=255).collect();
    for size in [1, 31, 32, 33, 256] {
        let mut scene = Scene::new(code, code.echo());
        scene.message.input = &input[..size];
        scene.gives(&vm, &input[..size])?;
    }
    Ok(())
}

fn large_input(subject: &Subject, code: Code) -> Verdict {
    let input: Vec<u8> = (0..=250).cycle().take(1 << 20).collect();
    let mut scene = Scene::new(code, code.echo());
    (scene.message.input, scene.message.gas) = (&input, 100_000_000);
    let result = scene.succeeds(&subject.vm()?)?;
    scene.equal("the output's size", input.len(), result.output.len())?;
    scene.equal("whether the output is the input", true, input == result.output)
}

fn large_code(subject: &Subject, size: usize) -> Verdict {
    let end = Evm::new().number(7).give_top();
    let mut code = vec![op::JUMPDEST; size - end.len()];
    code.extend(end);
    let mut scene = Scene::evm(code);
    scene.message.gas = 10_000_000;
    let output = [[0; 31].as_slice(), &[7]].concat();
    scene.gives(&subject.vm()?, &output).map(drop)
}

fn code_is_a_parameter(subject: &Subject, code: Code) -> Verdict {
    let mut scene = Scene::new(code, code.gives(b"parameter"));
    scene.host.codes.insert(scene.message.recipient, code.gives(b"account"));
    scene.gives(&subject.vm()?, b"parameter").map(drop)
}

fn message_code<A: Abi>(subject: &Subject) -> Verdict {
    let vm = Raw::<A>::new(subject)?;
    let message = evmc_message {
        code: Field::new(ptr::dangling()),
        code_size: Field::new(usize::MAX),
        ..Raw::<A>::message()
    };
    let london = A::revision_number(Code::Evm.revision()).unwrap_or_default();
    let code = Code::Evm.gives(b"code");
    let held = vm.execute(london, &message, &code, &mut Stage::default(), |_| ())?;
    match held.output()? {
        output if output == b"code" => Ok(()),
        output => Err(format!("with garbage in the message's code, the output was {output:02x?}")),
    }
}

fn constant(subject: &Subject, code: Code) -> Verdict {
    let vm = subject.vm()?;
    let input = b"input".to_vec();
    let mut scene = Scene::new(code, code.echo());
    scene.message.input = &input;
    let before = scene.code.clone();
    scene.gives(&vm, b"input")?;
    scene.equal("whether the code is unchanged", true, before == scene.code)?;
    scene.equal("the input", &b"input"[..], &input)
}

fn create_message(subject: &Subject, code: Code) -> Verdict {
    let vm = subject.vm()?;
    for kind in [CallKind::Create, CallKind::Create2] {
        // What is returned is to be the new contract's code, which VMs for Wasm may look at.
        let deployed = match code {
            Code::Evm => vec![op::STOP],
            Code::Wasm => code.gives(b""),
        };
        let mut scene = Scene::new(code, code.gives(&deployed));
        scene.message.kind = kind;
        let result = scene.gives(&vm, &deployed)?;
        scene.equal("create_address", Default::default(), result.create_address)?;
        let mut failing = Scene::new(code, code.fails());
        failing.message.kind = kind;
        failing.fails(&vm)?;
    }
    Ok(())
}

fn null_context<A: Abi>(subject: &Subject) -> Verdict {
    let vm = Raw::<A>::new(subject)?;
    let execute = vm.functions.execute.ok_or("there is no function `execute`")?;
    let london = A::revision_number(Code::Evm.revision()).unwrap_or_default();
    let interface = crate::callbacks::interface();
    let (message, code) = (Raw::<A>::message(), [op::STOP]);
    // SAFETY: the VM lives, and all is borrowed from here. The interface's functions bear a null context. The result is
    // ours to release.
    let received = unsafe {
        crate::result::Received::new(execute(
            vm.vm.as_ptr(),
            &interface,
            ptr::null_mut(),
            london,
            &message,
            code.as_ptr(),
            code.len(),
        ))
    };
    // Any status will do: the code may be of a kind that the VM does not take.
    match StatusCode::from_number(received.as_c().status_code) {
        Some(StatusCode::InternalError) | None => {
            Err(format!("STOP with a null context ended as {}", received.as_c().status_code))
        }
        Some(_) => Ok(()),
    }
}
