#ifndef CARACALCTL_CMANUAL_H
#define CARACALCTL_CMANUAL_H

#include <stddef.h>

// The pages of section 7, which are written by hand, as they lie in man/: `help` shows them where no manual is installed.

#pragma clang assume_nonnull begin

/// The source of a page in the macros of man(7), by the end of its name, such as "runbook", and how many bytes it has. NULL where
/// there is no such page.
const unsigned char *_Nullable cmanual_page(const char *name, size_t *size);

#pragma clang assume_nonnull end

#endif
