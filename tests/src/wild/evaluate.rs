//! What does a module do, by the specification?
//!
//! The chapter "Execution", read as plainly as it can be: a stack of values, blocks within blocks, and
//! nothing in advance. It shares nothing with any engine, so it is the third opinion where two differ,
//! and the first where all are in doubt. It counts no gas; what it can't know it says so.

mod memory;
mod numbers;

use super::module::{Code, Kind, Module, NULL, index, low};
use hebe_host::StatusCode;
use std::fmt;
use wasm_encoder::{Instruction, ValType};

/// How a module ended.
#[derive(Clone, PartialEq, Eq)]
pub enum End {
    /// `main` returned.
    Returned,
    /// It called `finish` with this output.
    Finished(Vec<u8>),
    /// It called `revert` with this output.
    Reverted(Vec<u8>),
    /// It trapped, or gave a host function a range outside memory.
    Failed(StatusCode),
    /// It takes too long or nests too deeply to be evaluated, or asks what is not known here.
    Unknown,
}

impl fmt::Debug for End {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Returned => f.write_str("returned"),
            Self::Finished(output) => write!(f, "finished with {}", hex::encode(output)),
            Self::Reverted(output) => write!(f, "reverted with {}", hex::encode(output)),
            Self::Failed(status) => write!(f, "{status}"),
            Self::Unknown => f.write_str("unknown"),
        }
    }
}

/// How deep functions may be nested. The evaluator's own stack grows with it.
const DEPTH: u32 = 400;

/// Native stack that is there for each function, in bytes, and how much is added when there is less.
const RED_ZONE: usize = 1 << 20;

/// Evaluates `main` for a message with this input, up to so many instructions. The module must be a
/// contract.
pub fn evaluate(module: &Module, input: &[u8], instructions: u64) -> End {
    let mut machine = Machine::new(module, input, instructions);
    match machine.call(module.main, Vec::new()) {
        Ok(_) => End::Returned,
        Err(end) => end,
    }
}

/// Calls one function of the module, and gives its results and what is in the memory then.
///
/// # Errors
///
/// How it ended otherwise.
pub fn evaluate_function(
    module: &Module,
    function: u32,
    arguments: &[u64],
) -> Result<(Vec<u64>, Vec<u8>), End> {
    let mut machine = Machine::new(module, &[], u64::MAX);
    let results = machine.call(function, arguments.to_vec())?;
    Ok((results, machine.memory))
}

/// A module that is running.
struct Machine<'a> {
    module: &'a Module,
    input: &'a [u8],
    memory: Vec<u8>,
    globals: Vec<u64>,
    table: Vec<u64>,
    /// Which segments were dropped.
    elements_dropped: Vec<bool>,
    data_dropped: Vec<bool>,
    instructions: u64,
    depth: u32,
}

/// Where code goes on.
enum Next {
    /// Behind it.
    Through,
    /// At the label of so many blocks further out.
    Branch(u32),
    /// Where the function returns to.
    Return,
}

impl<'a> Machine<'a> {
    fn new(module: &'a Module, input: &'a [u8], instructions: u64) -> Self {
        let mut machine = Self {
            module,
            input,
            memory: vec![0; module.memory.0 as usize * memory::PAGE],
            // The generator draws 64 bits for every type; an i32 is the low half of them, as it is in the bytes.
            globals: module.globals.iter().map(|(ty, value)| first_value(*ty, *value)).collect(),
            table: vec![NULL; module.table.map_or(0, |(elements, _)| elements) as usize],
            // Active segments are as if dropped once they are where they belong.
            elements_dropped: module.elements.iter().map(|part| part.offset.is_some()).collect(),
            data_dropped: module.data.iter().map(|part| part.offset.is_some()).collect(),
            instructions,
            depth: 0,
        };
        for segment in &module.elements {
            if let Some(offset) = segment.offset {
                let end = offset as usize + segment.items.len();
                machine.table[offset as usize..end].copy_from_slice(&segment.items);
            }
        }
        for segment in &module.data {
            if let Some(offset) = segment.offset {
                let end = offset as usize + segment.items.len();
                machine.memory[offset as usize..end].copy_from_slice(&segment.items);
            }
        }
        machine
    }

