import Caracal
import Redis
import Rendering
import Text

/// How `memory` shows its report: a cluster server after server, each under its name.
struct MemoryPresentation: Presentable {
    let report: MemoryReport
    let server: ServerPresentation
    /// Whether only findings are wanted, which are said elsewhere.
    let problemsOnly: Bool
    let at = WallClock.now

    func table(_ look: TerminalLook) -> ScreenText {
        guard !problemsOnly else { return "" }
        return report.servers.map { server in
            let streams = MemoryStreamTable(server).table
            let tables =
                look.choices.isMade
                ? [streams] : [MemoryServerTable(server).table, streams, MemoryForecastTable(server).table]
            let text = tables.map { $0.render(look) }.joined(separator: "\n")
            return server.name.map { "SERVER         \($0)\n\(text)" as ScreenText } ?? text
        }.joined(separator: "\n")
    }

    /// The streams of every server.
    var mainTable: TextTable? {
        guard !problemsOnly else { return TextTable(MemoryStreamTable.columns) }
        return report.servers.reduce(into: TextTable(MemoryStreamTable.columns)) { table, server in
            for row in MemoryStreamTable(server).rows { table.append(row) }
        }
    }

    var envelope: Envelope {
        let servers = report.servers.map { MemoryJSON(report: $0) }
        return Envelope(
            schema: "caracalctl.memory/1",
            at: at,
            server: server.json,
            items: servers.flatMap(\.items),
            summary: server.isOfCluster ? ["servers": .array(servers.map(\.summary))] : servers.first?.summary ?? .null,
            warnings: report.findings.warnings
        )
    }

    var metrics: [MetricFamily]? { MemoryMetrics.families(report) }
}

/// The second part of what `memory` shows: the streams. All sizes are estimates.
struct MemoryStreamTable {
    private let report: ServerMemoryReport

    init(_ report: ServerMemoryReport) {
        self.report = report
    }

    static let columns = [
        .stream, Column("LENGTH", .right, priority: 3), Column("~BYTES", .right),
        Column("~ENTRY", .right, priority: 5), Column("~PENDING", .right, priority: 4),
        Column("BOUND", .right, priority: 2), Column("~AT BOUND", .right, priority: 1),
        Column("BOUND THAT FITS", .right, priority: 1),
    ]

    var table: TextTable {
        rows.reduce(into: TextTable(Self.columns)) { $0.append($1) }
    }

    var rows: [[Cell]] { report.streams.map(row) }

    private func row(_ stream: StreamMemory) -> [Cell] {
        let definition = stream.observed.definition
        let name = Cell(definition.shortName)
        guard let length = stream.length else {
            let size = stream.bytes.map { Cell(size: $0) } ?? ""
            return [name, Cell(stream.observed.state.problem ?? "", style: .red), size]
        }
        return [
            name, Cell(count: length), Cell(size: stream.bytes),
            stream.bytesPerEntry.map { Cell(count: Int(saturating: $0)).adding(" B") } ?? "-",
            Cell(size: stream.pendingBytes), definition.bound.map { Cell(count: $0) } ?? "-",
            definition.bound == nil ? "-" : Cell(size: stream.bytesAtBound), largestBound(definition),
        ]
    }

    private func largestBound(_ stream: StreamDefinition) -> Cell {
        // Zero: the others alone do not fit, and no bound of this one can help.
        guard let largest = report.forecast.largestBounds[stream.name], largest > 0 else { return "-" }
        let isTooSmall = largest < stream.bound ?? 0
        return Cell(count: largest, style: isTooSmall ? .yellow : nil)
    }
}

/// The last part of what `memory` shows: what is to come.
struct MemoryForecastTable {
    private let report: ServerMemoryReport
    private let measuring: TerminalText

    /// - Parameter measuring: what tells when it is full, where no rate was measured.
    init(_ report: ServerMemoryReport, measuring: TerminalText = "--rate 10s") {
        self.report = report
        self.measuring = measuring
    }

