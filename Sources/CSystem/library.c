#define _GNU_SOURCE
#include "CSystem.h"

#include <dlfcn.h>
#include <pthread.h>
#include <string.h>

/// What dlerror(3) says, kept: its own text is gone with the next call.
static const char *error_text(void) {
    const char *copy = strdup(dlerror());
    return copy != NULL ? copy : "out of memory";
}

static const char *load(const struct csystem_library *library) {
    void *handle = dlopen(library->file, RTLD_NOW | RTLD_LOCAL);
    if (handle == NULL) return error_text();
    for (size_t index = 0; index < library->function_count; index++) {
        void *function = dlsym(handle, library->functions[index].name);
        if (function == NULL) return error_text();
        *(void **)library->functions[index].place = function;
    }
    return NULL;
}

const char *csystem_load(struct csystem_library *library) {
    static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
    pthread_mutex_lock(&lock);
    if (!library->is_tried) library->failure = load(library);
    library->is_tried = 1;
    pthread_mutex_unlock(&lock);
    return library->failure;
}
