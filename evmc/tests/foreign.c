/* A client that does to its process what clients do: it has signal handlers, forks, and closes the library.
 * Arguments: the library, a file with a contract that finishes with its input, and the way to trap.
 * Exit code 0 if all is well, else the reason on standard error. */

#include <dlfcn.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "evmc.h"

/* (module (memory (export "memory") 1) (func (export "main") (drop (i32.load (i32.const -1))))) */
static const uint8_t outside[] = {
    0, 'a', 's', 'm', 1, 0, 0, 0,
    1, 4, 1, 0x60, 0, 0,
    3, 2, 1, 0,
    5, 3, 1, 0, 1,
    7, 17, 2, 4, 'm', 'a', 'i', 'n', 0, 0, 6, 'm', 'e', 'm', 'o', 'r', 'y', 2, 0,
    10, 10, 1, 8, 0, 0x41, 0x7f, 0x28, 2, 0, 0x1a, 0x0b,
};

static uint8_t echo[4096];
static size_t echo_size;
static sigjmp_buf after_fault;
static volatile sig_atomic_t faults;

static void own_handler(int number)
{
    (void)number;
    faults++;
    siglongjmp(after_fault, 1);
}

static void run_echo(struct vm* vm)
{
    struct message message = {.gas = 1000, .input_data = (const uint8_t*)"some input", .input_size = 10};
    struct result result = vm->execute(vm, NULL, NULL, BYZANTIUM, &message, echo, echo_size);
    CHECK(result.status_code == 0 && result.output_size == 10);
    CHECK(memcmp(result.output_data, "some input", 10) == 0);
    result.release(&result);
}

/* A load outside of memory ends the contract, not the process. */
static void run_outside(struct vm* vm)
{
    struct message message = {.gas = 1000};
    struct result result =
        vm->execute(vm, NULL, NULL, BYZANTIUM, &message, outside, sizeof outside);
    CHECK(result.status_code == 9);
    if (result.release)
        result.release(&result);
}

/* What the client's own code does wrong is the client's business. */
static void own_fault(void)
{
    int before = faults;
    if (sigsetjmp(after_fault, 1) == 0)
        *(volatile int*)8 = 1;
    CHECK(faults == before + 1);
}

static void* many_echoes(void* vm)
{
    for (int i = 0; i < 3000; i++)
        run_echo(vm);
    return NULL;
}

static struct vm* open_vm(const char* path, void** library, const char* traps)
{
    *library = dlopen(path, RTLD_NOW);
    CHECK(*library != NULL);
    struct vm* (*create)(void);
    *(void**)&create = dlsym(*library, CREATE);
    CHECK(create != NULL);
    struct vm* vm = create();
    CHECK(vm != NULL && vm->set_option(vm, "traps", traps) == SUCCESS);
    return vm;
}

int main(int count, char** arguments)
{
    CHECK(count == 4);
    FILE* file = fopen(arguments[2], "rb");
    CHECK(file != NULL);
    echo_size = fread(echo, 1, sizeof echo, file);
    fclose(file);
    struct sigaction action = {.sa_handler = own_handler};
    CHECK(sigaction(SIGSEGV, &action, NULL) == 0);

    void* library;
    struct vm* vm = open_vm(arguments[1], &library, arguments[3]);
    struct vm* second = open_vm(arguments[1], &library, arguments[3]);
    CHECK(second->set_option(second, "engine", "compiler") == SUCCESS);
    run_outside(vm);
    run_outside(second);
    own_fault();
    run_echo(second);

    /* Enough for the background to compile, from other threads too; forks in between. */
    pthread_t threads[2];
    for (int i = 0; i < 2; i++)
        CHECK(pthread_create(&threads[i], NULL, many_echoes, vm) == 0);
    for (int i = 0; i < 2; i++)
        pthread_join(threads[i], NULL);
    for (int i = 0; i < 20; i++) {
        pid_t child = fork();
        CHECK(child >= 0);
        if (child == 0) {
            /* It must answer, and soon. */
            alarm(20);
            for (int run = 0; run < 100; run++) {
                run_echo(vm);
                run_echo(second);
            }
            run_outside(vm);
            run_outside(second);
            vm->destroy(vm);
            second->destroy(second);
            _exit(0);
        }
        run_echo(vm);
        int status;
        CHECK(waitpid(child, &status, 0) == child);
        CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    }

    /* Closed and opened again; the handlers still work. */
    vm->destroy(vm);
    second->destroy(second);
    for (int i = 0; i < 3; i++)
        dlclose(library);
    own_fault();
    vm = open_vm(arguments[1], &library, arguments[3]);
    CHECK(vm->set_option(vm, "engine", "compiler") == SUCCESS);
    run_echo(vm);
    run_outside(vm);
    own_fault();
    vm->destroy(vm);
    dlclose(library);
    return 0;
}
