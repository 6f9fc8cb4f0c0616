//! Any code, message, options and answers of a host, through the C interface of any ABI.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let _calls = hebe_evmc::exercise::exercise_any(data);
});
