import Redis

/// Which deployment a server belongs to, as export files say it: by the history of its data, so that a failover to a
/// replica makes no difference, or by its address where the server does not tell.
package struct Deployment: Sendable, Equatable {
    /// What export files say from now on.
    package let name: String
    /// What an export file of before the last failover says; nil when there is no such name.
    package let formerName: String?

    /// Asks a server.
    package static func identify(on connection: Connection) throws(RedisError) -> Deployment {
        guard let history = try connection.ask(InfoReplication()).value, let identifier = history.identifier else {
            return Deployment(name: "address:\(connection.endpoint)", formerName: nil)
        }
        let former = history.former.flatMap { name in name.utf8.allSatisfy { $0 == UInt8(ascii: "0") } ? nil : name }
        return Deployment(name: "replid:\(identifier)", formerName: former.map { "replid:\($0)" })
    }

    /// Whether an export file that says `text` is of this deployment.
    func isCalled(_ text: String) -> Bool { text == name || text == formerName }
}
