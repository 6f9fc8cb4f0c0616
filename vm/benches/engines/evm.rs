//! revm's interpreter, on a host as trivial as the other columns': no journal, no transaction around it.
//!
//! The code is what solc 0.8.20 makes, by evm/build.js.

use crate::measure::{Measured, repeated};
use revm_interpreter::{
    CallInput, Host, InputsImpl, Interpreter, SStoreResult, SelfDestructResult, SharedMemory,
    StateLoad,
    bytecode::Bytecode,
    context_interface::{
        cfg::GasParams,
        host::{DummyHost, LoadError},
        journaled_state::AccountInfoLoad,
    },
    instruction_table,
    instructions::gas_table_spec,
    interpreter::{EthInterpreter, ExtBytecode},
    primitives::{Address, B256, Bytes, Log, U256, hardfork::SpecId},
};

/// The revision, as in the other columns.
const SPEC: SpecId = SpecId::BYZANTIUM;

/// Gas for anything.
const GAS: u64 = 1 << 50;

/// A call of `code` with `input`, again and again, and what the first one gives.
pub(crate) fn calls(code: &str, input: &[u8]) -> (Measured, Vec<u8>) {
    let code = hex::decode(code.split_whitespace().collect::<String>()).expect("it is hex");
    let code = Bytecode::new_legacy(code.into());
    let input = InputsImpl {
        target_address: Address::repeat_byte(1),
        caller_address: Address::repeat_byte(2),
        input: CallInput::Bytes(input.to_vec().into()),
        ..InputsImpl::default()
    };
    let mut memory = SharedMemory::new();
    let mut interpreter = Interpreter::<EthInterpreter>::invalid();
    let mut host = Trivial(DummyHost::new(SPEC));
    let (instructions, prices) =
        (instruction_table::<EthInterpreter, Trivial>(), gas_table_spec(SPEC));
    let mut call = move || -> Bytes {
        let own = memory.new_child_context();
        let code = ExtBytecode::new(code.clone());
        interpreter.clear(own, code, input.clone(), false, SPEC, GAS, 0);
        let ended = interpreter.run_plain(&instructions, &prices, &mut host);
        memory.free_child_context();
        let result = ended.into_result_return().expect("it calls nobody");
        assert!(result.is_ok(), "{result:?}");
        result.output
    };
    let output = call().to_vec();
    (repeated(call), output)
}

/// A chain where every word of storage is 1; what is not asked for answers as the dummy does.
struct Trivial(DummyHost);

/// Functions that the dummy has.
macro_rules! from_dummy {
    ($($name:ident($($argument:ident: $ty:ty),*) -> $result:ty;)*) => {
        $(fn $name(&self, $($argument: $ty),*) -> $result {
            self.0.$name($($argument),*)
        })*
    };
}

impl Host for Trivial {
    from_dummy! {
        basefee() -> U256;
        blob_gasprice() -> U256;
        gas_limit() -> U256;
        difficulty() -> U256;
        prevrandao() -> Option<U256>;
        block_number() -> U256;
        timestamp() -> U256;
        beneficiary() -> Address;
        slot_num() -> U256;
        chain_id() -> U256;
        effective_gas_price() -> U256;
        caller() -> Address;
        blob_hash(number: usize) -> Option<U256>;
        max_initcode_size() -> usize;
        gas_params() -> &GasParams;
        is_amsterdam_eip8037_enabled() -> bool;
    }

    fn block_hash(&mut self, number: u64) -> Option<B256> {
        self.0.block_hash(number)
    }

    fn selfdestruct(
        &mut self,
        address: Address,
        target: Address,
        skip: bool,
    ) -> Result<StateLoad<SelfDestructResult>, LoadError> {
        self.0.selfdestruct(address, target, skip)
    }

    fn log(&mut self, log: Log) {
        self.0.log(log);
    }

    fn sstore_skip_cold_load(
        &mut self,
        _: Address,
        _: U256,
        new_value: U256,
        _: bool,
    ) -> Result<StateLoad<SStoreResult>, LoadError> {
        let one = U256::ONE;
        let result = SStoreResult { original_value: one, present_value: one, new_value };
        Ok(StateLoad::new(result, false))
    }

    fn sload_skip_cold_load(
        &mut self,
        _: Address,
        _: U256,
        _: bool,
    ) -> Result<StateLoad<U256>, LoadError> {
        Ok(StateLoad::new(U256::ONE, false))
    }

    fn tstore(&mut self, address: Address, key: U256, value: U256) {
        self.0.tstore(address, key, value);
    }

    fn tload(&mut self, address: Address, key: U256) -> U256 {
        self.0.tload(address, key)
    }

    fn load_account_info_skip_cold_load(
        &mut self,
        address: Address,
        load_code: bool,
        skip: bool,
    ) -> Result<AccountInfoLoad<'_>, LoadError> {
        self.0.load_account_info_skip_cold_load(address, load_code, skip)
    }
}
