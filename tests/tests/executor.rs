//! What the executor promises beyond the interface: options, nesting, threads, the cache.

use hebe_evmc::LoadedVm;
use hebe_host::{Address, Fault, Revision, StatusCode, U256};
use hebe_testing::{
    Account, Chain, Machine, RECIPIENT, SENDER, Transaction, check, check_code, contract,
    library_path, machines, module, other_libraries,
};
use hebe_vm::Vm;
use std::{collections::BTreeMap, fs, sync::Barrier, thread};

/// The VM with these options.
fn vm(options: &[(&str, &str)]) -> Vm {
    let mut vm = Vm::default();
    for (name, value) in options {
        vm.set_option(name, value).expect("the option is right");
    }
    vm
}

/// A chain with one contract, at [`RECIPIENT`], and one sender.
fn chain_with(code: Vec<u8>) -> Chain {
    let contract = Account { code: code.into(), nonce: 1, ..Account::default() };
    let sender = Account { balance: U256::exp10(18), ..Account::default() };
    Chain::new(Revision::Byzantium, BTreeMap::from([(RECIPIENT, contract), (SENDER, sender)]))
}

fn transaction(gas: i64) -> Transaction {
    let (to, input) = (Some(RECIPIENT), Vec::new());
    Transaction { from: SENDER, to, input, value: U256::zero(), gas, is_static: false }
}

/// From the 2 MiB that Rust gives to a test's thread, on every machine.
#[test]
fn messages_nest_1024_deep() {
    let code = wat::parse_str(include_str!("../../contracts/recurse.wat")).expect("it is right");
    let nest = |name: &str, machine: &dyn Machine| {
        let report = chain_with(code.clone()).run(machine, &transaction(1_000_000_000_000));
        assert_eq!(report.status, StatusCode::Success, "{name}: {:?}", report.reason);
        assert_eq!(U256::from_big_endian(&report.output), 1024.into(), "{name}");
    };
    for (name, machine) in machines() {
        nest(name, machine.as_ref());
    }
    for library in other_libraries() {
        nest(&format!("the library of ABI {}", library.abi_version()), library);
    }
}

/// Each thread nests, traps, and runs contracts that no other has seen, on one VM.
#[test]
fn eight_threads_share_a_vm() {
    let library = LoadedVm::load(library_path()).expect("the library loads");
    let recurse = wat::parse_str(include_str!("../../contracts/recurse.wat")).expect("it is right");
    let start = Barrier::new(8);
    thread::scope(|scope| {
        for thread in 0..8 {
            let (library, recurse, start) = (&library, &recurse, &start);
            scope.spawn(move || {
                start.wait();
                for round in 0..50 {
                    let number = thread * 1000 + round;
                    let own = contract(&format!(
                        "(i32.store (i32.const 0) (i32.const {number}))
                         (call $finish (i32.const 0) (i32.const 4))"
                    ));
                    let result = check_code(own).on(library).result;
                    assert_eq!(result.output, u32::to_le_bytes(number));
                    let result = check("(unreachable)").on(library).result;
                    assert_eq!(result.status, StatusCode::WasmUnreachableInstruction);
                }
                let report = chain_with(recurse.clone()).run(library, &transaction(20_000_000));
                assert_eq!(report.status, StatusCode::Success);
                assert!(U256::from_big_endian(&report.output) > 300.into());
            });
        }
    });
}

#[test]
fn code_that_is_not_wasm_is_run_or_refused_or_left_to_the_client() {
    // The first two stop at once, the others begin with what is no instruction.
    for (code, expected) in [
        (&b"\x60\x00"[..], StatusCode::Success),
        (b"\0asm\x01\0\0", StatusCode::Success),
        (b"\x0casm\x01\0\0\0", StatusCode::UndefinedInstruction),
        (b"\xef\x01\0", StatusCode::UndefinedInstruction),
    ] {
        let case = check_code(code.to_vec());
        assert_eq!(case.on(&vm(&[])).result.status, expected);
        let refused = case.on(&vm(&[("evm1mode", "reject")])).result.status;
        assert_eq!(refused, StatusCode::ContractValidationFailure);
        let left = case.on(&vm(&[("evm1mode", "fallback")])).result.status;
        assert_eq!(left, StatusCode::Rejected);
    }
}

#[test]
fn nothing_to_run_succeeds_with_all_gas() {
    check_code(Vec::new()).succeeds(&[]).uses(0).asks(&[]);
}

#[test]
fn revisions_without_prices_are_rejected() {
    let mut host = hebe_testing::ScriptedHost::default();
    for (revision, _) in Revision::ALL {
        let message = check("").message();
        let result = vm(&[]).execute(revision, &message, &contract(""), &mut host);
        if Revision::SUPPORTED.contains(&revision) {
            assert!(result.is_ok(), "{result:?}");
        } else {
            assert_eq!(result, Err(Fault::UnsupportedRevision(revision)));
        }
    }
}

