//! The loops in Rust, as the contracts in WebAssembly text have them. Numbers that a compiler could compute beforehand
//! are hidden from it.

use std::hint::black_box;

pub(crate) fn i64_loop() -> u64 {
    let turns = black_box(1_000_000);
    let (mut acc, mut i) = (0_u64, 0_u64);
    while i < turns {
        acc = acc.wrapping_mul(3).wrapping_add(i);
        i += 1;
    }
    acc
}

pub(crate) fn memory_loop(memory: &mut [u32; 16_384]) {
    let end = black_box(400_000);
    let mut i = 0_u32;
    while i < end {
        let from = (i.wrapping_mul(13) & 0xfffc) / 4;
        memory[((i & 0xfffc) / 4) as usize] = memory[from as usize].wrapping_add(i);
        i += 4;
    }
}

pub(crate) fn fib(n: u32) -> u32 {
    if n < 2 { n } else { fib(n - 1).wrapping_add(fib(n - 2)) }
}

/// What the interpreter in `interpreter.wat` runs, one instruction in a byte.
const PROGRAM: [u8; 10] = [0, 1, 4, 2, 3, 7, 4, 5, 0, 6];

pub(crate) fn interpreter() -> u32 {
    let (program, mut turns) = (black_box(PROGRAM), black_box(10_000_u32));
    let (mut acc, mut pc) = (1_u32, 0_usize);
    loop {
        let instruction = program[pc];
        pc += 1;
        match instruction {
            0 => acc = acc.wrapping_add(7),
            1 => acc ^= acc << 5,
            2 => acc >>= 1,
            3 => acc = acc.wrapping_mul(3),
            // The next one is left out.
            4 => pc += (acc & 1) as usize,
            5 => acc = acc.wrapping_sub(turns),
            6 => {
                turns -= 1;
                if turns == 0 {
                    return acc;
                }
                pc = 0;
            }
            _ => acc = acc.rotate_left(3),
        }
    }
}
