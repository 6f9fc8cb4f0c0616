//! A host that panics ends its own message, and nothing else.

use super::{ALL_RIGHT, vm};
use hebe_host::{
    AccessStatus, Address, Bytes32, CallResult, Fault, Host, HostResult, Message, Outcome,
    Revision, StatusCode, StorageStatus, TxContext, U256,
};
use hebe_testing::{ScriptedHost, check_code, module};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

/// A host that panics when it is asked for a balance.
struct Panicking;

impl Host for Panicking {
    fn get_balance(&mut self, _: Address) -> HostResult<U256> {
        // A panic without a message on standard error.
        resume_unwind(Box::new("the host has a bug"));
    }

    fn account_exists(&mut self, _: Address) -> HostResult<bool> {
        Ok(false)
    }

    fn get_storage(&mut self, _: Address, _: Bytes32) -> HostResult<Bytes32> {
        unreachable!("nobody asks")
    }

    fn set_storage(&mut self, _: Address, _: Bytes32, _: Bytes32) -> HostResult<StorageStatus> {
        unreachable!("nobody asks")
    }

    fn get_code_size(&mut self, _: Address) -> HostResult<usize> {
        unreachable!("nobody asks")
    }

    fn get_code_hash(&mut self, _: Address) -> HostResult<Bytes32> {
        unreachable!("nobody asks")
    }

    fn copy_code(&mut self, _: Address, _: usize, _: &mut [u8]) -> HostResult<usize> {
        unreachable!("nobody asks")
    }

    fn selfdestruct(&mut self, _: Address, _: Address) -> HostResult<bool> {
        unreachable!("nobody asks")
    }

    fn call(&mut self, _: &Message<'_>) -> HostResult<CallResult> {
        unreachable!("nobody asks")
    }

    fn get_tx_context(&mut self) -> HostResult<TxContext> {
        unreachable!("nobody asks")
    }

    fn get_block_hash(&mut self, _: i64) -> HostResult<Bytes32> {
        unreachable!("nobody asks")
    }

    fn emit_log(&mut self, _: Address, _: &[u8], _: &[Bytes32]) -> HostResult<()> {
        unreachable!("nobody asks")
    }

    fn access_account(&mut self, _: Address) -> HostResult<AccessStatus> {
        unreachable!("nobody asks")
    }

    fn access_storage(&mut self, _: Address, _: Bytes32) -> HostResult<AccessStatus> {
        unreachable!("nobody asks")
    }

    fn get_transient_storage(&mut self, _: Address, _: Bytes32) -> HostResult<Bytes32> {
        unreachable!("nobody asks")
    }

    fn set_transient_storage(&mut self, _: Address, _: Bytes32, _: Bytes32) -> HostResult<()> {
        unreachable!("nobody asks")
    }
}

/// In `main`, in a function that it calls, and in one behind many others: the message is a fault or the
/// panic comes out at the border, and the same contract then runs on the same VM, with another host and
/// with the same.
#[test]
fn a_panic_of_the_host_stays_in_its_message() {
    let ask = "(call $getExternalBalance (i32.const 0) (i32.const 32))";
    let imports = r#"(import "ethereum" "getExternalBalance" (func $getExternalBalance (param i32 i32)))
        (import "ethereum" "finish" (func $finish (param i32 i32)))"#;
    let finish = "(call $finish (i32.const 32) (i32.const 16))";
    for (place, functions, main) in [
        ("main", String::new(), ask.to_owned()),
        ("a function", format!("(func $f {ask})"), "(call $f)".to_owned()),
        (
            "a deep function",
            format!(
                "(func $f (param i32) (if (local.get 0)
                   (then (call $f (i32.sub (local.get 0) (i32.const 1)))) (else {ask})))"
            ),
            "(call $f (i32.const 1000))".to_owned(),
        ),
        (
            "a function of the table",
            format!("(type $t (func)) (table funcref (elem $f)) (func $f {ask})"),
            "(call_indirect (type $t) (i32.const 0))".to_owned(),
        ),
    ] {
        let text = format!(
            r#"(module {imports} (memory (export "memory") 1) {functions}
                 (func (export "main") {main} {finish}))"#
        );
        let code = wat::parse_str(&text).expect("it is right");
        let message = check_code(Vec::new()).message();
        for engine in ALL_RIGHT {
            let vm = vm(&[("engine", engine)]);
            for round in 0..3 {
                let run = || vm.execute(Revision::Byzantium, &message, &code, &mut Panicking);
                match catch_unwind(AssertUnwindSafe(run)) {
                    Err(panic) => {
                        let text = panic.downcast_ref::<&str>();
                        assert_eq!(text, Some(&"the host has a bug"), "{engine}, {place}");
                    }
                    Ok(Err(Fault::Host(_) | Fault::Engine(_))) => {}
                    Ok(other) => panic!("{engine}, {place}: {other:?}"),
                }
                let mut host = ScriptedHost::default();
                let outcome = vm.execute(Revision::Byzantium, &message, &code, &mut host);
                let output = match outcome {
                    Ok(Outcome::Success { output, .. }) => output,
                    other => panic!("{engine}, {place}, round {round}: {other:?}"),
                };
                assert_eq!(output, [0; 16], "{engine}, {place}");
            }
        }
    }
}

/// No instance stays behind, of which there can be 1,024 at a time.
#[test]
fn a_thousand_panics_leave_everything_as_it_was() {
    let body = "(call $getExternalBalance (i32.const 0) (i32.const 32))";
    let code = module(body, "");
    let message = check_code(Vec::new()).message();
    for engine in ALL_RIGHT {
        let vm = vm(&[("engine", engine)]);
        for _ in 0..1_200 {
            let run = || vm.execute(Revision::Byzantium, &message, &code, &mut Panicking);
            let _ = catch_unwind(AssertUnwindSafe(run));
        }
        assert_eq!(check_code(code.clone()).on(&vm).result.status, StatusCode::Success, "{engine}");
    }
}
