import Glibc
import RESP
import Redis
import RedisSandbox
import TestSupport
import Testing

/// Whatever happens to the connection, each message is in the stream once.
@Suite struct PublishFaultTests {
    /// The commands before the first XADD: HELLO, two of CLIENT, XINFO, three of INFO, two of XINFO, XREVRANGE. As many replies
    /// come before its reply.
    static let prelude = 10

    enum Place: Sendable, CaseIterable {
        case requestLost, requestCut, requestReset, replyLost, replyReset, replyCut, delayed
        case betweenReplies, betweenRequests, resetBetweenReplies
    }

    struct Case: Sendable, CustomTestStringConvertible {
        let place: Place
        let count: Int
        let binary: RedisBinary

        var testDescription: String { "\(place), \(count) messages, \(binary)" }

        static let all: [Case] = RedisBinary.allCases.flatMap { binary in
            Place.allCases.flatMap { place in
                [1, 5000].compactMap { count in
                    let needsMany = [.betweenReplies, .betweenRequests, .resetBetweenReplies].contains(place)
                    return needsMany && count == 1 ? nil : Case(place: place, count: count, binary: binary)
                }
            }
        }

        var fault: Fault {
            let prelude = PublishFaultTests.prelude
            switch place {
            case .requestLost: return Fault(.toServer, after: .messages(prelude), .swallowThenCut)
            case .requestCut: return Fault(.toServer, after: .bytesBehind(messages: prelude, 20), .cut)
            case .requestReset: return Fault(.toServer, after: .bytesBehind(messages: prelude, 20), .reset)
            case .replyLost: return Fault(.toClient, after: .messages(prelude), .swallowThenCut)
            case .replyReset: return Fault(.toClient, after: .bytesBehind(messages: prelude, 2), .reset)
            case .replyCut: return Fault(.toClient, after: .bytesBehind(messages: prelude, 10), .cut)
            case .delayed: return Fault(.toClient, after: .messages(prelude), .delay(.milliseconds(50)))
            case .betweenReplies: return Fault(.toClient, after: .messages(prelude + 1000), .swallowThenCut)
            case .betweenRequests: return Fault(.toServer, after: .messages(prelude + 1000), .cut)
            case .resetBetweenReplies: return Fault(.toClient, after: .messages(prelude + 1000), .reset)
            }
        }
    }

    @Test(arguments: Case.all)
    func everyMessageArrivesOnce(_ test: Case) throws {
        try withServer(test.binary) { server in
            try server.makeRevocations()
            let proxy = try FaultProxy(server, [test.fault])
            let command = try Publish.runner(proxy.url).start(["publish", "sessions.revoke", "--ndjson", "-"])
            command.type(Publish.lines(test.count))
            command.closeInput()
            let result = try command.finish()
            #expect(proxy.waitForFault())

            #expect(try server.outboxIDs() == Publish.identifiers(test.count))
            let ids = try server.entryIDs().dropFirst()
            let counted = test.count == 1 ? "1" : "5,000"
            expect(
                result,
                status: 0,
                stdout: "published \(counted) to sessions.revoke: \(ids.first ?? "") to \(ids.last ?? "")\n",
                stderr: "caracalctl: note: \(Publish.stream) is read by sts-revocation\n"
            )
        }
    }

    /// Of several messages that are the same, each entry that is found is one.
    @Test(arguments: RedisBinary.allCases)
    func messagesThatAreTheSameAreEachFound(binary: RedisBinary) throws {
        try withServer(binary) { server in
            try server.makeRevocations()
            let lost = Fault(.toClient, after: .messages(Self.prelude), .swallowThenCut)
            let proxy = try FaultProxy(server, [lost])
            let input = [String](repeating: Publish.lines(1), count: 3).joined()
            let result = try Publish.runner(proxy.url).run(
                ["publish", "sessions.revoke", "--ndjson", "-"],
                input: input
            )
            #expect(proxy.waitForFault())
            #expect(result.status == 0)
            #expect(try server.outboxIDs() == ["m-1", "m-1", "m-1"])
        }
    }

