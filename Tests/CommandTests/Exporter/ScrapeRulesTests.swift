import Redis
import TestSupport
import Testing

@testable import CaracalCommands

@Suite struct ScrapeRulesTests {
    @Test(
        arguments: [
            (nil, 10_000), ("15", 14_500), ("1", 500), ("0.4", 200), ("100000", 60_000), ("inf", 60_000), ("0", 10_000),
            ("-1", 10_000), ("nan", 10_000), ("ten", 10_000), ("", 10_000),
        ] as [(String?, Int)]
    )
    func aLookIsOverBeforeTheScrapeIs(header: String?, milliseconds: Int) {
        #expect(ScrapeRules.allowance(header) == .milliseconds(milliseconds))
    }

    @Test(
        arguments: [
            ("/metrics", "/metrics"), ("http://bus.example:9464/metrics", "/metrics"),
            ("HTTPS://x/healthz", "/healthz"),
            ("http://x", "/"), ("http:///metrics", "/metrics"), ("http://x/metrics/", "/metrics/"),
            ("//x/metrics", "//x/metrics"), ("ftp://x/metrics", "ftp://x/metrics"), ("", ""), ("*", "*"),
        ]
    )
    func aTargetIsAPathOrAURL(target: String, path: String) {
        #expect(ScrapeRequest(target: target, method: "GET") { _ in nil }.path == path)
    }

    @Test func whomThereIsNoRoomForGetsAWholeMessage() {
        #expect(
            String(decoding: ScrapeAnswer.crowded.message, as: UTF8.self) == """
                HTTP/1.1 503 Service Unavailable\r
                Content-Type: text/plain; charset=utf-8\r
                Content-Length: 35\r
                Connection: close\r
                \r
                too many connections: 64 at a time

                """
        )
    }

    @Test(
        arguments: [
            ("127.0.0.1:9464", "127.0.0.1", 9464), (":0", "", 0), ("[::1]:65535", "::1", 65_535), ("[::]:1", "::", 1),
            ("bus.example:80", "bus.example", 80),
        ] as [(String, String, UInt16)]
    )
    func anAddressIsRead(text: String, host: String, port: UInt16) {
        #expect(ListenAddress(typed: text) == ListenAddress(host: host, port: port))
    }

    @Test(
        arguments: [
            "", "9464", "x:", "x:-1", "x:+1", "x:65536", "::1:9464", "[::1]", "[x]:1", "[::1:1", "::1]:1", "a b:1",
            "a\0:1", "http://x:1",
        ]
    )
    func whatIsNoAddressIsRefused(text: String) {
        #expect(ListenAddress(typed: text) == nil)
    }
}
