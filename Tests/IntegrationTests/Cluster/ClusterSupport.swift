import RESP
import Redis
import TestSupport

extension ClusterServers {
    /// Runs the tool against the cluster, let in by one server.
    func run(_ arguments: String..., by index: Int = 0, input: String = "") throws -> CommandResult {
        try runner(by: index).run(arguments, input: input)
    }

    /// A runner with signing keys and time enough for a failover, which trusts the tests' authority where TLS is spoken.
    func runner(by index: Int = 0) throws -> CommandRunner {
        var runner = CommandRunner(
            environment: [
                "REDIS_URL": url(index), "STREAMS_HMAC_KEY": Publish.key, "AUDIT_HMAC_KEY": Publish.key,
                "CARACALCTL_CONNECT_TIMEOUT": "120s", "CARACALCTL_TIMEOUT": "120s",
            ],
            timeout: .seconds(600)
        )
        if url(index).hasPrefix("rediss:") {
            runner.environment["CARACALCTL_CACERT"] = try TLSFiles.shared.file(.authority)
        }
        return runner
    }

    /// The `outbox_id` of each entry that has one, in the order of the stream, as one server has them.
    func outboxIDs(of stream: String = Publish.stream, at index: Int) throws -> [String] {
        try run(index, "XRANGE", stream, "-", "+").root.elements.compactMap { entry in
            entry[1]?[field: "outbox_id"]?.text.map { String(decoding: $0, as: UTF8.self) }
        }
    }

    /// Whether a replica has lost its master, and with that has read all that it was sent.
    func isCutOff(_ index: Int) throws -> Bool {
        let info = InfoFields(try run(index, "INFO", "replication").root.text ?? [])
        return info.bytes("master_link_status") == Array("down".utf8)
    }

    /// As a replica has them, which serves reads on request only.
    func outboxIDsOfReplica(_ index: Int) throws -> [String] {
        let connection = try connect(index)
        _ = try connection.send(Command("READONLY"))
        return try connection.send(Command("XRANGE", Publish.stream, "-", "+")).root.elements.compactMap { entry in
            entry[1]?[field: "outbox_id"]?.text.map { String(decoding: $0, as: UTF8.self) }
        }
    }
}
