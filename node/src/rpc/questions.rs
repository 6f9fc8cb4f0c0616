//! What is asked of contracts without a transaction.

use super::{Arguments, Methods, answer, quantity};
use crate::{fail::Fail, node::Node, question::Question};
use alloy_eips::BlockId;
use alloy_primitives::U256;
use alloy_rpc_types_eth::{
    AccessListResult, BlockOverrides, TransactionRequest, state::StateOverride,
};

pub(super) const METHODS: Methods = &[
    ("eth_call", |node, arguments| answer(question(node, arguments)?.call(node)?)),
    ("eth_estimateGas", |node, arguments| {
        let question = question(node, arguments)?;
        Ok(quantity(question.estimate(node)?))
    }),
    ("eth_createAccessList", |node, arguments| {
        let question = question(node, arguments)?;
        let (access_list, used, error) = question.access_list(node)?;
        answer(AccessListResult { access_list, gas_used: U256::from(used), error })
    }),
];

/// The question of a request: a transaction, the block, and what is to be different.
fn question(node: &Node, arguments: &mut Arguments) -> Result<Question, Fail> {
    let request: TransactionRequest = arguments.next("transaction")?;
    let at: Option<BlockId> = arguments.optional("block")?;
    let state: Option<StateOverride> = arguments.optional("state overrides")?;
    let block: Option<BlockOverrides> = arguments.optional("block overrides")?;
    node.read().question(node, &request, at, state, block)
}
