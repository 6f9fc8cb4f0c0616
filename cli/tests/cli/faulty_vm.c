/* A VM that does what that of the library REAL does, but for the fault that FAULT names. */

#include <dlfcn.h>
#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

#include "evmc.h"

struct faulty {
    struct vm vm;
    struct vm* real;
};

static const char* fault = "";
static _Thread_local const struct host* real_host;
static _Thread_local bool is_inside;

static bool is(const char* name)
{
    return strcmp(fault, name) == 0;
}

static word reversed(void* context, const address* account)
{
    word balance = real_host->get_balance(context, account), other;
    for (int i = 0; i < 32; i++)
        other.bytes[i] = balance.bytes[31 - i];
    return other;
}

static word endless_wealth(void* context, const address* account)
{
    (void)context, (void)account;
    word balance;
    memset(balance.bytes, 0xff, 32);
    return balance;
}

#if ABI == 18
static uint64_t low_nonce(void* context, const address* account)
{
    return real_host->get_nonce(context, account) & 0xff;
}
#endif

static void log_without_data(void* context, const address* account, const uint8_t* data,
                             size_t size, const word* topics, size_t count)
{
    (void)data, (void)size;
    void (*emit)(void*, const address*, const uint8_t*, size_t, const word*, size_t);
    *(const void**)&emit = real_host->emit_log;
    emit(context, account, NULL, 0, topics, count);
}

static struct result other_call(void* context, const struct message* message)
{
    struct message sent = *message;
    if (is("sends less gas"))
        sent.gas--;
    if (is("sends no flags"))
        sent.flags = 0;
    if (is("sends at the same depth"))
        sent.depth--;
#if ABI == 9
    if (is("calls code at home"))
        sent.destination = message->sender;
#endif
#if ABI == 18
    if (is("computes no address") && sent.kind >= 3)
        sent.recipient = (address){{0}};
#endif
    struct result result = real_host->call(context, &sent);
    if (is("keeps results"))
        result.release = NULL;
    if (is("loses return data"))
        result.output_size = 0;
    return result;
}

static void release_twice(const struct result* result)
{
    (void)result;
    abort();
}

static struct result execute(struct vm* vm, const struct host* host, void* context, int revision,
                             const struct message* message, const uint8_t* code, size_t size)
{
    struct vm* real = ((struct faulty*)vm)->real;
    struct message msg = *message;
    struct host changed = host ? *host : (struct host){0};
    bool is_create = msg.kind >= 3;

    if (is("prints"))
        puts("I am here"), fflush(stdout);
    static atomic_int running;
    bool is_alone = running++ == 0;
    if (is("can't do two things at once")) {
        usleep(2000);
        if (!is_alone)
            abort();
    }
    if (is("has odd precompiles") && size == 0)
        return (struct result){.status_code = 4};
    if (is("needs a context") && !context)
        return (struct result){.status_code = -1};
    if (is("crashes") && is_create)
        *(volatile int*)NULL = 1;
    if (is("exits") && is_create)
        exit(0);
    if (is("hangs") && is_create)
        pause();
    while (is("is endless") && is_create)
        ;
    if (is("enters once") && is_inside)
        pause();
    if (is("is static never"))
        msg.flags = 0;
    if (is("ignores depth"))
        msg.depth = 0;
    if (is("forgets the input"))
        msg.input_size = 0;
    if (is("has short code") && size > 10000)
        return (struct result){.status_code = 1};
    if (is("is a revision ahead"))
        revision++;
    if (is("rejects numbers") && revision > 10)
        return (struct result){.status_code = 1};
    if (is("writes into the input") && msg.input_size > 0)
        *(uint8_t*)msg.input_data ^= 1;
    if (is("reverses balances"))
        changed.get_balance = reversed;
    if (is("ignores balance"))
        changed.get_balance = endless_wealth;
#if ABI == 18
    if (is("knows low nonces"))
        changed.get_nonce = low_nonce;
#endif
    if (is("logs no data"))
        *(void**)&changed.emit_log = (void*)log_without_data;
    if (host && host->call)
        changed.call = other_call;

    /* A nested execution is not at the same time. */
    running--;
    const struct host* outer_host = real_host;
    bool was_inside = is_inside;
    real_host = host, is_inside = true;
    struct result result =
        real->execute(real, host ? &changed : NULL, context, revision, &msg, code, size);
    real_host = outer_host, is_inside = was_inside;

    bool has_ended_well = result.status_code == 0, has_failed = result.status_code > 2;
    if (is("gives gas") && has_ended_well)
        result.gas_left = message->gas + 1;
    if (is("is cheap") && has_ended_well && result.gas_left < message->gas)
        result.gas_left++;
    if (is("keeps gas after failures") && has_failed)
        result.gas_left = 1;
    if (is("can't stand liars") && result.status_code == -1)
        abort();
    static const uint8_t apology[] = "sorry";
    if (is("speaks when it fails") && has_failed)
        result.output_data = apology, result.output_size = 5;
#if ABI >= 10
    if (is("refunds failures") && has_failed)
        result.gas_refund = 1;
    if (is("refunds nothing"))
        result.gas_refund = 0;
#endif
    if (is("has an unknown status") && has_ended_well)
        result.status_code = 99;
    if (is("has one failure") && has_failed)
        result.status_code = 1;
    if (is("answers null") && has_ended_well && result.output_size == 0)
        result.output_size = 5;
    if (is("points at nothing") && has_ended_well && result.output_size == 0)
        result.output_data = (const uint8_t*)&fault;
#if ABI < 18
    if (is("says where") && is_create)
        result.create_address.bytes[0] = 1;
#endif
    static int count;
    if (is("changes its mind") && ++count % 2 && result.gas_left > 0)
        result.gas_left--;
    static uint8_t shared[2 << 20];
    if (is("shares its output") && result.output_size > 0) {
        memcpy(shared, result.output_data, result.output_size);
        result.output_data = shared, result.release = NULL;
    }
    if (is("has a bad release"))
        result.release = release_twice;
    return result;
}

