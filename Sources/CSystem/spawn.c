#define _GNU_SOURCE
#include "CSystem.h"

#include <errno.h>
#include <fcntl.h>
#include <semaphore.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/// What the thread that stays with the child is given, and what it answers. It lives on the caller's stack and is
/// not touched by the thread once `answered` is posted.
struct birth {
    const struct csystem_child *child;
    int failure_read, failure_write, ended_write;
    pid_t pid;
    int status;
    sem_t answered;
};

static void close_on_exec_above_errors(void) {
    if (close_range(3, ~0U, CLOSE_RANGE_CLOEXEC) == 0) return;
    struct rlimit limit;
    int count = getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < 65536 ? (int)limit.rlim_cur : 65536;
    for (int descriptor = 3; descriptor < count; descriptor++) fcntl(descriptor, F_SETFD, FD_CLOEXEC);
}

static void restore_signals(int keep_ignored) {
    struct sigaction current;
    sigset_t none;
    for (int number = 1; number < NSIG; number++) {
        if (sigaction(number, NULL, &current) != 0) continue;
        if (current.sa_handler == SIG_IGN && keep_ignored && number != SIGPIPE) continue;
        signal(number, SIG_DFL);
    }
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

/// Forgets a Ctrl-Z that came while the child was still in our process group: nobody could wake it in its own.
static void forget_stops(void) {
    static const int stops[] = {SIGTSTP, SIGTTIN, SIGTTOU};
    for (size_t index = 0; index < sizeof stops / sizeof *stops; index++) signal(stops[index], SIG_IGN);
}

static int place_streams(const struct csystem_child *child) {
    // Moved out of the way first: a source may itself be one of the three numbers.
    int sources[3] = {child->input, child->output, child->errors};
    for (int number = 0; number < 3; number++) {
        sources[number] = fcntl(sources[number], F_DUPFD_CLOEXEC, 3);
        if (sources[number] < 0) return -1;
    }
    for (int number = 0; number < 3; number++) {
        if (dup2(sources[number], number) < 0) return -1;
    }
    return 0;
}

/// Gives up root. By the system calls themselves: the functions of the C library want to tell threads that a fork left behind.
static int change_user(const struct csystem_child *child) {
    if (child->user == 0) return 0;
    if (syscall(SYS_setgroups, 0, NULL) != 0 || syscall(SYS_setgid, child->group) != 0) return -1;
    return syscall(SYS_setuid, child->user) != 0 ? -1 : 0;
}

static int become(const struct csystem_child *child, pid_t parent) {
    // Before the death signal, which the kernel forgets when the user changes.
    if (change_user(child) != 0) return -1;
    if (child->death_signal != 0) {
        if (prctl(PR_SET_PDEATHSIG, child->death_signal) != 0) return -1;
        // The parent may have died before the wish was known.
        if (getppid() != parent) _exit(127);
    }
    if (child->standing == CSYSTEM_DETACHED && setpgid(0, 0) != 0) return -1;
    if (child->standing == CSYSTEM_TERMINAL && setsid() < 0) return -1;
    if (child->standing != CSYSTEM_FOREGROUND) forget_stops();
    if (place_streams(child) != 0) return -1;
    if (child->standing == CSYSTEM_TERMINAL && ioctl(0, TIOCSCTTY, 0) != 0) return -1;
    if (child->folder != NULL && chdir(child->folder) != 0) return -1;
    if (child->standing != CSYSTEM_FOREGROUND) close_on_exec_above_errors();
    restore_signals(child->standing == CSYSTEM_FOREGROUND);
    execve(child->path, child->arguments, child->environment);
    return -1;
}

/// Waits for the end of a failed fork's or exec's message: 0 when the pipe was closed by a successful exec.
static int read_failure(int descriptor) {
    int failure = 0;
    ssize_t count;
    do count = read(descriptor, &failure, sizeof failure);
    while (count < 0 && errno == EINTR);
    return count == sizeof failure ? failure : 0;
}

static void *accompany(void *argument) {
    struct birth *birth = argument;
    int ended_write = birth->ended_write;
    pid_t parent = getpid();
    // A detached child borrows our memory until it is another program, and this thread stands still meanwhile: copying the page
    // tables of a large process would take milliseconds. No signal finds it before its handlers are put back: a thread that was
    // started here has them all blocked. One that changes its user would take our right to a core dump with it, and one in our
    // process group may be stopped by Ctrl-Z in between, and we with it.
    int may_borrow = birth->child->user == 0 && birth->child->standing != CSYSTEM_FOREGROUND;
    pid_t pid = may_borrow ? vfork() : fork();
    if (pid == 0) {
        become(birth->child, parent);
        int failure = errno;
        ssize_t ignored = write(birth->failure_write, &failure, sizeof failure);
        (void)ignored;
        _exit(127);
    }
    birth->pid = pid;
    birth->status = pid < 0 ? errno : 0;
    close(birth->failure_write);
    if (pid > 0) birth->status = read_failure(birth->failure_read);
    close(birth->failure_read);
    int failed = birth->status != 0;
    if (failed && pid > 0) waitpid(pid, NULL, 0);
    sem_post(&birth->answered);

    siginfo_t information;
    // WNOWAIT: the process stays a zombie until its owner collects it, so its number cannot pass to a stranger first.
    while (!failed && waitid(P_PID, pid, &information, WEXITED | WNOWAIT) != 0 && errno == EINTR) {}
    close(ended_write);
    return NULL;
}

int csystem_spawn(const struct csystem_child *child, pid_t *pid, int *ended) {
    int failure[2], end[2];
    if (pipe2(failure, O_CLOEXEC) != 0) return errno;
    if (pipe2(end, O_CLOEXEC) != 0) {
        int status = errno;
        close(failure[0]), close(failure[1]);
        return status;
    }
    struct birth birth = {.child = child, .failure_read = failure[0], .failure_write = failure[1], .ended_write = end[1]};
    sem_init(&birth.answered, 0, 0);
    int status = csystem_start_thread(accompany, &birth);
    if (status != 0) {
        close(failure[0]), close(failure[1]), close(end[1]);
    } else {
        while (sem_wait(&birth.answered) != 0) {}
        status = birth.status;
    }
    sem_destroy(&birth.answered);
    if (status != 0) {
        close(end[0]);
        return status;
    }
    *pid = birth.pid;
    *ended = end[0];
    return 0;
}

int csystem_is_ignored(int signal) {
    struct sigaction action;
    return sigaction(signal, NULL, &action) == 0 && action.sa_handler == SIG_IGN;
}

int csystem_pipe(int ends[2]) { return pipe2(ends, O_CLOEXEC) == 0 ? 0 : errno; }

char **csystem_environment(void) { return environ; }
