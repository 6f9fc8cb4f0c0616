// A token (ERC-20): balances, allowances, events. It answers what rust/erc20 answers, with the same
// storage, which is laid out as Solidity does it.
//
// Everything is in static memory: a contract lives for one call, in a fresh memory full of zeros.

#include "hebe.h"
#include "keccak.h"

// 32 bytes, big-endian where they are a number. As words of 8 bytes for speed; their bytes are what counts.
typedef union {
    uint8_t bytes[32];
    uint64_t parts[4];
} Word;

static const uint8_t transfer_event[32] = {
    0xdd, 0xf2, 0x52, 0xad, 0x1b, 0xe2, 0xc8, 0x9b, 0x69, 0xc2, 0xb0, 0x68, 0xfc, 0x37, 0x8d, 0xaa,
    0x95, 0x2b, 0xa7, 0xf1, 0x63, 0xc4, 0xa1, 0x16, 0x28, 0xf5, 0x5a, 0x4d, 0xf5, 0x23, 0xb3, 0xef};
static const uint8_t approval_event[32] = {
    0x8c, 0x5b, 0xe1, 0xe5, 0xeb, 0xec, 0x7d, 0x5b, 0xd1, 0x4f, 0x71, 0x42, 0x7d, 0x1e, 0x84, 0xf3,
    0xdd, 0x03, 0x14, 0xc0, 0xf7, 0xb2, 0x29, 0x1e, 0x5b, 0x20, 0x0a, 0xc8, 0xc7, 0xc3, 0xb9, 0x25};

// Slots of storage.
enum { TOTAL_SUPPLY = 0, BALANCES = 1, ALLOWANCES = 2 };

// ---- answers ----

// Writes a text as the ABI encodes it, from `out` on; gives its length.
static uint32_t encode_text(uint8_t *out, const char *text) {
    uint32_t length = 0;
    while (text[length]) {
        out[64 + length] = (uint8_t)text[length];
        length++;
    }
    out[31] = 32;
    out[63] = (uint8_t)length;
    return 64 + (length + 31) / 32 * 32;
}

// Error(string); the texts have less than 64 bytes.
static _Noreturn void fail(const char *reason) {
    static uint8_t out[4 + 64 + 64] = {0x08, 0xc3, 0x79, 0xa0};
    revert(out, 4 + encode_text(out + 4, reason));
}

static _Noreturn void answer_text(const char *text) {
    static uint8_t out[64 + 64];
    finish(out, encode_text(out, text));
}

static _Noreturn void answer(const Word *word) { finish(word->bytes, 32); }

static _Noreturn void answer_number(uint8_t number) {
    static Word word;
    word.bytes[31] = number;
    answer(&word);
}

// ---- numbers ----

static bool is_zero(const Word *a) { return (a->parts[0] | a->parts[1] | a->parts[2] | a->parts[3]) == 0; }

static bool is_all_ones(const Word *a) {
    return (a->parts[0] & a->parts[1] & a->parts[2] & a->parts[3]) == UINT64_MAX;
}

static uint64_t part(const Word *a, int i) { return __builtin_bswap64(a->parts[i]); }

// a += b; whether it did not fit.
static bool add(Word *a, const Word *b) {
    bool carry = false;
    for (int i = 3; i >= 0; i--) {
        uint64_t sum;
        bool over = __builtin_add_overflow(part(a, i), part(b, i), &sum);
        carry = __builtin_add_overflow(sum, (uint64_t)carry, &sum) | over;
        a->parts[i] = __builtin_bswap64(sum);
    }
    return carry;
}

// a -= b; whether b was greater.
static bool subtract(Word *a, const Word *b) {
    bool borrow = false;
    for (int i = 3; i >= 0; i--) {
        uint64_t rest;
        bool under = __builtin_sub_overflow(part(a, i), part(b, i), &rest);
        borrow = __builtin_sub_overflow(rest, (uint64_t)borrow, &rest) | under;
        a->parts[i] = __builtin_bswap64(rest);
    }
    return borrow;
}

// ---- storage ----

// Turns the slot of a mapping into the slot of its element: the hash of the key and the slot.
static void element(Word *slot, const Word *key) {
    Word both[2] = {*key, *slot};
    keccak256_words(both[0].parts, 8, slot->parts);
}

static Word slot(uint8_t number) {
    Word slot = {0};
    slot.bytes[31] = number;
    return slot;
}

static Word balance_slot(const Word *owner) {
    Word place = slot(BALANCES);
    element(&place, owner);
    return place;
}

static Word allowance_slot(const Word *owner, const Word *spender) {
    Word place = slot(ALLOWANCES);
    element(&place, owner);
    element(&place, spender);
    return place;
}

static Word load(const Word *place) {
    Word word;
    storageLoad(place->bytes, word.bytes);
    return word;
}

// ---- the message ----

static uint8_t data[4 + 3 * 32];

static Word sender(void) {
    Word word = {0};
    getCaller(word.bytes + 12);
    return word;
}

static void refuse_value(void) {
    uint64_t value[2];
    getCallValue((uint8_t *)value);
    if (value[0] | value[1]) fail("the function takes no value");
}

