import Caracal
import Redis
import Text

/// What can be done for a message, as it is typed.
struct TraceAdvice {
    /// The commands, the most pressing first.
    private(set) var commands: [TerminalText] = []

    init(_ report: TraceReport, _ rows: TraceRows, claimIdle: UInt64) {
        for letter in report.letters {
            let place: TerminalText = "\(letter.entry.id) \(letter.entry.target.stream.option)"
            commands.append("caracalctl dlq \(letter.problem == nil ? "redrive" : "show") \(place)")
        }
        for entry in report.entries where !entry.isDoubtful {
            let stream = entry.target.stream.word
            for relation in entry.groups where relation.isStuck(claimIdle: claimIdle) {
                guard ShellWord.canGive(relation.group) else {
                    commands.append(RedisCLI.look(at: relation.group, on: entry.target.key))
                    continue
                }
                let successor = entry.successors[relation.group]?.consumers.first
                let place: TerminalText = "\(stream) \(ShellWord.group(relation.group))"
                commands.append(
                    entry.entry == nil
                        ? "caracalctl ack \(place) \(entry.id)"
                        : successor.map { "caracalctl claim \(place) \(entry.id) \(ShellWord.option("--to", $0.name))" }
                            ?? "caracalctl pending \(place)"
                )
            }
            if let command = Self.return(of: entry, report, rows), !commands.contains(command) {
                commands.append(command)
            }
        }
        if commands.isEmpty, let entry = report.entries.last(where: { $0.entry != nil && !$0.isDoubtful }) {
            commands = Self.seeks(entry)
        }
    }
}

extension TraceAdvice {
    /// How an entry is delivered to a group that is past it and may not have had it. Where no group is known to have been put there, but
    /// nothing tells of some, it is said of the first few.
    private static func seeks(_ entry: TraceReport.Entry) -> [TerminalText] {
        let groups = entry.groups.filter { group in
            // A host's group begins at $ by design.
            group.mayHaveSkipped != false && ShellWord.canGive(group.group)
                && !entry.target.stream.knownGroupPrefixes.contains { group.group.starts(with: $0.utf8) }
        }
        let seek = { (group: GroupRelation) -> TerminalText in
            "caracalctl group seek \(entry.target.stream.word) \(ShellWord.group(group.group)) --to \(entry.id) --dry-run"
        }
        if let put = groups.first(where: { $0.mayHaveSkipped == true }) { return [seek(put)] }
        return groups.prefix(3).map { "\(seek($0)) # if it never had it" }
    }

    /// How the message of an entry comes to the consumers that skipped it for its signature; nil where they had it, or nothing is known
    /// that helps. What says something else than its row is not to be signed: the row is published again. Nor is what no row
    /// has, or what was not compared.
    private static func `return`(of entry: TraceReport.Entry, _ report: TraceReport, _ rows: TraceRows) -> TerminalText?
    {
        guard let found = entry.entry, case .invalid = found.judgement?.outcome, entry.target.definition?.scheme != nil
        else {
            return nil
        }
        let isThere = report.entries.contains { other in
            other.target == entry.target && other.entry?.judgement?.outcome == .valid && found.outboxID != nil
                && other.entry?.outboxID == found.outboxID
        }
        guard !isThere else { return nil }
        switch rows.comparison(with: found) {
        case .impossible, .same, .forgotten:
            return "caracalctl publish \(entry.target.stream.word) --resign --id \(entry.id) --dry-run"
        case .unknown(let id): return ShellWord.canGive(id) ? "caracalctl outbox show \(ShellWord.last(id))" : nil
        case .none: return nil
        case .other(let row):
            // A row that waits is published by itself, and of one that was given up its own advice tells.
            guard row.state == .published, row.stream == entry.target.key else { return nil }
            return "caracalctl outbox requeue \(ShellWord.last(row.id))"
        }
    }
}

/// The commands that show one entry and follow its message, for others to point to.
enum MessageCommands {
    /// The one that shows an entry, or tells what became of it.
    static func get(_ id: TerminalText, in key: [UInt8]) -> TerminalText {
        let target = SignatureTarget(key: key)
        return "caracalctl get \(target.stream.word) \(id)\(choice(target))"
    }

    /// The one that follows the message in an entry.
    static func trace(_ id: TerminalText, in key: [UInt8]) -> TerminalText {
        let target = SignatureTarget(key: key)
        return "caracalctl trace \(id) \(target.stream.option)\(choice(target))"
    }

    /// What has a stream outside the table accepted.
    private static func choice(_ target: SignatureTarget) -> TerminalText {
        target.definition == nil && target.source?.definition == nil ? " --any-stream" : ""
    }
}
