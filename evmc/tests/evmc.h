/* EVMC as clients in C see it, declared anew for the ABI that ABI says: they share nothing with the library but the
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
#if ABI >= 10
    address recipient;
#else
    address destination;
#endif
    address sender;
    const uint8_t* input_data;
    size_t input_size;
    word value;
#if ABI < 18
    word create2_salt;
#endif
#if ABI >= 10
    address code_address;
#endif
#if ABI >= 12
    const uint8_t* code;
    size_t code_size;
#endif
};

struct result {
    int status_code;
    int64_t gas_left;
#if ABI >= 10
    int64_t gas_refund;
#endif
    const uint8_t* output_data;
    size_t output_size;
    void (*release)(const struct result*);
#if ABI < 18
    address create_address;
#endif
#if ABI < 13
    uint8_t padding[4];
#endif
};

/* Of the host's functions only those that are called have their type here. */
struct host {
    bool (*account_exists)(void*, const address*);
    void *get_storage, *set_storage;
    word (*get_balance)(void*, const address*);
#if ABI >= 18
    uint64_t (*get_nonce)(void*, const address*);
#endif
    void *get_code_size, *get_code_hash, *copy_code, *selfdestruct;
    struct result (*call)(void*, const struct message*);
    void *get_tx_context, *get_block_hash, *emit_log, *access_account, *access_storage;
#if ABI >= 11
    void *get_transient_storage, *set_transient_storage;
#endif
};

struct vm {
    int abi_version;
    const char *name, *version;
    void (*destroy)(struct vm*);
    struct result (*execute)(struct vm*, const struct host*, void*, int, const struct message*,
                             const uint8_t*, size_t);
#if ABI < 18
    uint32_t (*get_capabilities)(struct vm*);
#endif
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
