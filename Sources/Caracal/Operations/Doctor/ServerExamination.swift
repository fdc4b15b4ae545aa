import Redis

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
    /// `INFO replication`.
    package var replication: Result<InfoFields, Refusal>
    /// `INFO keyspace`.
    package var keyspace: Result<InfoFields, Refusal>
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
        replication = facts.replication
        keyspace = facts.keyspace
        clock = facts.clock
    }

    /// Whether it is a replica that has no link to its master and none of the streams: it never received them.
    var isEmptyReplica: Bool {
        guard let info = replication.value, info.bytes("role").map({ $0.elementsEqual("slave".utf8) }) == true,
            info.bytes("master_link_status").map({ $0.elementsEqual("up".utf8) }) != true
        else { return false }
        return memory.streams.allSatisfy { $0.observed.state == .missing }
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
