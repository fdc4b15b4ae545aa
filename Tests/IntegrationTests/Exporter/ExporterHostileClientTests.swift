import Glibc
import Redis
import RedisSandbox
import TestSupport
import Testing

/// Clients that do not behave: whatever they do, the next scrape is answered.
@Suite struct ExporterHostileClientTests {
    /// What a client sends, and the status that it gets; nil where the connection is just closed.
    static let requests: [(name: String, text: String, status: Int?)] = [
        ("no HTTP", "\u{16}\u{3}\u{1}\u{2}\0\u{1}\0\u{1}\r\n\r\n", nil),
        ("a megabyte of path", "GET /\(String(repeating: "x", count: 1 << 20)) HTTP/1.1\r\nHost: x\r\n\r\n", 414),
        ("a megabyte of header", "GET /metrics HTTP/1.1\r\nX: \(String(repeating: "x", count: 1 << 20))\r\n\r\n", 431),
        (
            "ten thousand headers",
            "GET /metrics HTTP/1.1\r\nHost: x\r\n" + String(repeating: "X: y\r\n", count: 10_000) + "\r\n", 431
        ),
        (
            "a megabyte of body",
            "POST /metrics HTTP/1.1\r\nHost: x\r\nContent-Length: 1048576\r\n\r\n"
                + String(repeating: "x", count: 1 << 20),
            405
        ),
        ("a body where none belongs", "GET /metrics HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc", 413),
        (
            "a body in chunks",
            "GET /metrics HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n", 413
        ),
        ("a length below zero", "GET /metrics HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n", 400),
        ("another version", "GET /healthz HTTP/7.3\r\nHost: x\r\n\r\n", 505),
    ]

