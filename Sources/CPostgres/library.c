#define _GNU_SOURCE
#include "CPostgres.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdlib.h>

static struct cpostgres_library library;
static const char *failure;
static pthread_once_t once = PTHREAD_ONCE_INIT;

/// Where each function goes.
static const struct {
    const char *name;
    size_t place;
} functions[] = {
#define FUNCTION(name) {"PQ" #name, offsetof(struct cpostgres_library, name)}
    FUNCTION(libVersion),       FUNCTION(conndefaults),       FUNCTION(conninfoFree),     FUNCTION(connectPoll),
    FUNCTION(finish),           FUNCTION(status),             FUNCTION(socket),           FUNCTION(errorMessage),
    FUNCTION(parameterStatus),  FUNCTION(sslInUse),           FUNCTION(db),               FUNCTION(user),
    FUNCTION(pass),             FUNCTION(host),               FUNCTION(port),             FUNCTION(setnonblocking),
    FUNCTION(sendQueryParams),  FUNCTION(flush),              FUNCTION(consumeInput),     FUNCTION(isBusy),
    FUNCTION(getResult),        FUNCTION(resultStatus),       FUNCTION(resultErrorMessage),
    FUNCTION(resultErrorField), FUNCTION(cmdStatus),          FUNCTION(cmdTuples),        FUNCTION(ntuples),
    FUNCTION(nfields),          FUNCTION(getisnull),          FUNCTION(getlength),        FUNCTION(getvalue),
    FUNCTION(clear),            FUNCTION(connectStartParams), FUNCTION(setErrorVerbosity),
    FUNCTION(setNoticeReceiver), FUNCTION(getCancel),         FUNCTION(cancel),           FUNCTION(freeCancel),
#undef FUNCTION
};

static void load(void) {
    void *handle = dlopen("libpq.so.5", RTLD_NOW | RTLD_LOCAL);
    if (handle == NULL) {
        failure = dlerror();
        return;
    }
    for (size_t index = 0; index < sizeof functions / sizeof *functions; index++) {
        void *function = dlsym(handle, functions[index].name);
        if (function == NULL) {
            failure = dlerror();
            return;
        }
        *(void **)((char *)&library + functions[index].place) = function;
    }
}

const struct cpostgres_library *cpostgres_library(void) {
    pthread_once(&once, load);
    return failure == NULL ? &library : NULL;
}

const char *cpostgres_library_error(void) {
    pthread_once(&once, load);
    return failure;
}

static void drop(void *argument, const PGresult *notice) { (void)argument, (void)notice; }

PGconn *cpostgres_connect_start(
    const struct cpostgres_library *library, const char *const *keywords, const char *const *values) {
    PGconn *connection = library->connectStartParams(keywords, values, 0);
    if (connection == NULL) return NULL;
    const int verbose = 2;
    library->setErrorVerbosity(connection, verbose);
    library->setNoticeReceiver(connection, drop, NULL);
    return connection;
}

void cpostgres_forget_environment(void) {
    if (cpostgres_library() == NULL) return;
    cpostgres_option *options = library.conndefaults();
    if (options == NULL) return;
    for (cpostgres_option *option = options; option->keyword != NULL; option++)
        if (option->variable != NULL) unsetenv(option->variable);
    library.conninfoFree(options);
    // These two name files, and are no settings of a connection.
    unsetenv("PGSERVICEFILE");
    unsetenv("PGSYSCONFDIR");
}
