import Redis
import Text

/// A consumer group, where it stands, and what it holds.
package struct GroupStanding: Sendable, Equatable {
    /// Its stream.
    package let stream: StreamDefinition
    /// Its name, as the server stores it.
    package let name: [UInt8]
    /// What the server says of it; nil for a group of the table that is not there.
    package let info: GroupInfo?
    /// The entries still to be delivered, as far as they were counted.
    package internal(set) var lag: Quantity = .unknown
    /// The entries behind its position that were removed, so that it will not be given them.
    package internal(set) var lost: Quantity = .unknown
    /// What to make of entries that it may have lost; nil where nothing speaks for a loss.
    package internal(set) var loss: GroupLoss?
    /// The server's own figure for a lag that was not counted to its end; nil where there is none, or where more was counted.
    package internal(set) var reportedLag: UInt64?
    /// The oldest entry still to be delivered; nil when none waits, or when it is not known.
    package internal(set) var nextID: EntryID?
    /// How old that entry is by the server's clock, in milliseconds: 0 when none waits, less than 0 for an id ahead of the clock; nil
    /// when it is not known.
    package internal(set) var behind: Int?
    /// How long the pending entry that was not delivered for longest has waited, in milliseconds; nil when none is pending.
    package internal(set) var oldestIdle: Quantity?
    /// How often the pending entry that was delivered most was delivered; nil when none is pending.
    package internal(set) var mostDeliveries: Quantity?
    /// Its entries whose next failure makes them dead letters, where they were looked for.
    package internal(set) var lastDeliveries = LastDeliveries()
    /// Its consumers; nil when the server would not name them, or they are too many to be asked for.
    package internal(set) var consumers: [ConsumerStanding]?
    /// Whether its consumers are too many to be asked for.
    package internal(set) var hasUnlistedConsumers = false

    /// What the server would not tell for want of a right.
    package internal(set) var refusals: [Refusal] = []

    /// The definition in the table; nil for a group outside it.
    package var definition: GroupDefinition? {
        stream.groups.first { name.elementsEqual($0.name.utf8) }
    }

    /// How findings name it.
    var title: TerminalText { "\(name) on \(stream.name)" }

    /// It and its stream, as they are typed in a command.
    var words: TerminalText { "\(stream.word) \(ShellWord.group(name))" }

    /// Whether alarms count it. A group that no public service reads through lags by design until it has a consumer, and one
    /// that is left over for ever.
    package var isCounted: Bool { isRequired || (info?.consumers ?? 0) > 0 && !isLeftOver }

    /// Whether a public service reads through it, which gets NOGROUP where it is missing. Nobody is known to miss another one of the
    /// table.
    package var isRequired: Bool { definition?.hasPublicConsumer == true }

    /// Whether entries that were removed before it was given them are a loss: not dead letters, which who returns or removes them takes
    /// from those who only watch.
    package var canLose: Bool { !SignatureTarget.isOfDeadLetters(stream.key) }

    /// Whether it is left over from a host that is gone: by its name one that a service adds for each of its hosts, with entries
    /// that wait or are pending, and no consumer that was heard of in the last hour.
    ///
    /// Before Redis 7.2 nothing is heard of the consumer of a quiet stream either: there only entries that wait tell.
    package var isLeftOver: Bool {
        guard let info, let consumers, definition == nil,
            stream.knownGroupPrefixes.contains(where: { name.starts(with: $0.utf8) })
        else { return false }
        let waits = lag.isCertainly(atLeast: 1)
        guard waits || info.pending > 0 else { return false }
        return consumers.allSatisfy {
            $0.info.idle >= Self.leftOverAfter && (waits || $0.info.lastSuccess != .notReported)
        }
    }

    /// The silence of all consumers, in milliseconds, after which a host's group counts as left over.
    static let leftOverAfter: UInt64 = 3_600_000

    /// The entries still to be delivered, for those who look: as they were counted, else the server's own figure.
    package var shownLag: Quantity { reportedLag.map { .reported($0) } ?? lag }

    /// How many entries can still be added before it loses one; nil where nothing trims the stream.
    package var trimHorizon: Quantity? {
        stream.bound.map { GroupPosition.trimHorizon(bound: $0, lag: shownLag) }
    }

    /// Notes its lag.
    mutating func note(lag: Quantity) {
        self.lag = lag
        switch (lag, reportedLag) {
        case (.exact, _): reportedLag = nil
        case (.atLeast(let counted), let reported?) where reported < counted: reportedLag = nil
        default: break
        }
    }

    /// Notes what its position tells, and the oldest entry behind it.
    ///
    /// - Parameter now: the server's clock in Unix milliseconds; nil when it is not known.
    mutating func note(_ position: GroupPosition, lag: Quantity, next: EntryID?, now: UInt64?) {
        reportedLag = position.reportedLag
        note(lag: lag)
        nextID = next
        behind = lag == .exact(0) ? 0 : next?.elapsed(at: now)
        lost = position.lost
        loss = position.loss
    }

    /// How often its entries are delivered before the service behind it gives up on them, if it counts at all: of the
    /// public services only the Audit service does.
    package func deliveryLimit(_ auditLimit: UInt64) -> UInt64? {
        stream.deliveryLimit(of: name, auditLimit)
    }

    /// Those of its consumers that matter most, at most `limit`: who holds entries before who holds none, who is stuck or gone before who is
    /// active, who holds more before who holds less. Where all find room, in the server's order.
    package func foremostConsumers(_ limit: Int) -> [ConsumerStanding]? {
        guard let consumers, consumers.count > limit else { return consumers }
        let rank = { (standing: ConsumerStanding) -> (Int, UInt64) in
            let trouble = standing.state == .stuck || standing.state == .gone ? 2 : standing.state == .unknown ? 1 : 0
            return (standing.info.pending > 0 ? 3 + trouble : trouble, standing.info.pending)
        }
        return Array(consumers.sorted { rank($0) > rank($1) }.prefix(limit))
    }

    /// How many of its consumers are in this state; nil when that is not known.
    package func count(_ state: ConsumerState) -> Int? {
        consumers.map { $0.count { $0.state == state } }
    }
}

