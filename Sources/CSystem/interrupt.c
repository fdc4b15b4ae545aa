#define _GNU_SOURCE
#include "CSystem.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

static volatile sig_atomic_t received;
static volatile sig_atomic_t outlives;
static volatile sig_atomic_t writes;
static volatile sig_atomic_t insists;
static int pipe_ends[2] = {-1, -1};
// Readable from the second signal on, while a command writes.
static int insistent_ends[2] = {-1, -1};

static void tell(int descriptor) {
    ssize_t ignored = write(descriptor, "", 1);
    (void)ignored;
}

static void handle(int number) {
    int saved = errno;
    if (received != 0 && writes) {
        insists = 1;
        tell(insistent_ends[1]);
    } else if (received != 0 && !(outlives && number == SIGINT)) {
        // Asked twice: the operator does not want to wait for a tidy end.
        csystem_release_terminal();
        signal(number, SIG_DFL);
        raise(number);
    }
    // In a shell SIGINT ends a command and the others end the shell: they must not be hidden by it.
    if (received == 0 || received == SIGINT) received = number;
    tell(pipe_ends[1]);
    errno = saved;
}

static int catch_unless_ignored(int number) {
    struct sigaction action = {.sa_handler = handle};
    sigemptyset(&action.sa_mask);
    // One handler at a time: another one in the middle of it would be overwritten.
    static const int caught[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};
    for (size_t index = 0; index < sizeof caught / sizeof *caught; index++) sigaddset(&action.sa_mask, caught[index]);
    return csystem_is_ignored(number) || sigaction(number, &action, NULL) == 0 ? 0 : errno;
}

int csystem_catch_interrupts(void) {
    if (pipe_ends[0] < 0 && pipe2(pipe_ends, O_CLOEXEC | O_NONBLOCK) != 0) return errno;
    int status = catch_unless_ignored(SIGINT);
    return status != 0 ? status : catch_unless_ignored(SIGTERM);
}

int csystem_catch_hangups(void) {
    int status = catch_unless_ignored(SIGHUP);
    return status != 0 ? status : catch_unless_ignored(SIGQUIT);
}

int csystem_catch_for_writes(void) {
    if (insistent_ends[0] < 0 && pipe2(insistent_ends, O_CLOEXEC | O_NONBLOCK) != 0) return errno;
    int status = csystem_catch_interrupts();
    if (status == 0) status = csystem_catch_hangups();
    writes = 1;
    return status;
}

void csystem_outlive_interrupts(void) { outlives = 1; }

int csystem_interrupt_signal(void) { return received; }

int csystem_interrupt_descriptor(void) { return pipe_ends[0]; }

int csystem_is_insistent(void) { return insists; }

int csystem_insistent_descriptor(void) { return insistent_ends[0]; }

static void drain(int descriptor) {
    char drained[16];
    while (read(descriptor, drained, sizeof drained) > 0) {}
}

static void forget(int has_all) {
    if (has_all || received == 0 || received == SIGINT) {
        received = 0;
        drain(pipe_ends[0]);
    }
    insists = 0;
    writes = 0;
    drain(insistent_ends[0]);
}

// Returns the signal that has come and forgets it, with none in between: one that is forgotten was seen.
static int see_and_forget(int has_all) {
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int signal = received;
    forget(has_all);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return signal;
}

int csystem_clear_interrupt(void) { return see_and_forget(0); }

int csystem_take_interrupt(void) { return see_and_forget(1); }
