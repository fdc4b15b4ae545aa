import Caracal

extension Incident {
    /// A group whose reader went silent: entries were trimmed that it had not been given, and more of them wait.
    ///
    /// - Parameters:
    ///   - stream: the stream.
    ///   - group: the group.
    ///   - lost: how many entries were trimmed unread.
    ///   - waiting: how many wait.
    package static func unreadLoss(
        on stream: String = "agents.lifecycle",
        of group: String = "coordinator-relay",
        lost: Int = 11_000,
        waiting: Int = 10_000
    ) -> Incident {
        Incident(
            "ended-agents-running",
            "Agents that ended hours ago are shown as running.",
            page: "ENTRIES LOST BEFORE THEY WERE READ",
            check: "loss",
            needsStart: true
        ) { bus in
            let stream = StreamTable[stream]
            try bus.publish(lost + waiting, to: stream, minutes: 1...180)
            try bus.catchUp(except: group)
            try bus.send("XTRIM", stream.name, "MAXLEN", "\(waiting)")
            try bus.silence([bus.reader(of: group, on: stream)], minutes: 190)
        }
    }
}
