//! How a contract is one: its imports, its memory, and how it ends.

use crate::Function;
use alloc::{vec, vec::Vec};
use core::{
    alloc::{GlobalAlloc, Layout},
    arch::wasm32,
    cell::UnsafeCell,
};

#[link(wasm_import_module = "ethereum")]
unsafe extern "C" {
    #[link_name = "getCallDataSize"]
    safe fn get_call_data_size() -> u32;
    #[link_name = "callDataCopy"]
    fn call_data_copy(result: *mut u8, offset: u32, length: u32);
    fn finish(data: *const u8, length: u32) -> !;
    fn revert(data: *const u8, length: u32) -> !;
}

/// Ends the contract with the function's answer to the call data.
pub fn answer(function: Function) -> ! {
    let size = get_call_data_size();
    let mut input = vec![0; size as usize];
    // SAFETY: `input` has `size` bytes. The interface only reads the answer.
    unsafe {
        call_data_copy(input.as_mut_ptr(), 0, size);
        match function(&input) {
            Ok(output) => finish(output.as_ptr(), output.len() as u32),
            Err(reason) => {
                let data = error_string(reason);
                revert(data.as_ptr(), data.len() as u32)
            }
        }
    }
}

/// `Error(string)` as Solidity encodes it.
fn error_string(reason: &str) -> Vec<u8> {
    let mut data = vec![0; 4 + 64 + reason.len().next_multiple_of(32)];
    data[..4].copy_from_slice(&[0x08, 0xc3, 0x79, 0xa0]);
    data[35] = 32;
    data[64..68].copy_from_slice(&(reason.len() as u32).to_be_bytes());
    data[68..68 + reason.len()].copy_from_slice(reason.as_bytes());
    data
}

#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    wasm32::unreachable()
}

/// Gives memory from the end of what the module begins with, and takes back what was given last. A
/// contract lives for one call, so there is no better use of gas.
struct Stack {
    /// The first free byte; 0 before the first allocation.
    top: UnsafeCell<usize>,
}

// SAFETY: a contract has one thread.
unsafe impl Sync for Stack {}

#[global_allocator]
static ALLOCATOR: Stack = Stack { top: UnsafeCell::new(0) };

unsafe extern "C" {
    /// Where the linker's data ends; an address, not a value.
    static __heap_base: u8;
}

const PAGE: usize = 65536;

// SAFETY: `alloc` gives each byte at most once, unless `dealloc` or `realloc` took it back.
unsafe impl GlobalAlloc for Stack {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let top = self.top.get();
        // SAFETY: nothing else holds a reference to `top`: one thread, and this calls nobody.
        unsafe {
            if *top == 0 {
                *top = &raw const __heap_base as usize;
            }
            let start = (*top).next_multiple_of(layout.align());
            let Some(end) = start.checked_add(layout.size()) else {
                return core::ptr::null_mut();
            };
            let missing = end.saturating_sub(wasm32::memory_size(0) * PAGE);
            if missing > 0 && wasm32::memory_grow(0, missing.div_ceil(PAGE)) == usize::MAX {
                return core::ptr::null_mut();
            }
            *top = end;
            start as *mut u8
        }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // SAFETY: as in `alloc`.
        unsafe {
            if block as usize + layout.size() == *self.top.get() {
                *self.top.get() = block as usize;
            }
        }
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // SAFETY: as in `alloc`; the copy is of the smaller of both sizes, between blocks that don't
        // overlap unless they begin at the same byte.
        unsafe {
            self.dealloc(block, layout);
            let new = self.alloc(Layout::from_size_align_unchecked(size, layout.align()));
            if new != block && !new.is_null() {
                core::ptr::copy(block, new, layout.size().min(size));
            }
            new
        }
    }
}
