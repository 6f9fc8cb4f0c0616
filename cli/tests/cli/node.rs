//! `hebe node`, and the commands that talk to it; with clients as they are on npm, where these can be had.

use std::{
    io::{BufRead, BufReader},
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
        let mut child = Command::new(env!("CARGO_BIN_EXE_hebe"))
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

/// ethers, viem, Foundry's cast, and the comparison with Anvil. They need `npm ci --prefix node/clients`.
#[test]
fn clients_of_today_work_with_it() {
    let clients = root().join("node/clients");
    if !clients.join("node_modules/.bin/anvil").exists() {
        eprintln!("left out: the clients are not there (npm ci --prefix node/clients)");
        return;
    }
    for script in ["compare", "ethers", "viem", "foundry"] {
        run(script);
    }
}

/// The page in a browser. It needs `npm ci --prefix node/clients`, and Chromium.
#[test]
fn the_page_works_in_a_browser() {
    let has_client = root().join("node/clients/node_modules/puppeteer-core").exists();
    let chromium = std::env::var("CHROMIUM").unwrap_or_else(|_| "/usr/bin/chromium".to_owned());
    if !has_client || !Path::new(&chromium).exists() {
        eprintln!(
            "left out: the browser is not there (npm ci --prefix node/clients, apt-get install chromium)"
        );
        return;
    }
    run("page");
}

/// Runs a script of node/clients against this program.
fn run(script: &str) {
    let output = Command::new("node")
        .arg(root().join(format!("node/clients/{script}.mjs")))
        .env("HEBE", env!("CARGO_BIN_EXE_hebe"))
        .output();
    let Ok(output) = output else {
        eprintln!("left out: there is no Node.js");
        return;
    };
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(output.status.success(), "{script}: {}{}", text(&output.stdout), text(&output.stderr));
}
