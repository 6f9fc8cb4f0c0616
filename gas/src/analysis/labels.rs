//! How many values does an instruction carry from one place to another?

use super::opcodes::*;
use crate::{FunctionType, Module};
use std::ops::Range;

/// The open blocks of a function: how many values a branch to each carries, the function's own first.
#[derive(Default)]
pub(super) struct Labels(Vec<u32>);

/// What an instruction carries.
#[derive(Clone, Copy, Default)]
pub(super) struct Carried {
    /// Values that are passed, taken or given back.
    pub(super) values: u32,
    /// Values that a validator looks at: the results of a block, too, and those of each target of a `br_table`.
    pub(super) looked_at: u32,
}

impl Labels {
    /// Begins a function, imported ones counted.
    pub(super) fn begin(&mut self, function: u32, module: &Module) {
        let [_, results] = module.type_of(function).map_or([0; 2], FunctionType::counts);
        self.0.clear();
        self.0.push(results);
    }

    /// Follows an instruction that opens or ends a block, branches or calls, in code that can't be reached, too.
    pub(super) fn follow(&mut self, code: &[u8], range: &Range<usize>, module: &Module) -> Carried {
        let immediate = range.start + 1;
        let of_type = |ty: u32| module.types.get(ty as usize).map_or([0; 2], FunctionType::counts);
        let (values, looked_at) = match code[range.start] {
            opcode @ BLOCK..=IF => {
                let [params, results] = match code[immediate] {
                    NO_RESULT => [0, 0],
                    // One type of a value; the index of a type is no negative number.
                    ty if ty & 0xc0 == 0x40 => [0, 1],
                    _ => of_type(leb(code, immediate)),
                };
                self.0.push(if opcode == LOOP { params } else { results });
                (params, params + results)
            }
            END => {
                self.0.pop();
                (0, 0)
            }
            BR | BR_IF => {
                let values = self.of(leb(code, immediate));
                (values, values)
            }
            BR_TABLE => {
                // All labels take as many values; the last is the default.
                let targets = leb(code, immediate);
                let last = (immediate..range.end - 1).rev().find(|at| code[*at] & 0x80 == 0);
                let values = self.of(leb(code, last.map_or(immediate, |at| at + 1)));
                (values, values * (targets + 1))
            }
            RETURN => {
                let values = self.0.first().copied().unwrap_or(0);
                (values, values)
            }
            opcode => {
                let callee = leb(code, immediate);
                let [params, results] = match opcode {
                    CALL => module.type_of(callee).map_or([0; 2], FunctionType::counts),
                    _ => of_type(callee),
                };
                (params + results, params + results)
            }
        };
        Carried { values, looked_at }
    }

    /// What a branch to the block that is so many blocks outside carries.
    fn of(&self, depth: u32) -> u32 {
        let at = self.0.len().checked_sub(1 + depth as usize);
        at.and_then(|at| self.0.get(at)).copied().unwrap_or(0)
    }
}

/// The type of a block that gives nothing.
const NO_RESULT: u8 = 0x40;
