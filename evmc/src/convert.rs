//! What the C structures mean: from EVMC's types to those of `hebe_host`, and back.

use crate::{
    abi::*,
    pointers::{self, BadArray},
};
use hebe_host::{
    AccessStatus, Address, Bytes32, CallKind, Fees, Message, Revision, StatusCode, StorageFees,
    StorageStatus, TxContext, U256,
};

pub(crate) fn address(c: evmc_address) -> Address {
    Address(c.bytes)
}

pub(crate) fn address_to_c(address: Address) -> evmc_address {
    evmc_address { bytes: address.0 }
}

pub(crate) fn bytes32(c: evmc_bytes32) -> Bytes32 {
    Bytes32(c.bytes)
}

pub(crate) fn bytes32_to_c(word: Bytes32) -> evmc_bytes32 {
    evmc_bytes32 { bytes: word.0 }
}

pub(crate) fn u256(c: evmc_uint256be) -> U256 {
    U256::from_big_endian(&c.bytes)
}

pub(crate) fn u256_to_c(number: U256) -> evmc_uint256be {
    evmc_uint256be { bytes: number.to_big_endian() }
}

/// A C `bool`: a byte that is 0 or 1.
pub(crate) fn boolean(c: u8) -> Option<bool> {
    match c {
        0 => Some(false),
        1 => Some(true),
        _ => None,
    }
}

/// What a store did, by an ABI's number for it.
pub(crate) fn storage_status<A: Abi>(c: evmc_storage_status) -> Option<StorageStatus> {
    if has_five_statuses::<A>() {
        return Some(match c {
            five_statuses::EVMC_STORAGE_UNCHANGED | five_statuses::EVMC_STORAGE_MODIFIED_AGAIN => {
                StorageStatus::Assigned
            }
            five_statuses::EVMC_STORAGE_MODIFIED => StorageStatus::Modified,
            five_statuses::EVMC_STORAGE_ADDED => StorageStatus::Added,
            five_statuses::EVMC_STORAGE_DELETED => StorageStatus::Deleted,
            _ => return None,
        });
    }
    Some(match c {
        EVMC_STORAGE_ASSIGNED => StorageStatus::Assigned,
        EVMC_STORAGE_ADDED => StorageStatus::Added,
        EVMC_STORAGE_DELETED => StorageStatus::Deleted,
        EVMC_STORAGE_MODIFIED => StorageStatus::Modified,
        EVMC_STORAGE_DELETED_ADDED => StorageStatus::DeletedAdded,
        EVMC_STORAGE_MODIFIED_DELETED => StorageStatus::ModifiedDeleted,
        EVMC_STORAGE_DELETED_RESTORED => StorageStatus::DeletedRestored,
        EVMC_STORAGE_ADDED_DELETED => StorageStatus::AddedDeleted,
        EVMC_STORAGE_MODIFIED_RESTORED => StorageStatus::ModifiedRestored,
        _ => return None,
    })
}

/// An ABI's number for what a store did at `revision`.
pub(crate) fn storage_status_to_c<A: Abi>(
    status: StorageStatus,
    revision: Revision,
) -> evmc_storage_status {
    if has_five_statuses::<A>() {
        return five_status_to_c(status, revision);
    }
    match status {
        StorageStatus::Assigned => EVMC_STORAGE_ASSIGNED,
        StorageStatus::Added => EVMC_STORAGE_ADDED,
        StorageStatus::Deleted => EVMC_STORAGE_DELETED,
        StorageStatus::Modified => EVMC_STORAGE_MODIFIED,
        StorageStatus::DeletedAdded => EVMC_STORAGE_DELETED_ADDED,
        StorageStatus::ModifiedDeleted => EVMC_STORAGE_MODIFIED_DELETED,
        StorageStatus::DeletedRestored => EVMC_STORAGE_DELETED_RESTORED,
        StorageStatus::AddedDeleted => EVMC_STORAGE_ADDED_DELETED,
        StorageStatus::ModifiedRestored => EVMC_STORAGE_MODIFIED_RESTORED,
    }
}

/// Whether a store has one of five statuses, which give its gas, and no refund.
fn has_five_statuses<A: Abi>() -> bool {
    A::VERSION < 10
}

