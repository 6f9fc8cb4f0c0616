//! `hebe node`: a development chain behind Ethereum's JSON-RPC.

use crate::{
    Mistake,
    call::DEFAULT_REVISION,
    output::{Printout, say},
    values,
};
use hebe_host::Revision;
use hebe_node::{
    Allowed, CHAIN_ID, CLIENT_VERSION, Config, GAS_LIMIT, MNEMONIC, Node, Printer, Server, Serving,
};
use hebe_testing::state_file::{self, StateFile};
use serde_json::json;
use std::{fmt::Write as _, net::IpAddr, path::PathBuf, sync::Arc};

/// Start a development chain that wallets, scripts and test tools talk to.
///
/// It speaks Ethereum's JSON-RPC over HTTP and WebSocket on one port, with the methods that Anvil and Hardhat have for
/// development. Wasm and EVM contracts run side by side. Open its address in a browser to see what happens.
///
/// The keys that it prints are public: never send real money to them.
#[derive(clap::Args)]
#[command(
    after_help = "Examples:\n  hebe node\n  hebe node --port 9000 --block-time 12\n  hebe node --database chain.redb\n  \
                  hebe node --load hebe.json\n\n\
                  Exit code: 0 it was stopped; 2 it could not start."
)]
pub(crate) struct Arguments {
    /// The port to listen on; 0 takes any that is free
    #[arg(long, value_name = "NUMBER", default_value_t = 8545, help_heading = "Server")]
    port: u16,

    /// The address to listen on. Whoever reaches it can change the chain
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1", help_heading = "Server")]
    host: IpAddr,

    /// Let pages of this origin ask, such as http://localhost:3000; `*` is all
    #[arg(long, value_name = "ORIGIN", help_heading = "Server")]
    allow_origin: Vec<String>,

    /// Answer to this name in the Host header, beside localhost and addresses
    #[arg(long, value_name = "NAME", help_heading = "Server")]
    allow_host: Vec<String>,

    /// Keep the chain in this file, and go on with it the next time
    #[arg(long, value_name = "FILE", help_heading = "Chain")]
    database: Option<PathBuf>,

    /// Begin with the accounts and contracts of this state file
    #[arg(long, value_name = "FILE", conflicts_with = "database", help_heading = "Chain")]
    load: Option<PathBuf>,

    /// Make a block every so many seconds, instead of one for each transaction
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..), help_heading = "Chain")]
    block_time: Option<u64>,

    /// The chain's number
    #[arg(long, value_name = "NUMBER", default_value_t = CHAIN_ID, help_heading = "Chain")]
    chain_id: u64,

    /// The Ethereum revision whose rules hold, Byzantium or later
    #[arg(long, value_name = "NAME", default_value_t = DEFAULT_REVISION, help_heading = "Chain")]
    revision: Revision,

    /// Gas of a block
    #[arg(long, value_name = "NUMBER", default_value_t = GAS_LIMIT, help_heading = "Chain",
          value_parser = clap::value_parser!(u64).range(1..=(i64::MAX as u64)))]
    gas_limit: u64,

    /// How large a new contract may be, in bytes [default: the revision's]
    #[arg(long, value_name = "BYTES", help_heading = "Chain")]
    max_code_size: Option<usize>,

    /// The first block's time, in seconds since 1970 [default: now]
    #[arg(long, value_name = "SECONDS", help_heading = "Chain")]
    timestamp: Option<u64>,

    /// How many accounts the node has keys of
    #[arg(long, value_name = "NUMBER", default_value_t = 10, help_heading = "Accounts",
          value_parser = clap::value_parser!(u32).range(0..=1000))]
    accounts: u32,

    /// What each of them has, in ether
    #[arg(long, value_name = "ETHER", default_value_t = 10_000, help_heading = "Accounts")]
    balance: u64,

    /// The words that their keys come from (BIP-39)
    #[arg(long, value_name = "TEXT", default_value = MNEMONIC, hide_default_value = true, help_heading = "Accounts")]
    mnemonic: String,

    /// What the node calls itself. Hardhat's helpers for tests want a name that begins with `anvil` or `hardhat`
    #[arg(long, value_name = "TEXT", default_value = CLIENT_VERSION, help_heading = "Server")]
    client_version: String,

    /// Set an option of the VM; can be given several times
    #[arg(long = "set", value_name = "OPTION=VALUE", value_parser = values::option, help_heading = "Machine")]
    options: Vec<(String, String)>,

    /// Print nothing
    #[arg(long, conflicts_with = "json")]
    silent: bool,

    /// Print a line of JSON for each thing that happens
    #[arg(long)]
    json: bool,
}

