//! Any bytes as a contract: refused with a reason, or accepted by everything that comes after.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| hebe_testing::properties::prepare_holds(data));
