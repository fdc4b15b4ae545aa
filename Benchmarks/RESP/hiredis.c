/* The same measurement with hiredis' reader: FILE READSIZE ROUNDS. */
#include <hiredis/hiredis.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static int ascending(const void *left, const void *right) {
    double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

static size_t payload(const redisReply *reply) {
    size_t total = 0;
    if (reply->type == REDIS_REPLY_ARRAY)
        for (size_t i = 0; i < reply->elements; i++) total += payload(reply->element[i]);
    else
        total = reply->len;
    return total;
}

static size_t parse(redisReader *reader, const char *bytes, size_t size, size_t read_size) {
    size_t total = 0;
    for (size_t offset = 0; offset < size; offset += read_size) {
        size_t count = size - offset < read_size ? size - offset : read_size;
        void *reply = NULL;
        if (redisReaderFeed(reader, bytes + offset, count) != REDIS_OK) exit(70);
        do {
            if (redisReaderGetReply(reader, &reply) != REDIS_OK) exit(65);
            if (reply != NULL) {
                total += payload(reply);
                freeReplyObject(reply);
            }
        } while (reply != NULL);
    }
    return total;
}

int main(int argc, char **argv) {
    if (argc != 4) return 64;
    FILE *file = fopen(argv[1], "r");
    if (file == NULL) return 66;
    fseek(file, 0, SEEK_END);
    size_t size = (size_t)ftell(file);
    rewind(file);
    char *bytes = malloc(size);
    if (bytes == NULL || fread(bytes, 1, size, file) != size) return 66;

    size_t read_size = strtoul(argv[2], NULL, 10), rounds = strtoul(argv[3], NULL, 10), total = 0;
    double *seconds = calloc(rounds, sizeof(double));
    redisReader *reader = redisReaderCreate();
    if (seconds == NULL || reader == NULL || read_size == 0 || rounds == 0) return 64;
    for (size_t round = 0; round < rounds; round++) {
        double start = now();
        total = parse(reader, bytes, size, read_size);
        seconds[round] = now() - start;
    }
    qsort(seconds, rounds, sizeof(double), ascending);

    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    printf("%.9f %zu %ld\n", seconds[rounds / 2], total, usage.ru_maxrss);
    return 0;
}
