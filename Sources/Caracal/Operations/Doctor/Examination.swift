import Redis
import Text

/// All that `doctor` gathers before anything is judged.
package struct Examination: Sendable, Equatable {
    /// The servers that take writes, or the one that was asked.
    package var servers: [ServerExamination]
    /// The streams of the table, their groups and what those hold.
    package var pending: PendingReport
    /// The stream of dead letters of the table, and the `.dead` streams, there or not.
    package var deadLetters: [ObservedStream]
    /// What differs from the table.
    package var drift: [Finding]
    /// Who is connected, to whichever of the servers.
    package var clients: Result<[ClientInfo], Refusal>
    /// The newest entries of every stream, their signatures checked.
    package var signatures: SignatureReport
    /// What can become of the dead letters of each stream that has some.
    package var fates: [DeadLetterFate]
    /// The first entry of each stream, by its key, whose id lies ahead of the server's clock, and how many there are.
    package var futureEntries: [String: FutureEntries]
    /// What this user may do.
    package var rights: Rights
    /// What is known on this side.
    package var setup: LocalSetup
    /// How often the server was asked.
    package var roundTrips: Int
    /// The outboxes; nil where no database is set.
    package var outboxes: OutboxSight<OutboxExamination>?

    /// The streams of the table and those of dead letters.
    var streams: [ObservedStream] {
        pending.streams + deadLetters.filter { dead in !pending.streams.contains { $0.definition == dead.definition } }
    }

    /// The groups that alarms count and that are there.
    var counted: [GroupStanding] { pending.groups.filter { $0.isCounted && $0.info != nil } }

    /// What pending entries, missing streams and lost entries were found to be, by these codes.
    func pending(_ codes: Finding.Code...) -> [Finding] { pending.findings.filter { codes.contains($0.code) } }

    /// What drift was found, by these codes.
    func drift(_ codes: Finding.Code...) -> [Finding] { drift.filter { codes.contains($0.code) } }
}

/// What is known on this side of the connection: settings, key files, the password's file.
package struct LocalSetup: Sendable, Equatable {
    /// The signing key of one scheme.
    package struct Key: Sendable, Equatable {
        /// The scheme.
        package let scheme: SignatureScheme
        /// The variable that holds it: `STREAMS_HMAC_KEY`.
        package let variable: String
        /// What became of it.
        package let state: State

        package init(scheme: SignatureScheme, variable: String, state: State) {
            self.scheme = scheme
            self.variable = variable
            self.state = state
        }

        /// Whether it is set and cannot be used.
        package var isUnusable: Bool { if case .unusable = state { true } else { false } }
    }

    /// What became of a key.
    package enum State: Sendable, Equatable {
        /// None is set.
        case absent
        /// It can be used.
        case usable
        /// It can be used, and others than its owner can read its file.
        case exposed(KeyFileWarning)
        /// It cannot be used: why, in a sentence.
        case unusable(TerminalText)
    }

    /// The keys of all schemes.
    package let keys: [Key]
    /// What is doubtful about the connection's settings: codes and sentences.
    package let doubts: [Finding]
    /// Whether a missing signature is a failure: not where `CARACAL_MODE` is `dev`.
    package let requiresSignatures: Bool
    /// The idle time after which others may claim an entry, in milliseconds (`AUDIT_CLAIM_IDLE_SECS`).
    package let claimIdle: UInt64
    /// How often the Audit service has an entry delivered before it gives up on it (`AUDIT_MAX_DELIVERIES`).
    package let maxDeliveries: UInt64

    package init(
        keys: [Key] = [],
        doubts: [Finding] = [],
        requiresSignatures: Bool = true,
        claimIdle: UInt64 = 30_000,
        maxDeliveries: UInt64 = 8
    ) {
        self.keys = keys
        self.doubts = doubts
        self.requiresSignatures = requiresSignatures
        self.claimIdle = claimIdle
        self.maxDeliveries = maxDeliveries
    }
}
