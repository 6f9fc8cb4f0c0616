//! `hebe node` as a process, and the commands that talk to it.

mod clients;
mod hostile;

use serde_json::{Value, json};
use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

/// A node that ends with the test.
struct Node {
    child: Child,
    url: String,
}

impl Node {
    fn start(options: &[&str]) -> Self {
        Self::of(Command::new(env!("CARGO_BIN_EXE_hebe")), options)
    }

    /// Starts it by a program that has the command's words behind its own.
    fn of(mut program: Command, options: &[&str]) -> Self {
        let mut child = program
            .args(["node", "--port", "0", "--json"])
            .args(options)
            .stdout(Stdio::piped())
            .spawn()
            .expect("it starts");
        let mut lines = BufReader::new(child.stdout.take().expect("it is piped")).lines();
        let first = lines.next().expect("it says something").expect("it is text");
        let first: serde_json::Value = serde_json::from_str(&first).expect("it is JSON");
        let url = format!("http://{}", first["listening"].as_str().expect("it listens"));
        // Whoever prints has a reader.
        std::thread::spawn(move || lines.for_each(drop));
        Self { child, url }
    }

    /// The answer of a method.
    fn answer(&self, method: &str, params: Value) -> Value {
        Client::of(&self.url)
            .ask(method, &params)
            .expect("it answers")
            .unwrap_or_else(|fail| panic!("{method}: {fail}"))
    }

    /// The port that it listens on.
    fn port(&self) -> u16 {
        self.url.rsplit(':').next().and_then(|port| port.parse().ok()).expect("it has a port")
    }

    /// What it holds in memory, in MiB, where the system tells.
    fn memory_mib(&self) -> Option<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).ok()?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
        let kib: u64 = line.split_whitespace().next()?.parse().ok()?;
        Some(kib / 1024)
    }
}

/// A connection to a node.
struct Client {
    url: String,
    agent: ureq::Agent,
}

impl Client {
    fn of(url: &str) -> Self {
        Self { url: url.to_owned(), agent: ureq::Agent::new_with_defaults() }
    }

