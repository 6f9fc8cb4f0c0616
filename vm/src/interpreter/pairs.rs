//! Instructions that often follow each other, done in one go.
//!
//! To get from one instruction to the next takes longer than most of them. Where a pair is known, the first
//! instruction gets a name that stands for both; the machine then finds the second in its place, as it was. So branches
//! into the middle of a pair lead to the second, and nothing moves. This is done with code that has been checked, and a
//! pair does what its two do.
//!
//! The pairs are those that loops of hash functions, of interpreters and of counting have; see the table of
//! engines in docs/benchmarks.md. Each takes time when Hebe is built, so there are few.

use super::code::{Instruction, Op};

/// Names pairs, each by its first instruction. An instruction is in one pair as its first, and may be in another as its
/// second, which is then not looked at.
pub(super) fn name_pairs(code: &mut [Instruction]) {
    for at in 1..code.len() {
        if let Some(op) = pair(code[at - 1].op, code[at].op) {
            code[at - 1].op = op;
        }
    }
}

fn pair(first: Op, second: Op) -> Option<Op> {
    Some(match (first, second) {
        (Op::Add32Imm, Op::BrNe) => Op::Add32ImmThenBrNe,
        (Op::Add32Imm, Op::BrNeImm) => Op::Add32ImmThenBrNeImm,
        (Op::Add32Imm, Op::BrLtU) => Op::Add32ImmThenBrLtU,
        (Op::Add32Imm, Op::BrLtUImm) => Op::Add32ImmThenBrLtUImm,
        (Op::Add64Imm, Op::BrNe) => Op::Add64ImmThenBrNe,
        (Op::Add64Imm, Op::BrNeImm) => Op::Add64ImmThenBrNeImm,
        (Op::Add64Imm, Op::BrLtU) => Op::Add64ImmThenBrLtU,
        (Op::Xor, Op::Rotl32Imm) => Op::XorThenRotl32Imm,
        (Op::Xor, Op::Rotl64Imm) => Op::XorThenRotl64Imm,
        (Op::Add32, Op::Add32) => Op::Add32ThenAdd32,
        (Op::Add64, Op::Add64) => Op::Add64ThenAdd64,
        (Op::Add64, Op::Xor) => Op::Add64ThenXor,
        (Op::Add32, Op::Xor) => Op::Add32ThenXor,
        (Op::Xor, Op::Xor) => Op::XorThenXor,
        (Op::And, Op::Xor) => Op::AndThenXor,
        (Op::Xor, Op::And) => Op::XorThenAnd,
        (Op::Rotl32Imm, Op::Xor) => Op::Rotl32ImmThenXor,
        (Op::Rotl64Imm, Op::Xor) => Op::Rotl64ImmThenXor,
        (Op::Rotl64Imm, Op::Add64) => Op::Rotl64ImmThenAdd64,
        (Op::Load64, Op::Add64) => Op::Load64ThenAdd64,
        (Op::Load64, Op::Xor) => Op::Load64ThenXor,
        (Op::Load32, Op::Add32) => Op::Load32ThenAdd32,
        (Op::Load32, Op::Xor) => Op::Load32ThenXor,
        (Op::Load64, Op::Load64) => Op::Load64ThenLoad64,
        (Op::Add32Imm, Op::Load8) => Op::Add32ImmThenLoad8,
        (Op::Add32, Op::Load8) => Op::Add32ThenLoad8,
        (Op::Add32, Op::Load32) => Op::Add32ThenLoad32,
        (Op::Add32, Op::Load64) => Op::Add32ThenLoad64,
        (Op::Shl32Imm, Op::Add32) => Op::Shl32ImmThenAdd32,
        (Op::Add64, Op::Store64) => Op::Add64ThenStore64,
        (Op::Xor, Op::Store64) => Op::XorThenStore64,
        (Op::Add32, Op::Store32) => Op::Add32ThenStore32,
        (Op::Copy, Op::Copy) => Op::CopyThenCopy,
        _ => return None,
    })
}
