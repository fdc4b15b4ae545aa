// What both programs know: the messages, and how to sign one.
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define STREAM "caracal.sessions.revoke"

struct field {
    const char *name, *value;
    size_t name_length, value_length;
};

static EVP_MAC_CTX *mac_of(const char *hex) {
    unsigned char key[32];
    for (int i = 0; i < 32; i++) sscanf(hex + 2 * i, "%2hhx", &key[i]);
    EVP_MAC_CTX *context = EVP_MAC_CTX_new(EVP_MAC_fetch(NULL, "HMAC", NULL));
    OSSL_PARAM parameters[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, "SHA256", 0), OSSL_PARAM_construct_end()};
    if (EVP_MAC_init(context, key, sizeof key, parameters) != 1) exit(2);
    return context;
}

static int precedes(const struct field *left, const struct field *right) {
    size_t common = left->name_length < right->name_length ? left->name_length : right->name_length;
    int order = memcmp(left->name, right->name, common);
    return order != 0 ? order < 0 : left->name_length < right->name_length;
}

// Sorts the fields and writes the hexadecimal signature of all but _sig.
static void sign(EVP_MAC_CTX *mac, struct field *fields, int count, char *hex) {
    static char *form;
    static size_t capacity;
    size_t needed = sizeof STREAM;
    for (int i = 0; i < count; i++) {
        needed += fields[i].name_length + fields[i].value_length + 2;
        struct field moved = fields[i];
        int place = i;
        for (; place > 0 && precedes(&moved, &fields[place - 1]); place--) fields[place] = fields[place - 1];
        fields[place] = moved;
    }
    if (needed > capacity) form = realloc(form, capacity = needed);
    char *end = form;
    memcpy(end, STREAM "\n", sizeof STREAM);
    end += sizeof STREAM;
    for (int i = 0; i < count; i++) {
        if (fields[i].name_length == 4 && memcmp(fields[i].name, "_sig", 4) == 0) continue;
        memcpy(end, fields[i].name, fields[i].name_length);
        end += fields[i].name_length;
        *end++ = '=';
        memcpy(end, fields[i].value, fields[i].value_length);
        end += fields[i].value_length;
        *end++ = '\n';
    }
    unsigned char digest[32];
    size_t length;
    EVP_MAC_init(mac, NULL, 0, NULL);
    EVP_MAC_update(mac, (unsigned char *)form, end - form);
    EVP_MAC_final(mac, digest, &length, sizeof digest);
    for (int i = 0; i < 32; i++) {
        hex[2 * i] = "0123456789abcdef"[digest[i] >> 4];
        hex[2 * i + 1] = "0123456789abcdef"[digest[i] & 15];
    }
}
