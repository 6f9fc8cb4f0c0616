//! What is kept of a message.

use super::form;
use crate::{Address, Bytes32, CallKind, Message, U256};
use serde::{Deserialize, Serialize};

/// A [`Message`] that owns its input.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)] // As in `Message`.
pub struct OwnedMessage {
    #[serde(with = "form::name")]
    pub kind: CallKind,
    #[serde(rename = "static")]
    pub is_static: bool,
    #[serde(rename = "delegated", default, skip_serializing_if = "std::ops::Not::not")]
    pub is_delegated: bool,
    pub depth: u32,
    pub gas: i64,
    #[serde(with = "form::fixed")]
    pub recipient: Address,
    #[serde(with = "form::fixed")]
    pub sender: Address,
    #[serde(with = "form::bytes")]
    pub input: Vec<u8>,
    #[serde(with = "form::number")]
    pub value: U256,
    #[serde(with = "form::fixed")]
    pub create2_salt: Bytes32,
    #[serde(with = "form::fixed")]
    pub code_address: Address,
}

impl OwnedMessage {
    /// The message, as a VM takes it.
    pub fn borrow(&self) -> Message<'_> {
        Message {
            kind: self.kind,
            is_static: self.is_static,
            is_delegated: self.is_delegated,
            depth: self.depth,
            gas: self.gas,
            recipient: self.recipient,
            sender: self.sender,
            input: &self.input,
            value: self.value,
            create2_salt: self.create2_salt,
            code_address: self.code_address,
        }
    }

    /// A message that was sent to a host. VMs may leave anything in the fields that EVMC gives no
    /// meaning to for the message's kind; these are made equal here, so that they make no difference.
    pub(super) fn sent(message: &Message<'_>) -> Self {
        let mut sent = Self::from(message);
        match sent.kind {
            _ if sent.is_delegated => {}
            CallKind::Call => sent.code_address = sent.recipient,
            CallKind::CallCode | CallKind::DelegateCall => {}
            CallKind::Create | CallKind::Create2 => {
                sent.recipient = Address::zero();
                sent.code_address = Address::zero();
            }
        }
        if sent.kind != CallKind::Create2 {
            sent.create2_salt = Bytes32::zero();
        }
        sent
    }
}

impl From<&Message<'_>> for OwnedMessage {
    fn from(message: &Message<'_>) -> Self {
        Self {
            kind: message.kind,
            is_static: message.is_static,
            is_delegated: message.is_delegated,
            depth: message.depth,
            gas: message.gas,
            recipient: message.recipient,
            sender: message.sender,
            input: message.input.to_vec(),
            value: message.value,
            create2_salt: message.create2_salt,
            code_address: message.code_address,
        }
    }
}
