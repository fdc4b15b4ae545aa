import Redis

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
    }

    /// What is measured.
    package let figure: Figure
    /// The stream it is measured on; nil for the server.
    package let stream: StreamDefinition?
    /// The group, where it is about one.
    package let group: [UInt8]?
    /// The server of a cluster that it is measured on; nil for the whole, or where there is one.
    package let server: String?
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
        self.quantity = quantity
        self.maximum = maximum
        self.threshold = threshold
        self.state = state ?? threshold.state(of: quantity)
        self.refusal = refusal
    }
}
