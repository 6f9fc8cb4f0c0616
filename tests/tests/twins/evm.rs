//! The same scenario as EVM bytecode, on revm.

use hebe_host::{Address, Bytes32, U256};
use hebe_testing::Log;
use revm::{
    Context, InspectEvm, Inspector, MainBuilder, MainContext,
    bytecode::{Bytecode, opcode::*},
    context::TxEnv,
    context_interface::result::ExecutionResult,
    database::InMemoryDB,
    interpreter::{
        CallInputs, CallOutcome, CreateInputs, CreateOutcome, Interpreter, InterpreterResult,
        InterpreterTypes, interpreter_types::Jumps,
    },
    primitives::{TxKind, hardfork::SpecId},
    state::AccountInfo,
};
use std::collections::BTreeMap;

/// Bytecode, put together.
#[derive(Clone, Debug, Default)]
pub(crate) struct Asm(pub(crate) Vec<u8>);

impl Asm {
    /// Memory is made as large as anything needs it, so that nothing else pays for that.
    pub(crate) fn new() -> Self {
        Self::default().push(0).push(8191).op(MSTORE8)
    }

    pub(crate) fn push(mut self, number: u64) -> Self {
        self.0.push(PUSH32);
        self.0.extend(U256::from(number).to_big_endian());
        self
    }

    pub(crate) fn address(mut self, address: Address) -> Self {
        self.0.push(PUSH20);
        self.0.extend(address.0);
        self
    }

    pub(crate) fn op(mut self, opcode: u8) -> Self {
        self.0.push(opcode);
        self
    }

    /// Puts bytes into memory.
    pub(crate) fn memory(mut self, offset: u64, bytes: &[u8]) -> Self {
        for (at, byte) in (offset..).zip(bytes) {
            self = self.push((*byte).into()).push(at).op(MSTORE8);
        }
        self
    }
}

/// What came of it.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) is_success: bool,
    /// Gas of the opcodes that a function of the interface is for, and of everything that is not an
    /// instruction: what nested messages used, code that is stored.
    pub(crate) gas: i64,
    /// Before any cap.
    pub(crate) refund: i64,
    pub(crate) logs: Vec<Log>,
    /// Balance, nonce and storage of every account that there was anything about.
    pub(crate) accounts: BTreeMap<Address, (U256, u64, BTreeMap<Bytes32, Bytes32>)>,
}

/// An account before.
pub(crate) struct Before {
    pub(crate) balance: U256,
    pub(crate) nonce: u64,
    pub(crate) code: Vec<u8>,
    pub(crate) storage: BTreeMap<Bytes32, Bytes32>,
}

/// Adds up what instructions cost that have no function in the interface.
#[derive(Default)]
struct Plain {
    /// So far: of the whole, of the transaction's message, of the one nested in it, ...
    gas: Vec<u64>,
    opcode: u8,
    before: u64,
    refund: i64,
}

impl Plain {
    /// A message ends. Whoever fails has no gas left, whatever it was for.
    fn end(&mut self, result: &InterpreterResult) {
        let gas = self.gas.pop().unwrap_or_default();
        if result.is_ok() || result.is_revert() {
            self.add(gas);
        }
        // The last one is the transaction's.
        self.refund = result.gas.refunded();
    }

    fn add(&mut self, gas: u64) {
        match self.gas.last_mut() {
            Some(sum) => *sum += gas,
            None => self.gas.push(gas),
        }
    }
}

/// Whether an opcode is one of the machine's own: of its stack, its memory and its numbers.
fn is_plain(opcode: u8) -> bool {
    matches!(opcode, STOP..=SAR | CALLDATALOAD | POP..=MSTORE8 | JUMP..=MSIZE | JUMPDEST | MCOPY
        | PUSH0..=SWAP16)
}

impl<CTX, INTR: InterpreterTypes> Inspector<CTX, INTR> for Plain {
    fn step(&mut self, interpreter: &mut Interpreter<INTR>, _: &mut CTX) {
        self.opcode = interpreter.bytecode.opcode();
        self.before = interpreter.gas.remaining();
    }