/// Runs the command until it is interrupted.
///
/// # Errors
///
/// A [`Mistake`] where it can't start.
pub(crate) fn node(arguments: &Arguments) -> Result<Printout, Mistake> {
    let state = match &arguments.load {
        None => StateFile::default(),
        Some(path) => state_file::load(path).map_err(|error| Mistake(error.to_string()))?,
    };
    let config = Config {
        chain_id: arguments.chain_id,
        revision: arguments.revision,
        gas_limit: arguments.gas_limit,
        max_code_size: arguments.max_code_size,
        mnemonic: arguments.mnemonic.clone(),
        accounts: arguments.accounts,
        balance: arguments.balance,
        block_time: arguments.block_time,
        database: arguments.database.clone(),
        state,
        time: arguments.timestamp,
        client_version: arguments.client_version.clone(),
        options: arguments.options.clone(),
    };
    let printer = match (arguments.silent, arguments.json) {
        (true, _) => Printer::Silent,
        (_, true) => Printer::Json,
        _ => Printer::Text,
    };
    let allowed =
        Allowed { origins: arguments.allow_origin.clone(), hosts: arguments.allow_host.clone() };
    let serving = Serving { host: arguments.host, port: arguments.port, allowed, printer };
    // Each connection is a file: as many as the system lets us have.
    let _ = rlimit::increase_nofile_limit(u64::MAX);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .thread_stack_size(hebe_node::STACK_BYTES)
        .build()
        .map_err(|error| Mistake(format!("can't start: {error}")))?;
    let node = Arc::new(Node::new(config).map_err(Mistake)?);
    runtime.block_on(async {
        let server = Server::start(Arc::clone(&node), serving)
            .await
            .map_err(|problem| Mistake(format!("{problem}: choose another one with --port")))?;
        if let Some(sentence) = node.made_under_another_schedule() {
            eprintln!("hebe: --load: {sentence}");
        }
        say(&greeting(&node, &server, printer))?;
        interrupted().await;
        server.stop();
        Ok::<(), Mistake>(())
    })?;
    Ok(Printout { text: String::new(), problems: Vec::new(), code: 0 })
}

/// Waits for Ctrl-C, or for the system to end us.
async fn interrupted() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut end) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = end.recv() => {}
            }
            return;
        }
    }
    let _ = tokio::signal::ctrl_c().await;
}

/// What the terminal is told at first.
fn greeting(node: &Node, server: &Server, printer: Printer) -> String {
    let address = server.address();
    let accounts = node.accounts();
    let config = node.config();
    match printer {
        Printer::Silent => String::new(),
        Printer::Json => {
            let accounts: Vec<_> = accounts
                .iter()
                .map(|(address, key)| json!({ "address": address, "privateKey": key }))
                .collect();
            let line = json!({
                "listening": address.to_string(),
                "chainId": config.chain_id,
                "revision": config.revision.to_string(),
                "block": node.block_number(),
                "accounts": accounts,
            });
            format!("{line}\n")
        }
        Printer::Text => {
            let mut text = format!(
                "Hebe {}   chain {}   {}   block {}\n\n",
                env!("CARGO_PKG_VERSION"),
                config.chain_id,
                config.revision,
                node.block_number()
            );
            for (index, (address, key)) in accounts.iter().enumerate() {
                let _ = writeln!(text, "{index:>3}  {address}  {key}");
            }
            if !accounts.is_empty() {
                let _ = writeln!(
                    text,
                    "\nEach has {} ether. The keys are public: never send real money to these accounts.",
                    config.balance
                );
            }
            let _ = write!(
                text,
                "\nListening on http://{address} and ws://{address}\n\n\
                 Try:  hebe deploy counter.wasm 5 --rpc http://{address}\n      \
                 open http://{address} in a browser\n\nCtrl-C ends it.\n\n"
            );
            text
        }
    }
}
