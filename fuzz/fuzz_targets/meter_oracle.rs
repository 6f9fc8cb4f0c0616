//! Any contract, generated or given: the meter agrees with one that charges before every instruction.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| hebe_testing::properties::meters_agree(data));