    fn step_end(&mut self, interpreter: &mut Interpreter<INTR>, _: &mut CTX) {
        if is_plain(self.opcode) {
            self.add(self.before - interpreter.gas.remaining());
        }
    }

    fn call(&mut self, _: &mut CTX, _: &mut CallInputs) -> Option<CallOutcome> {
        self.gas.push(0);
        None
    }

    fn call_end(&mut self, _: &mut CTX, _: &CallInputs, outcome: &mut CallOutcome) {
        self.end(&outcome.result);
    }

    fn create(&mut self, _: &mut CTX, _: &mut CreateInputs) -> Option<CreateOutcome> {
        self.gas.push(0);
        None
    }

    fn create_end(&mut self, _: &mut CTX, _: &CreateInputs, outcome: &mut CreateOutcome) {
        self.end(&outcome.result);
    }
}

fn evm(address: Address) -> revm::primitives::Address {
    revm::primitives::Address::from(address.0)
}

fn number(number: U256) -> revm::primitives::U256 {
    revm::primitives::U256::from_be_bytes(number.to_big_endian())
}

fn word(number: revm::primitives::U256) -> Bytes32 {
    Bytes32(number.to_be_bytes())
}

/// Calls `to` from `from`, without price.
pub(crate) fn run(
    spec: SpecId,
    accounts: &BTreeMap<Address, Before>,
    (from, to): (Address, Address),
    block_number: u64,
    gas: u64,
) -> Ran {
    let mut db = InMemoryDB::default();
    for (address, before) in accounts {
        let info = AccountInfo {
            balance: number(before.balance),
            nonce: before.nonce,
            ..AccountInfo::from_bytecode(Bytecode::new_raw(before.code.clone().into()))
        };
        db.insert_account_info(evm(*address), info);
        for (key, value) in &before.storage {
            let (key, value) = (U256::from_big_endian(&key.0), U256::from_big_endian(&value.0));
            db.insert_account_storage(evm(*address), number(key), number(value))
                .expect("in memory");
        }
    }
    let context = Context::mainnet()
        .with_db(db)
        .modify_cfg_chained(|cfg| cfg.set_spec_and_mainnet_gas_params(spec))
        .modify_block_chained(|block| {
            block.number = revm::primitives::U256::from(block_number);
            block.gas_limit = gas;
            block.basefee = 0;
        });
    let mut machine = context.build_mainnet_with_inspector(Plain::default());
    let transaction = TxEnv::builder()
        .caller(evm(from))
        .kind(TxKind::Call(evm(to)))
        .gas_limit(gas)
        .gas_price(0)
        .build()
        .expect("a transaction");
    let ended = machine.inspect_tx(transaction).expect("it is valid");
    let plain = machine.inspector.gas.last().copied().unwrap_or_default();
    let refund = machine.inspector.refund;
    let spent = ended.result.gas().total_gas_spent();
    let logs = ended.result.logs().iter().map(|log| Log {
        address: Address(log.address.0.0),
        topics: log.topics().iter().map(|topic| Bytes32(topic.0)).collect(),
        data: log.data.data.to_vec(),
    });
    let logs = logs.collect();
    let mut after: BTreeMap<_, _> = accounts
        .iter()
        .map(|(address, one)| (*address, (one.balance, one.nonce, one.storage.clone())))
        .collect();
    for (address, account) in &ended.state {
        let address = Address(address.0.0);
        if !account.is_touched() {
            continue;
        }
        let info = &account.info;
        if account.is_selfdestructed() || info.is_empty() {
            after.remove(&address);
            continue;
        }
        let one = after.entry(address).or_default();
        one.0 = U256::from_big_endian(&info.balance.to_be_bytes::<32>());
        one.1 = info.nonce;
        for (key, slot) in &account.storage {
            let value = word(slot.present_value);
            if value.is_zero() {
                one.2.remove(&word(*key));
            } else {
                one.2.insert(word(*key), value);
            }
        }
    }
    Ran {
        is_success: matches!(ended.result, ExecutionResult::Success { .. }),
        // 21,000 are the transaction's.
        gas: i64::try_from(spent - 21_000 - plain).expect("less than all there is"),
        refund,
        logs,
        accounts: after,
    }
}
