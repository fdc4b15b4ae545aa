import ArgumentParser
import Caracal

// The words of every argument that names streams. Not an option group: every type of group costs the parser a tenth of a
// millisecond at each start.

extension ArgumentHelp {
    /// Of the streams a command is about.
    static let streams = ArgumentHelp(
        "The streams, with or without caracal. before them (default: all).",
        valueName: "stream"
    )
}

extension CompletionKind {
    /// The names of the table, as they are typed.
    static let streams = CompletionKind.list(StreamTable.all.map(\.shortName))
}