static void destroy(struct vm* vm)
{
    struct vm* real = ((struct faulty*)vm)->real;
    if (!is("destroys nothing"))
        real->destroy(real);
    static int destroyed;
    if (is("can be destroyed once") && destroyed++ > 1)
        abort();
    free(vm);
}

static int set_option(struct vm* vm, const char* name, const char* value)
{
    struct vm* real = ((struct faulty*)vm)->real;
    if (is("takes any option"))
        return SUCCESS;
    if (is("hangs in options"))
        pause();
    return real->set_option(real, name, value);
}

#if ABI < 18
static uint32_t get_capabilities(struct vm* vm)
{
    struct vm* real = ((struct faulty*)vm)->real;
    uint32_t more = is("has odd precompiles") ? 4 : 0;
    return is("can do nothing") ? 0 : real->get_capabilities(real) | more;
}
#endif

struct vm* evmc_create(void)
{
    fault = getenv("FAULT") ? getenv("FAULT") : "";
    if (is("crashes at once"))
        abort();
    if (is("is no VM"))
        return NULL;
    void* library = dlopen(getenv("REAL"), RTLD_NOW);
    CHECK(library != NULL);
    struct vm* (*create)(void);
    *(void**)&create = dlsym(library, "evmc_create");
    CHECK(create != NULL);
    struct faulty* faulty = malloc(sizeof *faulty);
    faulty->real = create();
    faulty->vm = *faulty->real;
    faulty->vm.destroy = destroy;
    faulty->vm.execute = execute;
    faulty->vm.set_option = set_option;
#if ABI < 18
    faulty->vm.get_capabilities = get_capabilities;
#endif
    static int made;
    if (is("has two versions of EVMC") && made++)
        faulty->vm.abi_version = 1;
    if (is("has no name"))
        faulty->vm.name = NULL;
    if (is("has an empty version"))
        faulty->vm.version = "";
    if (is("can not execute"))
        faulty->vm.execute = NULL;
    if (is("has no options"))
        faulty->vm.set_option = NULL;
    if (is("is of a strange ABI"))
        faulty->vm.abi_version = 15;
    return &faulty->vm;
}
