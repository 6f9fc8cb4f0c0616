//! A contract made of any bytes, on the interpreter and as native code.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| hebe_testing::properties::engines_agree(data));
