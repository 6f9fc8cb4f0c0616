//! A contract, its input, and how it ended.

#![allow(dead_code, reason = "each suite uses its part")]

use hebe_host::{Address, Bytes32, CallKind, Message, Outcome, Revision, U256};
use hebe_testing::ScriptedHost;
use hebe_vm::{Options, Vm};
use std::sync::OnceLock;

/// How a run of a contract ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Ended {
    /// With this output.
    Success(Vec<u8>),
    /// With this reason, from an `Error(string)`.
    Revert(String),
}

/// Runs the committed binary with all gas there is. Anything but success and a revert with a reason is
/// a bug of the contract.
pub(crate) fn run(name: &str, input: &[u8]) -> Ended {
    let (ended, _) = run_code(&hebe_contracts::binary(name), input);
    ended
}

/// The same with this code, and the gas that it used.
pub(crate) fn run_code(code: &[u8], input: &[u8]) -> (Ended, i64) {
    static VM: OnceLock<Vm> = OnceLock::new();
    let message = Message {
        kind: CallKind::Call,
        is_static: true,
        is_delegated: false,
        depth: 0,
        gas: i64::MAX,
        recipient: Address::repeat_byte(1),
        sender: Address::repeat_byte(2),
        input,
        value: U256::zero(),
        create2_salt: Bytes32::zero(),
        code_address: Address::repeat_byte(1),
    };
    let vm = VM.get_or_init(|| Vm::new(Options::default()));
    let outcome = vm.execute(Revision::Byzantium, &message, code, &mut ScriptedHost::default());
    match outcome.expect("the host never lies") {
        Outcome::Success { output, gas_left, .. } => (Ended::Success(output), i64::MAX - gas_left),
        Outcome::Revert { output, gas_left } => {
            (Ended::Revert(reason(&output)), i64::MAX - gas_left)
        }
        Outcome::Failure(failure) => panic!("{failure}, input {}", hex::encode(input)),
    }
}

/// The text of an `Error(string)`.
pub(crate) fn reason(output: &[u8]) -> String {
    let text = output.strip_prefix(&[0x08, 0xc3, 0x79, 0xa0]).expect("it is an Error(string)");
    assert_eq!(U256::from_big_endian(&text[..32]), U256::from(32), "the text's place");
    let length = U256::from_big_endian(&text[32..64]).as_usize();
    assert_eq!(text.len(), 64 + length.next_multiple_of(32), "it is padded");
    assert!(text[64 + length..].iter().all(|byte| *byte == 0), "it is padded with zeros");
    String::from_utf8(text[64..64 + length].to_vec()).expect("it is a text")
}

/// Hex with white space in it.
pub(crate) fn hex(text: &str) -> Vec<u8> {
    let digits: String = text.split_whitespace().collect();
    hex::decode(digits).expect("it is hex")
}
