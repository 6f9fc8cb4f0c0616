//! What a node lives through: kills, a full disk, thousands of sockets, readers that don't read.

use super::{BOB, Client, Node};
use serde_json::{Value, json};
use std::{
    env,
    io::{Read, Write},
    net::TcpStream,
    process::Command,
    thread,
    time::Duration,
};

/// How often a node is killed, where the variable HEBE_KILLS does not say.
const KILLS: u64 = 12;

/// Who sends: so many of the node's accounts at the same time.
const SENDERS: usize = 4;

/// A transaction whose receipt was seen: its hash, and its block's.
type Announced = (Value, Value);

#[test]
fn what_was_announced_is_there_after_a_kill() {
    let folder = tempfile::tempdir().expect("there is room");
    let path = folder.path().join("chain.redb").display().to_string();
    let kills = env::var("HEBE_KILLS").ok().and_then(|text| text.parse().ok()).unwrap_or(KILLS);
    let mut all: Vec<Announced> = Vec::new();
    for kill in 0..kills {
        let node = Node::start(&["--database", &path]);
        let senders = node.answer("eth_accounts", json!([]));
        let threads: Vec<_> = (0..SENDERS)
            .map(|index| {
                let (client, from) = (Client::of(&node.url), senders[index].clone());
                thread::spawn(move || send_until_it_is_gone(&client, &from))
            })
            .collect();
        // Any moment: by a number that is the same in each run.
        thread::sleep(Duration::from_micros(kill * 7_919 * 31 % 250_000));
        // It is killed, not asked to end.
        drop(node);
        let announced: Vec<Announced> =
            threads.into_iter().flat_map(|thread| thread.join().expect("it ends")).collect();
        let node = Node::start(&["--database", &path]);
        are_there(&node, &announced);
        all.extend(announced);
    }
    assert!(all.len() as u64 > kills, "too little was sent to lose anything: {}", all.len());
    let node = Node::start(&["--database", &path]);
    are_there(&node, &all);
    // Nothing came twice, and nothing came half: each transaction gave a wei, and took a nonce.
    let senders = node.answer("eth_accounts", json!([]));
    let nonces =
        senders.as_array().expect("a list").iter().map(|sender| {
            number(&node.answer("eth_getTransactionCount", json!([sender, "latest"])))
        });
    let given = number(&node.answer("eth_getBalance", json!([NOBODY, "latest"])));
    assert_eq!(nonces.sum::<u64>(), given);
}

const NOBODY: &str = "0x00000000000000000000000000000000000a11ce";

fn send_until_it_is_gone(client: &Client, from: &Value) -> Vec<Announced> {
    let mut announced = Vec::new();
    let transaction = json!([{ "from": from, "to": NOBODY, "value": "0x1" }]);
    while let Some(Ok(hash)) = client.ask("eth_sendTransaction", &transaction) {
        match client.ask("eth_getTransactionReceipt", &json!([hash])) {
            Some(Ok(receipt)) => announced.push((hash, receipt["blockHash"].clone())),
            _ => break,
        }
    }
    announced
}

fn are_there(node: &Node, announced: &[Announced]) {
    let client = Client::of(&node.url);
    for (hash, block) in announced {
        let receipt = client.ask("eth_getTransactionReceipt", &json!([hash]));
        assert_eq!(receipt.expect("it answers").expect("it has it")["blockHash"], *block);
    }
}

fn number(answer: &Value) -> u64 {
    let text = answer.as_str().expect("it is hex");
    u64::from_str_radix(text.trim_start_matches("0x"), 16).expect("it is a number")
}

