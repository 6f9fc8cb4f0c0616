//! The nodes that are measured: each started for a figure, and ended with it.

use crate::client::Client;
use serde_json::json;
use std::{
    env, fs,
    net::{TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::Duration,
};

/// The first account of every development node, which deploys and has all tokens.
pub(crate) const ALICE: &str = "f39fd6e51aad88f6f4ce6ab8827279cfffb92266";

/// How many tokens there are.
pub(crate) const SUPPLY: u64 = 1_000_000_000;

/// What is started.
#[derive(Clone)]
pub(crate) enum Program {
    Hebe,
    Anvil(PathBuf),
}

impl Program {
    /// Anvil as npm has it, or as the variable ANVIL names it.
    pub(crate) fn anvil() -> Option<Self> {
        let installed = root().join("node/clients/node_modules/.bin/anvil");
        let path = env::var_os("ANVIL").map_or(installed, PathBuf::from);
        // npm has a script in Node.js in front of the program, which would be measured as well.
        let native =
            root().join("node/clients/node_modules/@foundry-rs/anvil-linux-amd64/bin/anvil");
        let path = if native.exists() { native } else { path };
        path.exists().then_some(Self::Anvil(path))
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// A node that ends when it is dropped.
pub(crate) struct Node {
    child: Child,
    pub(crate) port: u16,
    /// Its home, where Anvil puts states that it does not hold in memory.
    home: tempfile::TempDir,
}

impl Node {
    /// Starts a node, and waits until it listens.
    pub(crate) fn start(program: &Program, options: &[&str]) -> Self {
        let port = TcpListener::bind("127.0.0.1:0")
            .and_then(|listener| listener.local_addr())
            .expect("a port is free")
            .port();
        let home = tempfile::tempdir().expect("there is room");
        let mut command = match program {
            Program::Hebe => {
                let mut command = Command::new(env!("CARGO_BIN_EXE_hebe"));
                command.arg("node");
                command
            }
            Program::Anvil(path) => Command::new(path),
        };
        let child = command
            .args(["--silent", "--port", &port.to_string()])
            .args(options)
            .env("HOME", home.path())
            .stdout(Stdio::null())
            .spawn()
            .expect("it starts");
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            thread::sleep(Duration::from_micros(200));
        }
        Self { child, port, home }
    }

    /// Deploys the token in Rust (`wasm`) or in Solidity (`evm`); gives its address.
    pub(crate) fn deploy(&self, kind: &str) -> String {
        if kind == "wasm" {
            let output = Command::new(env!("CARGO_BIN_EXE_hebe"))
                .arg("deploy")
                .arg(root().join("contracts/wasm/erc20_rust.wasm"))
                .args([&SUPPLY.to_string(), "--as", "token", "--json", "--rpc"])
                .arg(format!("http://127.0.0.1:{}", self.port))
                .output()
                .expect("it runs");
            let report: serde_json::Value =
                serde_json::from_slice(&output.stdout).expect("it prints JSON");
            return report["created"].as_str().expect("it is created").to_owned();
        }
        let text = fs::read_to_string(root().join("contracts/bench/token.evm.hex"))
            .expect("the token is there");
        let code: String = text.split_whitespace().collect();
        let data = format!("0x{code}{SUPPLY:064x}");
        let mut client = Client::open(self.port);
        let transaction = json!([{ "from": format!("0x{ALICE}"), "data": data }]);
        let hash = client.ask("eth_sendTransaction", &transaction);
        loop {
            let receipt = client.ask("eth_getTransactionReceipt", &json!([hash]));
            if let Some(address) = receipt["contractAddress"].as_str() {
                return address.to_owned();
            }
        }
    }

    /// What the process holds in memory, in MiB.
    pub(crate) fn memory_mib(&self) -> f64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id()))
            .expect("this is measured on Linux");
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kib = line.and_then(|line| line.split_whitespace().next()?.parse::<f64>().ok());
        kib.expect("it is there") / 1024.0
    }

    /// What it has put on the disk, in MiB.
    pub(crate) fn disk_mib(&self) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "far below 2^53")]
        let bytes = bytes_in(self.home.path()) as f64;
        bytes / f64::from(1 << 20)
    }
}

fn bytes_in(folder: &Path) -> u64 {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .map(|entry| match entry.metadata() {
            Ok(data) if data.is_dir() => bytes_in(&entry.path()),
            Ok(data) => data.len(),
            Err(_) => 0,
        })
        .sum()
}

impl Drop for Node {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
