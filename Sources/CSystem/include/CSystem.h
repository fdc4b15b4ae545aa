#ifndef CARACALCTL_CSYSTEM_H
#define CARACALCTL_CSYSTEM_H

#include <netdb.h>
#include <stddef.h>
#include <sys/signalfd.h>
#include <sys/types.h>
#include <termios.h>

/// The commit that this binary was built from; empty when nobody said.
const char *csystem_commit(void);

/// The argument of this process at `index`, 0 being its name; NULL behind the last one.
const char *csystem_argument(int index);

/// Resolves a host name like getaddrinfo(3), but gives up after `milliseconds`: getaddrinfo itself knows no deadline. If it
/// `heeds_interrupts` it gives up as well when a signal asks the process to stop.
///
/// Returns 0 with `*result` to be freed by freeaddrinfo(3), an EAI_ code, or EAI_AGAIN where it gave up.
int csystem_resolve(
    const char *host, const char *service, int milliseconds, int heeds_interrupts, struct addrinfo **result);

/// From now on SIGINT and SIGTERM no longer end the process: they are remembered, and every wait ends at once.
/// A second signal ends the process the ordinary way. One that is ignored (nohup, the background of a script) stays ignored.
/// Returns 0, or an errno value.
int csystem_catch_interrupts(void);

/// The same for SIGHUP and SIGQUIT, for who must not end without putting something in order.
int csystem_catch_hangups(void);

/// SIGINT, SIGTERM, SIGHUP and SIGQUIT are remembered, and none of them ends the process, however many come: what became of
/// what was written, or what was seen, has to be said first. The second one ends the waits for replies to writes too.
/// Returns 0, or an errno value.
int csystem_catch_for_writes(void);

/// From now on a second SIGINT does not end the process either.
void csystem_outlive_interrupts(void);

/// The signal that asked the process to stop, or 0.
int csystem_interrupt_signal(void);

/// Becomes readable when a signal has come; -1 (which poll(2) ignores) while signals are not caught.
int csystem_interrupt_descriptor(void);

/// Whether a second signal came while a command writes.
int csystem_is_insistent(void);

/// Becomes readable with that second signal; -1 (which poll(2) ignores) before `csystem_catch_for_writes`.
int csystem_insistent_descriptor(void);

/// Returns the signal that has come, or 0, and forgets it if it is a SIGINT, and that a command writes. Other signals are never
/// forgotten.
int csystem_clear_interrupt(void);

/// Forgets whichever signal has come, and returns it, or 0. From now on a first one is remembered again, and a second one ends the
/// process.
int csystem_take_interrupt(void);

/// From now on a crash, or a second signal that asks to stop, puts the terminal back first: the sequence is written to it and
/// the settings are set. The sequence must outlive the hold.
void csystem_hold_terminal(int descriptor, const struct termios *settings, const char *sequence);

/// Puts the terminal back now, if it is held. Safe in a signal handler.
void csystem_release_terminal(void);

/// From now on SIGWINCH and SIGTSTP do nothing but write their number, one byte each, to a pipe whose other end is returned;
/// -1 when there is no descriptor left.
int csystem_catch_terminal_signals(void);

/// How a child process stands to this one.
enum csystem_standing {
    /// In our process group, with our terminal, our ignored signals and our inheritable descriptors: a command a
    /// person asked for.
    CSYSTEM_FOREGROUND,
    /// In a process group of its own, with default signals and no descriptor but 0, 1 and 2.
    CSYSTEM_DETACHED,
    /// As detached, in a session of its own whose controlling terminal is its input.
    CSYSTEM_TERMINAL,
};

/// What to run, and how.
struct csystem_child {
    /// The program's file; nothing is looked up.
    const char *path;
    /// Ended by NULL, as execve(2) takes them.
    char *const *arguments, *const *environment;
    /// The folder it runs in, or NULL for ours.
    const char *folder;
    /// Our descriptors that become its 0, 1 and 2.
    int input, output, errors;
    enum csystem_standing standing;
    /// Sent to it by the kernel when this process ends, SIGKILL included; 0 for none.
    int death_signal;
    /// Whom it runs as, where this process is root; 0 for whom we run as.
    uid_t user;
    gid_t group;
};

/// Starts a child. A thread of ours stays with it for its whole life, because the kernel sends the death signal when the
/// *thread* that forked ends. `*ended` becomes readable (end of file) when the child has ended; the caller closes it
/// and collects the child with waitpid(2), until which its number stays its own.
///
/// Returns 0, or the errno value of what failed, execve(2) included.
int csystem_spawn(const struct csystem_child *child, pid_t *pid, int *ended);

/// Starts a thread for which nobody has to wait, and which no signal is delivered to: those are for the thread that waits.
/// Returns 0, or an errno value.
int csystem_start_thread(void *(*run)(void *argument), void *argument);

/// A function of a library, and where its address goes: the address of a pointer to a function.
struct csystem_function {
    const char *name;
    void *place;
};

/// A library that is opened when it is first used: a binary that never uses it runs without it.
struct csystem_library {
    /// Its name, as dlopen(3) takes it.
    const char *file;
    const struct csystem_function *functions;
    size_t function_count;

    /// Whether it was tried, and what came of it. Of no concern outside `csystem_load`.
    int is_tried;
    const char *failure;
};

/// Opens a library at the first call, and looks its functions up. NULL, or why it cannot be used, in the words of dlopen(3) or
/// dlsym(3): no function of it may be called then. May be called from any thread.
const char *csystem_load(struct csystem_library *library);

/// Whether this process ignores a signal.
int csystem_is_ignored(int signal);

/// A pipe whose ends no program we execute inherits: pipe2(2), which Swift does not see. Returns 0, or an errno value.
int csystem_pipe(int ends[2]);

/// A file that lies in memory alone, and that no program we execute inherits: memfd_create(2), which Swift does not see. Returns
/// its descriptor, or -1 with errno set.
int csystem_memory_file(const char *name);

/// The environment of this process as environ(7), whose global Swift cannot name.
char **csystem_environment(void);

#endif