    /// Calls a function with these arguments.
    fn call(&mut self, function: u32, arguments: Vec<u64>) -> Result<Vec<u64>, End> {
        let module = self.module;
        let Some(own) = (function as usize).checked_sub(module.imports.len()) else {
            return self.host(module.imports[function as usize].0, &arguments);
        };
        let own = &module.functions[own];
        if self.depth == DEPTH {
            return Err(End::Unknown);
        }
        self.depth += 1;
        let mut locals = arguments;
        locals.extend(own.locals.iter().map(|ty| if *ty == ValType::FUNCREF { NULL } else { 0 }));
        let mut stack = Vec::new();
        stacker::maybe_grow(RED_ZONE, 4 * RED_ZONE, || {
            self.run(&own.body, &mut stack, &mut locals)
        })?;
        self.depth -= 1;
        let results = module.types[own.ty as usize].results.len();
        Ok(stack.split_off(stack.len() - results))
    }

    /// Calls a host function.
    fn host(&mut self, name: &str, arguments: &[u64]) -> Result<Vec<u64>, End> {
        let argument = |place: usize| low(arguments[place]);
        let outside = End::Failed(StatusCode::InvalidMemoryAccess);
        match name {
            "finish" | "revert" => {
                let output = self.range(argument(0), argument(1)).map(|range| &self.memory[range]);
                let output = output.ok_or(outside)?.to_vec();
                Err(if name == "finish" { End::Finished(output) } else { End::Reverted(output) })
            }
            "getCallDataSize" => Ok(vec![self.input.len() as u64]),
            "getBlockNumber" => Ok(vec![0]),
            "storageStore" => {
                let is_inside = [0, 1].map(|place| self.range(argument(place), 32).is_some());
                if is_inside == [true, true] { Ok(Vec::new()) } else { Err(outside) }
            }
            "callDataCopy" => {
                let range = self.range(argument(0), argument(2)).ok_or(outside.clone())?;
                let start = argument(1) as usize;
                let from = self.input.get(start..).and_then(|rest| rest.get(..range.len()));
                self.memory[range].copy_from_slice(from.ok_or(outside)?);
                Ok(Vec::new())
            }
            _ => Err(End::Unknown),
        }
    }

    /// Runs code of a function.
    fn run(
        &mut self,
        code: &[Code],
        stack: &mut Vec<u64>,
        locals: &mut [u64],
    ) -> Result<Next, End> {
        for piece in code {
            self.instructions = self.instructions.checked_sub(1).ok_or(End::Unknown)?;
            let next = match piece {
                Code::Plain(instruction) => self.instruction(instruction, stack, locals)?,
                Code::Block(kind, ty, body) => {
                    self.block(*kind == Kind::Loop, *ty, body, stack, locals)?
                }
                Code::If(ty, then, other) => {
                    let body = if pop(stack) & 0xffff_ffff != 0 {
                        then
                    } else {
                        other.as_deref().unwrap_or_default()
                    };
                    self.block(false, *ty, body, stack, locals)?
                }
            };
            if !matches!(next, Next::Through) {
                return Ok(next);
            }
        }
        Ok(Next::Through)
    }

    fn block(
        &mut self,
        is_loop: bool,
        ty: u32,
        body: &[Code],
        stack: &mut Vec<u64>,
        locals: &mut [u64],
    ) -> Result<Next, End> {
        let ty = &self.module.types[ty as usize];
        let base = stack.len() - ty.params.len();
        loop {
            match self.run(body, stack, locals)? {
                Next::Branch(0) => {
                    let carried = if is_loop { &ty.params } else { &ty.results };
                    let carried = stack.split_off(stack.len() - carried.len());
                    stack.truncate(base);
                    stack.extend(carried);
                    if !is_loop {
                        return Ok(Next::Through);
                    }
                    self.instructions = self.instructions.checked_sub(1).ok_or(End::Unknown)?;
                }
                Next::Branch(further) => return Ok(Next::Branch(further - 1)),
                next => return Ok(next),
            }
        }
    }