    @Test(arguments: requests.map(\.name))
    func aBadRequestIsRefused(name: String) throws {
        let request = try #require(Self.requests.first { $0.name == name })
        try withExporter(of: nil) { exporter throws in
            let connection = try HTTPConnection(exporter.port)
            // It may have been refused before it is sent to its end.
            try? connection.send(request.text)
            // A reset, which follows what is closed with bytes unread, may overtake the answer.
            if let response = try? connection.response() { #expect(response.status == request.status) }
            #expect(try exporter.ask("/metrics").body.contains("\ncaracal_up 0\n"))
        }
    }

    @Test func anHTTP10RequestIsAnsweredAndClosed() throws {
        try withExporter(of: nil) { exporter throws in
            let connection = try HTTPConnection(exporter.port)
            try connection.send("GET /metrics HTTP/1.0\r\n\r\n")
            let response = try connection.response()
            #expect(response.status == 200)
            #expect(response.body.contains("\ncaracal_up 0\n"))
            #expect(try connection.ends())
        }
    }

    @Test func pipelinedRequestsAreAnsweredInOrder() throws {
        try withExporter(of: nil) { exporter throws in
            let connection = try HTTPConnection(exporter.port)
            for path in ["/healthz", "/metrics", "/x", "/metrics", "/healthz"] { try connection.ask(path) }
            let statuses = try (0..<5).map { _ in try connection.response().status }
            #expect(statuses == [200, 200, 404, 200, 200])
        }
    }

    @Test func aScraperThatHangsUpDuringALookHarmsNobody() throws {
        try withServer { server throws in
            let proxy = try FaultProxy(server, [Fault(.toServer, after: .messages(0), .hold)])
            try withExporter(of: proxy.url, "--timeout", "120s", "--connect-timeout", "120s") { exporter throws in
                do {
                    let connection = try HTTPConnection(exporter.port)
                    try connection.ask("/metrics")
                    #expect(proxy.waitForFault())
                }
                #expect(try exporter.ask("/healthz").status == 200)
                proxy.release()
                #expect(try exporter.ask("/metrics").body.contains("\ncaracal_up 1\n"))
                #expect(try exporter.end().status == 0)
            }
        }
    }

    /// Far more connections than there may be, each of which says nothing, or begins a request and does not end it.
    @Test func tenThousandIdleConnectionsKeepNobodyOut() throws {
        try withExporter(of: nil) { exporter throws in
            var idle: [Int32] = []
            defer { for descriptor in idle { close(descriptor) } }
            for number in 0..<Self.mostConnections {
                let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
                idle.append(descriptor)
                var address = LoopbackAddress(port: exporter.port)
                #expect(address.withMutableSockAddr { connect(descriptor, $0, $1) } == 0)
                if number.isMultiple(of: 2) { _ = Glibc.send(descriptor, "GET /", 5, Int32(MSG_NOSIGNAL)) }
            }
            #expect(try exporter.ask("/metrics").body.contains("\ncaracal_up 0\n"))
            let open = try #require(try Self.descriptors(of: exporter.command.processIdentifier))
            #expect(open < 200)
            #expect(try exporter.end().status == 0)
        }
    }

    /// All that there may be wait for a look; whoever comes then is told so.
    @Test func whereAllWaitOneMoreIsRefused() throws {
        try withServer { server throws in
            _ = try server.run("provision")
            let proxy = try FaultProxy(server, [Fault(.toServer, after: .messages(0), .hold)])
            try withExporter(of: proxy.url, "--timeout", "120s", "--connect-timeout", "120s") { exporter throws in
                let time = ["X-Prometheus-Scrape-Timeout-Seconds: 120"]
                var waiting: [HTTPConnection] = []
                for _ in 1...64 {
                    let connection = try HTTPConnection(exporter.port)
                    try connection.ask("/metrics", time)
                    waiting.append(connection)
                    // A connection whose request it has not seen would make room for the next.
                    try eventually("it read the request") { try !Self.hasUnread(exporter.port) }
                }
                #expect(proxy.waitForFault())
                let refused = try exporter.ask("/metrics", time)
                #expect(refused.status == 503)
                #expect(refused.body == "too many connections: 64 at a time\n")
                #expect(refused.headers["connection"]?.lowercased() == "close")
                #expect(try exporter.ask("/healthz").status == 200)
                proxy.release()
                for connection in waiting { #expect(try connection.response().body.contains("\ncaracal_up 1\n")) }
            }
        }
    }

    /// The one that has been silent longest makes room, and is told so.
    @Test func aSilentConnectionThatMakesRoomIsToldSo() throws {
        try withExporter(of: nil) { exporter throws in
            let silent = try HTTPConnection(exporter.port)
            var others: [HTTPConnection] = []
            for _ in 1...64 {
                let connection = try HTTPConnection(exporter.port)
                try connection.ask("/healthz")
                #expect(try connection.response().status == 200)
                others.append(connection)
            }
            let response = try silent.response()
            #expect(response.status == 503)
            #expect(response.body == "too many connections: 64 at a time\n")
            #expect(try silent.ends())
            // Those that had an answer are closed without a word.
            let next = try HTTPConnection(exporter.port)
            try next.ask("/healthz")
            #expect(try next.response().status == 200)
            #expect(try others[0].ends())
        }
    }

    /// It asks for answers and reads none of them.
    @Test func aSlowReaderHoldsUpNobodyAndNotTheEnd() throws {
        try withExporter(of: nil) { exporter throws in
            let slow = try HTTPConnection(exporter.port)
            let requests = Array(String(repeating: "GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n", count: 20).utf8)
            try slow.send(requests)
            #expect(try exporter.ask("/metrics").body.contains("\ncaracal_up 0\n"))
            #expect(try exporter.end().status == 0)
        }
    }

    /// Ten thousand, or what the limit of open files allows beside the other tests.
    private static var mostConnections: Int {
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        return min(10_000, Int(clamping: limit.rlim_cur) / 2)
    }

    /// Whether bytes wait in a connection to a port of this machine, as proc(5) tells in /proc/net/tcp.
    private static func hasUnread(_ port: UInt16) throws -> Bool {
        let hex = String(port, radix: 16, uppercase: true)
        let name = "0100007F:" + String(repeating: "0", count: 4 - hex.count) + hex
        return try String(decoding: TemporaryFolder.read("/proc/net/tcp"), as: UTF8.self).split(separator: "\n")
            .contains { line in
                let fields = line.split(separator: " ")
                return fields.count > 4 && fields[1] == name && fields[3] == "01" && !fields[4].hasSuffix(":00000000")
            }
    }

    private static func descriptors(of process: pid_t) throws -> Int? {
        guard let folder = opendir("/proc/\(process)/fd") else { return nil }
        defer { closedir(folder) }
        var count = 0
        while readdir(folder) != nil { count += 1 }
        return count
    }
}
