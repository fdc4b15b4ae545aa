#define _GNU_SOURCE
#include "CMicrohttpd.h"
#include "CSystem.h"

#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>

// As <microhttpd.h> has them; that numbers and structures stay is what the 12 in the library's name says.
enum {
    MHD_YES = 1,
    MHD_USE_TLS = 2,
    MHD_USE_EPOLL_INTERNAL_THREAD = 512 | 8,
    MHD_ALLOW_SUSPEND_RESUME = 8192 | 1024,
    MHD_OPTION_END = 0,
    MHD_OPTION_CONNECTION_MEMORY_LIMIT = 1,
    MHD_OPTION_CONNECTION_LIMIT = 2,
    MHD_OPTION_CONNECTION_TIMEOUT = 3,
    MHD_OPTION_NOTIFY_COMPLETED = 4,
    MHD_OPTION_HTTPS_MEM_KEY = 8,
    MHD_OPTION_HTTPS_MEM_CERT = 9,
    MHD_OPTION_HTTPS_PRIORITIES = 11,
    MHD_OPTION_LISTEN_SOCKET = 12,
    MHD_OPTION_ARRAY = 15,
    MHD_OPTION_UNESCAPE_CALLBACK = 16,
    MHD_OPTION_NOTIFY_CONNECTION = 27,
    MHD_HEADER_KIND = 1,
    MHD_CONNECTION_NOTIFY_STARTED = 0,
    MHD_CONNECTION_INFO_CONNECTION_FD = 6,
    MHD_RESPMEM_MUST_COPY = 2,
};

struct MHD_OptionItem {
    int option;
    intptr_t value;
    void *pointer;
};

typedef struct MHD_Response MHD_Response;
typedef int access_handler(
    void *context, MHD_Connection *connection, const char *url, const char *method, const char *version,
    const char *upload, size_t *upload_size, void **request);

static struct {
    MHD_Daemon *(*start_daemon)(
        unsigned flags, uint16_t port, void *accept, void *accept_context, access_handler *handler, void *context, ...);
    int (*quiesce_daemon)(MHD_Daemon *);
    void (*stop_daemon)(MHD_Daemon *);
    void (*suspend_connection)(MHD_Connection *);
    void (*resume_connection)(MHD_Connection *);
    const char *(*lookup_connection_value)(MHD_Connection *, int kind, const char *name);
    const void *(*get_connection_info)(MHD_Connection *, int kind, ...);
    MHD_Response *(*create_response_from_buffer)(size_t size, void *buffer, int mode);
    int (*add_response_header)(MHD_Response *, const char *name, const char *value);
    int (*queue_response)(MHD_Connection *, unsigned status, MHD_Response *);
    size_t (*http_unescape)(char *);
    void (*destroy_response)(MHD_Response *);
} functions;

static const struct csystem_function table[] = {
#define FUNCTION(name) {"MHD_" #name, &functions.name}
    FUNCTION(start_daemon),        FUNCTION(quiesce_daemon),          FUNCTION(stop_daemon),
    FUNCTION(suspend_connection),  FUNCTION(resume_connection),       FUNCTION(lookup_connection_value),
    FUNCTION(get_connection_info), FUNCTION(create_response_from_buffer), FUNCTION(add_response_header),
    FUNCTION(queue_response),      FUNCTION(destroy_response),        FUNCTION(http_unescape),
#undef FUNCTION
};

static struct csystem_library library = {"libmicrohttpd.so.12", table, sizeof table / sizeof *table};

const char *cmicrohttpd_load(void) { return csystem_load(&library); }

// There is one server in a process.
static struct cmicrohttpd_settings told;

static int handle(
    void *context, MHD_Connection *connection, const char *url, const char *method, const char *version,
    const char *upload, size_t *upload_size, void **request) {
    (void)version, (void)upload;
    // A body is of no use to anybody.
    if (*upload_size == 0) return told.request(context, connection, url, method, request);
    *upload_size = 0;
    return MHD_YES;
}

