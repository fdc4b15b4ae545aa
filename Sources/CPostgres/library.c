#include "CPostgres.h"
#include "CSystem.h"

#include <stdlib.h>

static struct cpostgres_library functions;

static const struct csystem_function table[] = {
#define FUNCTION(name) {"PQ" #name, &functions.name}
    FUNCTION(libVersion),       FUNCTION(conndefaults),       FUNCTION(conninfoFree),     FUNCTION(connectPoll),
    FUNCTION(finish),           FUNCTION(status),             FUNCTION(socket),           FUNCTION(errorMessage),
    FUNCTION(parameterStatus),  FUNCTION(sslInUse),           FUNCTION(db),               FUNCTION(user),
    FUNCTION(pass),             FUNCTION(host),               FUNCTION(setnonblocking),
    FUNCTION(sendQueryParams),  FUNCTION(flush),              FUNCTION(consumeInput),     FUNCTION(isBusy),
    FUNCTION(getResult),        FUNCTION(resultStatus),       FUNCTION(resultErrorMessage),
    FUNCTION(resultErrorField), FUNCTION(cmdStatus),          FUNCTION(cmdTuples),        FUNCTION(ntuples),
    FUNCTION(nfields),          FUNCTION(getisnull),          FUNCTION(getlength),        FUNCTION(getvalue),
    FUNCTION(clear),            FUNCTION(connectStartParams), FUNCTION(setErrorVerbosity),
    FUNCTION(setNoticeReceiver), FUNCTION(getCancel),         FUNCTION(cancel),           FUNCTION(freeCancel),
#undef FUNCTION
};

static struct csystem_library library = {"libpq.so.5", table, sizeof table / sizeof *table};

const char *cpostgres_library_error(void) { return csystem_load(&library); }

const struct cpostgres_library *cpostgres_library(void) {
    return cpostgres_library_error() == NULL ? &functions : NULL;
}

static void drop(void *argument, const PGresult *notice) { (void)argument, (void)notice; }

PGconn *cpostgres_connect_start(
    const struct cpostgres_library *library, const char *const *keywords, const char *const *values) {
    // A server heeds it more than the options.
    unsetenv("PGDATESTYLE");
    PGconn *connection = library->connectStartParams(keywords, values, 0);
    if (connection == NULL) return NULL;
    const int verbose = 2;
    library->setErrorVerbosity(connection, verbose);
    library->setNoticeReceiver(connection, drop, NULL);
    return connection;
}

void cpostgres_forget_environment(void) {
    if (cpostgres_library() == NULL) return;
    cpostgres_option *options = functions.conndefaults();
    if (options == NULL) return;
    for (cpostgres_option *option = options; option->keyword != NULL; option++)
        if (option->variable != NULL) unsetenv(option->variable);
    functions.conninfoFree(options);
    // These two name files, and are no settings of a connection.
    unsetenv("PGSERVICEFILE");
    unsetenv("PGSYSCONFDIR");
}
