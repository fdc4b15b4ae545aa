#define _GNU_SOURCE
#include "CSystem.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#ifdef __has_feature
#define UNDER_THREAD_SANITIZER __has_feature(thread_sanitizer)
#endif
#if UNDER_THREAD_SANITIZER

// The thread that the C library makes for itself is unknown to ThreadSanitizer, which crashes in it: in a build made with it the
// look-up has no time-out.
int csystem_resolve(const char *host, const char *service, int milliseconds, int heeds_interrupts,
                    struct addrinfo **result) {
    (void)milliseconds, (void)heeds_interrupts;
    struct addrinfo hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM};
    return getaddrinfo(host, service, &hints, result);
}

#else

/// The name and service are copied: after a time-out the resolver's own thread may still be reading them.
struct request {
    struct gaicb control;
    struct addrinfo hints;
    char text[];
};

int csystem_resolve(const char *host, const char *service, int milliseconds, int heeds_interrupts,
                    struct addrinfo **result) {
    size_t host_size = strlen(host) + 1, service_size = strlen(service) + 1;
    struct request *request = calloc(1, sizeof *request + host_size + service_size);
    if (request == NULL) return EAI_MEMORY;
    memcpy(request->text, host, host_size);
    memcpy(request->text + host_size, service, service_size);
    request->hints.ai_family = AF_UNSPEC;
    request->hints.ai_socktype = SOCK_STREAM;
    request->control.ar_name = request->text;
    request->control.ar_service = request->text + host_size;
    request->control.ar_request = &request->hints;

    struct gaicb *list[1] = {&request->control};
    int status = getaddrinfo_a(GAI_NOWAIT, list, 1, NULL);
    if (status != 0) {
        free(request);
        return status;
    }

    struct timespec now, end;
    clock_gettime(CLOCK_MONOTONIC, &end);
    end.tv_sec += milliseconds / 1000;
    end.tv_nsec += (milliseconds % 1000) * 1000000L;
    while ((status = gai_error(&request->control)) == EAI_INPROGRESS) {
        clock_gettime(CLOCK_MONOTONIC, &now);
        long left = (end.tv_sec - now.tv_sec) * 1000 + (end.tv_nsec - now.tv_nsec) / 1000000;
        if (left <= 0 || (heeds_interrupts && csystem_interrupt_signal() != 0)) {
            // The request stays allocated if it cannot be cancelled: its thread may still write to it.
            if (gai_cancel(&request->control) != EAI_NOTCANCELED) free(request);
            return EAI_AGAIN;
        }
        // A signal that comes before it begins does not end this wait: so it is a short one.
        struct timespec wait = {0, (left < 100 ? left : 100) * 1000000L};
        gai_suspend((const struct gaicb *const *)list, 1, &wait);
    }
    if (status == 0) *result = request->control.ar_result;
    free(request);
    return status;
}

#endif
