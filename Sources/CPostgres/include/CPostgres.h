#ifndef CARACALCTL_CPOSTGRES_H
#define CARACALCTL_CPOSTGRES_H

#include <stddef.h>

// The functions of libpq that we call, declared here so that its headers are not needed to build. The library itself is opened
// when it is first used: a binary that never speaks to Postgres runs without it.

#pragma clang assume_nonnull begin

typedef struct pg_conn PGconn;
typedef struct pg_result PGresult;
typedef struct pg_cancel PGcancel;

/// One setting of libpq, with what its environment and its files say of it: PQconninfoOption.
typedef struct {
    char *_Nullable keyword;
    char *_Nullable variable;
    char *_Nullable compiled;
    char *_Nullable value;
    char *_Nullable label;
    char *_Nullable display;
    int display_size;
} cpostgres_option;

/// The functions, by their names in libpq without `PQ`. What each does is in the manual of libpq.
struct cpostgres_library {
    int (*_Nonnull libVersion)(void);
    cpostgres_option *_Nullable (*_Nonnull conndefaults)(void);
    void (*_Nonnull conninfoFree)(cpostgres_option *options);

    int (*_Nonnull connectPoll)(PGconn *connection);
    void (*_Nonnull finish)(PGconn *connection);
    int (*_Nonnull status)(const PGconn *connection);
    int (*_Nonnull socket)(const PGconn *connection);
    const char *_Nullable (*_Nonnull errorMessage)(const PGconn *connection);
    const char *_Nullable (*_Nonnull parameterStatus)(const PGconn *connection, const char *name);
    int (*_Nonnull sslInUse)(PGconn *connection);
    char *_Nullable (*_Nonnull db)(const PGconn *connection);
    char *_Nullable (*_Nonnull user)(const PGconn *connection);
    char *_Nullable (*_Nonnull pass)(const PGconn *connection);
    char *_Nullable (*_Nonnull host)(const PGconn *connection);

    int (*_Nonnull setnonblocking)(PGconn *connection, int on);
    int (*_Nonnull sendQueryParams)(
        PGconn *connection, const char *statement, int count, const unsigned int *_Nullable types,
        const char *_Nullable const *_Nullable values, const int *_Nullable lengths, const int *_Nullable formats,
        int result_format);
    int (*_Nonnull flush)(PGconn *connection);
    int (*_Nonnull consumeInput)(PGconn *connection);
    int (*_Nonnull isBusy)(PGconn *connection);
    PGresult *_Nullable (*_Nonnull getResult)(PGconn *connection);

    int (*_Nonnull resultStatus)(const PGresult *result);
    const char *_Nullable (*_Nonnull resultErrorMessage)(const PGresult *result);
    const char *_Nullable (*_Nonnull resultErrorField)(const PGresult *result, int field);
    const char *_Nullable (*_Nonnull cmdStatus)(PGresult *result);
    const char *_Nullable (*_Nonnull cmdTuples)(PGresult *result);
    int (*_Nonnull ntuples)(const PGresult *result);
    int (*_Nonnull nfields)(const PGresult *result);
    int (*_Nonnull getisnull)(const PGresult *result, int row, int column);
    int (*_Nonnull getlength)(const PGresult *result, int row, int column);
    const char *_Nullable (*_Nonnull getvalue)(const PGresult *result, int row, int column);
    void (*_Nonnull clear)(PGresult *result);

    // Called by this target alone.
    PGconn *_Nullable (*_Nonnull connectStartParams)(
        const char *_Nullable const *_Nonnull keywords, const char *_Nullable const *_Nonnull values, int expand);
    int (*_Nonnull setErrorVerbosity)(PGconn *connection, int verbosity);
    void *_Nullable (*_Nonnull setNoticeReceiver)(
        PGconn *connection, void (*_Nonnull receive)(void *_Nullable, const PGresult *_Nullable), void *_Nullable argument);
    PGcancel *_Nullable (*_Nonnull getCancel)(PGconn *connection);
    int (*_Nonnull cancel)(PGcancel *request, char *error, int size);
    void (*_Nonnull freeCancel)(PGcancel *request);
};

/// libpq.so.5, opened at the first call; NULL where it cannot be.
const struct cpostgres_library *_Nullable cpostgres_library(void);

/// Why `cpostgres_library` is NULL, in the words of dlopen(3) or dlsym(3); NULL where it is not.
const char *_Nullable cpostgres_library_error(void);

/// PQconnectStartParams, with the SQLSTATE in error messages, with notices dropped (libpq would write them, which come from the
/// network, to standard error), and without PGDATESTYLE.
PGconn *_Nullable cpostgres_connect_start(
    const struct cpostgres_library *library, const char *_Nullable const *_Nonnull keywords,
    const char *_Nullable const *_Nonnull values);

/// PQcancel, which blocks for as long as the network likes, for at most so many milliseconds: asks the server to end the statement
/// that runs on the connection. Whether it was asked is known once the statement ends.
void cpostgres_cancel(const struct cpostgres_library *library, PGconn *connection, int milliseconds);

/// Takes libpq's variables (PGHOST, PGPASSWORD, …) out of the environment of this process.
void cpostgres_forget_environment(void);

#pragma clang assume_nonnull end

#endif
