import Redis

/// What the server's memory goes to, and whether it will do.
package struct MemoryReport: Sendable, Equatable {
    /// What it was asked for.
    package let rules: MemoryRules
    /// The server's memory.
    package let server: ServerMemory
    /// The server's files.
    package let persistence: ServerPersistence
    /// The streams, in the order of the table, then the dead-letter streams that there are.
    package let streams: [StreamMemory]
    /// What is in db 1.
    package let otherKeys: ServerFact<KeyCounts>
    /// How fast it grew; nil when nobody watched.
    package private(set) var growth: Growth?
    /// What is to come.
    package private(set) var forecast: MemoryForecast
    /// The server's clock in Unix milliseconds; nil when it would not tell.
    package let now: UInt64?
    /// The signal that ended the watch early; nil when none did.
    package private(set) var signal: Int32?
    /// What the server refused that the report cannot do without.
    package let refusals: [Refusal]
    /// What the user may not run, so that something is not permitted; nil when nothing is.
    package internal(set) var missingRight: MissingRight?

    /// Adds what a watch came to.
    mutating func note(_ growth: Growth?, endedBy signal: Int32?) {
        self.growth = growth
        self.signal = signal
        forecast = MemoryForecast(streams, server, headroom: rules.headroom, growth: growth)
    }
}
