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
    var problems: [CheckLine] {
        let all = faults.map(CheckLine.init) + measures.compactMap(CheckLine.init)
        return [CheckState.critical, .warning, .unknown].flatMap { state in all.filter { $0.state == state } }
    }
}

extension CheckLine {
    /// A figure that is not in order; nil for one that is.
    init?(_ measure: CheckMeasure) {
        guard measure.state != .ok else { return nil }
        let limit: TerminalText = measure.crossedLimit.map { " (above \($0))" } ?? Self.lack(measure)
        let text: TerminalText =
            switch measure.figure {
            case .lag, .pending: "\(measure.label) \(measure.amount)\(limit)"
            case .oldest: "\(measure.place) oldest pending entry \(measure.amount)\(limit)"
            case .deadLetters: "\(measure.place) dead letters \(measure.amount)\(limit)"
            case .memory where measure.maximum == nil:
                "memory against maxmemory unknown: \(measure.server ?? "the server") does not tell (--memory off leaves it out)"
            case .memory: "memory \(measure.amount)\(limit)"
            case .outboxDead, .outboxOldest: "\(measure.label) \(measure.amount)\(limit)"
            }
        let code =
            measure.crossedLimit == nil ? "\(measure.figure.rawValue)_unknown" : "over_\(measure.figure.rawValue)"
        self.init(state: measure.state, code: code, text: text)
    }

    /// Which right is missing, where a figure is unknown for want of one.
    private static func lack(_ measure: CheckMeasure) -> TerminalText {
        guard measure.quantity == .unknown, let right = measure.refusal?.missingRight else { return "" }
        let commands = right.commands.map { $0.split(separator: "|").joined(separator: " ").uppercased() }
        return ": the ACL user lacks the right to \(commands.joined(separator: ", "))"
    }

    /// A group, as a plugin's line names it.
    private static func place(_ stream: StreamDefinition, _ group: [UInt8]) -> TerminalText {
        "\(stream.shortName)/\(Nagios.escaped(TerminalText(group.shortened)))"
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
    init(_ fault: CheckProblem) {
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
                    Nagios.escaped("\(stream.shortName) is not a stream: it holds \(type.text)")
                )
            case .missingGroup(let stream, let group):
                (
                    .missingGroup,
                    "\(stream.shortName)/\(group.name) does not exist (\(stream.provisioning) creates it)"
                )
            case .stream(.refused(let stream, let refusal)) where refusal.kind == .noPermission:
                (.refused, "\(stream.shortName) unknown: the ACL user may not run XINFO on it")
            case .stream(.refused(let stream, let refusal)):
                (.refused, "\(stream.shortName): \(Nagios.escaped(refusal.text))")
            case .lost(let stream, let group, let loss):
                (
                    loss.isOpen ? .lossUnknown : .lostEntries,
                    "\(Self.place(stream, group)) \(loss.text { Format.grouped(Int(clamping: $0)) })"
                )
            case .replica(let server, let master):
                (
                    .replica,
                    Nagios.escaped(
                        "\(server ?? "this") is a replica\(master.map { " of \($0)" } ?? ""): it takes no writes"
                    )
                )
            case .writesRefused(let server, let problem):
                (.writesRefused, Nagios.escaped(problem.text(of: "\(server ?? "the server")")))
            case .snapshotFailed(let server):
                (.saveFailed, Nagios.escaped("the last snapshot of \(server ?? "the server") failed"))
            case .skipped(let stream, let group, let count):
                (
                    .skippedEntries,
                    "\(Self.place(stream, group)) may have been put behind "
                        + "\(count.map { "up to \(Format.count(Int(clamping: $0), "entry", "entries"))" } ?? "entries") that it had not read"
                )
            case .silentReader(let stream, let group, let reader, _):
                (
                    .silentReader,
                    "\(Self.place(stream, group)): \(Self.amount(of: reader.waiting)) \(reader.waiting.value == 1 ? "waits" : "wait"), and \(Self.words(reader))"
                )
            case .futureID(let stream, let ahead):
                (
                    .futureID,
                    "the last id of \(stream.shortName) is \(Format.duration(milliseconds: Int(clamping: ahead))) ahead of the "
                        + "server's clock"
                )
            case .lastID(let stream):
                (.lastID, "\(stream.shortName) has used up its ids: it takes no entry any more")
            case .stream(let problem): (.refused, Nagios.escaped(problem.text()))
            case .outboxes(let finding), .signatures(let finding): (finding.code, Nagios.escaped(finding.message))
            }
        self.init(state: fault.state, code: code.rawValue, text: text)
    }
}
