//! The chain at any block since the start, and at the one that would be made now.

use crate::{
    fail::Fail,
    forms::{ToAlloy, ToChain, wei_128},
    ledger::Ledger,
    mine::Header,
    node::Node,
};
use alloy_eips::{BlockId, BlockNumberOrTag};
use alloy_primitives::{Address, U256};
use hebe_host::TxContext;
use hebe_testing::{Accounts, Chain, State};

/// Which state is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Point {
    /// That of this block.
    Block(u64),
    /// That of the block which would be made now.
    Pending,
}

impl Ledger {
    /// The block that is meant; the newest one where nobody says.
    ///
    /// # Errors
    ///
    /// A [`Fail`] where there is no such block.
    pub(crate) fn point(&self, id: Option<BlockId>) -> Result<Point, Fail> {
        let newest = self.history.number();
        let number = match id.unwrap_or_default() {
            BlockId::Hash(hash) => {
                let number = self.history.number_of(&hash.block_hash);
                number.ok_or_else(|| {
                    Fail::not_found(format!("header for hash not found: {}", hash.block_hash))
                })?
            }
            BlockId::Number(tag) => match self.number(tag) {
                Some(number) => number,
                None => return Ok(Point::Pending),
            },
        };
        if number > newest {
            return Err(Fail::not_found(format!(
                "header not found: the newest block is {newest}, and not {number}"
            )));
        }
        Ok(Point::Block(number))
    }

    /// The number that a tag stands for; none for the block that is not there yet.
    pub(crate) fn number(&self, tag: BlockNumberOrTag) -> Option<u64> {
        match tag {
            BlockNumberOrTag::Number(number) => Some(number),
            BlockNumberOrTag::Earliest => Some(0),
            BlockNumberOrTag::Latest | BlockNumberOrTag::Safe | BlockNumberOrTag::Finalized => {
                Some(self.history.number())
            }
            BlockNumberOrTag::Pending => None,
        }
    }

    /// The accounts at a point. Those of the pending block are those after all that waits.
    pub(crate) fn accounts_at(&self, point: Point, node: &Node) -> Accounts {
        match point {
            Point::Block(number) if number == self.history.number() => {
                self.world.accounts().clone()
            }
            Point::Block(number) => self.history.accounts_at(number, &self.world),
            Point::Pending if self.pool.is_empty() => self.world.accounts().clone(),
            Point::Pending => self.pending(node).0.state.accounts().clone(),
        }
    }

    /// The chain at a point, with the block's context.
    pub(crate) fn chain_at(&self, point: Point, node: &Node) -> Chain {
        match point {
            Point::Block(number) if number == self.history.number() => self.chain.clone(),
            Point::Block(number) => {
                let mut chain = self.chain.clone();
                chain.state = State::from(self.history.accounts_at(number, &self.world));
                if let Some(block) = self.history.block(number) {
                    // The one that is set now is that of the blocks that come.
                    chain.context.block_coinbase = block.header.beneficiary.to_chain();
                    Header::of(block).enter(&mut chain);
                }
                chain.block_hashes = self.hashes_before(number);
                chain
            }
            Point::Pending => self.pending(node).0,
        }
    }

    /// What a unit of gas costs in the block that comes next, in wei.
    pub(crate) fn next_base_fee(&self) -> u64 {
        self.next_base_fee.unwrap_or_else(|| {
            u64::try_from(self.next_context().block_base_fee).unwrap_or(u64::MAX)
        })
    }

    /// What a unit of blob gas costs in the next block, in wei; nothing where there are no blobs.
    pub(crate) fn next_blob_price(&self) -> u128 {
        wei_128(self.next_context().blob_base_fee)
    }

    /// What follows from the newest block for the next one's prices.
    fn next_context(&self) -> TxContext {
        let mut chain = self.chain.clone();
        Header::of(self.history.newest()).follow(&mut chain);
        chain.context
    }

    /// The balance of an account at a point, in wei.
    pub(crate) fn balance(accounts: &Accounts, address: Address) -> U256 {
        accounts.get(&address.to_chain()).map_or(U256::ZERO, |account| account.balance.to_alloy())
    }
}