#[cfg(unix)]
#[test]
fn a_full_disk_is_told_and_nothing_is_lost() {
    let folder = tempfile::tempdir().expect("there is room");
    let path = folder.path().join("chain.redb").display().to_string();
    // A file of so many KiB at the most is as good as a full disk, and needs no right to make one.
    let mut limited = Command::new("bash");
    let script = r#"trap "" XFSZ; ulimit -f 4096; exec "$0" "$@""#;
    limited.args(["-c", script, env!("CARGO_BIN_EXE_hebe")]);
    let node = Node::of(limited, &["--database", &path]);
    let client = Client::of(&node.url);
    let from = node.answer("eth_accounts", json!([]))[0].clone();
    let data = format!("0x{}", "5b".repeat(40_000));
    let transaction = json!([{ "from": from, "to": NOBODY, "value": "0x1", "data": data }]);
    let mut announced = Vec::new();
    let problem = loop {
        assert!(announced.len() < 1_000, "the disk is never full");
        match client.ask("eth_sendTransaction", &transaction).expect("it answers") {
            Ok(hash) => {
                let receipt = node.answer("eth_getTransactionReceipt", json!([hash]));
                announced.push((hash, receipt["blockHash"].clone()));
            }
            Err(problem) => break problem,
        }
    };
    assert_eq!(problem["code"], -32603, "{problem}");
    let message = problem["message"].as_str().expect("it says why");
    assert!(message.starts_with("the chain can't be kept: "), "{message}");
    // What is not on the disk is not told.
    let blind = client.ask("eth_blockNumber", &json!([])).expect("it answers");
    assert_eq!(blind.expect_err("it is behind")["code"], -32603);
    drop(node);
    let node = Node::start(&["--database", &path]);
    are_there(&node, &announced);
    let newest = number(&node.answer("eth_blockNumber", json!([])));
    assert!(newest >= announced.len() as u64);
    node.answer("eth_sendTransaction", transaction);
    assert_eq!(number(&node.answer("eth_blockNumber", json!([]))), newest + 1);
}

/// Opens a WebSocket, and says nothing.
fn socket(port: u16) -> TcpStream {
    let mut socket = TcpStream::connect(("127.0.0.1", port)).expect("it listens");
    let request = "GET / HTTP/1.1\r\nhost: 127.0.0.1\r\nupgrade: websocket\r\nconnection: upgrade\r\n\
                   sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\nsec-websocket-version: 13\r\n\r\n";
    socket.write_all(request.as_bytes()).expect("it takes it");
    let mut answer = Vec::new();
    let mut byte = [0];
    while !answer.ends_with(b"\r\n\r\n") {
        socket.read_exact(&mut byte).expect("it answers");
        answer.push(byte[0]);
    }
    assert!(answer.starts_with(b"HTTP/1.1 101"), "{}", String::from_utf8_lossy(&answer));
    socket
}

#[test]
fn thousands_of_idle_sockets_leave_room_for_others() {
    const WANTED: u64 = 10_000;
    let possible = rlimit::increase_nofile_limit(2 * WANTED).unwrap_or(1_000).saturating_sub(500);
    if possible < WANTED {
        eprintln!("{possible} sockets instead of {WANTED}: the system allows no more open files");
    }
    let node = Node::start(&[]);
    let sockets: Vec<TcpStream> = (0..WANTED.min(possible)).map(|_| socket(node.port())).collect();
    let hash =
        node.answer("eth_sendTransaction", json!([{ "from": BOB, "to": NOBODY, "value": "0x1" }]));
    assert_eq!(node.answer("eth_getTransactionReceipt", json!([hash]))["status"], "0x1");
    if let Some(memory) = node.memory_mib() {
        assert!(memory < 600, "{memory} MiB for {} sockets", sockets.len());
    }
    drop(sockets);
    assert_eq!(node.answer("eth_blockNumber", json!([])), "0x1");
}

/// A frame with this text, as a client masks it (RFC 6455, 5.2), with a mask of zeros.
fn frame(text: &str) -> Vec<u8> {
    let length = u8::try_from(text.len()).ok().filter(|length| *length < 126);
    let head = [0x81, 0x80 | length.expect("it is short"), 0, 0, 0, 0];
    [&head[..], text.as_bytes()].concat()
}

#[test]
fn who_does_not_read_holds_up_nobody() {
    let node = Node::start(&[]);
    let mut deaf = socket(node.port());
    for (id, what) in ["newHeads", "newPendingTransactions"].iter().enumerate() {
        let request = format!(
            r#"{{"jsonrpc":"2.0","id":{id},"method":"eth_subscribe","params":["{what}"]}}"#
        );
        deaf.write_all(&frame(&request)).expect("it takes it");
    }
    thread::sleep(Duration::from_millis(200));
    node.answer("anvil_mine", json!(["0x9c40"]));
    let transaction = json!([{ "from": BOB, "to": NOBODY, "value": "0x1" }]);
    for _ in 0..100 {
        node.answer("eth_sendTransaction", transaction.clone());
    }
    assert_eq!(number(&node.answer("eth_blockNumber", json!([]))), 40_000 + 100);
    if let Some(memory) = node.memory_mib() {
        assert!(memory < 400, "{memory} MiB");
    }
}
