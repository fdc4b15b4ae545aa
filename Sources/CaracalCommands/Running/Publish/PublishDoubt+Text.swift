import Caracal
import Redis
import Text

extension PublishDoubt {
    /// Why it is unknown, in a clause.
    var text: TerminalText {
        switch self {
        case .unreachable(let error):
            "the connection was lost, and asking again failed (--timeout says for how long it is tried): \(Failure(error).message)"
        case .violation(let error): Failure(error).message
        case .noFence:
            "the connection was lost, and the server had not taken its name (CLIENT SETNAME), by which it could be closed for certain"
        case .refused(let refusal):
            "the connection was lost, and finding out needs CLIENT LIST, CLIENT KILL, XINFO and XRANGE: \(refusal.text)"
        case .replica: "the connection was lost, and what answers now is a replica (connect to the master)"
        case .trimmed:
            "entries were trimmed, deleted or lost where they could be looked for, or the stream was made anew, or the server "
                + "does not tell (INFO) that it was not"
        case .lost(let id):
            "entry \(id), which the server had acknowledged, is not there: a failover or a restart has lost entries"
        case .setBack(let end, let before):
            "the stream ends at \(end), before \(before), which was there: a failover has lost entries that the server had "
                + "acknowledged, all with a later id than \(end), or the stream was made anew"
        case .unidentified: "the connection was lost, and without an outbox_id they cannot be looked for"
        case .noProgress(let error): "the connection was lost again and again: \(Failure(error).message)"
        }
    }
}
