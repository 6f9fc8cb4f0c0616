//! The functions of the Ethereum Environment Interface, as a contract imports them.
//!
//! A test of Hebe's holds this file against the table that the VM links contracts with. Parameters and
//! prices: the interface's specification. Pointers are offsets into the contract's memory; numbers
//! behind them are little-endian (`u128`, 16 bytes), addresses (20 bytes) and words (32) strings of
//! bytes.
//!
//! Outside WebAssembly there is no chain to ask, and every function panics.

/// Declares the imports from one module, and for native builds functions that say what is missing.
macro_rules! imports {
    ($module:literal: $(
        #[link_name = $name:literal]
        fn $function:ident($($parameter:ident: $type:ty),*) $(-> $result:ty)?;
    )*) => {
        #[cfg(target_arch = "wasm32")]
        #[link(wasm_import_module = $module)]
        unsafe extern "C" {
            $(
                #[link_name = $name]
                pub fn $function($($parameter: $type),*) $(-> $result)?;
            )*
        }

        $(
            /// Not there in a native build.
            ///
            /// # Safety
            ///
            /// Always safe: it panics.
            #[cfg(not(target_arch = "wasm32"))]
            pub unsafe fn $function($(_: $type),*) $(-> $result)? {
                panic!("{} needs a chain: run the contract with `hebe`", $name)
            }
        )*
    };
}

imports! { "ethereum":
    #[link_name = "useGas"]
    fn use_gas(amount: i64);
    #[link_name = "getAddress"]
    fn get_address(result: *mut u8);
    #[link_name = "getExternalBalance"]
    fn get_external_balance(address: *const u8, result: *mut u8);
    #[link_name = "getBlockHash"]
    fn get_block_hash(number: i64, result: *mut u8) -> i32;
    #[link_name = "call"]
    fn call(gas: i64, address: *const u8, value: *const u8, data: *const u8, length: usize) -> i32;
    #[link_name = "callDataCopy"]
    fn call_data_copy(result: *mut u8, offset: usize, length: usize);
    #[link_name = "getCallDataSize"]
    fn get_call_data_size() -> usize;
    #[link_name = "callCode"]
    fn call_code(gas: i64, address: *const u8, value: *const u8, data: *const u8, length: usize) -> i32;
    #[link_name = "callDelegate"]
    fn call_delegate(gas: i64, address: *const u8, data: *const u8, length: usize) -> i32;
    #[link_name = "callStatic"]
    fn call_static(gas: i64, address: *const u8, data: *const u8, length: usize) -> i32;
    #[link_name = "storageStore"]
    fn storage_store(path: *const u8, value: *const u8);
    #[link_name = "storageLoad"]
    fn storage_load(path: *const u8, result: *mut u8);
    #[link_name = "getCaller"]
    fn get_caller(result: *mut u8);
    #[link_name = "getCallValue"]
    fn get_call_value(result: *mut u8);
    #[link_name = "codeCopy"]
    fn code_copy(result: *mut u8, offset: usize, length: usize);
    #[link_name = "getCodeSize"]
    fn get_code_size() -> usize;
    #[link_name = "getBlockCoinbase"]
    fn get_block_coinbase(result: *mut u8);
    #[link_name = "create"]
    fn create(value: *const u8, data: *const u8, length: usize, result: *mut u8) -> i32;
    #[link_name = "getBlockDifficulty"]
    fn get_block_difficulty(result: *mut u8);
    #[link_name = "externalCodeCopy"]
    fn external_code_copy(address: *const u8, result: *mut u8, offset: usize, length: usize);
    #[link_name = "getExternalCodeSize"]
    fn get_external_code_size(address: *const u8) -> usize;
    #[link_name = "getGasLeft"]
    fn get_gas_left() -> i64;
    #[link_name = "getBlockGasLimit"]
    fn get_block_gas_limit() -> i64;
    #[link_name = "getTxGasPrice"]
    fn get_tx_gas_price(result: *mut u8);
    #[link_name = "log"]
    fn log(data: *const u8, length: usize, topics: i32, topic1: *const u8, topic2: *const u8, topic3: *const u8, topic4: *const u8);
    #[link_name = "getBlockNumber"]
    fn get_block_number() -> i64;
    #[link_name = "getTxOrigin"]
    fn get_tx_origin(result: *mut u8);
    #[link_name = "finish"]
    fn finish(data: *const u8, length: usize) -> !;
    #[link_name = "revert"]
    fn revert(data: *const u8, length: usize) -> !;
    #[link_name = "getReturnDataSize"]
    fn get_return_data_size() -> usize;
    #[link_name = "returnDataCopy"]
    fn return_data_copy(result: *mut u8, offset: usize, length: usize);
    #[link_name = "selfDestruct"]
    fn self_destruct(beneficiary: *const u8) -> !;
    #[link_name = "getBlockTimestamp"]
    fn get_block_timestamp() -> i64;
    #[link_name = "create2"]
    fn create2(value: *const u8, data: *const u8, length: usize, salt: *const u8, result: *mut u8) -> i32;
    #[link_name = "getExternalCodeHash"]
    fn get_external_code_hash(address: *const u8, result: *mut u8);
    #[link_name = "getChainId"]
    fn get_chain_id(result: *mut u8);
    #[link_name = "getSelfBalance"]
    fn get_self_balance(result: *mut u8);
    #[link_name = "getBaseFee"]
    fn get_base_fee(result: *mut u8);
    #[link_name = "getPrevRandao"]
    fn get_prev_randao(result: *mut u8);
    #[link_name = "transientLoad"]
    fn transient_load(path: *const u8, result: *mut u8);
    #[link_name = "transientStore"]
    fn transient_store(path: *const u8, value: *const u8);
    #[link_name = "getBlobHash"]
    fn get_blob_hash(index: i32, result: *mut u8);
    #[link_name = "getBlobBaseFee"]
    fn get_blob_base_fee(result: *mut u8);
}

imports! { "debug":
    #[link_name = "print32"]
    fn print32(value: i32);
    #[link_name = "print64"]
    fn print64(value: i64);
    #[link_name = "printMem"]
    fn print_mem(data: *const u8, length: usize);
    #[link_name = "printMemHex"]
    fn print_mem_hex(data: *const u8, length: usize);
    #[link_name = "printStorage"]
    fn print_storage(path: *const u8);
    #[link_name = "printStorageHex"]
    fn print_storage_hex(path: *const u8);
    #[link_name = "evmTrace"]
    fn evm_trace(pc: i32, opcode: i32, cost: i32, sp: i32);
}
