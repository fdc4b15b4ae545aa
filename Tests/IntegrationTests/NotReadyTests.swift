import RESP
import Redis
import RedisSandbox
import TestSupport
import Testing

/// A server that answers, and only is not ready: commands wait for it as long as they may, and then say so.
@Suite struct NotReadyTests {
    /// What keeps a server from answering.
    enum Obstacle: String, CaseIterable {
        case loading = "LOADING"
        case busy = "BUSY"
        case masterDown = "MASTERDOWN"
    }

    /// Runs `body` with a provisioned server that is not ready until it calls what it is given.
    ///
    /// - Parameter seconds: for how long one of Redis 6.2 loads, which cannot be hurried.
    private func withObstacle(
        _ obstacle: Obstacle,
        _ binary: RedisBinary,
        seconds: Int = 20,
        _ body: (_ server: SandboxServer, _ remove: () throws -> Void) throws -> Void
    ) throws {
        let debugging = binary == .v6_2 ? [] : ["enable-debug-command yes"]
        try withServer(binary, extra: ["lua-time-limit 10", "replica-serve-stale-data no"] + debugging) { server in
            _ = try server.run("provision")
            let connection = try Connection.open(
                Endpoint(address: .unix(path: server.socketPath)),
                timeouts: Timeouts(connect: .seconds(120), command: .seconds(120))
            )
            switch obstacle {
            case .loading:
                // It answers between two keys: twice a second where only two megabytes make it look up, else a hundred times.
                let isOld = binary == .v6_2
                if !isOld { try server.send("CONFIG SET loading-process-events-interval-bytes 1024") }
                try server.send(
                    "CONFIG SET rdbcompression no",
                    isOld ? "DEBUG POPULATE \(2 * seconds) key 2200000" : "DEBUG POPULATE 6000 key 2000",
                    "CONFIG SET key-load-delay \(isOld ? 500_000 : 10_000)"
                )
                try connection.send([Command("DEBUG", "RELOAD")], until: .after(.seconds(120)))
            case .busy:
                try connection.send(
                    [Command("EVAL", "while true do end", "0")],
                    until: .after(.seconds(120))
                )
            case .masterDown: try server.send("REPLICAOF 127.0.0.1 1")
            }
            try eventually("the server is not ready") {
                (try? server.send("TYPE a")) == nil
            }
            try body(server) {
                switch obstacle {
                // Redis 6.2 does not take it while it loads, and comes to the end by itself.
                case .loading: if binary != .v6_2 { try server.send("CONFIG SET key-load-delay 0") }
                case .busy: try server.send("SCRIPT KILL")
                case .masterDown: try server.send("REPLICAOF NO ONE")
                }
            }
            connection.close()
        }
    }

    @Test(arguments: Obstacle.allCases, RedisBinary.allCases)
    func whatTheServerSaysIsTheReasonWhenTheTimeIsUp(obstacle: Obstacle, binary: RedisBinary) throws {
        try withObstacle(obstacle, binary, seconds: 45) { server, remove in
            // The first word may take as long as it likes.
            let connect = ["--connect-timeout", "20s"]
            let isSlow = obstacle == .loading && binary == .v6_2
            let times = connect + ["--timeout", isSlow ? "3s" : "1s"]
            let runner = CommandRunner(for: server)
            let refused = "127.0.0.1:\(server.port ?? 0) refused: \(obstacle.rawValue) "
            let result = try runner.run(["xlen"] + times)
            #expect(result.status == 75, "\(result.stderr)")
            #expect(result.stdout.isEmpty)
            let lines = result.stderr.split(separator: "\n")
            let notes = lines.filter { $0.hasPrefix("caracalctl: note: ") }
            #expect(notes.count == 1 && notes[0].hasPrefix("caracalctl: note: \(refused)"), "\(result.stderr)")
            #expect(notes.last?.hasSuffix("; trying again") == true)
            #expect(lines.last?.hasPrefix("caracalctl: \(refused)") == true)

            let check = try runner.run(["check"] + times)
            #expect(check.status == 3)
            #expect(check.stdout.contains(refused), "\(check.stdout)")

            // It lasts, and is the same for all versions: the oldest and the newest stand for them.
            if [.v6_2, .v8_2].contains(binary) {
                let late = try runner.run(["check", "--deadline", isSlow ? "8s" : "5s"] + connect)
                #expect(late.status == 3)
                #expect(late.stdout.contains(refused), "\(late.stdout)")
            }

            let provision = try runner.run(["provision"] + times)
            #expect(provision.status == 75, "\(provision.stderr)")
            try remove()
        }
    }

    @Test(arguments: Obstacle.allCases, RedisBinary.allCases)
    func aCommandThatWaitsGoesOnWhenTheServerIsReady(obstacle: Obstacle, binary: RedisBinary) throws {
        try withObstacle(obstacle, binary, seconds: 12) { server, remove in
            // One that loads may take its time for the first word too.
            let xlen = try CommandRunner(for: server).start(["xlen", "--timeout", "120s", "--connect-timeout", "20s"])
            try xlen.waitForErrors("; trying again\n")
            try remove()
            let result = try xlen.finish()
            #expect(result.status == 0, "\(result.stderr)")
        }
    }

    /// The wait outlasts the time for one reply many times over.
    @Test(arguments: Obstacle.allCases, RedisBinary.allCases)
    func provisionWaitsAsLongAsItIsTold(obstacle: Obstacle, binary: RedisBinary) throws {
        try withObstacle(obstacle, binary) { server, remove in
            let provision = try CommandRunner(for: server).start(["provision", "--wait", "180s", "--timeout", "100ms"])
            try provision.waitForErrors("; trying again\n")
            // When this one has given up, the other has had its hundred milliseconds several times.
            #expect(try server.run("xlen", "--timeout", obstacle == .loading ? "3s" : "1s").status == 75)
            try remove()
            let result = try provision.finish()
            #expect(result.status == 0, "\(result.stderr)")
            #expect(result.stdout == provisioned("exists", start: "-"))
        }
    }
}
