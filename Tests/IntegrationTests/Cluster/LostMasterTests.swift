import RedisSandbox
import TestSupport
import Testing

/// A cluster of which one master is gone, and that serves the other slots all the same.
@Suite struct LostMasterTests {
    private func withLostMaster(_ body: (ClusterServers, _ lost: Set<String>) throws -> Void) throws {
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
            cluster.servers[2].stop()
            try body(cluster, lost)
        }
    }

    @Test func whatIsReachableIsShownAndWhatIsNotIsNamed() throws {
        try withLostMaster { cluster, lost in
            #expect(lost.count == 3)
            let xlen = try cluster.run("xlen", "--timeout", "2s")
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
            let pending = try cluster.run("pending", "--timeout", "2s")
            #expect(pending.status == 75)
            #expect(pending.stderr.contains("cannot be reached"))
            let check = try cluster.run("check", "--timeout", "2s", "--memory", "off")
            #expect(check.status == 3)
            #expect(check.stdout.contains("CLUSTERDOWN 127.0.0.1:\(cluster.port(2)) cannot be reached"))
            let doctor = try cluster.run("doctor", "--timeout", "2s", "--only", "streams,lag,maxmemory-policy")
            #expect(doctor.status == 1)
            #expect(doctor.stdout.contains("CLUSTERDOWN 127.0.0.1:\(cluster.port(2)) cannot be reached"))
            #expect(doctor.stdout.contains("3 checks: 1 failed, 1 not checked, 1 ok."), "\(doctor.stdout)")
            let memory = try cluster.run("memory", "--timeout", "2s")
            #expect(memory.stdout.split(separator: "\n").count { $0.hasPrefix("SERVER ") } == 2)
            #expect(memory.stderr.contains("cannot be reached"))
            #expect(memory.status == 1)
        }
    }
}
