import Redis

/// Which deployment a server belongs to, as export files say it: by the history of its data, so that a failover to a
/// replica makes no difference, or by its address where the server does not tell.
package struct DeploymentName: Sendable, Equatable {
    /// What export files say from now on.
    package let text: String
    /// What export files may say instead: written before the last failover, or when a cluster was entered elsewhere.
    package let others: [String]

    /// Asks every server that takes writes and was not just found lost: the first one gives the name, and each of them makes it known.
    package static func identify(on channel: any CommandChannel) throws(RedisError) -> DeploymentName {
        var names: [String] = []
        for master in try channel.reachableMasters() {
            guard let history = try master.ask(InfoReplication()).value, let identifier = history.identifier else {
                continue
            }
            names.append("replid:\(identifier)")
            if let former = history.former, former.utf8.contains(where: { $0 != UInt8(ascii: "0") }) {
                names.append("replid:\(former)")
            }
        }
        let text = names.first ?? "address:\(channel.endpoint)"
        return DeploymentName(text: text, others: Array(names.dropFirst()))
    }

    /// Whether an export file that says `name` is of this deployment.
    func isCalled(_ name: String) -> Bool { name == text || others.contains(name) }
}
