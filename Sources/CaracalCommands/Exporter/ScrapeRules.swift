import Redis
import Rendering
import Text

/// What a client asks of the exporter: the head of an HTTP request, as far as it matters.
struct ScrapeRequest {
    /// Without the query.
    let path: String
    let method: String
    /// The value of a header; nil where there is none.
    let header: (String) -> String?

    /// - Parameter target: the path, or a whole URL, which a server has to take too (RFC 9112, 3.2.2). Without the query.
    init(target: String, method: String, header: @escaping (String) -> String?) {
        path = Self.path(of: target)
        self.method = method
        self.header = header
    }

    private static func path(of target: String) -> String {
        let start = target.prefix(8).lowercased()
        guard let scheme = ["http://", "https://"].first(where: start.hasPrefix) else { return target }
        let rest = target.dropFirst(scheme.count)
        guard let slash = rest.firstIndex(of: "/") else { return "/" }
        return String(rest[slash...])
    }

    /// Whether more follows its head.
    var hasBody: Bool {
        header("Transfer-Encoding") != nil || header("Content-Length").map { $0 != "0" } ?? false
    }
}

/// An answer to a request.
struct ScrapeAnswer: Sendable, Equatable {
    /// As HTTP numbers it.
    let status: UInt32
    let body: [UInt8]
    /// The media type of the body.
    var type = "text/plain; charset=utf-8"
    /// One more header.
    var header: Header?

    /// A header's name and value.
    struct Header: Sendable, Equatable {
        let name: String
        let value: String
    }

    /// One line of text.
    static func line(_ status: UInt32, _ text: String, _ header: Header? = nil) -> ScrapeAnswer {
        ScrapeAnswer(status: status, body: Array("\(text)\n".utf8), header: header)
    }

    /// Metrics in Prometheus's text format.
    static func metrics(_ text: [UInt8]) -> ScrapeAnswer {
        ScrapeAnswer(status: 200, body: text, type: "text/plain; version=0.0.4; charset=utf-8")
    }

    /// To who asks while the exporter ends.
    static let ending = line(503, "the exporter is ending")

    /// To whom there is no room for.
    static let crowded = line(
        503,
        "too many connections: \(ScrapeQueue.mostConnections) at a time",
        .init(name: "Connection", value: "close")
    )

    /// To whom can wait no longer, before anything is known.
    static let nothingKnown = metrics(Array(Prometheus.text([MetricFamily(.up, 0)]).utf8))

    /// The whole message of a refusal, as HTTP has it.
    var message: [UInt8] {
        let lines = [
            "HTTP/1.1 \(status) Service Unavailable", "Content-Type: \(type)", "Content-Length: \(body.count)",
        ]
        let more = header.map { ["\($0.name): \($0.value)"] } ?? []
        return Array(((lines + more).joined(separator: "\r\n") + "\r\n\r\n").utf8) + body
    }
}

/// Who gets what: decides about each request by its head alone.
struct ScrapeRules: Sendable {
    /// What comes of a request.
    enum Decision: Sendable {
        /// It is answered at once.
        case answer(ScrapeAnswer)
        /// It wants metrics, within this time.
        case look(within: Duration)
        /// It is answered at once, and the operator is told why it could not be judged.
        case fault(ScrapeAnswer, SettingsError)
    }

    /// What has to be shown for metrics; nil where anybody gets them.
    let token: BearerToken?

    /// The decision.
    func decide(_ request: ScrapeRequest) -> Decision {
        guard request.path == "/metrics" || request.path == "/healthz" else {
            return .answer(.line(404, "not found: metrics are at /metrics"))
        }
        guard request.method == "GET" || request.method == "HEAD" else {
            return .answer(.line(405, "only GET and HEAD", .init(name: "Allow", value: "GET, HEAD")))
        }
        guard !request.hasBody else { return .answer(.line(413, "no body is taken")) }
        // Probes cannot hold a secret, and learn nothing of the bus.
        if request.path == "/healthz" { return .answer(.line(200, "ok")) }
        do throws(SettingsError) {
            if let token, try !token.isShown(in: request.header("Authorization")) {
                let challenge = ScrapeAnswer.Header(name: "WWW-Authenticate", value: "Bearer realm=\"caracalctl\"")
                return .answer(.line(401, "a bearer token is needed", challenge))
            }
        } catch {
            return .fault(.line(500, "the token to compare with cannot be read"), error)
        }
        return .look(within: Self.allowance(request.header("X-Prometheus-Scrape-Timeout-Seconds")))
    }

    /// How long a look may take: what the scraper waits for, less what the answer takes on its way; 10 seconds where it does not
    /// say. At most a minute: scrapes that come in the meantime wait for the same look.
    static func allowance(_ header: String?) -> Duration {
        guard let header, let seconds = Double(header), seconds > 0 else { return .seconds(10) }
        return .seconds(min(60, max(seconds - 0.5, seconds / 2)))
    }
}
