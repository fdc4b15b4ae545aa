import Redis
import Text

/// What `doctor` gathers of one server: of a cluster, of each that takes writes.
package struct ServerExamination: Sendable, Equatable {
    /// The server, as `Endpoint.description` names it.
    package let name: String
    /// What the server said of itself.
    package var server: ServerIdentity
    /// Whether a password or a user was needed to be let in, as far as we know: we sent one.
    package var hasCredentials: Bool
    /// Whether the server is reached over a network.
    package var isRemote: Bool
    /// The certificate it has shown; nil without TLS.
    package var certificate: ServerCertificate?
    /// Memory and persistence, and the streams that it holds.
    package var memory: ServerMemoryReport
    /// Settings that INFO does not tell.
    package var settings: ServerSettings
    /// Whether it takes writes.
    package var writes: WriteReadiness
    /// `INFO replication`.
    package var replication: Result<InfoFields, Refusal>
    /// `INFO keyspace`.
    package var keyspace: Result<InfoFields, Refusal>
    /// `INFO server`.
    package var process: Result<InfoFields, Refusal>
    /// How often commands that remove entries were called.
    package var removals: ServerFact<RemovalCalls>
    /// The newest calls that took long.
    package var slowCalls: ServerFact<[SlowCall]>
    /// The clocks, where the server told its own.
    package var clock: ServerFact<ClockReading>

    /// Puts together what was found at a server.
    init(_ connection: Connection, _ memory: ServerMemoryReport, _ facts: ServerLook.Seen) {
        name = connection.endpoint.description
        server = connection.server
        hasCredentials = connection.endpoint.credentials != nil
        isRemote = connection.endpoint.isRemote
        certificate = connection.certificate
        self.memory = memory
        settings = facts.settings
        writes = facts.writes
        replication = facts.replication
        keyspace = facts.keyspace
        process = facts.process
        removals = facts.removals
        slowCalls = facts.slowCalls
        clock = facts.clock
    }

    /// Whether it is a replica that has no link to its master and none of the streams: it never received them.
    var isEmptyReplica: Bool {
        guard let info = replication.value, info.bytes("role").map({ $0.elementsEqual("slave".utf8) }) == true,
            info.bytes("master_link_status").map({ $0.elementsEqual("up".utf8) }) != true
        else { return false }
        return memory.streams.allSatisfy { $0.observed.state == .missing }
    }

    /// From when on all that is in its streams came by commands of clients, in Unix milliseconds: the start of the server, unless it
    /// was a replica since, or keys of elsewhere were put there; nil where that is not known.
    var ownSince: UInt64? {
        guard let calls = removals.value, calls.restores == 0, !calls.wereReset, let info = replication.value,
            let process = process.value,
            info.bytes("role").map({ $0.elementsEqual("master".utf8) }) == true,
            info.bytes("master_replid2").map({ $0.allSatisfy { $0 == UInt8(ascii: "0") } }) == true,
            let now = process.unsigned("server_time_usec"), let uptime = process.unsigned("uptime_in_seconds")
        else { return nil }
        // The uptime is in whole seconds.
        return now / 1000 - min(now / 1000, min(uptime, .max / 1000) * 1000)
    }

    /// What memory was found to be, by these codes.
    func memory(_ codes: Finding.Code...) -> [Finding] { memory.findings.filter { codes.contains($0.code) } }
}

extension Endpoint {
    /// Whether what is sent leaves this machine, as far as the address tells.
    fileprivate var isRemote: Bool {
        switch address {
        case .unix: false
        case .tcp(let host, _): !(host == "localhost" || host == "::1" || host.hasPrefix("127."))
        }
    }
}

/// The settings that the specification requires and INFO does not tell, each asked for by itself: several patterns in one
/// CONFIG GET need Redis 7.
package struct ServerSettings: Sendable, Equatable {
    /// What was answered, by name.
    package var answers: [String: Result<ConfigValues, Refusal>]

    /// The settings that are asked for. Never `requirepass`: its value is the password.
    static let names = [
        "appendfsync", "save", "protected-mode", "bind", "port", "tls-port", "timeout", "tcp-keepalive",
        "slowlog-log-slower-than", "dir", "dbfilename",
    ]

    /// A setting as the server writes it.
    package subscript(_ name: String) -> ServerFact<TerminalText> {
        guard let answer = answers[name] else { return .unknown }
        return ServerFact(answer) { $0.bytes(name).map { TerminalText($0) } }
    }

    /// Holds a setting against what it should be.
    ///
    /// - Parameter judge: says what is wrong with a value, nil when nothing is.
    func examine(_ name: String, _ judge: (TerminalText) -> CheckOutcome?) -> Inspection {
        let value: TerminalText = self[name].value ?? ""
        return Inspection(self[name], "\(name)", "CONFIG GET") { judge($0).map { [$0] } ?? [] }
            .or("\(name) is \(value.isEmpty ? "empty" : value)")
    }

    /// The command that sets it now and, where the server has one, in its configuration file.
    static func fix(_ name: String, _ value: String) -> TerminalText {
        "\(RedisCLI.text) CONFIG SET \(name) \(value) && \(RedisCLI.text) CONFIG REWRITE"
    }
}

/// What a check found at several servers, as one list.
enum ServerOutcomes {
    /// Each outcome once, with the names of the servers before it; without a name where there is one server.
    static func merged(_ parts: [(server: String, outcomes: [CheckOutcome])]) -> [CheckOutcome] {
        guard parts.count > 1 else { return parts.flatMap(\.outcomes) }
        var found: [(outcome: CheckOutcome, servers: [String])] = []
        for (server, outcomes) in parts {
            for outcome in outcomes {
                if let place = found.firstIndex(where: { $0.outcome == outcome }) {
                    found[place].servers.append(server)
                } else {
                    found.append((outcome, [server]))
                }
            }
        }
        return found.map { outcome, servers in
            let isEverywhere = servers.count == parts.count
            return outcome.at(
                isEverywhere ? "each of \(parts.count) masters" : "\(servers.joined(separator: ", "))",
                servers
            )
        }
    }
}

extension CheckOutcome {
    /// The same, about the servers of a cluster. The fix goes to each of them, not to the one in `REDIS_URL`.
    fileprivate func at(_ place: TerminalText, _ servers: [String]) -> CheckOutcome {
        let isCommand = fix?.text.hasPrefix(RedisCLI.text) == true
        var outcome = self
        outcome.sentence = sentence.after("\(place): ")
        if isCommand { outcome.fix = fix.map { "\($0) # with the URL of \(servers.joined(separator: ", then "))" } }
        return outcome
    }
}

/// The server's clock beside ours, in Unix milliseconds.
package struct ClockReading: Sendable, Equatable {
    /// Ours before the server was asked.
    package let before: UInt64
    /// The server's.
    package let server: UInt64
    /// Ours when the answer was there.
    package let after: UInt64

    /// By how much they differ at least, whenever between the two readings the server looked at its own.
    package var skew: UInt64 {
        server < before ? before - server : server > after ? server - after : 0
    }

    /// Whether the server's is ahead.
    package var isAhead: Bool { server > after }
}
