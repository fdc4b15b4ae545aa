#include "CSystem.h"

#include <stddef.h>

static int count;
static char **arguments;

// The C library hands main's arguments to what runs before it, too. Swift itself reads them from /proc, which a chroot or a
// container may not have.
__attribute__((constructor)) static void keep_arguments(int argc, char **argv) {
    count = argc;
    arguments = argv;
}

const char *csystem_argument(int index) {
    return index >= 0 && index < count ? arguments[index] : NULL;
}
