import RESP
import Redis
import RedisSandbox
import TestSupport
import Testing

@testable import Caracal

/// Whether a server takes writes, by replies that leave something out.
@Suite struct WriteReadinessTests {
    private static let unknownSetting = "whether it takes writes (CONFIG GET tells no min-replicas-to-write)"

    /// What INFO replication says, to a user who may read settings and to one who may not, and what follows.
    struct Case: Sendable {
        let info: String
        let mayReadSettings: Bool
        let takesWrites: Bool?
        var isReplica: Bool? = false
        var faults: [CheckProblem] = []
        var unknownPart: String?
    }

    static let cases = [
        Case(info: "role:master", mayReadSettings: false, takesWrites: true),
        Case(
            info: "role:master\r\nmin_slaves_good_slaves:0",
            mayReadSettings: true,
            takesWrites: false,
            faults: [.writesRefused(server: nil, .replicas(good: 0, wanted: 2))]
        ),
        Case(
            info: "role:master\r\nmin_slaves_good_slaves:0",
            mayReadSettings: false,
            takesWrites: false,
            faults: [.writesRefused(server: nil, .replicas(good: 0, wanted: nil))]
        ),
        Case(
            info: "role:master\r\nmin_slaves_good_slaves:1",
            mayReadSettings: true,
            takesWrites: false,
            faults: [.writesRefused(server: nil, .replicas(good: 1, wanted: 2))]
        ),
        Case(
            info: "role:master\r\nmin_slaves_good_slaves:1",
            mayReadSettings: false,
            takesWrites: nil,
            unknownPart: unknownSetting
        ),
        Case(info: "role:master\r\nmin_slaves_good_slaves:2", mayReadSettings: true, takesWrites: true),
        Case(
            info: "connected_slaves:0",
            mayReadSettings: true,
            takesWrites: nil,
            isReplica: nil,
            unknownPart: "whether it takes writes (INFO tells no role)"
        ),
        Case(
            info: "role:slave",
            mayReadSettings: true,
            takesWrites: false,
            isReplica: true,
            faults: [.replica(server: nil, master: nil)]
        ),
    ]

    @Test(arguments: cases)
    func whatIsNotToldIsNotTaken(_ row: Case) throws {
        try withServer(extra: [withoutRights(to: "-config")]) { server in
            try server.connect().run("CONFIG SET min-replicas-to-write 2")
            let connection = try server.connect(as: row.mayReadSettings ? nil : narrow)
            let info = Command("EVAL", "return ARGV[1]", "0", "\(row.info)\r\n")
            let replies = try connection.pipeline([WriteReadiness.commands[0], info])
            let found = try WriteReadiness(replies[...], of: connection, name: nil)
            #expect(found.isReplica == row.isReplica)
            #expect(found.faults == row.faults)
            #expect(found.unknownPart == row.unknownPart)
            #expect(found.takesWrites == row.takesWrites)
        }
    }
}
