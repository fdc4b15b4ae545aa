#ifndef CARACALCTL_CMICROHTTPD_H
#define CARACALCTL_CMICROHTTPD_H

#include <stddef.h>

// What we use of libmicrohttpd, an HTTP server, declared here so that its headers are not needed to build. The library itself is
// opened when it is first used: a binary that never serves runs without it.

#pragma clang assume_nonnull begin

typedef struct MHD_Daemon MHD_Daemon;
typedef struct MHD_Connection MHD_Connection;

/// What a server is told. The functions are called on its own thread, each with `context`.
struct cmicrohttpd_settings {
    /// A socket that is bound and listens; it stays the caller's, who closes it after `cmicrohttpd_stop`.
    int socket;
    /// Certificates and private key in PEM, read before the server has started; NULL to serve in the clear.
    const char *_Nullable certificates;
    const char *_Nullable key;
    /// How many connections there may be at a time, after how many seconds without a byte one is closed, and how many bytes
    /// it may use, the request's lines and our answer's among them.
    unsigned connections;
    unsigned seconds;
    size_t memory;

    void *context;
    /// Is called for a request whose head has come, and again until it is answered: once it has come to its end, and after it
    /// was resumed. One that is answered at its first call is the last of its connection. `*is_known` is NULL at the first call, and keeps what it is set to. Returns 0 to end the connection.
    int (*request)(
        void *context, MHD_Connection *connection, const char *path, const char *method, void *_Nullable *_Nonnull is_known);
    /// Is called when a request has been answered, or will never be.
    void (*ended)(void *context, MHD_Connection *connection);
    void (*opened)(void *context, MHD_Connection *connection);
    void (*closed)(void *context, MHD_Connection *connection);
};

/// Opens libmicrohttpd.so.12 at the first call. NULL, or why it cannot be used, in the words of dlopen(3) or dlsym(3). Nothing
/// else here may be called before.
const char *_Nullable cmicrohttpd_load(void);

/// Starts a server with a thread of its own, on which no signal is delivered (MHD_start_daemon). NULL where that is refused.
MHD_Daemon *_Nullable cmicrohttpd_start(const struct cmicrohttpd_settings *settings);

/// From now on no connection is accepted (MHD_quiesce_daemon).
void cmicrohttpd_quiesce(MHD_Daemon *server);

/// Closes all connections and ends the thread (MHD_stop_daemon). No request may be suspended.
void cmicrohttpd_stop(MHD_Daemon *server);

/// Puts a request aside (MHD_suspend_connection): only from within `request`.
void cmicrohttpd_suspend(MHD_Connection *connection);

/// Goes on with a request (MHD_resume_connection): from any thread.
void cmicrohttpd_resume(MHD_Connection *connection);

/// A header of the request; NULL where there is none.
const char *_Nullable cmicrohttpd_header(MHD_Connection *connection, const char *name);

/// Answers a request, from within `request`. The body is copied. One more header, such as Allow, where it is not NULL. Returns 0
/// where that cannot be done.
int cmicrohttpd_answer(
    MHD_Connection *connection, unsigned status, const char *type, const void *_Nullable body, size_t size,
    const char *_Nullable header, const char *_Nullable value);

/// Ends a connection, whatever it is doing, as if the other side had: from within `request` or `opened`. Bytes to send before that,
/// as far as they can be sent at once and in the clear.
void cmicrohttpd_hang_up(MHD_Connection *connection, const void *_Nullable words, size_t size);

#pragma clang assume_nonnull end

#endif
