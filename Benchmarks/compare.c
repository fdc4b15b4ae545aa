// Runs two commands in turn, their output thrown away, and prints one row of the table, its columns divided by tabs:
//
//   compare [-b BEFORE] ROUNDS WHAT PEER COMMAND… -- COMMAND…
//
// WHAT, the median wall time of the first command, PEER, that of the second, the median share of the first in the time of the
// second, pair by pair, the 10th and 90th percentile of that, and the first command's peak memory. BEFORE is a shell's command
// that is run before each of the two, outside of what is timed. One round comes first that does not count.
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>

extern char **environ;

static long peak; // kilobytes, of the command that ran last

// Its wall time in seconds.
static double run(char **command) {
    posix_spawn_file_actions_t actions;
    struct timespec start, end;
    struct rusage usage;
    pid_t child;
    int status;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
    clock_gettime(CLOCK_MONOTONIC, &start);
    if (posix_spawnp(&child, *command, &actions, NULL, command, environ) != 0 || wait4(child, &status, 0, &usage) != child ||
        status != 0) {
        fprintf(stderr, "%s failed\n", *command);
        exit(1);
    }
    clock_gettime(CLOCK_MONOTONIC, &end);
    posix_spawn_file_actions_destroy(&actions);
    peak = usage.ru_maxrss;
    return (end.tv_sec - start.tv_sec) + (end.tv_nsec - start.tv_nsec) / 1e9;
}

static int ascending(const void *a, const void *b) {
    return (*(const double *)a > *(const double *)b) - (*(const double *)a < *(const double *)b);
}

static void print_time(const char *what, double seconds) {
    if (seconds < 1)
        printf("%s\t%.2f ms\t", what, seconds * 1e3);
    else
        printf("%s\t%.2f s\t", what, seconds);
}

int main(int argc, char **argv) {
    char *before = NULL;
    if (argc > 2 && strcmp(argv[1], "-b") == 0) {
        before = argv[2];
        argv += 2;
        argc -= 2;
    }
    int rounds = argc > 6 ? atoi(argv[1]) : 0, second = 4;
    while (second < argc && strcmp(argv[second], "--") != 0) second++;
    if (rounds < 1 || second == 4 || second + 1 >= argc) return 64;
    argv[second++] = NULL;

    double *times[3];
    long most = 0;
    for (int i = 0; i < 3; i++) times[i] = calloc(rounds, sizeof(double));
    for (int round = -1; round < rounds; round++) {
        double taken[2];
        for (int turn = 0; turn < 2; turn++) {
            int which = (turn + round + 1) % 2; // each is the first to run as often as the other
            if (before != NULL && system(before) != 0) return 1;
            taken[which] = run(which == 0 ? argv + 4 : argv + second);
            if (which == 0 && round >= 0 && peak > most) most = peak;
        }
        if (round < 0) continue;
        times[0][round] = taken[0];
        times[1][round] = taken[1];
        times[2][round] = taken[0] / taken[1];
    }
    for (int i = 0; i < 3; i++) qsort(times[i], rounds, sizeof(double), ascending);
    print_time(argv[2], times[0][rounds / 2]);
    print_time(argv[3], times[1][rounds / 2]);
    printf("%.2f\t%.2f to %.2f\t%.1f MB\n", times[2][rounds / 2], times[2][rounds / 10], times[2][rounds - 1 - rounds / 10],
           most * 1024 / 1e6);
    return 0;
}
