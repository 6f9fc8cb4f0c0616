/* A client in C, of the ABI that ABI says, which makes its VM by the function CREATE. Arguments: the library, a file with a contract that finishes with its input, a file
 * with a contract that calls account 0x01..01 and finishes with the result and what came back.
 * Exit code 0 if all is well, else the reason on standard error. */

#include <dlfcn.h>
#include <malloc.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "evmc.h"

static struct vm* vm;
static uint8_t echo[4096], caller[4096];
static size_t echo_size, caller_size;
static int nested_calls;

static size_t read_file(const char* path, uint8_t* buffer, size_t size)
{
    FILE* file = fopen(path, "rb");
    CHECK(file != NULL);
    size_t count = fread(buffer, 1, size, file);
    CHECK(count > 0 && count < size);
    fclose(file);
    return count;
}

/* The account 0x01..01 has the echo contract: called back into the same VM from within it. */
static struct result host_call(void* context, const struct message* message)
{
    CHECK(context == &nested_calls);
#if ABI >= 10
    CHECK(message->recipient.bytes[19] == 1);
#else
    CHECK(message->destination.bytes[19] == 1);
#endif
    CHECK(message->depth == 1 && message->input_size == 0);
    nested_calls++;
    struct message inner = *message;
    inner.input_data = (const uint8_t*)"inner";
    inner.input_size = 5;
    return vm->execute(vm, NULL, NULL, BYZANTIUM, &inner, echo, echo_size);
}

static word host_get_balance(void* context, const address* account)
{
    (void)context, (void)account;
    return (word){{0}};
}

static size_t allocated(void)
{
#if defined(__GLIBC__) && __GLIBC_PREREQ(2, 33)
    return mallinfo2().uordblks;
#else
    return 0;
#endif
}

static void run_echo(void)
{
    struct message message = {.gas = 1000, .input_data = (const uint8_t*)"some input", .input_size = 10};
    struct result result = vm->execute(vm, NULL, NULL, BYZANTIUM, &message, echo, echo_size);
    CHECK(result.status_code == 0);
    CHECK(result.output_size == 10 && memcmp(result.output_data, "some input", 10) == 0);
    CHECK(result.gas_left > 0 && result.gas_left < 1000);
#if ABI >= 10
    CHECK(result.gas_refund == 0);
#endif
    CHECK(result.release != NULL);
    result.release(&result);
}

int main(int count, char** arguments)
{
    CHECK(count == 4);
    void* library = dlopen(arguments[1], RTLD_NOW);
    if (library == NULL)
        fprintf(stderr, "%s\n", dlerror());
    CHECK(library != NULL);
    echo_size = read_file(arguments[2], echo, sizeof echo);
    caller_size = read_file(arguments[3], caller, sizeof caller);

    struct vm* (*create)(void);
    *(void**)&create = dlsym(library, "evmc_create");
    CHECK(create != NULL);
    *(void**)&create = dlsym(library, CREATE);
    CHECK(create != NULL);
    vm = create();
    CHECK(vm != NULL && vm->abi_version == ABI);
    CHECK(strcmp(vm->name, "hebe") == 0 && strlen(vm->version) > 0);
#if ABI < 18
    CHECK(vm->get_capabilities(vm) == 3);
#endif

    CHECK(vm->set_option(vm, "debug", "true") == SUCCESS);
    CHECK(vm->set_option(vm, "debug", "perhaps") == INVALID_VALUE);
    CHECK(vm->set_option(vm, "debug", NULL) == INVALID_VALUE);
    CHECK(vm->set_option(vm, "color", "red") == INVALID_NAME);
    CHECK(vm->set_option(vm, NULL, NULL) == INVALID_NAME);

    /* No code: success, and all the gas is left. */
    struct message message = {.gas = 1000};
    struct result result = vm->execute(vm, NULL, NULL, BYZANTIUM, &message, NULL, 0);
    CHECK(result.status_code == 0 && result.gas_left == 1000 && result.output_size == 0);
    if (result.release)
        result.release(&result);

    /* Output comes back; ten thousand times, and nothing of it stays. */
    const char* engines[] = {"interpreter", "compiler"};
    for (int engine = 0; engine < 2; engine++) {
        CHECK(vm->set_option(vm, "engine", engines[engine]) == SUCCESS);
        for (int i = 0; i < 100; i++)
            run_echo();
        size_t before = allocated();
        for (int i = 0; i < 10000; i++)
            run_echo();
        size_t after = allocated();
        /* One lost byte for each run would show. */
        CHECK(after < before + 10000);
    }

    /* A contract calls the host, which calls back into the VM. */
    struct host host = {.call = host_call, .get_balance = host_get_balance};
    message.gas = 100000;
    result = vm->execute(vm, &host, &nested_calls, BYZANTIUM, &message, caller, caller_size);
    CHECK(result.status_code == 0 && nested_calls == 1);
    CHECK(result.output_size == 6 && memcmp(result.output_data, "\0inner", 6) == 0);
    result.release(&result);

    vm->destroy(vm);
    return 0;
}
