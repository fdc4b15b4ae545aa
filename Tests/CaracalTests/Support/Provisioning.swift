import Caracal
import Redis

/// Provisions all streams.
@discardableResult
func provision(_ connection: Connection, _ policy: StartPolicy = .automatic) throws -> ProvisionReport {
    try Provision(streams: StreamTable.all, policy: policy).run(on: connection)
}
