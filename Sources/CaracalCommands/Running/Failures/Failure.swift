/// Why a command could not do its work: one line for a person, a status for a script.
struct Failure: Error, Equatable {
    /// The status to end with.
    let status: ExitStatus
    /// One clause in lower case that names the target and the next step. It may hold bytes from the network, escaped.
    let message: String

    init(_ status: ExitStatus, _ message: String) {
        self.status = status
        self.message = message
    }
}
