//! The message that a contract runs for.

use crate::{Address, Bytes32, Fault, U256};

/// The deepest message there can be: a frame at this depth can't call or create
/// (Yellow Paper, section 8; EIP-150).
pub const MAX_DEPTH: u32 = 1024;

/// What the code of an account begins with that has delegated; the delegate's address follows, and nothing else
/// (EIP-7702).
pub const DELEGATION: &[u8] = &[0xef, 0x01, 0x00];

/// What makes a contract run (EVMC: `struct evmc_message`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Message<'a> {
    /// How the contract was reached.
    pub kind: CallKind,
    /// Nothing may change the state (EVMC_STATIC); calls made from here are static too.
    pub is_static: bool,
    /// The code is that of another account, to which the called one has delegated
    /// (EVMC_DELEGATED, EIP-7702): it is [`Message::code_address`]'s, and runs there even if that address
    /// is a precompiled contract's, which has none.
    pub is_delegated: bool,
    /// How many messages are below this one: 0 for a transaction's, at most [`MAX_DEPTH`].
    pub depth: u32,
    /// Gas that may be used, in whole units; from 0 to `i64::MAX`.
    pub gas: i64,
    /// The account whose storage and balance the contract acts on. Of a creation on its way to a chain, this is zero, or
    /// the address that a VM has computed (as VMs do since EVMC's ABI 18).
    pub recipient: Address,
    /// Who sent the message.
    pub sender: Address,
    /// Call data; for a creation it is empty, as the init code is the code.
    pub input: &'a [u8],
    /// Wei sent along. For a delegate call it is the calling frame's value, and nothing moves.
    pub value: U256,
    /// The salt of [`CallKind::Create2`]; zero for every other kind.
    pub create2_salt: Bytes32,
    /// Whose code runs. EVMC promises it for `CallCode`, `DelegateCall` and delegated messages only: see
    /// [`Message::contract`].
    pub code_address: Address,
}

impl Message<'_> {
    /// The address of the contract whose code runs. EVMC does not promise `code_address` for plain
    /// calls, where code and account are one.
    pub fn contract(&self) -> Address {
        match self.kind {
            _ if self.is_delegated => self.code_address,
            CallKind::CallCode | CallKind::DelegateCall => self.code_address,
            CallKind::Call | CallKind::Create | CallKind::Create2 => self.recipient,
        }
    }

    /// Its gas, where a message with this code can run at all.
    ///
    /// # Errors
    ///
    /// [`Fault::Message`] where its gas is negative, or its input or the code is too long for a 32-bit machine to
    /// speak of.
    pub fn checked_gas(&self, code: &[u8]) -> Result<u64, Fault> {
        let gas =
            u64::try_from(self.gas).map_err(|_| Fault::Message("its gas is negative".into()))?;
        if u32::try_from(self.input.len().max(code.len())).is_err() {
            return Err(Fault::Message("its input or code is longer than 4 GiB".into()));
        }
        Ok(gas)
    }

    /// Whether the code is init code, whose output is a new contract's code.
    pub fn is_create(&self) -> bool {
        self.kind.is_create()
    }
}

/// How a contract is reached (EVMC: `enum evmc_call_kind`). A static call is a `Call` whose message
/// has `is_static`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CallKind {
    /// The code of the recipient runs on the recipient's account.
    Call,
    /// Code of another account runs on the caller's, with the caller's sender and value (EIP-7).
    DelegateCall,
    /// Code of another account runs on the caller's account.
    CallCode,
    /// Init code runs; the address comes from sender and nonce.
    Create,
    /// Init code runs; the address comes from sender, salt and init code (EIP-1014).
    Create2,
}

impl CallKind {
    /// Whether init code runs.
    pub fn is_create(self) -> bool {
        matches!(self, Self::Create | Self::Create2)
    }
}
