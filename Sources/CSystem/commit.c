#include "CSystem.h"

// Weak: a release is linked with another definition, so that a new commit costs no compilation. See Scripts/stamp-commit.
__attribute__((weak)) const char *csystem_commit(void) {
    return "";
}