/// Where the price of a store goes by the original word, all that follows a first change is one status. Elsewhere the
/// five go by the current word and the new one alone.
fn five_status_to_c(status: StorageStatus, revision: Revision) -> evmc_storage_status {
    use StorageStatus as Status;
    use five_statuses::*;
    let is_gross = matches!(fees(revision).storage_store, StorageFees::Gross { .. });
    match status {
        Status::Assigned => EVMC_STORAGE_UNCHANGED,
        Status::Added => EVMC_STORAGE_ADDED,
        Status::Deleted => EVMC_STORAGE_DELETED,
        Status::Modified => EVMC_STORAGE_MODIFIED,
        _ if !is_gross => EVMC_STORAGE_MODIFIED_AGAIN,
        Status::DeletedAdded | Status::DeletedRestored => EVMC_STORAGE_ADDED,
        Status::ModifiedDeleted | Status::AddedDeleted => EVMC_STORAGE_DELETED,
        Status::ModifiedRestored => EVMC_STORAGE_MODIFIED,
    }
}

/// What a store and a self-destruct add to the refund: before Byzantium, the same as there.
pub(crate) fn fees(revision: Revision) -> &'static Fees {
    let priced = revision.clamp(Revision::Byzantium, Revision::LATEST);
    Fees::of(priced).unwrap_or_else(|| unreachable!("{priced} has prices"))
}

pub(crate) fn access_status(c: i32) -> Option<AccessStatus> {
    match u8::try_from(c) {
        Ok(EVMC_ACCESS_COLD) => Some(AccessStatus::Cold),
        Ok(EVMC_ACCESS_WARM) => Some(AccessStatus::Warm),
        _ => None,
    }
}

pub(crate) fn access_status_to_c<A: Abi>(status: AccessStatus) -> A::AccessStatus {
    match status {
        AccessStatus::Cold => EVMC_ACCESS_COLD.into(),
        AccessStatus::Warm => EVMC_ACCESS_WARM.into(),
    }
}

/// A message that can't be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum BadMessage {
    /// A kind that EVMC has and ewasm has not: the client may run it elsewhere.
    #[error("EVMC_EOFCREATE is for EVM code only")]
    EofCreate,
    #[error("its kind is {kind}, which EVMC {abi} does not have")]
    Kind { kind: i32, abi: i32 },
    /// A flag may forbid something, so one that is not known can't be ignored.
    #[error("its flags are {flags:#x}, and EVMC {abi} has only {known:#x}")]
    Flags { flags: u32, known: u32, abi: i32 },
    #[error("its depth is {0}, below 0")]
    Depth(i32),
    #[error("its gas is {0}, below 0")]
    Gas(i64),
    #[error("its input is {0}")]
    Input(BadArray),
}

impl BadMessage {
    /// What a client is answered.
    pub(crate) fn status(self) -> StatusCode {
        match self {
            Self::EofCreate => StatusCode::Rejected,
            _ => StatusCode::InternalError,
        }
    }
}

/// Who reads a message, since some fields mean another thing on the way to a host.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Reader {
    /// A VM, which is to run it.
    Vm,
    /// A host, from code that runs on this account.
    Host {
        /// The account that the sending code acts on.
        running: Address,
    },
}

/// Every flag that an ABI has.
fn flags<A: Abi>() -> u32 {
    if A::VERSION >= 12 { EVMC_STATIC | EVMC_DELEGATED } else { EVMC_STATIC }
}

/// Reads a message. Its `code` is left alone: a VM is given the code apart from it, a host finds it
/// by itself.
///
/// # Safety
///
/// `input_data` must fit [`pointers::array`] with `input_size` for `'a`.
pub(crate) unsafe fn message<'a, A: Abi>(
    c: &evmc_message<A>,
    reader: Reader,
) -> Result<Message<'a>, BadMessage> {
    let kind = match c.kind {
        EVMC_CALL => CallKind::Call,
        EVMC_DELEGATECALL => CallKind::DelegateCall,
        EVMC_CALLCODE => CallKind::CallCode,
        EVMC_CREATE => CallKind::Create,
        EVMC_CREATE2 => CallKind::Create2,
        EVMC_EOFCREATE if A::VERSION == 12 => return Err(BadMessage::EofCreate),
        kind => return Err(BadMessage::Kind { kind, abi: A::VERSION }),
    };
    if c.flags & !flags::<A>() != 0 {
        return Err(BadMessage::Flags { flags: c.flags, known: flags::<A>(), abi: A::VERSION });
    }
    if c.gas < 0 {
        return Err(BadMessage::Gas(c.gas));
    }
    // SAFETY: the caller's promise.
    let input = unsafe { pointers::array(c.input_data, c.input_size) };
    let (recipient, code_address) = accounts(c, kind, reader);
    Ok(Message {
        kind,
        is_static: c.flags & EVMC_STATIC != 0,
        is_delegated: c.flags & EVMC_DELEGATED != 0,
        depth: u32::try_from(c.depth).map_err(|_| BadMessage::Depth(c.depth))?,
        gas: c.gas,
        recipient,
        sender: address(c.sender),
        input: input.map_err(BadMessage::Input)?,
        value: u256(c.value),
        create2_salt: match (kind, c.create2_salt.get()) {
            (CallKind::Create2, Some(salt)) => bytes32(salt),
            _ => Bytes32::zero(),
        },
        code_address,
    })
}

