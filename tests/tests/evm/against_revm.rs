//! Random bytecode, here and on the crate `revm` driven directly: the same status, output, gas, refund, logs and state,
//! after each of several transactions.
//!
//! The interpreter is the same, so this is about all that stands around it. `HEBE_EVM` says how many seeds are tried.

use crate::specs::SPECS;
use hebe_host::{Address, Bytes32, Revision, StatusCode, U256};
use hebe_testing::{Account, Chain, Log, PaidTransaction, SENDER};
use hebe_vm::Vm;
use revm::{
    Context, ExecuteCommitEvm, MainBuilder, MainContext,
    bytecode::{
        Bytecode,
        opcode::{self, OpCode},
    },
    context::TxEnv,
    context_interface::result::ExecutionResult,
    database::InMemoryDB,
    primitives::TxKind,
    state::AccountInfo,
};
use std::collections::BTreeMap;

/// Seeds that once showed a difference, or are near to one.
const KEPT: [u64; 0] = [];

const GAS: u64 = 400_000;

#[test]
fn random_bytecode_does_the_same() {
    let count = std::env::var("HEBE_EVM").ok().and_then(|count| count.parse().ok()).unwrap_or(600);
    let (mut succeeded, mut total) = (0, 0);
    for seed in KEPT.into_iter().chain(0..count) {
        succeeded += compare(seed);
        total += TRANSACTIONS;
    }
    println!("{succeeded} of {total} transactions succeeded");
    assert!(succeeded * 4 > total, "too few get anywhere");
}

const TRANSACTIONS: usize = 3;

/// The contracts that there are.
const CONTRACTS: [Address; 3] =
    [Address::repeat_byte(0xaa), Address::repeat_byte(0xbb), Address::repeat_byte(0xcc)];

/// Runs what a seed makes on both. How many transactions succeeded.
fn compare(seed: u64) -> usize {
    let mut random = Random(seed);
    let (revision, spec) = SPECS[random.below(SPECS.len())];
    let mut accounts = BTreeMap::new();
    accounts.insert(SENDER, Account { balance: U256::exp10(18), ..Account::default() });
    for (index, address) in CONTRACTS.into_iter().enumerate() {
        let code = match revision >= Revision::Prague && index > 0 && random.below(4) == 0 {
            true => [&[0xef, 0x01, 0x00][..], &CONTRACTS[index - 1].0].concat(),
            false => program(&mut random, revision),
        };
        let storage =
            (0..3).filter(|_| random.below(2) == 0).map(|key| (small(key), small(key + 5)));
        let storage = storage.collect();
        let account =
            Account { balance: random.below(3).into(), nonce: 1, storage, code: code.into() };
        accounts.insert(address, account);
    }

    let mut chain = Chain::new(revision, accounts.clone());
    chain.context.block_number = 300;
    chain.context.block_coinbase = COINBASE;
    chain.block_hashes = (0..300)
        .map(|number: i64| (number, hebe_testing::keccak256(number.to_string().as_bytes())))
        .collect();
    let vm = Vm::default();
    let context = Context::mainnet()
        .with_db(database(&accounts))
        .modify_cfg_chained(|cfg| cfg.set_spec_and_mainnet_gas_params(spec))
        .modify_block_chained(|block| {
            block.number = revm::primitives::U256::from(300);
            block.timestamp = revm::primitives::U256::from(1);
            block.gas_limit = i64::MAX.cast_unsigned();
            block.basefee = 0;
            block.difficulty = Default::default();
            block.prevrandao = Some(Default::default());
            block.beneficiary = evm(COINBASE);
        });
    let mut machine = context.build_mainnet();

    let mut succeeded = 0;
    for nonce in 0..TRANSACTIONS as u64 {
        let place = format!("seed {seed} at {revision}, transaction {nonce}");
        let to = (random.below(6) != 0).then(|| CONTRACTS[random.below(CONTRACTS.len())]);
        let data = match to {
            Some(_) => (0..random.below(80)).map(|_| random.byte()).collect(),
            None => program(&mut random, revision),
        };
        let value = random.below(3) as u64;
        let transaction = PaidTransaction {
            sender: SENDER,
            nonce,
            gas_limit: GAS,
            to,
            value: value.into(),
            data: data.clone(),
            ..PaidTransaction::default()
        };
        let ours = chain.transact(&vm, &transaction).unwrap_or_else(|why| panic!("{place}: {why}"));
        let transaction = TxEnv::builder()
            .caller(evm(SENDER))
            .kind(to.map_or(TxKind::Create, |to| TxKind::Call(evm(to))))
            .nonce(nonce)
            .data(data.into())
            .value(revm::primitives::U256::from(value))
            .gas_limit(GAS)
            .gas_price(0)
            .build()
            .expect("a transaction");
        let theirs =
            machine.transact_commit(transaction).unwrap_or_else(|why| panic!("{place}: {why}"));

        let ended = match ours.status {
            StatusCode::Success => "success",
            StatusCode::Revert => "revert",
            _ => "failure",
        };
        let expected = match &theirs {
            ExecutionResult::Success { .. } => "success",
            ExecutionResult::Revert { .. } => "revert",
            ExecutionResult::Halt { .. } => "failure",
        };
        assert_eq!(ended, expected, "{place}: {ours:?}, {theirs:?}");
        let output = theirs.output().map(|output| output.to_vec()).unwrap_or_default();
        if to.is_some() {
            assert_eq!(hex::encode(&ours.output), hex::encode(output), "{place}: output");
        }
        assert_eq!(ours.gas_used.cast_unsigned(), theirs.tx_gas_used(), "{place}: gas");
        let logs = theirs.logs().iter().map(|log| Log {
            address: Address(log.address.0.0),
            topics: log.topics().iter().map(|topic| Bytes32(topic.0)).collect(),
            data: log.data.data.to_vec(),
        });
        assert_eq!(ours.logs, logs.collect::<Vec<_>>(), "{place}: logs");
        let theirs = state(&machine.ctx.journaled_state.database);
        let ours = chain.state.accounts().iter().filter(|(_, account)| !account.is_empty());
        let ours: BTreeMap<_, _> =
            ours.map(|(address, account)| (*address, account.clone())).collect();
        assert_eq!(ours, theirs, "{place}: state");
        succeeded += usize::from(ended == "success");
    }
    succeeded
}

