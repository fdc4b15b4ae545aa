/* The same HMAC over the same canonical bytes, with EVP_MAC in C: prints nanoseconds a message. */
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { COUNT = 200000, SAMPLES = 15, FIELDS = 9, VALUE = 36 };

static const char *names[FIELDS] = {"agent_session_id", "dedupe_key", "grant_id",   "outbox_id", "reason",
                                    "root_sid",         "session_id", "sid", "zone_id"};

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static size_t canonical(unsigned char *form, const char *value) {
    const char *stream = "caracal.sessions.revoke\n";
    size_t length = strlen(stream);
    memcpy(form, stream, length);
    for (int field = 0; field < FIELDS; field++) {
        size_t count = strlen(names[field]);
        memcpy(form + length, names[field], count);
        length += count;
        form[length++] = '=';
        memcpy(form + length, value, VALUE);
        length += VALUE;
        form[length++] = '\n';
    }
    return length;
}

int main(void) {
    unsigned char key[32], form[1024], code[32];
    char value[VALUE + 1] = "019abc00-0000-7000-8000-100000000000";
    char digest[] = "SHA256";
    memset(key, 0x77, sizeof key);
    EVP_MAC *algorithm = EVP_MAC_fetch(NULL, "HMAC", NULL);
    EVP_MAC_CTX *context = EVP_MAC_CTX_new(algorithm);
    OSSL_PARAM parameters[] = {OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
                               OSSL_PARAM_construct_end()};
    if (EVP_MAC_init(context, key, sizeof key, parameters) != 1) return 1;

    double best = 1e9;
    size_t length = 0, produced = 0;
    for (int sample = 0; sample < SAMPLES; sample++) {
        double start = now();
        for (int index = 0; index < COUNT; index++) {
            value[VALUE - 1] = (char)('0' + index % 10);
            length = canonical(form, value);
            if (EVP_MAC_init(context, NULL, 0, NULL) != 1 || EVP_MAC_update(context, form, length) != 1 ||
                EVP_MAC_final(context, code, &produced, sizeof code) != 1)
                return 1;
        }
        double taken = now() - start;
        if (taken < best) best = taken;
    }
    printf("%.0f\n", best / COUNT * 1e9);
    return 0;
}
