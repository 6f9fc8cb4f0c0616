/* EVMC ABI 12 as clients in C see it, declared anew: they share nothing with the library but the
 * specification. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

typedef struct { uint8_t bytes[32]; } word;
typedef struct { uint8_t bytes[20]; } address;

struct message {
    int kind;
    uint32_t flags;
    int32_t depth;
    int64_t gas;
    address recipient, sender;
    const uint8_t* input_data;
    size_t input_size;
    word value, create2_salt;
    address code_address;
    const uint8_t* code;
    size_t code_size;
};

struct result {
    int status_code;
    int64_t gas_left, gas_refund;
    const uint8_t* output_data;
    size_t output_size;
    void (*release)(const struct result*);
    address create_address;
    uint8_t padding[4];
};

/* Of the host's functions only those that are called have their type here. */
struct host {
    bool (*account_exists)(void*, const address*);
    void *get_storage, *set_storage;
    word (*get_balance)(void*, const address*);
    void *get_code_size, *get_code_hash, *copy_code, *selfdestruct;
    struct result (*call)(void*, const struct message*);
    void *get_tx_context, *get_block_hash, *emit_log, *access_account, *access_storage,
        *get_transient_storage, *set_transient_storage;
};

struct vm {
    int abi_version;
    const char *name, *version;
    void (*destroy)(struct vm*);
    struct result (*execute)(struct vm*, const struct host*, void*, int, const struct message*,
                             const uint8_t*, size_t);
    uint32_t (*get_capabilities)(struct vm*);
    int (*set_option)(struct vm*, const char*, const char*);
};

#define CHECK(condition)                                                               \
    do {                                                                               \
        if (!(condition)) {                                                            \
            fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #condition);   \
            exit(1);                                                                   \
        }                                                                              \
    } while (0)

enum { BYZANTIUM = 4, SUCCESS = 0, INVALID_NAME = 1, INVALID_VALUE = 2 };
