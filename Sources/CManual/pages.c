#include "CManual.h"

#include <string.h>

// Standard in C23, and known to the compiler before.
#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char deployment[] = {
#embed "../../man/caracalctl-deployment.7"
};
static const unsigned char json[] = {
#embed "../../man/caracalctl-json.7"
};
static const unsigned char metrics[] = {
#embed "../../man/caracalctl-metrics.7"
};
static const unsigned char runbook[] = {
#embed "../../man/caracalctl-runbook.7"
};

static const struct {
    const char *name;
    const unsigned char *text;
    size_t size;
} pages[] = {
#define PAGE(name) {#name, name, sizeof name}
    PAGE(deployment), PAGE(json), PAGE(metrics), PAGE(runbook),
#undef PAGE
};

const unsigned char *cmanual_page(const char *name, size_t *size) {
    for (size_t index = 0; index < sizeof pages / sizeof *pages; index++) {
        if (strcmp(pages[index].name, name) != 0) continue;
        *size = pages[index].size;
        return pages[index].text;
    }
    *size = 0;
    return NULL;
}
