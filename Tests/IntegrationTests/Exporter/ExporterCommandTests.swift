import Glibc
import Redis
import RedisSandbox
import TestSupport
import Testing

/// What the exporter serves, to whom, and how it ends.
@Suite struct ExporterCommandTests {
    @Test func aScrapeShowsTheBus() throws {
        try withServer { server throws in
            _ = try server.run("provision")
            try server.send("XADD caracal.keys.invalidate 1-0 zone_id z kid k")
            try withExporter(of: server.url) { exporter throws in
                let scrape = try exporter.ask("/metrics")
                #expect(scrape.status == 200)
                #expect(scrape.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8")
                #expect(scrape.body.contains("\ncaracal_up 1\n"))
                #expect(scrape.body.contains("\ncaracal_stream_length{stream=\"caracal.keys.invalidate\"} 1\n"))
                let head = try exporter.ask("/metrics", method: "HEAD")
                #expect(head.status == 200)
                #expect(head.body.isEmpty)
                expect(
                    try exporter.end(),
                    status: 0,
                    stderr: "caracalctl: note: listening on http://127.0.0.1:\(exporter.port)/metrics\n"
                )
            }
        }
    }

    @Test func looksFollowOneAnotherOnOneConnection() throws {
        try withServer { server throws in
            _ = try server.run("provision")
            try withExporter(of: server.url) { exporter throws in
                let connection = try HTTPConnection(exporter.port)
                for length in 1...3 {
                    try server.send("XADD caracal.keys.invalidate \(length)-0 zone_id z kid k")
                    try connection.ask("/metrics?format=text")
                    let line = "\ncaracal_stream_length{stream=\"caracal.keys.invalidate\"} \(length)\n"
                    #expect(try connection.response().body.contains(line))
                }
            }
        }
    }

    @Test(
        arguments: [
            ("GET", "/", 404, "not found: metrics are at /metrics\n"),
            ("GET", "/metrics/", 404, "not found: metrics are at /metrics\n"),
            ("GET", "/metrics%00x", 404, "not found: metrics are at /metrics\n"),
            ("GET", "/metrics%2500", 404, "not found: metrics are at /metrics\n"),
            ("GET", "http://bus.example/x", 404, "not found: metrics are at /metrics\n"),
            ("GET", "http://bus.example:9464/healthz?x=1", 200, "ok\n"), ("GET", "/h%65althz", 200, "ok\n"),
            ("POST", "/metrics", 405, "only GET and HEAD\n"),
            ("DELETE", "/healthz", 405, "only GET and HEAD\n"),
            ("GET", "/healthz", 200, "ok\n"),
        ] as [(String, String, Int, String)]
    )
    func whatIsNoScrapeIsAnsweredWithoutALook(method: String, path: String, status: Int, body: String) throws {
        try withExporter(of: nil) { exporter throws in
            let response = try exporter.ask(path, method: method)
            #expect(response.status == status)
            #expect(response.body == body)
            #expect(response.headers["content-type"] == "text/plain; charset=utf-8")
            #expect(response.headers["allow"] == (status == 405 ? "GET, HEAD" : nil))
        }
    }

    @Test func aServerThatIsAwayIsDownAndComesBack() throws {
        let place = try ReservedPort()
        defer { withExtendedLifetime(place) {} }
        let port = place.number
        try withExporter(of: "redis://127.0.0.1:\(port)") { exporter throws in
            let gone = try exporter.ask("/metrics")
            #expect(gone.status == 200)
            #expect(gone.body.contains("\ncaracal_up 0\n"))
            #expect(!gone.body.contains("caracal_stream_length"))
            try withServer(listening: .port(port)) { server throws in
                _ = try server.run("provision")
                #expect(try exporter.ask("/metrics").body.contains("\ncaracal_up 1\n"))
            }
            #expect(try exporter.ask("/metrics").body.contains("\ncaracal_up 0\n"))
        }
    }

    @Test func aServerThatHangsIsDownWithinTheTimeOfTheScrape() throws {
        let peer = try ScriptedPeer([[.silent]])
        try withExporter(of: "redis://127.0.0.1:\(peer.port)", "--connect-timeout", "1h", "--timeout", "1h") {
            exporter in
            let scrape = try exporter.ask("/metrics", ["X-Prometheus-Scrape-Timeout-Seconds: 0.4"])
            #expect(scrape.status == 200)
            #expect(scrape.body.contains("\ncaracal_up 0\n"))
            // The limit is the scraper's, and no setting of ours.
            let reason =
                "its time was over after 200ms, which follows from the scraper's X-Prometheus-Scrape-Timeout-Seconds"
            try exporter.command.waitForErrors("a scrape is not whole: \(reason) (raise scrape_timeout)\n")
            #expect(!exporter.command.stderrSoFar.contains("--connect-timeout"))
        }
    }

