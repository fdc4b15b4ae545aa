import Caracal
import Redis
import Rendering
import Text

/// What a run of `publish` ends with: a status, and a word on everything that did not go as asked.
struct PublishEndingText {
    private(set) var status = ExitStatus.success
    private(set) var findings: [Finding] = []

    /// - Parameters:
    ///   - groups: the groups that read the stream, or why the server would not tell.
    ///   - isSingle: whether one message was to be published, which has no line to go on from.
    init(
        _ report: PublishReport,
        stream: StreamDefinition,
        groups: Result<[[UInt8]], Refusal>,
        open: OpenMessages,
        isSingle: Bool
    ) {
        // The later outweighs the earlier: what is unknown matters most.
        if report.isOnDisk == false { judgeDisk() }
        if let count = report.unconfirmed, count > 0 { judgeReplicas(count) }
        if let unverified = report.unverified { judge(unverified) }
        if let ending = report.ending { judge(ending) }
        if let first = report.rejected.first { judge(first, of: report.rejected.count, stream) }
        if let error = report.unsettledError { judge(error, count: report.unsettled.entries.count) }
        if report.unsettledError == nil, report.rejected.first?.refusal?.isExhausted == true {
            tellExhaustion(open, report, stream)
        } else {
            judge(open, after: report.unsettledError, report.unsettled, stream)
        }
        // Where nothing was sent and no file left, all of the input is as it was.
        let isAsBefore = if case .none = open { report.isForbidden } else { false }
        if let next = report.nextLine, !isSingle, !isAsBefore {
            note(.note, .`continue`, "lines from \(next) on were not read (tail -n +\(next))")
        }
        if report.isEmptyInput { note(.warning, .noMessages, "the input has no message: nothing was published") }
        if report.published > 0 { tellReceivers(groups, of: stream) }
    }

    private mutating func judgeDisk() {
        status = .finding
        note(.failure, .notOnDisk, "published, but the server did not confirm in time that it is on its disk")
    }

    private mutating func judgeReplicas(_ count: Int) {
        status = .finding
        note(
            .failure,
            .notReplicated,
            "\(Self.messages(count)) published, but not confirmed in time by as many replicas as --wait-replicas asks for: "
                + "a failover may lose them"
        )
    }

    private mutating func judge(_ unverified: UnverifiedMessages) {
        status = .finding
        findings.append(unverified.finding("published"))
    }

    private mutating func judge(_ ending: PublishReport.Ending) {
        switch ending {
        case .badLine(let line, let reason):
            status = .malformedInput
            note(.failure, .badLine, "line \(line): \(reason)")
        case .badInput(let error):
            status = .malformedInput
            note(.failure, .badInput, "\(error)")
        case .failed(let refusal):
            status = .internalError
            note(.failure, .failed, "\(refusal)")
        case .interrupted(let signal):
            status = ExitStatus(signal: signal)
            note(.failure, .interrupted, "interrupted")
        case .rejected, .doubt, .shortOfReplicas: break
        }
    }

    private mutating func judge(_ first: RejectedMessage, of count: Int, _ stream: StreamDefinition) {
        guard let refusal = first.refusal else {
            status = .finding
            return note(
                .failure,
                .noStream,
                "\(stream.name) does not exist any more: \(Self.messages(count)) not published\(stream.creationAdvice)"
            )
        }
        status = CommandError.status(ofWrite: refusal)
        note(
            .failure,
            .refused,
            "\(Self.messages(count)) not published, the server refused: \(refusal.text)"
        )
    }

    private mutating func judge(_ error: UnsettledError, count: Int) {
        status = .unknownOutcome
        let what: TerminalText = count == 1 ? "the message" : "\(Format.count(count, "message"))"
        note(.failure, .unknown, "it is unknown whether \(what) arrived: \(error.text)")
    }

    private mutating func judge(
        _ open: OpenMessages,
        after error: UnsettledError?,
        _ unsettled: UnsettledMessages,
        _ stream: StreamDefinition
    ) {
        switch open {
        case .none: return
        case .kept(let file): note(.failure, .resume, Self.advice(file, error, unsettled, stream))
        case .lost(let lines, let reason):
            note(
                .failure,
                .notSaved,
                "what remains open, lines \(lines.lowerBound) to \(lines.upperBound), could not be saved: \(reason)"
            )
        }
    }

