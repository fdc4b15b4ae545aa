import Redis
import RedisSandbox
import TestSupport
import Testing

/// Prometheus itself, as Debian has it, scrapes the exporter, over TLS and with a token.
@Suite struct PrometheusTests {
    @Test func itScrapesAndAnAlertFiresAndResolves() throws {
        let files = try TLSFiles.shared
        let folder = try TemporaryFolder()
        let token = try folder.write("token", "a-token-of-the-test\n")
        try withServer { server throws in
            _ = try server.run("provision")
            try server.send("XADD caracal.keys.invalidate 1-0 zone_id z kid k")
            try withExporter(
                of: server.url,
                "--bearer-file",
                token,
                "--tls-cert",
                files.file(.good),
                "--tls-key",
                files.key(.good)
            ) { exporter throws in
                let prometheus = try PrometheusServer(
                    scraping: """
                          - job_name: caracal
                            scheme: https
                            tls_config: {ca_file: \(files.file(.authority))}
                            authorization: {credentials_file: \(token)}
                            static_configs: [{targets: ["127.0.0.1:\(exporter.port)"]}]
                        """,
                    rules: try Self.rules()
                )
                try eventually("the target is up") { try Self.value(of: "up", in: prometheus) == "1" }
                // A scrape that a busy machine cuts short is followed by another.
                try eventually("the server is up") { try Self.value(of: "caracal_up", in: prometheus) == "1" }
                let length = "caracal_stream_length{stream=\"caracal.keys.invalidate\"}"
                try eventually("it has an entry") { try Self.value(of: length, in: prometheus) == "1" }

                #expect(try !Self.isFiring("CaracalDeadLetters", in: prometheus))
                try server.send("XADD caracal.audit.events.dlq 5-0 reason pg_permanent_error")
                try eventually("the alert fires") { try Self.isFiring("CaracalDeadLetters", in: prometheus) }
                try server.send("XTRIM caracal.audit.events.dlq MAXLEN 0")
                try eventually("the alert resolves") { try !Self.isFiring("CaracalDeadLetters", in: prometheus) }
            }
        }
    }

    /// The rules as the tool prints them, but for the time that an alert has to hold.
    private static func rules() throws -> String {
        let printed = try run("exporter", "--print-rules")
        try #require(printed.status == 0)
        return printed.stdout.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            guard line.drop(while: { $0 == " " }).hasPrefix("for: ") else { return String(line) }
            return line.prefix { $0 == " " } + "for: 0s"
        }.joined(separator: "\n")
    }

    /// The value of the only series that an expression gives; nil where there are none, or several.
    private static func value(of expression: String, in prometheus: PrometheusServer) throws -> String? {
        let encoded = expression.utf8.map { byte in
            byte < 0x80 && (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || byte == UInt8(ascii: "_")
                ? String(UnicodeScalar(byte)) : "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }
        let parts = try prometheus.query(encoded.joined()).split(separator: "\"value\":[")
        guard parts.count == 2 else { return nil }
        let fields = parts[1].split(separator: "\"")
        return fields.count > 1 ? String(fields[1]) : nil
    }

    private static func isFiring(_ alert: String, in prometheus: PrometheusServer) throws -> Bool {
        try prometheus.alerts().split(separator: "{\"labels\":").contains {
            $0.contains("\"alertname\":\"\(alert)\"") && $0.contains("\"state\":\"firing\"")
        }
    }
}
