//! From one block to the next: what gas and blobs cost, and what is told to contracts of the protocol.

use crate::{Chain, Execution, Machine, rules::TransactionRules};
use hebe_host::{Address, Bytes32, CallKind, Message, Revision, U256};

/// Who calls contracts of the protocol at the start of a block.
pub const SYSTEM_ADDRESS: Address = {
    let mut bytes = [0xff; 20];
    bytes[19] = 0xfe;
    Address(bytes)
};

/// The contract that keeps the beacon chain's roots (EIP-4788).
const BEACON_ROOTS: &str = "000f3df6d732807ef1319fb7b8bb8522d0beac02";

/// The contract that keeps the hashes of blocks (EIP-2935).
const HISTORY: &str = "0000f90827f1c53a10cb7a02335b175320002935";

/// Gas of a call of the protocol's; nobody pays for it.
const SYSTEM_GAS: i64 = 30_000_000;

/// What a block's gas is divided by to have the target (EIP-1559).
const ELASTICITY: u64 = 2;

/// What the price of gas changes by at the most is this part of it (EIP-1559).
const MAX_CHANGE_DENOMINATOR: u64 = 8;

/// What the next block must know of one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BlockBefore {
    /// Its gas limit, in whole units.
    pub gas_limit: u64,
    /// The gas that its transactions have used, in whole units.
    pub gas_used: u64,
    /// Wei of it that were burned for a unit of gas.
    pub base_fee: U256,
    /// Blob gas used beyond the target before it.
    pub excess_blob_gas: u64,
    /// The gas of its blobs.
    pub blob_gas_used: u64,
}

impl BlockBefore {
    /// Wei that are burned for a unit of gas in the next block (EIP-1559).
    pub fn next_base_fee(&self) -> U256 {
        let target = self.gas_limit / ELASTICITY;
        if self.gas_used == target || target == 0 {
            return self.base_fee;
        }
        let difference = self.gas_used.abs_diff(target);
        let change = self.base_fee.saturating_mul(difference.into())
            / U256::from(target)
            / U256::from(MAX_CHANGE_DENOMINATOR);
        if self.gas_used > target {
            self.base_fee.saturating_add(change.max(U256::one()))
        } else {
            self.base_fee.saturating_sub(change)
        }
    }
}

impl Chain {
    /// Sets what gas and blobs cost in a block that follows this one. Returns the blob gas used beyond the
    /// target.
    pub fn follow(&mut self, before: &BlockBefore) -> u64 {
        let Some(rules) = TransactionRules::of(self.revision) else { return 0 };
        if rules.burns_base_fee {
            self.context.block_base_fee = before.next_base_fee();
        }
        let Some(schedule) = self.blob_schedule(rules) else { return 0 };
        let bound = rules.bounds_blob_fee.then_some(before.base_fee);
        let excess = schedule.next_excess(before.excess_blob_gas, before.blob_gas_used, bound);
        self.context.blob_base_fee = schedule.base_fee(excess);
        excess
    }

    /// Sets what blobs cost, by the blob gas used beyond the target.
    pub fn set_excess_blob_gas(&mut self, excess_blob_gas: u64) {
        let rules = TransactionRules::of(self.revision);
        if let Some(schedule) = rules.and_then(|rules| self.blob_schedule(rules)) {
            self.context.blob_base_fee = schedule.base_fee(excess_blob_gas);
        }
    }

    /// Does what happens at the start of a block, before its transactions: the contracts that keep the beacon
    /// chain's roots (EIP-4788, from Cancun on) and the hashes of blocks (EIP-2935, from Prague on) are told the
    /// newest. Where such a contract is not there, or fails, nothing happens.
    pub fn start_block(
        &mut self,
        machine: &dyn Machine,
        beacon_root: Bytes32,
        hash_of_block_before: Bytes32,
    ) {
        if self.revision >= Revision::Cancun {
            self.system_call(machine, BEACON_ROOTS, beacon_root);
        }
        if self.revision >= Revision::Prague {
            self.system_call(machine, HISTORY, hash_of_block_before);
        }
    }

