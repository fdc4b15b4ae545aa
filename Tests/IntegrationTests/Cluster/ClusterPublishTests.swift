import Glibc
import RESP
import Redis
import RedisSandbox
import TestSupport
import Testing

@Suite struct ClusterPublishTests {
    @Test func followsAStreamThatMovesMeanwhile() throws {
        try withCluster { cluster in
            let command = try LongPublish.begin(cluster)
            try cluster.move(Publish.stream, to: 0)
            let result = try LongPublish.end(command, after: 1_001...3_000)
            #expect(result.status == 0)
            #expect(try cluster.outboxIDs(at: 0) == Publish.identifiers(3_000))
        }
    }

    /// What the former server acknowledged counts once the new one is seen to have it.
    @Test func countsWhatItSentBeforeTheMoveOnce() throws {
        try withCluster { cluster in
            let command = try LongPublish.begin(cluster)
            command.type(LongPublish.lines(1_001...40_000))
            command.closeInput()
            try command.waitForOutput("\"line\":2000,")
            try cluster.move(Publish.stream, to: 0)
            let result = try command.finish()
            #expect(result.status == 0)
            #expect(result.stdout.split(separator: "\n").count { $0.contains("\"outcome\":\"new\"") } == 40_000)
            #expect(try cluster.outboxIDs(at: 0) == Publish.identifiers(40_000))
        }
    }

    @Test func followsAStreamThatIsOnItsWay() throws {
        try withCluster { cluster in
            try LongPublish.followMove(of: cluster)
        }
    }

    /// By whichever server the cluster was entered.
    @Test(arguments: [0, 2])
    func goesOnWithTheSuccessorOfAServerThatDied(entry: Int) throws {
        try withCluster(replicas: true) { cluster in
            let command = try LongPublish.begin(cluster, by: entry)
            try eventually("the replica has all") {
                try cluster.outboxIDsOfReplica(5).count == 1_000
            }
            try cluster.lose(2)
            let result = try LongPublish.end(command, after: 1_001...3_000)
            #expect(result.status == 0)
            #expect(try cluster.outboxIDs(at: 5) == Publish.identifiers(3_000))
        }
    }

    @Test func doublesNothingWhenItsServerDiesUnderLoad() throws {
        // With that a server writes each command to its log before it answers; else it puts that off while the disk is slow.
        try withCluster(replicas: true, extra: ["appendfsync no"]) { cluster in
            let command = try LongPublish.begin(cluster)
            command.type(LongPublish.lines(1_001...40_000))
            command.closeInput()
            try command.waitForOutput("\"line\":5000,")
            let folder = try TemporaryFolder()
            // The server's own folder goes with it.
            let log = folder.path + "/log"
            #expect(link(cluster.servers[2].folderPath + "/appendonlydir/appendonly.aof.1.incr.aof", log) == 0)
            cluster.servers[2].stop()
            try eventually("the replica has all that it was sent") { try cluster.isCutOff(5) }
            let passedOn = try cluster.outboxIDsOfReplica(5).count
            try cluster.noticeLoss(of: 2)
            let result = try command.finish()
            #expect([0, 74].contains(result.status))
            try cluster.waitUntilWhole(except: [2])
            let stored = try cluster.outboxIDs(at: 5)
            #expect(Set(stored).count == stored.count)
            let confirmed = result.stdout.split(separator: "\n").count { $0.contains("\"outcome\":\"new\"") }
            if result.status == 0 { #expect(confirmed == 40_000) }
            // What no server ever had cannot count.
            let words = try TemporaryFolder.read(log).split { $0 == UInt8(ascii: "\r") || $0 == UInt8(ascii: "\n") }
            let written = words.filter { $0.starts(with: "m-".utf8) }.map { String(decoding: $0, as: UTF8.self) }
            #expect(Set(Publish.identifiers(confirmed)).subtracting(stored).subtracting(written) == [])
            // What counts and is not there is what the dead server had not passed on: one run of lines behind what it had.
            let last = stored.last.flatMap { Int($0.dropFirst("m-".count)) } ?? 0
            let lines = Publish.identifiers(max(last, confirmed))
            let lost = Set(lines).subtracting(stored).count
            let kept = Array(lines.prefix(passedOn)) + Array(lines.dropFirst(passedOn + lost))
            #expect(stored == kept)
        }
    }

    @Test func checksSignaturesToTheEndThoughAServerDies() throws {
        try withCluster(replicas: true) { cluster in
            let begun = try LongPublish.begin(cluster)
            #expect(try LongPublish.end(begun, after: 1_001...20_000).status == 0)
            try eventually("the replica has all") { try cluster.outboxIDsOfReplica(5).count == 20_000 }
            let command = try cluster.runner().start(["verify-sig", "sessions.revoke", "--each"])
            try command.waitForOutput("\n")
            try cluster.lose(2)
            let result = try command.finish()
            #expect(result.status == 0)
            #expect(result.stdout.split(separator: "\n").count { $0.contains("\"verdict\":\"valid\"") } == 20_000)
        }
    }
}
