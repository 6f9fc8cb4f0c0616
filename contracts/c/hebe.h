// What a contract can ask of the VM: the Ethereum Environment Interface, one line per function, with
// the names that it has there. A test holds this file against the VM's own table.
//
// A pointer is an offset in memory. Addresses have 20 bytes; hashes, storage keys and words 32, and
// numbers in them are big-endian; values and balances are 16 bytes, little-endian, and so
// are the 32 bytes of chain id, base fees and difficulty.
#pragma once

#include <stdint.h>

#define EEI(name) __attribute__((import_module("ethereum"), import_name(#name))) extern

// The function that the VM calls: `CONTRACT void contract(void) { ... }`.
#define CONTRACT __attribute__((export_name("main")))

EEI(useGas) void useGas(int64_t amount);
EEI(getAddress) void getAddress(uint8_t *result);
EEI(getExternalBalance) void getExternalBalance(const uint8_t *address, uint8_t *result);
EEI(getBlockHash) int32_t getBlockHash(int64_t number, uint8_t *result);
EEI(call) int32_t call(int64_t gas, const uint8_t *address, const uint8_t *value, const uint8_t *data, uint32_t length);
EEI(callDataCopy) void callDataCopy(uint8_t *result, uint32_t offset, uint32_t length);
EEI(getCallDataSize) uint32_t getCallDataSize(void);
EEI(callCode) int32_t callCode(int64_t gas, const uint8_t *address, const uint8_t *value, const uint8_t *data, uint32_t length);
EEI(callDelegate) int32_t callDelegate(int64_t gas, const uint8_t *address, const uint8_t *data, uint32_t length);
EEI(callStatic) int32_t callStatic(int64_t gas, const uint8_t *address, const uint8_t *data, uint32_t length);
EEI(storageStore) void storageStore(const uint8_t *key, const uint8_t *value);
EEI(storageLoad) void storageLoad(const uint8_t *key, uint8_t *result);
EEI(getCaller) void getCaller(uint8_t *result);
EEI(getCallValue) void getCallValue(uint8_t *result);
EEI(codeCopy) void codeCopy(uint8_t *result, uint32_t offset, uint32_t length);
EEI(getCodeSize) uint32_t getCodeSize(void);
EEI(getBlockCoinbase) void getBlockCoinbase(uint8_t *result);
EEI(create) int32_t create(const uint8_t *value, const uint8_t *data, uint32_t length, uint8_t *result);
EEI(getBlockDifficulty) void getBlockDifficulty(uint8_t *result);
EEI(externalCodeCopy) void externalCodeCopy(const uint8_t *address, uint8_t *result, uint32_t offset, uint32_t length);
EEI(getExternalCodeSize) uint32_t getExternalCodeSize(const uint8_t *address);
EEI(getGasLeft) int64_t getGasLeft(void);
EEI(getBlockGasLimit) int64_t getBlockGasLimit(void);
EEI(getTxGasPrice) void getTxGasPrice(uint8_t *result);
EEI(log) void eei_log(const uint8_t *data, uint32_t length, uint32_t topics, const uint8_t *topic1, const uint8_t *topic2, const uint8_t *topic3, const uint8_t *topic4);
EEI(getBlockNumber) int64_t getBlockNumber(void);
EEI(getTxOrigin) void getTxOrigin(uint8_t *result);
EEI(finish) _Noreturn void finish(const uint8_t *data, uint32_t length);
EEI(revert) _Noreturn void revert(const uint8_t *data, uint32_t length);
EEI(getReturnDataSize) uint32_t getReturnDataSize(void);
EEI(returnDataCopy) void returnDataCopy(uint8_t *result, uint32_t offset, uint32_t length);
EEI(selfDestruct) _Noreturn void selfDestruct(const uint8_t *beneficiary);
EEI(getBlockTimestamp) int64_t getBlockTimestamp(void);

// With later revisions of Ethereum: a contract that imports one of these is not valid before it.
// Constantinople
EEI(create2) int32_t create2(const uint8_t *value, const uint8_t *data, uint32_t length, const uint8_t *salt, uint8_t *result);
EEI(getExternalCodeHash) void getExternalCodeHash(const uint8_t *address, uint8_t *result);
// Istanbul
EEI(getChainId) void getChainId(uint8_t *result);
EEI(getSelfBalance) void getSelfBalance(uint8_t *result);
// London
EEI(getBaseFee) void getBaseFee(uint8_t *result);
// Paris
EEI(getPrevRandao) void getPrevRandao(uint8_t *result);
// Cancun
EEI(transientLoad) void transientLoad(const uint8_t *key, uint8_t *result);
EEI(transientStore) void transientStore(const uint8_t *key, const uint8_t *value);
EEI(getBlobHash) void getBlobHash(uint32_t index, uint8_t *result);
EEI(getBlobBaseFee) void getBlobBaseFee(uint8_t *result);
