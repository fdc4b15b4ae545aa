import Redis

/// What a redrive did.
package struct RedriveReport: Sendable, Equatable {
    /// What became of the messages of one stream of dead letters.
    package struct Part: Sendable, Equatable {
        /// What was planned.
        package let plan: RedrivePlan.Part
        /// Messages that are in their stream again.
        package internal(set) var moved: UInt64 = 0
        /// Dead letters that had gone before we came.
        package internal(set) var gone: UInt64 = 0
        /// Dead letters under whose ids others were by then; those were left alone.
        package internal(set) var changed: UInt64 = 0
        /// Messages of which it is unknown which of the two places they are in. It is one of them, in any case.
        package internal(set) var inDoubt: UInt64 = 0

        /// Planned messages that are dead letters still.
        package var left: UInt64 { plan.messages - min(plan.messages, moved + gone + changed + inDoubt) }
    }

    /// The streams, in the order of the plan.
    package internal(set) var parts: [Part]
    /// Why it ended early; nil when it did not.
    package internal(set) var stop: RedriveStop?

    /// The messages that nobody could be asked about: back, unless a failover was under way; nil when there are none.
    package internal(set) var unverified: UnverifiedMessages?

    init(_ plan: RedrivePlan) { parts = plan.parts.map { Part(plan: $0) } }
}
