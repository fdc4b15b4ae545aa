import Rendering
import Text

/// What `sandbox` says of incidents.
enum IncidentLines {
    /// Lists them.
    static func list() throws {
        let output = Output()
        var table = TextTable([Column("INCIDENT"), Column("SOMEBODY SAYS", isFlexible: true)])
        for incident in Incident.all { table.append([Cell(incident.name), Cell(incident.complaint)]) }
        try output.write(Array(table.render(output.look).utf8))
    }

    /// Says what somebody complains of, and how to begin.
    static func complain(_ incidents: [Incident]) {
        guard !incidents.isEmpty else { return }
        for incident in incidents {
            Output.note("caracalctl: somebody says: \"\(TerminalText(incident.complaint))\"")
        }
        Output.note("caracalctl: to begin: caracalctl doctor")
    }

    /// Names the pages on them.
    static func solve(_ incidents: [Incident]) throws {
        let lines = incidents.map { "\($0.name): see \"\($0.page)\" in caracalctl-runbook(7)\n" }
        try Output().write(Array(lines.joined().utf8))
    }
}