    /// The look that it joins has minutes.
    @Test func aScrapeThatJoinsALookKeepsItsOwnTime() throws {
        try withServer { server throws in
            _ = try server.run("provision")
            let proxy = try FaultProxy(server, [Fault(.toServer, after: .messages(0), .hold)])
            try withExporter(of: proxy.url, "--timeout", "120s", "--connect-timeout", "120s") { exporter throws in
                let first = try HTTPConnection(exporter.port)
                try first.ask("/metrics", ["X-Prometheus-Scrape-Timeout-Seconds: 600"])
                #expect(proxy.waitForFault())
                for _ in 1...2 {
                    let cutShort = try exporter.ask("/metrics", ["X-Prometheus-Scrape-Timeout-Seconds: 0.2"])
                    #expect(cutShort.status == 200)
                    #expect(cutShort.body.contains("\ncaracal_up 0\n"))
                    #expect(cutShort.body.contains("\ncaracal_look_complete{question=\"bus\"} 0\n"))
                }
                proxy.release()
                #expect(try first.response().body.contains("\ncaracal_up 1\n"))
                #expect(try exporter.ask("/metrics").body.contains("\ncaracal_up 1\n"))
                let told = try exporter.end().stderr.split(separator: "\n").filter { $0.contains("warning") }
                #expect(
                    told == [
                        "caracalctl: warning: a scrape was not whole: its time was over after 100ms, which follows from its "
                            + "X-Prometheus-Scrape-Timeout-Seconds, while the look that it had joined went on (said once)"
                    ]
                )
            }
        }
    }

    /// Its first connection hangs, the next one does not.
    @Test func aLookThatIsCutShortIsFollowedByOneForThoseWhoHaveTime() throws {
        try withServer { server throws in
            _ = try server.run("provision")
            let proxy = try FaultProxy(server, [Fault(.toServer, after: .messages(0), .hold)])
            try withExporter(of: proxy.url, "--timeout", "120s", "--connect-timeout", "120s") { exporter throws in
                let cutShort = try HTTPConnection(exporter.port)
                try cutShort.ask("/metrics", ["X-Prometheus-Scrape-Timeout-Seconds: 2"])
                #expect(proxy.waitForFault())
                let patient = try HTTPConnection(exporter.port)
                try patient.ask("/metrics", ["X-Prometheus-Scrape-Timeout-Seconds: 600"])
                #expect(try cutShort.response().body.contains("\ncaracal_up 0\n"))
                #expect(try patient.response().body.contains("\ncaracal_up 1\n"))
            }
        }
    }

    @Test func withLittleRightItSaysOnceWhatIsMissing() throws {
        try withServer { server throws in
            _ = try server.run("provision")
            try server.send(
                "ACL SETUSER prom on nopass ~caracal.* -@all +@read +@connection +info +xinfo +config|get -xpending"
            )
            let url = server.url.replacing("redis://", with: "redis://prom:x@")
            try withExporter(of: url) { exporter throws in
                for _ in 1...3 { #expect(try exporter.ask("/metrics").body.contains("\ncaracal_up 1\n")) }
                let told = try exporter.end().stderr.split(separator: "\n").filter { $0.contains("warning") }
                #expect(
                    told == [
                        "caracalctl: warning: this user may not run TIME: these metrics are missing, in whole or in part: "
                            + "caracal_stream_id_lead_seconds, caracal_group_behind_seconds (caracalctl provision --emit-acl "
                            + "observer prints what it needs)"
                    ]
                )
            }
        }
    }

    @Test func quietItSaysNothing() throws {
        let place = try ReservedPort()
        defer { withExtendedLifetime(place) {} }
        let port = place.number
        let command = try CommandRunner(environment: ["REDIS_URL": "redis://127.0.0.1:1"])
            .start(["exporter", "-q", "--listen", "127.0.0.1:\(port)"])
        try eventually("it listens") { (try? HTTPConnection(port)) != nil }
        command.signal(SIGTERM)
        expect(try command.finish(), status: 0)
    }

    @Test(
        arguments: [
            (["-o", "json"], "exporter serves metrics and prints nothing: leave -o out"),
            (["-o", "csv"], "exporter serves metrics and prints nothing: leave -o out"),
            (["--print-rules", "-o", "ndjson"], "exporter prints its rules in YAML: leave -o out"),
            (["--print-rules", "-o", "prometheus"], "exporter prints its rules in YAML: leave -o out"),
            (["--print-dashboard", "-o", "wide"], "exporter prints its dashboard in JSON: leave -o out"),
        ]
    )
    func aFormatThatItDoesNotPrintIsRefused(words: [String], message: String) throws {
        let result = try CommandRunner().run(["exporter"] + words)
        #expect(result.status == 64)
        #expect(result.stdout.isEmpty)
        #expect(result.stderr.contains(message) && result.stderr.split(separator: "\n").count == 1, "\(result.stderr)")
    }

    @Test func theDashboardIsJSONWhoeverAsksForIt() throws {
        let plain = try run("exporter", "--print-dashboard")
        #expect(plain.status == 0)
        #expect(try run("exporter", "--print-dashboard", "-o", "json") == plain)
    }

    @Test(arguments: ["--print-rules", "--print-dashboard"])
    func whatCannotBeWrittenIsNoSuccess(option: String) throws {
        expect(
            try CommandRunner("/bin/sh").run(["-c", "\(CommandRunner.caracalctl) exporter \(option) >/dev/full"]),
            status: 73,
            stderr: "caracalctl: cannot write the output: no space left on device\n"
        )
    }

    /// The second scrape has come before /healthz is answered: the exporter reads one request after the other.
    @Test func scrapesThatComeDuringALookGetItsAnswer() throws {
        try withServer { server throws in
            _ = try server.run("provision")
            let proxy = try FaultProxy(server, [Fault(.toServer, after: .messages(0), .hold)])
            try withExporter(of: proxy.url, "--timeout", "120s", "--connect-timeout", "120s") { exporter throws in
                let first = try HTTPConnection(exporter.port)
                try first.ask("/metrics")
                #expect(proxy.waitForFault())
                let second = try HTTPConnection(exporter.port)
                try second.ask("/metrics")
                #expect(try exporter.ask("/healthz").body == "ok\n")
                proxy.release()
                let scrape = try first.response()
                #expect(scrape.body.contains("\ncaracal_up 1\n"))
                #expect(try second.response().body == scrape.body)
            }
        }
    }

    @Test func aSignalDuringALookEndsItWithoutCallingTheServerDown() throws {
        let asked = try Latch()
        let peer = try ScriptedPeer([[.expectBytes(1), .open(asked), .silent]])
        try withExporter(of: "redis://127.0.0.1:\(peer.port)", "--timeout", "1h", "--connect-timeout", "1h") {
            exporter in
            let connection = try HTTPConnection(exporter.port)
            try connection.ask("/metrics")
            #expect(asked.wait())
            let ended = try exporter.end(SIGINT)
            #expect(ended.status == 0)
            let response = try connection.response()
            #expect(response.status == 503)
            #expect(response.body == "the exporter is ending\n")
        }
    }

    @Test func aPortInUseIsOneLine() throws {
        try withExporter(of: nil) { exporter throws in
            let result = try run("exporter", "--listen", "127.0.0.1:\(exporter.port)")
            expect(
                result,
                status: 78,
                stderr:
                    "caracalctl: cannot listen on 127.0.0.1:\(exporter.port): address already in use (--listen names "
                    + "another address)\n"
            )
        }
    }

    @Test(
        arguments: [
            ("9464", 64, "--listen is HOST:PORT, such as 127.0.0.1:9464, [::1]:9464 or :9464"),
            ("::1:9464", 64, "--listen is HOST:PORT, such as 127.0.0.1:9464, [::1]:9464 or :9464"),
            ("x:65536", 64, "--listen is HOST:PORT, such as 127.0.0.1:9464, [::1]:9464 or :9464"),
            (
                "192.0.2.1:9464", 78,
                "cannot listen on 192.0.2.1:9464: cannot assign requested address (--listen names another address)"
            ),
        ] as [(String, Int32, String)]
    )
    func anAddressThatCannotBeIsRefused(address: String, status: Int32, message: String) throws {
        let result = try run("exporter", "--listen", address)
        #expect(result.status == status)
        #expect(result.stderr.contains(message))
    }

    @Test(arguments: [
        ("[::1]:0", "[::1]", "::1"), (":0", "[::]", "127.0.0.1"), ("localhost:0", "localhost", "localhost"),
    ])
    func itListensWhereItIsTold(address: String, shown: String, host: String) throws {
        let command = try CommandRunner(environment: ["REDIS_URL": "redis://127.0.0.1:1"])
            .start(["exporter", "--listen", address])
        try command.waitForErrors("/metrics\n")
        let prefix = "caracalctl: note: listening on http://\(shown):"
        #expect(command.stderrSoFar.hasPrefix(prefix))
        let port = try #require(UInt16(command.stderrSoFar.dropFirst(prefix.count).prefix { $0.isNumber }))
        let connection = try HTTPConnection(port, host: host)
        try connection.ask("/healthz")
        #expect(try connection.response().body == "ok\n")
    }

    @Test func withoutTheLibraryItSaysWhatToInstall() throws {
        let folder = try TemporaryFolder()
        _ = try folder.write("libmicrohttpd.so.12", "")
        let environment = ["LD_LIBRARY_PATH": folder.path]
        expect(
            try run("exporter", "--listen", "127.0.0.1:0", environment: environment),
            status: 70,
            stderr: """
                caracalctl: cannot serve HTTP: libmicrohttpd is not installed (\(folder.path)/libmicrohttpd.so.12: file too short); \
                install it: apt-get install libmicrohttpd12

                """
        )
        #expect(try run("version", environment: environment).status == 0)
    }
}
