//! What messages leave behind of the system's memory: the deepest chain of them, each at the end of its own stack, on a
//! small thread; and contracts with large memories. Alone in its process, and one after the other.

use hebe_host::{Revision, StatusCode, U256};
use hebe_testing::{Account, Chain, RECIPIENT, SENDER, Transaction};
use hebe_vm::Vm;
use std::{collections::BTreeMap, fs, thread};

#[test]
fn messages_leave_little_memory_behind() {
    large_memories_that_grow_are_not_kept();
    messages_nest_1024_deep_at_the_end_of_their_stacks();
}

/// Memory that nobody has written to is not backed by the system, also when it has grown.
fn large_memories_that_grow_are_not_kept() {
    let mut vm = Vm::default();
    vm.set_option("engine", "interpreter").expect("it is an option");
    let run = |number: u32| {
        let text = format!(
            r#"(module (memory (export "memory") 500) (func (export "main")
                 (drop (i32.const {number})) (drop (memory.grow (i32.const 1)))))"#
        );
        let code = wat::parse_str(text).expect("the text is right");
        let execution = hebe_testing::check_code(code).gas(2_000_000).on(&vm);
        assert_eq!(execution.result.status, StatusCode::Success);
    };
    run(0);
    let before = resident_bytes();
    (1..=16).for_each(run);
    let left = resident_bytes().saturating_sub(before) >> 20;
    println!("large memories: {left} MiB are left behind");
    assert!(left <= 8, "16 contracts with memories of 31 MiB leave {left} MiB behind");
}

/// A chain of 1,024 nested messages, each of which is at the end of its stack when it sends the next.
fn messages_nest_1024_deep_at_the_end_of_their_stacks() {
    let test = || {
        let text = include_str!("deep.wat");
        let code = wat::parse_str(text).expect("the text is right");
        // How much of the system's memory may be left when it is over, in MiB: of the interpreter, its stacks and
        // instances; of native code, also what compiling took.
        for (engine, most) in [("interpreter", 16), ("compiler", 256)] {
            let mut vm = Vm::default();
            vm.set_option("engine", engine).expect("it is an option");
            let contract = Account { code: code.clone().into(), nonce: 1, ..Account::default() };
            let sender = Account { balance: U256::exp10(18), ..Account::default() };
            let mut chain = Chain::new(
                Revision::Byzantium,
                BTreeMap::from([(RECIPIENT, contract), (SENDER, sender)]),
            );
            let transaction = Transaction {
                from: SENDER,
                to: Some(RECIPIENT),
                input: Vec::new(),
                value: U256::zero(),
                gas: 1_000_000_000_000_000,
                is_static: false,
            };
            let before = resident_bytes();
            let report = chain.run(&vm, &transaction);
            assert_eq!(report.status, StatusCode::Success, "{engine}: {:?}", report.reason);
            assert_eq!(U256::from_big_endian(&report.output), 1024.into(), "{engine}");
            assert_eq!(vm.compiled_contracts(), u64::from(engine == "compiler"));
            let left = resident_bytes().saturating_sub(before) >> 20;
            println!("{engine}: {left} MiB are left behind");
            assert!(left <= most, "{engine}: {left} MiB are left behind");
        }
    };
    let thread = thread::Builder::new().stack_size(2 << 20).spawn(test);
    thread.expect("a thread").join().expect("it ends well");
}

/// Memory of the process that is there.
fn resident_bytes() -> usize {
    let pages = fs::read_to_string("/proc/self/statm").unwrap_or_default();
    pages.split(' ').nth(1).and_then(|pages| pages.parse::<usize>().ok()).unwrap_or(0) * 4096
}
