//! `hebe node` beside Anvil, in one run: each figure of both in turn.
//!
//!     npm ci --prefix node/clients
//!     cargo bench --package hebe --bench node                 prints the table
//!     cargo bench --package hebe --bench node -- --quick      with less of everything
//!     ONLY=calls cargo bench --package hebe --bench node      prints the rows with this in their name
//!
//! The client is a thread with a socket for each connection, on the same processors as the node. Without `--bench`, as
//! `cargo test --benches` runs it, nothing is measured.

mod client;
mod nodes;

use client::{Client, transfers};
use hebe_testing::keccak256;
use nodes::{Node, Program};
use serde_json::json;
use std::{
    env,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

/// Who gets tokens: the second account of every development node.
const BOB: &str = "70997970c51812dc3a010c7d01b50e0d17dc79c8";

/// How much is done for a figure.
struct Work {
    /// Starts of a node, of which the middle one counts.
    starts: usize,
    /// How long calls are made.
    calls: Duration,
    /// How many transfers are sent one after the other.
    transfers: u64,
    /// How many transfers come into one block.
    in_one_block: u64,
    /// How many blocks there are, each with a transfer, when memory is looked at.
    blocks: u64,
    /// The same where Anvil is left out: it writes a file for each state, and these grow with the chain. It was at half of these
    /// after 20 minutes, and had let go of the first states by then.
    many_blocks: u64,
    /// How often a figure is taken, of which the middle one counts.
    times: usize,
}

const WHOLE: Work = Work {
    starts: 11,
    calls: Duration::from_secs(3),
    transfers: 3_000,
    in_one_block: 10_000,
    blocks: 10_000,
    many_blocks: 100_000,
    times: 3,
};

const QUICK: Work = Work {
    starts: 3,
    calls: Duration::from_secs(1),
    transfers: 300,
    in_one_block: 1_000,
    blocks: 2_000,
    many_blocks: 4_000,
    times: 1,
};

/// A row: its name, and how a node does with a token. `None` is for what it can't do.
type Row = (&'static str, fn(&Work, Program, &str) -> Option<Figure>);

const ROWS: [Row; 8] = [
    ("start to the first answer", start),
    ("calls of `balanceOf` a second, 1 connection", |work, program, token| {
        calls(work, program, token, 1)
    }),
    ("calls of `balanceOf` a second, 16 connections", |work, program, token| {
        calls(work, program, token, 16)
    }),
    ("transfers a second until their receipts are seen", receipts),
    ("one block of many transfers: made in", |work, program, token| {
        block(work, program, token).map(|(made, _)| made)
    }),
    ("one block of many transfers: sent and made in", |work, program, token| {
        block(work, program, token).map(|(_, all)| all)
    }),
    ("memory and disk after 10,000 blocks", |work, program, token| {
        Some(history(work.blocks, &program, token))
    }),
    ("memory and disk after 100,000 blocks", |work, program, token| match program {
        Program::Hebe => Some(history(work.many_blocks, &program, token)),
        Program::Anvil(_) => None,
    }),
];

/// What was measured.
enum Figure {
    /// Less is better.
    Milliseconds(f64),
    /// More is better.
    PerSecond(f64),
    /// Less is better: what a process holds in memory, what it has on the disk, and how long it took.
    Held { memory_mib: f64, disk_mib: f64, seconds: f64 },
}

impl Figure {
    fn order(&self) -> f64 {
        match self {
            Self::Milliseconds(value) | Self::PerSecond(value) => *value,
            Self::Held { memory_mib, .. } => *memory_mib,
        }
    }

    fn show(&self) -> String {
        match self {
            Self::Milliseconds(value) => format!("{value:.1} ms"),
            Self::PerSecond(value) => format!("{value:.0}"),
            Self::Held { memory_mib, disk_mib, seconds } => {
                format!("{memory_mib:.0} MiB, {disk_mib:.0} MiB on the disk, {seconds:.0} s")
            }
        }
    }

    /// How many times as good as another this is.
    fn against(&self, other: &Self) -> f64 {
        match self {
            Self::PerSecond(value) => value / other.order(),
            _ => other.order() / self.order(),
        }
    }
}

fn main() {
    let is_asked = |option: &str| env::args().any(|argument| argument == option);
    if !is_asked("--bench") {
        return;
    }
    let work = if is_asked("--quick") { QUICK } else { WHOLE };
    let Some(anvil) = Program::anvil() else {
        eprintln!("left out: Anvil is not there (npm ci --prefix node/clients)");
        return;
    };
    let only = env::var("ONLY").ok();
    println!(
        "| what | Hebe, Wasm token | Hebe, EVM token | Anvil, EVM token | Wasm to Anvil | EVM to Anvil |"
    );
    println!("|---|---|---|---|---|---|");
    for (name, measure) in ROWS {
        if only.as_ref().is_some_and(|only| !name.contains(only)) {
            continue;
        }
        let columns = [(Program::Hebe, "wasm"), (Program::Hebe, "evm"), (anvil.clone(), "evm")];
        let mut samples: [Vec<Figure>; 3] = Default::default();
        let times = if name.starts_with("memory") { 1 } else { work.times };
        for _ in 0..times {
            for ((program, token), samples) in columns.iter().zip(&mut samples) {
                samples.extend(measure(&work, program.clone(), token));
            }
        }
        let [wasm, evm, other] = samples.map(middle);
        let show = |figure: &Option<Figure>| figure.as_ref().map_or(String::new(), Figure::show);
        let ratio = |own: &Option<Figure>| match (own, &other) {
            (Some(own), Some(other)) => format!("{:.2}", own.against(other)),
            _ => String::new(),
        };
        println!(
            "| {name} | {} | {} | {} | {} | {} |",
            show(&wasm),
            show(&evm),
            show(&other),
            ratio(&wasm),
            ratio(&evm)
        );
    }
}

fn middle(mut figures: Vec<Figure>) -> Option<Figure> {
    figures.sort_by(|one, other| one.order().total_cmp(&other.order()));
    let middle = figures.len() / 2;
    figures.into_iter().nth(middle)
}

/// From the start of the process to the first answer.
fn start(work: &Work, program: Program, _: &str) -> Option<Figure> {
    let times = (0..work.starts).map(|_| {
        let begun = Instant::now();
        let node = Node::start(&program, &[]);
        let mut client = Client::open(node.port);
        client.ask("eth_blockNumber", &json!([]));
        Figure::Milliseconds(begun.elapsed().as_secs_f64() * 1e3)
    });
    middle(times.collect())
}

/// `balanceOf` of an account that has tokens.
fn calls(work: &Work, program: Program, token: &str, connections: usize) -> Option<Figure> {
    let node = Node::start(&program, &[]);
    let address = node.deploy(token);
    let port = node.port;
    let question = json!([{ "to": address, "data": format!("0x{}{:0>64}", selector("balanceOf(address)"), nodes::ALICE) }, "latest"]);
    let expected = format!("0x{:064x}", nodes::SUPPLY);
    let (is_over, answers) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
    // The first calls compile the contract.
    let mut warm = Client::open(port);
    let warmed = Instant::now();
    while warmed.elapsed() < Duration::from_millis(500) {
        assert_eq!(warm.ask("eth_call", &question), json!(expected));
    }
    let threads: Vec<_> = (0..connections)
        .map(|_| {
            let (is_over, answers) = (Arc::clone(&is_over), Arc::clone(&answers));
            let request = client::request("eth_call", &question);
            let expected = expected.clone();
            thread::spawn(move || {
                let mut client = Client::open(port);
                while !is_over.load(Ordering::Relaxed) {
                    let answer = client.send(&request);
                    assert!(answer.windows(expected.len()).any(|part| part == expected.as_bytes()));
                    answers.fetch_add(1, Ordering::Relaxed);
                }
            })
        })
        .collect();
    let begun = Instant::now();
    thread::sleep(work.calls);
    let count = answers.load(Ordering::Relaxed);
    let seconds = begun.elapsed().as_secs_f64();
    is_over.store(true, Ordering::Relaxed);
    threads.into_iter().for_each(|thread| thread.join().expect("every answer is right"));
    #[expect(clippy::cast_precision_loss, reason = "far below 2^53")]
    Some(Figure::PerSecond(count as f64 / seconds))
}

/// Transfers, each sent when the receipt of the one before was seen.
fn receipts(work: &Work, program: Program, token: &str) -> Option<Figure> {
    let node = Node::start(&program, &[]);
    let address = node.deploy(token);
    let mut client = Client::open(node.port);
    let transactions = transfers(&mut client, &address, &transfer(), work.transfers);
    let begun = Instant::now();
    for transaction in &transactions {
        client.send_until_seen(transaction);
    }
    let seconds = begun.elapsed().as_secs_f64();
    #[expect(clippy::cast_precision_loss, reason = "far below 2^53")]
    Some(Figure::PerSecond(work.transfers as f64 / seconds))
}

/// Many transfers in one block: how long the block took, and how long with sending them.
fn block(work: &Work, program: Program, token: &str) -> Option<(Figure, Figure)> {
    let node = Node::start(&program, &["--gas-limit", "2000000000"]);
    let address = node.deploy(token);
    let mut client = Client::open(node.port);
    // A token that is used, not one that nobody has called yet: native code is made in the background.
    for transaction in transfers(&mut client, &address, &transfer(), 100) {
        client.send_until_seen(&transaction);
    }
    thread::sleep(Duration::from_millis(500));
    client.ask("evm_setAutomine", &json!([false]));
    let transactions = transfers(&mut client, &address, &transfer(), work.in_one_block);
    let begun = Instant::now();
    for transaction in &transactions {
        client.ask("eth_sendRawTransaction", &json!([transaction]));
    }
    let sent = Instant::now();
    client.ask("evm_mine", &json!([]));
    let (made, all) = (sent.elapsed(), begun.elapsed());
    let count = client.ask("eth_getBlockTransactionCountByNumber", &json!(["latest"]));
    assert_eq!(count, json!(format!("{:#x}", work.in_one_block)), "all are in one block");
    let milliseconds = |time: Duration| Figure::Milliseconds(time.as_secs_f64() * 1e3);
    Some((milliseconds(made), milliseconds(all)))
}

/// Blocks of one transfer each, whose state can be asked for afterwards.
fn history(blocks: u64, program: &Program, token: &str) -> Figure {
    // Anvil keeps the last some thousand states unless it is told otherwise; Hebe keeps all.
    let most = (blocks + 1_000).to_string();
    let options: &[&str] = match program {
        Program::Hebe => &[],
        Program::Anvil(_) => &["--max-persisted-states", &most],
    };
    let node = Node::start(program, options);
    let address = node.deploy(token);
    let mut client = Client::open(node.port);
    let transactions = transfers(&mut client, &address, &transfer(), blocks);
    let begun = Instant::now();
    for transaction in &transactions {
        client.send_until_seen(transaction);
    }
    let seconds = begun.elapsed().as_secs_f64();
    // Old states are there: after 100 transfers, Bob had 100.
    let data = format!("0x{}{BOB:0>64}", selector("balanceOf(address)"));
    let had = client.ask("eth_call", &json!([{ "to": address, "data": data }, "0x65"]));
    assert_eq!(had, json!(format!("0x{:064x}", 100)), "block 101 is there");
    Figure::Held { memory_mib: node.memory_mib(), disk_mib: node.disk_mib(), seconds }
}

fn selector(signature: &str) -> String {
    hex::encode(&keccak256(signature.as_bytes())[..4])
}

/// `transfer(BOB, 1)`
fn transfer() -> Vec<u8> {
    let text = format!("{}{BOB:0>64}{:064x}", selector("transfer(address,uint256)"), 1);
    hex::decode(text).expect("it is hex")
}
