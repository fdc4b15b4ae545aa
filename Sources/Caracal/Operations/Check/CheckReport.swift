import Redis
import Text

/// How the bus stands against its limits.
package struct CheckReport: Sendable, Equatable {
    /// The streams, as they were found.
    package let streams: [ObservedStream]
    /// Every group, those included that no alarm counts.
    package let groups: [GroupStanding]
    /// The server's clock in Unix milliseconds; nil when it would not tell.
    package let now: UInt64?
    /// The server's memory.
    package let memory: ServerMemory
    /// Each server, and whether it takes writes.
    package let servers: [WriteReadiness]
    /// How the signatures of the newest entries turned out; empty without a key.
    package let signatures: [CheckedStream]
    /// The figures that are judged, in the order of the table: groups, dead letters, memory.
    package let measures: [CheckMeasure]
    /// What else is amiss.
    package let faults: [CheckProblem]
    /// What was not looked at, and why.
    package let unlooked: [Unlooked]
    /// The outboxes; nil where no database is set.
    package let outboxes: OutboxSight<OutboxStatus.Report>?

    /// Whether a group may have been put behind entries that it had not read, or stands beyond the end of its stream; nil when that
    /// cannot be told.
    package func hasSkipped(_ group: GroupStanding) -> Bool? {
        streams.first { $0.definition == group.stream }?.state.info.flatMap { group.hasSkipped(in: $0) }
    }

    /// How many groups are left over from hosts that are gone: no figure of theirs is judged.
    package var leftOver: Int { groups.count(where: \.isLeftOver) }

    /// The worst of all.
    package var state: CheckState {
        let states = measures.map(\.state) + faults.map(\.state)
        return states.reduce(.ok) { $0.orWorse($1) }
    }
}

/// A question that was not asked, or not answered.
package struct Unlooked: Sendable, Equatable {
    /// What is asked beside the figures.
    package enum Question: String, Sendable, CaseIterable {
        /// Whether the server takes writes.
        case writes
        /// Whether ids lie ahead of the server's clock.
        case clock
        /// The consumers of each group.
        case consumers
        /// The signatures of the newest entries.
        case signatures
        /// Whether groups were put behind entries that they had not read.
        case skipped
        /// The tables of the outboxes.
        case outboxes
    }

    /// The question without an answer.
    package let question: Question
    /// Whether it was asked: not where there is no key, or no table, that it is about.
    package let wasAsked: Bool
    /// It, and why there is no answer, in a few words.
    package let text: String
    /// The right whose lack is why, as ACL rules name it; nil where that is not known to be why.
    package let right: String?

    init(_ question: Question, wasAsked: Bool = true, _ text: String, right: String? = nil) {
        self.question = question
        self.wasAsked = wasAsked
        self.text = text
        self.right = right
    }
}

/// One figure of the bus, and what is to be thought of it.
package struct CheckMeasure: Sendable, Equatable {
    /// What is measured.
    package enum Figure: String, Sendable, CaseIterable {
        /// Entries still to be delivered.
        case lag
        /// Entries delivered and not acknowledged.
        case pending
        /// Milliseconds since the oldest delivery that is pending; 0 when none is.
        case oldest
        /// Entries in a stream of dead letters.
        case deadLetters = "dead_letters"
        /// Bytes in use.
        case memory
        /// Rows of an outbox that were given up.
        case outboxDead = "outbox_dead"
        /// Milliseconds for which the oldest row of an outbox has waited; 0 when none waits.
        case outboxOldest = "outbox_oldest"
    }

    /// What is measured.
    package let figure: Figure
    /// The stream it is measured on; nil for the server.
    package let stream: StreamDefinition?
    /// The group, where it is about one.
    package let group: [UInt8]?
    /// The server of a cluster that it is measured on; nil for the whole, or where there is one.
    package let server: String?
    /// The outbox, where it is about one.
    package let outbox: OutboxTable?
    /// What was found, in the figure's unit.
    package let quantity: Quantity
    /// The greatest it can be: `maxmemory`. Nil where there is no such thing.
    package let maximum: UInt64?
    /// What it is judged by, in the figure's unit.
    package let threshold: Threshold
    /// What is to be thought of it.
    package let state: CheckState
    /// Why it is unknown, where the server refused to tell it.
    package let refusal: Refusal?

    init(
        _ figure: Figure,
        stream: StreamDefinition? = nil,
        group: [UInt8]? = nil,
        server: String? = nil,
        outbox: OutboxTable? = nil,
        _ quantity: Quantity,
        maximum: UInt64? = nil,
        _ threshold: Threshold,
        state: CheckState? = nil,
        refusal: Refusal? = nil
    ) {
        self.figure = figure
        self.stream = stream
        self.group = group
        self.server = server
        self.outbox = outbox
        self.quantity = quantity
        self.maximum = maximum
        self.threshold = threshold
        self.state = state ?? threshold.state(of: quantity)
        self.refusal = refusal
    }
}

/// Something amiss that is no figure.
package enum CheckProblem: Sendable, Equatable {
    /// A stream of the table does not exist, is none, or the server would not say.
    case stream(StreamProblem)
    /// A group of the table, through which a public service reads, does not exist.
    case missingGroup(StreamDefinition, GroupDefinition)
    /// Entries were, or may have been, removed before this group was given them.
    case lost(StreamDefinition, group: [UInt8], GroupLoss)
    /// The server is a replica, of this master where it tells: it takes no writes.
    case replica(server: String?, master: TerminalText?)
    /// The server refuses writes.
    case writesRefused(server: String?, WriteProblem)
    /// The last snapshot failed, and writes go on.
    case snapshotFailed(server: String?)
    /// A group was put behind entries that it had not read.
    ///
    /// - Parameter atMost: how many; nil where that is not known.
    case skipped(StreamDefinition, group: [UInt8], atMost: UInt64?)
    /// A group stands beyond the last id of its stream: it is not given what is added.
    case beyondEnd(StreamDefinition, group: [UInt8], EntryID)
    /// Entries wait for a group whose readers are silent.
    case silentReader(StreamDefinition, group: [UInt8], SilentReader, CheckState)
    /// A stream's last id lies this many milliseconds ahead of the server's clock.
    case futureID(StreamDefinition, ahead: UInt64)
    /// A stream's last id is the greatest there is: it takes no entry any more.
    case lastID(StreamDefinition)
    /// The outboxes, or one of them, cannot be looked at.
    case outboxes(Finding)
    /// Signatures among the newest entries, by the finding's severity.
    case signatures(Finding)

    /// What is to be thought of it. A loss is critical, as doctor has it: it can only be seen until the group reads on, and what
    /// was lost has to be published again. So is a group beyond the end of its stream: what is published has no effect there.
    package var state: CheckState {
        switch self {
        case .missingGroup, .replica, .writesRefused, .lastID, .beyondEnd: .critical
        case .stream(.refused), .outboxes: .unknown
        case .lost(_, _, let loss) where loss.isOpen: .unknown
        case .stream, .lost: .critical
        case .silentReader(_, _, _, let state): state
        case .signatures(let finding): finding.severity == .failure ? .critical : .warning
        case .snapshotFailed, .skipped, .futureID: .warning
        }
    }
}
