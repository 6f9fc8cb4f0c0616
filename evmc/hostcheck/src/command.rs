//! What the messages do that the VM sends itself, by way of the client.

use hebe_host::{
    AccessStatus, Address, Bytes32, CallResult, Host, HostResult, Message, StatusCode, U256,
    keccak256,
};

/// The code of every contract that the checks create. As EVM bytecode, it stops.
pub(crate) const CONTRACT: &[u8] = b"\0hostcheck";

/// How the input of a message begins that is an order. No contract has such a selector by chance: it is longer.
const MAGIC: &[u8; 16] = b"hostcheck order:";

/// What to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Command {
    /// Finish with the message as it came; init code finishes with [`CONTRACT`] instead.
    Finish,
    /// Change all that can be changed, and succeed.
    Change,
    /// Change it, and revert with an output.
    ChangeAndRevert,
    /// Change it, and fail.
    ChangeAndFail,
    /// Destroy the account for the sender's good; finish with what the host said, twice.
    Destroy,
    /// Succeed with a refund of 7.
    Refund,
    /// Fail with a refund of 7, which a VM must not and a host must not count.
    RevertWithRefund,
    /// Call the same account again, as often as the word says; finish with the deepest depth that came.
    Nest,
}

impl Command {
    const ALL: [Self; 8] = [
        Self::Finish,
        Self::Change,
        Self::ChangeAndRevert,
        Self::ChangeAndFail,
        Self::Destroy,
        Self::Refund,
        Self::RevertWithRefund,
        Self::Nest,
    ];
}

/// What an order to revert gives back.
pub(crate) const REVERTED: &[u8] = b"reverted as ordered";

/// A command with the word that it is about, and bytes that nobody looks at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Order {
    pub(crate) command: Command,
    pub(crate) word: Bytes32,
    pub(crate) rest: Vec<u8>,
}

impl Order {
    pub(crate) fn new(command: Command) -> Self {
        Self { command, word: Bytes32::zero(), rest: Vec::new() }
    }

    pub(crate) fn about(command: Command, word: Bytes32) -> Self {
        Self { word, ..Self::new(command) }
    }

    /// As input, or as init code.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        [MAGIC, &[self.command as u8][..], &self.word.0, &self.rest].concat()
    }

    fn read(bytes: &[u8]) -> Option<Self> {
        let bytes = bytes.strip_prefix(MAGIC)?;
        let (&command, bytes) = bytes.split_first()?;
        let (word, rest) = bytes.split_at_checked(32)?;
        let command = Command::ALL.into_iter().find(|known| *known as u8 == command)?;
        Some(Self { command, word: Bytes32::from_slice(word), rest: rest.to_vec() })
    }
}

/// The value that a changed word gets.
pub(crate) fn changed_word() -> Bytes32 {
    Bytes32::repeat_byte(0x5a)
}

/// A result with all its gas.
pub(crate) fn ended(status: StatusCode, gas_left: i64, output: Vec<u8>) -> CallResult {
    let create_address = Address::zero();
    CallResult { status, gas_left, gas_refund: 0, output, create_address }
}

/// Obeys, where the message is an order.
pub(crate) fn obey(
    message: &Message<'_>,
    code: &[u8],
    abi: i32,
    host: &mut dyn Host,
) -> Option<CallResult> {
    let order = Order::read(if message.is_create() { code } else { message.input })?;
    // A host that fails here is caught where the result is read.
    Some(
        do_it(&order, message, abi, host)
            .unwrap_or_else(|_| ended(StatusCode::InternalError, 0, Vec::new())),
    )
}

fn do_it(
    order: &Order,
    message: &Message<'_>,
    abi: i32,
    host: &mut dyn Host,
) -> HostResult<CallResult> {
    let success = |output| ended(StatusCode::Success, message.gas, output);
    let own = message.recipient;
    Ok(match order.command {
        Command::Finish if message.is_create() => success(CONTRACT.to_vec()),
        Command::Finish => success(seen(message, abi).into_bytes()),
        Command::Change => {
            change(order.word, own, abi, host)?;
            success(Vec::new())
        }
        Command::ChangeAndRevert => {
            change(order.word, own, abi, host)?;
            ended(StatusCode::Revert, message.gas, REVERTED.to_vec())
        }
        Command::ChangeAndFail => {
            change(order.word, own, abi, host)?;
            ended(StatusCode::Failure, 0, Vec::new())
        }
        Command::Destroy => {
            let first = host.selfdestruct(own, message.sender)?;
            let second = host.selfdestruct(own, message.sender)?;
            success(vec![u8::from(first), u8::from(second)])
        }
        Command::Refund => CallResult { gas_refund: 7, ..success(Vec::new()) },
        Command::RevertWithRefund => {
            CallResult { gas_refund: 7, ..ended(StatusCode::Revert, message.gas, Vec::new()) }
        }
        Command::Nest => {
            let left = U256::from_big_endian(&order.word.0);
            if left.is_zero() {
                return Ok(success(message.depth.to_be_bytes().to_vec()));
            }
            let word = Bytes32((left - 1).to_big_endian());
            let input = Order::about(Command::Nest, word).bytes();
            let deeper = Message {
                depth: message.depth + 1,
                sender: own,
                recipient: own,
                code_address: own,
                input: &input,
                ..*message
            };
            let result = host.call(&deeper)?;
            CallResult { gas_left: result.gas_left, ..success(result.output) }
        }
    })
}

/// Changes everything that a failure must undo.
fn change(word: Bytes32, own: Address, abi: i32, host: &mut dyn Host) -> HostResult<()> {
    host.set_storage(own, word, changed_word())?;
    host.emit_log(own, b"hostcheck", &[word])?;
    if abi >= 11 {
        host.set_transient_storage(own, word, changed_word())?;
    }
    let _: AccessStatus = host.access_account(word.into())?;
    let _: AccessStatus = host.access_storage(own, keccak256(&word.0))?;
    Ok(())
}

/// A message in words, a line for each part: what the host delivered.
pub(crate) fn seen(message: &Message<'_>, abi: i32) -> String {
    let Message { kind, is_static, depth, gas, recipient, sender, input, value, .. } = *message;
    let mut text = format!(
        "kind {kind:?}\nstatic {is_static}\ndepth {depth}\ngas {gas}\nrecipient {recipient:?}\n\
         sender {sender:?}\nvalue {value}\ninput of {} bytes, {:?}\n",
        input.len(),
        keccak256(input)
    );
    // ABI 9 does not tell a VM whose code it is.
    if abi >= 10 {
        text += &format!("code of {:?}\n", message.code_address);
    }
    text
}