    var table: TextTable {
        var table = TextTable([Column(""), Column("")])
        table.append(["AT ALL BOUNDS", Cell(sum, style: report.forecast.fits == false ? .yellow : nil)])
        table.append(["FULL", Cell(end)])
        if let growth = report.growth { table.append(["GROWTH", Cell(Self.text(growth))]) }
        return table
    }

    private var sum: String {
        let forecast = report.forecast
        let more = forecast.unmeasured.isEmpty && forecast.unknownStreams.isEmpty ? "" : "at least "
        guard let streams = forecast.bytesAtBounds else { return "unknown: no stream could be measured" }
        guard let needed = forecast.neededBytes else { return "\(more)\(Format.size(streams)) for the streams" }
        guard let other = forecast.otherBytes else {
            return "\(more)\(Format.size(needed)), \(more)\(Format.size(streams)) of it for the streams; \(verdict)"
        }
        let headroom = Format.percentage(Int((report.rules.headroom * 1000).rounded()), of: 1000) ?? "0%"
        return "\(more)\(Format.size(needed)): streams \(Format.size(streams)), "
            + "the rest \(Format.size(other)), headroom \(headroom); \(verdict)"
    }

    private var verdict: String {
        switch (report.forecast.fits, report.server.limit.value) {
        case (true?, _): "fits"
        case (false?, _): "does not fit"
        case (nil, 0?): "no maxmemory to fit into"
        case (nil, nil): "maxmemory is not known"
        case (nil, _) where !report.forecast.unknownStreams.isEmpty: "whether it fits is not known"
        case (nil, _): "fits as far as it can be measured"
        }
    }

    private var end: TerminalText {
        switch report.forecast.end {
        case .never: "not at this rate"
        case .after(let milliseconds): "in \(Format.duration(milliseconds: Int(clamping: milliseconds))) at this rate"
        case .unknown where report.rules.ratePeriod == nil: "not measured (\(measuring))"
        case .unknown: "unknown"
        }
    }

    private static func text(_ growth: Growth) -> String {
        let added = growth.added.values.reduce(0, +)
        let entries = "\(Format.grouped(Int(saturating: added))) entries/s"
        let bytes = growth.usedBytes.map { "\(Format.size(bytes: Int(saturating: $0)))/s" } ?? "unknown"
        return "\(entries), memory \(bytes), over \(Format.duration(milliseconds: Int(clamping: growth.milliseconds)))"
    }
}

/// The first part of what `memory` shows: the server.
struct MemoryServerTable {
    private let report: ServerMemoryReport
    private let problems: Set<Finding.Code>

    init(_ report: ServerMemoryReport) {
        self.report = report
        problems = Set(report.findings.filter { $0.severity == .failure }.map(\.code))
    }

    var table: TextTable {
        var table = TextTable([Column(""), Column("")])
        func row(_ title: String, _ text: TerminalText, _ codes: Finding.Code...) {
            table.append([Cell(title), Cell(text, style: codes.contains(where: problems.contains) ? .red : nil)])
        }
        row("USED", used, .overUsed)
        row("PEAK", report.server.peak.text { "\(Format.size($0))" })
        row("POLICY", report.server.policy.text { TerminalText($0) }, .policy)
        row("FRAGMENTATION", report.server.fragmentation.text { "\($0)" })
        row("APPEND-ONLY", appendOnly, .aofOff, .aofWriteFailed, .aofRewriteFailed)
        row("SNAPSHOT", snapshot, .saveFailed)
        row("DB 1", report.otherKeys.text(text))
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

    private func text(_ keys: KeyCounts) -> TerminalText {
        let counts: TerminalText =
            "\(Format.grouped(keys.rateLimits)) rl:, \(Format.grouped(keys.challenges)) chal:, \(Format.grouped(keys.others)) other"
        guard !keys.isComplete else { return counts }
        guard let all = report.databases.value?.first(where: { $0.number == 1 }) else { return "at least \(counts)" }
        let lasting = Format.grouped(UInt(all.lasting))
        return "\(Format.grouped(UInt(all.keys))) keys, \(lasting) without expiry; at least \(counts)"
    }
}
