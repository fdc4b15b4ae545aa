// Verifies a stream as a C program would: pages of XRANGE with hiredis, one HMAC an entry: verify SOCKET KEY
#include "message.h"
#include <hiredis/hiredis.h>

enum { FIELDS = 64 };

static int holds(EVP_MAC_CTX *mac, redisReply *list) {
    struct field fields[FIELDS];
    const redisReply *given = NULL;
    int count = list->elements / 2;
    if (count > FIELDS) return 0;
    for (int i = 0; i < count; i++) {
        redisReply *name = list->element[2 * i], *value = list->element[2 * i + 1];
        fields[i] = (struct field){name->str, value->str, name->len, value->len};
        if (name->len == 4 && memcmp(name->str, "_sig", 4) == 0) given = value;
    }
    if (given == NULL || given->len != 64) return 0;
    char hex[64];
    sign(mac, fields, count, hex);
    return CRYPTO_memcmp(hex, given->str, 64) == 0;
}

int main(int argc, char **argv) {
    if (argc != 3) return 64;
    redisContext *server = redisConnectUnix(argv[1]);
    if (server == NULL || server->err) return 69;
    EVP_MAC_CTX *mac = mac_of(argv[2]);
    char from[64] = "-";
    long valid = 0, total = 0;
    while (1) {
        redisReply *page = redisCommand(server, "XRANGE " STREAM " %s + COUNT 1000", from);
        if (page == NULL || page->type != REDIS_REPLY_ARRAY) return 76;
        size_t count = page->elements;
        for (size_t i = 0; i < count; i++) valid += holds(mac, page->element[i]->element[1]);
        total += count;
        if (count > 0) snprintf(from, sizeof from, "(%s", page->element[count - 1]->element[0]->str);
        freeReplyObject(page);
        if (count < 1000) break;
    }
    printf("%ld %ld\n", total, valid);
    return total == valid ? 0 : 1;
}