    /// The answer of a method, or its error; nothing where the node is gone.
    fn ask(&self, method: &str, params: &Value) -> Option<Result<Value, Value>> {
        let request = json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params });
        let response = self.agent.post(&self.url).header("content-type", "application/json");
        let text = response.send(request.to_string()).ok()?.body_mut().read_to_string().ok()?;
        let mut answer: Value = serde_json::from_str(&text).ok()?;
        Some(match answer.get("error") {
            Some(error) => Err(error.clone()),
            None => Ok(answer["result"].take()),
        })
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What a command prints, and its exit code.
fn hebe(words: &[&str]) -> (String, String, Option<i32>) {
    let output = Command::new(env!("CARGO_BIN_EXE_hebe"))
        .args(words)
        .env_remove("HEBE_PRIVATE_KEY")
        .output()
        .expect("it runs");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (text(&output.stdout), text(&output.stderr), output.status.code())
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

const BOB: &str = "0x70997970c51812dc3a010c7d01b50e0d17dc79c8";

#[test]
fn a_contract_is_deployed_to_a_node_and_talked_to() {
    let node = Node::start(&[]);
    let token = root().join("contracts/wasm/erc20_rust.wasm");
    let (text, problem, code) = hebe(&[
        "deploy",
        &token.display().to_string(),
        "1000",
        "--as",
        "token",
        "--rpc",
        &node.url,
    ]);
    assert_eq!(code, Some(0), "{problem}");
    assert!(text.starts_with("token   0x"), "{text}");
    let (text, problem, code) = hebe(&["send", "token", "transfer", BOB, "5", "--rpc", &node.url]);
    assert_eq!(code, Some(0), "{problem}");
    assert!(text.contains("emit    token: Transfer("), "{text}");
    let balance = |who: &str| hebe(&["call", "token", "balanceOf", who, "--rpc", &node.url]).0;
    assert_eq!(balance(BOB), "5\n");
    // Whoever has none can't send any, and nothing is sent.
    let (text, _, code) =
        hebe(&["send", "token", "transfer", BOB, "1", "--from", "3", "--rpc", &node.url]);
    assert!(
        code == Some(1) && text.starts_with("REVERT  Error(\"insufficient balance\")"),
        "{text}"
    );
    // Signed here: this is Bob's key.
    let key = "0x59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d";
    let nobody = "0x00000000000000000000000000000000000a11ce";
    let (_, problem, code) =
        hebe(&["send", "token", "transfer", nobody, "2", "--private-key", key, "--rpc", &node.url]);
    assert_eq!(code, Some(0), "{problem}");
    assert_eq!(balance(nobody), "2\n");
}

#[test]
fn what_a_node_can_not_do_is_told() {
    let node = Node::start(&[]);
    let port = node.url.rsplit(':').next().expect("it has a port");
    let nothing = "http://127.0.0.1:1";
    for (words, expected) in [
        (vec!["node", "--port", port], format!("can't listen on 127.0.0.1:{port}")),
        (vec!["node", "--port", "0", "--mnemonic", "a b"], "the mnemonic can't be used".into()),
        (
            vec!["node", "--port", "0", "--revision", "Frontier"],
            "a node runs at Byzantium or later".into(),
        ),
        (vec!["node", "--port", "0", "--set", "speed=1"], "there is no option `speed`".into()),
        (vec!["call", "token", "x", "--rpc", nothing], format!("--rpc {nothing}: ")),
        (vec!["call", "token", "x", "--rpc", &node.url], "no account is called `token`".into()),
        (
            vec!["send", BOB, "--from", "99", "--rpc", &node.url],
            "--from: the node has 10 accounts of its own".into(),
        ),
        (
            vec!["send", BOB, "--private-key", "5", "--rpc", &node.url],
            "--private-key is no secret key".into(),
        ),
    ] {
        let (_, problem, code) = hebe(&words);
        assert_eq!(code, Some(2), "{words:?}: {problem}");
        assert!(problem.starts_with(&format!("hebe: {expected}")), "{words:?}: {problem}");
    }
}

/// A node that gives each method the answer that `answer` has for it, as long as the tests run.
fn liar(answer: fn(&str) -> Value) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("there is a port");
    let address = listener.local_addr().expect("it has one");
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = BufReader::new(stream.expect("it connects"));
            let (mut line, mut length) = (String::new(), 0);
            while stream.read_line(&mut line).is_ok_and(|read| read > 2) {
                let lower = line.to_ascii_lowercase();
                if let Some(number) = lower.strip_prefix("content-length:") {
                    length = number.trim().parse().expect("a number");
                }
                line.clear();
            }
            let mut body = vec![0; length];
            stream.read_exact(&mut body).expect("it is all there");
            let request: Value = serde_json::from_slice(&body).expect("it is JSON");
            let body = answer(request["method"].as_str().expect("a name")).to_string();
            let head =
                format!("HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: {}", body.len());
            let _ = write!(stream.get_mut(), "{head}\r\n\r\n{body}");
        }
    });
    format!("http://{address}")
}

#[test]
fn what_a_node_says_does_nothing_to_the_terminal() {
    let refused = |method: &str| match method {
        "eth_accounts" => json!({ "result": [BOB] }),
        "eth_getCode" => json!({ "result": "0x00" }),
        "hebe_names" => json!({ "result": [{ "name": "\u{1b}[2J", "address": BOB }] }),
        _ => json!({ "error": { "code": 1, "message": "\u{1b}]0;title\u{7}\r\nok" } }),
    };
    let url = liar(refused);
    for command in ["call", "send"] {
        let (text, problem, code) = hebe(&[command, BOB, "f()", "--rpc", &url]);
        assert_eq!(code, Some(2), "{text}{problem}");
        assert_eq!(problem, "hebe: the node refuses: \\u{1b}]0;title\\u{7}\\r\\nok (1)\n");
    }
    let waiting = |method: &str| match method {
        "eth_accounts" => json!({ "result": [BOB] }),
        "eth_getCode" => json!({ "result": "0x00" }),
        "eth_sendTransaction" => json!({ "result": "\u{1b}[2J" }),
        "hebe_names" => json!({ "result": [{ "name": "\u{1b}[2J", "address": BOB }] }),
        "eth_getTransactionReceipt" => {
            json!({ "result": { "status": "0x1", "gasUsed": "0x1", "logs": [{ "address": BOB, "topics": [], "data": "0x" }] } })
        }
        _ => json!({ "result": "0x1" }),
    };
    let (text, problem, code) = hebe(&["send", BOB, "f()", "--rpc", &liar(waiting)]);
    assert_eq!(code, Some(0), "{text}{problem}");
    assert!(!text.contains('\u{1b}') && !problem.contains('\u{1b}'), "{text:?}{problem:?}");
}
