//! The chain as revm's instructions see it.
//!
//! Where such an instruction asks for more than EVMC's hosts tell, its place is taken by one of ours
//! ([`instructions`](super::instructions)), or it is told what it makes the same of: a store's price follows from the
//! host's status, and a call's from whether the account exists and has delegated.

use super::rules::{MAX_INIT_CODE_SIZE, Rules};
use hebe_host::{
    AccessStatus, Address, Bytes32, DELEGATION, Fault, Host, HostResult, Message, StorageStatus,
    TxContext, U256, trace::Tracer,
};
use revm_interpreter::{
    Host as Chain, SStoreResult, SelfDestructResult, StateLoad,
    bytecode::{Bytecode, OpCode},
    context_interface::{cfg::GasParams, host::LoadError, journaled_state::AccountInfoLoad},
    primitives::{Address as EvmAddress, B256, Log, U256 as Word},
    state::AccountInfo,
};
use std::borrow::Cow;

/// One message's way to its chain.
pub(super) struct World<'a> {
    pub(super) rules: &'static Rules,
    pub(super) message: &'a Message<'a>,
    host: &'a mut dyn Host,
    pub(super) tracer: Option<&'a Tracer<'a>>,
    max_init_code_size: usize,
    /// The transaction and block, once they were asked for.
    context: Option<TxContext>,
    /// What the call that is being priced is about.
    call: Call,
    /// Why the message has no outcome, once that is so.
    pub(super) fault: Option<Fault>,
    /// Whether the host has the thread.
    is_asking: bool,
    /// Gas that is left, as far as the host is to know.
    gas_left: u64,
    /// The instruction that asks, where somebody watches.
    traced: Option<Traced>,
}

/// An instruction that began: which, where, and with how much gas.
struct Traced {
    opcode: u8,
    offset: usize,
    gas: u64,
}

/// What has to be known of a call to price it.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Call {
    /// Whether it matters that the target exists.
    pub(super) asks_existence: bool,
    /// Whether the target was looked at; what is looked at next is its delegate.
    is_of_delegate: bool,
    /// To whom the target has delegated (EIP-7702).
    pub(super) delegate: Option<Address>,
}

impl<'a> World<'a> {
    pub(super) fn new(
        rules: &'static Rules,
        message: &'a Message<'a>,
        host: &'a mut dyn Host,
        tracer: Option<&'a Tracer<'a>>,
    ) -> Self {
        Self {
            rules,
            message,
            host,
            tracer,
            max_init_code_size: MAX_INIT_CODE_SIZE,
            context: None,
            call: Call::default(),
            fault: None,
            is_asking: false,
            gas_left: 0,
            traced: None,
        }
    }

    /// Lets init code be as long as this, in bytes.
    pub(super) fn limit_init_code(&mut self, max_size: usize) {
        self.max_init_code_size = max_size;
    }

    /// Whether the host has the thread: a panic is its own then.
    pub(super) fn is_asking(&self) -> bool {
        self.is_asking
    }

    /// So much gas is left, which the host is told before each question.
    pub(super) fn set_gas_left(&mut self, gas: u64) {
        self.gas_left = gas;
    }

    /// An instruction begins, and somebody watches.
    pub(super) fn begin_trace(&mut self, opcode: u8, offset: usize, gas: u64) {
        self.traced = Some(Traced { opcode, offset, gas });
    }

    /// The instruction is over.
    pub(super) fn end_trace(&mut self, gas_after: u64) {
        if let (Some(tracer), Some(Traced { opcode, offset, gas })) =
            (self.tracer, self.traced.take())
        {
            let name = OpCode::new(opcode).map_or("?", OpCode::as_str);
            tracer.instruction(name, offset, gas, gas_after);
        }
    }

    /// Asks the host. A fault ends the message.
    pub(super) fn ask<T>(
        &mut self,
        question: impl FnOnce(&mut dyn Host) -> HostResult<T>,
    ) -> Result<T, LoadError> {
        self.is_asking = true;
        self.host.note_gas_left(self.gas_left);
        let answer = question(self.host);
        self.is_asking = false;
        answer.map_err(|fault| {
            self.fault = Some(fault.into());
            LoadError::DBError
        })
    }

    /// Asks for transaction and block, unless they are known.
    pub(super) fn ask_context(&mut self) -> Result<(), LoadError> {
        if self.context.is_none() {
            self.context = Some(self.ask(|host| host.get_tx_context())?);
        }
        Ok(())
    }

    /// Begins to price a call.
    pub(super) fn begin_call(&mut self, asks_existence: bool) {
        self.call = Call { asks_existence, ..Call::default() };
    }

