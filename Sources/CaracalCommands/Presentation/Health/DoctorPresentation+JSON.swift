import Caracal
import Rendering
import Text

extension DoctorPresentation {
    var envelope: Envelope {
        Envelope(
            schema: "caracalctl.doctor/1",
            at: at,
            server: server.json,
            items: diagnosis.items.filter { isWanted($0.outcome.status) }.map(json),
            summary: .object(summary),
            warnings: []
        )
    }

    private func isWanted(_ status: CheckOutcome.Status) -> Bool {
        !problemsOnly || status == .failure || status == .warning
    }

    private func json(_ item: Diagnosis.Item) -> JSONValue {
        [
            "check": .string(item.check), "status": .string(item.outcome.status.rawValue),
            "stream": JSONValue(item.outcome.stream), "finding": JSONValue(Self.text(item.outcome.sentence)),
            "evidence": JSONValue(item.outcome.evidence?.text { $0 < 1000 ? "\($0) ms" : "\($0 / 1000) s" }),
            "fix": JSONValue(item.outcome.fix),
        ]
    }

    private var summary: [JSONMember] {
        [JSONMember("checks", .integer(Int64(diagnosis.checks)))]
            + CheckOutcome.Status.allCases.map {
                JSONMember($0.rawValue, .integer(Int64(diagnosis.count($0))))
            } + [JSONMember("round_trips", .integer(Int64(diagnosis.roundTrips)))]
    }

    var metrics: [MetricFamily]? {
        var outcomes = MetricFamily(
            "caracal_doctor_outcomes",
            .gauge,
            help: "Outcomes of a check, by how they turned out."
        )
        for check in diagnosis.items.map(\.check).uniqued {
            for status in CheckOutcome.Status.allCases {
                let count = diagnosis.items.count { $0.check == check && $0.outcome.status == status }
                outcomes.append(["check": check, "status": status.rawValue], count: count)
            }
        }
        return [outcomes]
    }
}

extension [String] {
    /// Each of them once, where it came first.
    fileprivate var uniqued: [String] {
        var seen: Set<String> = []
        return filter { seen.insert($0).inserted }
    }
}
