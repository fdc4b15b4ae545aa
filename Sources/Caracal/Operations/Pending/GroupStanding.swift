import Redis

/// A consumer group, where it stands, and what it holds.
package struct GroupStanding: Sendable, Equatable {
    /// Its stream.
    package let stream: StreamDefinition
    /// Its name, as the server stores it.
    package let name: [UInt8]
    /// What the server says of it; nil for a group of the table that is not there.
    package let info: GroupInfo?
    /// The entries still to be delivered.
    package internal(set) var lag: Quantity = .unknown
    /// The entries that were removed before they were delivered.
    package internal(set) var lost: Quantity = .unknown
    /// How many entries can still be added before it loses one; nil where nothing trims the stream.
    package internal(set) var trimHorizon: Quantity?
    /// How long the pending entry that was not delivered for longest has waited, in milliseconds; nil when none is pending.
    package internal(set) var oldestIdle: Quantity?
    /// How often the pending entry that was delivered most was delivered; nil when none is pending.
    package internal(set) var mostDeliveries: Quantity?
    /// Its consumers; nil when the server would not name them.
    package internal(set) var consumers: [ConsumerStanding]?

    /// What the server would not tell for want of a right.
    package internal(set) var refusals: [Refusal] = []

    /// The definition in the table; nil for a group outside it.
    package var definition: GroupDefinition? {
        stream.groups.first { name.elementsEqual($0.name.utf8) }
    }

    /// Whether alarms count it. A group that no public service reads through lags by design until it has a consumer.
    package var isCounted: Bool {
        (definition?.hasPublicConsumer ?? false) || (info?.consumers ?? 0) > 0
    }

    /// How often its entries are delivered before the service behind it gives up on them, if it counts at all: of the
    /// public services only the Audit service does.
    package func deliveryLimit(_ auditLimit: UInt64) -> UInt64? {
        stream.scheme == .audit && definition?.hasPublicConsumer == true ? auditLimit : nil
    }

    /// How many of its consumers are in this state; nil when that is not known.
    package func count(_ state: ConsumerState) -> Int? {
        consumers.map { $0.count { $0.state == state } }
    }
}
