#ifndef CARACALCTL_CSYSTEM_H
#define CARACALCTL_CSYSTEM_H

#include <netdb.h>

/// Resolves a host name like getaddrinfo(3), but gives up after `milliseconds`: getaddrinfo itself knows no deadline.
///
/// Returns 0 with `*result` to be freed by freeaddrinfo(3), an EAI_ code, or EAI_AGAIN after the time has passed.
int csystem_resolve(const char *host, const char *service, int milliseconds, struct addrinfo **result);

#endif
