// Runs two commands in turn, their output thrown away, and prints the median wall time of each in microseconds:
// alternate ROUNDS COMMAND… -- COMMAND…
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>

extern char **environ;

static double run(char **command) {
    posix_spawn_file_actions_t actions;
    struct timespec start, end;
    pid_t child;
    int status;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
    clock_gettime(CLOCK_MONOTONIC, &start);
    if (posix_spawnp(&child, *command, &actions, NULL, command, environ) != 0 || waitpid(child, &status, 0) != child ||
        status != 0) {
        fprintf(stderr, "%s failed\n", *command);
        exit(1);
    }
    clock_gettime(CLOCK_MONOTONIC, &end);
    posix_spawn_file_actions_destroy(&actions);
    return (end.tv_sec - start.tv_sec) * 1e6 + (end.tv_nsec - start.tv_nsec) / 1e3;
}

static int ascending(const void *a, const void *b) {
    return (*(const double *)a > *(const double *)b) - (*(const double *)a < *(const double *)b);
}

int main(int argc, char **argv) {
    int rounds = argc > 4 ? atoi(argv[1]) : 0, second = 2;
    while (second < argc && strcmp(argv[second], "--") != 0) second++;
    if (rounds < 1 || second + 1 >= argc) return 64;
    argv[second++] = NULL;
    double *times[2] = {calloc(rounds, sizeof(double)), calloc(rounds, sizeof(double))};
    for (int round = 0; round < rounds; round++) {
        times[0][round] = run(argv + 2);
        times[1][round] = run(argv + second);
    }
    for (int i = 0; i < 2; i++) qsort(times[i], rounds, sizeof(double), ascending);
    printf("%.0f %.0f\n", times[0][rounds / 2], times[1][rounds / 2]);
    return 0;
}
