//! How the host is asked, and what a check knows.

use crate::{
    checks::Check,
    command::{self, Command, Order},
};
use hebe_host::{
    AccessStatus, Address, Bytes32, CallKind, CallResult, Host, HostFault, Message, Revision,
    StatusCode, StorageStatus, TxContext, U256, keccak256,
};

/// What a check of a host comes to: an error says what was asked, what had to come, and what came.
pub(crate) type Checked<T = ()> = Result<T, String>;

/// Gas for each message that a check sends. It comes back, but for what the client charges.
const GAS: i64 = 200_000;

/// The host under test, and what is known of the message that it sent.
pub(crate) struct Probe<'a> {
    host: &'a mut dyn Host,
    pub(crate) abi: i32,
    pub(crate) revision: Revision,
    pub(crate) message: Message<'a>,
    pub(crate) code: &'a [u8],
    /// A contract that was made for the checks.
    helper: Option<Address>,
    /// How many words of storage have been given out.
    words: u8,
}

impl<'a> Probe<'a> {
    pub(crate) fn new(
        host: &'a mut dyn Host,
        abi: i32,
        revision: Revision,
        message: Message<'a>,
        code: &'a [u8],
    ) -> Self {
        Self { host, abi, revision, message, code, helper: None, words: 0 }
    }

    /// Why this message is of no use.
    pub(crate) fn why_nothing_can_be_checked(&self) -> Option<String> {
        let gas = self.message.gas;
        if self.message.is_static {
            Some("the message is static; send a transaction".to_owned())
        } else if gas < 2 * GAS {
            Some(format!("the message has {gas} gas; send one with at least {}", 2 * GAS))
        } else {
            None
        }
    }

    /// Why a check is not for this client.
    pub(crate) fn why_not(&self, check: &Check) -> Option<String> {
        if self.revision < check.since {
            Some(format!("the revision is {}, and it begins with {}", self.revision, check.since))
        } else if self.abi < check.since_abi {
            Some(format!("it begins with ABI {}", check.since_abi))
        } else {
            None
        }
    }

    /// The account that the checks run on.
    pub(crate) fn own(&self) -> Address {
        self.message.recipient
    }

    /// An address that nobody has. Each number is another one.
    pub(crate) fn nobody(&self, number: u8) -> Address {
        let own = self.own();
        keccak256(&[b"hostcheck nobody", &own.0[..], &[number]].concat()).into()
    }

    /// The key of a word that no other check uses.
    pub(crate) fn fresh_key(&mut self) -> Bytes32 {
        self.words += 1;
        keccak256(&[b"hostcheck word".as_slice(), &[self.words]].concat())
    }

    /// A contract that obeys [`Command`]s, other than the one that runs.
    pub(crate) fn helper(&mut self) -> Checked<Address> {
        if let Some(helper) = self.helper {
            return Ok(helper);
        }
        let created = self.create(&Order::new(Command::Finish), U256::zero())?;
        if created.status != StatusCode::Success {
            return Err(format!("a contract that it needs can't be created: {}", created.status));
        }
        self.helper = Some(created.create_address);
        Ok(created.create_address)
    }

