import Caracal

extension Incident {
    /// An entry with an explicit id far ahead of the clock; those that follow get the next ones.
    ///
    /// - Parameters:
    ///   - stream: the stream.
    ///   - days: how far ahead.
    ///   - following: how many entries were added since.
    package static func futureID(
        on stream: String = "keys.invalidate",
        days: UInt64 = 400,
        following: Int = 5
    ) -> Incident {
        Incident(
            "nonsense-ages",
            "The ages of one stream make no sense.",
            page: "AN ID FROM THE FUTURE",
            check: "future-ids"
        ) { bus in
            let stream = StreamTable[stream]
            try bus.publish(to: stream, at: bus.now + days * 86_400_000 + 3_600_000)
            try bus.publish(following, to: stream, minutes: 1...20)
            try bus.catchUp()
        }
    }
}