    fn instruction(
        &mut self,
        instruction: &Instruction<'_>,
        stack: &mut Vec<u64>,
        locals: &mut [u64],
    ) -> Result<Next, End> {
        use Instruction as I;
        match instruction {
            I::Unreachable => return Err(End::Failed(StatusCode::WasmUnreachableInstruction)),
            I::Nop => {}
            I::Br(label) => return Ok(Next::Branch(*label)),
            I::BrIf(label) => {
                if pop_u32(stack) != 0 {
                    return Ok(Next::Branch(*label));
                }
            }
            I::BrTable(labels, default) => {
                let label = labels.get(pop_u32(stack) as usize).unwrap_or(default);
                return Ok(Next::Branch(*label));
            }
            I::Return => return Ok(Next::Return),
            I::Call(function) => self.call_from(*function, stack)?,
            I::CallIndirect { type_index, .. } => {
                let at = pop_u32(stack) as usize;
                let function = *self.table.get(at).ok_or(TRAP)?;
                if function == NULL {
                    return Err(TRAP);
                }
                // Equal types are one, whatever their index.
                let types = &self.module.types;
                let found = &types[self.module.type_of(low(function)) as usize];
                if *found != types[*type_index as usize] {
                    return Err(TRAP);
                }
                self.call_from(low(function), stack)?;
            }
            I::Drop => drop(pop(stack)),
            I::Select | I::TypedSelect(_) => {
                let condition = pop_u32(stack);
                let other = pop(stack);
                if condition == 0 {
                    *top(stack) = other;
                }
            }
            I::LocalGet(local) => stack.push(locals[*local as usize]),
            I::LocalSet(local) => locals[*local as usize] = pop(stack),
            I::LocalTee(local) => locals[*local as usize] = *top(stack),
            I::GlobalGet(global) => stack.push(self.globals[*global as usize]),
            I::GlobalSet(global) => self.globals[*global as usize] = pop(stack),
            I::RefNull(_) => stack.push(NULL),
            I::RefFunc(function) => stack.push((*function).into()),
            I::RefIsNull => *top(stack) = u64::from(*top(stack) == NULL),
            I::I32Const(value) => stack.push(value.cast_unsigned().into()),
            I::I64Const(value) => stack.push(value.cast_unsigned()),
            other => {
                if !numbers::compute(other, stack)? {
                    self.memory_instruction(other, stack)?;
                }
            }
        }
        Ok(Next::Through)
    }

    /// Calls a function with what is on the stack.
    fn call_from(&mut self, function: u32, stack: &mut Vec<u64>) -> Result<(), End> {
        let params = self.module.types[self.module.type_of(function) as usize].params.len();
        let arguments = stack.split_off(stack.len() - params);
        stack.extend(self.call(function, arguments)?);
        Ok(())
    }
}

/// What a global holds at first.
fn first_value(ty: ValType, value: u64) -> u64 {
    if ty == ValType::I32 { low(value).into() } else { value }
}

/// A trap that has no status of its own.
const TRAP: End = End::Failed(StatusCode::WasmTrap);

fn pop(stack: &mut Vec<u64>) -> u64 {
    stack.pop().expect("the module is valid")
}

fn pop_u32(stack: &mut Vec<u64>) -> u32 {
    low(pop(stack))
}

fn top(stack: &mut [u64]) -> &mut u64 {
    stack.last_mut().expect("the module is valid")
}

/// What there is, as an i32.
fn count(items: usize) -> u64 {
    index(items).into()
}