    /// To whom the target of the call has delegated.
    pub(super) fn take_delegate(&mut self) -> Option<Address> {
        self.call.delegate.take()
    }

    /// Accesses an account; whether it was cold. Where that does not matter the host is not asked.
    pub(super) fn is_cold_account(&mut self, address: Address) -> Result<bool, LoadError> {
        if !self.rules.has_access_lists {
            return Ok(false);
        }
        Ok(self.ask(|host| host.access_account(address))? == AccessStatus::Cold)
    }

    /// As [`World::is_cold_account`], where a cold one can't be paid if `skip_cold`.
    fn access_account(&mut self, address: Address, skip_cold: bool) -> Result<bool, LoadError> {
        let is_cold = self.is_cold_account(address)?;
        if is_cold && skip_cold { Err(LoadError::ColdLoadSkipped) } else { Ok(is_cold) }
    }

    /// Accesses a word of storage; whether it was cold, where that can be paid.
    fn access_storage(
        &mut self,
        address: Address,
        key: Bytes32,
        skip_cold: bool,
    ) -> Result<bool, LoadError> {
        if !self.rules.has_access_lists {
            return Ok(false);
        }
        let is_cold = self.ask(|host| host.access_storage(address, key))? == AccessStatus::Cold;
        if is_cold && skip_cold { Err(LoadError::ColdLoadSkipped) } else { Ok(is_cold) }
    }

    /// To whom an account has delegated: its code says so (EIP-7702).
    fn delegate(&mut self, address: Address) -> Result<Option<Address>, LoadError> {
        if !self.rules.has_delegation {
            return Ok(None);
        }
        let mut code = [0; DELEGATION.len() + 20];
        let copied = self.ask(|host| host.copy_code(address, 0, &mut code))?;
        Ok(match code.strip_prefix(DELEGATION) {
            Some(delegate) if copied == code.len() => Some(Address::from_slice(delegate)),
            _ => None,
        })
    }

    fn context(&self) -> &TxContext {
        // The instructions that look at it ask for it first.
        self.context.as_ref().unwrap_or_else(|| unreachable!("it was asked for"))
    }
}

