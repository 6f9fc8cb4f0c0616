//! The functions of the interface: what a call takes, at Byzantium and at Osaka, on both engines.
//!
//! A contract calls a function a thousand times, so that what a message takes is small beside it; `loop` is the
//! same without the call, to be taken off. What ends a message is called once, beside `nothing`. The host
//! answers at once with the same each time, and what it answers is warm: its time is nobody's here.
//!
//! Names end with the gas of a call: nanoseconds per gas are the quotient.

#[allow(dead_code, reason = "what the tests want to know besides")]
#[path = "../tests/eei/rows.rs"]
mod rows;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use hebe_gas::ValueType;
use hebe_host::{
    AccessStatus, Address, Bytes32, CallKind, CallResult, Host, HostModule, HostResult, Message,
    Outcome, Revision, StatusCode, StorageStatus, TxContext, U256,
};
use hebe_testing::contract;
use hebe_vm::Vm;
use rows::{ROWS, Row};
use std::hint::black_box;

/// How often a contract calls a function.
const CALLS: u64 = 1_000;

/// Answers at once, and always the same.
struct Answers;

impl Host for Answers {
    fn account_exists(&mut self, _: Address) -> HostResult<bool> {
        Ok(true)
    }

    fn get_storage(&mut self, _: Address, _: Bytes32) -> HostResult<Bytes32> {
        Ok(Bytes32::zero())
    }

    fn set_storage(&mut self, _: Address, _: Bytes32, _: Bytes32) -> HostResult<StorageStatus> {
        Ok(StorageStatus::Assigned)
    }

    fn get_balance(&mut self, _: Address) -> HostResult<U256> {
        Ok(U256::one())
    }

    fn get_code_size(&mut self, _: Address) -> HostResult<usize> {
        Ok(0)
    }

    fn get_code_hash(&mut self, _: Address) -> HostResult<Bytes32> {
        Ok(Bytes32::zero())
    }

    fn copy_code(&mut self, _: Address, _: usize, _: &mut [u8]) -> HostResult<usize> {
        Ok(0)
    }

    fn selfdestruct(&mut self, _: Address, _: Address) -> HostResult<bool> {
        Ok(false)
    }

    fn call(&mut self, message: &Message<'_>) -> HostResult<CallResult> {
        Ok(CallResult {
            status: StatusCode::Success,
            gas_left: message.gas,
            gas_refund: 0,
            output: Vec::new(),
            create_address: Address::zero(),
        })
    }

    fn get_tx_context(&mut self) -> HostResult<TxContext> {
        Ok(TxContext { block_number: 1, ..TxContext::default() })
    }

    fn get_block_hash(&mut self, _: i64) -> HostResult<Bytes32> {
        Ok(Bytes32::repeat_byte(1))
    }

    fn emit_log(&mut self, _: Address, _: &[u8], _: &[Bytes32]) -> HostResult<()> {
        Ok(())
    }

    fn access_account(&mut self, _: Address) -> HostResult<AccessStatus> {
        Ok(AccessStatus::Warm)
    }

    fn access_storage(&mut self, _: Address, _: Bytes32) -> HostResult<AccessStatus> {
        Ok(AccessStatus::Warm)
    }

    fn get_transient_storage(&mut self, _: Address, _: Bytes32) -> HostResult<Bytes32> {
        Ok(Bytes32::zero())
    }

    fn set_transient_storage(&mut self, _: Address, _: Bytes32, _: Bytes32) -> HostResult<()> {
        Ok(())
    }
}

/// Whether a function ends the message.
fn ends(name: &str) -> bool {
    ["finish", "revert", "selfDestruct"].contains(&name)
}

/// A call of a row's function, in WAT.
fn call(row: &Row) -> String {
    let mut functions = HostModule::ETHEREUM.functions.iter();
    let function = functions.find(|function| function.name == row.name).expect("it is there");
    let args: String = function
        .params
        .iter()
        .zip(row.args)
        .map(|(ty, value)| match ty {
            ValueType::I32 => format!("({ty}.const {:#x})", value & 0xffff_ffff),
            ValueType::I64 => format!("({ty}.const {value})"),
        })
        .collect();
    let call = format!("(call ${} {args})", row.name);
    if function.results.is_empty() { call } else { format!("(drop {call})") }
}

/// A contract that does this `CALLS` times.
fn looping(body: &str) -> Vec<u8> {
    contract(&format!(
        "(local $left i32) (local.set $left (i32.const {CALLS}))
         (loop {body} (br_if 0 (local.tee $left (i32.sub (local.get $left) (i32.const 1)))))"
    ))
}

/// Runs a contract, and gives the gas that it used.
fn run(vm: &Vm, revision: Revision, code: &[u8]) -> i64 {
    let message = Message {
        kind: CallKind::Call,
        is_static: false,
        is_delegated: false,
        depth: 0,
        gas: 1 << 50,
        recipient: Address::repeat_byte(1),
        sender: Address::repeat_byte(2),
        input: &[],
        value: U256::zero(),
        create2_salt: Bytes32::zero(),
        code_address: Address::repeat_byte(1),
    };
    match vm.execute(revision, &message, black_box(code), &mut Answers) {
        Ok(Outcome::Success { gas_left, .. } | Outcome::Revert { gas_left, .. }) => {
            message.gas - gas_left
        }
        other => panic!("{other:?}"),
    }
}

fn functions(criterion: &mut Criterion) {
    for engine in ["interpreter", "compiler"] {
        let mut vm = Vm::default();
        for (name, value) in [("engine", engine), ("metering", "off")] {
            vm.set_option(name, value).expect("it is an option");
        }
        for revision in [Revision::Byzantium, Revision::Osaka] {
            let mut group = criterion.benchmark_group(format!("eei/{engine}/{revision}"));
            let mut bench = |name: String, code: &[u8], times: u64| {
                group.throughput(Throughput::Elements(times));
                group.bench_function(name, |bencher| bencher.iter(|| run(&vm, revision, code)));
            };
            bench("loop".to_owned(), &looping(""), CALLS);
            bench("nothing".to_owned(), &contract(""), 1);
            for row in ROWS.iter().filter(|row| row.since() <= revision) {
                let (code, times) = match ends(row.name) {
                    true => (contract(&call(row)), 1),
                    false => (looping(&call(row)), CALLS),
                };
                let gas = run(&vm, revision, &code) / i64::try_from(times).expect("it is small");
                bench(format!("{} ({gas} gas)", row.name), &code, times);
            }
        }
    }
}

criterion_group!(benches, functions);
criterion_main!(benches);
