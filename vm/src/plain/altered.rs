//! Translated code that is altered: an attack on the pass that checks it.
//!
//! What that pass lets through, the machine runs without asking again. So whatever it lets through must be harmless,
//! also where no translator would have made it: it stays inside of its frame, and what it does depends on nothing
//! that earlier runs have left there. What it computes is not the contract's any more.

use super::Module;
use crate::interpreter::{Code, Instruction, Label, Op, Shape, Translated, translate};
use hebe_gas::Prepared;
use std::sync::Arc;

/// A function's translated code, to be altered.
#[derive(Clone, Debug)]
pub struct Altered {
    prepared: Arc<Prepared>,
    own: u32,
    translated: Translated,
}

/// A number in translated code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// What an instruction does: an index in a list of all that there is.
    Op,
    /// The first small number of an instruction, mostly a slot.
    A,
    /// The second one.
    B,
    /// The third one.
    C,
    /// The large number of an instruction. In a branch its lower half is where it leads, and the upper half what that
    /// costs.
    Imm,
    /// The index of the instruction at which a label is.
    LabelAt,
    /// How many slots the label says are written there.
    LabelHeight,
}

impl Part {
    /// All of them.
    pub const ALL: [Self; 7] =
        [Self::Op, Self::A, Self::B, Self::C, Self::Imm, Self::LabelAt, Self::LabelHeight];
}

impl Altered {
    /// The code of the function of the module's own with this index among them, not altered yet.
    ///
    /// # Errors
    ///
    /// Says why it can't be translated: there is no such function.
    pub fn new(prepared: Arc<Prepared>, own: u32) -> Result<Self, String> {
        if own as usize >= prepared.functions().len() {
            return Err(format!("there is no function {own}"));
        }
        let translated = translate(&prepared, own)?;
        Ok(Self { prepared, own, translated })
    }

    /// How many instructions there are; or labels, if the part is one of theirs.
    pub fn count(&self, part: Part) -> usize {
        match part {
            Part::LabelAt | Part::LabelHeight => self.translated.labels.len(),
            _ => self.translated.code.len(),
        }
    }

    /// A number in the code: a part of the instruction or label with this index. 0 where there is none.
    pub fn get(&self, part: Part, index: usize) -> u64 {
        let instruction = self.translated.code.get(index);
        let label = self.translated.labels.get(index);
        let number = match part {
            Part::Op => instruction
                .and_then(|code| Op::ALL.iter().position(|op| *op == code.op))
                .map(|at| at as u64),
            Part::A => instruction.map(|code| code.a.into()),
            Part::B => instruction.map(|code| code.b.into()),
            Part::C => instruction.map(|code| code.c.into()),
            Part::Imm => instruction.map(|code| code.imm),
            Part::LabelAt => label.map(|label| label.at.into()),
            Part::LabelHeight => label.map(|label| label.height.into()),
        };
        number.unwrap_or(0)
    }

    /// Changes a number in the code. Of a value that is too wide for it the lowest bits count.
    #[expect(clippy::cast_possible_truncation, reason = "the lowest bits are wanted")]
    pub fn set(&mut self, part: Part, index: usize, value: u64) {
        let mut none = Instruction::slots(Op::Return, 0, 0, 0);
        let mut nowhere = Label { at: 0, height: 0 };
        let instruction = self.translated.code.get_mut(index).unwrap_or(&mut none);
        let label = self.translated.labels.get_mut(index).unwrap_or(&mut nowhere);
        match part {
            Part::Op => instruction.op = Op::ALL[value as usize % Op::ALL.len()],
            Part::A => instruction.a = value as u16,
            Part::B => instruction.b = value as u16,
            Part::C => instruction.c = value as u16,
            Part::Imm => instruction.imm = value,
            Part::LabelAt => label.at = value as u32,
            Part::LabelHeight => label.height = value as u16,
        }
    }

    /// Has two instructions change their places.
    pub fn swap(&mut self, one: usize, other: usize) {
        let code = &mut self.translated.code;
        if one.max(other) < code.len() {
            code.swap(one, other);
        }
    }

    /// Takes the end of the code away, from this instruction on.
    pub fn cut(&mut self, from: usize) {
        self.translated.code.truncate(from);
    }

    /// Whether it pays for whatever it does again and again: a branch that leads back pays something or leads to where
    /// something is paid before the next branch, and where it calls functions of the module's own it pays at
    /// its beginning. What does not can run for ever, and harms nobody otherwise.
    pub fn pays(&self) -> bool {
        let code = &self.translated.code;
        let straight = |from: usize| {
            let goes_on = |at: &&Instruction| !at.is_branch() && !at.never_goes_on();
            code.iter().skip(from).take_while(goes_on)
        };
        let charges = |at: &Instruction| at.op == Op::Charge && at.imm > 0;
        let loops_pay = code
            .iter()
            .enumerate()
            .filter(|(at, branch)| branch.is_branch() && branch.target() <= *at)
            .all(|(_, branch)| branch.branch_cost() > 0 || straight(branch.target()).any(charges));
        let calls = |at: &Instruction| matches!(at.op.shape(), Shape::Call | Shape::CallIndirect);
        loops_pay && (code.first().is_some_and(|enter| enter.imm > 0) || !code.iter().any(calls))
    }

    /// A module in which the function has this code.
    ///
    /// # Errors
    ///
    /// The check has refused it, and says why.
    pub fn checked(self) -> Result<Module, String> {
        let code = Code::new(self.prepared);
        code.put(self.own as usize, self.translated)?;
        Ok(Module(Arc::new(code)))
    }
}
