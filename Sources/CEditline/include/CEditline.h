#ifndef CARACALCTL_CEDITLINE_H
#define CARACALCTL_CEDITLINE_H

/// How reading a line ended.
enum ceditline_end {
    /// With Return: there is a line.
    CEDITLINE_LINE,
    /// With Ctrl-C: what was typed does not count.
    CEDITLINE_CANCELLED,
    /// With Ctrl-D on an empty line, or with the terminal.
    CEDITLINE_CLOSED,
    /// With a signal that asks the process to stop.
    CEDITLINE_STOPPED,
};

/// What can stand where the cursor is.
enum ceditline_offer {
    CEDITLINE_NOTHING,
    /// The words that were handed out.
    CEDITLINE_WORDS,
    /// The same, and no blank is to follow.
    CEDITLINE_STEMS,
    /// The files there are.
    CEDITLINE_FILES,
};

/// Says what can stand at the end of `line`, which is all that was typed up to the cursor: `*words` becomes a string of
/// malloc(3) with one word a line.
typedef enum ceditline_offer (*ceditline_completer)(void *context, const char *line, char **words);

/// Prepares the editor on standard input and standard error, with `keeps` lines of history. To be called once.
void ceditline_open(const char *name, int keeps, ceditline_completer completer, void *context);

/// Reads one line with editing; signals must be caught (csystem_catch_interrupts). The terminal is as it was before when
/// this returns, and while the process is stopped by Ctrl-Z. The line is for free(3); NULL for every other end.
char *ceditline_read(const char *prompt, enum ceditline_end *end);

/// The same on a terminal that cannot move its cursor: the terminal itself lets the line be edited, a little.
char *ceditline_read_plain(const char *prompt, enum ceditline_end *end);

/// Puts a line into the history.
void ceditline_remember(const char *line);

#endif
