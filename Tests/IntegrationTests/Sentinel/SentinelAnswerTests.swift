import RedisSandbox
import TestSupport
import Testing

/// What Sentinels say, when it is not what it should be.
@Suite struct SentinelAnswerTests {
    /// A Sentinel that is asked once on each connection, and gives these answers.
    static func sentinel(_ answers: String...) throws -> ScriptedPeer {
        try ScriptedPeer(answers.map(script))
    }

    /// One connection to a Sentinel that names this port.
    static func answering(_ port: UInt16) -> [PeerStep] { script(address(port)) }

    /// A Sentinel that names one port as often as `before` says, and another one from then on.
    static func sentinel(naming former: UInt16?, times before: Int, then next: UInt16?) throws -> ScriptedPeer {
        let answers = Array(repeating: address(former), count: before) + Array(repeating: address(next), count: 50)
        return try ScriptedPeer(answers.map(script))
    }

    private static func script(_ answer: String) -> [PeerStep] {
        [
            .expectCommands(3), .send("%0\r\n+OK\r\n+OK\r\n"), .expectCommand, .send(answer),
            // Whether a failover is in progress: not one that it leads.
            .expectCommand, .send("%1\r\n$5\r\nflags\r\n$6\r\nmaster\r\n"), .silent,
        ]
    }

    static func address(_ port: UInt16?) -> String {
        let port = "\(port ?? 0)"
        return "*2\r\n$9\r\n127.0.0.1\r\n$\(port.utf8.count)\r\n\(port)\r\n"
    }

    @Test func aStaleSentinelThatNamesAReplicaIsNotBelieved() throws {
        try withServer(.v7_0) { master in
            try withServer(.v7_0, extra: ["replicaof 127.0.0.1 \(master.port ?? 0)"]) { replica in
                let stale = try Self.sentinel(Self.address(replica.port))
                let knowing = try Self.sentinel(Self.address(master.port))
                let list = "127.0.0.1:\(stale.port),127.0.0.1:\(knowing.port)"
                let result = try run("env", "--connect", "--sentinel", list, "--master-name", "bus")
                #expect(result.status == 0)
                #expect(result.stdout.hasSuffix("\nconnected to 127.0.0.1:\(master.port ?? 0): Redis 7.0.15, master\n"))
            }
        }
    }

    @Test func whoOnlyHearsOfAReplicaWaitsForTheFailoverToEnd() throws {
        try withServer(.v7_0) { master in
            try withServer(.v7_0, extra: ["replicaof 127.0.0.1 \(master.port ?? 0)"]) { replica in
                let late = try Self.sentinel(
                    Self.address(replica.port),
                    Self.address(replica.port),
                    Self.address(master.port)
                )
                let result = try run(
                    "env",
                    "--connect",
                    "--sentinel",
                    "127.0.0.1:\(late.port)",
                    "--master-name",
                    "bus"
                )
                #expect(result.status == 0)
                #expect(result.stdout.hasSuffix("\nconnected to 127.0.0.1:\(master.port ?? 0): Redis 7.0.15, master\n"))
                let named = "127.0.0.1:\(late.port): it names 127.0.0.1:\(replica.port ?? 0), which is not a master"
                let reason = "no master \"bus\" yet (\(named); a failover may be under way: raise --timeout)"
                #expect(result.stderr == "caracalctl: note: \(reason); trying again\n")
            }
        }
    }

    /// A server that does not introduce itself is asked for its role.
    @Test func aMasterThatKnowsNoHelloIsAMaster() throws {
        try withServer(.v7_0, extra: ["rename-command HELLO \"\""]) { master in
            try withServer(
                .v7_0,
                extra: ["rename-command HELLO \"\"", "replicaof 127.0.0.1 \(master.port ?? 0)"]
            ) { replica in
                let peer = try Self.sentinel(Self.address(replica.port), Self.address(master.port))
                let result = try run("xlen", "--sentinel", "127.0.0.1:\(peer.port)", "--master-name", "bus")
                #expect(result.status == 1)
                #expect(result.stderr.contains("it names 127.0.0.1:\(replica.port ?? 0), which is not a master"))
                #expect(result.stdout.contains("MISSING"))
            }
        }
    }

    /// What they said before there was no time left is what matters.
    @Test func aMasterThatIsGoneIsNamedUntilTheEnd() throws {
        let dead = try ScriptedPeer([])
        #expect(dead.finish())
        let sentinels = try (0..<2).map { _ in
            try ScriptedPeer([[PeerStep]](repeating: Self.answering(dead.port), count: 100))
        }
        let list = sentinels.map { "127.0.0.1:\($0.port)" }.joined(separator: ",")
        let message =
            "no master \"bus\" yet (2 Sentinels: it names 127.0.0.1:\(dead.port): connection refused; "
            + "a failover may be under way: raise --timeout)"
        expect(
            try run(
                "xlen",
                "--sentinel",
                list,
                "--master-name",
                "bus",
                "--connect-timeout",
                "20s",
                "--timeout",
                "5s"
            ),
            status: 69,
            stderr: "caracalctl: note: \(message); trying again\ncaracalctl: \(message)\n"
        )
    }

    @Test(arguments: [
        "*1\r\n$1\r\na\r\n", "*2\r\n$0\r\n\r\n$4\r\n6379\r\n", "*2\r\n$1\r\na\r\n$1\r\n0\r\n",
        "*2\r\n$1\r\na\r\n$5\r\n65536\r\n", "*2\r\n$1\r\na\r\n$2\r\n+1\r\n", "*2\r\n$2\r\na\n\r\n$1\r\n1\r\n",
        "*2\r\n$2\r\n\u{1b}c\r\n$1\r\n1\r\n", "+OK\r\n", ":1\r\n",
    ])
    func anAddressThatIsNoneIsNotFollowed(answer: String) throws {
        let peer = try Self.sentinel(answer)
        expect(
            try run("xlen", "--sentinel", "127.0.0.1:\(peer.port)", "--master-name", "bus"),
            status: 69,
            stderr:
                "caracalctl: the Sentinel did not answer (127.0.0.1:\(peer.port): 127.0.0.1:\(peer.port): the reply to "
                + "SENTINEL does not have its documented shape; check --sentinel)\n"
        )
    }

    @Test func anEndlessAnswerIsCutShort() throws {
        let peer = try ScriptedPeer([
            [
                .expectCommands(3), .send("%0\r\n+OK\r\n+OK\r\n"), .expectCommand, .send("*1000000\r\n"),
                .flood(Array(String(repeating: "$1\r\nx\r\n", count: 1_000).utf8)),
            ]
        ])
        let result = try run("xlen", "--sentinel", "127.0.0.1:\(peer.port)", "--master-name", "bus")
        #expect(result.status == 69)
        #expect(result.stderr.contains("a reply has more than 100000 elements"), "\(result.stderr)")
    }
}
