import Redis

/// Which deployment a server belongs to, as export files say it: by the history of its data, so that a failover to a
/// replica makes no difference, or by its address where the server does not tell.
package struct DeploymentName: Sendable, Equatable {
    /// What export files say from now on.
    package let text: String
    /// What an export file of before the last failover says; nil when there is no such name.
    package let former: String?

    /// Asks a server.
    package static func identify(on connection: any CommandChannel) throws(RedisError) -> DeploymentName {
        guard let history = try connection.ask(InfoReplication()).value, let identifier = history.identifier else {
            return DeploymentName(text: "address:\(connection.endpoint)", former: nil)
        }
        let former = history.former.flatMap { name in name.utf8.allSatisfy { $0 == UInt8(ascii: "0") } ? nil : name }
        return DeploymentName(text: "replid:\(identifier)", former: former.map { "replid:\($0)" })
    }

    /// Whether an export file that says `other` is of this deployment.
    func isCalled(_ other: String) -> Bool { other == text || other == former }
}