extension ObservedStream {
    /// The groups that the table has on a stream that is missing, and that are missing with it; none for another.
    package var missingGroups: [GroupStanding] {
        guard state == .missing else { return [] }
        return definition.groups.map { GroupStanding(stream: definition, name: Array($0.name.utf8), info: nil) }
    }
}

extension StreamDefinition {
    /// How often entries of a group are delivered before the service behind it gives up on them; nil where none does.
    func deliveryLimit(of group: [UInt8], _ auditLimit: UInt64) -> UInt64? {
        let definition = groups.first { group.elementsEqual($0.name.utf8) }
        return scheme == .audit && definition?.hasPublicConsumer == true ? auditLimit : nil
    }
}

/// Pending entries with as many deliveries as there may be: their next failure makes them dead letters. What is no longer in the stream
/// is not among them, as far as that is seen: it is delivered to nobody any more.
package struct LastDeliveries: Sendable, Equatable {
    /// How many were seen.
    package private(set) var count: UInt64 = 0
    /// How long the one that was not delivered for longest has waited, in milliseconds.
    package private(set) var idle: UInt64 = 0
    /// How often the one that was delivered most was delivered.
    package private(set) var most: UInt64 = 0
    /// Who holds how many of them.
    package private(set) var holders: [[UInt8]: UInt64] = [:]
    /// Whether every pending entry was looked at: when not, there may be more.
    package internal(set) var isWhole = true

    /// None seen so far.
    package init() {}

    mutating func add(_ entry: PendingEntry) {
        count += 1
        idle = max(idle, entry.idle ?? 0)
        most = max(most, entry.deliveries)
        holders[entry.consumer, default: 0] += 1
    }
}

/// A group for which entries wait, and none of whose consumers was heard of since.
package struct SilentReader: Sendable, Equatable {
    /// How long entries have waited and no consumer was heard of, in milliseconds.
    package let silence: UInt64
    /// Whether the consumers have been silent for longer: since before the first entry came that waits.
    package var isLonger = false
    /// The entries that wait.
    package let waiting: Quantity
    /// How many consumers it has.
    package let consumers: Int
}

extension GroupStanding {
    /// How long none of its consumers was heard of, in milliseconds; nil without consumers, or where that is not known.
    package var silence: UInt64? { consumers?.map(\.info.idle).min() }

    /// What is known of consumers that are silent while entries wait; nil where nothing waits for certain, or how long for is not known.
    ///
    /// Before Redis 7.2 a consumer that asks is heard of only when it is given something: on a quiet stream it is silent for long, and
    /// only the age of what waits proves anything. An id that is no clock time has none; from 7.2 on it is not needed.
    package var silentReader: SilentReader? {
        guard lag.isCertainly(atLeast: 1), !isLeftOver, let consumers, let silence else { return nil }
        let wait = behind.flatMap { UInt64(exactly: $0) }
        let isTold = consumers.contains { $0.info.lastSuccess != .notReported }
        guard wait != nil || isTold else { return nil }
        let proven = min(silence, wait ?? silence)
        return SilentReader(silence: proven, isLonger: proven < silence, waiting: lag, consumers: consumers.count)
    }
}