#[test]
fn options_decide_what_is_valid() {
    let extra = module("", "(func (export \"more\"))");
    let sign_extension = contract("(drop (i32.extend8_s (i32.const 1)))");
    let status = |code: &[u8], options: &[(&str, &str)]| {
        check_code(code.to_vec()).on(&vm(options)).result.status
    };
    assert_eq!(status(&extra, &[]), StatusCode::Success);
    assert_eq!(status(&extra, &[("exports", "strict")]), StatusCode::ContractValidationFailure);
    assert_eq!(status(&sign_extension, &[]), StatusCode::Success);
    let mvp = [("features", "mvp")];
    assert_eq!(status(&sign_extension, &mvp), StatusCode::ContractValidationFailure);
}

/// The same VM under other options must not answer from what it has kept.
#[test]
fn what_is_kept_belongs_to_its_options() {
    let code = module("", "(func (export \"more\"))");
    let mut vm = vm(&[]);
    let status = |vm: &Vm| check_code(code.clone()).on(vm).result.status;
    assert_eq!(status(&vm), StatusCode::Success);
    vm.set_option("exports", "strict").expect("it is an option");
    assert_eq!(status(&vm), StatusCode::ContractValidationFailure);
    vm.set_option("exports", "tolerant").expect("it is an option");
    assert_eq!(status(&vm), StatusCode::Success);
}

#[test]
fn the_cache_changes_no_outcome() {
    for size in ["0", "1", "20K", "64M"] {
        let vm = vm(&[("cache_size", size), ("metering", "off")]);
        for number in (0..40).chain(0..40) {
            let body = format!(
                "(call $useGas (i64.const {number})) (call $finish (i32.const 0) (i32.const {number}))"
            );
            let result = check(&body).on(&vm).result;
            assert_eq!(
                (result.gas_left, result.output.len()),
                (1_000_000 - number, usize::try_from(number).unwrap())
            );
            let result =
                check(&format!("(drop (i32.const {number})) (f32.const 0) (drop)")).on(&vm).result;
            assert_eq!(result.status, StatusCode::ContractValidationFailure);
        }
    }
}

/// An instance of a contract starts as every other did.
#[test]
fn nothing_of_an_earlier_run_is_seen() {
    let body = "(global.set $g (i32.add (global.get $g) (i32.load (i32.const 0))))
        (i32.store (i32.const 0) (i32.add (global.get $g) (memory.grow (i32.const 1))))
        (call $finish (i32.const 0) (i32.const 4))";
    let code = module(body, "(global $g (mut i32) (i32.const 5)) (data (i32.const 0) \"\\07\")");
    for (name, machine) in machines() {
        for _ in 0..3 {
            let result = check_code(code.clone()).on(machine.as_ref()).result;
            assert_eq!(result.output, [13, 0, 0, 0], "{name}");
        }
    }
}

#[test]
fn sys_replaces_the_code_that_runs_at_an_address() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("other.wasm");
    let other = contract(
        "(i32.store (i32.const 0) (call $getCodeSize)) (call $finish (i32.const 0) (i32.const 4))",
    );
    fs::write(&path, other).expect("a file");
    let path = path.display().to_string();
    let here = format!("sys:{RECIPIENT:#x}");
    let own = contract("(unreachable)");
    let size = u32::try_from(own.len()).expect("it is small").to_le_bytes();

    // It runs instead of the code in the state, which is what it still sees as its own.
    let result = check_code(own.clone()).on(&vm(&[(&here, &path)])).result;
    assert_eq!((result.status, &result.output[..]), (StatusCode::Success, &size[..]));
    // Also where there is no code, or none that is WebAssembly.
    let result = check_code(Vec::new()).on(&vm(&[(&here, &path)])).result;
    assert_eq!(result.output, [0; 4]);
    // Elsewhere nothing changes, and init code is not at an address yet.
    let elsewhere = vm(&[("sys:sentinel", &path)]);
    assert_eq!(
        check_code(own.clone()).on(&elsewhere).result.status,
        StatusCode::WasmUnreachableInstruction
    );
    let create = check_code(own).kind(hebe_host::CallKind::Create).on(&vm(&[(&here, &path)]));
    assert_eq!(create.result.status, StatusCode::WasmUnreachableInstruction);
}

/// A delegate call runs another account's code on this account: the code's address decides.
#[test]
fn sys_looks_at_whose_code_runs() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("other.wasm");
    fs::write(&path, contract("(call $finish (i32.const 0) (i32.const 9))")).expect("a file");
    let there = Address::repeat_byte(0x77);
    let option = (format!("sys:{there:#x}"), path.display().to_string());
    let vm = vm(&[(&option.0, &option.1)]);
    let mut message = check("").message();
    message.code_address = there;
    let run = |message| {
        let mut host = hebe_testing::ScriptedHost::default();
        Machine::execute(&vm, Revision::Byzantium, &message, &contract(""), &mut host)
            .result
            .output
            .len()
    };
    assert_eq!(run(message), 0, "for a plain call the code address means nothing");
    message.kind = hebe_host::CallKind::DelegateCall;
    assert_eq!(run(message), 9);
    message.kind = hebe_host::CallKind::CallCode;
    assert_eq!(run(message), 9);
}
