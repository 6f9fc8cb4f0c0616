//! Every instruction that a module may use, by its name and its opcode.

/// How many numbers [`Instruction::number`] can give, and a few between.
pub(crate) const NUMBERS: usize = 256 + 18;

/// The opcode that begins the instructions of two opcodes.
pub(crate) const PREFIX: u8 = 0xfc;

/// An instruction of WebAssembly that a module may use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Instruction {
    /// Its name in the WebAssembly text format.
    pub(crate) name: &'static str,
    /// Its opcode; after the prefix 0xfc, 256 and the second opcode.
    pub(crate) number: u16,
}

impl Instruction {
    /// At how many places it reads or writes the memory.
    pub(crate) fn accesses(&self) -> u32 {
        match self.number {
            0x28..=0x3e | 0x108 | 0x10b => 1,
            // memory.copy
            0x10a => 2,
            _ => 0,
        }
    }
}

/// Writes the names of instructions with opcodes that follow each other.
macro_rules! instructions {
    ($($first:literal: $($name:literal)+;)*) => {
        /// All instructions but `else` and `end`, which only mark where a block has its parts. In the
        /// order of their opcodes.
        pub(crate) const INSTRUCTIONS: &[Instruction] = &{
            const COUNT: usize = [$($($name),+),*].len();
            let mut all = [Instruction { name: "", number: 0 }; COUNT];
            let mut at = 0;
            $(
                let mut number = $first;
                $(
                    all[at] = Instruction { name: $name, number };
                    at += 1;
                    number += 1;
                )+
                let _ = number;
            )*
            assert!(at == COUNT);
            all
        };
    };
}

instructions! {
    0x00: "unreachable" "nop" "block" "loop" "if";
    0x0c: "br" "br_if" "br_table" "return" "call" "call_indirect";
    // The second `select` names its type; it is the same instruction.
    0x1a: "drop" "select" "select";
    0x20: "local.get" "local.set" "local.tee" "global.get" "global.set" "table.get" "table.set";
    0x28: "i32.load" "i64.load";
    0x2c: "i32.load8_s" "i32.load8_u" "i32.load16_s" "i32.load16_u"
          "i64.load8_s" "i64.load8_u" "i64.load16_s" "i64.load16_u" "i64.load32_s" "i64.load32_u"
          "i32.store" "i64.store";
    0x3a: "i32.store8" "i32.store16" "i64.store8" "i64.store16" "i64.store32"
          "memory.size" "memory.grow" "i32.const" "i64.const";
    0x45: "i32.eqz" "i32.eq" "i32.ne" "i32.lt_s" "i32.lt_u" "i32.gt_s" "i32.gt_u"
          "i32.le_s" "i32.le_u" "i32.ge_s" "i32.ge_u"
          "i64.eqz" "i64.eq" "i64.ne" "i64.lt_s" "i64.lt_u" "i64.gt_s" "i64.gt_u"
          "i64.le_s" "i64.le_u" "i64.ge_s" "i64.ge_u";
    0x67: "i32.clz" "i32.ctz" "i32.popcnt" "i32.add" "i32.sub" "i32.mul"
          "i32.div_s" "i32.div_u" "i32.rem_s" "i32.rem_u" "i32.and" "i32.or" "i32.xor"
          "i32.shl" "i32.shr_s" "i32.shr_u" "i32.rotl" "i32.rotr"
          "i64.clz" "i64.ctz" "i64.popcnt" "i64.add" "i64.sub" "i64.mul"
          "i64.div_s" "i64.div_u" "i64.rem_s" "i64.rem_u" "i64.and" "i64.or" "i64.xor"
          "i64.shl" "i64.shr_s" "i64.shr_u" "i64.rotl" "i64.rotr";
    0xa7: "i32.wrap_i64";
    0xac: "i64.extend_i32_s" "i64.extend_i32_u";
    0xc0: "i32.extend8_s" "i32.extend16_s" "i64.extend8_s" "i64.extend16_s" "i64.extend32_s";
    0xd0: "ref.null" "ref.is_null" "ref.func";
    0x108: "memory.init" "data.drop" "memory.copy" "memory.fill"
           "table.init" "elem.drop" "table.copy" "table.grow" "table.size" "table.fill";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn opcodes_go_up() {
        assert!(INSTRUCTIONS.is_sorted_by_key(|instruction| instruction.number));
        assert!(INSTRUCTIONS.iter().all(|row| usize::from(row.number) < NUMBERS));
    }
}
