import Redis

/// All that `doctor` gathers before anything is judged.
package struct Examination: Sendable, Equatable {
    /// What the server said of itself.
    package var server: ServerIdentity
    /// Whether a password or a user was needed to be let in, as far as we know: we sent one.
    package var hasCredentials: Bool
    /// Whether the server is reached over a network.
    package var isRemote: Bool
    /// The certificate it has shown; nil without TLS.
    package var certificate: ServerCertificate?
    /// The streams of the table, their groups and what those hold.
    package var pending: PendingReport
    /// The stream of dead letters of the table, and the `.dead` streams that there are.
    package var deadLetters: [ObservedStream]
    /// What differs from the table.
    package var drift: [Finding]
    /// Memory and persistence.
    package var memory: MemoryReport
    /// Settings that INFO does not tell.
    package var settings: ServerSettings
    /// `INFO replication`.
    package var replication: Result<InfoFields, Refusal>
    /// `INFO keyspace`.
    package var keyspace: Result<InfoFields, Refusal>
    /// Who is connected.
    package var clients: Result<[ClientInfo], Refusal>
    /// The clocks; nil when the server would not tell its own.
    package var clock: ClockReading?
    /// The newest entries of every stream, their signatures checked.
    package var signatures: SignatureReport
    /// What this user may do.
    package var rights: Rights
    /// What is known on this side.
    package var setup: LocalSetup
    /// How often the server was asked.
    package var roundTrips: Int

    /// The streams of the table and those of dead letters.
    var streams: [ObservedStream] {
        pending.streams + deadLetters.filter { dead in !pending.streams.contains { $0.definition == dead.definition } }
    }

    /// The server's version as numbers to compare; nil when it is not known.
    var version: ServerVersion? { server.version.flatMap(ServerVersion.init) }

    /// What pending entries, missing streams and lost entries were found to be, by these codes.
    func pending(_ codes: String...) -> [Finding] { pending.findings.filter { codes.contains($0.code) } }

    /// What memory was found to be, by these codes.
    func memory(_ codes: String...) -> [Finding] { memory.findings.filter { codes.contains($0.code) } }

    /// What drift was found, by these codes.
    func drift(_ codes: String...) -> [Finding] { drift.filter { codes.contains($0.code) } }
}
