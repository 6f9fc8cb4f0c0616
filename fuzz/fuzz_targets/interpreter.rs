//! Translated code that was altered: the interpreter refuses it, or runs it inside of its frame.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| hebe_testing::properties::altered_code_is_harmless(data));
