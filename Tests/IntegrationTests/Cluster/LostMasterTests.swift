import RedisSandbox
import TestSupport
import Testing

/// A cluster of which one master is gone, and that serves the other slots all the same.
@Suite struct LostMasterTests {
    private func withLostMaster(
        hasDeadLetters: Bool = false,
        _ body: (ClusterServers, _ lost: Set<String>) throws -> Void
    ) throws {
        try withCluster(.v8_2) { cluster in
            #expect(try cluster.run("provision").status == 0)
            let names = [
                "audit.events", "audit.events.dlq", "policy.invalidate", "sessions.revoke", "keys.invalidate",
                "agents.lifecycle", "invocations.lifecycle", "delegations.invalidate", "providers.ratelimit",
            ]
            let lost = Set(names.filter { cluster.master(of: "caracal.\($0)") == 2 })
            for index in 0..<3 {
                try cluster.run(index, "CONFIG", "SET", "cluster-require-full-coverage", "no")
            }
            for name in names where hasDeadLetters && !name.hasSuffix(".dlq") {
                let key = "caracal.\(name).dead"
                try cluster.run(
                    cluster.master(of: key),
                    "XADD",
                    key,
                    "1-1",
                    "source_id",
                    "1-1",
                    "payload",
                    "{\"a\":\"b\"}"
                )
            }
            cluster.servers[2].stop()
            try body(cluster, lost)
        }
    }

    @Test func whatIsReachableIsShownAndWhatIsNotIsNamed() throws {
        try withLostMaster { cluster, lost in
            #expect(lost.count == 3)
            let xlen = try cluster.run("xlen", "--timeout", "3s")
            #expect(xlen.status == 75)
            let rows = xlen.stdout.split(separator: "\n").dropFirst()
            #expect(rows.count == 9)
            for row in rows {
                let name = String(row.prefix { $0 != " " })
                let length = row.split(separator: " ")[1]
                #expect(lost.contains(name) == (Int(length) == nil), "\(row)")
            }
            for name in lost {
                #expect(
                    xlen.stderr.contains(
                        "caracal.\(name): CLUSTERDOWN 127.0.0.1:\(cluster.port(2)) cannot be reached\n"
                    ),
                    "\(xlen.stderr)"
                )
            }
            let pending = try cluster.run("pending", "--timeout", "3s")
            #expect(pending.status == 75)
            #expect(pending.stderr.contains("cannot be reached"))
            let check = try cluster.run("check", "--timeout", "3s", "--memory", "off")
            #expect(check.status == 3)
            #expect(check.stdout.contains("CLUSTERDOWN 127.0.0.1:\(cluster.port(2)) cannot be reached"))
            let doctor = try cluster.run("doctor", "--timeout", "3s", "--only", "streams,lag,maxmemory-policy")
            #expect(doctor.status == 1)
            #expect(doctor.stdout.contains("CLUSTERDOWN 127.0.0.1:\(cluster.port(2)) cannot be reached"))
            #expect(doctor.stdout.contains("3 checks: 1 failed, 1 not checked, 1 ok."), "\(doctor.stdout)")
            let memory = try cluster.run("memory", "--timeout", "3s")
            #expect(memory.stdout.split(separator: "\n").count { $0.hasPrefix("SERVER ") } == 2)
            #expect(memory.stderr.contains("cannot be reached"))
            #expect(memory.status == 1)
        }
    }

    @Test func deadLettersThatAreReachableAreExported() throws {
        try withLostMaster(hasDeadLetters: true) { cluster, _ in
            let folder = try TemporaryFolder()
            let file = folder.path + "/dead.ndjson"
            let export = try cluster.run("dlq", "export", "--timeout", "3s", "--to", file)
            #expect(export.status == 75)
            let text = String(decoding: try TemporaryFolder.read(file), as: UTF8.self)
            let names = ["policy.invalidate", "sessions.revoke", "keys.invalidate", "agents.lifecycle"]
            #expect(names.contains { cluster.master(of: "caracal.\($0).dead") == 2 })
            for key in names.map({ "caracal.\($0).dead" }) {
                let isLost = cluster.master(of: key) == 2
                #expect(text.contains("\"stream\":\"\(key)\"") == !isLost, "\(key)")
                #expect(
                    export.stderr.contains(
                        "the dead letters of \(key) are not in the export: CLUSTERDOWN 127.0.0.1:\(cluster.port(2)) "
                    ) == isLost,
                    "\(export.stderr)"
                )
            }
        }
    }

    @Test func whatIsReachableIsWatched() throws {
        try withLostMaster { cluster, lost in
            let watch = try cluster.run("watch", "--timeout", "3s", "--count", "1")
            #expect(watch.status == 0)
            for name in lost {
                #expect(watch.stdout.contains("{\"stream\":\"caracal.\(name)\",\"exists\":null,"), "\(watch.stdout)")
            }
            #expect(watch.stdout.contains("\"exists\":true,\"length\":0,"))
            #expect(watch.stdout.contains("CLUSTERDOWN 127.0.0.1:\(cluster.port(2)) cannot be reached"))
        }
    }

    @Test func aDriftCheckNamesWhyItDidNotSeeAllKeys() throws {
        try withLostMaster { cluster, _ in
            let check = try cluster.run("provision", "--check", "--timeout", "3s")
            #expect(
                check.stderr.hasSuffix(
                    "warning: not all keys were compared with the table: a server of the cluster cannot be reached\n"
                ),
                "\(check.stderr)"
            )
        }
    }
}