    /// A message from the running account to an account, for an order.
    pub(crate) fn to<'b>(&self, kind: CallKind, to: Address, input: &'b [u8]) -> Message<'b> {
        let own = self.own();
        let (recipient, sender, value) = match kind {
            CallKind::DelegateCall => (own, self.message.sender, self.message.value),
            CallKind::CallCode => (own, own, U256::zero()),
            _ => (to, own, U256::zero()),
        };
        Message {
            kind,
            is_static: false,
            is_delegated: false,
            depth: self.message.depth + 1,
            gas: GAS,
            recipient,
            sender,
            input,
            value,
            create2_salt: Bytes32::zero(),
            code_address: to,
        }
    }

    /// Has the running account's own code obey.
    pub(crate) fn order(&mut self, order: &Order) -> Checked<CallResult> {
        let input = order.bytes();
        let message = self.to(CallKind::Call, self.own(), &input);
        self.send(&message)
    }

    /// Creates a contract whose init code obeys.
    pub(crate) fn create(&mut self, order: &Order, value: U256) -> Checked<CallResult> {
        let code = order.bytes();
        let message = self.creation(CallKind::Create, &code, value);
        self.send(&message)
    }

    /// The message for that.
    pub(crate) fn creation<'b>(&self, kind: CallKind, code: &'b [u8], value: U256) -> Message<'b> {
        Message {
            recipient: Address::zero(),
            code_address: Address::zero(),
            value,
            ..self.to(kind, Address::zero(), code)
        }
    }

    /// Sends a message.
    pub(crate) fn send(&mut self, message: &Message<'_>) -> Checked<CallResult> {
        let result = said(self.host.call(message))?;
        if result.gas_left > message.gas {
            return Err(format!("of {} gas, {} came back", message.gas, result.gas_left));
        }
        Ok(result)
    }

    pub(crate) fn exists(&mut self, account: Address) -> Checked<bool> {
        said(self.host.account_exists(account))
    }

    pub(crate) fn load(&mut self, account: Address, key: Bytes32) -> Checked<Bytes32> {
        said(self.host.get_storage(account, key))
    }

    /// Stores in the running account.
    pub(crate) fn store(&mut self, key: Bytes32, value: Bytes32) -> Checked<StorageStatus> {
        said(self.host.set_storage(self.message.recipient, key, value))
    }

    pub(crate) fn balance(&mut self, account: Address) -> Checked<U256> {
        said(self.host.get_balance(account))
    }

    pub(crate) fn nonce(&mut self, account: Address) -> Checked<u64> {
        said(self.host.get_nonce(account))
    }

    pub(crate) fn code_size(&mut self, account: Address) -> Checked<usize> {
        said(self.host.get_code_size(account))
    }

    pub(crate) fn code_hash(&mut self, account: Address) -> Checked<Bytes32> {
        said(self.host.get_code_hash(account))
    }

    /// The code of an account from an offset on, at most `length` bytes of it. What is behind must be left alone.
    pub(crate) fn copy_code(
        &mut self,
        account: Address,
        offset: usize,
        length: usize,
    ) -> Checked<Vec<u8>> {
        const UNTOUCHED: u8 = 0xa5;
        let mut buffer = vec![UNTOUCHED; length];
        let copied = said(self.host.copy_code(account, offset, &mut buffer))?;
        if buffer[copied..].iter().any(|byte| *byte != UNTOUCHED) {
            return Err(format!("copy_code says that it copied {copied} bytes, and wrote more"));
        }
        buffer.truncate(copied);
        Ok(buffer)
    }

    pub(crate) fn context(&mut self) -> Checked<TxContext> {
        said(self.host.get_tx_context())
    }

    pub(crate) fn block_hash(&mut self, number: i64) -> Checked<Bytes32> {
        said(self.host.get_block_hash(number))
    }

    /// Logs in the name of the running account.
    pub(crate) fn log(&mut self, data: &[u8], topics: &[Bytes32]) -> Checked {
        said(self.host.emit_log(self.message.recipient, data, topics))
    }

    pub(crate) fn access(&mut self, account: Address) -> Checked<AccessStatus> {
        said(self.host.access_account(account))
    }

    pub(crate) fn access_word(&mut self, key: Bytes32) -> Checked<AccessStatus> {
        said(self.host.access_storage(self.message.recipient, key))
    }

    pub(crate) fn transient(&mut self, account: Address, key: Bytes32) -> Checked<Bytes32> {
        said(self.host.get_transient_storage(account, key))
    }

    /// Stores in the running account's transient storage.
    pub(crate) fn store_transient(&mut self, key: Bytes32, value: Bytes32) -> Checked {
        said(self.host.set_transient_storage(self.message.recipient, key, value))
    }

    /// Whether the code at the account is that of the message, which it is not by delegation or in a creation.
    pub(crate) fn has_its_code(&self) -> bool {
        !self.message.is_delegated && !self.message.is_create()
    }

    /// What a contract of the checks has for its code.
    pub(crate) fn contract_code(&self) -> &'static [u8] {
        command::CONTRACT
    }
}

/// What can't be true of a host's answer is noticed where it is read.
fn said<T>(answer: Result<T, HostFault>) -> Checked<T> {
    answer.map_err(|fault| fault.to_string())
}
