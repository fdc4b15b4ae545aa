import Redis
import Text

/// What a command that writes needs before anything is sent.
struct WriteGuard {
    private let session: Session

    init(_ session: Session) {
        self.session = session
    }

    /// Refuses where writing is forbidden; asks for the context's name where that is protected.
    func obtain(for command: String) throws(Failure) {
        if session.output.isReadOnly.value {
            throw Failure(
                .configuration,
                "\(command) writes, and \(session.output.isReadOnly.origin) forbids that: nothing was sent"
            )
        }
        guard let context = session.source.context?.context, context.isProtected else { return }
        if let confirmed = session.output.confirmed { return try compare(confirmed, with: context) }
        guard Confirmation.canAsk else {
            throw Failure(
                .usage,
                "context \(context.name) is protected and this is not a terminal: pass --confirm \(context.name); "
                    + "nothing was sent"
            )
        }
        let question: TerminalText = "\(context.name) is protected. Type its name to continue: "
        guard try Confirmation.answer(to: question) == context.name else {
            throw Failure(.finding, "not confirmed: nothing was changed")
        }
    }

    private func compare(_ confirmed: Setting<String>, with context: Context) throws(Failure) {
        guard confirmed.value == context.name else {
            throw Failure(
                .configuration,
                "\(confirmed.origin) does not name the context that is written to, \(context.name): nothing was sent"
            )
        }
    }
}