    @Test(arguments: RedisBinary.allCases)
    func aStreamWhoseNewestEntryIsGoneIsSearchedToo(binary: RedisBinary) throws {
        try withServer(binary) { server in
            try server.makeRevocations()
            try server.send("XADD \(Publish.stream) 2-1 zone_id z", "XDEL \(Publish.stream) 2-1")
            let lost = Fault(.toClient, after: .messages(Self.prelude), .swallowThenCut)
            let proxy = try FaultProxy(server, [lost])
            let result = try Publish.runner(proxy.url).run(
                ["publish", "sessions.revoke", "--ndjson", "-"],
                input: Publish.lines(10)
            )
            #expect(proxy.waitForFault())
            #expect(result.status == 0)
            #expect(try server.outboxIDs() == Publish.identifiers(10))
        }
    }

    /// The bytes reach the server only after the tool has given its first connection up, looked, and sent them again.
    @Test(arguments: RedisBinary.allCases, [1, 5000])
    func whatALostConnectionStillCarriesNeverRuns(binary: RedisBinary, count: Int) throws {
        try withServer(binary) { server in
            try server.makeRevocations()
            let passing = count == 1 ? Self.prelude : Self.prelude + 1000
            let proxy = try FaultProxy(server, [Fault(.toServer, after: .messages(passing), .hold)])
            let result = try Publish.runner(proxy.url).run(
                // What the server is asked afterwards has to be answered within that time too.
                ["publish", "sessions.revoke", "--ndjson", "-", "--timeout", "5s"],
                input: Publish.lines(count)
            )
            #expect(result.status == 0)
            // The proxy still holds the bytes and the connection they are for: only the server can close it. That of the run
            // that has ended goes too.
            try eventually("no connection of the tool is left") { try server.toolConnectionCount() == 0 }
            proxy.release()
            proxy.stop()
            #expect(try server.outboxIDs() == Publish.identifiers(count))
        }
    }

    @Test(arguments: RedisBinary.allCases)
    func aServerThatHangsAndRunsEverythingLaterIsSettledByResume(binary: RedisBinary) throws {
        try withServer(binary) { server in
            try server.makeRevocations()
            // The first XADD passes, so that everything before it has been answered when the fault strikes.
            let proxy = try FaultProxy(server, [Fault(.toServer, after: .messages(Self.prelude + 1), .hold)])
            let folder = try TemporaryFolder()
            let file = try folder.write("messages.ndjson", Publish.lines(100))
            let command = try Publish.runner(proxy.url).start([
                "publish", "sessions.revoke", "--ndjson", file, "--timeout", "5s", "--connect-timeout", "5s",
            ])
            #expect(proxy.waitForFault())
            kill(server.processIdentifier, SIGSTOP)
            proxy.release()
            let result = try command.finish()
            kill(server.processIdentifier, SIGCONT)
            #expect(result.status == 74)

            let resumed = try Publish.runner(server.url).run(["publish", "--resume", try Publish.resumeFile(command)])
            #expect(resumed.status == 0)
            #expect(try server.outboxIDs() == Publish.identifiers(100))
        }
    }

    @Test func aSecondLossDuringRecoveryIsRecoveredFrom() throws {
        try withServer { server in
            try server.makeRevocations()
            let lost = Fault(.toClient, after: .messages(Self.prelude + 1000), .swallowThenCut)
            // The second connection says hello, lists, looks (two commands), and pages.
            let proxy = try FaultProxy(
                server,
                [
                    lost, Fault(.toClient, after: .messages(2), .cut), Fault(.toClient, after: .messages(4), .reset),
                    Fault(.toServer, after: .messages(6), .cut), Fault(.toServer, after: .messages(500), .cut),
                ]
            )
            let result = try Publish.runner(proxy.url).run(
                ["publish", "sessions.revoke", "--ndjson", "-"],
                input: Publish.lines(5000)
            )
            #expect(result.status == 0)
            #expect(try server.outboxIDs() == Publish.identifiers(5000))
        }
    }
}
