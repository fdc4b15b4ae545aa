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

int csystem_catch_interrupts(void) {
    if (pipe_ends[0] < 0 && pipe2(pipe_ends, O_CLOEXEC | O_NONBLOCK) != 0) return errno;
    struct sigaction action = {.sa_handler = handle};
    sigemptyset(&action.sa_mask);
    if (sigaction(SIGINT, &action, NULL) != 0 || sigaction(SIGTERM, &action, NULL) != 0) return errno;
    return 0;
}

int csystem_catch_hangups(void) {
    struct sigaction action = {.sa_handler = handle};
    sigemptyset(&action.sa_mask);
    return sigaction(SIGHUP, &action, NULL) != 0 || sigaction(SIGQUIT, &action, NULL) != 0 ? errno : 0;
}

void csystem_outlive_interrupts(void) { outlives = 1; }

int csystem_interrupt_signal(void) { return received; }

int csystem_interrupt_descriptor(void) { return pipe_ends[0]; }

void csystem_clear_interrupt(void) {
    char drained[16];
    received = 0;
    while (read(pipe_ends[0], drained, sizeof drained) > 0) {}
}
