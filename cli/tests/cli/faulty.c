/* A VM of ABI 12 with a fault: INNER, a library that has none, runs everything, and FAULT says what becomes of it. */

#include <dlfcn.h>
#include <signal.h>
#include <string.h>

#include "evmc.h"

static struct vm* inner;
static struct vm outer;

static void release_inner(const struct result* result)
{
    free((uint8_t*)result->output_data);
}

/* A copy with memory of its own, so that it can be changed. */
static struct result copied(struct result result)
{
    uint8_t* output = malloc(result.output_size + 1);
    if (result.output_size > 0)
        memcpy(output, result.output_data, result.output_size);
    if (result.release)
        result.release(&result);
    result.output_data = output;
    result.release = release_inner;
    return result;
}

static struct result execute(struct vm* vm, const struct host* host, void* context, int revision,
                             const struct message* sent, const uint8_t* code, size_t size)
{
    (void)vm;
    struct message message = *sent;
    static int count;
    count++;
    switch (FAULT) {
    case 5: raise(SIGSEGV); break;
    case 6: for (volatile int i = 1; i;) {} break;
    case 7: message.flags = 0; break;
    case 8: message.depth = 0; break;
    case 9:
        for (int i = 0; i < 32; i++)
            message.value.bytes[i] = sent->value.bytes[31 - i];
        break;
    case 14: message.input_size = 0; break;
    case 16: message.sender = sent->recipient; break;
    case 18: revision = 11; break;
    }
    struct result result = copied(inner->execute(inner, host, context, revision, &message, code, size));
    int failed = result.status_code != 0 && result.status_code != 2;
    switch (FAULT) {
    case 1: result.gas_left = sent->gas + 1; break;
    case 2: if (failed) result.gas_left = 1; break;
    case 3: result.output_data = NULL, result.output_size = 5, result.release = NULL; break;
    case 4: result.status_code = 99; break;
    case 10:
        if (count % 50 == 0 && result.output_size > 0)
            ((uint8_t*)result.output_data)[0] ^= 1;
        break;
    case 15: result.gas_refund = 0; break;
    case 17: if (result.status_code == 2) result.output_size = 0; break;
    }
    return result;
}

static void destroy(struct vm* vm) { (void)vm; }

static uint32_t capabilities(struct vm* vm)
{
    (void)vm;
    return FAULT == 11 ? 0 : 1;
}

static int set_option(struct vm* vm, const char* name, const char* value)
{
    (void)vm;
    return FAULT == 12 ? 0 : inner->set_option(inner, name, value);
}

struct vm* evmc_create(void)
{
    static int count;
    if (FAULT == 19 && count++ > 20)
        return NULL;
    void* library = dlopen(INNER, RTLD_NOW);
    struct vm* (*create)(void);
    *(void**)&create = dlsym(library, "evmc_create");
    inner = create();
    outer = *inner;
    outer.name = FAULT == 13 ? "" : "faulty";
    outer.destroy = destroy;
    outer.execute = execute;
    outer.get_capabilities = capabilities;
    outer.set_option = set_option;
    return &outer;
}
