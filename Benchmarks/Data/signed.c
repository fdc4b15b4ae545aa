// Writes signed messages of about 350 bytes as XADD commands for redis-cli --pipe: fill KEY COUNT
#include "message.h"

static const char *const names[] = {"zone_id",  "reason",     "grant_id", "session_id",
                                    "root_sid", "dedupe_key", "outbox_id"};
enum { COUNT = sizeof names / sizeof *names };

static void put(const char *bytes, size_t length) {
    printf("$%zu\r\n", length);
    fwrite(bytes, 1, length, stdout);
    fputs("\r\n", stdout);
}

int main(int argc, char **argv) {
    if (argc != 3) return 64;
    EVP_MAC_CTX *mac = mac_of(argv[1]);
    long messages = atol(argv[2]);
    for (long message = 0; message < messages; message++) {
        char values[COUNT][40], hex[64];
        struct field fields[COUNT];
        for (int i = 0; i < COUNT; i++) {
            if (i == 1)
                strcpy(values[i], "grant_revoked");
            else
                snprintf(values[i], sizeof values[i], "019abc00-0000-7000-8000-%012ld", message * 8 + i);
            fields[i] = (struct field){names[i], values[i], strlen(names[i]), strlen(values[i])};
        }
        sign(mac, fields, COUNT, hex);
        printf("*%d\r\n", 2 * COUNT + 5);
        put("XADD", 4);
        put(STREAM, sizeof STREAM - 1);
        put("*", 1);
        for (int i = 0; i < COUNT; i++) {
            put(names[i], strlen(names[i]));
            put(values[i], strlen(values[i]));
        }
        put("_sig", 4);
        put(hex, sizeof hex);
    }
    return 0;
}
