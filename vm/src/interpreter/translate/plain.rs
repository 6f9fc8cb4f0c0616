//! Instructions that go on to the next one.

use super::super::code::{Instruction, Op};
use super::operands::Operand;
use super::{Translator, small};
use wasmparser::Operator;

impl Translator<'_> {
    /// Takes an instruction that is no branch, block or call.
    pub(super) fn plain(&mut self, operator: &Operator<'_>) -> Result<(), String> {
        use Operator as W;
        match *operator {
            W::Nop => {}
            W::Drop => drop(self.operands.pop()),
            W::Select | W::TypedSelect { .. } => self.select(),
            W::LocalGet { local_index } => self.push(Operand::Local(small(local_index as usize))),
            W::LocalSet { local_index } => self.set_local(small(local_index as usize)),
            W::LocalTee { local_index } => {
                let local = small(local_index as usize);
                self.set_local(local);
                self.push(Operand::Local(local));
            }
            W::I32Const { value } => self.push(Operand::Number(value.cast_unsigned().into())),
            W::I64Const { value } => self.push(Operand::Number(value.cast_unsigned())),
            W::RefNull { .. } => self.push(Operand::Number(0)),
            W::RefFunc { function_index } => {
                self.push(Operand::Number(u64::from(function_index) + 1));
            }
            W::RefIsNull | W::I32Eqz | W::I64Eqz => self.is_zero(),
            // In its slot an i32 is the i64 already.
            W::I64ExtendI32U => {}
            W::I32WrapI64 => {
                let b = self.pop_slot();
                self.result(Instruction {
                    imm: u32::MAX.into(),
                    ..Instruction::slots(Op::AndImm, 0, b, 0)
                });
            }
            W::GlobalGet { global_index } => self.result(with(Op::GlobalGet, global_index)),
            W::GlobalSet { global_index } => {
                let b = self.pop_slot();
                self.emit(Instruction { b, ..with(Op::GlobalSet, global_index) });
            }
            W::MemorySize { .. } => self.result(Instruction::slots(Op::MemorySize, 0, 0, 0)),
            W::TableSize { .. } => self.result(Instruction::slots(Op::TableSize, 0, 0, 0)),
            W::MemoryGrow { .. } => {
                let b = self.pop_slot();
                self.result(Instruction::slots(Op::MemoryGrow, 0, b, 0));
            }
            W::TableGet { .. } => {
                let b = self.pop_slot();
                self.result(Instruction::slots(Op::TableGet, 0, b, 0));
            }
            W::TableSet { .. } => {
                let c = self.pop_slot();
                let b = self.pop_slot();
                self.emit(Instruction::slots(Op::TableSet, 0, b, c));
            }
            W::TableGrow { .. } => {
                let c = self.pop_slot();
                let b = self.pop_slot();
                self.result(Instruction::slots(Op::TableGrow, 0, b, c));
            }
            W::MemoryFill { .. } => self.three(with(Op::MemoryFill, 0)),
            W::MemoryCopy { .. } => self.three(with(Op::MemoryCopy, 0)),
            W::MemoryInit { data_index, .. } => self.three(with(Op::MemoryInit, data_index)),
            W::DataDrop { data_index } => self.emit(with(Op::DataDrop, data_index)),
            W::TableFill { .. } => self.three(with(Op::TableFill, 0)),
            W::TableCopy { .. } => self.three(with(Op::TableCopy, 0)),
            W::TableInit { elem_index, .. } => self.three(with(Op::TableInit, elem_index)),
            W::ElemDrop { elem_index } => self.emit(with(Op::ElementDrop, elem_index)),
            _ => {
                if let Some((load, at, offset)) = load(operator) {
                    self.load(load, at, offset);
                } else if let Some((store, at, offset)) = store(operator) {
                    self.store(store, at, offset);
                } else if let Some(op) = unary(operator) {
                    let b = self.pop_slot();
                    self.result(Instruction::slots(op, 0, b, 0));
                } else if let Some(binary) = binary(operator) {
                    self.binary(&binary);
                } else {
                    return Err(format!("{operator:?} is not known"));
                }
            }
        }
        Ok(())
    }

    /// Writes an instruction whose result is pushed.
    fn result(&mut self, instruction: Instruction) {
        let a = self.push_result();
        self.emit(Instruction { a, ..instruction });
    }

    /// Three operands and no result.
    fn three(&mut self, instruction: Instruction) {
        let c = self.pop_slot();
        let b = self.pop_slot();
        let a = self.pop_slot();
        self.emit(Instruction { a, b, c, ..instruction });
    }

    fn select(&mut self) {
        let condition = self.pop_slot();
        let c = self.pop_slot();
        let b = self.pop_slot();
        let select = Instruction::slots(Op::Select, 0, b, c);
        self.result(Instruction { imm: condition.into(), ..select });
    }

    /// The operand on top becomes whether it is zero. If it is a comparison, that becomes its opposite.
    fn is_zero(&mut self) {
        let operand = self.operands.pop();
        let own = self.slot(self.operands.len());
        if let Some(last) = self.maker(operand, own)
            && let Some((op, swapped)) = last.op.opposite()
        {
            let (b, c) = if swapped { (last.c, last.b) } else { (last.b, last.c) };
            *last = Instruction { op, b, c, ..*last };
            self.push(Operand::Settled);
            return;
        }
        let b = self.settle(operand, self.operands.len());
        self.result(Instruction::slots(Op::EqImm, 0, b, 0));
    }

    fn binary(&mut self, binary: &Binary) {
        let right = self.operands.pop();
        let right_height = self.operands.len();
        let left = self.operands.pop();
        let left_height = self.operands.len();
        if let (Operand::Number(number), Some(op)) = (right, binary.right) {
            let b = self.settle(left, left_height);
            let number = if binary.negates { negated(binary.op, number) } else { number };
            let instruction = Instruction::slots(op, 0, b, 0);
            return self.result(Instruction { imm: number, ..instruction });
        }
        if let (Operand::Number(number), Some(op)) = (left, binary.left) {
            let b = self.settle(right, right_height);
            let instruction = Instruction::slots(op, 0, b, 0);
            return self.result(Instruction { imm: number, ..instruction });
        }
        let b = self.settle(left, left_height);
        let c = self.settle(right, right_height);
        let (b, c) = if binary.swaps { (c, b) } else { (b, c) };
        self.result(Instruction::slots(binary.op, 0, b, c));
    }

    fn load(&mut self, load: Op, at: Op, offset: u64) {
        let operand = self.operands.pop();
        let instruction = match operand {
            Operand::Number(address) => {
                Instruction { imm: address + offset, ..Instruction::slots(at, 0, 0, 0) }
            }
            _ => {
                let b = self.settle(operand, self.operands.len());
                Instruction { imm: offset, ..Instruction::slots(load, 0, b, 0) }
            }
        };
        self.result(instruction);
    }

    fn store(&mut self, store: Op, at: Op, offset: u64) {
        let c = self.pop_slot();
        let operand = self.operands.pop();
        let instruction = match operand {
            Operand::Number(address) => {
                Instruction { imm: address + offset, ..Instruction::slots(at, 0, 0, c) }
            }
            _ => {
                let b = self.settle(operand, self.operands.len());
                Instruction { imm: offset, ..Instruction::slots(store, 0, b, c) }
            }
        };
        self.emit(instruction);
    }
}

