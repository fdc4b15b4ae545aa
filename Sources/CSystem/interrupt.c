#define _GNU_SOURCE
#include "CSystem.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

static volatile sig_atomic_t received;
static volatile sig_atomic_t outlives;
static int pipe_ends[2] = {-1, -1};

static void handle(int number) {
    int saved = errno;
    if (received != 0 && !(outlives && number == SIGINT)) {
        // Asked twice: whoever asks does not want to wait for a tidy end.
        csystem_release_terminal();
        signal(number, SIG_DFL);
        raise(number);
    }
    received = number;
    ssize_t ignored = write(pipe_ends[1], "", 1);
    (void)ignored;
    errno = saved;
}

static int catch_unless_ignored(int number) {
    struct sigaction action = {.sa_handler = handle};
    sigemptyset(&action.sa_mask);
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

void csystem_outlive_interrupts(void) { outlives = 1; }

int csystem_interrupt_signal(void) { return received; }

int csystem_interrupt_descriptor(void) { return pipe_ends[0]; }

void csystem_clear_interrupt(void) {
    char drained[16];
    sigset_t all, before;
    sigfillset(&all);
    // One that came in the middle of this would be forgotten as well.
    pthread_sigmask(SIG_SETMASK, &all, &before);
    if (received != SIGTERM) {
        received = 0;
        while (read(pipe_ends[0], drained, sizeof drained) > 0) {}
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
}
