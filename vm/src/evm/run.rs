//! One message: its bytecode runs, and what it asks to be called goes through the host.

use super::{
    bytecode::Analysed,
    instructions::{Interpreter, table},
    spare,
    status::failure,
    world::{World, bytes32, evm_address, host_address, number, word},
};
use crate::native::stack;
use hebe_host::{
    Address, Bytes32, CallKind, CallResult, Fault, MAX_DEPTH, Message, Outcome, StatusCode, U256,
    add_refund,
};
use revm_interpreter::{
    CallInput, CallInputs, CallScheme, CreateInputs, CreateScheme, FrameInput, Gas, InputsImpl,
    InstructionResult, InterpreterAction, InterpreterResult,
    interpreter::{ExtBytecode, RuntimeFlags},
    interpreter_types::MemoryTr,
    primitives::U256 as Word,
};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

/// Runs bytecode with so much gas.
pub(super) fn run(analysed: &Analysed, gas: u64, world: &mut World<'_>) -> Result<Outcome, Fault> {
    // A panic of the interpreter's would be its bug, and no chain may build on what it left. One that comes through the
    // host is for whoever is behind it.
    let caught = catch_unwind(AssertUnwindSafe(|| {
        stack::with_room(0, || interpret(analysed, gas, &mut *world))
    }));
    match caught {
        Ok(ended) => ended?,
        Err(panic) if world.is_asking() => resume_unwind(panic),
        Err(_) => Err(Fault::Engine("the EVM panicked".to_owned())),
    }
}

fn interpret(analysed: &Analysed, gas: u64, world: &mut World<'_>) -> Result<Outcome, Fault> {
    let message = world.message;
    let (stack, memory) = spare::take();
    let mut interpreter = Interpreter {
        bytecode: ExtBytecode::new(analysed.bytecode()),
        gas: Gas::new(gas),
        stack,
        return_data: Default::default(),
        memory,
        input: InputsImpl {
            target_address: evm_address(message.recipient),
            bytecode_address: None,
            caller_address: evm_address(message.sender),
            // Instructions look at the message itself.
            input: CallInput::default(),
            call_value: word(message.value),
            depth: message.depth as usize,
        },
        runtime_flag: RuntimeFlags { is_static: message.is_static, spec_id: world.rules.spec },
        extend: (),
    };
    let instructions = table();
    let ended = loop {
        match interpreter.run_plain(&instructions, &world.rules.prices, world) {
            InterpreterAction::NewFrame(FrameInput::Call(inputs)) => {
                call(&mut interpreter, world, &inputs)?;
            }
            InterpreterAction::NewFrame(FrameInput::Create(inputs)) => {
                create(&mut interpreter, world, &inputs)?;
            }
            InterpreterAction::NewFrame(FrameInput::Empty) => {
                return Err(Fault::Engine("the EVM sent an empty message".to_owned()));
            }
            InterpreterAction::Return(ended) => break ended,
        }
    };
    // An instruction that failed is still to be told of.
    world.end_trace(interpreter.gas.remaining());
    if interpreter.memory.could_not_grow() {
        return Err(Fault::Engine("there is no memory for the contract".to_owned()));
    }
    spare::give_back(interpreter.stack, interpreter.memory);
    outcome(ended, world)
}

/// What the interpreter's end is to a chain.
fn outcome(ended: InterpreterResult, world: &mut World<'_>) -> Result<Outcome, Fault> {
    if let Some(fault) = world.fault.take() {
        return Err(fault);
    }
    let gas_left = i64::try_from(ended.gas.remaining())
        .map_err(|_| Fault::Engine("more gas is left than there was".to_owned()))?;
    Ok(match ended.result {
        InstructionResult::Stop | InstructionResult::Return | InstructionResult::SelfDestruct => {
            let gas_refund = ended.gas.refunded();
            Outcome::Success { gas_left, gas_refund, output: ended.output.into() }
        }
        InstructionResult::Revert => Outcome::Revert { gas_left, output: ended.output.into() },
        other => Outcome::Failure(failure(other)?),
    })
}