/// An instruction that names something.
fn with(op: Op, index: u32) -> Instruction {
    Instruction { imm: index.into(), ..Instruction::slots(op, 0, 0, 0) }
}

/// The number that added does what this one does subtracted.
fn negated(op: Op, number: u64) -> u64 {
    if op == Op::Sub32 { number.wrapping_neg() & 0xffff_ffff } else { number.wrapping_neg() }
}

/// How an instruction of two operands is written.
struct Binary {
    op: Op,
    /// With its operands in the other order.
    swaps: bool,
    /// Where the right operand is a number.
    right: Option<Op>,
    /// Whether that number is negated first.
    negates: bool,
    /// Where the left operand is a number, which `right` then has on its right.
    left: Option<Op>,
}

fn binary(operator: &Operator<'_>) -> Option<Binary> {
    use Operator as W;
    // Any order: both operands may be the number.
    let both =
        |op, imm| Binary { op, swaps: false, right: Some(imm), negates: false, left: Some(imm) };
    let right = |op, imm| Binary { op, swaps: false, right: Some(imm), negates: false, left: None };
    let slots = |op| Binary { op, swaps: false, right: None, negates: false, left: None };
    let less = |op, imm, other| Binary {
        op,
        swaps: false,
        right: Some(imm),
        negates: false,
        left: Some(other),
    };
    let greater = |op, imm, other| Binary { swaps: true, ..less(op, imm, other) };
    Some(match operator {
        W::I32Add => both(Op::Add32, Op::Add32Imm),
        W::I32Sub => Binary { negates: true, ..right(Op::Sub32, Op::Add32Imm) },
        W::I32Mul => both(Op::Mul32, Op::Mul32Imm),
        W::I32DivS => right(Op::DivS32, Op::DivS32Imm),
        W::I32RemS => right(Op::RemS32, Op::RemS32Imm),
        W::I32DivU | W::I64DivU => right(Op::DivU, Op::DivUImm),
        W::I32RemU | W::I64RemU => right(Op::RemU, Op::RemUImm),
        W::I32And | W::I64And => both(Op::And, Op::AndImm),
        W::I32Or | W::I64Or => both(Op::Or, Op::OrImm),
        W::I32Xor | W::I64Xor => both(Op::Xor, Op::XorImm),
        W::I32Shl => right(Op::Shl32, Op::Shl32Imm),
        W::I32ShrS => right(Op::ShrS32, Op::ShrS32Imm),
        W::I32ShrU => right(Op::ShrU32, Op::ShrU32Imm),
        W::I32Rotl => right(Op::Rotl32, Op::Rotl32Imm),
        W::I32Rotr => slots(Op::Rotr32),
        W::I64Add => both(Op::Add64, Op::Add64Imm),
        W::I64Sub => Binary { negates: true, ..right(Op::Sub64, Op::Add64Imm) },
        W::I64Mul => both(Op::Mul64, Op::Mul64Imm),
        W::I64DivS => right(Op::DivS64, Op::DivS64Imm),
        W::I64RemS => right(Op::RemS64, Op::RemS64Imm),
        W::I64Shl => right(Op::Shl64, Op::Shl64Imm),
        W::I64ShrS => right(Op::ShrS64, Op::ShrS64Imm),
        W::I64ShrU => right(Op::ShrU64, Op::ShrU64Imm),
        W::I64Rotl => right(Op::Rotl64, Op::Rotl64Imm),
        W::I64Rotr => slots(Op::Rotr64),
        W::I32Eq | W::I64Eq => both(Op::Eq, Op::EqImm),
        W::I32Ne | W::I64Ne => both(Op::Ne, Op::NeImm),
        W::I32LtU | W::I64LtU => less(Op::LtU, Op::LtUImm, Op::GtUImm),
        W::I32LeU | W::I64LeU => less(Op::LeU, Op::LeUImm, Op::GeUImm),
        W::I32GtU | W::I64GtU => greater(Op::LtU, Op::GtUImm, Op::LtUImm),
        W::I32GeU | W::I64GeU => greater(Op::LeU, Op::GeUImm, Op::LeUImm),
        W::I32LtS => less(Op::LtS32, Op::LtS32Imm, Op::GtS32Imm),
        W::I32LeS => less(Op::LeS32, Op::LeS32Imm, Op::GeS32Imm),
        W::I32GtS => greater(Op::LtS32, Op::GtS32Imm, Op::LtS32Imm),
        W::I32GeS => greater(Op::LeS32, Op::GeS32Imm, Op::LeS32Imm),
        W::I64LtS => less(Op::LtS64, Op::LtS64Imm, Op::GtS64Imm),
        W::I64LeS => less(Op::LeS64, Op::LeS64Imm, Op::GeS64Imm),
        W::I64GtS => greater(Op::LtS64, Op::GtS64Imm, Op::LtS64Imm),
        W::I64GeS => greater(Op::LeS64, Op::GeS64Imm, Op::LeS64Imm),
        _ => return None,
    })
}

