import Caracal
import Redis
import Rendering
import Text

/// The tables of a report: those of the commands that look, of one look at the bus.
struct ReportTables {
    private let bus: ReportLook.Bus
    private let isRecorded: Bool

    /// - Parameter isRecorded: whether the report has plots over time.
    init(_ bus: ReportLook.Bus, isRecorded: Bool) {
        self.bus = bus
        self.isRecorded = isRecorded
    }

    /// A section for each part of the bus.
    var sections: [DocumentSection] { [streams, groups, deadLetters, signatures, memory] }

    private var pending: PendingReport { bus.examination.pending }

    private var streams: DocumentSection {
        let report = LengthsReport(streams: pending.streams, now: pending.now, findings: [])
        let table = LengthsPresentation(report: report, server: bus.server, problemsOnly: false).mainTable
        return section("streams", "Streams", table)
    }

    private var groups: DocumentSection {
        let table = PendingPresentation(
            report: pending,
            server: bus.server,
            maxDeliveries: bus.examination.setup.maxDeliveries,
            showsLoss: true,
            problemsOnly: false
        ).mainTable
        return section(
            "groups",
            "Groups",
            table,
            """
            LAG: entries still to be delivered, BEHIND: age of the oldest of them. OLDEST: since the last delivery of the entry that has \
            been pending for longest, TRIES: deliveries of the entry that was delivered most often. LOST: entries removed before they \
            were delivered, HORIZON: entries until the next one is. ~ is by the server's counters, ≥ at least.
            """
        )
    }

    private var deadLetters: DocumentSection {
        switch bus.deadLetters {
        case .failure(let failure):
            DocumentSection("dead-letters", "Dead letters", [.text("They could not be read: \(failure.message)")])
        case .success(let report):
            section(
                "dead-letters",
                "Dead letters",
                DLQSummaryPresentation(report: report, server: bus.server, problemsOnly: false).mainTable,
                empty: "There are none."
            )
        }
    }

    private var signatures: DocumentSection {
        let table = VerifyPresentation(
            report: bus.examination.signatures,
            server: nil,
            findings: [],
            route: nil,
            problemsOnly: false,
            showsDesign: true
        ).mainTable
        return section(
            "signatures",
            "Signatures",
            table,
            """
            Of the newest entries of each stream; caracalctl verify-sig checks all of them. By design: the publishers of these entries \
            sign none, and nobody expects a signature.
            """,
            empty: "There were no entries to check."
        )
    }

    private var memory: DocumentSection {
        let blocks = bus.examination.servers.flatMap { server -> [DocumentBlock] in
            let name: TerminalText? = bus.examination.servers.count > 1 ? "\(server.name)" : nil
            return [
                .table(MemoryServerTable(server.memory).table, caption: name),
                .table(MemoryStreamTable(server.memory).table, caption: "By stream"),
                .table(
                    MemoryForecastTable(server.memory, measuring: growth).table,
                    caption: "At the bounds of all streams"
                ),
            ]
        }
        return DocumentSection("memory", "Memory", blocks + [.remark("~ is an estimate.")])
    }

    /// Where to see how memory grows: one look does not tell.
    private var growth: TerminalText {
        isRecorded ? "the plot Memory shows its course" : "--record 10m plots its course"
    }

    private func section(
        _ id: StaticString,
        _ title: TerminalText,
        _ table: TextTable?,
        _ remark: TerminalText? = nil,
        empty: TerminalText = "There is nothing to show."
    ) -> DocumentSection {
        guard let table, !table.isEmpty else { return DocumentSection(id, title, [.text(empty)]) }
        return DocumentSection(id, title, [.table(table, caption: nil)] + (remark.map { [.remark($0)] } ?? []))
    }
}
