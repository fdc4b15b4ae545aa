import RESP
import Redis

/// Gathers what there is to know of a bus, in a handful of round trips whatever it holds: `doctor`. Only reads.
///
/// One look at all streams, then what other operations make of it, the server's own facts, and the newest entries. What
/// the server refuses stays unknown; only a server that lets no stream be looked at is an error.
package struct Doctor {
    /// The keys to check signatures with.
    package let keys: SignatureKeys
    /// What is known on this side.
    package let setup: LocalSetup
    /// Whether to ask for this user's rights, which a user without any right to ACL finds refused and logged.
    package let asksForRights: Bool

    /// Describes an examination.
    package init(
        keys: SignatureKeys = SignatureKeys(),
        setup: LocalSetup = LocalSetup(),
        asksForRights: Bool = true
    ) {
        self.keys = keys
        self.setup = setup
        self.asksForRights = asksForRights
    }

    /// Looks; nothing is changed.
    ///
    /// - Parameter clock: our own time in Unix milliseconds, whenever it is called.
    package func run(on connection: any CommandChannel, clock: () -> UInt64) throws -> Examination {
        let (table, dead) = (StreamTable.all, StreamTable.all.map { StreamDefinition.unlisted($0.deadLetterName) })
        let look = try StreamLook(streams: table + dead, includesGroups: true).run(on: connection)
        let streams = Array(look.streams.prefix(table.count))
        let deadLetters = look.streams.dropFirst(table.count).filter { $0.state != .missing }
        let limits = PendingLimits(judgesLoss: true, claimIdle: setup.claimIdle)
        let pending = try PendingSummary(streams: table, limits: limits).run((streams, look.now), on: connection)
        let memory = try Memory(streams: table).run((streams + deadLetters, look.now), on: connection)
        let drift = try DriftCheck(streams: table, looksForUnknownKeys: true).findings(of: streams, on: connection)
        let facts = try ServerLook(streams + deadLetters).run(on: connection, clock: clock)
        let rights = asksForRights ? try RightsLook().run(on: connection) : .unasked
        let servers = try connection.masters()
        return Examination(
            server: connection.server,
            hasCredentials: connection.endpoint.credentials != nil,
            isRemote: connection.endpoint.isRemote,
            certificate: servers.compactMap(\.certificate).min { $0.left ?? .min < $1.left ?? .min },
            pending: pending,
            deadLetters: streams.filter { SignatureTarget(key: $0.definition.key).source != nil } + deadLetters,
            drift: drift,
            memory: memory,
            settings: facts.settings,
            replication: facts.replication,
            keyspace: facts.keyspace,
            clients: facts.clients,
            clock: facts.clock,
            signatures: try facts.checkSignatures(keys, requiresSignatures: setup.requiresSignatures, of: connection),
            rights: rights,
            setup: setup,
            roundTrips: servers.reduce(0) { $0 + $1.roundTrips }
        )
    }
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