const COINBASE: Address = Address::repeat_byte(0xc0);

fn database(accounts: &BTreeMap<Address, Account>) -> InMemoryDB {
    let mut db = InMemoryDB::default();
    for (address, account) in accounts {
        let info = AccountInfo {
            balance: number(account.balance.to_big_endian()),
            nonce: account.nonce,
            ..AccountInfo::from_bytecode(Bytecode::new_raw(account.code.to_vec().into()))
        };
        db.insert_account_info(evm(*address), info);
        for (key, value) in &account.storage {
            db.insert_account_storage(evm(*address), number(key.0), number(value.0))
                .expect("in memory");
        }
    }
    db
}

/// The accounts that are not empty.
fn state(db: &InMemoryDB) -> BTreeMap<Address, Account> {
    let mut accounts = BTreeMap::new();
    for (address, account) in &db.cache.accounts {
        let Some(info) = account.info() else { continue };
        let code = match &info.code {
            Some(code) => code.original_bytes(),
            None => db
                .cache
                .contracts
                .get(&info.code_hash)
                .map(|it| it.original_bytes())
                .unwrap_or_default(),
        };
        let words = account.storage.iter().filter(|(_, value)| !value.is_zero());
        let account = Account {
            balance: U256::from_big_endian(&info.balance.to_be_bytes::<32>()),
            nonce: info.nonce,
            code: code.to_vec().into(),
            storage: words
                .map(|(key, value)| (Bytes32(key.to_be_bytes()), Bytes32(value.to_be_bytes())))
                .collect(),
        };
        if !account.is_empty() {
            accounts.insert(Address(address.0.0), account);
        }
    }
    accounts
}

fn evm(address: Address) -> revm::primitives::Address {
    address.0.into()
}

fn number(bytes: [u8; 32]) -> revm::primitives::U256 {
    revm::primitives::U256::from_be_bytes(bytes)
}

fn small(number: u64) -> Bytes32 {
    Bytes32(U256::from(number).to_big_endian())
}

/// Random numbers that are the same everywhere (splitmix64).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.next() % bound as u64).expect("it is small")
    }

    fn byte(&mut self) -> u8 {
        self.next().to_le_bytes()[0]
    }
}

/// A program that gets somewhere, more often than not: what an instruction takes is mostly pushed before it.
fn program(random: &mut Random, revision: Revision) -> Vec<u8> {
    // What is omitted later is taken from these.
    let mut code: Vec<u8> = (0..8).flat_map(|_| [opcode::PUSH1, random.byte() % 64]).collect();
    for _ in 0..5 + random.below(40) {
        match random.below(120) {
            0 => code.push(random.byte()),
            1 => code.push(opcode::JUMPDEST),
            2 => {
                // Somewhere near, mostly forward.
                let target = u16::try_from(code.len() + random.below(40)).expect("it is short");
                code.extend([opcode::PUSH1, random.byte() & 1, opcode::PUSH2]);
                code.extend(target.saturating_sub(4).to_be_bytes());
                code.push(opcode::JUMPI);
            }
            3 => code.extend(ending(random)),
            4..=50 => {
                let favourite = FAVOURITES[random.below(FAVOURITES.len())];
                operation(random, revision, favourite, &mut code);
            }
            _ => {
                let any = random.byte();
                if !ENDINGS.contains(&any) && !(opcode::PUSH0..=opcode::PUSH32).contains(&any) {
                    operation(random, revision, any, &mut code);
                }
            }
        }
    }
    code.extend(ending(random));
    code
}

