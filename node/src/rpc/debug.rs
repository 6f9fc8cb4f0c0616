//! What happened inside of transactions.

use super::{Arguments, Methods, answer};
use crate::{
    fail::Fail,
    node::Node,
    trace::{Tracer, trace_question},
    transactions,
};
use alloy_eips::{BlockId, BlockNumberOrTag};
use alloy_primitives::B256;
use alloy_rpc_types_eth::TransactionRequest;
use alloy_rpc_types_trace::geth::{GethDebugTracingCallOptions, GethDebugTracingOptions};
use serde_json::{Value, json};

pub(super) const METHODS: Methods = &[
    ("debug_traceTransaction", |node, arguments| {
        let hash: B256 = arguments.next("hash")?;
        let tracer = tracer(arguments)?;
        let (mut chain, paid) = node.read().before_transaction(node, &hash)?;
        let names = node.read().names.clone();
        tracer.run(node, &mut chain, &paid, &names)
    }),
    ("debug_traceCall", |node, arguments| {
        let request: TransactionRequest = arguments.next("transaction")?;
        let at: Option<BlockId> = arguments.optional("block")?;
        let options: GethDebugTracingCallOptions =
            arguments.optional("options")?.unwrap_or_default();
        let tracer = Tracer::of(options.tracing_options)?;
        let question = node.read().question(
            node,
            &request,
            at,
            options.state_overrides,
            options.block_overrides,
        )?;
        trace_question(node, &question, &tracer)
    }),
    ("debug_traceBlockByNumber", |node, arguments| {
        let number: BlockNumberOrTag = arguments.next("block")?;
        trace_block(node, number.into(), &tracer(arguments)?)
    }),
    ("debug_traceBlockByHash", |node, arguments| {
        let hash: B256 = arguments.next("hash")?;
        trace_block(node, hash.into(), &tracer(arguments)?)
    }),
];

fn tracer(arguments: &mut Arguments) -> Result<Tracer, Fail> {
    let options: Option<GethDebugTracingOptions> = arguments.optional("options")?;
    Tracer::of(options.unwrap_or_default())
}

fn trace_block(node: &Node, block: BlockId, tracer: &Tracer) -> Result<Value, Fail> {
    // The block and what was before it are looked up at once: somebody may go back behind it meanwhile.
    let (block, mut chain, names) = {
        let ledger = node.read();
        let block = ledger.known(block).ok_or_else(|| Fail::not_found("block not found"))?;
        let chain = ledger.chain_before(node, &block, 0)?;
        (block, chain, ledger.names.clone())
    };
    let mut traces = Vec::new();
    for mined in &block.transactions {
        let paid = transactions::paid(mined.transaction.inner(), mined.transaction.signer());
        let result = tracer.run(node, &mut chain, &paid, &names)?;
        traces.push(json!({ "txHash": mined.transaction.tx_hash(), "result": result }));
    }
    answer(traces)
}
