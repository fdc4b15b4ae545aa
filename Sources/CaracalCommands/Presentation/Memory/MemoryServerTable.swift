import Caracal
import Redis
import Rendering
import Text

/// The first part of what `memory` shows: the server.
struct MemoryServerTable {
    private let report: ServerMemoryReport
    private let problems: Set<Finding.Code>

    init(_ report: ServerMemoryReport) {
        self.report = report
        problems = Set(report.findings.filter { $0.severity == .failure }.map(\.code))
    }

    var table: TextTable {
        var table = TextTable([Column(""), Column("", isFlexible: true)])
        func row(_ title: String, _ text: TerminalText, _ codes: Finding.Code...) {
            table.append([Cell(title), Cell(text, style: codes.contains(where: problems.contains) ? .red : nil)])
        }
        row("USED", used, .overUsed)
        row("PEAK", report.server.peak.text { "\(Format.size($0))" })
        row("POLICY", report.server.policy.text { TerminalText($0) }, .policy)
        row("FRAGMENTATION", report.server.fragmentation.text { "\($0)" })
        row("APPEND-ONLY", appendOnly, .aofOff, .aofWriteFailed, .aofRewriteFailed)
        row("SNAPSHOT", snapshot, .saveFailed)
        row("DB 1", report.otherKeys.text(Self.text))
        return table
    }

    private var used: TerminalText {
        report.server.used.text { used in
            let limit = report.server.limit.text { limit in
                guard limit > 0 else { return "no maxmemory" }
                let share = Format.percentage(Int(clamping: used), of: Int(clamping: limit)) ?? "unknown"
                return "of \(Format.size(limit)) (\(share))"
            }
            return "\(Format.size(used)) \(report.server.limit.value == nil ? "of maxmemory, \(limit)" : limit)"
        }
    }

    private var appendOnly: TerminalText {
        report.persistence.appendOnly.text { isOn in
            guard isOn else { return "off" }
            let fsync = report.persistence.fsync.text { TerminalText($0) }
            return "on, fsync \(fsync), last write \(Self.outcome(report.persistence.lastWriteSucceeded))"
        }
    }

    private var snapshot: TerminalText {
        let files = report.persistence
        let changes = files.unsavedChanges.text { "\(Format.grouped(UInt($0)))" }
        let plural: TerminalText = files.unsavedChanges.value == 1 ? "change" : "changes"
        return files.lastSaveSucceeded.text { succeeded in
            let hasNone = files.hasSaved.value == false
            if hasNone, succeeded { return "none since the server started, \(changes) \(plural)" }
            let time: TerminalText =
                hasNone ? "none since the server started" : files.lastSave.value.map(age) ?? "time unknown"
            return "\(succeeded ? "ok" : "FAILED"), \(time), \(changes) \(plural) since"
        }
    }

    private func age(of time: UInt64) -> TerminalText {
        guard let now = report.now, time <= now / 1000 else { return "time unknown" }
        return "\(Format.age(milliseconds: Int(clamping: now - time * 1000))) ago"
    }

    private static func outcome(_ succeeded: ServerFact<Bool>) -> TerminalText {
        succeeded.text { $0 ? "ok" : "FAILED" }
    }

    private static func text(_ keys: KeyCounts) -> TerminalText {
        let counts: TerminalText =
            "\(Format.grouped(keys.rateLimits)) rl:, \(Format.grouped(keys.challenges)) chal:, \(Format.grouped(keys.others)) other"
        return keys.isComplete ? counts : "at least \(counts)"
    }
}
