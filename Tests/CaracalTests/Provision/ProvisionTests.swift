import Caracal
import RESP
import Redis
import RedisSandbox
import TestSupport
import Testing

@Suite struct ProvisionTests {
    @Test(arguments: RedisBinary.allCases)
    func createsTheWholeTableInThreeRoundTrips(binary: RedisBinary) throws {
        try withServer(binary) { server in
            let connection = try server.connect()
            let before = connection.roundTrips
            let report = try provision(connection)
            #expect(connection.roundTrips - before == 3, "look, apply, re-read")
            #expect(report.items.map(\.result) == [ProvisionItem.Result](repeating: .created, count: 11))
            #expect(report.findings.isEmpty)
            for stream in StreamTable.all {
                let groups = try connection.ask(XInfoGroups(key: stream.key)).get()
                #expect(groups.map(\.name) == stream.groups.map { Array($0.name.utf8) }.sorted(by: precedes))
                #expect(groups.allSatisfy { $0.lastDeliveredID == .zero })
            }
            #expect(try entries(of: "caracal.providers.ratelimit", connection) == ["0-1 init 1"])
            #expect(try connection.run("DBSIZE").root.integer == 9)
        }
    }

    @Test(arguments: RedisBinary.allCases)
    func provisionTwiceReportsNoChangesAndSendsNoWrite(binary: RedisBinary) throws {
        try withServer(binary) { server in
            try provision(server.connect())
            let observer = try server.connect()
            let connection = try server.connect()
            try observer.run("CONFIG RESETSTAT")
            let before = connection.roundTrips
            let report = try provision(connection)
            #expect(connection.roundTrips - before == 1, "one look")
            #expect(report.items.map(\.result) == [ProvisionItem.Result](repeating: .exists, count: 11))
            let counts = try observer.commandCounts()
            let info = binary == .v6_2 ? ["xinfo": 18] : ["xinfo|stream": 9, "xinfo|groups": 9]
            let reset = binary == .v6_2 ? ["config": 1] : ["config|resetstat": 1]
            let expected = ["type": 9].merging(info) { $1 }
            #expect(counts.filter { !reset.keys.contains($0.key) && $0.key != "info" } == expected)
        }
    }

    @Test(arguments: RedisBinary.allCases)
    func aPreviewWritesNothing(binary: RedisBinary) throws {
        try withServer(binary) { server in
            let connection = try server.connect()
            let report = try Provision(streams: StreamTable.all, policy: .automatic).preview(on: connection)
            #expect(report.items.map(\.result) == [ProvisionItem.Result](repeating: .missing, count: 11))
            #expect(report.items.allSatisfy { $0.step != nil })
            #expect(try connection.run("DBSIZE").root.integer == 0)
        }
    }

    @Test(arguments: RedisBinary.allCases)
    func eightAtOnceAllSucceedAndLeaveEverythingOnce(binary: RedisBinary) throws {
        try withServer(binary) { server in
            for _ in 0..<5 {
                let observer = try server.connect()
                try observer.run("FLUSHALL")
                let (ready, reports) = (try Latch(), Box<[ProvisionReport]>([]))
                let threads = (0..<8).map { _ in
                    BackgroundThread {
                        guard let connection = try? server.connect(), ready.wait() else { return }
                        guard let report = try? provision(connection) else { return }
                        reports.update { $0.append(report) }
                    }
                }
                ready.open()
                for thread in threads { thread.join() }
                #expect(reports.value.count == 8)
                for report in reports.value {
                    #expect(report.items.allSatisfy { $0.result == .created || $0.result == .exists })
                }
                #expect(try entries(of: "caracal.providers.ratelimit", observer) == ["0-1 init 1"])
                for stream in StreamTable.all {
                    let groups = try observer.ask(XInfoGroups(key: stream.key)).get()
                    #expect(groups.count == stream.groups.count)
                }
            }
        }
    }

