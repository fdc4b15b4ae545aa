#ifndef CARACALCTL_COPENSSL_SHIM_H
#define CARACALCTL_COPENSSL_SHIM_H

#include <openssl/bio.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

// What OpenSSL offers only as macros, which Swift does not see, under names of ours.

static inline long copenssl_set_minimum_version(SSL_CTX *context, int version) {
    return SSL_CTX_set_min_proto_version(context, version);
}

static inline long copenssl_set_maximum_version(SSL_CTX *context, int version) {
    return SSL_CTX_set_max_proto_version(context, version);
}

static inline void copenssl_set_mode(SSL_CTX *context, long mode) {
    SSL_CTX_set_mode(context, mode);
}

static inline void copenssl_clear_mode(SSL_CTX *context, long mode) {
    SSL_CTX_clear_mode(context, mode);
}

static inline long copenssl_set_server_name(SSL *connection, const char *name) {
    return SSL_set_tlsext_host_name(connection, name);
}

static inline long copenssl_memory_content(BIO *memory, char **content) {
    return BIO_get_mem_data(memory, content);
}

// Macros that are expressions, which Swift cannot evaluate.
static const uint64_t copenssl_ignore_unexpected_end = SSL_OP_IGNORE_UNEXPECTED_EOF;
static const uint64_t copenssl_no_renegotiation = SSL_OP_NO_RENEGOTIATION;
static const unsigned long copenssl_name_as_rfc2253 = XN_FLAG_RFC2253;

#endif