static void end(void *context, MHD_Connection *connection, void **request, int reason) {
    (void)reason;
    if (*request != NULL) told.ended(context, connection);
}

static void change(void *context, MHD_Connection *connection, void **state, int event) {
    (void)state;
    (event == MHD_CONNECTION_NOTIFY_STARTED ? told.opened : told.closed)(context, connection);
}

/// A NUL in a path would end it early for us: what holds one stays as it was sent, and is the name of nothing.
static size_t unescape(void *context, MHD_Connection *connection, char *text) {
    (void)context, (void)connection;
    return strstr(text, "%00") != NULL ? strlen(text) : functions.http_unescape(text);
}

MHD_Daemon *cmicrohttpd_start(const struct cmicrohttpd_settings *settings) {
    told = *settings;
    unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME;
    struct MHD_OptionItem options[] = {
        {MHD_OPTION_LISTEN_SOCKET, settings->socket, NULL},
        {MHD_OPTION_CONNECTION_LIMIT, settings->connections, NULL},
        {MHD_OPTION_CONNECTION_TIMEOUT, settings->seconds, NULL},
        {MHD_OPTION_CONNECTION_MEMORY_LIMIT, (intptr_t)settings->memory, NULL},
        {MHD_OPTION_NOTIFY_COMPLETED, (intptr_t)end, settings->context},
        {MHD_OPTION_NOTIFY_CONNECTION, (intptr_t)change, settings->context},
        {MHD_OPTION_UNESCAPE_CALLBACK, (intptr_t)unescape, NULL},
        {MHD_OPTION_END, 0, NULL},
        {MHD_OPTION_HTTPS_MEM_KEY, 0, (void *)settings->key},
        {MHD_OPTION_HTTPS_PRIORITIES, 0, "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2"},
        {MHD_OPTION_END, 0, NULL},
    };
    if (settings->certificates != NULL) {
        flags |= MHD_USE_TLS;
        options[7] = (struct MHD_OptionItem){MHD_OPTION_HTTPS_MEM_CERT, 0, (void *)settings->certificates};
    }
    // Its thread has the mask of this one: signals are for whoever waits.
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    MHD_Daemon *server = functions.start_daemon(
        flags, 0, NULL, NULL, handle, settings->context, MHD_OPTION_ARRAY, options, MHD_OPTION_END);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return server;
}

void cmicrohttpd_quiesce(MHD_Daemon *server) { functions.quiesce_daemon(server); }

void cmicrohttpd_stop(MHD_Daemon *server) { functions.stop_daemon(server); }

void cmicrohttpd_suspend(MHD_Connection *connection) { functions.suspend_connection(connection); }

void cmicrohttpd_resume(MHD_Connection *connection) { functions.resume_connection(connection); }

const char *cmicrohttpd_header(MHD_Connection *connection, const char *name) {
    return functions.lookup_connection_value(connection, MHD_HEADER_KIND, name);
}

int cmicrohttpd_answer(
    MHD_Connection *connection, unsigned status, const char *type, const void *body, size_t size, const char *header,
    const char *value) {
    MHD_Response *response = functions.create_response_from_buffer(size, (void *)body, MHD_RESPMEM_MUST_COPY);
    if (response == NULL) return 0;
    functions.add_response_header(response, "Content-Type", type);
    if (header != NULL) functions.add_response_header(response, header, value);
    int is_queued = functions.queue_response(connection, status, response);
    functions.destroy_response(response);
    return is_queued;
}

void cmicrohttpd_hang_up(MHD_Connection *connection, const void *words, size_t size) {
    const int *descriptor = functions.get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    if (descriptor == NULL) return;
    // In the middle of TLS they would be noise.
    if (told.certificates == NULL && size > 0) send(*descriptor, words, size, MSG_DONTWAIT | MSG_NOSIGNAL);
    shutdown(*descriptor, SHUT_RDWR);
}
