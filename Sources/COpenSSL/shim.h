#ifndef CARACALCTL_COPENSSL_SHIM_H
#define CARACALCTL_COPENSSL_SHIM_H

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <openssl/core_names.h>

#endif