    /// A call of the protocol's. It is no transaction: nobody pays, and no nonce is counted.
    fn system_call(&mut self, machine: &dyn Machine, to: &str, word: Bytes32) {
        let to: Address = to.parse().unwrap_or_else(|_| unreachable!("it is an address"));
        if self.state.code(to).is_empty() {
            return;
        }
        let context = self.context.clone();
        self.context.tx_origin = SYSTEM_ADDRESS;
        self.context.tx_gas_price = U256::zero();
        self.state.access_account(to);
        let message = Message {
            kind: CallKind::Call,
            is_static: false,
            is_delegated: false,
            depth: 0,
            gas: SYSTEM_GAS,
            recipient: to,
            sender: SYSTEM_ADDRESS,
            input: &word.0,
            value: U256::zero(),
            create2_salt: Bytes32::zero(),
            code_address: to,
        };
        let _: Execution = self.call(machine, &message);
        self.context = context;
        self.state.end_transaction();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Account, check::contract};
    use hebe_vm::Vm;
    use std::collections::BTreeMap;

    #[test]
    fn the_price_of_gas_follows_what_was_used() {
        let before = |gas_used, base_fee: u64| BlockBefore {
            gas_limit: 20_000_000,
            gas_used,
            base_fee: base_fee.into(),
            ..BlockBefore::default()
        };
        for (gas_used, base_fee, next) in [
            (10_000_000, 1_000_000_000, 1_000_000_000_u64),
            (9_000_000, 1_000_000_000, 987_500_000),
            (11_000_000, 1_000_000_000, 1_012_500_000),
            (20_000_000, 1_000_000_000, 1_125_000_000),
            (0, 1_000_000_000, 875_000_000),
            // It rises by one at the least, and falls by nothing.
            (20_000_000, 7, 8),
            (0, 7, 7),
            (20_000_000, 0, 1),
        ] {
            assert_eq!(before(gas_used, base_fee).next_base_fee(), next.into(), "{gas_used}");
        }
        assert_eq!(BlockBefore::default().next_base_fee(), U256::zero());
    }

    #[test]
    fn a_block_has_the_prices_of_its_revision() {
        let before = BlockBefore {
            gas_limit: 100,
            gas_used: 100,
            base_fee: 80.into(),
            excess_blob_gas: 10 << 20,
            blob_gas_used: 3 << 17,
        };
        let prices = |revision| {
            let mut chain = Chain::new(revision, BTreeMap::new());
            let excess = chain.follow(&before);
            (chain.context.block_base_fee, chain.context.blob_base_fee, excess)
        };
        assert_eq!(prices(Revision::Berlin), (0.into(), 0.into(), 0));
        assert_eq!(prices(Revision::London), (90.into(), 0.into(), 0));
        assert_eq!(prices(Revision::Cancun), (90.into(), 23.into(), 10 << 20));
        let prague = (10 << 20) - (3 << 17);
        assert_eq!(prices(Revision::Prague), (90.into(), 7.into(), prague));
        // At Osaka, gas of 80 wei does not make blobs of 8 wei dearer than they are.
        assert_eq!(prices(Revision::Osaka), (90.into(), 7.into(), prague));
    }

    /// A contract that keeps what the system tells it, at the word 0.
    #[test]
    fn contracts_of_the_protocol_are_told_at_the_start() {
        let keeper = contract(
            "(call $getCaller (i32.const 100))
             (call $callDataCopy (i32.const 32) (i32.const 0) (i32.const 32))
             (call $storageStore (i32.const 0) (i32.const 32))
             (if (i32.ne (i32.load8_u (i32.const 119)) (i32.const 0xfe)) (then unreachable))",
        );
        let account = Account { nonce: 1, code: keeper.into(), ..Account::default() };
        let [roots, hashes]: [Address; 2] = [BEACON_ROOTS, HISTORY].map(|it| it.parse().unwrap());
        let accounts = BTreeMap::from([(roots, account.clone()), (hashes, account)]);
        let (root, hash) = (Bytes32::repeat_byte(1), Bytes32::repeat_byte(2));
        let nothing = Bytes32::zero();
        for (revision, expected) in [
            (Revision::Shanghai, [nothing, nothing]),
            (Revision::Cancun, [root, nothing]),
            (Revision::Prague, [root, hash]),
            (Revision::Osaka, [root, hash]),
        ] {
            let mut chain = Chain::new(revision, accounts.clone());
            chain.start_block(&Vm::default(), root, hash);
            let words = [roots, hashes].map(|it| chain.state.storage(it, Bytes32::zero()));
            assert_eq!(words, expected, "{revision}");
            assert_eq!(chain.state.accounts().len(), 2, "the system has no account");
        }
        Chain::new(Revision::Osaka, BTreeMap::new()).start_block(&Vm::default(), root, hash);
    }
}
