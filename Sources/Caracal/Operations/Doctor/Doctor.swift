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
        let deadLetters = Array(look.streams.dropFirst(table.count))
        let there = streams + deadLetters.filter { $0.state != .missing }
        let seen = StreamLook.Seen(streams: streams, time: look.time)
        let limits = PendingLimits(
            lagLimit: 1_000_000,
            walked: 100_000,
            judgesLoss: true,
            claimIdle: setup.claimIdle,
            maxDeliveries: setup.maxDeliveries
        )
        let pending = try PendingSummary(streams: table, limits: limits).run(seen, on: connection)
        let drift = try DriftCheck(streams: table, looksForUnknownKeys: true).findings(of: streams, on: connection)
        let servers = try connection.reachableMasters()
        var examined: [(server: ServerExamination, facts: ServerLook.Seen)] = []
        for server in servers {
            let held = try connection.streams(there.map(\.definition), heldBy: server)
            let own = there.filter { held.contains($0.definition) }
            let memory = try Memory(streams: table).measure(StreamLook.Seen(streams: own, time: look.time), on: server)
            let facts = try ServerLook(own).run(on: server, clock: clock)
            examined.append((ServerExamination(server, memory, facts), facts))
        }
        let rights = asksForRights ? try RightsLook().run(on: connection) : .unasked
        let letters = streams.filter { SignatureTarget(key: $0.definition.key).source != nil } + deadLetters
        return Examination(
            servers: examined.map(\.server),
            pending: pending,
            deadLetters: letters,
            drift: drift,
            clients: Self.all(examined.map(\.facts.clients)),
            signatures: try ServerLook.checkSignatures(
                of: examined.flatMap(\.facts.samples),
                keys,
                requiresSignatures: setup.requiresSignatures,
                on: connection
            ),
            fates: try DeadLetterFates(keys: keys).run(letters, on: connection),
            futureEntries: try FutureEntries.find(in: there, now: look.now, on: connection),
            rights: rights,
            setup: setup,
            roundTrips: servers.reduce(0) { $0 + $1.roundTrips }
        )
    }

    /// Those of all servers; the first refusal, if there is one.
    private static func all(_ parts: [Result<[ClientInfo], Refusal>]) -> Result<[ClientInfo], Refusal> {
        var clients: [ClientInfo] = []
        for part in parts {
            switch part {
            case .success(let list): clients += list
            case .failure: return part
            }
        }
        return .success(clients)
    }
}
