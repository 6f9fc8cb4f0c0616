//! Stacks and memories that a thread keeps for its next messages: to get fresh ones takes longer than an ordinary call.

use super::memory::Memory;
use revm_interpreter::{Stack, interpreter_types::StackTr};
use std::cell::RefCell;

/// So many a thread keeps: 32 KiB each, and what the memory has.
const MOST: usize = 16;

/// A larger memory is given back.
const MOST_MEMORY_BYTES: usize = 64 << 10;

thread_local! {
    static SPARE: RefCell<Vec<(Stack, Vec<u8>)>> = const { RefCell::new(Vec::new()) };
}

/// A stack and a memory, both empty.
pub(super) fn take() -> (Stack, Memory) {
    let spare = SPARE.try_with(|spare| spare.borrow_mut().pop());
    match spare.ok().flatten() {
        Some((stack, memory)) => (stack, Memory::in_place_of(memory)),
        None => (Stack::new(), Memory::default()),
    }
}

/// Keeps them, if there are not enough.
pub(super) fn give_back(mut stack: Stack, memory: Memory) {
    let mut memory = memory.into_place();
    if memory.capacity() > MOST_MEMORY_BYTES {
        memory = Vec::new();
    }
    stack.clear();
    // At the end of a thread there is no place to keep them.
    let _ = SPARE.try_with(|spare| {
        let mut spare = spare.borrow_mut();
        if spare.len() < MOST {
            spare.push((stack, memory));
        }
    });
}
