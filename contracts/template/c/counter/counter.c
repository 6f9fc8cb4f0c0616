// A counter: what is stored, what can be called, and what is refused. abi.json says the same for tools.

#include "hebe.h"

// Storage word 0. A contract's memory is fresh in every call, and full of zeros.
static uint8_t key[32], count[32];

CONTRACT void contract(void) {
    uint8_t selector[4];
    if (getCallDataSize() < 4) revert(nullptr, 0);
    callDataCopy(selector, 0, 4);
    storageLoad(key, count);
    switch ((uint32_t)selector[0] << 24 | selector[1] << 16 | selector[2] << 8 | selector[3]) {
    case 0x06661abd: // count()
        finish(count, 32);
    case 0xd09de08a: // increment()
        // The number is big-endian: add to its last byte, and carry.
        for (int i = 31; i >= 0 && ++count[i] == 0; i--) {}
        storageStore(key, count);
        finish(nullptr, 0);
    default:
        revert(nullptr, 0);
    }
}
