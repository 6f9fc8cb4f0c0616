//! The instructions: revm's, and those that ask the host.
//!
//! An instruction that asks tells the host how much gas is left, looks whether the host failed, and is seen by a trace.
//! Ours are those that would otherwise make a host give more than they need: code of which only the length or a part
//! is wanted, or call data that would have to be copied for each message.

use super::{
    memory::Memory,
    world::{World, host_address, word},
};
use hebe_host::Address;
use revm_interpreter::{
    Host as _, InputsImpl, Instruction, InstructionContext, InstructionExecResult,
    InstructionResult, InstructionTable, InterpreterAction, InterpreterTypes, Stack,
    bytecode::opcode::*,
    instruction_table,
    instructions::{
        block_info, contract, host, system::copy_cost_and_memory_resize, tx_info,
        utility::IntoAddress,
    },
    interpreter::{ExtBytecode, ReturnDataImpl, RuntimeFlags},
    interpreter_types::{Jumps, MemoryTr, RuntimeFlag},
    primitives::{U256 as Word, hardfork::SpecId},
};

/// The parts of an interpreter.
pub(super) struct Parts;

impl InterpreterTypes for Parts {
    type Stack = Stack;
    type Memory = Memory;
    type Bytecode = ExtBytecode;
    type ReturnData = ReturnDataImpl;
    type Input = InputsImpl;
    type RuntimeFlag = RuntimeFlags;
    type Extend = ();
    type Output = InterpreterAction;
}

/// An interpreter at work.
pub(super) type Interpreter = revm_interpreter::Interpreter<Parts>;

type Context<'c, 'w> = InstructionContext<'c, World<'w>, Parts>;
type Done = InstructionExecResult;

/// Puts instructions that ask the host into a table.
macro_rules! asking {
    ($table:ident: $($opcode:ident => $instruction:expr;)*) => {$(
        $table[$opcode as usize] = Instruction::new({
            fn ask<'w>(context: Context<'_, 'w>) -> Done {
                follow($opcode, context, |context: Context<'_, 'w>| $instruction(context))
            }
            ask
        });
    )*};
}

/// All instructions.
pub(super) const fn table<'w>() -> InstructionTable<Parts, World<'w>> {
    let mut table = instruction_table::<Parts, World<'w>>();
    table[CALLDATALOAD as usize] = Instruction::new(call_data_load);
    table[CALLDATASIZE as usize] = Instruction::new(call_data_size);
    table[CALLDATACOPY as usize] = Instruction::new(call_data_copy);
    asking! { table:
        BALANCE => balance;
        SELFBALANCE => self_balance;
        EXTCODESIZE => code_size;
        EXTCODECOPY => code_copy;
        EXTCODEHASH => code_hash;
        ORIGIN => |context| in_context(context, tx_info::origin);
        GASPRICE => |context| in_context(context, tx_info::gasprice);
        BLOCKHASH => |context| in_context(context, host::blockhash);
        COINBASE => |context| in_context(context, block_info::coinbase);
        TIMESTAMP => |context| in_context(context, block_info::timestamp);
        NUMBER => |context| in_context(context, block_info::block_number);
        DIFFICULTY => |context| in_context(context, block_info::difficulty);
        GASLIMIT => |context| in_context(context, block_info::gaslimit);
        CHAINID => |context| in_context(context, block_info::chainid);
        BASEFEE => |context| in_context(context, block_info::basefee);
        BLOBHASH => |context| in_context(context, tx_info::blob_hash);
        BLOBBASEFEE => |context| in_context(context, block_info::blob_basefee);
        SLOAD => host::sload;
        SSTORE => store;
        TLOAD => host::tload;
        TSTORE => host::tstore;
        LOG0 => host::log::<0, _>;
        LOG1 => host::log::<1, _>;
        LOG2 => host::log::<2, _>;
        LOG3 => host::log::<3, _>;
        LOG4 => host::log::<4, _>;
        CREATE => contract::create::<false, _, _>;
        CREATE2 => contract::create::<true, _, _>;
        CALL => call::<CALL>;
        CALLCODE => call::<CALLCODE>;
        DELEGATECALL => call::<DELEGATECALL>;
        STATICCALL => call::<STATICCALL>;
        SELFDESTRUCT => host::selfdestruct;
    }
    table
}

