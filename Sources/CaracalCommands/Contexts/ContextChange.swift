import Rendering
import Text

/// What a change of the contexts comes to.
struct ContextChange {
    /// The file as it is to be; nil where it is so already.
    var file: ContextFile?
    /// The contexts that the change is about, as JSON shows them.
    let contexts: [Context]
    /// What is said of it, in a clause.
    let message: TerminalText
}

extension LocalCommand {
    /// Changes the contexts, and says in a line on standard error what that came to; as JSON the contexts are shown that it is
    /// about.
    func change(_ output: OutputSettings, _ edit: (ContextFile) throws -> ContextChange) throws {
        guard output.format.value != .prometheus else {
            throw CommandError(.usage, "there are no metrics here: say table, json or ndjson")
        }
        var done: ContextChange?
        var file: ContextFile?
        try ContextStore(.process).change { former in
            let change = try edit(former)
            (done, file) = (change, change.file ?? former)
            return change.file
        }
        guard let done, let file, !output.isQuiet.value else { return }
        switch output.format.value {
        case .json, .ndjson:
            try present(ContextPresentation(file: file, contexts: done.contexts, isDetailed: true), output)
        default: Output.note("caracalctl: \(done.message)")
        }
    }
}

extension Context {
    /// A context and where it leads: `prod (redis.prod:6379)`.
    var words: TerminalText { "\(name) (\(address))" }
}