    @Test(arguments: RedisBinary.allCases)
    func aKeyOfAnotherTypeIsRefusedAndTheOthersAreProvidedFor(binary: RedisBinary) throws {
        try withServer(binary) { server in
            let connection = try server.connect()
            try connection.run("SET caracal.keys.invalidate precious")
            let report = try provision(connection)
            #expect(report.count(.created) == 10)
            #expect(report.items.filter { $0.result == .refused }.map(\.refusal) == [.otherType(.known("string"))])
            #expect(try connection.run("GET caracal.keys.invalidate").root.text?.elementsEqual("precious".utf8) == true)
        }
    }

    @Test(arguments: RedisBinary.allCases)
    func aStreamThatHasEntriesIsFollowedFromItsEnd(binary: RedisBinary) throws {
        try withServer(binary) { server in
            let connection = try server.connect()
            for number in 1...3 { try connection.run("XADD caracal.keys.invalidate \(number)-0 zone_id z") }
            let report = try provision(connection)
            let item = try #require(report.items.first { $0.group?.name == "sts-keys" })
            #expect(item.result == .created && item.start == .end && item.skipped == 3)
            #expect(report.findings.map(\.code.rawValue) == ["skips_entries"])
            let group = try connection.ask(XInfoGroups(key: Array("caracal.keys.invalidate".utf8))).get()[0]
            #expect(group.lastDeliveredID == EntryID(milliseconds: 3, sequence: 0))
            #expect(try connection.run("XLEN caracal.keys.invalidate").root.integer == 3, "nothing is trimmed")
        }
    }

    @Test(arguments: RedisBinary.allCases)
    func aSeededStreamThatWasUsedIsLeftAlone(binary: RedisBinary) throws {
        try withServer(binary) { server in
            let connection = try server.connect()
            try connection.run("XADD caracal.providers.ratelimit 5-0 rate 9")
            #expect(try provision(connection).items.last?.result == .exists)
            #expect(try entries(of: "caracal.providers.ratelimit", connection) == ["5-0 rate 9"])
        }
    }

    @Test func aGroupThatWasRefusedIsNotSaidToSkipAnything() throws {
        try withServer { server in
            let connection = try server.connect()
            try connection.run("XADD caracal.keys.invalidate * a b")
            try connection.run("CONFIG SET maxmemory 1")
            #expect(try provision(connection).findings.isEmpty)
        }
    }

    @Test(arguments: RedisBinary.allCases)
    func aFullServerRefusesAndNothingIsHalfDone(binary: RedisBinary) throws {
        try withServer(binary) { server in
            let connection = try server.connect()
            try connection.run("CONFIG SET maxmemory 1")
            let report = try provision(connection)
            #expect(report.items.map(\.result) == [ProvisionItem.Result](repeating: .refused, count: 11))
            #expect(report.items.allSatisfy { $0.start == nil && $0.skipped == 0 })
            for item in report.items {
                guard case .server(let refusal)? = item.refusal else {
                    Issue.record("\(item)")
                    continue
                }
                #expect(refusal.kind == .outOfMemory)
            }
            try connection.run("CONFIG SET maxmemory 0")
            #expect(try connection.run("DBSIZE").root.integer == 0)
        }
    }

    @Test(arguments: RedisBinary.allCases)
    func aReplicaIsSentNoWrite(binary: RedisBinary) throws {
        try withServer(binary) { master in
            let port = try #require(master.port)
            try withServer(binary, extra: ["replicaof 127.0.0.1 \(port)"]) { replica in
                try waitUntilReplicating(replica)
                let connection = try replica.connect()
                try connection.run("CONFIG RESETSTAT")
                let report = try provision(connection)
                #expect(report.items.map(\.refusal) == [ProvisionProblem?](repeating: .replica, count: 11))
                let writes = try connection.commandCounts().keys.filter { $0.hasPrefix("xgroup") || $0 == "xadd" }
                #expect(writes.isEmpty)
            }
        }
    }