/// The account that runs, and the one whose code it is.
fn accounts<A: Abi>(c: &evmc_message<A>, kind: CallKind, reader: Reader) -> (Address, Address) {
    let recipient = address(c.recipient);
    match (c.code_address.get(), reader, kind) {
        // Before ABI 18 a VM says nothing in it: the host computes the address.
        (_, Reader::Host { .. }, CallKind::Create | CallKind::Create2) if A::VERSION < 18 => {
            (Address::zero(), Address::zero())
        }
        (Some(code_address), ..) => (recipient, address(code_address)),
        // ABI 9: what a VM sends goes to the code's address.
        (None, Reader::Host { running }, CallKind::CallCode | CallKind::DelegateCall) => {
            (running, recipient)
        }
        (None, ..) => (recipient, recipient),
    }
}

/// The message for C to be read by `reader`, which borrows `message.input`.
///
/// # Errors
///
/// Says what of it does not fit into the ABI.
pub(crate) fn message_to_c<A: Abi>(
    message: &Message<'_>,
    reader: Reader,
) -> Result<evmc_message<A>, String> {
    let mut bits = if message.is_static { EVMC_STATIC } else { 0 };
    if message.is_delegated {
        bits |= EVMC_DELEGATED;
    }
    if bits & !flags::<A>() != 0 {
        return Err(format!("its code comes by delegation, which EVMC {} can't say", A::VERSION));
    }
    let depth = i32::try_from(message.depth)
        .map_err(|_| format!("its depth of {} does not fit into 31 bits", message.depth))?;
    let goes_to_code = A::VERSION < 10 && matches!(reader, Reader::Host { .. });
    let recipient = if goes_to_code { message.contract() } else { message.recipient };
    Ok(evmc_message {
        kind: match message.kind {
            CallKind::Call => EVMC_CALL,
            CallKind::DelegateCall => EVMC_DELEGATECALL,
            CallKind::CallCode => EVMC_CALLCODE,
            CallKind::Create => EVMC_CREATE,
            CallKind::Create2 => EVMC_CREATE2,
        },
        flags: bits,
        depth,
        gas: message.gas,
        recipient: address_to_c(recipient),
        sender: address_to_c(message.sender),
        input_data: pointers::pointer_to(message.input),
        input_size: message.input.len(),
        value: u256_to_c(message.value),
        create2_salt: Field::new(bytes32_to_c(message.create2_salt)),
        code_address: Field::new(address_to_c(message.code_address)),
        code: Field::new(std::ptr::null()),
        code_size: Field::new(0),
    })
}

/// Reads the transaction's context; init codes and the slot's number are of no use to a contract.
///
/// # Safety
///
/// `blob_hashes` must fit [`pointers::array`] with `blob_hashes_count` during the call.
pub(crate) unsafe fn tx_context<A: Abi>(c: &evmc_tx_context<A>) -> Result<TxContext, BadArray> {
    let hashes = c.blob_hashes.get().unwrap_or(std::ptr::null());
    let count = c.blob_hashes_count.get().unwrap_or_default();
    // SAFETY: the caller's promise.
    let blob_hashes = unsafe { pointers::array(hashes, count) }?;
    Ok(TxContext {
        tx_gas_price: u256(c.tx_gas_price),
        tx_origin: address(c.tx_origin),
        block_coinbase: address(c.block_coinbase),
        block_number: c.block_number,
        block_timestamp: c.block_timestamp,
        block_gas_limit: c.block_gas_limit,
        block_prev_randao: u256(c.block_prev_randao),
        chain_id: u256(c.chain_id),
        block_base_fee: u256(c.block_base_fee),
        blob_base_fee: u256(c.blob_base_fee.get().unwrap_or_default()),
        blob_hashes: blob_hashes.iter().copied().map(bytes32).collect(),
    })
}

