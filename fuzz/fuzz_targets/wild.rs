//! A contract that no compiler would make, made of any bytes, on the interpreter, as native code, and by the
//! specification.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| hebe_testing::properties::wild_contracts_agree(data));
