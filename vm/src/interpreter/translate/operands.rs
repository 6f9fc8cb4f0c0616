//! The operand stack while a function is translated.

use super::super::code::{Instruction, Op};
use super::{Translator, WAITING};

/// Where an operand is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operand {
    /// In its own slot.
    Settled,
    /// In a local; it waits.
    Local(u16),
    /// It is this number; it waits.
    Number(u64),
}

/// The operand stack. Of its operands only the last [`WAITING`] may wait.
#[derive(Default)]
pub(super) struct Operands(Vec<Operand>);

impl Operands {
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// The operand on top. Validation has counted them, so there is one.
    pub(super) fn pop(&mut self) -> Operand {
        debug_assert!(!self.0.is_empty(), "a valid function has operands where it takes some");
        self.0.pop().unwrap_or(Operand::Settled)
    }

    pub(super) fn truncate(&mut self, length: usize) {
        self.0.truncate(length);
    }

    pub(super) fn push_settled(&mut self, count: usize) {
        self.0.extend(std::iter::repeat_n(Operand::Settled, count));
    }
}

impl Translator<'_> {
    /// Pushes an operand that may wait.
    pub(super) fn push(&mut self, operand: Operand) {
        if let Some(last) = self.operands.len().checked_sub(WAITING) {
            self.settle_at(last);
        }
        self.operands.0.push(operand);
    }

    /// Pushes the result of an instruction that is written now: gives the slot that it has to write.
    pub(super) fn push_result(&mut self) -> u16 {
        let slot = self.slot(self.operands.len());
        self.push(Operand::Settled);
        slot
    }

    /// Pops an operand, to be read by the next instruction; gives the slot where it is.
    pub(super) fn pop_slot(&mut self) -> u16 {
        let operand = self.operands.pop();
        self.settle(operand, self.operands.len())
    }

    /// Nothing waits any more.
    pub(super) fn flush(&mut self) {
        for height in self.operands.len().saturating_sub(WAITING)..self.operands.len() {
            self.settle_at(height);
        }
    }

    /// What waits in a local goes into its slot, before the local is set.
    fn save(&mut self, local: u16) {
        for height in self.operands.len().saturating_sub(WAITING)..self.operands.len() {
            if self.operands.0[height] == Operand::Local(local) {
                self.settle_at(height);
            }
        }
    }

    /// The instruction just written, if it made this operand, which is popped and whose slot is `own`, and may still be
    /// changed: it does nothing else, and no label is behind it.
    pub(super) fn maker(&mut self, operand: Operand, own: u16) -> Option<&mut Instruction> {
        if operand != Operand::Settled || self.out.len() == self.fixed {
            return None;
        }
        self.out.last_mut().filter(|last| last.pure_result() == Some(own))
    }

    /// Brings the operand at this height into its slot.
    fn settle_at(&mut self, height: usize) {
        let (operand, slot) = (self.operands.0[height], self.slot(height));
        self.bring(operand, height, slot);
        self.operands.0[height] = Operand::Settled;
    }

    /// The slot from which an operand that was popped from this height can be read. A number has to be put somewhere:
    /// into the slot that was its own.
    pub(super) fn settle(&mut self, operand: Operand, height: usize) -> u16 {
        match operand {
            Operand::Local(local) => local,
            Operand::Settled | Operand::Number(_) => {
                let slot = self.slot(height);
                self.bring(operand, height, slot);
                slot
            }
        }
    }

    /// Brings an operand of this height into a slot.
    pub(super) fn bring(&mut self, operand: Operand, height: usize, slot: u16) {
        match operand {
            Operand::Settled => {
                let own = self.slot(height);
                if own != slot {
                    self.emit(Instruction::slots(Op::Copy, slot, own, 0));
                }
            }
            Operand::Local(local) => {
                self.emit(Instruction::slots(Op::Copy, slot, local, 0));
            }
            Operand::Number(number) => {
                let put = Instruction::slots(Op::Const, slot, 0, 0);
                self.emit(Instruction { imm: number, ..put });
            }
        }
    }

    /// `local.set`: the operand on top goes into a local. Where the instruction just written made it, that writes the
    /// local instead.
    pub(super) fn set_local(&mut self, local: u16) {
        let operand = self.operands.pop();
        let height = self.operands.len();
        let own = self.slot(height);
        // If anything is saved, that is what was just written, and it made another operand.
        self.save(local);
        match self.maker(operand, own) {
            Some(last) => last.a = local,
            None if operand == Operand::Local(local) => {}
            None => self.bring(operand, height, local),
        }
    }
}
