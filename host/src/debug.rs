//! The `debug` module: printing, for contract authors. Its functions cost nothing and change nothing.

use crate::{
    Args, Exit, Frame, GuestMemory, HostFunction,
    table::{flat, row},
};
use hebe_gas::ValueType::{I32, I64};

/// The rows of the module.
pub(crate) const FUNCTIONS: &[HostFunction] = &[
    row("print32", &[I32], &[], flat(|_| 0), print32).free(),
    row("print64", &[I64], &[], flat(|_| 0), print64).free(),
    row("printMem", &[I32, I32], &[], flat(|_| 0), print_mem).free(),
    row("printMemHex", &[I32, I32], &[], flat(|_| 0), print_mem_hex).free(),
    row("printStorage", &[I32], &[], flat(|_| 0), print_storage).free(),
    row("printStorageHex", &[I32], &[], flat(|_| 0), print_storage_hex).free(),
    row("evmTrace", &[I32, I32, I32, I32], &[], flat(|_| 0), evm_trace).free(),
];

fn print32(frame: &mut Frame<'_>, _: &mut dyn GuestMemory, args: Args<'_>) -> Result<u64, Exit> {
    let value = args.u32(0);
    print(frame, &format!("print32: {value} ({value:#x})"))
}

fn print64(frame: &mut Frame<'_>, _: &mut dyn GuestMemory, args: Args<'_>) -> Result<u64, Exit> {
    let value = args.i64(0).cast_unsigned();
    print(frame, &format!("print64: {value} ({value:#x})"))
}

fn print_mem(
    frame: &mut Frame<'_>,
    memory: &mut dyn GuestMemory,
    args: Args<'_>,
) -> Result<u64, Exit> {
    let text = memory.read(args.u32(0), args.u32(1))?.escape_ascii();
    print(frame, &format!("printMem: {text}"))
}

fn print_mem_hex(
    frame: &mut Frame<'_>,
    memory: &mut dyn GuestMemory,
    args: Args<'_>,
) -> Result<u64, Exit> {
    let text = hex::encode(memory.read(args.u32(0), args.u32(1))?);
    print(frame, &format!("printMemHex: {text}"))
}

fn print_storage(
    frame: &mut Frame<'_>,
    memory: &mut dyn GuestMemory,
    args: Args<'_>,
) -> Result<u64, Exit> {
    let key = memory.read_bytes32(args.u32(0))?;
    let address = frame.message().recipient;
    let value = frame.host().get_storage(address, key)?;
    print(frame, &format!("printStorage: {}", value.as_bytes().escape_ascii()))
}

fn print_storage_hex(
    frame: &mut Frame<'_>,
    memory: &mut dyn GuestMemory,
    args: Args<'_>,
) -> Result<u64, Exit> {
    let key = memory.read_bytes32(args.u32(0))?;
    let address = frame.message().recipient;
    let value = frame.host().get_storage(address, key)?;
    print(frame, &format!("printStorageHex: {}", hex::encode(value)))
}

/// What code translated from the EVM reports for each instruction: program counter, opcode, cost and
/// the stack pointer, which is negative while the EVM's stack is empty.
fn evm_trace(frame: &mut Frame<'_>, _: &mut dyn GuestMemory, args: Args<'_>) -> Result<u64, Exit> {
    let (pc, opcode, cost, sp) = (args.u32(0), args.u32(1), args.u32(2), args.i32(3));
    print(frame, &format!("evmTrace: pc {pc} opcode {opcode:#04x} cost {cost} sp {sp}"))
}

fn print(frame: &mut Frame<'_>, line: &str) -> Result<u64, Exit> {
    frame.host().debug(line);
    Ok(0)
}
