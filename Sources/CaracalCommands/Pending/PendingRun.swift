import Caracal
import Redis
import Rendering
import Text

/// One run of `pending`.
struct PendingRun {
    let session: Session
    let limits: PendingLimits
    let maxDeliveries: UInt64

    /// Shows every group of some streams.
    ///
    /// - Parameter rate: how far apart two looks are; nil for one look.
    func summary(_ streams: [StreamDefinition], showsLoss: Bool, rate: Duration?) throws -> ExitStatus {
        let connection = try session.connect()
        let summary = PendingSummary(streams: streams, limits: limits)
        let first = try summary.run(on: connection)
        if let rate { try wait(rate) }
        let report = rate == nil ? first : try summary.run(on: connection)
        try session.present(
            PendingPresentation(
                report: report,
                server: ServerPresentation(connection),
                maxDeliveries: maxDeliveries,
                showsLoss: showsLoss,
                problemsOnly: session.output.isQuiet.value,
                flows: rate.map { _ in report.flows(since: first) }
            )
        )
        session.say(report.findings)
        return ExitStatus(report.findings, refusals: report.refusals)
    }

    /// Waits between two looks, and shows how long.
    private func wait(_ time: Duration) throws {
        let progress = Progress(session)
        defer { progress.clear() }
        let (start, end) = (ContinuousClock.now, Deadline.after(time))
        while !end.hasPassed {
            progress.show("measuring rates".utf8, elapsed: ContinuousClock.now - start, of: time)
            try Poll.sleep(until: Deadline.after(.milliseconds(200)).orEarlier(end))
        }
    }

    /// Shows the consumers and the entries of one group.
    func entries(_ list: PendingList) throws -> ExitStatus {
        let connection = try session.connect()
        let report: PendingReport
        switch try list.look(on: connection, limits: limits) {
        case .failure(let refusal): throw CommandError(refusal, by: connection.endpoint.description)
        case .success(let value): report = value
        }
        guard let group = report.groups.first, let info = group.info else { return .internalError }
        let writer = PendingEntryWriter(
            group: group,
            now: report.now,
            maxDeliveries: maxDeliveries,
            showsAll: list.limit == nil
        )
        let ending: PendingList.Ending
        switch session.output.format.value {
        case .json: ending = try document(list, info, report, writer, connection)
        case .ndjson:
            ending = try list.walk(info, on: connection) { try session.stream.write(asTheyAre: Self.lines($0, writer)) }
        case .table, .wide, .csv, .prometheus: ending = try table(list, info, writer, connection)
        }
        session.say(report.findings)
        if let refusal = ending.refusal { throw CommandError(refusal, by: connection.endpoint.description) }
        return ExitStatus(report.findings, refusals: report.refusals)
    }

    private func table(
        _ list: PendingList,
        _ info: GroupInfo,
        _ writer: PendingEntryWriter,
        _ connection: any CommandChannel
    ) throws -> PendingList.Ending {
        let output = session.stream
        let isCSV = session.output.format.value == .csv
        if !isCSV, !output.look.choices.isMade { try output.write(writer.consumers(output.look)) }
        var page = PagedTable(writer.columns, output.look)
        var sorted = TextTable(writer.columns)
        var rows = PendingEntryRows(writer, isCSV ? .values : .text)
        if isCSV { try output.write(asTheyAre: page.csv(rows.rows([]))) }
        let ending = try list.walk(info, on: connection) { entries in
            guard output.look.choices.order == nil else { return entries.forEach { sorted.append(writer.row($0)) } }
            guard !entries.isEmpty else { return }
            let next = rows.rows(entries)
            if isCSV { try output.write(asTheyAre: page.csv(next)) } else { try output.write(page.text(next)) }
        }
        if !sorted.isEmpty {
            if isCSV {
                try output.write(asTheyAre: Array(page.csv(sorted).utf8))
            } else {
                try output.write(page.text(sorted))
            }
        }
        let isQuiet = session.output.isQuiet.value
        if !isCSV, !isQuiet, !output.look.choices.isMade, ending.shown == 0, ending.isWhole, ending.refusal == nil {
            try output.write("\(Self.nothing(list, info))\n")
        }
        if writer.consumersLeftOut > 0, !isQuiet {
            let count = Format.grouped(writer.consumersLeftOut)
            session.say(.note, code: .moreConsumers, "\(count) more consumers are not shown (--all shows them)")
        }
        if !ending.isWhole, ending.refusal == nil, !isQuiet {
            session.say(.note, code: .more, "\(ending.shown) shown, and there are more (--all shows them)")
        }
        return ending
    }

    /// That there is no line, which nothing at all could be taken for a group that is not there.
    private static func nothing(_ list: PendingList, _ info: GroupInfo) -> String {
        let filter = list.filter
        let isChosen =
            filter.consumer != nil || filter.minIdle > 0 || filter.minDeliveries > 0 || filter.isLostOnly
        return info.pending > 0 && isChosen
            ? "no pending entry matches (\(Format.grouped(UInt(clamping: info.pending))) pending)"
            : "nothing is pending"
    }

    private static func lines(_ entries: [ListedEntry], _ writer: PendingEntryWriter) -> [UInt8] {
        var json = JSONWriter()
        for entry in entries {
            json.object { writer.write(entry, to: &$0) }
            json.endLine()
        }
        return json.drain()
    }

    /// The envelope, written page by page.
    private func document(
        _ list: PendingList,
        _ info: GroupInfo,
        _ report: PendingReport,
        _ writer: PendingEntryWriter,
        _ connection: any CommandChannel
    ) throws -> PendingList.Ending {
        var ending = PendingList.Ending()
        var json = JSONWriter(.pretty)
        try json.object { json throws(any Error) in
            json.member("schema", "caracalctl.pending-entries/1")
            json.member("at", JSONValue(Format.timestamp(milliseconds: WallClock.now)))
            json.member("server", ServerPresentation(connection).json)
            try json.member(
                "items",
                array: { json throws(any Error) in
                    ending = try list.walk(info, on: connection) { entries in
                        for entry in entries { json.element(object: { writer.write(entry, to: &$0) }) }
                        try session.stream.write(asTheyAre: json.drain())
                    }
                }
            )
            json.member("summary", summary(writer, ending))
            json.member("warnings", Self.warnings(report.findings))
        }
        json.endLine()
        try session.stream.write(asTheyAre: json.drain())
        return ending
    }

    private func summary(_ writer: PendingEntryWriter, _ ending: PendingList.Ending) -> JSONValue {
        [
            "group": writer.group.json(maxDeliveries: maxDeliveries),
            "consumers": writer.shownConsumers.map { .array($0.map(\.json)) } ?? .null,
            "consumers_left_out": .integer(Int64(writer.consumersLeftOut)),
            "shown": .unsigned(ending.shown), "complete": .bool(ending.isWhole),
        ]
    }

    private static func warnings(_ findings: [Finding]) -> JSONValue {
        .array(findings.map { ["code": .string($0.code.rawValue), "message": JSONValue($0.message)] })
    }
}