/// A call of any kind: its gas was taken from the interpreter's.
fn call(
    interpreter: &mut Interpreter,
    world: &mut World<'_>,
    inputs: &CallInputs,
) -> Result<(), Fault> {
    let this = world.message;
    let kind = match inputs.scheme {
        CallScheme::Call | CallScheme::StaticCall => CallKind::Call,
        CallScheme::CallCode => CallKind::CallCode,
        CallScheme::DelegateCall => CallKind::DelegateCall,
    };
    let delegate = world.take_delegate();
    let value = number(inputs.value.get());
    let moves_value = kind != CallKind::DelegateCall && !value.is_zero();
    let answer = if this.depth < MAX_DEPTH && (!moves_value || can_pay(interpreter, world, value)?)
    {
        let input = match &inputs.input {
            CallInput::SharedBuffer(range) if !range.is_empty() => {
                Some(interpreter.memory.slice(range.clone()))
            }
            _ => None,
        };
        let message = Message {
            kind,
            is_static: inputs.is_static,
            is_delegated: delegate.is_some(),
            depth: this.depth + 1,
            gas: whole_gas(inputs.gas_limit),
            recipient: host_address(inputs.target_address),
            sender: host_address(inputs.caller),
            input: input.as_deref().unwrap_or_default(),
            value,
            create2_salt: Bytes32::zero(),
            code_address: delegate.unwrap_or(host_address(inputs.bytecode_address)),
        };
        Some(send(&interpreter.gas, world, &message)?)
    } else {
        None
    };
    let (status, output) = settle(interpreter, inputs.gas_limit, answer)?;
    let range = inputs.return_memory_offset.clone();
    let copied = range.len().min(output.len());
    if copied > 0 {
        interpreter.memory.set(range.start, &output[..copied]);
    }
    interpreter.return_data.0 = output.into();
    let is_success = status == Some(StatusCode::Success);
    finish(interpreter, world, if is_success { Word::ONE } else { Word::ZERO })
}

/// A creation: its gas was taken from the interpreter's.
fn create(
    interpreter: &mut Interpreter,
    world: &mut World<'_>,
    inputs: &CreateInputs,
) -> Result<(), Fault> {
    let this = world.message;
    let (kind, salt) = match inputs.scheme() {
        CreateScheme::Create2 { salt } => (CallKind::Create2, bytes32(salt)),
        _ => (CallKind::Create, Bytes32::zero()),
    };
    let value = number(inputs.value());
    let answer =
        if this.depth < MAX_DEPTH && (value.is_zero() || can_pay(interpreter, world, value)?) {
            let message = Message {
                kind,
                is_static: false,
                is_delegated: false,
                depth: this.depth + 1,
                gas: whole_gas(inputs.gas_limit()),
                recipient: Address::zero(),
                sender: this.recipient,
                input: inputs.init_code(),
                value,
                create2_salt: salt,
                code_address: Address::zero(),
            };
            Some(send(&interpreter.gas, world, &message)?)
        } else {
            None
        };
    let created = answer.as_ref().map(|answer| answer.create_address);
    let (status, output) = settle(interpreter, inputs.gas_limit(), answer)?;
    let is_success = status == Some(StatusCode::Success);
    // The code of a new contract is no return data (EIP-211).
    interpreter.return_data.0 = if is_success { Default::default() } else { output.into() };
    let address = created.filter(|_| is_success).map(evm_address);
    finish(interpreter, world, address.map_or(Word::ZERO, |address| address.into_word().into()))
}

/// Whether this contract has `value` to give.
fn can_pay(interpreter: &Interpreter, world: &mut World<'_>, value: U256) -> Result<bool, Fault> {
    let address = world.message.recipient;
    world.set_gas_left(interpreter.gas.remaining());
    let balance = world.ask(|host| host.get_balance(address));
    Ok(balance.map_err(|_| fault(world))? >= value)
}

/// Has the chain run a message.
fn send(gas: &Gas, world: &mut World<'_>, message: &Message<'_>) -> Result<CallResult, Fault> {
    world.set_gas_left(gas.remaining());
    let answer = world.ask(|host| {
        let answer = host.call(message)?;
        answer.check(message)?;
        Ok(answer)
    });
    answer.map_err(|_| fault(world))
}

/// Why the host did not answer.
fn fault(world: &mut World<'_>) -> Fault {
    let fault = world.fault.take();
    fault.unwrap_or_else(|| Fault::Engine("a host's fault was lost".to_owned()))
}

/// Takes back what a message did not use, and what is to be refunded; all of it where it could not begin. How it ended,
/// and its output.
fn settle(
    interpreter: &mut Interpreter,
    gas: u64,
    answer: Option<CallResult>,
) -> Result<(Option<StatusCode>, Vec<u8>), Fault> {
    let Some(answer) = answer else {
        interpreter.gas.erase_cost(gas);
        return Ok((None, Vec::new()));
    };
    interpreter.gas.erase_cost(answer.gas_left.cast_unsigned());
    if answer.status == StatusCode::Success {
        let sum = add_refund(interpreter.gas.refunded(), answer.gas_refund)?;
        interpreter.gas.set_refunded(sum);
    }
    Ok((Some(answer.status), answer.output))
}

/// Gives the interpreter what its instruction asked for.
fn finish(interpreter: &mut Interpreter, world: &mut World<'_>, result: Word) -> Result<(), Fault> {
    world.end_trace(interpreter.gas.remaining());
    match interpreter.stack.push(result) {
        true => Ok(()),
        false => Err(Fault::Engine("there is no room for a result".to_owned())),
    }
}

/// Gas as messages carry it. A message never has more than `i64::MAX`, so only a stipend on top of that is lost here.
fn whole_gas(gas: u64) -> i64 {
    i64::try_from(gas).unwrap_or(i64::MAX)
}
