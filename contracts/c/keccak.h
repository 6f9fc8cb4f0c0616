// Keccak-256 as Ethereum uses it, for a message shorter than a block: enough for storage keys.
// After FIPS 202, section 3, with the padding of Keccak.
#pragma once

#include <stdint.h>

enum { KECCAK_BLOCK = 136 };

static inline uint64_t keccak_rotate(uint64_t word, unsigned bits) {
    return word << (bits & 63) | word >> (-bits & 63);
}

static void keccak_f(uint64_t state[25]) {
    // Distances and places of rho and pi, in the order in which pi moves the lanes.
    static const uint8_t distances[24] = {1,  3,  6,  10, 15, 21, 28, 36, 45, 55, 2,  14,
                                          27, 41, 56, 8,  25, 43, 62, 18, 39, 61, 20, 44};
    static const uint8_t places[24] = {10, 7,  11, 17, 18, 3, 5,  16, 8,  21, 24, 4,
                                       15, 23, 19, 13, 12, 2, 20, 14, 22, 9,  6,  1};
    static const uint64_t constants[24] = {
        0x0000000000000001, 0x0000000000008082, 0x800000000000808a, 0x8000000080008000,
        0x000000000000808b, 0x0000000080000001, 0x8000000080008081, 0x8000000000008009,
        0x000000000000008a, 0x0000000000000088, 0x0000000080008009, 0x000000008000000a,
        0x000000008000808b, 0x800000000000008b, 0x8000000000008089, 0x8000000000008003,
        0x8000000000008002, 0x8000000000000080, 0x000000000000800a, 0x800000008000000a,
        0x8000000080008081, 0x8000000000008080, 0x0000000080000001, 0x8000000080008008};
    for (int round = 0; round < 24; round++) {
        uint64_t column[5];
        for (int x = 0; x < 5; x++)
            column[x] = state[x] ^ state[x + 5] ^ state[x + 10] ^ state[x + 15] ^ state[x + 20];
        for (int x = 0; x < 5; x++) {
            uint64_t both = column[x == 0 ? 4 : x - 1] ^ keccak_rotate(column[x == 4 ? 0 : x + 1], 1);
            for (int y = 0; y < 25; y += 5) state[y + x] ^= both;
        }
        uint64_t moving = state[1];
        for (int step = 0; step < 24; step++) {
            uint64_t there = state[places[step]];
            state[places[step]] = keccak_rotate(moving, distances[step]);
            moving = there;
        }
        for (int y = 0; y < 25; y += 5) {
            uint64_t first = state[y], second = state[y + 1];
            for (int x = 0; x < 3; x++) state[y + x] ^= ~state[y + x + 1] & state[y + x + 2];
            state[y + 3] ^= ~state[y + 4] & first;
            state[y + 4] ^= ~first & second;
        }
        state[0] ^= constants[round];
    }
}

// The hash of `words` words of 8 bytes, of which there are fewer than 17; `out` may be `in`.
static void keccak256_words(const uint64_t *in, int words, uint64_t out[4]) {
    uint64_t state[25] = {0};
    for (int i = 0; i < words; i++) state[i] = in[i];
    state[words] ^= 1;
    state[KECCAK_BLOCK / 8 - 1] ^= (uint64_t)1 << 63;
    keccak_f(state);
    for (int i = 0; i < 4; i++) out[i] = state[i];
}