/// The context for C, which borrows `blob_hashes`: those of `context`, converted.
pub(crate) fn tx_context_to_c<A: Abi>(
    context: &TxContext,
    blob_hashes: &[evmc_bytes32],
) -> evmc_tx_context<A> {
    let hashes = if blob_hashes.is_empty() { std::ptr::null() } else { blob_hashes.as_ptr() };
    evmc_tx_context {
        tx_gas_price: u256_to_c(context.tx_gas_price),
        tx_origin: address_to_c(context.tx_origin),
        block_coinbase: address_to_c(context.block_coinbase),
        block_number: context.block_number,
        block_timestamp: context.block_timestamp,
        block_gas_limit: context.block_gas_limit,
        block_prev_randao: u256_to_c(context.block_prev_randao),
        chain_id: u256_to_c(context.chain_id),
        block_base_fee: u256_to_c(context.block_base_fee),
        blob_base_fee: Field::new(u256_to_c(context.blob_base_fee)),
        blob_hashes: Field::new(hashes),
        blob_hashes_count: Field::new(blob_hashes.len()),
        initcodes: Field::new(std::ptr::null()),
        initcodes_count: Field::new(0),
        block_slot_number: Field::new(0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TO_HOST: Reader = Reader::Host { running: Address::repeat_byte(9) };

    fn original(kind: CallKind) -> Message<'static> {
        Message {
            kind,
            is_static: kind == CallKind::Call,
            is_delegated: false,
            depth: 1024,
            gas: i64::MAX,
            recipient: Address::repeat_byte(1),
            sender: Address::repeat_byte(2),
            input: b"input",
            value: U256::MAX - 1,
            create2_salt: Bytes32::zero(),
            code_address: Address::repeat_byte(4),
        }
    }

    fn plain<A: Abi>() -> evmc_message<A> {
        let message = Message { value: 0x0102.into(), input: &[], ..original(CallKind::Call) };
        message_to_c(&message, Reader::Vm).unwrap()
    }

    /// What becomes of `plain` with a change.
    fn read<A: Abi>(
        change: impl FnOnce(&mut evmc_message<A>),
    ) -> Result<Message<'static>, BadMessage> {
        let mut c = plain();
        change(&mut c);
        // SAFETY: no test here gives a pointer that is not null, static or made for a bad size.
        unsafe { message(&c, Reader::Vm) }
    }

    /// What becomes of a message on the way through an ABI.
    fn sent<A: Abi>(original: &Message<'static>, reader: Reader) -> Message<'static> {
        let c = message_to_c::<A>(original, reader).unwrap();
        // SAFETY: `c` borrows the static input.
        unsafe { message(&c, reader) }.unwrap()
    }

    #[test]
    fn messages_survive_the_way_there_and_back() {
        fn survive<A: Abi>() {
            for kind in [CallKind::Call, CallKind::DelegateCall, CallKind::CallCode] {
                let original = Message { is_delegated: A::VERSION >= 12, ..original(kind) };
                assert_eq!(sent::<A>(&original, TO_HOST), original, "ABI {}", A::VERSION);
                assert_eq!(sent::<A>(&original, Reader::Vm), original, "ABI {}", A::VERSION);
            }
            let salted =
                Message { create2_salt: Bytes32::repeat_byte(7), ..original(CallKind::Create2) };
            // The client computes the address, up to ABI 13.
            let expected = match A::VERSION {
                18 => Message { create2_salt: Bytes32::zero(), ..salted },
                _ => {
                    Message { recipient: Address::zero(), code_address: Address::zero(), ..salted }
                }
            };
            assert_eq!(sent::<A>(&salted, TO_HOST), expected, "ABI {}", A::VERSION);
        }
        survive::<Abi10>();
        survive::<Abi11>();
        survive::<Abi12>();
        survive::<Abi13>();
        survive::<Abi18>();
    }

    #[test]
    fn a_destination_of_abi_9_means_two_things() {
        let [running, code] = [9, 4].map(Address::repeat_byte);
        for kind in [CallKind::DelegateCall, CallKind::CallCode] {
            let original = Message { recipient: running, code_address: code, ..original(kind) };
            // To a host it is the code's address, and the host knows who runs.
            assert_eq!(sent::<Abi9>(&original, TO_HOST), original);
            // To a VM it is the account that runs, and nobody says whose code it is.
            let unknown = Message { code_address: running, ..original };
            assert_eq!(sent::<Abi9>(&original, Reader::Vm), unknown);
        }
        let call = Message { code_address: Address::repeat_byte(1), ..original(CallKind::Call) };
        assert_eq!(sent::<Abi9>(&call, TO_HOST), call);
        assert_eq!(sent::<Abi9>(&call, Reader::Vm), call);
    }

    #[test]
    fn delegation_needs_abi_12() {
        let delegated = Message { is_delegated: true, ..original(CallKind::Call) };
        assert!(message_to_c::<Abi12>(&delegated, TO_HOST).is_ok());
        let problem = message_to_c::<Abi11>(&delegated, TO_HOST).err().unwrap();
        assert_eq!(problem, "its code comes by delegation, which EVMC 11 can't say");
        let expected = BadMessage::Flags { flags: 2, known: 1, abi: 11 };
        assert_eq!(read::<Abi11>(|c| c.flags = 2), Err(expected));
    }

    #[test]
    fn numbers_are_big_endian_in_c() {
        assert_eq!(plain::<Abi12>().value.bytes[30..], [1, 2]);
    }

    #[test]
    fn malformed_messages_are_refused() {
        fn refused<A: Abi>() {
            let abi = A::VERSION;
            assert_eq!(read::<A>(|c| c.kind = 6), Err(BadMessage::Kind { kind: 6, abi }));
            assert_eq!(read::<A>(|c| c.kind = -1), Err(BadMessage::Kind { kind: -1, abi }));
            let known = if abi >= 12 { 3 } else { 1 };
            let flags = BadMessage::Flags { flags: 4, known, abi };
            assert_eq!(read::<A>(|c| c.flags = 4), Err(flags));
            assert_eq!(read::<A>(|c| c.depth = -1), Err(BadMessage::Depth(-1)));
            assert_eq!(read::<A>(|c| c.gas = -1), Err(BadMessage::Gas(-1)));
            let null = BadMessage::Input(BadArray::Null(1));
            assert_eq!(read::<A>(|c| c.input_size = 1), Err(null));
            let huge = |c: &mut evmc_message<A>| {
                c.input_data = std::ptr::dangling();
                c.input_size = usize::MAX;
            };
            assert_eq!(read::<A>(huge), Err(BadMessage::Input(BadArray::TooLarge(usize::MAX))));
        }
        refused::<Abi9>();
        refused::<Abi12>();
        refused::<Abi18>();
        // EOF was in ABI 12 alone.
        assert_eq!(read::<Abi12>(|c| c.kind = 5), Err(BadMessage::EofCreate));
        assert_eq!(read::<Abi13>(|c| c.kind = 5), Err(BadMessage::Kind { kind: 5, abi: 13 }));
        assert_eq!(read::<Abi11>(|c| c.kind = 5), Err(BadMessage::Kind { kind: 5, abi: 11 }));
    }

    #[test]
    fn each_flag_has_its_meaning() {
        for flags in 0..4 {
            let message = read::<Abi12>(|c| c.flags = flags).unwrap();
            assert_eq!(message.is_static, flags & 1 != 0);
            assert_eq!(message.is_delegated, flags & 2 != 0);
        }
    }

    #[test]
    fn a_salt_is_for_create2_only() {
        let salted =
            |kind| read::<Abi12>(|c| (c.kind, c.create2_salt.0.bytes) = (kind, [7; 32])).unwrap();
        assert_eq!(salted(EVMC_CREATE).create2_salt, Bytes32::zero());
        assert_eq!(salted(EVMC_CREATE2).create2_salt, Bytes32::repeat_byte(7));
    }

    #[test]
    fn enumerations_survive_the_way_there_and_back() {
        let there = |status| storage_status_to_c::<Abi12>(status, Revision::Osaka);
        for number in 0..=8 {
            assert_eq!(storage_status::<Abi12>(number).map(there), Some(number));
        }
        assert_eq!((storage_status::<Abi12>(-1), storage_status::<Abi12>(9)), (None, None));
        for number in 0..=1 {
            assert_eq!(access_status(number).map(access_status_to_c::<Abi12>), Some(number));
        }
        assert_eq!((access_status(-1), access_status(2)), (None, None));
        assert_eq!((boolean(0), boolean(1), boolean(2)), (Some(false), Some(true), None));
    }

    /// What a store costs must come through, at every revision of ABI 9.
    #[test]
    fn five_statuses_say_what_a_store_costs() {
        let revisions = Revision::SUPPORTED.into_iter().filter(|it| *it <= Abi9::LAST);
        for revision in revisions {
            let costs = &fees(revision).storage_store;
            for status in (0..=8).filter_map(storage_status::<Abi12>) {
                let number = storage_status_to_c::<Abi9>(status, revision);
                let read = storage_status::<Abi9>(number).unwrap();
                let wanted = costs.surcharge(status);
                assert_eq!(costs.surcharge(read), wanted, "{status:?} at {revision}");
            }
        }
        assert_eq!((storage_status::<Abi9>(-1), storage_status::<Abi9>(5)), (None, None));
    }
}
