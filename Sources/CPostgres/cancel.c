#define _GNU_SOURCE
#include "CPostgres.h"
#include "CSystem.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
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
        if (csystem_start_thread(ask, request) == 0) {
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
