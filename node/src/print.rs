//! What the terminal is told.

use crate::{
    block::{Block, Mined},
    fail::Fail,
    forms::ToChain,
    node::{Event, Node},
    question::words,
    transactions::Sent,
};
use alloy_consensus::Transaction;
use hebe_host::StatusCode;
use hebe_testing::harness::{Names, abi};
use serde_json::{Value, json};
use std::io::{self, Write};
use tokio::sync::broadcast::{Receiver, error::RecvError};

/// How requests and transactions are told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Printer {
    /// Not at all.
    Silent,
    /// A line each, to be read.
    #[default]
    Text,
    /// A line of JSON each.
    Json,
}

impl Printer {
    /// A request was answered.
    pub(crate) fn request(self, method: &str, fail: Option<&Fail>) {
        let line = match self {
            Self::Silent => return,
            // The page asks these all the time.
            Self::Text if fail.is_none() && method.starts_with("hebe_") => return,
            Self::Text => match fail {
                None => method.to_owned(),
                Some(fail) => format!("{method}   {} {}", fail.code, visible(&fail.message)),
            },
            Self::Json => {
                let mut line = json!({ "request": method });
                if let Some(fail) = fail {
                    line["error"] = json!({ "code": fail.code, "message": fail.message });
                }
                line.to_string()
            }
        };
        say(&line);
    }

    /// Tells of each block and its transactions, as long as the node is there.
    pub(crate) async fn follow(self, node: std::sync::Arc<Node>, mut events: Receiver<Event>) {
        if self == Self::Silent {
            return;
        }
        loop {
            match events.recv().await {
                Ok(Event::Mined(block)) => {
                    let names = node.read().names.clone();
                    self.block(&block, &names);
                }
                Ok(Event::Removed(block)) if self == Self::Text => {
                    say(&format!("  block {} is taken back", block.number()));
                }
                Ok(Event::Removed(block)) => say(&json!({ "removed": block.number() }).to_string()),
                Ok(Event::Pending(_)) => {}
                Err(RecvError::Lagged(missed)) => say(&format!("  ({missed} more)")),
                Err(RecvError::Closed) => return,
            }
        }
    }

    fn block(self, block: &Block, names: &Names) {
        if self == Self::Json {
            let transactions = block.transactions.iter().map(|mined| line(mined, names));
            say(&json!({
                "block": block.number(),
                "gasUsed": block.header.gas_used,
                "transactions": transactions.collect::<Vec<_>>(),
            })
            .to_string());
            return;
        }
        for mined in &block.transactions {
            let outcome = &mined.outcome;
            let ended = ended(mined, names);
            say(&format!(
                "  {}\n    {ended}   {} gas   block {}   {}",
                title(&mined.transaction, names),
                outcome.gas_used,
                block.number(),
                mined.transaction.tx_hash()
            ));
            if let Some(address) = outcome.created {
                say(&format!("    contract {address}"));
            }
        }
    }
}

fn line(mined: &Mined, names: &Names) -> Value {
    json!({
        "hash": mined.transaction.tx_hash(),
        "what": title(&mined.transaction, names),
        "ended": ended(mined, names),
        "gasUsed": mined.outcome.gas_used,
        "contract": mined.outcome.created,
    })
}

/// Who calls what of whom.
pub(crate) fn title(transaction: &Sent, names: &Names) -> String {
    let from = names.show(transaction.signer().to_chain());
    let value = match transaction.value() {
        value if value.is_zero() => String::new(),
        value => format!("   {}", abi::show_wei(&value.to_string())),
    };
    match transaction.to() {
        None => format!("{from} creates a contract{value}"),
        Some(to) => {
            let to = to.to_chain();
            let call = call_text(names, to, transaction.input());
            format!("{from} → {}{call}{value}", names.show(to))
        }
    }
}

/// Call data for reading.
pub(crate) fn call_text(names: &Names, to: hebe_host::Address, input: &[u8]) -> String {
    let Some(selector) = input.first_chunk::<4>() else { return String::new() };
    let known =
        names.function(to, *selector).and_then(|function| abi::show_call(function, input, names));
    known.map_or_else(|| format!(".0x{}", hex::encode(selector)), |call| format!(".{call}"))
}

/// How a transaction ended.
pub(crate) fn ended(mined: &Mined, names: &Names) -> String {
    let outcome = &mined.outcome;
    match outcome.status {
        StatusCode::Success => "ok".to_owned(),
        StatusCode::Revert => {
            let known = outcome.output.first_chunk().and_then(|selector| names.error(*selector));
            format!("REVERT {}", abi::show_revert(&outcome.output, known, names))
        }
        status => format!("FAILED {}", visible(&words(status, outcome.reason.as_deref()))),
    }
}

/// A text from elsewhere as a terminal may have it, in which it could otherwise move the cursor, change the title, or turn
/// letters around: what can't be seen is written out, and a line is one line. What nobody would read is left out.
pub fn visible(text: &str) -> String {
    const MOST: usize = 4_096;
    let mut shown = String::new();
    for letter in text.chars() {
        if shown.len() >= MOST {
            return shown + "…";
        }
        match letter {
            '"' | '\'' | '\\' => shown.push(letter),
            _ => shown.extend(letter.escape_debug()),
        }
    }
    shown
}

/// Prints a line; nobody listening is no error.
pub(crate) fn say(line: &str) {
    let mut out = io::stdout().lock();
    let _ = writeln!(out, "{line}").and_then(|()| out.flush());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_moves_the_cursor_is_written_out() {
        assert_eq!(visible("it's \"fine\": 5 → ü \\"), "it's \"fine\": 5 → ü \\");
        assert_eq!(visible("\u{1b}[2J\u{9b}A\r\n\u{202e}b"), "\\u{1b}[2J\\u{9b}A\\r\\n\\u{202e}b");
        assert!(visible(&"a".repeat(1 << 20)).len() < 5_000);
    }
}
