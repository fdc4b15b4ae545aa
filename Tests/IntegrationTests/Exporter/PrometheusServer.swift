import Redis
import RedisSandbox
import TestSupport
import Testing

/// A real Prometheus that scrapes what the test says, every five seconds, and judges rules each second.
struct PrometheusServer {
    private let command: RunningCommand
    private let port: UInt16
    private let folder: TemporaryFolder

    /// Starts it, on a port that is free.
    ///
    /// - Parameters:
    ///   - job: what to scrape, as `scrape_configs` take it.
    ///   - rules: a file of rules; nil for none.
    init(scraping job: String, rules: String?) throws {
        folder = try TemporaryFolder()
        if let rules { try folder.write("rules.yml", rules) }
        let settings = try folder.write(
            "prometheus.yml",
            """
            global: {scrape_interval: 5s, scrape_timeout: 5s, evaluation_interval: 1s}
            rule_files: [\(rules == nil ? "" : "rules.yml")]
            scrape_configs:
            \(job)
            """
        )
        command = try CommandRunner(Repository.root + "/.build-servers/prometheus/prometheus").start([
            "--config.file=\(settings)", "--storage.tsdb.path=\(folder.path)/data", "--web.listen-address=127.0.0.1:0",
        ])
        let mark = "msg=\"Listening on\" address=127.0.0.1:"
        try command.waitForErrors(mark)
        try command.waitForErrors("Server is ready")
        let line = try #require(command.stderrSoFar.split(separator: mark).dropFirst().first)
        port = try #require(UInt16(line.prefix { $0.isNumber }))
    }

    /// What its API says of an instant query, in JSON.
    func query(_ expression: String) throws -> String { try get("query?query=\(expression)") }

    /// Its alerts, in JSON.
    func alerts() throws -> String { try get("alerts") }

    private func get(_ path: String) throws -> String {
        let connection = try HTTPConnection(port)
        try connection.ask("/api/v1/\(path)")
        return try connection.response().body
    }
}
