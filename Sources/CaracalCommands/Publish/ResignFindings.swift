import Caracal
import Redis
import Rendering
import Text

extension ResignPlan {
    /// What is to be said beside the table.
    var findings: [Finding] {
        var findings = absent.map {
            Finding(.noEntry, .failure, stream: stream.name, "\(stream.name) has no entry \($0.text)")
        }
        let kept = entries.count { $0.obstacle?.isSettled == false }
        if kept > 0 {
            let text = Format.count(kept, "entry is", "entries are")
            findings.append(Finding(.keptBack, .failure, stream: stream.name, "\(text) not published again"))
        }
        if let doubt { findings.append(Finding(.questionableSignature, .warning, stream: stream.name, doubt)) }
        if let comparison {
            findings.append(Finding(.outboxUnknown, .warning, stream: stream.name, comparison))
        }
        if !hasValid, !messages.isEmpty {
            let text: TerminalText =
                "no signature on \(stream.name) is valid under this key: is it the one that the consumers have?"
            findings.append(Finding(.noValidSignature, .warning, stream: stream.name, text))
        }
        if let cut { findings.append(finding(cut)) }
        return findings
    }

    /// What left out further entries, and how they are reached.
    private func finding(_ cut: Cut) -> Finding {
        switch cut {
        // The same command continues, but for one that publishes the same entries once more.
        case .limit(let next):
            let way: TerminalText = dropsOutboxID ? next.map { " (continue with --since \($0))" } ?? "" : ""
            return Finding(.more, .note, "stopped at --limit; more entries match\(way)")
        case .bytes(let next):
            let way: TerminalText =
                next.map { "continue with --since \($0)" } ?? "pass the others in a run of their own"
            let outcome: TerminalText = messages.isEmpty ? ", none of which can be published" : ""
            return Finding(
                .more,
                messages.isEmpty ? .failure : .note,
                stream: stream.name,
                "stopped at \(Resign.mebibyteLimit) MiB of entries\(outcome); more entries match (\(way))"
            )
        }
    }
}

extension ResignPlan {
    /// What of that which is to be signed was not compared with its row; nil where all was.
    private var comparison: TerminalText? {
        let count = entries.count { $0.obstacle == nil && !$0.agreesWithRow }
        guard count > 0 else { return nil }
        guard comparesRows else {
            return "nothing was compared with the outboxes: set DATABASE_URL to leave out what its row contradicts"
        }
        let some = Format.count(count, "entry has", "entries have")
        return "\(some) no row in the outboxes to compare \(count == 1 ? "it" : "them") with"
    }

    /// That what is to be signed may be forged, with its border; nil where nothing is to be signed.
    private var doubt: TerminalText? {
        let planned = entries.filter { $0.obstacle == nil }
        guard let first = planned.first, let last = planned.last else { return nil }
        let name = { (entry: Entry) -> TerminalText in
            let time = EntryID(entry.id).flatMap { ClockZone.utc.timestamp(milliseconds: $0.milliseconds) }
            return "\(entry.id)\(time.map { " (\($0))" } ?? "")"
        }
        let these: TerminalText =
            planned.count == 1
            ? "the entry \(name(first))"
            : "the \(Format.grouped(planned.count)) entries from \(name(first)) to \(name(last))"
        let it = planned.count == 1 ? "it" : "them"
        return
            "\(these) may be forged: anybody who can write \(stream.name) could have put \(it) there; sign \(it) only if you know that the services wrote \(it)"
    }
}

extension ResignPlan.Problem {
    /// Why, in a clause.
    var text: TerminalText {
        switch self {
        case .valid: "its signature is valid"
        case .copy: "copied from another stream"
        case .unchecked: "there is no key for its scheme"
        case .message(let error): "\(error)"
        case .again(let id): "published again already, as \(id)"
        case .present(let id): "the valid entry \(id) has its outbox_id"
        case .said(let id): "the later valid entry \(id) says the same"
        case .same(let id): id.isEmpty ? "another entry says the same" : "\(id) says the same"
        case .disputed: "several entries with one outbox_id say different things"
        case .ambiguous: "several lines have its id and say different things"
        case .row(let table): "its row in \(table.name) says something else: it was forged, or altered"
        case .waiting(let table):
            "its row in \(table.name) waits: \(table == .api ? "the API" : "the Coordinator") publishes it, signed anew"
        case .rowElsewhere(let table, let stream):
            "its row in \(table.name) is for \(stream): it was forged, or altered"
        case .unread(let problem): "its row could not be read: \(problem.text)"
        }
    }
}
