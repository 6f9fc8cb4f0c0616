// What a contract can ask of the VM: the Ethereum Environment Interface, one line per function, with
// the names that it has there. A test holds this file against the VM's own table.
//
// A usize is an offset in memory. Addresses have 20 bytes; hashes, storage keys and words 32, and
// numbers in them are big-endian; values and balances are 16 bytes, little-endian, and so
// are the 32 bytes of chain id, base fees and difficulty.

@external("ethereum", "useGas") export declare function useGas(amount: i64): void;
@external("ethereum", "getAddress") export declare function getAddress(result: usize): void;
@external("ethereum", "getExternalBalance") export declare function getExternalBalance(address: usize, result: usize): void;
@external("ethereum", "getBlockHash") export declare function getBlockHash(number: i64, result: usize): i32;
@external("ethereum", "call") export declare function call(gas: i64, address: usize, value: usize, data: usize, length: u32): i32;
@external("ethereum", "callDataCopy") export declare function callDataCopy(result: usize, offset: u32, length: u32): void;
@external("ethereum", "getCallDataSize") export declare function getCallDataSize(): u32;
@external("ethereum", "callCode") export declare function callCode(gas: i64, address: usize, value: usize, data: usize, length: u32): i32;
@external("ethereum", "callDelegate") export declare function callDelegate(gas: i64, address: usize, data: usize, length: u32): i32;
@external("ethereum", "callStatic") export declare function callStatic(gas: i64, address: usize, data: usize, length: u32): i32;
@external("ethereum", "storageStore") export declare function storageStore(key: usize, value: usize): void;
@external("ethereum", "storageLoad") export declare function storageLoad(key: usize, result: usize): void;
@external("ethereum", "getCaller") export declare function getCaller(result: usize): void;
@external("ethereum", "getCallValue") export declare function getCallValue(result: usize): void;
@external("ethereum", "codeCopy") export declare function codeCopy(result: usize, offset: u32, length: u32): void;
@external("ethereum", "getCodeSize") export declare function getCodeSize(): u32;
@external("ethereum", "getBlockCoinbase") export declare function getBlockCoinbase(result: usize): void;
@external("ethereum", "create") export declare function create(value: usize, data: usize, length: u32, result: usize): i32;
@external("ethereum", "getBlockDifficulty") export declare function getBlockDifficulty(result: usize): void;
@external("ethereum", "externalCodeCopy") export declare function externalCodeCopy(address: usize, result: usize, offset: u32, length: u32): void;
@external("ethereum", "getExternalCodeSize") export declare function getExternalCodeSize(address: usize): u32;
@external("ethereum", "getGasLeft") export declare function getGasLeft(): i64;
@external("ethereum", "getBlockGasLimit") export declare function getBlockGasLimit(): i64;
@external("ethereum", "getTxGasPrice") export declare function getTxGasPrice(result: usize): void;
@external("ethereum", "log") export declare function log(data: usize, length: u32, topics: u32, topic1: usize, topic2: usize, topic3: usize, topic4: usize): void;
@external("ethereum", "getBlockNumber") export declare function getBlockNumber(): i64;
@external("ethereum", "getTxOrigin") export declare function getTxOrigin(result: usize): void;
@external("ethereum", "finish") export declare function finish(data: usize, length: u32): void;
@external("ethereum", "revert") export declare function revert(data: usize, length: u32): void;
@external("ethereum", "getReturnDataSize") export declare function getReturnDataSize(): u32;
@external("ethereum", "returnDataCopy") export declare function returnDataCopy(result: usize, offset: u32, length: u32): void;
@external("ethereum", "selfDestruct") export declare function selfDestruct(beneficiary: usize): void;
@external("ethereum", "getBlockTimestamp") export declare function getBlockTimestamp(): i64;

// With later revisions of Ethereum: a contract that imports one of these is not valid before it.
// Constantinople
@external("ethereum", "create2") export declare function create2(value: usize, data: usize, length: u32, salt: usize, result: usize): i32;
@external("ethereum", "getExternalCodeHash") export declare function getExternalCodeHash(address: usize, result: usize): void;
// Istanbul
@external("ethereum", "getChainId") export declare function getChainId(result: usize): void;
@external("ethereum", "getSelfBalance") export declare function getSelfBalance(result: usize): void;
// London
@external("ethereum", "getBaseFee") export declare function getBaseFee(result: usize): void;
// Paris
@external("ethereum", "getPrevRandao") export declare function getPrevRandao(result: usize): void;
// Cancun
@external("ethereum", "transientLoad") export declare function transientLoad(key: usize, result: usize): void;
@external("ethereum", "transientStore") export declare function transientStore(key: usize, value: usize): void;
@external("ethereum", "getBlobHash") export declare function getBlobHash(index: u32, result: usize): void;
@external("ethereum", "getBlobBaseFee") export declare function getBlobBaseFee(result: usize): void;
