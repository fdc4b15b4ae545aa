import Redis

/// What libpq says of a connection that it could not make, sorted: libpq has nothing but words for that. They are English, since
/// this process sets no locale; the server's part of them is in the server's language and is told by its SQLSTATE.
struct ConnectMessage {
    private let attempts: [Substring]
    private let text: String

    /// - Parameter text: what PQerrorMessage gave, with the SQLSTATE of what the server said.
    init(_ text: String) {
        self.text = text
        // With sslmode=prefer one server is tried twice, and libpq tells both.
        attempts = text.split(separator: Self.beginning).dropFirst(text.hasPrefix(Self.beginning) ? 0 : 1).map {
            attempt in
            attempt.firstRange(of: " failed: ").map { attempt[$0.upperBound...] } ?? attempt
        }
    }

    private static let beginning = "connection to server "

    /// Why there is no connection.
    var cause: PostgresError.Cause {
        guard !attempts.isEmpty else { return .settings(reason: Self.clause(text[...])) }
        let causes = attempts.map(Self.cause)
        // One about the password says more than one about pg_hba.conf, whichever was first.
        return causes.first { Self.state($0) == "28P01" } ?? causes[0]
    }

    private static func state(_ cause: PostgresError.Cause) -> String? {
        if case .refused(let refusal) = cause { refusal.state } else { nil }
    }

    private static func cause(_ attempt: Substring) -> PostgresError.Cause {
        if let refusal = refusal(attempt) { return .refused(refusal) }
        let reason = clause(attempt)
        let has = { (words: String) in reason.contains(words) }
        if has("expected authentication request") || has("invalid response to SSL negotiation") || has("lost synch") {
            return .unexpected(reason)
        }
        if has("no password supplied") { return .noPassword }
        if has("file \"") { return .settings(reason: reason) }
        if has("SSL") || has("ertificate") || has("TLS") { return .tls(reason: reason) }
        if has("server closed the connection unexpectedly") { return .link(.disconnected(reason: nil)) }
        return .link(.unreachable(reason: reason))
    }

    /// `FATAL:  28P01: password authentication failed for user "x"`, of which only the first word differs by language.
    private static func refusal(_ attempt: Substring) -> PostgresRefusal? {
        guard let gap = attempt.firstRange(of: ":  ") else { return nil }
        let state = attempt[gap.upperBound...].prefix(5)
        let rest = attempt[state.endIndex...]
        guard state.utf8.count == 5, state.utf8.allSatisfy(isOfState), rest.hasPrefix(": ") else { return nil }
        let message = rest.dropFirst(2).prefix { $0 != "\n" }
        return PostgresRefusal(state: String(state), message: Array(message.utf8), endsConnection: true)
    }

    private static func isOfState(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
    }

    /// The first line, starting in lower case so that it fits into a sentence; an abbreviation stays as it is.
    static func clause(_ text: Substring) -> String {
        let line = text.prefix { $0 != "\n" }
        guard let first = line.first, line.dropFirst().first?.isLowercase == true else { return String(line) }
        return first.lowercased() + line.dropFirst()
    }
}
