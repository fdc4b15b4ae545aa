import ArgumentParser
import Caracal
import Redis
import Rendering
import Text

/// `caracalctl exporter`
struct ExporterCommand: BusCommand {
    static let effect = Effect.reads
    static let hasMetrics = true
    static let configuration = CommandConfiguration(
        commandName: "exporter",
        _superCommandName: Caracalctl.name,
        abstract: "Serve metrics of the bus to Prometheus. [reads]",
        discussion: """
            Serves /metrics and /healthz over HTTP until it is interrupted (SIGINT, SIGTERM), which ends it with 0. Each scrape \
            is one look at the bus, and looks never overlap: scrapes that come while one goes on get its answer. What is not \
            known when the scrape's own time (X-Prometheus-Scrape-Timeout-Seconds, or 10s) is nearly over is left out; where the \
            server cannot be asked, caracal_up is 0. A server that is away is asked anew by each scrape.

            64 connections are kept. One more closes the one that has been idle longest; where all 64 wait for a look, it gets \
            503. A connection on which nothing comes for 30 s is closed, in the middle of a request too. A request has at most \
            16 KiB (414 or 431), and no body (413).

            It listens on this machine alone unless --listen names another address (":9464" is every one), and serves everybody \
            who reaches it unless --bearer-file is given. /healthz answers without a look and without a token. The token's file \
            is read for each scrape; the certificate and its key are read at the start.

            caracalctl-metrics(7) lists the metrics. --print-rules and --print-dashboard need no server. How far a look goes follows \
            from the thresholds: a lag far above its limit is "at least" so much.

            It needs libmicrohttpd, which is opened when it starts (Debian: apt-get install libmicrohttpd12).

              caracalctl exporter
              caracalctl exporter --listen :9464 --bearer-file /etc/caracal/scrape_token
              caracalctl exporter --print-rules --lag 500,2000 > caracal-rules.yml
            """
    )

    @Option(
        help: ArgumentHelp(
            "Address to listen on (default: 127.0.0.1:9464). Port 0: any free one.",
            valueName: "host:port"
        )
    )
    var listen: String?

    @Option(
        help: ArgumentHelp("Serve HTTPS with this certificate, then its issuers', in PEM.", valueName: "file"),
        completion: .file()
    )
    var tlsCert: String?

    @Option(help: ArgumentHelp("The private key of that certificate.", valueName: "file"), completion: .file())
    var tlsKey: String?

    @Option(
        help: ArgumentHelp("Serve metrics only to those who show the token in this file.", valueName: "file"),
        completion: .file()
    )
    var bearerFile: String?

    @Flag(help: "Print alert rules for Prometheus, with the thresholds below, and end.")
    var printRules = false

    @Flag(help: "Print a dashboard for Grafana, and end.")
    var printDashboard = false

    @OptionGroup var thresholds: CheckLimitOptions

    func validate() throws {
        _ = try address()
        if printRules, printDashboard { throw ValidationError("--print-rules or --print-dashboard: one at a time") }
        if tlsCert != nil, tlsKey == nil {
            throw ValidationError("--tls-cert needs the certificate's key: add --tls-key")
        }
        if tlsKey != nil, tlsCert == nil {
            throw ValidationError("--tls-key needs the key's certificate: add --tls-cert")
        }
    }

    func objection(to format: Setting<OutputFormat>) -> String? {
        switch format.value {
        case .table: nil
        case .json where printDashboard: nil
        case .prometheus where !printRules && !printDashboard: nil
        default:
            "exporter \(printRules ? "prints its rules in YAML" : printDashboard ? "prints its dashboard in JSON" : "serves metrics and prints nothing"): leave -o out"
        }
    }

    func run(in session: Session) throws -> ExitStatus {
        let limits = try thresholds.limits()
        if printRules {
            let needed = SignatureRules(session.source).requiresSignatures
            try session.stream.write(asTheyAre: Array(AlertRules(limits: limits, requiresSignatures: needed).text.utf8))
            return .success
        }
        if printDashboard {
            try session.stream.write(asTheyAre: Dashboard(limits: limits).json.prettyDocument())
            return .success
        }
        return try serve(session, limits)
    }

    private func serve(_ session: Session, _ limits: CheckLimits) throws -> ExitStatus {
        var session = session
        let token = try bearerFile.map { path throws(SettingsError) in try BearerToken.resolve(path, session.source) }
        let certificate = try certificate(session.source)
        session.settings.warnings += (token?.warnings ?? []) + (certificate?.warnings ?? [])
        // A mistake in it is not to wait for the first scrape.
        _ = try session.hasDatabase
        return try ExporterRun(
            session,
            on: try address(),
            limits: limits,
            certificate: certificate?.certificate,
            token: token?.token
        ).run()
    }

    private func address() throws -> ListenAddress {
        guard let listen else { return .standard }
        guard let address = ListenAddress(typed: listen) else {
            throw ValidationError("--listen is HOST:PORT, such as 127.0.0.1:9464, [::1]:9464 or :9464")
        }
        return address
    }

    private func certificate(
        _ source: SettingsSource
    ) throws -> (certificate: ScrapeServer.Certificate, warnings: [Finding])? {
        guard let tlsCert, let tlsKey else { return nil }
        return try ServerCertificateFiles(certificate: tlsCert, key: tlsKey).read(source)
    }
}
