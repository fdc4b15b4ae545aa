import Redis

/// Which pending entries are wanted. Held against the entries here: the server would walk the whole list for it.
package struct PendingFilter: Sendable, Equatable {
    /// Only this consumer's; nil for everyone's.
    package var consumer: [UInt8]?
    /// Only those not delivered to anyone for so many milliseconds.
    package var minIdle: UInt64
    /// Only those delivered so often.
    package var minDeliveries: UInt64
    /// Only those that are no longer in the stream.
    package var isLostOnly: Bool

    package init(
        consumer: [UInt8]? = nil,
        minIdle: UInt64 = 0,
        minDeliveries: UInt64 = 0,
        isLostOnly: Bool = false
    ) {
        self.consumer = consumer
        self.minIdle = minIdle
        self.minDeliveries = minDeliveries
        self.isLostOnly = isLostOnly
    }

    /// Whether an entry is wanted, but for whether it still exists. One that was given back waits for anyone, and has been
    /// idle for as long as may be.
    func admits(_ entry: PendingEntry) -> Bool {
        (entry.idle ?? .max) >= minIdle && entry.deliveries >= minDeliveries
    }
}

/// A pending entry, and whether it is still in the stream.
package struct ListedEntry: Sendable, Equatable {
    /// The entry.
    package let entry: PendingEntry
    /// Where it is.
    package let presence: EntryPresence
}
