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

/// Has the terminal mark what is pasted, so that a pasted line feed is none that was typed.
static void mark_pastes(int is_wanted) {
    static int is_marking;
    if (is_marking != is_wanted) fputs(is_wanted ? "\033[?2004h" : "\033[?2004l", stderr);
    is_marking = is_wanted;
}

/// Stands still with the terminal as the next in line expects it.
static void rest(void) {
    mark_pastes(0);
    rl_deprep_terminal();
    stand_still();
    mark_pastes(1);
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

// MARK: Pasted text

/// What was pasted. A line of it is put before the one who pasted it, to be run with Return; the next one follows then.
static char *pasted;
static size_t pasted_length, pasted_used;
static int is_feeding;
enum { pasted_limit = 1 << 20 };
static const char paste_begin[] = "\033[200~", paste_end[] = "\033[201~";
/// Bytes that were read while looking for the mark of a paste, and are keys.
static char keys[sizeof paste_begin];
static int key_count, keys_used;

static void forget_paste(void) {
    free(pasted);
    pasted = NULL;
    pasted_length = pasted_used = 0;
    is_feeding = key_count = keys_used = 0;
}

/// Reads up to the mark of the end. What is no text stays out: it would be taken for a key.
static void take_paste(void) {
    char *text = realloc(pasted, pasted_length + pasted_limit);
    if (text == NULL) return;
    pasted = text;
    size_t end = pasted_length + pasted_limit;
    for (size_t matched = 0; paste_end[matched] != '\0';) {
        int byte = next_byte(1);
        if (byte < 0) return;
        matched = byte == paste_end[matched] ? matched + 1 : byte == paste_end[0];
        if (matched > 1) continue;
        if (byte == '\r') byte = '\n';
        if (byte == '\t') byte = ' ';
        if ((byte >= 0x20 && byte != 0x7F) || byte == '\n') {
            if (pasted_length < end) pasted[pasted_length++] = (char)byte;
        }
    }
    while (pasted_length > pasted_used && pasted[pasted_length - 1] == '\n') pasted_length--;
    is_feeding = 1;
}

/// Whether a key that sends several bytes has sent another one.
static int has_more(void) {
    struct pollfd ready = {.fd = STDIN_FILENO, .events = POLLIN};
    return poll(&ready, 1, 20) == 1;
}

/// Whether what follows an escape is the mark of a paste. What is read of another key is kept.
static int begins_paste(void) {
    key_count = keys_used = 0;
    for (size_t matched = 1; paste_begin[matched] != '\0'; matched++) {
        if (!has_more()) return 0;
        int byte = next_byte(1);
        if (byte < 0) return 0;
        keys[key_count++] = (char)byte;
        if (byte != paste_begin[matched]) return 0;
    }
    key_count = 0;
    return 1;
}

/// The next byte of a paste, else of a key.
static int next_input(void) {
    // Here the prompt is drawn.
    mark_pastes(1);
    for (;;) {
        if (is_feeding && pasted_used < pasted_length && pasted[pasted_used++] != '\n') {
            return (unsigned char)pasted[pasted_used - 1];
        }
        is_feeding = 0;
        if (keys_used < key_count) return (unsigned char)keys[keys_used++];
        int byte = next_byte(1);
        if (byte != '\033' || !begins_paste()) return ending == CEDITLINE_LINE ? byte : -1;
        take_paste();
    }
}

/// A character for libedit. What ends the line early is Return to it, whatever it was in the middle of.
static int next_character(FILE *input) {
    (void)input;
    enum { end_of_line = 'E' & 0x1F };
    mbstate_t state;
    memset(&state, 0, sizeof state);
    while (ending == CEDITLINE_LINE) {
        int byte = next_input();
        // To the end of the line first: what stands below the cursor would stay on the screen.
        if (byte < 0 && ending == CEDITLINE_CANCELLED) return end_of_line;
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
    if (ending == CEDITLINE_CANCELLED) fputs("^C", stderr);
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
    rl_completion_append_character = offer == CEDITLINE_STEMS ? '\0' : ' ';
    return offer == CEDITLINE_WORDS || offer == CEDITLINE_STEMS ? rl_completion_matches(typed, hand_out) : NULL;
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
    is_feeding = pasted_used < pasted_length;
    begin_signals();
    char *line = readline(prompt);
    // After Ctrl-C the next line follows at once.
    if (ending != CEDITLINE_CANCELLED) mark_pastes(0);
    end_signals();
    if (ending != CEDITLINE_LINE || pasted_used == pasted_length) forget_paste();
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
