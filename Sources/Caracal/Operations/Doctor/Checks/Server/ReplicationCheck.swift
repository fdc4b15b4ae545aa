import Redis
import Text

extension HealthCheck {
    static let replication = HealthCheck(
        "replication",
        subject: "Whether this is a master, and whether its replicas, or its link to the master, are up.",
        reason: """
            A replica takes no writes and may be behind: every service whose address leads to it publishes and \
            acknowledges nothing. After a failover or a maintenance an address may be a replica that was the master. A \
            replica that is not in step is no help when the master is lost: what it has not received is gone.
            """,
        remedy: "Connect to the master. For a link that is down see both servers' logs and INFO replication."
    ) { (server: ServerExamination) in
        guard let info = server.replication.value, let role = info.bytes("role") else {
            return Inspection(ServerFact(server.replication) { $0.bytes("role") }, "replication", "INFO")
        }
        return Inspection(of: [info]) { role.elementsEqual("slave".utf8) ? [replica($0, server)] : replicas($0) }
            .or("a master; replicas: \(info.unsigned("connected_slaves") ?? 0)")
    }

    private static func replica(_ info: InfoFields, _ server: ServerExamination) -> CheckOutcome {
        let told = { (name: String) in info.bytes(name).map { TerminalText($0) } }
        let master: TerminalText = "\(told("master_host") ?? "?"):\(told("master_port") ?? "?")"
        guard info.bytes("master_link_status").map({ $0.elementsEqual("up".utf8) }) == true else {
            return CheckOutcome(
                .failure,
                server.isEmptyReplica
                    ? "this replica has not received the data of its master \(master): it holds none of the streams"
                    : "this replica has lost its master \(master): what it shows is old",
                evidence: "master_link_status is \(told("master_link_status") ?? "not told")",
                fix: "see the log of this server and of its master; until then connect to the master"
            )
        }
        return CheckOutcome(
            .failure,
            "this is a replica of \(master): it takes no writes and may be behind",
            evidence: "role is slave, master_link_status is up",
            fix:
                "caracalctl doctor --url \(url(of: info, server)) # its master: the services' addresses have to lead there"
        )
    }

    /// Where its master is, as it is typed.
    private static func url(of info: InfoFields, _ server: ServerExamination) -> TerminalText {
        let host = info.bytes("master_host") ?? []
        let name = host.contains(UInt8(ascii: ":")) ? Array("[".utf8) + host + Array("]".utf8) : host
        let scheme = server.certificate == nil ? "redis://" : "rediss://"
        let port = Array(":".utf8) + (info.bytes("master_port") ?? [])
        return ShellWord.quoted(Array(scheme.utf8) + name + port)
    }

    private static func replicas(_ info: InfoFields) -> [CheckOutcome] {
        // INFO lists them as slave0, slave1, …; a server with more than this many is none of ours.
        (0..<min(info.unsigned("connected_slaves") ?? 0, 100)).compactMap { index in
            guard let line = info.bytes("slave\(index)").map({ TerminalText($0) }), !line.text.contains("state=online")
            else { return nil }
            return CheckOutcome(
                .warning,
                "a replica is not in step with this master",
                evidence: "slave\(index): \(line)",
                fix: "see the log of that replica"
            )
        }
    }
}
