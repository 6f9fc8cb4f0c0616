//! Any code, message, options and answers of a host, through the C interface.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let _calls = hebe::exercise::exercise(data);
});