fn unary(operator: &Operator<'_>) -> Option<Op> {
    use Operator as W;
    Some(match operator {
        W::I32Clz => Op::Clz32,
        W::I64Clz => Op::Clz64,
        W::I32Ctz => Op::Ctz32,
        W::I64Ctz => Op::Ctz64,
        W::I32Popcnt | W::I64Popcnt => Op::Popcnt,
        W::I32Extend8S => Op::Extend8S32,
        W::I32Extend16S => Op::Extend16S32,
        W::I64Extend8S => Op::Extend8S64,
        W::I64Extend16S => Op::Extend16S64,
        W::I64Extend32S | W::I64ExtendI32S => Op::Extend32S64,
        _ => return None,
    })
}

/// A load: how it is written, how with an address that is known, and its offset.
fn load(operator: &Operator<'_>) -> Option<(Op, Op, u64)> {
    use Operator as W;
    Some(match operator {
        W::I32Load8U { memarg } | W::I64Load8U { memarg } => {
            (Op::Load8, Op::Load8At, memarg.offset)
        }
        W::I32Load16U { memarg } | W::I64Load16U { memarg } => {
            (Op::Load16, Op::Load16At, memarg.offset)
        }
        W::I32Load { memarg } | W::I64Load32U { memarg } => {
            (Op::Load32, Op::Load32At, memarg.offset)
        }
        W::I64Load { memarg } => (Op::Load64, Op::Load64At, memarg.offset),
        W::I32Load8S { memarg } => (Op::Load8S32, Op::Load8S32At, memarg.offset),
        W::I32Load16S { memarg } => (Op::Load16S32, Op::Load16S32At, memarg.offset),
        W::I64Load8S { memarg } => (Op::Load8S64, Op::Load8S64At, memarg.offset),
        W::I64Load16S { memarg } => (Op::Load16S64, Op::Load16S64At, memarg.offset),
        W::I64Load32S { memarg } => (Op::Load32S64, Op::Load32S64At, memarg.offset),
        _ => return None,
    })
}

/// A store: how it is written, how with an address that is known, and its offset.
fn store(operator: &Operator<'_>) -> Option<(Op, Op, u64)> {
    use Operator as W;
    Some(match operator {
        W::I32Store8 { memarg } | W::I64Store8 { memarg } => {
            (Op::Store8, Op::Store8At, memarg.offset)
        }
        W::I32Store16 { memarg } | W::I64Store16 { memarg } => {
            (Op::Store16, Op::Store16At, memarg.offset)
        }
        W::I32Store { memarg } | W::I64Store32 { memarg } => {
            (Op::Store32, Op::Store32At, memarg.offset)
        }
        W::I64Store { memarg } => (Op::Store64, Op::Store64At, memarg.offset),
        _ => return None,
    })
}
