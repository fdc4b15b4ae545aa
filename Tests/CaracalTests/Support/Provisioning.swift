import Caracal
import Redis
import Synchronization

/// Provisions all streams.
@discardableResult
func provision(_ connection: Connection, _ policy: StartPolicy = .automatic) throws -> ProvisionReport {
    try Provision(streams: StreamTable.all, policy: policy).run(on: connection)
}

/// Reports that several threads leave.
final class Collected: Sendable {
    private let reports = Mutex<[ProvisionReport]>([])

    var all: [ProvisionReport] { reports.withLock { $0 } }

    func append(_ report: ProvisionReport) {
        reports.withLock { $0.append(report) }
    }
}
