#ifndef CARACALCTL_COPENSSL_SHIM_H
#define CARACALCTL_COPENSSL_SHIM_H

#include <openssl/bio.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <openssl/pem.h>
#include <openssl/sha.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <string.h>

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

// HMAC-SHA256 by the functions of SHA-256 themselves. OpenSSL 3 calls them deprecated, which Swift takes for an error; EVP_MAC loads
// the providers first, which takes longer (1.7 ms) than all else that is done to publish or check one message.

/// What is computed of a key alone.
typedef struct {
    SHA256_CTX inner, outer;
} copenssl_hmac;

static inline int copenssl_hmac_begin(copenssl_hmac *hmac, const unsigned char *key, size_t count) {
    unsigned char block[SHA256_CBLOCK] = {0};
    int done = 1;
    if (count > sizeof block) {
        done = SHA256_Init(&hmac->inner) && SHA256_Update(&hmac->inner, key, count) && SHA256_Final(block, &hmac->inner);
    } else {
        memcpy(block, key, count);
    }
    for (size_t place = 0; place < sizeof block; place++) block[place] ^= 0x36;
    done = done && SHA256_Init(&hmac->inner) && SHA256_Update(&hmac->inner, block, sizeof block);
    for (size_t place = 0; place < sizeof block; place++) block[place] ^= 0x36 ^ 0x5C;
    done = done && SHA256_Init(&hmac->outer) && SHA256_Update(&hmac->outer, block, sizeof block);
    OPENSSL_cleanse(block, sizeof block);
    return done;
}

static inline int copenssl_hmac_sign(
    const copenssl_hmac *hmac, const unsigned char *bytes, size_t count, unsigned char *signature) {
    SHA256_CTX inner = hmac->inner, outer = hmac->outer;
    return SHA256_Update(&inner, bytes, count) && SHA256_Final(signature, &inner)
        && SHA256_Update(&outer, signature, SHA256_DIGEST_LENGTH) && SHA256_Final(signature, &outer);
}

#endif
