import Caracal
import Rendering
import Text

/// What `sandbox` says of incidents.
enum IncidentLines {
    /// Lists them.
    static func list() throws {
        let output = Output()
        var table = TextTable([Column("INCIDENT"), Column("SOMEBODY SAYS", isFlexible: true)])
        for incident in Incident.all { table.append([Cell(incident.name), Cell(incident.complaint)]) }
        try output.write(table.render(output.look))
    }

    /// Says what somebody complains of, and how to begin.
    static func complain(_ incidents: [Incident]) {
        guard !incidents.isEmpty else { return }
        for incident in incidents {
            Output.note("caracalctl: somebody says: \"\(incident.complaint)\"")
        }
        if incidents.contains(where: \.needsStart) {
            Output.note(
                "caracalctl: to start a consumer in this drill: caracalctl raw --yes XGROUP CREATECONSUMER STREAM GROUP NAME"
            )
        }
        Output.note("caracalctl: to begin: caracalctl doctor")
    }

    /// Names the pages on them, and says what doctor explains of their causes.
    static func solve(_ incidents: [Incident]) throws {
        let output = Output()
        let solutions = incidents.map { incident -> ScreenText in
            let explanation = DoctorExplanation(checks: HealthCheck.all.filter { $0.id == incident.check })
            return
                "\(incident.name): see \"\(incident.page)\" in caracalctl help runbook\n\n\(explanation.table(output.look))"
        }
        try output.write(solutions.joined(separator: "\n"))
    }
}
