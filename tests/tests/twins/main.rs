//! Twins: the same scenario as a Wasm contract on Hebe and as EVM bytecode on the crate `revm`, at every
//! revision. State, logs and refunds are the same, and so is the gas, once the instructions that have no
//! function in the interface are taken off; where a fee is not the opcode's, the scenario says by how much.
//!
//! On Hebe instructions cost nothing here, so what is left are the interface's fees. At Constantinople there is
//! no twin: revm does not have that revision, whose way to charge for stores no network kept for long;
//! `eei_statetests` has it.

mod evm;
mod scenarios;
mod specs;

use evm::{Asm, Before, Ran};
use hebe_host::{Address, Bytes32, Revision, StatusCode, U256};
use hebe_testing::{Account, Chain, Report, Transaction, keccak256};
use hebe_vm::Vm;
use specs::SPECS;
use std::collections::BTreeMap;

/// Who sends, who is called, and who else there may be.
pub(crate) const SENDER: Address = Address::repeat_byte(0x55);
pub(crate) const A: Address = Address::repeat_byte(0xaa);
pub(crate) const B: Address = Address::repeat_byte(0xbb);
pub(crate) const C: Address = Address::repeat_byte(0xcc);

const GAS: i64 = 2_000_000;
const BLOCK: i64 = 300;

/// The code of an account, for both machines.
#[derive(Clone)]
pub(crate) enum Code {
    /// None.
    None,
    /// The same bytes: a delegation.
    Same(Vec<u8>),
    /// A Wasm contract, and bytecode that does the same.
    Twins(Vec<u8>, Asm),
}

/// An account before.
#[derive(Clone)]
pub(crate) struct There {
    pub(crate) balance: u64,
    pub(crate) code: Code,
    pub(crate) storage: Vec<(u64, u64)>,
}

/// What runs twice.
pub(crate) struct Twin {
    pub(crate) name: String,
    /// The first revision that has all that it needs.
    pub(crate) since: Revision,
    /// The accounts besides the sender; [`A`] is called.
    pub(crate) accounts: Vec<(Address, There)>,
    /// How much more the interface charges than the opcodes, by revision.
    pub(crate) differs: fn(Revision) -> i64,
    /// Accounts that stand elsewhere on Hebe, since their addresses come from their init code: where the EVM's is,
    /// and where Hebe's.
    pub(crate) elsewhere: Vec<(Address, Address)>,
}

fn slot(number: u64) -> Bytes32 {
    Bytes32(U256::from(number).to_big_endian())
}

fn words(storage: &[(u64, u64)]) -> BTreeMap<Bytes32, Bytes32> {
    let there = storage.iter().filter(|(_, word)| *word != 0);
    there.map(|(key, word)| (slot(*key), slot(*word))).collect()
}

impl Twin {
    fn on_hebe(&self, vm: &Vm, revision: Revision) -> (Report, Chain) {
        let sender = Account { balance: U256::from(1u64 << 60), ..Account::default() };
        let mut accounts = BTreeMap::from([(SENDER, sender)]);
        for (address, there) in &self.accounts {
            let code: &[u8] = match &there.code {
                Code::None => &[],
                Code::Same(code) | Code::Twins(code, _) => code,
            };
            let account = Account {
                balance: there.balance.into(),
                nonce: u64::from(!code.is_empty()),
                code: code.into(),
                storage: words(&there.storage).into(),
            };
            accounts.insert(*address, account);
        }
        let mut chain = Chain::new(revision, accounts);
        chain.context.block_number = BLOCK;
        // revm's in-memory database has the hash of the number in decimal.
        let hash = |number: i64| keccak256(number.to_string().as_bytes());
        chain.block_hashes = (0..BLOCK).map(|number| (number, hash(number))).collect();
        let transaction = Transaction {
            from: SENDER,
            to: Some(A),
            input: Vec::new(),
            value: U256::zero(),
            gas: GAS,
            is_static: false,
        };
        let report = chain.run(vm, &transaction);
        (report, chain)
    }

    fn on_revm(&self, spec: revm::primitives::hardfork::SpecId) -> Ran {
        let sender = Before {
            balance: U256::from(1u64 << 60),
            nonce: 0,
            code: Vec::new(),
            storage: BTreeMap::new(),
        };
        let mut accounts = BTreeMap::from([(SENDER, sender)]);
        for (address, there) in &self.accounts {
            let code = match &there.code {
                Code::None => Vec::new(),
                Code::Same(code) | Code::Twins(_, Asm(code)) => code.clone(),
            };
            let before = Before {
                balance: there.balance.into(),
                nonce: u64::from(!code.is_empty()),
                code,
                storage: words(&there.storage),
            };
            accounts.insert(*address, before);
        }
        let gas = u64::try_from(GAS).expect("it is positive") + 21_000;
        evm::run(spec, &accounts, (SENDER, A), BLOCK.cast_unsigned(), gas)
    }

    /// Runs it on both, at one revision.
    fn compare(&self, vm: &Vm, revision: Revision) {
        let Some((_, spec)) = SPECS.into_iter().find(|(known, _)| *known == revision) else {
            return;
        };
        let place = format!("{} at {revision}", self.name);
        let (report, chain) = self.on_hebe(vm, revision);
        let mut ran = self.on_revm(spec);
        for (evms, hebes) in &self.elsewhere {
            if let Some(account) = ran.accounts.remove(evms) {
                ran.accounts.insert(*hebes, account);
            }
        }
        let is_success = report.status == StatusCode::Success;
        assert_eq!(is_success, ran.is_success, "{place}: {:?}", report.reason);
        assert_eq!(report.logs, ran.logs, "{place}: logs");
        let accounts: BTreeMap<_, _> = chain
            .state
            .accounts()
            .iter()
            .map(|(address, account)| {
                (
                    *address,
                    (
                        account.balance,
                        account.nonce,
                        account.storage.iter().map(|(key, word)| (*key, *word)).collect(),
                    ),
                )
            })
            .collect();
        assert_eq!(accounts, ran.accounts, "{place}: accounts");
        assert_eq!(report.gas_refund, ran.refund, "{place}: refund");
        let differs = (self.differs)(revision);
        assert_eq!(report.gas_used, ran.gas + differs, "{place}: gas, with {differs} more");
    }
}

#[test]
fn twins_do_the_same_at_every_revision() {
    let mut vm = Vm::default();
    vm.set_option("metering", "off").expect("it is an option");
    let mut compared = 0;
    for twin in scenarios::all() {
        for revision in Revision::SUPPORTED.into_iter().filter(|it| *it >= twin.since) {
            twin.compare(&vm, revision);
            compared += 1;
        }
    }
    assert!(compared > 200, "{compared}");
}
