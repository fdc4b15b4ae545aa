import Caracal
import Postgres
import Redis
import Text

/// What a write ends with that stopped before all of it was done: a status, and a line that says why and how far it came.
struct WriteEndingText {
    /// The status.
    let status: ExitStatus
    /// The line.
    let finding: Finding

    /// A reason of one command's own.
    init(_ status: ExitStatus, _ code: Finding.Code, _ message: TerminalText) {
        self.status = status
        finding = Finding(code, .failure, message)
    }

    /// Why any write may stop.
    ///
    /// - Parameters:
    ///   - target: the server, as messages name it.
    ///   - outcome: what became of the work, in a clause.
    ///   - unsettled: why it could not be found out what a lost reply said; nil where nothing was tried in vain.
    init(_ ending: WriteEnding, by target: String, outcome: TerminalText, unsettled: RedisError? = nil) {
        switch ending {
        case .interrupted(let signal):
            status = ExitStatus(signal: signal)
            finding = Finding(.interrupted, .failure, "interrupted: \(outcome)")
        case .refused(let refusal):
            let failure = CommandError(refusal, by: target)
            status = failure.status
            finding = Finding(.refused, .failure, "\(failure.message); \(outcome)")
        case .lost(let error, let isInDoubt):
            let failure = CommandError(isInDoubt ? error.leavingDoubt().duringWrite() : error)
            status = failure.status
            let reason: TerminalText =
                unsettled.map { "; looking for what became of it failed: \(CommandError($0).message)" } ?? ""
            finding = Finding(.lost, .failure, "\(failure.message); \(outcome)\(reason)")
        }
    }
}

extension Session {
    /// Connects and looks, before anything is written: an interruption is told to have changed nothing, but where a write
    /// waited for its reply.
    func beforeWriting<Value>(_ look: () throws -> Value) throws -> Value {
        do {
            return try look()
        } catch let error as RedisError {
            guard let signal = error.signal, !error.isUnknownWrite else { throw error }
            throw CommandError.interrupted(by: signal, "nothing was changed")
        } catch let error as PostgresError {
            guard let signal = error.signal, !error.isUnknownWrite else { throw error }
            throw CommandError.interrupted(by: signal, "nothing was changed")
        }
    }
}
