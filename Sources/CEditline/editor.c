#define _GNU_SOURCE
#include "CEditline.h"

#include <editline/readline.h>
#include <errno.h>
#include <langinfo.h>
#include <locale.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <wchar.h>

#include "CSystem.h"

static ceditline_completer complete;
static void *complete_context;
static enum ceditline_end ending;
/// The words that are handed to libedit one by one.
static char *words, *next_word;

// MARK: Signals that are about the terminal

static const int terminal_signals[] = {SIGTSTP, SIGCONT, SIGWINCH};
enum { terminal_signal_count = sizeof terminal_signals / sizeof *terminal_signals };
static volatile sig_atomic_t was_asked_to_rest, has_returned, was_resized;
static struct sigaction former[terminal_signal_count], former_quit;
/// What is blocked while nothing is waited for.
static sigset_t former_mask;

static void note(int number) {
    if (number == SIGTSTP) was_asked_to_rest = 1;
    if (number == SIGCONT) has_returned = 1;
    if (number == SIGWINCH) was_resized = 1;
}

static void begin_signals(void) {
    struct sigaction action = {.sa_handler = note}, ignored = {.sa_handler = SIG_IGN};
    sigset_t blocked;
    sigemptyset(&blocked);
    for (int index = 0; index < terminal_signal_count; index++) sigaddset(&blocked, terminal_signals[index]);
    sigprocmask(SIG_BLOCK, &blocked, &former_mask);
    for (int index = 0; index < terminal_signal_count; index++) {
        sigaction(terminal_signals[index], &action, &former[index]);
    }
    // It would end the process and leave the terminal without echo.
    sigaction(SIGQUIT, &ignored, &former_quit);
}

static void end_signals(void) {
    for (int index = 0; index < terminal_signal_count; index++) {
        sigaction(terminal_signals[index], &former[index], NULL);
    }
    sigaction(SIGQUIT, &former_quit, NULL);
    sigprocmask(SIG_SETMASK, &former_mask, NULL);
}

/// Stops the process as Ctrl-Z wants it: our handler would only note that it is wanted.
static void stand_still(void) {
    struct sigaction action = {.sa_handler = SIG_DFL}, noting;
    sigset_t stop;
    sigaction(SIGTSTP, &action, &noting);
    sigemptyset(&stop);
    sigaddset(&stop, SIGTSTP);
    raise(SIGTSTP);
    sigprocmask(SIG_UNBLOCK, &stop, NULL);
    // Here it has stopped and been woken.
    sigprocmask(SIG_BLOCK, &stop, NULL);
    sigaction(SIGTSTP, &noting, NULL);
}

/// Stands still with the terminal as the next in line expects it.
static void rest(void) {
    rl_deprep_terminal();
    stand_still();
    // The line is drawn again when SIGCONT comes; where nobody lets a process stop, none does.
    rl_prep_terminal(1);
}

static void answer_terminal_signals(int is_editing) {
    if (was_asked_to_rest && is_editing) rest();
    if (was_asked_to_rest && !is_editing) stand_still();
    if (has_returned && is_editing) {
        rl_prep_terminal(1);
        rl_resize_terminal();
        rl_forced_update_display();
    }
    if (was_resized && is_editing) rl_resize_terminal();
    was_asked_to_rest = has_returned = was_resized = 0;
}

// MARK: Keys

/// Waits for a byte from the terminal. -1 with `ending` set when there will be none.
static int next_byte(int is_editing) {
    for (;;) {
        struct pollfd ready[2] = {
            {.fd = STDIN_FILENO, .events = POLLIN}, {.fd = csystem_interrupt_descriptor(), .events = POLLIN}
        };
        int count = ppoll(ready, 2, NULL, &former_mask);
        if (csystem_interrupt_signal() != 0) {
            ending = csystem_interrupt_signal() == SIGINT ? CEDITLINE_CANCELLED : CEDITLINE_STOPPED;
            if (ending == CEDITLINE_CANCELLED) csystem_clear_interrupt();
            return -1;
        }
        answer_terminal_signals(is_editing);
        unsigned char byte;
        ssize_t got = count > 0 && ready[0].revents != 0 ? read(STDIN_FILENO, &byte, 1) : -1;
        if (got == 1) return byte;
        int is_patient = count <= 0 || ready[0].revents == 0 || errno == EINTR || errno == EAGAIN;
        if (got < 0 && is_patient) continue;
        ending = CEDITLINE_CLOSED;
        return -1;
    }
}