    @Test(arguments: RedisBinary.allCases)
    func aUserWithoutTheRightToWriteIsRefusedByTheServer(binary: RedisBinary) throws {
        try withServer(binary, extra: ["user reader on >pw ~caracal.* +@read +xinfo +type +time"]) { server in
            let connection = try server.connect(as: Credentials(user: "reader", password: Secret(Array("pw".utf8))))
            let report = try provision(connection)
            #expect(report.count(.refused) == 11)
            for item in report.items {
                guard case .server(let refusal)? = item.refusal else {
                    Issue.record("\(item)")
                    continue
                }
                #expect(refusal.kind == .noPermission)
            }
        }
    }

    @Test(arguments: RedisBinary.allCases)
    func aUserWhoMaySeeOneStreamOnlyIsShownThatOne(binary: RedisBinary) throws {
        try withServer(binary, extra: ["user narrow on >pw ~caracal.keys.* +@all"]) { server in
            let connection = try server.connect(as: Credentials(user: "narrow", password: Secret(Array("pw".utf8))))
            let report = try provision(connection)
            #expect(report.items.filter { $0.result == .created }.map(\.stream.shortName) == ["keys.invalidate"])
            #expect(report.count(.refused) == 10)
        }
    }

    @Test func aWriteWhoseReplyIsLostIsUnknown() throws {
        try withServer { server in
            let proxy = try FaultProxy(server, [Fault(.toClient, after: .messages(3 + 27), .swallowThenCut)])
            let connection = try proxy.connect()
            let error = try #require(throws: RedisError.self) { try provision(connection) }
            #expect(error.isUnknownWrite)
            #expect(try provision(server.connect()).count(.exists) == 11, "it had been carried out")
        }
    }

    @Test func whatIsGoneWhenItIsReadAgainIsMissing() throws {
        let missing = "+none\r\n-ERR no such key\r\n-ERR no such key\r\n"
        let peer = try ScriptedPeer([
            [
                .expectCommands(3), .send("+OK\r\n+OK\r\n+OK\r\n"), .expectCommands(3), .send(missing),
                .expectCommand, .send("+OK\r\n"), .expectCommands(3), .send(missing), .silent,
            ]
        ])
        let connection = try peer.connect()
        let items = try Provision(streams: [StreamTable["keys.invalidate"]], policy: .automatic).run(on: connection)
            .items
        #expect(items.map(\.result) == [.missing])
        #expect(items.map(\.refusal) == [.vanished])
    }

    @Test func aServerThatIsLoadingIsNoTableOfRefusals() throws {
        let loading = "-LOADING Redis is loading the dataset in memory\r\n"
        let peer = try ScriptedPeer([
            [
                .expectCommands(3), .send("+OK\r\n+OK\r\n+OK\r\n"), .expectCommands(27),
                .send(String(repeating: loading, count: 27)), .silent,
            ]
        ])
        let connection = try peer.connect()
        let error = try #require(throws: RedisError.self) { try provision(connection) }
        #expect(error.refusal?.kind == .loading)
    }
}

private func precedes(_ left: [UInt8], _ right: [UInt8]) -> Bool {
    left.lexicographicallyPrecedes(right)
}

/// The entries of a stream, each on a line.
private func entries(of stream: String, _ connection: Connection) throws -> [String] {
    try connection.run("XRANGE \(stream) - +").root.elements.map { entry in
        let fields = entry[1]?.elements.map { String(decoding: $0.text ?? [], as: UTF8.self) } ?? []
        return ([String(decoding: entry[0]?.text ?? [], as: UTF8.self)] + fields).joined(separator: " ")
    }
}

/// Returns once a replica has its master's data; the server itself says when.
private func waitUntilReplicating(_ replica: SandboxServer) throws {
    let connection = try replica.connect()
    try eventually("the replica has found its master") {
        String(decoding: try connection.run("INFO replication").root.text ?? [], as: UTF8.self)
            .contains("master_link_status:up")
    }
}
