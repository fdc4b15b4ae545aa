#define _GNU_SOURCE
#include "CPostgres.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

/// What the thread that asks needs. It is the thread's own: who waits for it may be gone.
struct request {
    const struct cpostgres_library *library;
    PGcancel *cancel;
    int done;
};

static void *ask(void *argument) {
    struct request *request = argument;
    char error[256];
    request->library->cancel(request->cancel, error, sizeof error);
    request->library->freeCancel(request->cancel);
    close(request->done);
    free(request);
    return NULL;
}

/// A thread for which nobody has to wait, and which no signal is delivered to: those are for the thread that waits.
static int start(struct request *request) {
    sigset_t all, before;
    sigfillset(&all);
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    pthread_t thread;
    int status = pthread_create(&thread, &attributes, ask, request);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    pthread_attr_destroy(&attributes);
    return status;
}

static long milliseconds_now(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void cpostgres_cancel(const struct cpostgres_library *library, PGconn *connection, int milliseconds) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) return;
    struct request *request = malloc(sizeof *request);
    PGcancel *cancel = library->getCancel(connection);
    if (request != NULL && cancel != NULL) {
        *request = (struct request){library, cancel, ends[1]};
        if (start(request) == 0) {
            struct pollfd done = {.fd = ends[0], .events = POLLIN};
            long end = milliseconds_now() + milliseconds, left = milliseconds;
            while (left > 0 && poll(&done, 1, (int)left) < 0 && errno == EINTR) left = end - milliseconds_now();
            close(ends[0]);
            return;
        }
    }
    if (cancel != NULL) library->freeCancel(cancel);
    free(request);
    close(ends[0]);
    close(ends[1]);
}