/// A character for libedit. What ends the line early is Return to it, whatever it was in the middle of.
static int next_character(FILE *input) {
    (void)input;
    mbstate_t state;
    memset(&state, 0, sizeof state);
    while (ending == CEDITLINE_LINE) {
        int byte = next_byte(1);
        if (byte < 0 && ending == CEDITLINE_CANCELLED) fputs("^C", stderr);
        if (byte < 0) break;
        char encoded = (char)byte;
        wchar_t character;
        size_t length = mbrtowc(&character, &encoded, 1, &state);
        if (length == 1 || length == 0) return length == 0 ? 0 : (int)character;
        if (length != (size_t)-1) continue;
        // No text in the terminal's encoding.
        fputc('\a', stderr);
        memset(&state, 0, sizeof state);
    }
    return '\n';
}

// MARK: Completion

static char *hand_out(const char *typed, int state) {
    (void)typed;
    if (state == 0) next_word = words;
    if (next_word == NULL || *next_word == '\0') return NULL;
    size_t length = strcspn(next_word, "\n");
    char *word = strndup(next_word, length);
    next_word += length + (next_word[length] == '\n');
    return word;
}

static char **attempt(const char *typed, int start, int end) {
    (void)start, (void)end;
    free(words);
    words = NULL;
    char *line = strndup(rl_line_buffer, (size_t)rl_point);
    enum ceditline_offer offer = line == NULL ? CEDITLINE_NOTHING : complete(complete_context, line, &words);
    free(line);
    // Files are what libedit falls back to.
    rl_attempted_completion_over = offer != CEDITLINE_FILES;
    return offer == CEDITLINE_WORDS ? rl_completion_matches(typed, hand_out) : NULL;
}

// MARK: The editor

/// libedit shows the prompt first, and keys that are typed before it is ready would be the terminal's own.
static int get_ready(void) {
    rl_prep_terminal(1);
    return 0;
}

void ceditline_open(const char *name, int keeps, ceditline_completer completer, void *context) {
    static char breaks[] = " \t\n";
    setlocale(LC_CTYPE, "");
    // Without a locale a terminal sends UTF-8 all the same, and everything but ASCII would be dropped.
    if (strcmp(nl_langinfo(CODESET), "ANSI_X3.4-1968") == 0) setlocale(LC_CTYPE, "C.UTF-8");
    complete = completer;
    complete_context = context;
    rl_readline_name = name;
    rl_instream = stdin;
    rl_outstream = stderr;
    rl_catch_signals = 0;
    rl_pre_input_hook = get_ready;
    rl_getc_function = next_character;
    rl_attempted_completion_function = attempt;
    rl_basic_word_break_characters = breaks;
    rl_completer_word_break_characters = breaks;
    // It would ask, and read the answer past us.
    rl_completion_query_items = 100000;
    rl_initialize();
    using_history();
    stifle_history(keeps);
}

char *ceditline_read(const char *prompt, enum ceditline_end *end) {
    ending = CEDITLINE_LINE;
    was_asked_to_rest = has_returned = was_resized = 0;
    begin_signals();
    char *line = readline(prompt);
    end_signals();
    if (line == NULL && ending == CEDITLINE_LINE) ending = CEDITLINE_CLOSED;
    if (ending != CEDITLINE_LINE) {
        free(line);
        line = NULL;
    }
    *end = ending;
    return line;
}

char *ceditline_read_plain(const char *prompt, enum ceditline_end *end) {
    char *line = NULL;
    size_t length = 0;
    FILE *text = open_memstream(&line, &length);
    ending = text == NULL ? CEDITLINE_CLOSED : CEDITLINE_LINE;
    fputs(prompt, stderr);
    begin_signals();
    int byte = -1;
    while (text != NULL && (byte = next_byte(0)) >= 0 && byte != '\n') fputc(byte, text);
    end_signals();
    if (text != NULL) fclose(text);
    if (ending == CEDITLINE_CANCELLED) fputc('\n', stderr);
    // A last line need not have a line feed.
    if (ending == CEDITLINE_CLOSED && length > 0) ending = CEDITLINE_LINE;
    if (ending != CEDITLINE_LINE) {
        free(line);
        line = NULL;
    }
    *end = ending;
    return line;
}

void ceditline_remember(const char *line) { add_history(line); }