impl Chain for World<'_> {
    fn basefee(&self) -> Word {
        word(self.context().block_base_fee)
    }

    fn blob_gasprice(&self) -> Word {
        word(self.context().blob_base_fee)
    }

    fn gas_limit(&self) -> Word {
        unsigned(self.context().block_gas_limit)
    }

    fn difficulty(&self) -> Word {
        word(self.context().block_prev_randao)
    }

    fn prevrandao(&self) -> Option<Word> {
        Some(self.difficulty())
    }

    fn block_number(&self) -> Word {
        unsigned(self.context().block_number)
    }

    fn timestamp(&self) -> Word {
        unsigned(self.context().block_timestamp)
    }

    fn beneficiary(&self) -> EvmAddress {
        evm_address(self.context().block_coinbase)
    }

    /// EVMC has none, and no revision that runs here either (EIP-7843).
    fn slot_num(&self) -> Word {
        Word::ZERO
    }

    fn chain_id(&self) -> Word {
        word(self.context().chain_id)
    }

    fn effective_gas_price(&self) -> Word {
        word(self.context().tx_gas_price)
    }

    fn caller(&self) -> EvmAddress {
        evm_address(self.context().tx_origin)
    }

    fn blob_hash(&self, number: usize) -> Option<Word> {
        self.context().blob_hashes.get(number).map(|hash| Word::from_be_bytes(hash.0))
    }

    fn max_initcode_size(&self) -> usize {
        self.max_init_code_size
    }

    fn gas_params(&self) -> &GasParams {
        &self.rules.gas
    }

    /// No revision that runs here has it.
    fn is_amsterdam_eip8037_enabled(&self) -> bool {
        false
    }

    fn block_hash(&mut self, number: u64) -> Option<B256> {
        let number = number.cast_signed();
        self.ask(|host| host.get_block_hash(number)).ok().map(|hash| B256::new(hash.0))
    }

    fn selfdestruct(
        &mut self,
        address: EvmAddress,
        target: EvmAddress,
        skip_cold_load: bool,
    ) -> Result<StateLoad<SelfDestructResult>, LoadError> {
        let (address, target) = (host_address(address), host_address(target));
        let is_cold = self.access_account(target, skip_cold_load)?;
        let target_exists = self.ask(|host| host.account_exists(target))?;
        // Only what would bring an account into being is asked for.
        let had_value = !target_exists && !self.ask(|host| host.get_balance(address))?.is_zero();
        let is_first = self.ask(|host| host.selfdestruct(address, target))?;
        let previously_destroyed = !is_first;
        let result = SelfDestructResult { had_value, target_exists, previously_destroyed };
        Ok(StateLoad::new(result, is_cold))
    }

    fn log(&mut self, log: Log) {
        let topics: Vec<Bytes32> = log.topics().iter().map(|topic| Bytes32(topic.0)).collect();
        let address = host_address(log.address);
        // The instruction looks at the fault.
        let _ = self.ask(|host| host.emit_log(address, &log.data.data, &topics));
    }

    /// Stores, and gives words of which the price and the refund are those that the host's status has.
    fn sstore_skip_cold_load(
        &mut self,
        address: EvmAddress,
        key: Word,
        value: Word,
        skip_cold_load: bool,
    ) -> Result<StateLoad<SStoreResult>, LoadError> {
        let (address, key, value) = (host_address(address), bytes32(key), bytes32(value));
        let is_cold = self.access_storage(address, key, skip_cold_load)?;
        let status = self.ask(|host| host.set_storage(address, key, value))?;
        Ok(StateLoad::new(words_of(status), is_cold))
    }

    fn sload_skip_cold_load(
        &mut self,
        address: EvmAddress,
        key: Word,
        skip_cold_load: bool,
    ) -> Result<StateLoad<Word>, LoadError> {
        let (address, key) = (host_address(address), bytes32(key));
        let is_cold = self.access_storage(address, key, skip_cold_load)?;
        let value = self.ask(|host| host.get_storage(address, key))?;
        Ok(StateLoad::new(Word::from_be_bytes(value.0), is_cold))
    }

    fn tstore(&mut self, address: EvmAddress, key: Word, value: Word) {
        let (address, key, value) = (host_address(address), bytes32(key), bytes32(value));
        // The instruction looks at the fault.
        let _ = self.ask(|host| host.set_transient_storage(address, key, value));
    }

    fn tload(&mut self, address: EvmAddress, key: Word) -> Word {
        let (address, key) = (host_address(address), bytes32(key));
        // The instruction looks at the fault.
        let value = self.ask(|host| host.get_transient_storage(address, key));
        value.map_or(Word::ZERO, |value| Word::from_be_bytes(value.0))
    }

    /// What has to be known of a call's target, and of its delegate, to price the call. Its code is none, or says to
    /// whom it has delegated: what runs there is the host's affair.
    fn load_account_info_skip_cold_load(
        &mut self,
        address: EvmAddress,
        _: bool,
        skip_cold_load: bool,
    ) -> Result<AccountInfoLoad<'_>, LoadError> {
        let target = host_address(address);
        let is_cold = self.access_account(target, skip_cold_load)?;
        let mut load = AccountInfoLoad { is_cold, ..AccountInfoLoad::default() };
        if self.call.is_of_delegate {
            return Ok(load);
        }
        self.call.is_of_delegate = true;
        load.is_empty =
            self.call.asks_existence && !self.ask(|host| host.account_exists(target))?;
        self.call.delegate = self.delegate(target)?;
        if let Some(delegate) = self.call.delegate {
            let code = Bytecode::new_eip7702(evm_address(delegate));
            load.account = Cow::Owned(AccountInfo { code: Some(code), ..AccountInfo::default() });
        }
        Ok(load)
    }
}

/// Original, present and new word of a store with this status, or of another that costs the same.
fn words_of(status: StorageStatus) -> SStoreResult {
    use StorageStatus as Status;
    let [o, x, y, z] = [0, 1, 2, 3].map(Word::from);
    let [original_value, present_value, new_value] = match status {
        Status::Assigned => [x, x, x],
        Status::Added => [o, o, z],
        Status::Deleted => [x, x, o],
        Status::Modified => [x, x, z],
        Status::DeletedAdded => [x, o, z],
        Status::ModifiedDeleted => [x, y, o],
        Status::DeletedRestored => [x, o, x],
        Status::AddedDeleted => [o, y, o],
        Status::ModifiedRestored => [x, y, x],
    };
    SStoreResult { original_value, present_value, new_value }
}

/// Numbers of the block have no sign; what would not fit into 63 bits comes as if it had one.
fn unsigned(number: i64) -> Word {
    Word::from(number.cast_unsigned())
}

pub(super) fn word(number: U256) -> Word {
    Word::from_limbs(number.0)
}

pub(super) fn number(word: Word) -> U256 {
    U256(word.into_limbs())
}

pub(super) fn bytes32(word: Word) -> Bytes32 {
    Bytes32(word.to_be_bytes())
}

pub(super) fn host_address(address: EvmAddress) -> Address {
    Address(address.0.0)
}

pub(super) fn evm_address(address: Address) -> EvmAddress {
    EvmAddress::new(address.0)
}
