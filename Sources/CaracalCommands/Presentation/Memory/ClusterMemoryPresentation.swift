import Caracal
import Rendering

/// How `memory` shows a cluster: server after server.
struct ClusterMemoryPresentation: Presentable {
    private let parts: [(server: String, shown: MemoryPresentation)]
    private let server: ServerPresentation
    private let findings: [Finding]

    /// - Parameter lost: about the streams of servers that cannot be reached.
    init(_ parts: [ClusterMemory.Part], lost: [Finding], server: ServerPresentation, problemsOnly: Bool) {
        self.parts = parts.map { part in
            (part.server, MemoryPresentation(report: part.report, server: server, problemsOnly: problemsOnly))
        }
        self.server = server
        findings = lost + parts.flatMap(\.findings)
    }

    func table(_ look: TerminalLook) -> String {
        let tables = parts.map { ($0.server, $0.shown.table(look)) }.filter { !$0.1.isEmpty }
        return tables.map { "SERVER         \($0)\n\($1)" }.joined(separator: "\n")
    }

    var envelope: Envelope {
        let envelopes = parts.map { ($0.server, $0.shown.envelope) }
        return Envelope(
            schema: "caracalctl.memory/1",
            at: WallClock.now,
            server: server.json,
            items: envelopes.flatMap { name, envelope in envelope.items.map { $0.naming(name) } },
            summary: ["servers": .array(envelopes.map { name, envelope in envelope.summary.naming(name) })],
            warnings: findings.warnings
        )
    }

    var metrics: [MetricFamily]? {
        var families: [MetricFamily] = []
        for part in parts {
            for (index, family) in (part.shown.metrics ?? []).enumerated() {
                if index == families.count { families.append(family.empty) }
                families[index].append(family, adding: ("server", part.server))
            }
        }
        return families
    }
}

extension JSONValue {
    /// The same object with the server's name before its members.
    fileprivate func naming(_ server: String) -> JSONValue {
        guard case .object(let members) = self else { return self }
        return .object([JSONMember("server", .string(server))] + members)
    }
}
