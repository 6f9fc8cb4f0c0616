//! The schedule `cycles`.

use super::Price;

/// Particles for a cycle.
const CYCLE: u32 = 45;

/// Where the prices come from.
pub(super) const ABOUT: &str = "\
By the ewasm draft \"Determining ewasm gas costs\": latencies of a Haswell processor at 2.2 GHz, where a
second is worth 10,000,000 gas, so that a cycle costs 0.0045 gas. What the draft leaves open, or does not
know yet, is ours.";

/// Every price once.
pub(super) const PRICES: &[Price] = &[
    Price {
        names: "local.get local.set local.tee global.get global.set",
        particles: 3 * CYCLE,
        why: "3 cycles, a MOV, by the draft",
    },
    Price {
        names: "i32.load i64.load i32.load8_s i32.load8_u i32.load16_s i32.load16_u i64.load8_s \
                i64.load8_u i64.load16_s i64.load16_u i64.load32_s i64.load32_u",
        particles: 3 * CYCLE,
        why: "3 cycles, a MOV, by the draft",
    },
    Price {
        names: "i32.store i64.store i32.store8 i32.store16 i64.store8 i64.store16 i64.store32",
        particles: 3 * CYCLE,
        why: "3 cycles, as a load: the draft has no rows for stores",
    },
    Price { names: "block loop", particles: 0, why: "0 cycles, only a grouping, by the draft" },
    Price {
        names: "nop",
        particles: 0,
        why: "0 cycles: no engine makes anything of it; the draft leaves it open",
    },
    Price { names: "unreachable", particles: 0, why: "0 cycles, by the draft; all gas goes" },
    Price {
        names: "if",
        particles: 3 * CYCLE,
        why: "3 cycles, as br_if: a CMP and a jump. The draft has 2 for each of its two parts, and \
              nothing for the comparison",
    },
    Price { names: "br br_table return", particles: 2 * CYCLE, why: "2 cycles, by the draft" },
    Price { names: "br_if", particles: 3 * CYCLE, why: "3 cycles, by the draft" },
    Price {
        names: "call",
        particles: 2 * CYCLE,
        why: "2 cycles, by the draft; a host function has a fee of its own",
    },
    Price {
        names: "call_indirect",
        particles: 11 * CYCLE,
        why: "11 cycles: 3 to load the table's element, 3 to compare the index, 3 to compare the \
              type, 2 to call; the draft leaves it open",
    },
    Price { names: "i32.const i64.const", particles: 0, why: "0 cycles, by the draft" },
    Price { names: "drop select", particles: 3 * CYCLE, why: "3 cycles, by the draft" },
    Price {
        names: "i32.add i32.sub i32.and i32.or i32.xor i64.add i64.sub i64.and i64.or i64.xor",
        particles: CYCLE,
        why: "1 cycle, by the draft",
    },
    Price {
        names: "i32.eqz i32.eq i32.ne i32.lt_s i32.lt_u i32.gt_s i32.gt_u i32.le_s i32.le_u \
                i32.ge_s i32.ge_u i64.eqz i64.eq i64.ne i64.lt_s i64.lt_u i64.gt_s i64.gt_u \
                i64.le_s i64.le_u i64.ge_s i64.ge_u",
        particles: CYCLE,
        why: "1 cycle, a CMP, by the draft",
    },
    Price {
        names: "i32.shl i32.shr_s i32.shr_u i64.shl i64.shr_s i64.shr_u",
        particles: 67,
        why: "1.5 cycles; the draft rounds 0.00675 gas to 0.0067",
    },
    Price {
        names: "i32.rotl i32.rotr i64.rotl i64.rotr",
        particles: 2 * CYCLE,
        why: "2 cycles, by the draft",
    },
    Price { names: "i32.mul i64.mul", particles: 3 * CYCLE, why: "3 cycles, by the draft" },
    Price {
        names: "i32.div_s i32.div_u i32.rem_s i32.rem_u i64.div_s i64.div_u i64.rem_s i64.rem_u",
        particles: 80 * CYCLE,
        why: "80 cycles, a DIV, by the draft",
    },
    Price {
        names: "i32.clz i32.ctz",
        particles: 105 * CYCLE,
        why: "105 cycles by the draft, for machines without such an instruction",
    },
    Price {
        names: "i32.popcnt i64.clz i64.ctz i64.popcnt",
        particles: 105 * CYCLE,
        why: "105 cycles, as i32.clz: the draft leaves these open",
    },
    Price {
        names: "i32.wrap_i64 i64.extend_i32_u",
        particles: 3 * CYCLE,
        why: "3 cycles, a MOV, by the draft",
    },
    Price {
        names: "i64.extend_i32_s i32.extend8_s i32.extend16_s i64.extend8_s i64.extend16_s \
                i64.extend32_s",
        particles: 3 * CYCLE,
        why: "3 cycles: the draft makes it a shift to the left and one to the right, and has no sum",
    },
    Price {
        names: "memory.size",
        particles: 3 * CYCLE,
        why: "3 cycles, as global.get: engines keep it where they keep globals; the draft leaves it \
              open",
    },
    Price {
        names: "memory.grow",
        particles: 20 * CYCLE,
        why: "20 cycles, as the bulk instructions, and its pages; the draft leaves it open",
    },
    Price {
        names: "memory.init memory.copy memory.fill data.drop",
        particles: 20 * CYCLE,
        why: "20 cycles to leave the code and come back, and the length in words; newer than the \
              draft",
    },
    Price {
        names: "table.get table.set table.init table.copy table.grow table.size table.fill \
                elem.drop",
        particles: 20 * CYCLE,
        why: "20 cycles to leave the code and come back, and the length in elements; newer than the \
              draft",
    },
    Price {
        names: "ref.null ref.is_null ref.func",
        particles: CYCLE,
        why: "1 cycle; newer than the draft",
    },
    Price {
        names: "page",
        particles: 2_048 * super::PARTICLES_PER_GAS,
        why: "2,048 gas: it must be cleared, which takes some 5,000 cycles (23 gas), and is held as \
              long as the message runs; the draft has no price for memory",
    },
    Price {
        names: "word",
        particles: 4 * CYCLE,
        why: "4 cycles for 32 bytes; newer than the draft",
    },
    Price {
        names: "element",
        particles: 4 * CYCLE,
        why: "4 cycles for an element; newer than the draft",
    },
];
