//! One VM serves many threads, and options may be set meanwhile.

#![allow(unsafe_code)] // Tests speak to the VM as C does.

mod common;

use common::{ECHO, RawVm, every_abi, message, wasm};
use hebe_evmc::abi::*;
use hebe_host::StatusCode;
use std::thread;

#[test]
fn eight_threads_execute_while_a_ninth_sets_options() {
    every_abi!(many_threads);
}

fn many_threads<A: Abi>() {
    let vm = &RawVm::<A>::new();
    let code = &wasm(ECHO);
    thread::scope(|scope| {
        for thread in 0..8_u8 {
            scope.spawn(move || {
                for round in 0..100 {
                    let input = [thread, round];
                    let message = evmc_message::<A> {
                        input_data: input.as_ptr(),
                        input_size: 2,
                        ..message()
                    };
                    let ended = vm.execute(&Default::default(), &message, code);
                    assert_eq!(
                        (ended.status, &ended.output[..]),
                        (StatusCode::Success, &input[..])
                    );
                }
            });
        }
        scope.spawn(|| {
            for (name, value) in [("debug", "true"), ("features", "mvp"), ("cache_size", "0")] {
                for value in [value, "default", "1M", "false"] {
                    vm.set(name, value);
                }
                assert_eq!(vm.set(name, value), EVMC_SET_OPTION_SUCCESS);
            }
        });
    });
}
