//! The schedule `measured`.

use super::Price;

/// Where the prices come from.
pub(super) const ABOUT: &str = "\
By what our engines take. A price is the time on the slower of interpreter and native code, in the way that
is worst for it, with a quarter more, at 100 ns a gas: 125 particles for a nanosecond, rounded up. Times were
taken with `hebe calibrate` on one core of an AMD EPYC server, with nothing else running; it measures them
again, on any machine. What could be cheaper is named.";

/// Every price once.
pub(super) const PRICES: &[Price] = &[
    Price {
        names: "i32.add i32.sub i32.and i32.or i32.xor i64.add i64.sub i64.and i64.or i64.xor \
                i32.mul i64.mul i32.shl i32.shr_s i32.shr_u i64.shl i64.shr_s i64.shr_u \
                i32.rotl i32.rotr i64.rotl i64.rotr i32.clz i32.ctz i64.clz i64.ctz \
                i32.eqz i32.eq i32.ne i32.lt_s i32.lt_u i32.gt_s i32.gt_u i32.le_s i32.le_u \
                i32.ge_s i32.ge_u i64.eqz i64.eq i64.ne i64.lt_s i64.lt_u i64.gt_s i64.gt_u \
                i64.le_s i64.le_u i64.ge_s i64.ge_u \
                i32.wrap_i64 i64.extend_i32_u i64.extend_i32_s i32.extend8_s i32.extend16_s \
                i64.extend8_s i64.extend16_s i64.extend32_s select ref.null ref.is_null",
        particles: 100,
        why: "0.8 ns: an instruction of the interpreter, which waits for the one before",
    },
    Price { names: "i32.popcnt i64.popcnt", particles: 200, why: "1.5 ns" },
    Price {
        names: "i32.div_s i32.div_u i32.rem_s i32.rem_u i64.div_s i64.div_u i64.rem_s i64.rem_u",
        particles: 500,
        why: "1.2 ns here, 4 to 10 on processors before 2020, which divide 64 bits slowly",
    },
    Price {
        names: "local.get local.set local.tee",
        particles: 100,
        why: "0.8 ns where it is copied to another slot; most are read where they are",
    },
    Price { names: "i32.const", particles: 120, why: "0.9 ns where it is written to a slot" },
    Price { names: "i64.const", particles: 135, why: "1.1 ns where it is written to a slot" },
    Price { names: "global.get global.set memory.size", particles: 140, why: "1.1 ns" },
    Price {
        names: "i32.load i64.load i32.load8_s i32.load8_u i32.load16_s i32.load16_u i64.load8_s \
                i64.load8_u i64.load16_s i64.load16_u i64.load32_s i64.load32_u",
        particles: 200,
        why: "1.6 ns from the nearest cache; by chance in 1 MiB together with what makes the address",
    },
    Price {
        names: "i32.store i64.store i32.store8 i32.store16 i64.store8 i64.store16 i64.store32",
        particles: 200,
        why: "1.6 ns to the nearest cache",
    },
    Price {
        names: "nop unreachable drop",
        particles: 0,
        why: "no engine makes anything of it; what gave the value was paid",
    },
    Price {
        names: "block loop",
        particles: 200,
        why: "1.6 ns: behind its end a stretch is charged",
    },
    Price {
        names: "if br_if",
        particles: 500,
        why: "2 ns where it goes as always, 20 where nobody can foretell how",
    },
    Price { names: "br return", particles: 100, why: "0.8 ns" },
    Price { names: "br_table", particles: 400, why: "4 ns, 20 where nobody can foretell where to" },
    Price { names: "call", particles: 800, why: "6 ns, with a frame in which locals are cleared" },
    Price { names: "call_indirect", particles: 1_000, why: "8 ns: the element, its type, a call" },
    Price {
        names: "value",
        particles: 150,
        why: "0.8 to 1.2 ns: copied from slot to slot, once or twice",
    },
    Price { names: "local", particles: 40, why: "0.1 to 0.3 ns: 8 bytes cleared" },
    Price {
        names: "far",
        particles: 3_000,
        why: "65 to 90 ns in 32 MiB, where nearly every access misses the caches, would be 9,000: a third of \
              it, since most don't. Declare a maximum of 16 pages, and it is not paid",
    },
    Price {
        names: "memory.copy memory.init",
        particles: 2_000,
        why: "14 to 16 ns, whatever the length",
    },
    Price { names: "memory.fill", particles: 1_200, why: "9 ns, whatever the length" },
    Price {
        names: "word",
        particles: 1_500,
        why: "12 ns for 32 bytes where source and destination lie so that a processor takes one for the other; \
              0.5 to 1 otherwise",
    },
    Price { names: "data.drop", particles: 500, why: "3 ns" },
    Price { names: "memory.grow", particles: 3_800, why: "30 ns out of native code and back" },
    Price {
        names: "page",
        particles: 2_048 * super::PARTICLES_PER_GAS,
        why: "40 µs where all of it is written to, which would be 500 gas; it is held as long as the message \
              runs, so that a block's gas bounds the memory that its messages hold",
    },
    Price { names: "table.get", particles: 500, why: "4 ns" },
    Price { names: "table.set", particles: 400, why: "3 ns" },
    Price { names: "table.size", particles: 300, why: "3 ns" },
    Price { names: "table.grow", particles: 2_300, why: "18 ns out of native code and back" },
    Price { names: "table.fill", particles: 800, why: "6 ns" },
    Price { names: "table.copy", particles: 1_500, why: "12 ns" },
    Price { names: "table.init", particles: 2_100, why: "17 ns out of native code and back" },
    Price { names: "elem.drop", particles: 1_000, why: "8 ns out of native code and back" },
    Price { names: "ref.func", particles: 7_000, why: "57 ns out of native code and back" },
    Price { names: "element", particles: 350, why: "2.7 ns in native code's table.copy" },
    Price {
        names: "code",
        particles: 1_200,
        why: "11 to 14 ns to validate and analyse a byte of ordinary code, less than a quarter more: large \
              contracts pay, ordinary ones of some KiB little",
    },
    Price {
        names: "start",
        particles: 50 * super::PARTICLES_PER_GAS,
        why: "1.6 µs for a warm contract in native code; 40 µs for one that nobody has seen, of which the fee \
              of the call that got here, 100 gas or more, pays the rest",
    },
    Price {
        names: "import global",
        particles: 500,
        why: "1 to 15 ns, beside the bytes that declare it",
    },
    Price { names: "segment", particles: 1_000, why: "8 ns, beside the bytes that declare it" },
    Price { names: "data", particles: 350, why: "2.5 ns" },
    Price { names: "item", particles: 100, why: "0.5 ns" },
    Price { names: "trip", particles: 4_000, why: "30 ns out of native code and back" },
];
