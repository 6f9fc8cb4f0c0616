//! A client that takes as little time as it can: a socket, requests and answers of HTTP/1.1.

use alloy_consensus::{SignableTransaction, TxEip1559, TxEnvelope};
use alloy_eips::eip2718::Encodable2718;
use alloy_primitives::{Address, TxKind};
use alloy_signer::SignerSync;
use alloy_signer_local::PrivateKeySigner;
use serde_json::{Value, json};
use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
};

/// The first account of every development node.
const KEY: &str = "ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80";

/// A connection.
pub(crate) struct Client {
    socket: BufReader<TcpStream>,
}

impl Client {
    pub(crate) fn open(port: u16) -> Self {
        let socket = TcpStream::connect(("127.0.0.1", port)).expect("the node listens");
        socket.set_nodelay(true).expect("it can be set");
        Self { socket: BufReader::new(socket) }
    }

    /// Sends a request as [`request`] makes it; gives the body of the answer.
    pub(crate) fn send(&mut self, request: &[u8]) -> Vec<u8> {
        self.socket.get_mut().write_all(request).expect("the node takes it");
        let mut length = 0;
        loop {
            let mut line = String::new();
            let read = self.socket.read_line(&mut line).expect("the node answers");
            assert_ne!(read, 0, "the node closed the connection");
            if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
                length = value.trim().parse().expect("it is a number");
            }
            if line.trim().is_empty() {
                break;
            }
        }
        let mut body = vec![0; length];
        self.socket.read_exact(&mut body).expect("the node answers");
        body
    }

    /// The answer of a method.
    pub(crate) fn ask(&mut self, method: &str, params: &Value) -> Value {
        let body = self.send(&request(method, params));
        let mut answer: Value = serde_json::from_slice(&body).expect("it is JSON");
        assert!(answer.get("error").is_none(), "{method}: {answer}");
        answer["result"].take()
    }

    /// Sends a transaction, and asks for its receipt until it is there.
    pub(crate) fn send_until_seen(&mut self, transaction: &str) {
        let hash = self.ask("eth_sendRawTransaction", &json!([transaction]));
        let receipt = request("eth_getTransactionReceipt", &json!([hash]));
        loop {
            let body = self.send(&receipt);
            let has = |text: &[u8]| body.windows(text.len()).any(|part| part == text);
            if !has(b"\"result\":null") {
                assert!(has(b"\"status\":\"0x1\""), "{}", String::from_utf8_lossy(&body));
                return;
            }
        }
    }
}

/// A request, with its head.
pub(crate) fn request(method: &str, params: &Value) -> Vec<u8> {
    let body = json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params }).to_string();
    format!(
        "POST / HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

/// Transactions of the first account with this input, signed, in the order of their nonces.
pub(crate) fn transfers(client: &mut Client, token: &str, input: &[u8], count: u64) -> Vec<String> {
    let signer: PrivateKeySigner = KEY.parse().expect("it is a key");
    let number = |value: Value| {
        let text = value.as_str().expect("it is hex").trim_start_matches("0x").to_owned();
        u64::from_str_radix(&text, 16).expect("it is a number")
    };
    let first = number(
        client.ask("eth_getTransactionCount", &json!([signer.address().to_string(), "latest"])),
    );
    let chain_id = number(client.ask("eth_chainId", &json!([])));
    let to: Address = token.parse().expect("it is an address");
    let signed = (first..first + count).map(|nonce| {
        let transaction = TxEip1559 {
            chain_id,
            nonce,
            gas_limit: 100_000,
            max_fee_per_gas: 20_000_000_000,
            max_priority_fee_per_gas: 1,
            to: TxKind::Call(to),
            input: input.to_vec().into(),
            ..TxEip1559::default()
        };
        let signature = signer.sign_hash_sync(&transaction.signature_hash()).expect("it is signed");
        let bytes = TxEnvelope::from(transaction.into_signed(signature)).encoded_2718();
        format!("0x{}", hex::encode(bytes))
    });
    signed.collect()
}