    /// Sending again is of no use.
    private mutating func tellExhaustion(_ open: OpenMessages, _ report: PublishReport, _ stream: StreamDefinition) {
        guard case .kept(let file) = open else { return judge(open, after: nil, report.unsettled, stream) }
        note(
            .failure,
            .exhausted,
            "the stream has given its last id, and nothing can be added to it any more: what was not published is in \(file), for "
                + "when the stream was made anew"
        )
    }

    private static func advice(
        _ file: String,
        _ error: UnsettledError?,
        _ unsettled: UnsettledMessages,
        _ stream: StreamDefinition
    ) -> TerminalText {
        switch error {
        case .unidentified:
            // An entry that says the same may be somebody else's: whether it is taken for ours a person has to say.
            """
            what remains open is in \(file): what of it arrived is among the entries that came after \(unsettled.since.id) \
            (caracalctl tail \(stream.word) --from \(unsettled.since.id) --no-follow\
            \(StreamTable.find(stream.name) == nil ? " --any-stream" : "")), if none was trimmed; compare before it is sent again
            """
        case .trimmed:
            "what remains open is in \(file): --resume finds what is there still, and only the consumers know whether they had "
                + "the rest (by outbox_id)"
        case .setBack, .lost: "what remains open is in \(file): --resume settles it only if the lost entries come back"
        default: "settle the rest with: caracalctl publish \(ShellWord.option("--resume", Array(file.utf8)))"
        }
    }

    private mutating func tellReceivers(_ groups: Result<[[UInt8]], Refusal>, of stream: StreamDefinition) {
        switch groups {
        case .success([]): note(.warning, .receivers, "no group reads \(stream.name)")
        case .success(let groups):
            let names = groups.map { TerminalText($0) }.joined(separator: ", ")
            note(.note, .receivers, "\(stream.name) is read by \(names)")
        case .failure(let refusal):
            note(.warning, .receivers, "which groups read \(stream.name) is not known: \(refusal.text)")
        }
    }

    private static func messages(_ count: Int) -> String {
        Format.count(count, "message was", "messages were")
    }

    private mutating func note(_ severity: Finding.Severity, _ code: Finding.Code, _ message: TerminalText) {
        findings.append(Finding(code, severity, message))
    }
}

extension UnsettledError {
    /// Why it is unknown, in a clause.
    var text: TerminalText {
        switch self {
        case .unreachable(let error):
            "the connection was lost, and asking again failed (--timeout says for how long it is tried): \(CommandError(error).message)"
        case .violation(let error): CommandError(error).message
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
        case .noProgress(let error): "the connection was lost again and again: \(CommandError(error).message)"
        }
    }
}

extension KeyVerdict {
    /// What is to be said where some of a stream's newest signed entries verify with the key that is set and some do not; nil for
    /// any other verdict. Nobody is blamed: the others may be forged, or of a publisher with another key, or of the key before.
    func mixture(on stream: StreamDefinition) -> Finding? {
        let (fitting, signed): (UInt64, UInt64)
        switch self {
        case .fitsSome(let some, let all), .fitsFew(let some, let all): (fitting, signed) = (some, all)
        case .fits, .fitsNone, .fitsFewElsewhere, .refused, .unknown: return nil
        }
        guard fitting > 0 else { return nil }
        let (some, others) = (Format.grouped(UInt(fitting)), Format.grouped(UInt(signed - fitting)))
        return Finding(
            .invalidSignature,
            .warning,
            stream: stream.name,
            """
            the newest \(signed) signed entries of \(stream.name) are of two keys: \(some) \
            \(fitting == 1 ? "verifies" : "verify") with this key, \(others) \(signed - fitting == 1 ? "does" : "do") not \
            (caracalctl verify-sig \(stream.word))
            """
        )
    }
}

extension Finding {
    /// That nothing is known of the key, because the entries of a stream may not be read.
    ///
    /// - Parameters:
    ///   - stream: the one that is published to.
    ///   - tried: the one that may not be read, by its key.
    static func untriedKey(for stream: StreamDefinition, on tried: [UInt8], _ refusal: Refusal) -> Finding {
        Finding(
            refusal.kind.isAboutRights ? .notPermitted : .refused,
            .warning,
            stream: stream.name,
            "the key could not be tried on \(TerminalText(tried)): \(refusal.reason); with another key than the consumers' they skip what is "
                + "published"
        )
    }
}
