import Caracal
import Redis
import Rendering
import Text

/// One thing that is not in order, in words.
struct CheckLine: Equatable {
    /// How bad it is.
    let state: CheckState
    /// A stable name for scripts.
    let code: String
    /// One clause, fit for the shell of a notification and for a web page.
    let text: TerminalText
}

extension CheckReport {
    /// What is not in order, the worst first.
    func problems(_ reader: CheckReader) -> [CheckLine] {
        let lines = CheckLines(reader: reader)
        let all = faults.map(lines.line) + measures.compactMap(lines.line)
        return [CheckState.critical, .warning, .unknown].flatMap { state in all.filter { $0.state == state } }
    }
}

/// Who reads what is not in order.
enum CheckReader {
    /// A person at a terminal, or a program that reads JSON: names and commands stand there as they are.
    case direct
    /// A monitoring system, which may hand the line to a shell or show it on a web page.
    case monitoring

    /// Text from the network, or with a command in it.
    func escaped(_ text: TerminalText) -> TerminalText {
        switch self {
        case .direct: text
        case .monitoring: Nagios.escaped(text)
        }
    }
}

/// The words for what is not in order.
private struct CheckLines {
    let reader: CheckReader

    /// A figure that is not in order; nil for one that is.
    func line(_ measure: CheckMeasure) -> CheckLine? {
        guard measure.state != .ok else { return nil }
        let limit: TerminalText = measure.crossedLimit.map { " (above \($0))" } ?? Self.lack(measure)
        let (place, label) = (reader.escaped(measure.place), reader.escaped(measure.label))
        let text: TerminalText =
            switch measure.figure {
            case .lag, .pending: "\(label) \(measure.amount)\(limit)"
            case .oldest: "\(place) oldest pending entry \(measure.amount)\(limit)"
            case .deadLetters: "\(place) dead letters \(measure.amount)\(limit)"
            case .memory where measure.maximum == nil:
                "memory against maxmemory unknown: \(measure.server ?? "the server") does not tell (--memory off leaves it out)"
            case .memory: "memory \(measure.amount)\(limit)"
            case .outboxDead, .outboxOldest: "\(label) \(measure.amount)\(limit)"
            }
        let code =
            measure.crossedLimit == nil ? "\(measure.figure.rawValue)_unknown" : "over_\(measure.figure.rawValue)"
        return CheckLine(state: measure.state, code: code, text: text)
    }

    /// Which right is missing, where a figure is unknown for want of one.
    private static func lack(_ measure: CheckMeasure) -> TerminalText {
        guard measure.quantity == .unknown, let right = measure.refusal?.missingRight else { return "" }
        let commands = right.commands.map { $0.split(separator: "|").joined(separator: " ").uppercased() }
        return ": the ACL user lacks the right to \(commands.joined(separator: ", "))"
    }

    /// A group, as a plugin's line names it.
    private func place(_ stream: StreamDefinition, _ group: [UInt8]) -> TerminalText {
        "\(stream.shortName)/\(reader.escaped("\(group.shortened)"))"
    }

    private static func words(_ reader: SilentReader) -> String {
        let time = Format.duration(milliseconds: Int(clamping: reader.silence))
        return switch reader.consumers {
        case 0: "it has no consumer: the oldest is \(time) old"
        case 1: "its consumer was not heard of for \(time)"
        default: "none of its \(Format.grouped(reader.consumers)) consumers was heard of for \(time)"
        }
    }

    private static func amount(of entries: Quantity) -> TerminalText {
        guard let value = entries.value else { return "entries" }
        let count = Format.count(Int(clamping: value), "entry", "entries")
        return if case .atLeast = entries { "at least \(count)" } else { "\(count)" }
    }

    /// What is amiss and no figure.
    func line(_ fault: CheckProblem) -> CheckLine {
        let (code, text): (Finding.Code, TerminalText) =
            switch fault {
            case .stream(.missing(let stream)):
                (.missing, "\(stream.shortName) does not exist (\(stream.provisioning) creates it)")
            case .stream(.otherType(let stream, .refused(let refusal))) where refusal.kind == .noPermission:
                (
                    .wrongType,
                    "\(stream.shortName) is not a stream: it holds a different type (the ACL user lacks the right to TYPE)"
                )
            case .stream(.otherType(let stream, let type)):
                (
                    .wrongType,
                    reader.escaped("\(stream.shortName) is not a stream: it holds \(type.text)")
                )
            case .missingGroup(let stream, let group):
                (
                    .missingGroup,
                    "\(stream.shortName)/\(group.name) does not exist (\(stream.provisioning) creates it)"
                )
            case .stream(.refused(let stream, let refusal)) where refusal.kind == .noPermission:
                (.refused, "\(stream.shortName) unknown: the ACL user may not run XINFO on it")
            case .stream(.refused(let stream, let refusal)):
                (.refused, "\(stream.shortName): \(reader.escaped(refusal.text))")
            case .lost(let stream, let group, let loss):
                (
                    loss.isOpen ? .lossUnknown : .lostEntries,
                    "\(place(stream, group)) \(loss.text { Format.grouped(Int(clamping: $0)) })"
                )
            case .replica(let server, let master):
                (
                    .replica,
                    reader.escaped(
                        "\(server ?? "this") is a replica\(master.map { " of \($0)" } ?? ""): it takes no writes"
                    )
                )
            case .writesRefused(let server, let problem):
                (.writesRefused, reader.escaped(problem.text(of: "\(server ?? "the server")")))
            case .snapshotFailed(let server):
                (.saveFailed, reader.escaped("the last snapshot of \(server ?? "the server") failed"))
            case .skipped(let stream, let group, let count):
                (
                    .skippedEntries,
                    "\(place(stream, group)) may have been put behind "
                        + "\(count.map { "up to \(Format.count(Int(clamping: $0), "entry", "entries"))" } ?? "entries") that it had not read"
                )
            case .beyondEnd(let stream, let group, let end):
                (
                    .skippedEntries,
                    "\(place(stream, group)) stands at \(end), beyond the stream's last id: it is not given what is added now"
                )
            case .silentReader(let stream, let group, let silent, _):
                (
                    .silentReader,
                    "\(place(stream, group)): \(Self.amount(of: silent.waiting)) \(silent.waiting.value == 1 ? "waits" : "wait"), and \(Self.words(silent))"
                )
            case .futureID(let stream, let ahead):
                (
                    .futureID,
                    "the last id of \(stream.shortName) is \(Format.duration(milliseconds: Int(clamping: ahead))) ahead of the "
                        + "server's clock"
                )
            case .lastID(let stream):
                (.lastID, "\(stream.shortName) has used up its ids: it takes no entry any more")
            case .stream(let problem): (.refused, reader.escaped(problem.text()))
            case .outboxes(let finding), .signatures(let finding): (finding.code, reader.escaped(finding.message))
            }
        return CheckLine(state: fault.state, code: code.rawValue, text: text)
    }
}
