import Redis

/// What differs between versions of the servers and cannot be seen in their replies. Each rule was measured on the servers.
extension ServerVersion {
    /// The oldest Valkey that was measured. What an older one does as Redis 7.2 does, the common ancestor, it may still do.
    private static let measuredValkey = Series(9, 0)
    /// The first Valkey: it began as Redis 7.2.
    private static let firstValkey = Series(7, 2)

    /// Whether a group's `entries-read` and lag are right again once it reads on after trimming has overtaken it.
    package var countersOutliveTrimming: Bool { isAtLeast(redis: Series(8, 0), valkey: Self.measuredValkey) }

    /// Whether a consumer is listed from its first attempt to read on, and not only once it has been given something.
    package var listsWaitingConsumers: Bool { isAtLeast(redis: Series(7, 2), valkey: Self.firstValkey) }

    /// Whether trimming always takes the oldest entries first. From Redis 8.2 on XTRIM and XADD can spare those that a group has not
    /// acknowledged, and take younger ones (`ACKED`).
    package var trimsOldestFirst: Bool {
        switch (product, series) {
        case (.redis, let series?): series < Series(8, 2)
        // The newest that was measured.
        case (.valkey, let series?): series <= Series(9, 1)
        default: false
        }
    }

    /// Bytes of an entry in a pending entries list whose neighbours share its millisecond, in its group and in its consumer.
    package var pendingEntryBytes: Double {
        switch (product, series) {
        case (.redis, let series?) where series < Series(7, 0): 91
        case (.redis, let series?) where series < Series(8, 2): 86
        // 94 with the allocator of the C library; its ancestor takes 86 with jemalloc.
        case (.valkey, .some): 91
        default: 184
        }
    }

    /// Whether MEMORY USAGE counts such an entry as what it takes; all others count several times as much.
    package var countsPendingEntriesOnce: Bool {
        product == .valkey && isAtLeast(redis: Series(0, 0), valkey: Self.measuredValkey)
    }
}
