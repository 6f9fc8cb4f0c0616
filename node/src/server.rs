//! The node on a port: HTTP and WebSocket.

use crate::{
    gate::{Allowed, GateLayer},
    node::Node,
    print::Printer,
    rpc::{self, Served},
};
use jsonrpsee::{
    server::{
        BatchRequestConfig, IdProvider, PingConfig, Server as Listener, ServerConfig, ServerHandle,
    },
    types::SubscriptionId,
};
use std::{
    net::{IpAddr, SocketAddr},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

/// The longest request, in bytes: room for a batch of large contracts.
const MAX_REQUEST_BYTES: u32 = 64 << 20;

/// The longest answer, in bytes.
const MAX_RESPONSE_BYTES: u32 = 256 << 20;

/// How many requests a batch has at the most.
const MAX_BATCH: u32 = 10_000;

/// How many connections there are at the most; more wait for one to end.
const MAX_CONNECTIONS: u32 = 20_000;

/// How many messages wait for a slow reader of a WebSocket.
const MESSAGES: u32 = 1_024;

/// The stack that the server's threads need, in bytes: calls are 1,024 deep, and so is the JSON that shows them.
pub const STACK_BYTES: usize = 32 << 20;

/// Where and how a node is served.
#[derive(Clone, Debug)]
pub struct Serving {
    /// The address that it listens on.
    pub host: IpAddr,
    /// The port; 0 is any that is free.
    pub port: u16,
    /// Who may ask.
    pub allowed: Allowed,
    /// What the terminal is told.
    pub printer: Printer,
}

/// A node that is served, until it is stopped or dropped.
pub struct Server {
    address: SocketAddr,
    handle: ServerHandle,
    tasks: Vec<tokio::task::JoinHandle<()>>,
}

impl Server {
    /// Serves a node, on a runtime whose threads have [`STACK_BYTES`].
    ///
    /// # Errors
    ///
    /// A sentence that names the port, where somebody else has it.
    pub async fn start(node: Arc<Node>, serving: Serving) -> Result<Self, String> {
        let Serving { host, port, allowed, printer } = serving;
        let config = ServerConfig::builder()
            .max_request_body_size(MAX_REQUEST_BYTES)
            .max_response_body_size(MAX_RESPONSE_BYTES)
            .max_connections(MAX_CONNECTIONS)
            .set_message_buffer_capacity(MESSAGES)
            .set_batch_request_config(BatchRequestConfig::Limit(MAX_BATCH))
            .set_tcp_no_delay(true)
            .set_id_provider(Ids::default())
            // A connection whose other side is gone is noticed.
            .enable_ws_ping(
                PingConfig::new()
                    .ping_interval(Duration::from_secs(30))
                    .inactive_limit(Duration::from_secs(120)),
            )
            .build();
        let gate = tower::ServiceBuilder::new().layer(GateLayer(Arc::new(allowed)));
        let listener = Listener::builder()
            .set_config(config)
            .set_http_middleware(gate)
            .build(SocketAddr::new(host, port))
            .await
            .map_err(|error| format!("can't listen on {}: {error}", SocketAddr::new(host, port)))?;
        let address = listener.local_addr().map_err(|error| error.to_string())?;
        let module = rpc::module(Served { node: Arc::clone(&node), printer })
            .map_err(|error| error.to_string())?;
        let events = node.events.subscribe();
        let tasks = vec![
            tokio::spawn(printer.follow(Arc::clone(&node), events)),
            tokio::spawn(make_blocks(node)),
        ];
        Ok(Self { address, handle: listener.start(module), tasks })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Waits until it was stopped.
    pub async fn stopped(self) {
        self.handle.clone().stopped().await;
    }

    /// Takes no more requests.
    pub fn stop(&self) {
        let _ = self.handle.stop();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop();
        self.tasks.iter().for_each(tokio::task::JoinHandle::abort);
    }
}

/// The names of subscriptions: hex, as in geth. Clients such as viem take no numbers.
#[derive(Debug, Default)]
struct Ids(AtomicU64);

impl IdProvider for Ids {
    fn next_id(&self) -> SubscriptionId<'static> {
        let id = self.0.fetch_add(1, Ordering::Relaxed) + 1;
        SubscriptionId::Str(format!("{id:#x}").into())
    }
}

/// Makes a block each so many seconds, where that is wanted.
async fn make_blocks(node: Arc<Node>) {
    loop {
        let Some(seconds) = node.block_time() else {
            node.mining_changed.notified().await;
            continue;
        };
        tokio::select! {
            () = node.mining_changed.notified() => {}
            () = tokio::time::sleep(Duration::from_secs(seconds)) => {
                let node = Arc::clone(&node);
                let made = tokio::task::spawn_blocking(move || node.mine()).await;
                if let Ok(Err(fail)) = made {
                    eprintln!("hebe: {}", fail.message);
                }
            }
        }
    }
}