/// An instruction that asks the host.
fn follow<'w>(
    opcode: u8,
    context: Context<'_, 'w>,
    instruction: impl FnOnce(Context<'_, 'w>) -> Done,
) -> Done {
    let InstructionContext { interpreter, host } = context;
    let gas = interpreter.gas.remaining();
    host.set_gas_left(gas);
    if host.tracer.is_some() {
        let price = host.rules.prices[usize::from(opcode)];
        host.begin_trace(opcode, interpreter.bytecode.pc() - 1, gas + u64::from(price));
    }
    let done = instruction(Context { interpreter: &mut *interpreter, host: &mut *host });
    if host.fault.is_some() {
        return Err(InstructionResult::FatalExternalError);
    }
    // A message that is sent is not over yet.
    if done != Err(InstructionResult::Suspend) {
        host.end_trace(interpreter.gas.remaining());
    }
    done
}

/// One of revm's instructions that look at the transaction or the block.
fn in_context<'w>(
    context: Context<'_, 'w>,
    instruction: impl FnOnce(Context<'_, 'w>) -> Done,
) -> Done {
    context.host.ask_context()?;
    instruction(context)
}

/// Fails where the revision has no such instruction yet.
fn since(interpreter: &Interpreter, spec: SpecId) -> Done {
    match interpreter.runtime_flag.spec_id().is_enabled_in(spec) {
        true => Ok(()),
        false => Err(InstructionResult::NotActivated),
    }
}

fn charge(interpreter: &mut Interpreter, gas: u64) -> Done {
    match interpreter.gas.record_regular_cost(gas) {
        true => Ok(()),
        false => Err(InstructionResult::OutOfGas),
    }
}

/// The word at the top of the stack, to be replaced by what is found by it.
fn top(stack: &mut Stack) -> Result<&mut Word, InstructionResult> {
    stack.top().ok_or(InstructionResult::StackUnderflow)
}

fn pop<const N: usize>(interpreter: &mut Interpreter) -> Result<[Word; N], InstructionResult> {
    interpreter.stack.popn().ok_or(InstructionResult::StackUnderflow)
}

fn push(interpreter: &mut Interpreter, word: Word) -> Done {
    match interpreter.stack.push(word) {
        true => Ok(()),
        false => Err(InstructionResult::StackOverflow),
    }
}

/// A length; none that does not fit can be paid.
fn length(word: Word) -> Result<usize, InstructionResult> {
    usize::try_from(word).map_err(|_| InstructionResult::InvalidOperandOOG)
}

/// Accesses an account and pays if it was cold (EIP-2929).
fn access(interpreter: &mut Interpreter, world: &mut World<'_>, address: Address) -> Done {
    if world.is_cold_account(address)? {
        charge(interpreter, world.gas_params().cold_account_additional_cost())?;
    }
    Ok(())
}

/// Answers a question about the account whose address is at the top of the stack.
fn of_account<'w>(
    context: Context<'_, 'w>,
    answer: impl FnOnce(&mut World<'w>, Address) -> Result<Word, InstructionResult>,
) -> Done {
    let InstructionContext { interpreter, host } = context;
    let address = host_address(top(&mut interpreter.stack)?.into_address());
    access(interpreter, host, address)?;
    let answer = answer(host, address)?;
    *top(&mut interpreter.stack)? = answer;
    Ok(())
}

fn balance(context: Context<'_, '_>) -> Done {
    of_account(context, |world, address| Ok(word(world.ask(|host| host.get_balance(address))?)))
}

/// EIP-1884.
fn self_balance(context: Context<'_, '_>) -> Done {
    since(context.interpreter, SpecId::ISTANBUL)?;
    let address = context.host.message.recipient;
    let balance = context.host.ask(|host| host.get_balance(address))?;
    push(context.interpreter, word(balance))
}

