import Caracal
import Redis
import Rendering

/// How `memory` shows its report: a cluster server after server, each under its name.
struct MemoryPresentation: Presentable {
    let report: MemoryReport
    let server: ServerPresentation
    /// Whether only findings are wanted, which are said elsewhere.
    let problemsOnly: Bool
    let at = WallClock.now

    func table(_ look: TerminalLook) -> String {
        guard !problemsOnly else { return "" }
        return report.servers.map { server in
            let tables = [
                MemoryServerTable(server).table, MemoryStreamTable(server).table, MemoryForecastTable(server).table,
            ]
            let text = tables.map { $0.render(look) }.joined(separator: "\n")
            return server.name.map { "SERVER         \($0)\n\(text)" } ?? text
        }.joined(separator: "\n")
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

    var metrics: [MetricFamily]? {
        var families: [MetricFamily] = []
        for server in report.servers {
            for (index, family) in MemoryMetrics(report: server).families.enumerated() {
                guard let name = server.name else {
                    families.append(family)
                    continue
                }
                if index == families.count { families.append(family.empty) }
                families[index].append(family, adding: ("server", name))
            }
        }
        return families
    }
}