// Reverts unless there are `count` arguments, of which the first `addresses` are addresses.
static void expect(int count, int addresses, uint32_t size) {
    refuse_value();
    bool malformed = size < 4 + 32 * (uint32_t)count;
    for (int i = 0; i < addresses; i++)
        for (int byte = 0; byte < 12; byte++) malformed |= data[4 + 32 * i + byte] != 0;
    if (malformed) fail("the arguments are malformed or too short");
}

static Word argument(int index) {
    Word word;
    __builtin_memcpy(&word, data + 4 + 32 * index, 32);
    return word;
}

// ---- the token ----

static void move_tokens(const Word *from, const Word *to, const Word *value) {
    if (is_zero(to)) fail("the recipient is nobody");
    Word place = balance_slot(from);
    Word balance = load(&place);
    if (subtract(&balance, value)) fail("insufficient balance");
    storageStore(place.bytes, balance.bytes);
    // Read after writing: sender and recipient may be the same.
    place = balance_slot(to);
    balance = load(&place);
    if (add(&balance, value)) fail("arithmetic operation overflow");
    storageStore(place.bytes, balance.bytes);
    eei_log(value->bytes, 32, 3, transfer_event, from->bytes, to->bytes, nullptr);
}

static void spend_allowance(const Word *owner, const Word *spender, const Word *value) {
    Word place = allowance_slot(owner, spender);
    Word allowed = load(&place);
    // This much is never used up.
    if (is_all_ones(&allowed)) return;
    if (subtract(&allowed, value)) fail("insufficient allowance");
    storageStore(place.bytes, allowed.bytes);
}

// ---- the creation ----

// The code comes with the supply at its end: a custom section "arguments" with the argument, its length
// (4 bytes, little-endian), and a size (1 byte) in front. What is before it is the contract.
enum { SECTION = 1 + 1 + 10 + 32 + 4 };

static void create_token(void) {
    refuse_value();
    uint32_t size = getCodeSize();
    uint8_t *code = (uint8_t *)(__builtin_wasm_memory_grow(0, (size + 0xffff) >> 16) << 16);
    codeCopy(code, 0, size);
    static const uint8_t head[12] = "\x00\x2e\x09" "arguments";
    const uint8_t *section = code + size - SECTION;
    bool found = size > SECTION;
    for (int i = 0; found && i < 12; i++) found = section[i] == head[i];
    if (!found || section[44] != 32) fail("the constructor's arguments are missing or malformed");
    Word supply, creator = sender(), nobody = {0}, place = slot(TOTAL_SUPPLY);
    __builtin_memcpy(&supply, section + 12, 32);
    storageStore(place.bytes, supply.bytes);
    place = balance_slot(&creator);
    storageStore(place.bytes, supply.bytes);
    eei_log(supply.bytes, 32, 3, transfer_event, nobody.bytes, creator.bytes, nullptr);
    finish(code, size - SECTION);
}

static bool is_creation(void) {
    uint8_t address[20];
    getAddress(address);
    return getExternalCodeSize(address) == 0;
}

CONTRACT void contract(void) {
    uint32_t size = getCallDataSize();
    if (size == 0 && is_creation()) create_token();
    if (size < 4) fail("the call data is shorter than a selector");
    callDataCopy(data, 0, size < sizeof data ? size : sizeof data);
    Word caller = sender();
    switch ((uint32_t)data[0] << 24 | data[1] << 16 | data[2] << 8 | data[3]) {
    case 0x06fdde03: // name()
        expect(0, 0, size);
        answer_text("Example");
    case 0x95d89b41: // symbol()
        expect(0, 0, size);
        answer_text("EXA");
    case 0x313ce567: // decimals()
        expect(0, 0, size);
        answer_number(18);
    case 0x18160ddd: { // totalSupply()
        expect(0, 0, size);
        Word place = slot(TOTAL_SUPPLY), supply = load(&place);
        answer(&supply);
    }
    case 0x70a08231: { // balanceOf(address)
        expect(1, 1, size);
        Word owner = argument(0), place = balance_slot(&owner), balance = load(&place);
        answer(&balance);
    }
    case 0xa9059cbb: { // transfer(address,uint256)
        expect(2, 1, size);
        Word to = argument(0), value = argument(1);
        move_tokens(&caller, &to, &value);
        answer_number(1);
    }
    case 0x095ea7b3: { // approve(address,uint256)
        expect(2, 1, size);
        Word spender = argument(0), value = argument(1), place = allowance_slot(&caller, &spender);
        storageStore(place.bytes, value.bytes);
        eei_log(value.bytes, 32, 3, approval_event, caller.bytes, spender.bytes, nullptr);
        answer_number(1);
    }
    case 0xdd62ed3e: { // allowance(address,address)
        expect(2, 2, size);
        Word owner = argument(0), spender = argument(1);
        Word place = allowance_slot(&owner, &spender), allowed = load(&place);
        answer(&allowed);
    }
    case 0x23b872dd: { // transferFrom(address,address,uint256)
        expect(3, 2, size);
        Word from = argument(0), to = argument(1), value = argument(2);
        spend_allowance(&from, &caller, &value);
        move_tokens(&from, &to, &value);
        answer_number(1);
    }
    }
    fail("unknown function");
}