fn code_size(context: Context<'_, '_>) -> Done {
    of_account(context, |world, address| {
        Ok(Word::from(world.ask(|host| host.get_code_size(address))?))
    })
}

/// EIP-1052.
fn code_hash(context: Context<'_, '_>) -> Done {
    since(context.interpreter, SpecId::PETERSBURG)?;
    of_account(context, |world, address| {
        Ok(Word::from_be_bytes(world.ask(|host| host.get_code_hash(address))?.0))
    })
}

fn code_copy(context: Context<'_, '_>) -> Done {
    let InstructionContext { interpreter, host } = context;
    let [address, memory_offset, code_offset, len] = pop(interpreter)?;
    let address = host_address(address.into_address());
    let len = length(len)?;
    charge(interpreter, host.gas_params().extcodecopy(len))?;
    if len == 0 {
        return access(interpreter, host, address);
    }
    let memory_offset = length(memory_offset)?;
    interpreter.resize_memory(host.gas_params(), memory_offset, len)?;
    access(interpreter, host, address)?;
    // Nothing is read past the end of all code.
    let code_offset = usize::try_from(code_offset).unwrap_or(usize::MAX);
    let memory = &mut interpreter.memory;
    memory.write(memory_offset, len, |buffer| {
        host.ask(|host| host.copy_code(address, code_offset, buffer))
    })?;
    Ok(())
}

/// A store. At Constantinople it is priced as Istanbul has it again (EIP-1283, EIP-2200).
fn store(context: Context<'_, '_>) -> Done {
    host::sstore_with_gas_accounting(context, |context, _, store| {
        let is_net = context.host.rules.has_net_metering;
        let gas = context.host.gas_params();
        let (price, refund) = (
            gas.sstore_dynamic_gas(is_net, &store.data, store.is_cold),
            gas.sstore_refund(is_net, &store.data),
        );
        charge(context.interpreter, price)?;
        context.interpreter.gas.record_refund(refund);
        Ok(())
    })
}

/// A call of any kind. Whether the target exists matters where value is sent, and before EIP-161 anyway.
fn call<const KIND: u8>(context: Context<'_, '_>) -> Done {
    let InstructionContext { interpreter, host } = context;
    let stack = interpreter.stack.data();
    // Gas, target and value are at the top; what is missing will be noticed.
    let value = stack.len().checked_sub(3).map_or(Word::ZERO, |index| stack[index]);
    let any = !interpreter.runtime_flag.spec_id().is_enabled_in(SpecId::SPURIOUS_DRAGON);
    host.begin_call(KIND == CALL && (any || !value.is_zero()));
    contract::call::<KIND, _, _>(Context { interpreter, host })
}

fn call_data_load(context: Context<'_, '_>) -> Done {
    let offset = top(&mut context.interpreter.stack)?;
    let start = usize::try_from(*offset).unwrap_or(usize::MAX);
    let data = context.host.message.input.get(start..).unwrap_or_default();
    let mut loaded = [0; 32];
    let count = data.len().min(loaded.len());
    loaded[..count].copy_from_slice(&data[..count]);
    *offset = Word::from_be_bytes(loaded);
    Ok(())
}

fn call_data_size(context: Context<'_, '_>) -> Done {
    push(context.interpreter, Word::from(context.host.message.input.len()))
}

fn call_data_copy(context: Context<'_, '_>) -> Done {
    let InstructionContext { interpreter, host } = context;
    let [memory_offset, data_offset, len] = pop(interpreter)?;
    let len = length(len)?;
    let offset = copy_cost_and_memory_resize(interpreter, host.gas_params(), memory_offset, len)?;
    if let Some(offset) = offset {
        let data_offset = usize::try_from(data_offset).unwrap_or(usize::MAX);
        interpreter.memory.set_data(offset, data_offset, len, host.message.input);
    }
    Ok(())
}
