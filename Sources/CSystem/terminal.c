#define _GNU_SOURCE
#include "CSystem.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

static volatile sig_atomic_t held;
static int terminal;
static struct termios before;
static const char *leave;
static int pipe_ends[2] = {-1, -1};

void csystem_hold_terminal(int descriptor, const struct termios *settings, const char *sequence) {
    terminal = descriptor;
    before = *settings;
    leave = sequence;
    held = 1;
}

void csystem_release_terminal(void) {
    if (!held) return;
    held = 0;
    int saved = errno;
    ssize_t ignored = write(terminal, leave, strlen(leave));
    (void)ignored;
    tcsetattr(terminal, TCSADRAIN, &before);
    errno = saved;
}

/// A crash must not leave the terminal to somebody who cannot see what they type.
static void crash(int number) {
    csystem_release_terminal();
    signal(number, SIG_DFL);
    raise(number);
}

static void note(int number) {
    int saved = errno;
    char byte = (char)number;
    ssize_t ignored = write(pipe_ends[1], &byte, 1);
    (void)ignored;
    errno = saved;
}

int csystem_catch_terminal_signals(void) {
    if (pipe_ends[0] < 0 && pipe2(pipe_ends, O_CLOEXEC | O_NONBLOCK) != 0) return -1;
    static const int crashes[] = {SIGILL, SIGTRAP, SIGSEGV, SIGBUS, SIGFPE, SIGABRT};
    static const int notes[] = {SIGWINCH, SIGTSTP};
    struct sigaction crashing = {.sa_handler = crash}, noting = {.sa_handler = note, .sa_flags = SA_RESTART};
    sigemptyset(&crashing.sa_mask);
    sigemptyset(&noting.sa_mask);
    for (size_t index = 0; index < sizeof crashes / sizeof *crashes; index++) sigaction(crashes[index], &crashing, NULL);
    for (size_t index = 0; index < sizeof notes / sizeof *notes; index++) sigaction(notes[index], &noting, NULL);
    return pipe_ends[0];
}