/// What talks to the chain.
const FAVOURITES: [u8; 18] = [
    opcode::SSTORE,
    opcode::SSTORE,
    opcode::SLOAD,
    opcode::TSTORE,
    opcode::TLOAD,
    opcode::CALL,
    opcode::CALL,
    opcode::CALLCODE,
    opcode::DELEGATECALL,
    opcode::STATICCALL,
    opcode::CREATE,
    opcode::CREATE2,
    opcode::BALANCE,
    opcode::EXTCODESIZE,
    opcode::EXTCODECOPY,
    opcode::EXTCODEHASH,
    opcode::LOG1,
    opcode::RETURNDATASIZE,
];

const ENDINGS: [u8; 8] = [
    opcode::STOP,
    opcode::RETURN,
    opcode::REVERT,
    opcode::INVALID,
    opcode::SELFDESTRUCT,
    opcode::JUMP,
    opcode::JUMPI,
    opcode::JUMPDEST,
];

/// The revision that an instruction came with.
fn since(opcode: u8) -> Revision {
    match opcode {
        opcode::DELEGATECALL => Revision::Homestead,
        opcode::RETURNDATASIZE | opcode::RETURNDATACOPY | opcode::STATICCALL | opcode::REVERT => {
            Revision::Byzantium
        }
        opcode::SHL..=opcode::SAR | opcode::EXTCODEHASH | opcode::CREATE2 => Revision::Petersburg,
        opcode::CHAINID | opcode::SELFBALANCE => Revision::Istanbul,
        opcode::BASEFEE => Revision::London,
        opcode::TLOAD | opcode::TSTORE | opcode::MCOPY | opcode::BLOBHASH | opcode::BLOBBASEFEE => {
            Revision::Cancun
        }
        opcode::CLZ => Revision::Osaka,
        opcode::SLOTNUM | opcode::DUPN | opcode::SWAPN | opcode::EXCHANGE => Revision::Amsterdam,
        _ => Revision::Frontier,
    }
}

/// An instruction with what it takes.
fn operation(random: &mut Random, revision: Revision, opcode: u8, code: &mut Vec<u8>) {
    let Some(known) = OpCode::new(opcode) else { return };
    if revision < since(opcode) && random.below(100) != 0 {
        return;
    }
    for _ in 0..known.inputs() {
        if random.below(12) != 0 {
            push(random, code);
        }
    }
    if matches!(opcode, opcode::CREATE | opcode::CREATE2) {
        // Init code of a few bytes that are in memory, or none.
        code.extend([opcode::PUSH1, random.byte() % 40, opcode::PUSH1, 0, opcode::PUSH1]);
        code.push(random.byte() & 1);
    }
    if matches!(opcode, opcode::CALL | opcode::CALLCODE | opcode::DELEGATECALL | opcode::STATICCALL)
    {
        // To somebody, with some gas.
        let value = matches!(opcode, opcode::CALL | opcode::CALLCODE);
        for _ in 0..4 {
            code.extend([opcode::PUSH1, random.byte() % 80]);
        }
        if value {
            code.extend([opcode::PUSH1, random.byte() & 1]);
        }
        address(random, code);
        code.extend([opcode::PUSH2, random.byte(), random.byte()]);
    }
    code.push(opcode);
}

fn ending(random: &mut Random) -> Vec<u8> {
    let mut code = Vec::new();
    match random.below(8) {
        0 => code.push(opcode::STOP),
        1 => code.push(opcode::INVALID),
        2 => {
            address(random, &mut code);
            code.push(opcode::SELFDESTRUCT);
        }
        3 => {
            code.extend([opcode::PUSH1, random.byte() % 80, opcode::PUSH1, random.byte() % 80]);
            code.push(opcode::REVERT);
        }
        _ => {
            code.extend([opcode::PUSH1, random.byte() % 80, opcode::PUSH1, random.byte() % 80]);
            code.push(opcode::RETURN);
        }
    }
    code
}

/// A number that means something, more often than not.
fn push(random: &mut Random, code: &mut Vec<u8>) {
    match random.below(24) {
        0..=3 => address(random, code),
        4 => {
            code.push(opcode::PUSH32);
            code.extend((0..32).map(|_| random.byte()));
        }
        5..=7 => code.extend([opcode::PUSH2, random.byte() & 3, random.byte()]),
        8 => code.extend([opcode::PUSH1, 0, opcode::NOT]),
        _ => code.extend([opcode::PUSH1, random.byte() % 8]),
    }
}

/// A contract, a precompiled one, or nobody.
fn address(random: &mut Random, code: &mut Vec<u8>) {
    match random.below(6) {
        0 => code.extend([opcode::PUSH1, random.byte() % 20]),
        1 => code.extend([opcode::PUSH2, 0x77, random.byte() & 1]),
        _ => {
            code.push(opcode::PUSH20);
            code.extend(CONTRACTS[random.below(CONTRACTS.len())].0);
        }
    }
}
