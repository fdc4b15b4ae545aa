import Text

/// Why a command could not do its work: one line for a person, a status for a script.
struct Failure: Error, Equatable {
    /// The status to end with.
    let status: ExitStatus
    /// One clause in lower case that names the target and the next step.
    let message: TerminalText

    init(_ status: ExitStatus, _ message: TerminalText) {
        self.status = status
        self.message = message
    }
}
