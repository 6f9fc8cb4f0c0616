//! What clients are told as it happens.

use super::{Served, forms, lists};
use crate::node::{Event, Node};
use alloy_rpc_types_eth::{Filter, Log};
use jsonrpsee::{
    PendingSubscriptionSink, RpcModule, SubscriptionMessage,
    core::SubscriptionResult,
    server::{RegisterMethodError, SubscriptionSink},
    types::{ErrorObjectOwned, Params},
};
use serde_json::Value;
use std::{sync::Arc, time::Duration};
use tokio::sync::broadcast::{Receiver, error::RecvError};

/// How long whoever watches the chain is not told again.
const PAUSE: Duration = Duration::from_millis(100);

/// What somebody wants to be told.
enum Kind {
    Heads,
    Logs(Box<Filter>),
    /// Whole transactions, or their hashes.
    Pending(bool),
    /// Whether the node catches up with others, which it never does.
    Syncing,
    /// The accounts that the node signs for.
    Accounts,
}

pub(super) fn register(module: &mut RpcModule<Served>) -> Result<(), RegisterMethodError> {
    module.register_subscription(
        "eth_subscribe",
        "eth_subscription",
        "eth_unsubscribe",
        |params, pending, served, _| async move { subscribe(params, pending, &served.node).await },
    )?;
    module.register_subscription(
        "hebe_subscribe",
        "hebe_subscription",
        "hebe_unsubscribe",
        |_, pending, served, _| async move { watch(pending, &served.node).await },
    )?;
    Ok(())
}

/// Tells how the chain stands, now and whenever anything has changed: a block, what waits, an account, a name, a way back.
/// What happens in quick succession is told once.
async fn watch(pending: PendingSubscriptionSink, node: &Arc<Node>) -> SubscriptionResult {
    let mut changed = node.changed.subscribe();
    let sink = pending.accept().await?;
    loop {
        let node = Arc::clone(node);
        // Somebody may be changing the chain for a while. What can't be kept yet is not told.
        let status = tokio::task::spawn_blocking(move || {
            node.catch_up().ok().map(|()| lists::status(&node))
        });
        if let Some(status) = status.await? {
            tell(&sink, &status).await?;
        }
        tokio::time::sleep(PAUSE).await;
        tokio::select! {
            () = sink.closed() => return Ok(()),
            change = changed.changed() => if change.is_err() { return Ok(()) },
        }
    }
}

async fn subscribe(
    params: Params<'static>,
    pending: PendingSubscriptionSink,
    node: &Arc<Node>,
) -> SubscriptionResult {
    let kind = match kind(&params) {
        Ok(kind) => kind,
        Err(message) => {
            pending.reject(ErrorObjectOwned::owned(-32602, message, None::<()>)).await;
            return Ok(());
        }
    };
    // What happens from now on is told.
    let events = node.events.subscribe();
    let sink = pending.accept().await?;
    match kind {
        Kind::Accounts => {
            let accounts: Vec<_> = node.keys.addresses().collect();
            tell(&sink, &accounts).await?;
            sink.closed().await;
            Ok(())
        }
        Kind::Syncing => {
            tell(&sink, &false).await?;
            sink.closed().await;
            Ok(())
        }
        kind => follow(&kind, &sink, events).await,
    }
}

async fn follow(
    kind: &Kind,
    sink: &SubscriptionSink,
    mut events: Receiver<Event>,
) -> SubscriptionResult {
    loop {
        let event = tokio::select! {
            () = sink.closed() => return Ok(()),
            event = events.recv() => event,
        };
        match (kind, event) {
            (_, Err(RecvError::Closed)) => return Ok(()),
            // Somebody who doesn't read would have to be told of more than is kept.
            (_, Err(RecvError::Lagged(missed))) => {
                return Err(format!(
                    "the subscription ends: {missed} events were not read in time"
                )
                .into());
            }
            (Kind::Heads, Ok(Event::Mined(block))) => tell(sink, &forms::header(&block)).await?,
            (Kind::Logs(filter), Ok(Event::Mined(block))) => {
                for log in matching(filter, &block) {
                    tell(sink, &log).await?;
                }
            }
            (Kind::Logs(filter), Ok(Event::Removed(block))) => {
                for log in matching(filter, &block) {
                    tell(sink, &Log { removed: true, ..log }).await?;
                }
            }
            (Kind::Pending(false), Ok(Event::Pending(transaction))) => {
                tell(sink, transaction.tx_hash()).await?
            }
            (Kind::Pending(true), Ok(Event::Pending(transaction))) => {
                tell(sink, &forms::pending(&transaction, None)).await?;
            }
            _ => {}
        }
    }
}

fn matching(filter: &Filter, block: &crate::block::Block) -> Vec<Log> {
    if !filter.matches_bloom(block.header.logs_bloom) {
        return Vec::new();
    }
    forms::all_logs(block).filter(|log| filter.matches(&log.inner)).collect()
}

async fn tell(sink: &SubscriptionSink, what: &impl serde::Serialize) -> SubscriptionResult {
    let message = SubscriptionMessage::new(sink.method_name(), sink.subscription_id(), what)?;
    sink.send(message).await?;
    Ok(())
}

fn kind(params: &Params<'_>) -> Result<Kind, String> {
    let wrong = |error: ErrorObjectOwned| format!("invalid subscription: {}", error.message());
    let mut sequence = params.sequence();
    let name: String = sequence.next().map_err(wrong)?;
    let argument: Option<Value> = sequence.optional_next().map_err(wrong)?;
    let argument = argument.unwrap_or_default();
    match name.as_str() {
        "newHeads" => Ok(Kind::Heads),
        "logs" => {
            let filter = if argument.is_null() {
                Ok(Filter::default())
            } else {
                serde_json::from_value(argument)
            };
            Ok(Kind::Logs(Box::new(filter.map_err(|error| format!("invalid filter: {error}"))?)))
        }
        "newPendingTransactions" => Ok(Kind::Pending(argument.as_bool().unwrap_or(false))),
        "syncing" => Ok(Kind::Syncing),
        "accounts" => Ok(Kind::Accounts),
        other => Err(format!(
            "no \"{other}\" subscription in eth namespace: newHeads, logs, newPendingTransactions, syncing and accounts are"
        )),
    }
}
